//! `/admin/apps/new` and `/admin/apps/new/catalogue/{app}`: registers a client.

use doorward_admin::applications::ChosenApplication;
use doorward_admin::{applications, clients};
use doorward_applications::application::{Application, UrlError};
use doorward_applications::catalogue;
use doorward_domain::model::ClientKind;
use doorward_domain::secret::OpaqueToken;
use doorward_oauth::clients::input::NewClient;

use crate::apps::catalogue::{PATH, around};
use crate::apps::secrets;
use doorward_console_ui::prelude::*;

const MADE: &str = "console-app-made";
const MAX_URIS: usize = 20;

const NAME: Field = Field::line("name", "console-name");
const KIND: Field = Field::choice(
    "kind",
    "console-kind",
    &[
        ("web", "console-kind-web"),
        ("device", "console-kind-device"),
        ("service", "console-kind-service"),
    ],
);
const URIS: Field =
    Field::lines("redirect_uri", "console-redirect-uris").hint("console-redirect-hint");
const URL: Field = Field::line("url", "console-app-url").hint("console-app-url-hint");
const OWN_NAME: Field = NAME.hint("console-name-hint");
const OWN_URIS: Field = URIS.hint("console-app-uris-hint");

fn fields(
    console: &Console<'_>,
    application: Option<&Application>,
    typed: &Params,
) -> Result<Vec<EntryField>, Stop> {
    let all: &[Field] = match application {
        None => &[NAME, KIND, URIS],
        Some(application) if application.url.is_some() => &[URL, OWN_NAME, OWN_URIS],
        Some(_) => &[OWN_NAME, OWN_URIS],
    };
    let mut fields = form::entries(console, all, typed)?;
    // The console names a missing value, with its field.
    for field in &mut fields {
        field.required = false;
    }
    Ok(fields)
}

/// Returns the application that the path names, if it names one.
fn named(console: &Console<'_>) -> Result<Option<&'static Application>, Stop> {
    match parameter(console.page, "app").as_str() {
        "" => Ok(None),
        name => Ok(Some(catalogue::find(name).ok_or(ErrorKind::NotFound)?)),
    }
}

fn chosen(
    application: Option<&'static Application>,
    fields: &Params,
) -> Result<Result<Option<ChosenApplication>, FieldError>, Stop> {
    let url = Some(text(fields, "url")?.trim()).filter(|url| !url.is_empty());
    let chosen = application.map(|application| ChosenApplication::new(application, url));
    let chosen = chosen.transpose().map_err(|error| match error {
        UrlError::Missing { .. } => ("url", "console-app-url-missing"),
        UrlError::Superfluous(_) => ("url", "console-app-url-none"),
        UrlError::Invalid { .. } => ("url", "console-app-url-invalid"),
    });
    Ok(chosen)
}

/// Returns the client that the form describes. The settings of a known application complete it.
fn read(
    fields: &Params,
    chosen: Option<&ChosenApplication>,
) -> Result<Result<NewClient, FieldError>, Stop> {
    let kind = match chosen {
        Some(_) => "web",
        None => text(fields, "kind")?,
    };
    let (kind, is_service) = match kind {
        "web" => (ClientKind::Confidential, false),
        "device" => (ClientKind::Public, false),
        "service" => (ClientKind::Confidential, true),
        _ => return Err(ErrorKind::BadRequest.into()),
    };
    let mut new = NewClient::named(text(fields, "name")?.trim(), kind);
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

pub(crate) async fn create(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let messages = ["console-new-app", "console-create"];
    let application = named(console)?;
    let fields = fields(console, application, typed)?;
    let chosen = chosen(application, typed)?;
    let planned = chosen.as_ref().ok().and_then(Option::as_ref);
    let page = application.map(|application| around(console, application, planned));
    let (back, other) = match application {
        Some(_) => (PATH, None),
        None => (APPS, Some(console.link(PATH, "console-catalogue"))),
    };
    let form = Form::open(
        visit,
        EntryForm {
            once: Some(once::key(console)),
            page: page.transpose()?,
            other,
            ..form::view(console, Section::Apps, messages, back, fields)
        },
    )?;
    form.offer(&[])?;
    let chosen = form.accept(chosen)?;
    let new = form.accept(read(typed, chosen.as_ref())?)?;
    let has_typed_uris = new.settings.redirect_uris.is_some();
    let created = once::create(console, typed, async |context: AdminContext<'_>| {
        register(&context, chosen.as_ref(), new).await
    });
    let created = Box::pin(created).await;
    let problem = |error: &AdminError| {
        let AdminError::Invalid { field, .. } = error else {
            return None;
        };
        Some(match field.replace('-', "_").as_str() {
            // The catalogue makes these addresses from the URL.
            field if field.contains("uri") && !has_typed_uris => ("url", "console-app-url-invalid"),
            field if field.starts_with("redirect") => ("redirect_uri", "console-redirect-invalid"),
            _ => ("name", "console-name-invalid"),
        })
    };
    match form.settle(created, problem).await? {
        Created::Now((client, secret)) => {
            let (secret, chosen) = (secret.as_ref(), chosen.as_ref());
            Ok(secrets::show(console, MADE, &client, secret, chosen))
        }
        Created::Before(stored) => {
            let path = format!("{APPS}/{}", routes::encode(&stored.id));
            Ok(once::repeat(console, &path, &stored))
        }
    }
}
