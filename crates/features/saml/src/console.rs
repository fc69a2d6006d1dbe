//! `/admin/saml`: clients that speak SAML, and the metadata of this server.

use doorward_admin::clients;
use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::ClientKind;
use doorward_domain::model::saml_client::{AttributeNames, NameIdFormat, SamlSigned};
use doorward_rules::list_filter::ClientFilter;
use doorward_templates::console::CopyText;
use serde_json::Value as Json;

use crate::applications::ALL;
use crate::operations::{CHECK, SHOW};
use crate::own_keys;
use doorward_saml_protocol::key::fingerprint;
use doorward_saml_protocol::metadata::{self, OwnAddresses};

pub(super) const PATH: &str = "/admin/saml";
pub(super) const TITLE: &str = "saml-title";
pub(super) const READ: Access = Access::Global("clients:read");
const WRITE: Access = Access::Global("clients:write");
const CREATED: &str = "saml-created";
const CHANGED: &str = "saml-changed";
/// Step of a form that shows what its values give the client, and changes nothing.
const CHECKED: &str = "check";
const YES: &str = "yes";

const NAME: Field = Field::line("name", "console-name").optional();
const SOURCES: [Field; 4] = [
    Field::lines("metadata", "saml-metadata")
        .hint("saml-metadata-hint")
        .optional(),
    Field::line("metadata_url", "saml-metadata-url").optional(),
    Field::line("entity_id", "saml-entity-id")
        .hint("saml-entity-id-hint")
        .optional(),
    Field::lines("acs", "saml-acs")
        .hint("saml-acs-hint")
        .optional(),
];
const URL: Field = Field::line("url", "saml-url").optional();

/// Members with their texts, in the order of the page.
const FACTS: [(&str, &str); 12] = [
    ("entity_id", "saml-entity-id"),
    ("acs", "saml-acs"),
    ("logout_url", "saml-logout-url"),
    ("metadata_url", "saml-metadata-url"),
    ("signing_certificates", "saml-signing"),
    ("encryption_certificate", "saml-encryption"),
    ("signed_requests", "saml-signed-requests"),
    ("signed", "saml-signed"),
    ("encrypted", "saml-encrypted"),
    ("name_id_format", "saml-name-id"),
    ("attribute_names", "saml-attributes"),
    ("unsolicited", "saml-unsolicited"),
];
/// Members that not every client has.
const RARE: [(&str, &str); 2] = [
    ("differences", "saml-differences"),
    ("configuration", "saml-configuration"),
];

pub(super) fn configure(routes: &mut Routes<'_>) {
    routes
        .page_for(PATH, READ, list)
        .form("/admin/saml/new", WRITE, create)
        .page_for("/admin/saml/{id}", READ, show)
        .form("/admin/saml/{id}/edit", WRITE, edit);
}

fn path(id: &str) -> String {
    format!("{PATH}/{id}")
}

async fn list(console: &Console<'_>) -> Answer {
    let context = console.context();
    let filter = ClientFilter {
        kind: Some(ClientKind::Saml),
        ..ClientFilter::default()
    };
    let found = clients::search(&context, &filter, None, ROWS).await?;
    let table = console
        .table_of(TITLE, &found.items, "saml-none")
        .column("console-name", |client| {
            Value::Link(Link::new(path(client.id.as_str()), client.name.clone()))
        })
        .column("saml-acs", |client| {
            console.codes(client.redirect_uris.clone())
        })
        .table();
    let new = console.has(WRITE);
    let new = new.then(|| console.link("/admin/saml/new", "saml-new"));
    let own = OwnAddresses::new(context.settings.issuer());
    let published = own_keys::published(&console.page.context).await?;
    let keys = console
        .table_of("saml-certificates", published.as_slice(), "saml-none")
        .column("saml-sha256", |own| {
            Value::Code(fingerprint(&own.certificate))
        })
        .column("saml-signs-from", |own| Value::Moment(own.active_at))
        .table();
    let certificates = published.iter().map(|own| own.certificate.as_str());
    let text = metadata::write(&own, certificates);
    let addresses = [
        ("saml-entity-id", own.entity_id),
        ("saml-sign-on", own.sign_on),
        ("saml-logout-url", own.logout),
    ];
    let title = console.t("saml-metadata");
    console.show(&Detail {
        lead: format!("{} {}", console.t("saml-text"), console.t("saml-keys-text")),
        facts: addresses
            .map(|(key, url)| console.fact(key, Value::Copy(url)))
            .into(),
        copy: Some(CopyText { title, text }),
        tables: vec![table, keys],
        actions: new.into_iter().collect(),
        ..console.detail(
            Section::Apps,
            console.link(APPS, "console-apps"),
            console.t(TITLE),
        )
    })
}

/// Returns the client of the path, with its version.
async fn stored(console: &Console<'_>) -> Result<(Json, String), Stop> {
    let body = json!({ "id": parameter(console.page, "id") });
    let found = (SHOW.run)(body, &console.context()).await?;
    Ok((found.document, found.version.unwrap_or_default()))
}

fn word<'j>(client: &'j Json, member: &str) -> &'j str {
    client[member].as_str().unwrap_or_default()
}

