//! `/admin/support-code`: opens the page of the user who reads out a support code.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::AdminError;
use doorward_admin::support_codes;
use doorward_domain::credentials::support_code::SupportCode;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::console::{EntryForm, Link, Section};

use crate::console::Console;
use crate::people;
use crate::routes::{self, filtered};
use crate::ui::entry;

const PATH: &str = "/admin/support-code";
/// The name of the field.
const CODE: &str = "code";

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form(PATH, form, open));
}

/// Returns the path of the page for a text in a search that can be a code; `None` for any other
/// text, and without the permission.
pub(crate) fn path(console: &Console<'_>, typed: &str) -> Option<String> {
    let code = SupportCode::parse(typed).filter(|_| console.may("users:read"))?;
    Some(filtered(PATH, [(CODE, code.to_groups().as_str())]))
}

/// Returns the link to that page.
pub(crate) fn link(console: &Console<'_>, typed: &str) -> Option<Link> {
    let path = path(console, typed)?;
    Some(Link::new(path, console.t("console-support-code")))
}

fn view(console: &Console<'_>, typed: &Params) -> Result<EntryForm, PageError> {
    let (hint, value) = ("console-support-code-hint", text(typed, CODE)?);
    let field = entry::hinted(console, CODE, "console-support-code-label", hint, value);
    let messages = ["console-support-code", "console-support-code-open"];
    let back = people::HOME.to_owned();
    let mut view = entry::form(console, Section::People, messages, back, vec![field]);
    // The code is no part of the page that the language forms return to.
    PATH.clone_into(&mut view.layout.return_to);
    Ok(view)
}

async fn form(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_scoped(page, "users:read").await?;
    let console = console.require_fresh()?;
    let view = view(&console, &page.query()?)?;
    Ok(page.html(StatusCode::OK, &view))
}

async fn open(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let typed = page.form(payload).await?;
    let console = Console::open_scoped_change(page, "users:read").await?;
    let view = view(&console, &typed)?;
    let (accounts, limits) = (&page.context.accounts, &page.context.limits);
    let (key, limiter) = (&accounts.support_code_key, &limits.rate_limiter);
    let context = console.context();
    let found = support_codes::open(&context, key, limiter, text(&typed, CODE)?).await;
    match found {
        Err(AdminError::NotFound { .. }) => {
            let message = "console-support-code-wrong";
            Ok(entry::reject(&console, view, CODE, message))
        }
        Err(AdminError::TooMany(consumed)) => Err(page.too_many(consumed)),
        found => {
            let user = people::path(Console::read(found)?);
            Ok(page.see_other(&format!("{user}?done=opened")))
        }
    }
}
