//! The preferences of the browser, and where the focus of a page starts.

use actix_web::http::Method;
use doorward_templates::Theme;

use super::Page;
use crate::cookies::{self, CookieName};

/// The value of the cookie if the search key is disabled.
pub const OFF: &str = "off";
/// The value of the same cookie otherwise.
pub const ON: &str = "on";

impl Page {
    pub(super) fn theme(&self) -> Theme {
        let theme = cookies::value(&self.request, &self.context.core, CookieName::Theme);
        theme.as_deref().map(Theme::parse).unwrap_or_default()
    }

    /// Returns true unless the shortcut key of the search is disabled (WCAG 2.1.4).
    pub fn has_search_key(&self) -> bool {
        let stored = cookies::value(&self.request, &self.context.core, CookieName::SearchKey);
        stored.as_deref() != Some(OFF)
    }

    /// Returns true if the page answers a form: directly, or after a redirect with `done`.
    pub(super) fn is_answer(&self) -> bool {
        let is_done = || {
            let query = self.query().ok();
            query.is_some_and(|query| matches!(query.optional("done"), Ok(Some(_))))
        };
        self.request.method() == Method::POST || is_done()
    }
}
