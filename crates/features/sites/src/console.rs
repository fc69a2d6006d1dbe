//! `/admin/sites`: applications behind a proxy, the configurations of proxies, and the check of a request.

use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::SiteHeaders;
use doorward_domain::time::from_rfc3339;
use doorward_templates::console::{CopyText, QueryForm};
use serde_json::Value as Json;
use url::form_urlencoded::Serializer;

use crate::operations::{self, PROXY_CONFIG, SHOW};
use crate::proxy_config::Proxy;
use crate::rule::DenyReason;
use crate::use_cases;

pub const PATH: &str = "/admin/sites";
pub const TITLE: &str = "sites-title";
pub const READ: Access = Access::Global("clients:read");
const CREATED: &str = "sites-created";
const CHANGED: &str = "sites-changed";
const EDIT: &str = "sites-edit";
const CHECK: &str = "/admin/sites/check";
const PROXY: &str = "sites-proxy-config";

const DELETE: Messages = Messages::new([
    "sites-delete-question",
    "sites-delete-text",
    "sites-delete",
    "sites-deleted",
]);

const FIELDS: [Field; 6] = [
    // Only that of a new site.
    Field::line("name", "console-name").hint("console-slug-hint"),
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
    Field::flag("raw_headers", "sites-raw").hint("sites-raw-hint"),
];

const REQUEST: [Field; 4] = [
    Field::line("url", "sites-url").hint("sites-url-hint"),
    Field::line("user", "console-test-user")
        .hint("sites-user-hint")
        .optional(),
    Field::line("method", "sites-method").default("GET"),
    Field::choice(
        "factor",
        "sites-factor",
        &[
            ("", "password"),
            ("second_factor", "sites-second-factor"),
            ("passkey", "console-step-passkey"),
        ],
    ),
];

pub fn configure(routes: &mut Routes<'_>) {
    routes
        .page_for(PATH, READ, list)
        .page_for(CHECK, READ, check)
        .form("/admin/sites/new", Access::Admin, create)
        .page_for("/admin/sites/{id}", READ, show)
        .page_for("/admin/sites/{id}/proxy", READ, show_proxy)
        .form("/admin/sites/{id}/edit", Access::Admin, edit)
        .form("/admin/sites/{id}/delete", Access::Admin, delete);
}

fn path(name: &str) -> String {
    format!("{PATH}/{name}")
}

/// Returns a line for each header that is not left out, such as `user = Remote-User`.
fn header_lines(site: &Json) -> Vec<String> {
    let facts = SiteHeaders::default().by_fact().map(|(fact, _)| fact);
    let named = facts.map(|fact| (fact, word(&site["headers"], fact)));
    let used = named.iter().filter(|(_, name)| !name.is_empty());
    used.map(|(fact, name)| format!("{fact} = {name}"))
        .collect()
}

async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &[])?;
    let context = console.context();
    let mut found = use_cases::list(&context, cursor.after(), ROWS).await?;
    let pager = cursor.cut(console, &mut found, |site| site.name.clone());
    let table = console
        .table_of(TITLE, &found, "sites-none")
        .column("console-name", |site| {
            Value::Link(Link::new(path(&site.name), site.name.clone()))
        })
        .column("sites-hosts", |site| console.codes(site.hosts.clone()))
        .column("sites-rules", |site| {
            Value::Text(console.count(site.rules.len() as u64))
        })
        .column("console-updated", |site| Value::Day(site.updated_at))
        .table();
    let mut actions = list::new_link(console, PATH, "sites-new", console.has(Access::Admin));
    actions.push(console.link(CHECK, "sites-check"));
    console.show(&List {
        lead: console.t("sites-text"),
        actions,
        notice: console.notice(&[DELETE.done])?,
        table: list::sorted(console, ("console-name", list::ASCENDING), table),
        pager,
        ..console.list_below(Section::Apps, TITLE)
    })
}

