//! `/admin/audit/{id}`: one event of the audit log, with the values before and after.

use std::collections::BTreeSet;

use doorward_admin::audit_log::{self, ChainPosition};
use doorward_admin::undo;
use doorward_domain::model::AuditEvent;
use doorward_rules::undo::UndoObstacle;
use serde_json::Value as Json;

use crate::audit::filter::history;
use crate::audit::reversal::{self, UNDO};
use crate::audit::title;
use crate::audit::value::{field, value};
use crate::people;
use doorward_console_ui::names::who;
use doorward_console_ui::prelude::*;

/// Details that the page shows elsewhere than in the table of details.
const SHOWN: [&str; 6] = ["before", "after", "change", "org", "reason", "undoes"];

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let found = audit_log::get(&console.context(), &parameter(console.page, "id")).await?;
    let position = ChainPosition::from(&found);
    let event = found.event;
    let users = people::names_of(&found.users);
    let names = Names::of_events(console, users, [&event]).await?;
    let tables = changes(console, &event).into_iter();
    let subject = event.subject.as_deref();
    let history = subject.and_then(|subject| history(console, subject));
    let history = history.map(|link| console.link(link.href, "console-same-target"));
    let mut facts = facts(console, &event, position, &names);
    let undo = match undo::is_permitted(&console.context(), &event) {
        Ok(true) => Some(console.link(reversal::path(&event), UNDO.submit)),
        Ok(false) | Err(UndoObstacle::NotAChange) => None,
        Err(obstacle) => {
            let reason = console.text(reversal::reason(obstacle));
            facts.push(console.fact(UNDO.submit, reason));
            None
        }
    };
    console.show(&Detail {
        state: Some(mark(console, position)),
        notice: console.notice(&[UNDO.done])?,
        facts,
        tables: tables.chain(details(console, &event)).collect(),
        actions: undo.into_iter().chain(history).collect(),
        ..console.object(Section::Audit, title(console, &event))
    })
}

fn mark(console: &Console<'_>, position: ChainPosition) -> State {
    match position {
        ChainPosition::Sealed(_) => console.state(Tone::Good, "console-chain-sealed"),
        ChainPosition::Waiting => console.state(Tone::Plain, "console-chain-waiting"),
        ChainPosition::Missing => console.state(Tone::Warn, "console-chain-missing"),
    }
}

fn facts(
    console: &Console<'_>,
    event: &AuditEvent,
    position: ChainPosition,
    names: &Names,
) -> Vec<Fact> {
    let fact = |key, value| console.fact(key, value);
    let outcome = if event.success {
        console.state_value(Tone::Good, "console-done")
    } else {
        console.state_value(Tone::Warn, "console-outcome-failed")
    };
    let code = Value::Code;
    let org = event.organization();
    // Changes of an organization are about it.
    let org = org.filter(|_| event.kind != AuditKind::OrganizationChanged);
    let org = org.map(|slug| object(console, Section::Organizations, slug));
    let client = event.client_id.as_deref();
    let client = client.map(|id| names.client(console, id));
    let ip = event.ip.map(|ip| code(ip.to_string()));
    let request = event.request_id.clone().map(code);
    let reason = event.detail.get("reason").and_then(Json::as_str);
    let seq = match position {
        ChainPosition::Sealed(seq) => Some(code(seq.to_string())),
        ChainPosition::Waiting | ChainPosition::Missing => None,
    };
    let mut facts = vec![
        fact("console-when", Value::Moment(event.at)),
        fact("console-kind", code(event.kind.as_str().to_owned())),
        fact("console-outcome", outcome),
        fact("console-who", who(console, event, names)),
    ];
    let optional = [
        ("console-about", subject(console, event, names)),
        (
            "console-reason",
            reason.map(|reason| Value::Name(reason.to_owned())),
        ),
        ("console-app", client),
        ("console-organization", org),
        ("console-undoes", undone(event)),
        ("console-address", ip),
        ("console-device", event.user_agent.clone().map(Value::Name)),
        ("console-request", request),
        ("console-chain-position", seq),
    ];
    facts.extend(console.known_facts(optional));
    facts.push(fact("console-id", Value::Copy(event.id.to_string())));
    facts
}

