//! With which provider this browser was last signed in.

use super::Page;
use crate::http::cookies::{self, CookieName};

impl Page {
    /// The provider that this browser was last signed in with, as it says.
    pub fn last_provider(&self) -> Option<String> {
        cookies::value(&self.request, &self.state, CookieName::Provider)
    }
}