async fn show(console: &Console<'_>) -> Answer {
    let (site, _) = console.read_object(&SHOW, "name").await?;
    let name = word(&site, "name");
    let home = path(name);
    let rules: Vec<_> = words(&site, "rules").into_iter().zip(1_u32..).collect();
    let rules = console
        .table_of("sites-rules", &rules, "sites-no-rules")
        .column("sites-number", |(_, number)| {
            Value::Text(number.to_string())
        })
        .column("sites-rule", |(rule, _)| Value::Code((*rule).to_owned()))
        .table();
    let organization = site["organization"].as_str();
    let created = from_rfc3339(word(&site, "created_at")).unwrap_or_default();
    let is_raw = site["raw_headers"] == true;
    let facts = vec![
        console.fact("console-id", Value::Copy(word(&site, "id").to_owned())),
        console.fact("sites-hosts", console.codes(words(&site, "hosts"))),
        console.fact("console-organization", console.code(organization)),
        console.fact("sites-headers", console.codes(header_lines(&site))),
        console.fact("sites-raw", console.yes(is_raw)),
        console.fact("console-created", Value::Moment(created)),
    ];
    let may_change = console.has(Access::Admin);
    let edit = may_change.then(|| console.link(format!("{home}/edit"), EDIT));
    let delete = may_change.then(|| DELETE.risk(console, format!("{home}/delete")));
    let others = [
        console.link(format!("{home}/proxy"), PROXY),
        console.link(CHECK, "sites-check"),
    ];
    console.show(&Detail {
        notice: console.notice(&[CREATED, CHANGED])?,
        facts,
        tables: vec![rules],
        actions: edit.into_iter().chain(others).collect(),
        risky: delete.into_iter().collect(),
        ..console.detail(Section::Apps, console.link(PATH, TITLE), name.to_owned())
    })
}

/// Shows the configuration of a proxy.
async fn show_proxy(console: &Console<'_>) -> Answer {
    let name = parameter(console.page, "id");
    let chosen = Proxy::parse(text(&console.page.query()?, "proxy")?).unwrap_or_default();
    let body = json!({ "name": name, "proxy": chosen.as_str() });
    let printed = (PROXY_CONFIG.run)(body, &console.context()).await?;
    let page = |proxy: Proxy| {
        let link = format!("{}/proxy?proxy={}", path(&name), proxy.as_str());
        (Link::new(link, proxy.as_str().to_owned()), proxy == chosen)
    };
    let copy = CopyText {
        title: chosen.as_str().to_owned(),
        text: word(&printed.document, "text").to_owned(),
    };
    let back = Link::new(path(&name), name.clone());
    console.show(&Detail {
        lead: console.t("sites-proxy-config-text"),
        pages: Proxy::ALL.map(page).to_vec(),
        copy: Some(copy),
        ..console.detail(Section::Apps, back, console.t(PROXY))
    })
}

