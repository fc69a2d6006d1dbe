//! Sign-out (`/logout` and `/oauth2/logout`): the confirmation, and the page after it.

use super::prelude::*;

/// Asks before signing out. Posts `csrf`, `confirm=yes` and the `hidden` fields to `action`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "pages/logout.html")]
pub struct Logout {
    pub layout: Layout,
    /// Path that the form posts to: `/logout` or `/oauth2/logout`.
    pub action: String,
    /// More hidden fields, such as those of RP-initiated logout (`state`, `client_id` …).
    pub hidden: Vec<(String, String)>,
    pub app_name: Option<String>,
    pub account: AccountChip,
    pub problem: Option<String>,
}

/// The page after sign-out. `back` is the client's validated post-logout redirect URI.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "pages/logged_out.html")]
pub struct LoggedOut {
    pub layout: Layout,
    pub back: Option<BackLink>,
    /// URLs of front-channel logout frames. The CSP of the page must allow them.
    pub frames: Vec<String>,
    /// True if a session has ended; false if no user was signed in.
    pub is_ended: bool,
}

impl LoggedOut {
    fn heading(&self) -> String {
        let key = if self.is_ended {
            "logged-out-title"
        } else {
            "logged-out-nobody"
        };
        self.layout.t(key)
    }

    fn again(&self) -> String {
        let key = if self.is_ended {
            "logged-out-again"
        } else {
            "logged-out-nobody-sign-in"
        };
        self.layout.t(key)
    }
}

/// A link back to a client: its name and a validated, registered URL.
#[derive(Clone, Debug)]
pub struct BackLink {
    pub app_name: String,
    /// Registered URL. Only `https`, or `http` on loopback.
    pub url: String,
    /// Origin of the URL, if the browser goes there only with the user's agreement.
    pub held: Option<String>,
}
