//! The input of a password check.

use crate::prelude::*;

/// A typed password, and what it is checked against.
#[derive(Debug)]
pub struct PasswordQuestion {
    /// The stored hash; `None` if the account is unknown or has no password.
    pub stored: Option<String>,
    /// True if the right password is accepted; false for a disabled account.
    pub is_open: bool,
    pub password: Secret<String>,
    /// A hash of each foreign form in the deployment, which no password matches.
    pub foreign: Arc<Vec<ForeignHash>>,
}
