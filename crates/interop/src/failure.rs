//! The error type of the suite.

/// What went wrong, in a sentence for the developer.
pub type Failure = String;
