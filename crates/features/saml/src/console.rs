//! `/admin/saml`: clients that speak SAML, and the metadata of this server. `/admin/apps/{id}/saml`: the settings of
//! one.

use doorward_admin::clients;
use doorward_console::apps::pages;
use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::ClientKind;
use doorward_domain::model::saml_client::{AttributeNames, NameIdFormat, SamlSigned};
use doorward_rules::list_filter::ClientFilter;
use doorward_saml_protocol::key::fingerprint;
use doorward_saml_protocol::metadata::OwnAddresses;
use doorward_templates::console::CopyText;
use serde_json::Value as Json;

use crate::applications::ALL;
use crate::operations::{self, CHECK, SHOW};
use crate::own_keys;

pub(super) const PATH: &str = "/admin/saml";
/// Path below that of an app.
pub(super) const BELOW: &str = "/saml";
pub(super) const TITLE: &str = "saml-title";
pub(super) const READ: Access = Access::Global("clients:read");
const WRITE: Access = Access::Global("clients:write");
const CREATED: &str = "saml-created";
const CHANGED: &str = "saml-changed";
/// Step of a form that shows what its values give the client, and changes nothing.
const CHECKED: &str = "check";

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
        .page_for("/admin/apps/{id}/saml", READ, show)
        .form("/admin/apps/{id}/saml/edit", WRITE, edit);
}

fn path(id: &str) -> String {
    format!("{APPS}/{id}{BELOW}")
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
    let published = own_keys::published(&console.page.context).await?;
    let keys = console
        .table_of("saml-certificates", published.as_slice(), "saml-none")
        .column("saml-sha256", |own| {
            Value::Code(fingerprint(&own.certificate))
        })
        .column("saml-signs-from", |own| Value::Moment(own.active_at))
        .table();
    let own = OwnAddresses::new(context.settings.issuer());
    let text = own_keys::metadata(&own, &published)?;
    let addresses = [
        ("saml-entity-id", own.entity_id),
        ("saml-sign-on", own.sign_on),
        ("saml-logout-url", own.logout),
    ];
    let (title, back) = (console.t(TITLE), console.link(APPS, "console-apps"));
    console.show(&Detail {
        lead: format!("{} {}", console.t("saml-text"), console.t("saml-keys-text")),
        facts: addresses
            .map(|(key, url)| console.fact(key, Value::Copy(url)))
            .into(),
        copy: Some(CopyText {
            title: console.t("saml-metadata"),
            text,
        }),
        tables: vec![table, keys],
        actions: new.into_iter().collect(),
        ..console.detail(Section::Apps, back, title)
    })
}

fn facts(console: &Console<'_>, client: &Json) -> Vec<Fact> {
    let rare = RARE.iter().filter(|(member, _)| !client[*member].is_null());
    let facts = FACTS.iter().chain(rare).map(|(member, key)| {
        let value = match &client[*member] {
            Json::Bool(is_so) => console.yes(*is_so),
            Json::Array(_) => console.codes(words(client, member)),
            other => console.code(other.as_str()),
        };
        console.fact(key, value)
    });
    facts.collect()
}

async fn show(console: &Console<'_>) -> Answer {
    let id = parameter(console.page, "id");
    let (client, document) = operations::read(&console.context(), &id).await?;
    let edit = console.has(WRITE);
    let edit = edit.then(|| console.link(format!("{}/edit", path(&id)), "saml-edit"));
    console.show(&Detail {
        notice: console.notice(&[CREATED, CHANGED])?,
        facts: facts(console, &document),
        actions: edit.into_iter().collect(),
        ..pages::detail(console, &client, BELOW)
    })
}

/// Shows a form, or what its values give the client, or runs its operation and leads to the client.
async fn save(visit: &Visit<'_>, mut view: EntryForm, done: &str) -> Answer {
    let console = &visit.console;
    view.previews = vec![(CHECKED, console.t("saml-check"))];
    let form = Form::of_operation(visit, view, &[])?;
    if text(&visit.form, STEP)? != CHECKED {
        let saved = form.run(&[]).await?;
        return Ok(console.see_done(&path(word(&saved, "id")), done));
    }
    let operation = also_as::operation(console, &form.view.fields, &[]);
    let (_, mut members) = operation.ok_or(ErrorKind::Internal)?;
    members.remove("name");
    let checked = (CHECK.run)(Json::Object(members), &visit.context()).await;
    let checked = form.check_text(checked, form::problem).await?;
    let back = Link::new(form.view.action.clone(), form.view.heading.clone());
    console.show(&Detail {
        facts: facts(console, &checked.document),
        ..console.detail(Section::Apps, back, console.t("saml-check"))
    })
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
    save(visit, view, CREATED).await
}

/// Returns the words of a preference that is one of several; `None` for another member.
fn choices(member: &str) -> Option<Vec<&'static str>> {
    match member {
        "signed" => Some(SamlSigned::ALL.map(SamlSigned::as_str).into()),
        "name_id_format" => Some(NameIdFormat::ALL.map(NameIdFormat::as_str).into()),
        "attribute_names" => Some(AttributeNames::ALL.map(AttributeNames::as_str).into()),
        _ => None,
    }
}

/// Shows the form of the preferences with their values, and of the source of all other settings.
async fn edit(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let (client, version) = console.read_object(&SHOW, "id").await?;
    let stored = FACTS.map(|(member, _)| match &client[member] {
        Json::Bool(true) => (member, "yes"),
        _ if choices(member).is_some() => (member, word(&client, member)),
        _ => (member, ""),
    });
    let stored = Params::from_pairs(stored);
    let values = visit.values(&stored);
    let mut fields = form::entries(console, &SOURCES, values)?;
    for (member, key) in FACTS {
        if let Some(words) = choices(member) {
            let words = words
                .into_iter()
                .map(|word| (word.to_owned(), word.to_owned()));
            let (label, value) = (console.t(key), text(values, member)?);
            fields.push(entry(member, label, value, select(words)));
        } else if client[member].is_boolean() {
            fields.extend(form::entries(console, &[Field::flag(member, key)], values)?);
        }
    }
    let (id, messages) = (word(&client, "id"), ["saml-edit", "console-save"]);
    let view = EntryForm {
        lead: console.t("saml-edit-text"),
        object: word(&client, "name").to_owned(),
        version: Some(visit.seen(version)?),
        ..form::view(console, Section::Apps, messages, path(id), fields)
    };
    save(visit, view, CHANGED).await
}
