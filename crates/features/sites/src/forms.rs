//! The forms of sites.

use std::slice;

use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::{Site, SiteHeaders};
use url::form_urlencoded::Serializer;

use crate::console::{CHANGED, CREATED, DELETE, EDIT, PATH, header_lines, named, path};
use crate::notation;
use crate::use_cases::{self, Update};

const NAME: Field = Field::line("name", "console-name").hint("console-slug-hint");
const FIELDS: [Field; 4] = [
    Field::lines("hosts", "sites-hosts").hint("sites-hosts-hint"),
    Field::lines("rules", "sites-rules")
        .hint("sites-rules-hint")
        .optional(),
    Field::line("organization", "console-organization")
        .hint("sites-organization-hint")
        .optional(),
    Field::lines("headers", "sites-headers")
        .hint("sites-headers-hint")
        .optional(),
];
const RAW: &str = "raw_headers";
const YES: &str = "yes";

pub fn configure(routes: &mut Routes<'_>) {
    routes
        .form("/admin/sites/new", Access::Admin, create)
        .form("/admin/sites/{id}/edit", Access::Admin, edit)
        .form("/admin/sites/{id}/delete", Access::Admin, delete);
}

/// Returns the fields with values in their order.
fn fields(console: &Console<'_>, values: [&str; 4], is_raw: bool) -> Vec<EntryField> {
    let fields = FIELDS.iter().zip(values);
    let fields = fields.map(|(field, value)| field.entry(console, value));
    let value = if is_raw { YES } else { "no" };
    let raw = EntryField {
        hint: console.t("sites-raw-hint"),
        required: false,
        ..entry(RAW, console.t("sites-raw"), value, FieldKind::Flag)
    };
    fields.chain([raw]).collect()
}

/// Returns the fields as typed, and the change that they are. A fact without a line has no header.
fn read(console: &Console<'_>, typed: &Params) -> Result<(Vec<EntryField>, Update), Stop> {
    let value = |name| text(typed, name);
    let (hosts, rules) = (value("hosts")?, value("rules")?);
    let (organization, headers) = (value("organization")?, value("headers")?);
    let lines = |text: &str| {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let none = SiteHeaders::default()
        .by_fact()
        .map(|(fact, _)| (fact.to_owned(), String::new()));
    let named = lines(headers).into_iter().map(|line| {
        let (fact, name) = line.split_once('=').unwrap_or((&line, ""));
        (fact.trim().to_owned(), name.trim().to_owned())
    });
    let is_raw = value(RAW)? == YES;
    let change = Update {
        hosts: Some(lines(hosts)),
        rules: Some(lines(rules)),
        organization: Some(lines(organization).pop()),
        headers: Some(none.into_iter().chain(named).collect()),
        raw_headers: Some(is_raw),
        name: String::new(),
    };
    Ok((
        fields(console, [hosts, rules, organization, headers], is_raw),
        change,
    ))
}

/// Returns the headers as the equivalents of a form write them.
fn pairs(change: &Update) -> [(&'static str, String); 1] {
    let mut pairs = Serializer::new(String::new());
    [(
        "pairs",
        pairs.extend_pairs(change.headers.iter().flatten()).finish(),
    )]
}

/// Returns the field of an error and its text. The cause is for administrators, and in English.
fn problem(console: &Console<'_>, error: &AdminError) -> Option<(Option<&'static str>, String)> {
    let (field, key) = match error {
        AdminError::Invalid { field, at, problem } => match (*field, at) {
            ("hosts" | "rules", Some(at)) => {
                let line = console.layout.t_with("sites-line-invalid", "line", at + 1);
                return Some((Some(field), format!("{line} {problem}")));
            }
            ("hosts" | "rules", None) => return Some((Some(field), problem.clone())),
            ("headers", _) => ("headers", "sites-header-invalid"),
            _ => ("name", "console-slug-invalid"),
        },
        AdminError::NotFound { .. } => ("organization", "console-no-match"),
        AdminError::Taken { .. } => ("name", "console-taken"),
        _ => return None,
    };
    Some((Some(field), console.t(key)))
}

async fn create(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let (mut fields, change) = if visit.is_answer() {
        read(console, typed)?
    } else {
        let headers = header_lines(&SiteHeaders::default()).join("\n");
        let values = ["", "/* user", "", headers.as_str()];
        (self::fields(console, values, false), Update::default())
    };
    let name = text(typed, "name")?;
    fields.insert(0, NAME.entry(console, name));
    form::mark_optional(console, &mut fields);
    let messages = ["sites-new", "console-create"];
    let view = EntryForm {
        lead: console.t("sites-text"),
        ..form::view(console, Section::Apps, messages, PATH, fields)
    };
    let form = Form::open(visit, view)?;
    form.offer(&pairs(&change))?;
    let name = name.trim().to_owned();
    let created = use_cases::create(&visit.context(), Update { name, ..change }).await;
    let site = form
        .settle_text(created, |error| problem(console, error))
        .await?;
    Ok(console.see_done(&path(&site), CREATED))
}

/// Returns the fields with the stored values.
async fn stored(console: &Console<'_>, site: &Site) -> Result<Vec<EntryField>, Stop> {
    let names = use_cases::group_names(&console.context(), slice::from_ref(site)).await?;
    let rules = site.rules.iter().map(|rule| notation::write(rule, &names));
    let rules = rules.collect::<Vec<_>>().join("\n");
    let (hosts, headers) = (
        site.hosts.join("\n"),
        header_lines(&site.headers).join("\n"),
    );
    let settings = &site.settings;
    let organization = settings.organization.as_deref().unwrap_or_default();
    let values = [hosts.as_str(), &rules, organization, &headers];
    Ok(fields(console, values, settings.raw_headers))
}

async fn edit(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let site = named(console).await?;
    let stored = stored(console, &site).await?;
    let (mut fields, change, seen) = if visit.is_answer() {
        let (fields, change) = read(console, typed)?;
        (fields, change, text(typed, "version")?.to_owned())
    } else {
        (stored.clone(), Update::default(), version(&site))
    };
    form::mark_optional(console, &mut fields);
    let home = path(&site);
    let view = EntryForm {
        object: site.name.clone(),
        also: also_as::of_form(console, &fields, &[], Some(&seen)),
        version: Some(seen),
        ..form::view(
            console,
            Section::Apps,
            [EDIT, "console-save"],
            home.as_str(),
            fields,
        )
    };
    let form = Form::open(visit, view)?.with_stored(stored);
    form.offer(&pairs(&change))?;
    let name = site.name;
    let changed = use_cases::update(&visit.context(), Update { name, ..change }).await;
    form.settle_text(changed, |error| problem(console, error))
        .await?;
    Ok(console.see_done(&home, CHANGED))
}

async fn delete(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let site = named(console).await?;
    let question = Question {
        reason: Some(reason::field(console, reason::FOR_LOG)),
        version: Some(version(&site)),
        is_risky: true,
        facts: vec![console.fact("sites-hosts", console.codes(site.hosts.clone()))],
        ..Question::new(Section::Apps, DELETE, site.name.as_str(), path(&site))
    };
    let question = question.ask(visit)?;
    let deleted = use_cases::delete(&visit.context(), &site.name).await;
    question.finish_at(visit, deleted, PATH).await
}
