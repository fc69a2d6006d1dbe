//! `/admin/apps/{id}/logo`: the logo of a client.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::clients::{self, LOGO_TOO_LARGE};
use doorward_admin::operator::{AdminError, version};
use doorward_domain::model::Client;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::optional_upload;
use doorward_http::upload::Upload;
use doorward_services::pictures::MAX_FILE;
use doorward_templates::consent::logo_path;
use doorward_templates::console::{EntryField, EntryForm, FieldKind, Link, Section};

use crate::apps::pages::{LOGO, LOGO_REMOVED, LOGO_SAVED, editable};
use crate::console::Console;
use crate::routes::{self, app};
use crate::ui::action::{Action, Messages};
use crate::ui::also_as;
use crate::ui::entry;

const WRITE: &str = "clients:write";
/// Name of the field with the file.
const FIELD: &str = "logo";

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::form("/admin/apps/{id}/logo", ask, upload))
        .service(routes::form(
            "/admin/apps/{id}/logo/remove",
            ask_removal,
            remove,
        ));
}

/// Returns the link to the form.
pub(crate) fn link(console: &Console<'_>, client: &Client) -> Link {
    let path = format!("{}{LOGO}", app(&client.id));
    Link::new(path, console.t("console-app-logo"))
}

/// Returns the link to the removal of a logo, if there is one.
pub(crate) fn removal(console: &Console<'_>, client: &Client) -> Option<Link> {
    client.consent.logo.as_ref().map(|_| {
        let path = format!("{}{LOGO}/remove", app(&client.id));
        Link::new(path, console.t("console-app-logo-remove"))
    })
}

/// Returns the client that the path names, for a form of an administrator who may change it.
async fn open(page: &Page) -> Result<(Console<'_>, Client), PageError> {
    let console = Console::open_global(page, WRITE).await?;
    let client = editable(&console).await?;
    Ok((console.require_fresh()?, client))
}

/// Returns the same for a change. A denial is recorded.
async fn open_for_change(page: &Page) -> Result<(Console<'_>, Client), PageError> {
    let console = Console::open_global_change(page, WRITE).await?;
    let client = editable(&console).await?;
    Ok((console, client))
}

/// Returns the form, with the present logo.
fn form(console: &Console<'_>, client: &Client) -> EntryForm {
    let field = |id, key, value: &str, kind| entry::field(console, id, key, value, kind);
    let present = client.consent.logo.as_ref().map(|logo| {
        let (key, path) = ("console-app-logo-now", logo_path(logo));
        field("current", key, &path, FieldKind::Picture)
    });
    let file = EntryField {
        hint: console.t("console-app-logo-hint"),
        ..field(FIELD, "profile-picture", "", FieldKind::File)
    };
    let fields = present.into_iter().chain([file]).collect();
    let messages = ["console-app-logo", "profile-picture-submit"];
    let version = version(client);
    // The texts do not depend on the file.
    let also = also_as::of_question(console, [], Some(&version));
    EntryForm {
        object: client.name.clone(),
        version: Some(version),
        also,
        ..entry::form(console, Section::Apps, messages, app(&client.id), fields)
    }
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let (console, client) = open(page).await?;
    Ok(page.html(StatusCode::OK, &form(&console, &client)))
}

async fn upload(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let (fields, uploaded) = optional_upload(page, payload, FIELD, MAX_FILE).await?;
    let (console, client) = open_for_change(page).await?;
    let view = form(&console, &client);
    let reject = |view, key| Ok(entry::reject(&console, view, FIELD, key));
    let file = match uploaded {
        Upload::TooLong => return reject(view, "profile-picture-too-large"),
        Upload::File(file) if file.is_empty() => return reject(view, "profile-picture-missing"),
        Upload::File(file) => file,
    };
    let (context, pictures) = (
        console.context_with_version(&fields),
        &page.context.accounts.pictures,
    );
    let set = clients::set_logo(&context, pictures, &client.id, file).await;
    if let Err(AdminError::Invalid { problem, .. }) = &set {
        let key = if problem == LOGO_TOO_LARGE {
            "profile-picture-too-large"
        } else {
            "profile-picture-none"
        };
        return reject(view, key);
    }
    Ok(match console.change(set).await? {
        Ok(_) => page.see_other(&format!("{}?done={LOGO_SAVED}", view.back)),
        Err(failure) => entry::fail(&console, view, &[], failure),
    })
}

fn question(client: &Client) -> Action {
    Action {
        section: Section::Apps,
        messages: Messages {
            question: "console-app-logo-remove-question",
            text: "console-app-logo-remove-text",
            submit: "console-app-logo-remove",
            done: LOGO_REMOVED,
        },
        object: client.name.clone(),
        choice: None,
        reason: None,
        typed: None,
        version: Some(version(client)),
        is_risky: true,
        back: format!("{}{LOGO}", app(&client.id)),
    }
}

async fn ask_removal(page: &Page) -> Result<HttpResponse, PageError> {
    let (console, client) = open(page).await?;
    Ok(question(&client).ask(&console))
}

async fn remove(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let (console, client) = open_for_change(page).await?;
    let context = console.context_with_version(&form);
    let removed = clients::remove_logo(&context, &client.id).await;
    let removed = console.change(removed).await?;
    Ok(question(&client).finish(&console, removed, &app(&client.id)))
}