fn facts(console: &Console<'_>, client: &Json) -> Vec<Fact> {
    let rare = RARE.iter().filter(|(member, _)| !client[*member].is_null());
    let facts = FACTS.iter().chain(rare).map(|(member, key)| {
        let value = match &client[*member] {
            Json::Bool(is_so) => console.yes(*is_so),
            Json::Array(items) => console.codes(items.iter().filter_map(Json::as_str)),
            other => console.code(other.as_str()),
        };
        console.fact(key, value)
    });
    facts.collect()
}

async fn show(console: &Console<'_>) -> Answer {
    let (client, _) = stored(console).await?;
    let id = word(&client, "id");
    let edit = console.has(WRITE);
    let edit = edit.then(|| console.link(format!("{}/edit", path(id)), "saml-edit"));
    let settings = ClientId::parse(id).map(|id| console.link(app(&id), "saml-app"));
    let name = word(&client, "name").to_owned();
    console.show(&Detail {
        notice: console.notice(&[CREATED, CHANGED])?,
        facts: facts(console, &client),
        actions: edit.into_iter().chain(settings).collect(),
        ..console.detail(Section::Apps, console.link(PATH, TITLE), name)
    })
}

/// Shows a form, or returns it as it was sent. A step of it shows what its values give the client.
async fn open<'v>(visit: &'v Visit<'v>, mut view: EntryForm) -> Result<Form<'v>, Stop> {
    let console = &visit.console;
    form::mark_optional(console, &mut view.fields);
    view.previews = vec![(CHECKED, console.t("saml-check"))];
    let version = view.version.as_deref();
    view.also = also_as::of_form(console, &view.fields, &[], version);
    let form = Form::open(visit, view)?;
    form.offer(&[])?;
    if text(&visit.form, STEP)? != CHECKED {
        return Ok(form);
    }
    let operation = also_as::operation(console, &form.view.fields, &[]);
    let (_, mut members) = operation.ok_or(ErrorKind::Internal)?;
    members.remove("name");
    let checked = (CHECK.run)(Json::Object(members), &visit.context()).await;
    let checked = form.check_text(checked, form::problem).await?;
    let back = Link::new(form.view.action.clone(), form.view.heading.clone());
    let view = Detail {
        facts: facts(console, &checked.document),
        ..console.detail(Section::Apps, back, console.t("saml-check"))
    };
    Err(visit.answer(StatusCode::OK, &view))
}

async fn create(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let known = ALL
        .iter()
        .map(|known| (known.id.clone(), known.title.clone()));
    let none = (String::new(), console.t("console-none"));
    let known = select(std::iter::once(none).chain(known));
    let known = EntryField {
        required: false,
        ..entry("app", console.t("saml-known"), text(typed, "app")?, known)
    };
    let mut fields = form::entries(console, &[NAME, URL], typed)?;
    fields.insert(1, known);
    fields.extend(form::entries(console, &SOURCES, typed)?);
    let messages = ["saml-new", "console-create"];
    let view = EntryForm {
        lead: console.t("saml-new-text"),
        ..form::view(console, Section::Apps, messages, PATH, fields)
    };
    let created = open(visit, view).await?.run(&[]).await?;
    Ok(console.see_done(&path(word(&created, "id")), CREATED))
}

/// Returns the kind of the field of a preference; `None` for what metadata describes.
fn preference(member: &str) -> Option<FieldKind> {
    let words = match member {
        "signed" => SamlSigned::ALL.map(SamlSigned::as_str).to_vec(),
        "name_id_format" => NameIdFormat::ALL.map(NameIdFormat::as_str).to_vec(),
        "attribute_names" => AttributeNames::ALL.map(AttributeNames::as_str).to_vec(),
        "signed_requests" | "encrypted" | "unsolicited" => return Some(FieldKind::Flag),
        _ => return None,
    };
    let words = words.into_iter();
    Some(select(words.map(|word| (word.to_owned(), word.to_owned()))))
}

async fn edit(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let (client, version) = stored(console).await?;
    let value = |member: &str| match &client[member] {
        // An empty value comes before that of a checked box.
        _ if visit.is_typed() => typed.all(member).next().unwrap_or_default().to_owned(),
        Json::Bool(is_so) => if *is_so { YES } else { "" }.to_owned(),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    let mut fields = form::entries(console, &SOURCES, typed)?;
    fields.extend(FACTS.iter().filter_map(|(member, key)| {
        let kind = preference(member)?;
        Some(EntryField {
            required: !matches!(kind, FieldKind::Flag),
            ..entry(member, console.t(key), &value(member), kind)
        })
    }));
    let seen = if visit.is_answer() {
        text(typed, "version")?.to_owned()
    } else {
        version
    };
    let home = path(word(&client, "id"));
    let messages = ["saml-edit", "console-save"];
    let view = EntryForm {
        lead: console.t("saml-edit-text"),
        object: word(&client, "name").to_owned(),
        version: Some(seen),
        ..form::view(console, Section::Apps, messages, home.as_str(), fields)
    };
    open(visit, view).await?.run(&[]).await?;
    Ok(console.see_done(&home, CHANGED))
}
