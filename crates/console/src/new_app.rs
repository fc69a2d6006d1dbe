//! `/admin/apps/new`: registers a client.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::clients;
use doorward_admin::operator::AdminError;
use doorward_domain::model::ClientKind;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_services::clients::input::NewClient;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Choice, EntryField, EntryForm, FieldKind, Section};

use crate::app_secrets;
use crate::console::Console;
use crate::entry;
use crate::routes::{self, APPS};

const PATH: &str = "/admin/apps/new";
/// Maximum number of redirect URIs.
const MAX_URIS: usize = 20;

/// The kinds to choose from, with the kind of the client.
const KINDS: [(&str, &str, ClientKind); 3] = [
    ("web", "console-kind-web", ClientKind::Confidential),
    ("device", "console-kind-device", ClientKind::Public),
    ("service", "console-kind-service", ClientKind::Confidential),
];

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form(PATH, form, create));
}

async fn form(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().require_global("clients:write"))?;
    let console = console.require_fresh()?;
    let view = view(&console, &Params::default())?;
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the form with the values as typed.
fn view(console: &Console<'_>, typed: &Params) -> Result<EntryForm, PageError> {
    let field = |id, key, kind| {
        let value = text(typed, id)?;
        Ok::<_, PageError>(entry::field(console, id, key, value, kind))
    };
    let kinds = KINDS.map(|(value, key, _)| Choice {
        value: value.to_owned(),
        text: console.t(key),
    });
    let uris = EntryField {
        hint: console.t("console-redirect-hint"),
        ..field("redirect_uri", "console-redirect-uris", FieldKind::Lines)?
    };
    let fields = vec![
        field("name", "console-name", FieldKind::Line)?,
        field("kind", "console-kind", FieldKind::Select(kinds.into()))?,
        uris,
    ];
    let messages = ["console-new-app", "console-create"];
    let back = APPS.to_owned();
    Ok(entry::form(console, Section::Apps, messages, back, fields))
}

/// Returns the client that the form describes, or the field with an error and its message.
fn read(fields: &Params) -> Result<Result<NewClient, (&'static str, &'static str)>, PageError> {
    let kind = text(fields, "kind")?;
    let known = KINDS.iter().find(|(name, ..)| *name == kind);
    let (name, _, kind) = known.ok_or(ErrorKind::BadRequest)?;
    let is_service = *name == "service";
    let mut new = NewClient::named(text(fields, "name")?.trim(), *kind);
    if new.name.is_empty() {
        return Ok(Err(("name", "console-name-missing")));
    }
    let uris = text(fields, "redirect_uri")?.split_whitespace();
    let uris: Vec<String> = uris.map(str::to_owned).collect();
    if uris.is_empty() != is_service || uris.len() > MAX_URIS {
        let key = if is_service {
            "console-redirect-none"
        } else {
            "console-redirect-missing"
        };
        return Ok(Err(("redirect_uri", key)));
    }
    new.settings.redirect_uris = Some(uris);
    Ok(Ok(new))
}

async fn create(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let fields = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    Console::read(console.context().require_global("clients:write"))?;
    let view = view(&console, &fields)?;
    let new = match read(&fields)? {
        Ok(new) => new,
        Err((field, key)) => return Ok(entry::reject(&console, view, field, key)),
    };
    let created = clients::create(&console.context(), new).await;
    if let Err(AdminError::Invalid { field, .. }) = &created {
        let field = field.replace('-', "_");
        let (field, key) = match field.as_str() {
            field if field.starts_with("redirect") => ("redirect_uri", "console-redirect-invalid"),
            _ => ("name", "console-name-invalid"),
        };
        return Ok(entry::reject(&console, view, field, key));
    }
    match console.change(created).await? {
        Ok((client, secret)) => {
            let secret = secret.map(|secret| secret.expose().to_owned());
            Ok(app_secrets::show(&console, &client, secret))
        }
        Err(failure) => Ok(entry::fail(&console, view, &[], failure)),
    }
}
