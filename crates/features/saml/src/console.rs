//! `/admin/saml`: clients that speak SAML, and the metadata of this server.

use doorward_admin::clients;
use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::ClientKind;
use doorward_domain::model::saml_client::{AttributeNames, NameIdFormat, SamlClient, SamlSigned};
use doorward_rules::list_filter::ClientFilter;
use doorward_templates::console::CopyText;

use crate::own_keys;
use crate::use_cases::{self, Values};
use doorward_saml_protocol::key::fingerprint;
use doorward_saml_protocol::metadata::{self, OwnAddresses};

pub(super) const PATH: &str = "/admin/saml";
pub(super) const TITLE: &str = "saml-title";
pub(super) const READ: Access = Access::Global("clients:read");
const WRITE: Access = Access::Global("clients:write");
const CREATED: &str = "saml-created";
const CHANGED: &str = "saml-changed";

const NAME: Field = Field::line("name", "console-name");
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
const YES: &str = "yes";

pub(super) fn configure(routes: &mut Routes<'_>) {
    routes
        .page_for(PATH, READ, list)
        .form("/admin/saml/new", WRITE, create)
        .page_for("/admin/saml/{id}", READ, show)
        .form("/admin/saml/{id}/edit", WRITE, edit);
}

fn path(client: &Client) -> String {
    format!("{PATH}/{}", client.id)
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
            Value::Link(Link::new(path(client), client.name.clone()))
        })
        .column("saml-acs", |client| {
            console.codes(client.redirect_uris.clone())
        })
        .table();
    let new = console
        .has(WRITE)
        .then(|| console.link("/admin/saml/new", "saml-new"));
    let own = OwnAddresses::new(context.settings.issuer());
    let published = own_keys::published(&console.page.context).await?;
    let certificates: Vec<String> = published
        .iter()
        .map(|own| own.certificate.clone())
        .collect();
    console.show(&Detail {
        lead: console.t("saml-text"),
        facts: vec![
            console.fact("saml-entity-id", Value::Copy(own.entity_id.clone())),
            console.fact("saml-sign-on", Value::Copy(own.sign_on.clone())),
            console.fact("saml-logout-url", Value::Copy(own.logout.clone())),
        ],
        copy: Some(CopyText {
            title: console.t("saml-metadata"),
            text: metadata::write(&own, &certificates),
        }),
        tables: vec![table],
        actions: new.into_iter().collect(),
        ..console.detail(
            Section::Apps,
            console.link(APPS, "console-apps"),
            console.t(TITLE),
        )
    })
}

async fn named(console: &Console<'_>) -> Result<(Client, SamlClient), Stop> {
    let id = parameter(console.page, "id");
    Ok(use_cases::get(&console.context(), &id).await?)
}

async fn show(console: &Console<'_>) -> Answer {
    let (client, saml) = named(console).await?;
    let edit = console.has(WRITE);
    let edit = edit.then(|| console.link(format!("{}/edit", path(&client)), "saml-edit"));
    let settings = console.link(app(&client.id), "saml-app");
    let facts = facts(console, &client, &saml);
    console.show(&Detail {
        notice: console.notice(&[CREATED, CHANGED])?,
        facts,
        actions: edit.into_iter().chain([settings]).collect(),
        ..console.detail(Section::Apps, console.link(PATH, TITLE), client.name)
    })
}

fn facts(console: &Console<'_>, client: &Client, saml: &SamlClient) -> Vec<Fact> {
    let settings = &saml.settings;
    let prints = |certificates: &[String]| {
        let prints: Vec<String> = certificates.iter().map(|text| fingerprint(text)).collect();
        console.codes(prints)
    };
    let encryption: Vec<String> = settings.encryption_certificate.iter().cloned().collect();
    let word = |word: &str| Value::Code(word.to_owned());
    [
        ("saml-entity-id", Value::Copy(saml.entity_id.clone())),
        ("saml-acs", console.codes(client.redirect_uris.clone())),
        ("saml-logout-url", console.code(settings.logout_url.clone())),
        (
            "saml-metadata-url",
            console.code(settings.metadata_url.clone()),
        ),
        ("saml-signing", prints(&settings.signing_certificates)),
        ("saml-encryption", prints(&encryption)),
        (
            "saml-signed-requests",
            console.yes(settings.signed_requests),
        ),
        ("saml-signed", word(settings.signed.as_str())),
        ("saml-encrypted", console.yes(settings.encrypted)),
        ("saml-name-id", word(settings.name_id_format.as_str())),
        ("saml-attributes", word(settings.attribute_names.as_str())),
        ("saml-unsolicited", console.yes(settings.unsolicited)),
    ]
    .map(|(key, value)| console.fact(key, value))
    .into()
}

