//! The error type of the suite.

/// A failure as a sentence for the developer.
pub type Failure = String;
