//! `/admin/providers/new`: adds an identity provider from a template.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::AdminError;
use doorward_admin::providers::{self, ProviderSpec};
use doorward_domain::model::SecretSigner;
use doorward_domain::rules::provider::Preset;
use doorward_domain::rules::reserved_id::is_reserved;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{
    CopyText, Detail, EntryField, EntryForm, FieldKind, Link, Notice, Section,
};

use crate::console::Console;
use crate::providers::check;
use crate::providers::paths::{HOME, path, redirect_uri};
use crate::routes::{self, parameter};
use crate::ui::also_as;
use crate::ui::entry;

/// The templates, in the order of their links. A provider without OpenID Connect has no template,
/// because its settings are many.
const TEMPLATES: [Preset; 7] = [
    Preset::Google,
    Preset::Github,
    Preset::Microsoft,
    Preset::Apple,
    Preset::Gitlab,
    Preset::Facebook,
    Preset::Oidc,
];

/// The notice after a new provider.
pub(crate) const SAVED: &str = "console-provider-saved";

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page("/admin/providers/new", choose))
        .service(routes::form("/admin/providers/new/{kind}", form, create));
}

/// Returns the name of a template, which is not translated.
fn name(preset: Preset) -> &'static str {
    preset.name().unwrap_or("OpenID Connect")
}

/// Returns the text of the link to a template.
fn link_text(console: &Console<'_>, preset: Preset) -> String {
    let layout = &console.layout;
    layout.t_with("console-provider-add", "name", name(preset))
}

/// Returns the links to the forms of the templates.
pub(crate) fn links(console: &Console<'_>) -> Vec<Link> {
    let link = |preset: Preset| {
        let path = format!("{HOME}/new/{}", preset.as_str());
        Link::new(path, link_text(console, preset))
    };
    TEMPLATES.into_iter().map(link).collect()
}