fn line(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Returns the fields of the sources as typed, and the values that they are.
fn sources(console: &Console<'_>, typed: &Params) -> Result<(Vec<EntryField>, Values), Stop> {
    let texts = [
        text(typed, "metadata")?,
        text(typed, "metadata_url")?,
        text(typed, "entity_id")?,
        text(typed, "acs")?,
    ];
    let fields = SOURCES.iter().zip(texts);
    let fields = fields.map(|(field, value)| field.entry(console, value));
    let consumers: Vec<String> = texts[3].lines().filter_map(line).collect();
    let values = Values {
        metadata: line(texts[0]),
        metadata_url: line(texts[1]),
        entity_id: line(texts[2]),
        consumers: Some(consumers).filter(|all| !all.is_empty()),
        ..Values::default()
    };
    Ok((fields.collect(), values))
}

/// Returns the field of an error and its text, which is for administrators, and in English.
fn problem(error: &AdminError) -> Option<(Option<&'static str>, String)> {
    match error {
        AdminError::Invalid { field, problem, .. } => Some((Some(field), problem.clone())),
        AdminError::Choice { field, problem } => Some((Some(field), (*problem).to_owned())),
        _ => None,
    }
}

async fn create(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let (mut fields, values) = sources(console, typed)?;
    let name = text(typed, "name")?;
    fields.insert(0, NAME.entry(console, name));
    form::mark_optional(console, &mut fields);
    let messages = ["saml-new", "console-create"];
    let view = EntryForm {
        lead: console.t("saml-new-text"),
        ..form::view(console, Section::Apps, messages, PATH, fields)
    };
    let form = Form::open(visit, view)?;
    form.offer(&[])?;
    let name = name.trim().to_owned();
    let created = use_cases::create(&visit.context(), None, name, values).await;
    let (client, _) = form.settle_text(created, problem).await?;
    Ok(console.see_done(&path(&client), CREATED))
}

/// Returns the fields of the preferences with these values.
fn preferences(console: &Console<'_>, words: [&str; 3], flags: [bool; 3]) -> Vec<EntryField> {
    let choices = [
        (
            "signed",
            "saml-signed",
            SamlSigned::ALL.map(SamlSigned::as_str).to_vec(),
        ),
        (
            "name_id_format",
            "saml-name-id",
            NameIdFormat::ALL.map(NameIdFormat::as_str).to_vec(),
        ),
        (
            "attribute_names",
            "saml-attributes",
            AttributeNames::ALL.map(AttributeNames::as_str).to_vec(),
        ),
    ];
    let choices = choices
        .into_iter()
        .zip(words)
        .map(|((id, label, all), chosen)| {
            let all = all
                .into_iter()
                .map(|word| (word.to_owned(), word.to_owned()));
            entry(id, console.t(label), chosen, select(all))
        });
    let names = [
        ("signed_requests", "saml-signed-requests"),
        ("encrypted", "saml-encrypted"),
        ("unsolicited", "saml-unsolicited"),
    ];
    let flags = names
        .into_iter()
        .zip(flags)
        .map(|((id, label), is_set)| EntryField {
            required: false,
            ..entry(
                id,
                console.t(label),
                if is_set { YES } else { "no" },
                FieldKind::Flag,
            )
        });
    choices.chain(flags).collect()
}

async fn edit(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let (client, saml) = named(console).await?;
    let settings = &saml.settings;
    let (mut fields, mut values) = sources(console, typed)?;
    let (words, flags, seen) = if visit.is_answer() {
        let words = ["signed", "name_id_format", "attribute_names"].map(|id| text(typed, id));
        let [signed, format, names] = words;
        let is_set = |id| Ok::<_, Stop>(text(typed, id)? == YES);
        let flags = [
            is_set("signed_requests")?,
            is_set("encrypted")?,
            is_set("unsolicited")?,
        ];
        (
            [signed?, format?, names?],
            flags,
            text(typed, "version")?.to_owned(),
        )
    } else {
        let words = [
            settings.signed.as_str(),
            settings.name_id_format.as_str(),
            settings.attribute_names.as_str(),
        ];
        let flags = [
            settings.signed_requests,
            settings.encrypted,
            settings.unsolicited,
        ];
        (words, flags, version(&client))
    };
    values.signed = SamlSigned::parse(words[0]);
    values.name_id_format = NameIdFormat::parse(words[1]);
    values.attribute_names = AttributeNames::parse(words[2]);
    [values.signed_requests, values.encrypted, values.unsolicited] = flags.map(Some);
    fields.extend(preferences(console, words, flags));
    form::mark_optional(console, &mut fields);
    let home = path(&client);
    let view = EntryForm {
        lead: console.t("saml-edit-text"),
        object: client.name.clone(),
        also: also_as::of_form(console, &fields, &[], Some(&seen)),
        version: Some(seen),
        ..form::view(
            console,
            Section::Apps,
            ["saml-edit", "console-save"],
            home.as_str(),
            fields,
        )
    };
    let form = Form::open(visit, view)?;
    form.offer(&[])?;
    let changed = use_cases::update(&visit.context(), client.id.as_str(), values).await;
    form.settle_text(changed, problem).await?;
    Ok(console.see_done(&home, CHANGED))
}
