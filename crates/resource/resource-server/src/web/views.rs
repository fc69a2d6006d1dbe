//! The pages: typed contexts for the templates in `templates/web/`.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::api::{NewTask, Page, RejectedField, Task};
use super::error::{WebError, page_not_found};
use super::page::{CSS, CSS_PATH, respond};
use super::session::Session;
use crate::date_time::parse_date;
use crate::tasks::model::Priority;
use crate::words::Word as _;

/// A confirmation that is shown once after a redirect: its word in the URL, and its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Notice(&'static str, &'static str);

impl Notice {
    pub(super) const SIGNED_OUT: Self = Self("signed-out", "You are signed out.");
    const ENDED: Self = Self("ended", "Your session has ended. Sign in again to go on.");
    const ALL: [Self; 6] = [
        Self("added", "Task added."),
        Self("completed", "Task done."),
        Self("reopened", "Task reopened."),
        Self("deleted", "Task deleted."),
        Self::SIGNED_OUT,
        Self::ENDED,
    ];

    /// Parses a notice from the URL; ignores unknown ones.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.0 == word)
    }

    const fn text(self) -> &'static str {
        self.1
    }

    fn kind(self) -> &'static str {
        if self == Self::ENDED { "warn" } else { "ok" }
    }
}

#[derive(Template)]
#[template(path = "web/signed_out.html")]
struct SignedOutPage<'a> {
    css: &'a str,
    notice: Option<Notice>,
}

#[derive(Template)]
#[template(path = "web/no_access.html")]
struct NoAccessPage<'a> {
    css: &'a str,
    name: &'a str,
    csrf: String,
}

#[derive(Template)]
#[template(path = "web/tasks.html")]
struct TasksPage<'a> {
    css: &'a str,
    name: &'a str,
    csrf: String,
    notice: Option<Notice>,
    errors: Vec<RejectedField>,
    form: NewTask,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    task: Task,
    due: Option<String>,
    status: &'static str,
    is_open: bool,
}

impl TasksPage<'_> {
    fn error(&self, field: &str) -> Option<&str> {
        let error = self.errors.iter().find(|error| error.field == field)?;
        Some(&error.detail)
    }

    fn priorities(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let chosen = Priority::parse(&self.form.priority).unwrap_or_default();
        let words = Priority::WORDS.iter();
        words.map(move |word| (*word, *word == chosen.as_str()))
    }
}

impl Row {
    fn new(task: Task) -> Self {
        let (status, is_open) = match task.status.as_str() {
            "in_progress" => ("In progress", true),
            "done" => ("Done", false),
            "cancelled" => ("Cancelled", false),
            _ => ("To do", true),
        };
        Self {
            due: task.due_date.as_deref().and_then(readable_date),
            task,
            status,
            is_open,
        }
    }
}

/// Formats a date as `20 Nov 2026`.
fn readable_date(date: &str) -> Option<String> {
    let format = time::macros::format_description!("[day padding:none] [month repr:short] [year]");
    parse_date(date)?.format(format).ok()
}

/// Renders the page of a signed-in user. `rejected` is a form that the API rejected.
pub(super) fn tasks(
    session: &Session,
    status: StatusCode,
    page: Page,
    notice: Option<Notice>,
    rejected: Option<(NewTask, Vec<RejectedField>)>,
) -> Result<HttpResponse, WebError> {
    let (form, errors) = rejected.unzip();
    let html = TasksPage {
        css: &CSS_PATH,
        name: display_name(session),
        csrf: session.token.csrf(),
        notice,
        errors: errors.unwrap_or_default(),
        form: form.unwrap_or_default(),
        rows: page.items.into_iter().map(Row::new).collect(),
        next: page.next,
    }
    .render()?;
    Ok(respond(status, html))
}

pub(super) fn no_access(session: &Session) -> Result<HttpResponse, WebError> {
    let html = NoAccessPage {
        css: &CSS_PATH,
        name: display_name(session),
        csrf: session.token.csrf(),
    }
    .render()?;
    Ok(respond(StatusCode::FORBIDDEN, html))
}

fn display_name(session: &Session) -> &str {
    session.content.name.as_deref().unwrap_or("Signed in")
}

pub(super) fn signed_out(notice: Option<Notice>) -> Result<HttpResponse, WebError> {
    let html = SignedOutPage {
        css: &CSS_PATH,
        notice,
    }
    .render()?;
    Ok(respond(StatusCode::OK, html))
}

/// Handles `GET /web/tasks.{hash}.css`.
pub(super) async fn style_sheet(request: HttpRequest) -> HttpResponse {
    if request.path() != CSS_PATH.as_str() {
        return page_not_found();
    }
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(CSS)
}
