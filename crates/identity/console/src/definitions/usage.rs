//! Uses of a definition: by others that name it, by roles and by clients.

use doorward_admin::definitions::DefinitionKind::{
    self, Claim, Permission, ProfileField, Resource, Scope,
};
use doorward_admin::{clients, definitions, roles};
use doorward_store::repo::clients::NameList;
use serde_json::Value as Json;

use super::kinds::{key, may_read};
use super::table;
use crate::roles::link;
use doorward_console_ui::prelude::*;

/// Kinds, those whose definitions name them, and the member with the name.
const NAMING: [(DefinitionKind, DefinitionKind, &str); 4] = [
    (Scope, Claim, "scope"),
    (Resource, Scope, "audience"),
    (Resource, Permission, "audience"),
    (ProfileField, Claim, "source/field"),
];

/// Returns what uses a definition, and the links to other pages of the last table.
pub(super) async fn tables(
    console: &Console<'_>,
    kind: DefinitionKind,
    id: &str,
) -> Result<(Vec<Table>, Pager), Stop> {
    let mut tables = Vec::new();
    for (_, other, place) in NAMING.iter().filter(|(named, ..)| *named == kind) {
        if may_read(console, *other) {
            tables.push(naming(console, *other, place, id).await?);
        }
    }
    let (last, pager) = match kind {
        Permission => roles_with(console, id).await?,
        Scope => apps(console, NameList::Scopes, id).await?,
        Resource => apps(console, NameList::Resources, id).await?,
        Claim | ProfileField => return Ok((tables, Pager::default())),
    };
    tables.push(last);
    Ok((tables, pager))
}

/// Returns a page of the definitions that name this one. The caption has the number of all.
async fn naming(
    console: &Console<'_>,
    kind: DefinitionKind,
    place: &str,
    id: &str,
) -> Result<Table, Stop> {
    let mut found = definitions::list(&console.context(), kind).await?;
    found.retain(|item| {
        let name = item.members.pointer(&format!("/{place}"));
        name.and_then(Json::as_str) == Some(id)
    });
    let caption = format!("{} ({})", console.t(key(kind)), found.len());
    found.truncate(LIMIT);
    Ok(Table {
        empty: caption.clone(),
        caption,
        ..table(console, kind, &found)
    })
}

async fn roles_with(console: &Console<'_>, permission: &str) -> Result<(Table, Pager), Stop> {
    let (cursor, context) = (Cursor::read(console, &[])?, console.context());
    let mut found = roles::list(&context).await?;
    found.retain(|role| {
        let is_later = cursor
            .after()
            .is_none_or(|after| role.name.as_str() > after);
        is_later && role.permissions.contains(permission)
    });
    let pager = cursor.cut(console, &mut found, |role| role.name.clone());
    let table = console
        .table_of("console-roles", &found, "console-no-roles")
        .column("console-name", |role| link(&role.name))
        .column("console-description", |role| {
            Value::Name(role.description.clone())
        });
    Ok((table.table(), pager))
}

async fn apps(console: &Console<'_>, list: NameList, name: &str) -> Result<(Table, Pager), Stop> {
    let (cursor, context) = (Cursor::read(console, &[])?, console.context());
    let after = cursor.after_id(ClientId::parse)?;
    let mut found = clients::naming(&context, list, name, after.as_ref(), ROWS).await?;
    let pager = cursor.cut(console, &mut found, |client| client.id.to_string());
    let table = console
        .table_of("console-apps", &found, "console-no-apps")
        .column("console-name", |client| {
            Value::Link(Link::new(app(&client.id), client.name.clone()))
        })
        .column("console-id", |client| Value::Code(client.id.to_string()));
    Ok((table.table(), pager))
}
