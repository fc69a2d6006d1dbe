//! `/admin/providers/new`: adds an identity provider from a template.

use doorward_admin::providers::{self, ProviderSpec};
use doorward_domain::model::SecretSigner;
use doorward_rules::provider::Preset;
use doorward_rules::reserved_id::is_reserved;
use doorward_templates::console::CopyText;

use crate::providers::check;
use crate::providers::pages::redirect_uri;
use doorward_console_ui::prelude::*;

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

pub(crate) const SAVED: &str = "console-provider-saved";

fn name(preset: Preset) -> &'static str {
    preset.name().unwrap_or("OpenID Connect")
}

fn link_text(console: &Console<'_>, preset: Preset) -> String {
    let layout = &console.layout;
    layout.t_with("console-provider-add", "name", name(preset))
}

pub(crate) fn links(console: &Console<'_>) -> Vec<Link> {
    let link = |preset: Preset| {
        let path = format!("{PROVIDERS}/new/{}", preset.as_str());
        Link::new(path, link_text(console, preset))
    };
    TEMPLATES.into_iter().map(link).collect()
}

pub(crate) async fn choose(console: &Console<'_>) -> Answer {
    let layout = &console.layout;
    let other = link_text(console, Preset::Oidc);
    console.show(&Detail {
        lead: layout.t_with("console-provider-choose", "name", other),
        actions: links(console),
        copy: Some(CopyText {
            title: console.t("console-provider-command"),
            text: "doorward provider apply FILE".to_owned(),
        }),
        ..console.object(Section::Providers, console.t("console-provider-new"))
    })
}

fn template(console: &Console<'_>) -> Result<Preset, Stop> {
    let kind = parameter(console.page, "kind");
    let mut templates = TEMPLATES.into_iter();
    let named = templates.find(|preset| preset.as_str() == kind);
    Ok(named.ok_or(ErrorKind::NotFound)?)
}

const ISSUER: Field = Field::line("issuer", "console-issuer");
const NAME: Field = Field::line("name", "console-name");
const CLIENT_ID: Field = Field::line("client_id", "console-our-id");
const SIGNER: [Field; 2] = [
    Field::line("team_id", "console-provider-team"),
    Field::line("key_id", "console-provider-key-id"),
];
const ID: Field = Field::line("id", "console-provider-id");

/// Returns the fields with the values as typed, except the secret.
fn fields(console: &Console<'_>, preset: Preset, typed: &Params) -> Result<Vec<EntryField>, Stop> {
    let id = ID
        .default(preset.as_str())
        .entry(console, text(typed, "id")?);
    let label = console.t("console-provider-redirect");
    let redirect_uri = redirect_uri(console, &id.value);
    let mut fields = vec![EntryField {
        hint: console.t("console-provider-redirect-hint"),
        ..entry("redirect_uri", label, &redirect_uri, FieldKind::Shown)
    }];
    if preset.issuer().is_none() {
        let example = match preset {
            Preset::Microsoft => "https://login.microsoftonline.com/…/v2.0",
            _ => "https://login.example.com",
        };
        let layout = &console.layout;
        fields.push(EntryField {
            hint: layout.t_with("console-provider-issuer-hint", "example", example),
            ..ISSUER.entry(console, text(typed, "issuer")?)
        });
    }
    let has_name = preset.name().is_none();
    let table: Vec<Field> = has_name
        .then_some(NAME)
        .into_iter()
        .chain([CLIENT_ID])
        .chain(SIGNER.into_iter().filter(|_| preset == Preset::Apple))
        .collect();
    fields.extend(form::entries(console, &table, typed)?);
    fields.push(secret_field(console, preset == Preset::Apple));
    fields.push(id);
    Ok(fields)
}

/// Returns the field of a secret without its value, which is never sent back. The secret may be the
/// private key that signs one for each use.
pub(crate) fn secret_field(console: &Console<'_>, signs: bool) -> EntryField {
    if signs {
        return Field::lines("client_secret", "console-provider-key").entry(console, "");
    }
    let label = console.t("console-secret");
    EntryField {
        hint: console.t("console-provider-secret-hint"),
        ..entry("client_secret", label, "", FieldKind::Secret)
    }
}

fn read(preset: Preset, fields: &Params) -> Result<ProviderSpec, Stop> {
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
fn problem(error: &AdminError, preset: Preset) -> Option<FieldError> {
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

pub(crate) const fn secret_problem(signs: bool) -> &'static str {
    if signs {
        "console-provider-key-invalid"
    } else {
        "console-provider-secret-invalid"
    }
}

pub(crate) async fn create(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let preset = template(console)?;
    let messages = ["console-provider-new", "console-provider-save"];
    let fields = fields(console, preset, typed)?;
    let view = EntryForm {
        object: name(preset).to_owned(),
        ..form::view(console, Section::Providers, messages, PROVIDERS, fields)
    };
    let mut form = Form::open(visit, view)?;
    if also_as::is_requested(typed)? {
        console
            .require(Access::Admin.check(&console.context()))
            .await?;
        return Err(form.show_texts(&[]));
    }
    let spec = read(preset, typed)?;
    let id = text(typed, "id")?.trim();
    let key = &console.page.context.directory.provider_key;
    let created = providers::create(&console.context(), key, id, &spec).await;
    for field in &mut form.view.fields {
        if field.id == "client_secret" {
            field.hint = console.t("console-provider-secret-again");
        }
    }
    let problem = |error: &AdminError| match error {
        AdminError::Invalid { field: "id", .. } if is_reserved(id) => {
            Some(("id", "console-id-reserved"))
        }
        error => problem(error, preset),
    };
    let provider = form.settle(created, problem).await?;
    match check::run(console, &provider).await? {
        Ok(result) => {
            let notice = Some(Notice {
                text: console.t(SAVED),
                is_error: false,
            });
            Ok(console
                .page
                .html(StatusCode::OK, &Detail { notice, ..result }))
        }
        Err(_) => Ok(console.see_done(&routes::provider(&provider.id), SAVED)),
    }
}
