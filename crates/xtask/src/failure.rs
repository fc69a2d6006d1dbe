//! The error type of every command.

/// What went wrong, in a sentence for the developer.
pub type Failure = String;
