//! The authorization response by `response_mode=form_post` (OAuth 2.0 Form Post Response Mode §2),
//! and the response that waits for the user's decision (RFC 9700 §4.11.2).

use super::prelude::*;

/// A form that posts the response to the client: by script at once, or by a button without script.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/form_post.html")]
pub struct FormPost {
    pub layout: Layout,
    /// The validated redirect URI.
    pub action: String,
    pub app_name: String,
    pub pairs: Vec<(String, String)>,
    /// Target of a response that is sent only if the user agrees.
    pub held: Option<PendingResponse>,
}

#[derive(Clone, Debug)]
pub struct PendingResponse {
    /// Origin of the redirect URI, or its private-use scheme.
    pub host: String,
    /// Complete redirect URI, if no form is posted.
    pub link: Option<String>,
}

impl FormPost {
    fn heading(&self) -> String {
        match &self.held {
            Some(roles) => self.layout.t_with("onward-title", "host", &roles.host),
            None => self.layout.t_with("form-post-title", "app", &self.app_name),
        }
    }
}
