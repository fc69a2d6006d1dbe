//! The error page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::page::{CSS_PATH, respond};

/// An error page: the problem, its reason, and one next step.
pub(super) struct Message {
    pub status: StatusCode,
    pub title: &'static str,
    pub text: &'static str,
    pub action: &'static str,
    pub href: &'static str,
}

#[derive(Template)]
#[template(path = "web/message.html")]
struct MessagePage<'a> {
    css: &'a str,
    message: &'a Message,
}

impl Message {
    /// Renders the page of this message.
    pub(super) fn respond(&self) -> HttpResponse {
        let page = MessagePage {
            css: &CSS_PATH,
            message: self,
        };
        let html = page.render().unwrap_or_else(|_| self.title.to_owned());
        respond(self.status, html)
    }
}