/// Shows what happens to a request, and by which rule.
async fn check(console: &Console<'_>) -> Answer {
    let mut form = QueryForm {
        action: CHECK.to_owned(),
        fields: form::entries(console, &REQUEST, &console.page.query()?)?,
        submit: console.t("sites-check"),
    };
    let mut body = Map::new();
    for field in form
        .fields
        .iter()
        .filter(|field| !field.value.trim().is_empty())
    {
        body.insert(field.id.to_owned(), field.value.trim().into());
    }
    let (back, heading) = (console.link(PATH, TITLE), console.t("sites-check"));
    let detail = console.detail(Section::Apps, back, heading);
    let view = |form| Detail {
        lead: console.t("sites-check-text"),
        query: Some(form),
        ..detail
    };
    if !body.contains_key("url") {
        return console.show(&view(form));
    }
    let checked = (operations::CHECK.run)(body.into(), &console.context()).await;
    let (wrong, problem) = match checked {
        Ok(checked) => {
            let (state, facts) = explained(console, &checked.document);
            return console.show(&Detail {
                state,
                facts,
                ..view(form)
            });
        }
        Err(AdminError::Invalid { field, problem, .. }) => (field, problem),
        Err(AdminError::NotFound { kind: "user", .. }) => ("user", console.t("console-no-match")),
        Err(AdminError::NotFound { .. }) => ("url", console.t("console-no-match")),
        Err(error) => return Err(error.into()),
    };
    let mut fields = form.fields.iter_mut();
    if let Some(entry) = fields.find(|entry| entry.id == wrong) {
        entry.error = Some(problem);
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(console.page.html(status, &view(form)))
}

/// Returns the outcome of a decision, and what explains it.
fn explained(console: &Console<'_>, decision: &Json) -> (Option<State>, Vec<Fact>) {
    let (tone, key) = match (word(decision, "outcome"), word(decision, "factor")) {
        ("allow", _) => (Tone::Good, "sites-allow"),
        ("sign_in", _) => (Tone::Plain, "sites-sign-in"),
        ("step_up", "passkey") => (Tone::Plain, "sites-asks-passkey"),
        ("step_up", _) => (Tone::Plain, "sites-asks-factor"),
        _ => (Tone::Warn, "sites-deny"),
    };
    let site = word(decision, "site");
    let rule = decision["rule"].as_str();
    let rule = rule.map(|rule| Value::Code(format!("{}: {rule}", decision["rule_id"])));
    let reason = DenyReason::parse(word(decision, "reason"));
    let reason = reason.map(|reason| match reason {
        DenyReason::Host | DenyReason::NoRule => "sites-reason-no-rule",
        DenyReason::Ambiguous => "sites-reason-ambiguous",
        DenyReason::Rule => "sites-reason-rule",
        DenyReason::Credential => "sites-reason-credential",
        DenyReason::NotAllowed => "sites-reason-not-allowed",
    });
    let site = Value::Link(Link::new(path(site), site.to_owned()));
    let facts = [
        ("console-name", Some(site)),
        ("sites-rule", rule),
        ("console-reason", reason.map(|key| console.text(key))),
    ];
    (Some(console.state(tone, key)), console.known_facts(facts))
}

/// Shows a form, or runs its operation, and leads to the site. A fact without a line has no header.
async fn save(visit: &Visit<'_>, view: EntryForm, stored: Vec<EntryField>, done: &str) -> Answer {
    let console = &visit.console;
    let none = SiteHeaders::default().by_fact().map(|(fact, _)| (fact, ""));
    let lines = text(&visit.form, "headers")?.lines();
    let lines = lines.filter(|line| !line.trim().is_empty());
    let named = lines.map(|line| line.split_once('=').unwrap_or((line, "")));
    let mut pairs = Serializer::new(String::new());
    pairs.extend_pairs(none);
    pairs.extend_pairs(named.map(|(fact, name)| (fact.trim(), name.trim())));
    let pairs = [("pairs", pairs.finish())];
    let form = Form::of_operation(visit, view, &pairs)?.with_stored(stored);
    let saved = form.run(&pairs).await?;
    Ok(console.see_done(&path(word(&saved, "name")), done))
}

async fn create(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let headers = header_lines(&json!({ "headers": SiteHeaders::default() })).join("\n");
    let first = Params::from_pairs([("rules", "/* user"), ("headers", &headers)]);
    let fields = form::entries(console, &FIELDS, visit.values(&first))?;
    let messages = ["sites-new", "console-create"];
    let view = EntryForm {
        lead: console.t("sites-text"),
        ..form::view(console, Section::Apps, messages, PATH, fields)
    };
    save(visit, view, Vec::new(), CREATED).await
}

async fn edit(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let (site, version) = console.read_object(&SHOW, "name").await?;
    let (hosts, rules) = (words(&site, "hosts"), words(&site, "rules"));
    let is_raw = site["raw_headers"] == true;
    let stored = Params::from_pairs([
        ("hosts", hosts.join("\n")),
        ("rules", rules.join("\n")),
        ("organization", word(&site, "organization").to_owned()),
        ("headers", header_lines(&site).join("\n")),
        ("raw_headers", if is_raw { "yes" } else { "" }.to_owned()),
    ]);
    let fields = form::entries(console, &FIELDS[1..], visit.values(&stored))?;
    let name = word(&site, "name");
    let messages = [EDIT, "console-save"];
    let view = EntryForm {
        object: name.to_owned(),
        version: Some(visit.seen(version)?),
        ..form::view(console, Section::Apps, messages, path(name), fields)
    };
    let stored = form::entries(console, &FIELDS[1..], &stored)?;
    save(visit, view, stored, CHANGED).await
}

async fn delete(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let (site, version) = console.read_object(&SHOW, "name").await?;
    let name = word(&site, "name");
    let question = Question {
        reason: Some(reason::field(console, reason::FOR_LOG)),
        version: Some(version),
        is_risky: true,
        facts: vec![console.fact("sites-hosts", console.codes(words(&site, "hosts")))],
        ..Question::new(Section::Apps, DELETE, name, path(name))
    };
    let question = question.ask(visit)?;
    let body = json!({ "name": name });
    let deleted = (operations::DELETE.run)(body, &visit.context()).await;
    question.finish_at(visit, deleted, PATH).await
}
