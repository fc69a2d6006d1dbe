//! `/admin/definitions`: permissions, scopes, resources, custom claims and profile fields, each with
//! a page that shows what uses it.

mod usage;

use DefinitionKind::{Claim, Permission, ProfileField, Resource, Scope};
use doorward_admin::definitions::{self, Definition, DefinitionKind};
use doorward_admin::equivalent;
use doorward_templates::console::CopyText;
use serde_json::Value as Json;

use crate::audit::filter::history;
use crate::audit::value::value;
use doorward_console_ui::prelude::*;

const HOME: &str = Section::Definitions.path();

/// The members with their labels, in their order on a page. A list shows the first ones.
const MEMBERS: [(&str, &str); 16] = [
    ("name", "console-name"),
    ("label", "console-name"),
    ("claim", "console-claim"),
    ("description", "console-description"),
    ("audience", "console-resource"),
    ("scope", "console-scope"),
    ("client_id", "console-app"),
    ("kind", "console-kind"),
    ("editable_by", "console-editable-by"),
    ("visible_to", "console-visible-to"),
    ("token_type", "console-setting-format"),
    ("token_signing_alg", "console-algorithm"),
    ("token_claims", "console-token-claims"),
    ("access_token_ttl", "console-setting-access-ttl"),
    ("outputs", "console-outputs"),
    ("source", "console-source"),
];
const SHOWN: usize = 3;

/// Returns the name of a kind, and the permission to read it.
const fn about(kind: DefinitionKind) -> (&'static str, &'static str) {
    match kind {
        Permission => ("console-permissions", "roles:read"),
        Scope => ("console-scopes", "clients:read"),
        Resource => ("console-resources", "clients:read"),
        Claim => ("console-claims", "clients:read"),
        ProfileField => ("console-profile-fields", "users:read"),
    }
}

/// Returns the command for a kind with its verbs. The first one creates a definition.
const fn command(kind: DefinitionKind) -> &'static str {
    match kind {
        Permission => "permission create delete",
        Scope => "scope create update delete",
        Resource => "resource create update delete",
        Claim => "claim put remove",
        ProfileField => "profile-field create update delete",
    }
}

fn key(kind: DefinitionKind) -> &'static str {
    about(kind).0
}

fn may_read(console: &Console<'_>, kind: DefinitionKind) -> bool {
    console.may_globally(about(kind).1)
}

/// Returns the kind in the path, if the administrator may read it; without one, the first of them.
fn named(console: &Console<'_>) -> Result<DefinitionKind, Stop> {
    let name = parameter(console.page, "kind");
    let mut all = DefinitionKind::ALL.into_iter();
    let found =
        all.find(|kind| (name.is_empty() || kind.as_str() == name) && may_read(console, *kind));
    Ok(found.ok_or(ErrorKind::NotFound)?)
}

/// Returns the link to a definition, or its ID for an administrator who may not open its page.
fn link(console: &Console<'_>, kind: DefinitionKind, id: &str) -> Value {
    if !may_read(console, kind) {
        return Value::Code(id.to_owned());
    }
    let path = format!("{HOME}/{}/{}", kind.as_str(), encode(id));
    Value::Link(Link::new(path, id))
}

fn member(console: &Console<'_>, found: &Definition, name: &str) -> Value {
    let stored = found.members.get(name);
    match (name, stored.and_then(Json::as_str)) {
        ("audience", Some(id)) => link(console, Resource, id),
        ("scope", Some(id)) => link(console, Scope, id),
        ("client_id", Some(id)) => console.client(id),
        ("name" | "label" | "description", Some(text)) => Value::Name(text.to_owned()),
        _ => value(console, name, stored),
    }
}

fn members(found: &Definition) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
    let all = MEMBERS.into_iter();
    all.filter(move |(name, _)| found.members.get(name).is_some())
}

fn table(console: &Console<'_>, kind: DefinitionKind, found: &[Definition]) -> Table {
    let mut table = console
        .table_of(key(kind), found, "console-no-match")
        .column("console-id", |item| link(console, kind, &item.id));
    for (name, label) in found.first().into_iter().flat_map(members).take(SHOWN) {
        table = table.column(label, |item| member(console, item, name));
    }
    table.table()
}

/// Returns the commands that change a definition, or that creates one.
fn commands(console: &Console<'_>, kind: DefinitionKind, id: Option<&str>) -> CopyText {
    let (command, verbs) = self::command(kind).split_once(' ').unwrap_or_default();
    let verbs = verbs
        .split(' ')
        .filter(|verb| id.is_none() || *verb != "create");
    let line = |verb| {
        let words = ["doorward", command, verb, id.unwrap_or("NAME")];
        equivalent::command(&words.map(str::to_owned))
    };
    let lines = verbs
        .take(if id.is_none() { 1 } else { usize::MAX })
        .map(line);
    CopyText {
        title: console.t("console-also-command"),
        text: lines.collect::<Vec<_>>().join("\n"),
    }
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let kind = named(console)?;
    let cursor = Cursor::read(console, &[])?;
    let mut found = definitions::list(&console.context(), kind).await?;
    found.retain(|item| cursor.after().is_none_or(|after| item.id.as_str() > after));
    let pager = cursor.cut(console, &mut found, |item| item.id.clone());
    let permitted = DefinitionKind::ALL.into_iter();
    let pages = permitted
        .filter(|kind| may_read(console, *kind))
        .map(|other| {
            let path = format!("{HOME}/{}", other.as_str());
            (console.link(path, key(other)), other == kind)
        });
    console.show(&Detail {
        frame: console.frame(Section::Definitions, true),
        lead: console.t("console-definitions-text"),
        pages: pages.collect(),
        tables: vec![table(console, kind, &found)],
        pager,
        copy: Some(commands(console, kind, None)),
        ..console.object(Section::Definitions, console.t("console-definitions"))
    })
}

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let (kind, id) = (named(console)?, parameter(console.page, "id"));
    let all = definitions::list(&console.context(), kind).await?;
    let found = all.into_iter().find(|item| item.id == id);
    let found = found.ok_or(ErrorKind::NotFound)?;
    let (tables, pager) = usage::tables(console, kind, &id).await?;
    let fact = |(name, label)| console.fact(label, member(console, &found, name));
    let back = console.link(format!("{HOME}/{}", kind.as_str()), key(kind));
    console.show(&Detail {
        facts: members(&found).map(fact).collect(),
        tables,
        pager,
        copy: Some(commands(console, kind, Some(&id))),
        actions: history(console, &id).into_iter().collect(),
        ..console.detail(Section::Definitions, back, id)
    })
}
