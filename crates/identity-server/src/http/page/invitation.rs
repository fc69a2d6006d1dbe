//! The invitation that a browser follows.

use super::Page;
use crate::http::cookies::{self, CookieName};

impl Page {
    /// The token of an invitation that this browser has followed.
    pub fn followed_invitation(&self) -> Option<String> {
        cookies::value(&self.request, &self.state, CookieName::Invitation)
    }

    /// Where a browser goes that has nothing else to do: to the invitation that it follows, or to
    /// the account.
    pub fn front(&self) -> &'static str {
        match self.followed_invitation() {
            Some(_) => "/invitation",
            None => "/account",
        }
    }
}
