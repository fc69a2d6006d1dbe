//! `/admin/apps/new`: registers a client.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::applications::ChosenApplication;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::{applications, clients};
use doorward_applications::application::UrlError;
use doorward_applications::catalogue;
use doorward_domain::model::{Client, ClientKind};
use doorward_domain::secret::OpaqueToken;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_services::clients::input::NewClient;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Choice, EntryField, EntryForm, FieldKind, Section};

use crate::apps::secrets;
use crate::console::Console;
use crate::routes::{self, APPS};
use crate::ui::also_as;
use crate::ui::entry;
use crate::ui::once::{self, Created};

const PATH: &str = "/admin/apps/new";
/// The heading above a new client.
const MADE: &str = "console-app-made";
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
    let console = Console::open_global(page, "clients:write").await?;
    let console = console.require_fresh()?;
    let view = view(&console, &Params::default())?;
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the form with the values as typed.
fn view(console: &Console<'_>, typed: &Params) -> Result<EntryForm, PageError> {
    let field = |id, key, kind| {
        let value = text(typed, id)?;
        Ok::<_, PageError>(EntryField {
            required: false,
            ..entry::field(console, id, key, value, kind)
        })
    };
    let kinds = KINDS.map(|(value, key, _)| Choice {
        value: value.to_owned(),
        text: console.t(key),
    });
    let hinted = |hint, field| {
        let hint = console.t(hint);
        EntryField { hint, ..field }
    };
    let known = FieldKind::Select(known_applications(console));
    let fields = vec![
        hinted(
            "console-known-app-hint",
            field("app", "console-known-app", known)?,
        ),
        hinted(
            "console-app-url-hint",
            field("url", "console-app-url", FieldKind::Line)?,
        ),
        hinted(
            "console-name-hint",
            field("name", "console-name", FieldKind::Line)?,
        ),
        field("kind", "console-kind", FieldKind::Select(kinds.into()))?,
        hinted(
            "console-redirect-hint",
            field("redirect_uri", "console-redirect-uris", FieldKind::Lines)?,
        ),
    ];
    let messages = ["console-new-app", "console-create"];
    let back = APPS.to_owned();
    Ok(EntryForm {
        once: Some(once::key(console)),
        ..entry::form(console, Section::Apps, messages, back, fields)
    })
}

/// Returns the applications of the catalogue, after the choice of none.
fn known_applications(console: &Console<'_>) -> Vec<Choice> {
    let none = Choice {
        value: String::new(),
        text: console.t("console-known-app-none"),
    };
    let known = catalogue::all().iter().map(|application| Choice {
        value: application.id.to_owned(),
        text: application.title.clone(),
    });
    std::iter::once(none).chain(known).collect()
}

/// A field with an error, and its message.
type FieldError = (&'static str, &'static str);

/// Returns the application that the form names, if any.
fn chosen(fields: &Params) -> Result<Result<Option<ChosenApplication>, FieldError>, PageError> {
    let (name, url) = (text(fields, "app")?, text(fields, "url")?.trim());
    let url = Some(url).filter(|url| !url.is_empty());
    if name.is_empty() {
        return Ok(match url {
            Some(_) => Err(("url", "console-app-url-none")),
            None => Ok(None),
        });
    }
    let application = catalogue::find(name).ok_or(ErrorKind::BadRequest)?;
    let chosen = ChosenApplication::new(application, url).map_err(|error| match error {
        UrlError::Missing { .. } => ("url", "console-app-url-missing"),
        UrlError::Superfluous(_) => ("url", "console-app-url-none"),
        UrlError::Invalid { .. } => ("url", "console-app-url-invalid"),
    });
    Ok(chosen.map(Some))
}

/// Returns the client that the form describes. The settings of a known application complete it.
fn read(
    fields: &Params,
    chosen: Option<&ChosenApplication>,
) -> Result<Result<NewClient, FieldError>, PageError> {
    let kind = text(fields, "kind")?;
    let known = KINDS.iter().find(|(name, ..)| *name == kind);
    let (name, _, kind) = known.ok_or(ErrorKind::BadRequest)?;
    let is_service = *name == "service";
    let mut new = NewClient::named(text(fields, "name")?.trim(), *kind);
    let uris = text(fields, "redirect_uri")?.split_whitespace();
    let uris: Vec<String> = uris.map(str::to_owned).collect();
    if chosen.is_some() && uris.len() <= MAX_URIS {
        new.settings.redirect_uris = (!uris.is_empty()).then_some(uris);
        return Ok(Ok(new));
    }
    if new.name.is_empty() {
        return Ok(Err(("name", "console-name-missing")));
    }
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

/// Registers the client, with what its application expects.
async fn register(
    context: &AdminContext<'_>,
    chosen: Option<&ChosenApplication>,
    mut new: NewClient,
) -> Result<(Client, Option<OpaqueToken>), AdminError> {
    match chosen {
        Some(chosen) => {
            chosen.complete(&mut new)?;
            applications::create(context, chosen, new).await
        }
        None => clients::create(context, new).await,
    }
}

async fn create(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let fields = page.form(payload).await?;
    let console = Console::open_global_change(page, "clients:write").await?;
    let view = view(&console, &fields)?;
    if also_as::is_requested(&fields)? {
        return Ok(also_as::show(&console, view, &[]));
    }
    let chosen = match chosen(&fields)? {
        Ok(chosen) => chosen,
        Err((field, key)) => return Ok(entry::reject(&console, view, field, key)),
    };
    let new = match read(&fields, chosen.as_ref())? {
        Ok(new) => new,
        Err((field, key)) => return Ok(entry::reject(&console, view, field, key)),
    };
    let has_typed_uris = new.settings.redirect_uris.is_some();
    let created = once::create(&console, &fields, async |context: AdminContext<'_>| {
        register(&context, chosen.as_ref(), new).await
    });
    let created = Box::pin(created).await;
    if let Err(AdminError::Invalid { field, .. }) = &created {
        let field = field.replace('-', "_");
        let (field, key) = match field.as_str() {
            // The catalogue makes these addresses from the URL.
            field if field.contains("uri") && !has_typed_uris => ("url", "console-app-url-invalid"),
            field if field.starts_with("redirect") => ("redirect_uri", "console-redirect-invalid"),
            _ => ("name", "console-name-invalid"),
        };
        return Ok(entry::reject(&console, view, field, key));
    }
    match console.change(created).await? {
        Ok(Created::Now((client, secret))) => {
            let (secret, chosen) = (secret.as_ref(), chosen.as_ref());
            Ok(secrets::show(&console, MADE, &client, secret, chosen))
        }
        Ok(Created::Before(stored)) => {
            let path = format!("{APPS}/{}", routes::encode(&stored.id));
            Ok(once::repeat(&console, &path, &stored))
        }
        Err(failure) => Ok(entry::fail(&console, view, &[], failure)),
    }
}
