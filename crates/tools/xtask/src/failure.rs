//! The error type of every command.

/// A failure as a sentence for the developer.
pub type Failure = String;