fn undone(event: &AuditEvent) -> Option<Value> {
    let id = event.detail.get("undoes")?.as_str()?;
    Some(Value::Link(Link::new(format!("{AUDIT}/{id}"), id)))
}

fn object(console: &Console<'_>, section: Section, name: &str) -> Value {
    let permission = match section {
        Section::Groups => "groups:read",
        Section::Organizations => "organizations:read",
        Section::Roles => "roles:read",
        Section::Providers => "providers:read",
        _ => return Value::Code(name.to_owned()),
    };
    let may_open = match section {
        Section::Groups | Section::Organizations => console.may(permission),
        _ => console.may_globally(permission),
    };
    if may_open {
        let path = format!("{}/{}", section.path(), encode(name));
        Value::Link(Link::new(path, name))
    } else {
        Value::Code(name.to_owned())
    }
}

fn subject(console: &Console<'_>, event: &AuditEvent, names: &Names) -> Option<Value> {
    let id = event.subject.as_deref()?;
    if let Some(user) = UserId::parse(id).filter(|user| names.has_user(user)) {
        return Some(names.user(user));
    }
    let text = |name: &str| event.detail.get(name).and_then(Json::as_str);
    let change = text("change").unwrap_or_default();
    if change == "deleted" {
        return Some(Value::Code(id.to_owned()));
    }
    Some(match event.kind {
        AuditKind::ClientChanged | AuditKind::ClientPkceRequired => names.client(console, id),
        AuditKind::GroupChanged => {
            let known = names.group(id);
            known.unwrap_or_else(|| object(console, Section::Groups, id))
        }
        AuditKind::OrganizationChanged => object(console, Section::Organizations, id),
        AuditKind::ProviderChanged => object(console, Section::Providers, id),
        AuditKind::KeyChanged if console.may_globally("keys:read") => {
            Value::Link(Link::new(Section::Keys.path(), id))
        }
        // The subject of an assignment is its holder, and that of a permission its name.
        AuditKind::RoleChanged if text("holder").is_some() => names.any(console, id),
        AuditKind::RoleChanged if !change.contains(' ') => object(console, Section::Roles, id),
        _ => Value::Code(id.to_owned()),
    })
}

fn changes(console: &Console<'_>, event: &AuditEvent) -> Option<Table> {
    let [before, after] = ["before", "after"].map(|side| event.detail.get(side)?.as_object());
    let sides = [before, after].into_iter().flatten();
    let fields: BTreeSet<&String> = sides.flat_map(Map::keys).collect();
    if fields.is_empty() {
        return None;
    }
    let fields: Vec<&String> = fields.into_iter().collect();
    let side = |side: Option<&Map<String, Json>>, name: &str| {
        value(console, name, side.and_then(|side| side.get(name)))
    };
    let table = console
        .table_of("console-audit-change", &fields, "console-none")
        .column("console-field", |name| field(console, event.kind, name))
        .column("console-before", |name| side(before, name))
        .column("console-after", |name| side(after, name))
        .table();
    Some(table)
}

fn details(console: &Console<'_>, event: &AuditEvent) -> Option<Table> {
    let others = event.detail.iter();
    let others = others.filter(|(name, _)| !SHOWN.contains(&name.as_str()));
    let others: Vec<(&String, &Json)> = others.collect();
    (!others.is_empty()).then(|| {
        console
            .table_of("console-audit-detail", &others, "console-none")
            .column("console-field", |(name, _)| Value::Code((*name).clone()))
            .column("console-value", |(name, detail)| {
                value(console, name, Some(detail))
            })
            .table()
    })
}
