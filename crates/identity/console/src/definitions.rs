//! `/admin/definitions`: permissions, scopes, resources, custom claims and profile fields, each with
//! a page that shows what uses it.

mod fields;
pub(crate) mod forms;
mod kinds;
mod usage;

use DefinitionKind::{Claim, Permission, Resource, Scope};
use doorward_admin::definitions::{self, Definition, DefinitionKind};
use doorward_domain::model::former_name::NameKind;
use doorward_templates::console::CopyText;
use serde_json::Value as Json;

use self::kinds::{key, list_path, may_read, named, page};
use crate::audit::filter::history;
use crate::audit::value::value;
use crate::rename;
use doorward_console_ui::equivalent;
use doorward_console_ui::prelude::*;

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

/// Returns the link to a definition, or its ID for an administrator who may not open its page.
fn link(console: &Console<'_>, kind: DefinitionKind, id: &str) -> Value {
    if !may_read(console, kind) {
        return Value::Code(id.to_owned());
    }
    Value::Link(Link::new(page(kind, id), id))
}

fn member(console: &Console<'_>, found: &Definition, name: &str) -> Value {
    let stored = found.members.get(name);
    match (name, stored.and_then(Json::as_str)) {
        ("audience", Some(id)) => link(console, Resource, id),
        ("scope", Some(id)) => link(console, Scope, id),
        ("client_id", Some(id)) => console.client(id, None),
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

/// Returns the command that creates or replaces a custom claim, whose source is a document.
fn claim_command(console: &Console<'_>, kind: DefinitionKind, id: &str) -> Option<CopyText> {
    let words = ["doorward", "claim", "put", "--help", id];
    (kind == Claim).then(|| CopyText {
        title: console.t("console-also-command"),
        text: equivalent::command(&words.map(str::to_owned)),
    })
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
        .map(|other| (console.link(list_path(other), key(other)), other == kind));
    console.show(&Detail {
        frame: console.frame(Section::Definitions, true),
        lead: console.t("console-definitions-text"),
        pages: pages.collect(),
        tables: vec![table(console, kind, &found)],
        pager,
        notice: console.notice(&[forms::DELETED])?,
        create: forms::new_link(console, kind),
        copy: claim_command(console, kind, "NAME"),
        ..console.object(Section::Definitions, console.t("console-definitions"))
    })
}

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let (kind, id) = (named(console)?, parameter(console.page, "id"));
    let found = definitions::get(&console.context(), kind, &id).await?;
    let (tables, pager) = usage::tables(console, kind, &id).await?;
    let fact = |(name, label)| console.fact(label, member(console, &found, name));
    let back = console.link(list_path(kind), key(kind));
    let (edit, delete) = forms::links(console, kind, &found);
    let rename = forms::rename_link(console, kind, &found);
    let named = match kind {
        Permission => Some(NameKind::Permission),
        Scope => Some(NameKind::Scope),
        _ => None,
    };
    let former = match named {
        Some(named) => rename::former_names(console, named, &id).await?,
        None => None,
    };
    console.show(&Detail {
        notice: console.notice(&[forms::CREATED, forms::SAVED, rename::RENAMED])?,
        facts: members(&found).map(fact).chain(former).collect(),
        tables,
        pager,
        copy: claim_command(console, kind, &id),
        actions: [edit, rename, history(console, &id)]
            .into_iter()
            .flatten()
            .collect(),
        risky: delete.into_iter().collect(),
        ..console.detail(Section::Definitions, back, id)
    })
}
