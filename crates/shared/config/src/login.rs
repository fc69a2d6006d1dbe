//! `[login]`: sign-in methods other than password and passkey.

use super::key::Kind;

section! {
    pub struct Login in "login" {
        /// Enables sign-in with a code or link that is mailed to the user's verified e-mail
        /// address, without a password. It counts as one factor and cannot be the second one.
        /// Anyone who can read the mailbox can sign in, so accounts are only as secure as the
        /// mailboxes.
        email_code: bool = Kind::Boolean.default("false");
    }
}

#[cfg(test)]
mod tests;
