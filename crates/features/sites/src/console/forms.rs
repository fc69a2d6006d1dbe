//! The forms of sites.

use std::slice;

use doorward_console_ui::prelude::*;
use doorward_domain::model::{Site, SiteHeaders};

use super::{CHANGED, CREATED, DELETE, EDIT, PATH, named, path};
use crate::notation;
use crate::use_cases::{self, HeaderChange, SiteChange};

const NAME: Field = Field::line("name", "console-name").hint("console-slug-hint");
const FIELDS: [Field; 8] = [
    Field::lines("hosts", "sites-hosts").hint("sites-hosts-hint"),
    Field::lines("rules", "sites-rules")
        .hint("sites-rules-hint")
        .optional(),
    Field::line("organization", "console-organization")
        .hint("sites-organization-hint")
        .optional(),
    Field::line("user_header", "sites-header-user")
        .hint("sites-header-hint")
        .optional(),
    Field::line("groups_header", "sites-header-groups").optional(),
    Field::line("email_header", "sites-header-email").optional(),
    Field::line("name_header", "sites-header-name").optional(),
    Field::line("token_header", "sites-header-token")
        .hint("sites-header-token-hint")
        .optional(),
];
const RAW: &str = "raw_headers";
const YES: &str = "yes";

/// Returns the fields with values in their order.
fn fields(console: &Console<'_>, values: [&str; 8], is_raw: bool) -> Vec<EntryField> {
    let fields = FIELDS.iter().zip(values);
    let mut fields: Vec<EntryField> = fields
        .map(|(field, value)| field.entry(console, value))
        .collect();
    let kind = FieldKind::Flag;
    fields.push(EntryField {
        hint: console.t("sites-raw-hint"),
        required: false,
        ..entry(
            RAW,
            console.t("sites-raw"),
            if is_raw { YES } else { "no" },
            kind,
        )
    });
    fields
}

/// Returns the fields as typed, and the change that they are.
fn read(console: &Console<'_>, typed: &Params) -> Result<(Vec<EntryField>, SiteChange), Stop> {
    let is_raw = text(typed, RAW)? == YES;
    let values = [
        text(typed, "hosts")?,
        text(typed, "rules")?,
        text(typed, "organization")?,
        text(typed, "user_header")?,
        text(typed, "groups_header")?,
        text(typed, "email_header")?,
        text(typed, "name_header")?,
        text(typed, "token_header")?,
    ];
    let lines = |text: &str| {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        Some(lines.map(str::to_owned).collect())
    };
    let value = |text: &str| Some(Some(text.trim().to_owned()).filter(|text| !text.is_empty()));
    let [hosts, rules, organization, user, groups, email, name, token] = values;
    let change = SiteChange {
        hosts: lines(hosts),
        rules: lines(rules),
        organization: value(organization),
        headers: HeaderChange {
            user: value(user),
            groups: value(groups),
            email: value(email),
            name: value(name),
            token: value(token),
        },
        raw_headers: Some(is_raw),
    };
    Ok((fields(console, values, is_raw), change))
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
            ("name", _) => ("name", "console-slug-invalid"),
            (field, _) => (field, "sites-header-invalid"),
        },
        AdminError::NotFound { .. } => ("organization", "console-no-match"),
        AdminError::Taken { .. } => ("name", "console-taken"),
        _ => return None,
    };
    Some((Some(field), console.t(key)))
}

pub(super) async fn create(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let (mut fields, change) = if visit.is_answer() {
        read(console, typed)?
    } else {
        let SiteHeaders {
            user,
            groups,
            email,
            name,
            token,
        } = &SiteHeaders::default();
        let values = ["", "/* user", "", user, groups, email, name, token];
        (self::fields(console, values, false), SiteChange::default())
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
    form.offer(&[])?;
    let created = use_cases::create(&visit.context(), name.trim(), change).await;
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
    let hosts = site.hosts.join("\n");
    let settings = &site.settings;
    let [user, groups, email, name, token] = site.headers.names();
    let organization = settings.organization.as_deref().unwrap_or_default();
    let values = [
        &hosts,
        &rules,
        organization,
        user,
        groups,
        email,
        name,
        token,
    ];
    Ok(fields(console, values, settings.raw_headers))
}

pub(super) async fn edit(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let site = named(console).await?;
    let stored = stored(console, &site).await?;
    let (mut fields, change, seen) = if visit.is_answer() {
        let (fields, change) = read(console, typed)?;
        (fields, change, text(typed, "version")?.to_owned())
    } else {
        (stored.clone(), SiteChange::default(), version(&site))
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
    form.offer(&[])?;
    let changed = use_cases::update(&visit.context(), &site.name, change).await;
    form.settle_text(changed, |error| problem(console, error))
        .await?;
    Ok(console.see_done(&home, CHANGED))
}

pub(super) async fn delete(visit: &Visit<'_>) -> Answer {
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
