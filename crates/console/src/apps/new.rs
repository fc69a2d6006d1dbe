//! `/admin/apps/new`: registers a client.

use doorward_admin::applications::ChosenApplication;
use doorward_admin::{applications, clients};
use doorward_applications::application::UrlError;
use doorward_applications::catalogue;
use doorward_domain::model::ClientKind;
use doorward_domain::secret::OpaqueToken;
use doorward_oauth::clients::input::NewClient;

use crate::apps::secrets;
use doorward_console_ui::prelude::*;

const MADE: &str = "console-app-made";
const MAX_URIS: usize = 20;

/// The fields below the choice of a known application.
const FIELDS: [Field; 4] = [
    Field::line("url", "console-app-url").hint("console-app-url-hint"),
    Field::line("name", "console-name").hint("console-name-hint"),
    Field::choice(
        "kind",
        "console-kind",
        &[
            ("web", "console-kind-web"),
            ("device", "console-kind-device"),
            ("service", "console-kind-service"),
        ],
    ),
    Field::lines("redirect_uri", "console-redirect-uris").hint("console-redirect-hint"),
];

fn fields(console: &Console<'_>, typed: &Params) -> Result<Vec<EntryField>, Stop> {
    let none = (String::new(), console.t("console-known-app-none"));
    let known = catalogue::all().iter();
    let known = known.map(|application| (application.id.to_owned(), application.title.clone()));
    let known = select(std::iter::once(none).chain(known));
    let label = console.t("console-known-app");
    let mut fields = vec![EntryField {
        hint: console.t("console-known-app-hint"),
        ..entry("app", label, text(typed, "app")?, known)
    }];
    fields.extend(form::entries(console, &FIELDS, typed)?);
    for field in &mut fields {
        field.required = false;
    }
    Ok(fields)
}

fn chosen(fields: &Params) -> Result<Result<Option<ChosenApplication>, FieldError>, Stop> {
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
) -> Result<Result<NewClient, FieldError>, Stop> {
    let (kind, is_service) = match text(fields, "kind")? {
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
    let fields = fields(console, typed)?;
    let form = Form::open(
        visit,
        EntryForm {
            once: Some(once::key(console)),
            ..form::view(console, Section::Apps, messages, APPS, fields)
        },
    )?;
    form.offer(&[])?;
    let chosen = form.accept(chosen(typed)?)?;
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