async fn choose(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(providers::require_admin(&console.context()))?;
    let other = link_text(&console, Preset::Oidc);
    let view = Detail {
        lead: console
            .layout
            .t_with("console-provider-choose", "name", other),
        actions: links(&console),
        copy: Some(CopyText {
            title: console.t("console-provider-command"),
            text: "doorward provider apply FILE".to_owned(),
        }),
        ..console.detail(
            Section::Providers,
            Link::new(HOME, console.t("console-providers")),
            console.t("console-provider-new"),
        )
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the template that the path names.
fn template(page: &Page) -> Result<Preset, PageError> {
    let kind = parameter(page, "kind");
    let mut templates = TEMPLATES.into_iter();
    let named = templates.find(|preset| preset.as_str() == kind);
    Ok(named.ok_or(ErrorKind::NotFound)?)
}

async fn form(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(providers::require_admin(&console.context()))?;
    let preset = template(page)?;
    let console = console.require_fresh()?;
    let view = new_form(&console, preset, &Params::default())?;
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the form with the values as typed, except the secret.
fn new_form(console: &Console<'_>, preset: Preset, typed: &Params) -> Result<EntryForm, PageError> {
    let messages = ["console-provider-new", "console-provider-save"];
    let fields = fields(console, preset, typed)?;
    Ok(EntryForm {
        object: name(preset).to_owned(),
        ..entry::form(
            console,
            Section::Providers,
            messages,
            HOME.to_owned(),
            fields,
        )
    })
}

fn fields(
    console: &Console<'_>,
    preset: Preset,
    typed: &Params,
) -> Result<Vec<EntryField>, PageError> {
    let field = |id, key, kind| {
        let value = text(typed, id)?;
        Ok::<_, PageError>(entry::field(console, id, key, value, kind))
    };
    let mut id = field("id", "console-provider-id", FieldKind::Line)?;
    if id.value.is_empty() {
        preset.as_str().clone_into(&mut id.value);
    }
    let mut fields = vec![EntryField {
        hint: console.t("console-provider-redirect-hint"),
        value: redirect_uri(console, &id.value),
        ..field(
            "redirect_uri",
            "console-provider-redirect",
            FieldKind::Shown,
        )?
    }];
    if preset.issuer().is_none() {
        let example = match preset {
            Preset::Microsoft => "https://login.microsoftonline.com/…/v2.0",
            _ => "https://login.example.com",
        };
        let hint = console
            .layout
            .t_with("console-provider-issuer-hint", "example", example);
        fields.push(EntryField {
            hint,
            ..field("issuer", "console-issuer", FieldKind::Line)?
        });
    }
    if preset.name().is_none() {
        fields.push(field("name", "console-name", FieldKind::Line)?);
    }
    fields.push(field("client_id", "console-our-id", FieldKind::Line)?);
    if preset == Preset::Apple {
        fields.push(field("team_id", "console-provider-team", FieldKind::Line)?);
        fields.push(field("key_id", "console-provider-key-id", FieldKind::Line)?);
    }
    fields.push(secret_field(console, preset == Preset::Apple));
    fields.push(id);
    Ok(fields)
}

/// Returns the field of a secret without its value, which is never sent back. The secret may be the
/// private key that signs one for each use.
pub(crate) fn secret_field(console: &Console<'_>, signs: bool) -> EntryField {
    const ID: &str = "client_secret";
    if signs {
        return entry::field(console, ID, "console-provider-key", "", FieldKind::Lines);
    }
    EntryField {
        hint: console.t("console-provider-secret-hint"),
        ..entry::field(console, ID, "console-secret", "", FieldKind::Secret)
    }
}

/// Returns the provider that the form describes.
fn read(preset: Preset, fields: &Params) -> Result<ProviderSpec, PageError> {
    let value = |id| text(fields, id).map(|text| text.trim().to_owned());
    let signer = SecretSigner {
        team_id: value("team_id")?,
        key_id: value("key_id")?,
    };
    let issuer = value("issuer")?;
    let name = value("name")?;
    Ok(ProviderSpec {
        kind: Some(preset.as_str().to_owned()),
        name: preset.name().is_none().then_some(name),
        issuer: preset.issuer().is_none().then_some(issuer),
        client_id: value("client_id")?,
        client_secret: Some(value("client_secret")?),
        secret_signer: (preset == Preset::Apple).then_some(signer),
        ..ProviderSpec::default()
    })
}

/// Returns the field of an error and its message; an empty field for an error of none.
fn problem(error: &AdminError, preset: Preset) -> Option<(&'static str, &'static str)> {
    Some(match error {
        AdminError::Taken { kind, .. } if *kind == "provider" => ("id", "console-taken"),
        AdminError::Taken { .. } => ("issuer", "console-provider-issuer-taken"),
        AdminError::Invalid { field, .. } => match *field {
            "id" => ("id", "console-provider-id-invalid"),
            "name" => ("name", "console-name-invalid"),
            "issuer" => ("issuer", "console-provider-issuer-invalid"),
            "client_id" => ("client_id", "console-provider-our-id-invalid"),
            "client_secret" => ("client_secret", secret_problem(preset == Preset::Apple)),
            "secret_signer" => ("team_id", "console-provider-team-invalid"),
            _ => ("", "console-invalid"),
        },
        _ => return None,
    })
}

/// Returns the message about an unusable secret.
pub(crate) const fn secret_problem(signs: bool) -> &'static str {
    if signs {
        "console-provider-key-invalid"
    } else {
        "console-provider-secret-invalid"
    }
}

async fn create(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let fields = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let preset = template(page)?;
    if also_as::is_requested(&fields)? {
        console
            .require(providers::require_admin(&console.context()))
            .await?;
        let view = new_form(&console, preset, &fields)?;
        return Ok(also_as::show(&console, view, &[]));
    }
    let spec = read(preset, &fields)?;
    let id = text(&fields, "id")?.trim();
    let key = &page.context.directory.provider_key;
    let created = providers::create(&console.context(), key, id, &spec).await;
    let mut view = new_form(&console, preset, &fields)?;
    for field in &mut view.fields {
        if field.id == "client_secret" {
            field.hint = console.t("console-provider-secret-again");
        }
    }
    if is_reserved(id) && matches!(created, Err(AdminError::Invalid { field: "id", .. })) {
        return Ok(entry::reject(&console, view, "id", "console-id-reserved"));
    }
    let wrong = created.as_ref().err();
    if let Some((id, key)) = wrong.and_then(|error| problem(error, preset)) {
        // A template without the field shows the error above the form.
        match view.fields.iter_mut().find(|field| field.id == id) {
            Some(field) => field.error = Some(console.t(key)),
            None => view.failure = Some(console.t(key)),
        }
        return Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view));
    }
    let provider = match console.change(created).await? {
        Ok(provider) => provider,
        Err(failure) => return Ok(entry::fail(&console, view, &[], failure)),
    };
    match check::run(&console, &provider).await? {
        Ok(result) => {
            let notice = Some(Notice {
                text: console.t(SAVED),
                is_error: false,
            });
            Ok(page.html(StatusCode::OK, &Detail { notice, ..result }))
        }
        Err(_) => Ok(page.see_other(&format!("{}?done={SAVED}", path(&provider.id)))),
    }
}
