//! The kinds of definitions: their paths, names and permissions.

use DefinitionKind::{Claim, Permission, ProfileField, Resource, Scope};
use doorward_admin::definitions::DefinitionKind;

use doorward_console_ui::prelude::*;

pub(super) const HOME: &str = Section::Definitions.path();

/// Returns the name of a kind, and the permission to read it.
pub(super) const fn about(kind: DefinitionKind) -> (&'static str, &'static str) {
    match kind {
        Permission => ("console-permissions", "roles:read"),
        Scope => ("console-scopes", "clients:read"),
        Resource => ("console-resources", "clients:read"),
        Claim => ("console-claims", "clients:read"),
        ProfileField => ("console-profile-fields", "users:read"),
    }
}

pub(super) fn key(kind: DefinitionKind) -> &'static str {
    about(kind).0
}

pub(super) fn may_read(console: &Console<'_>, kind: DefinitionKind) -> bool {
    console.may_globally(about(kind).1)
}

/// Returns the kind in the path, if the administrator may read it; without one, the first of them.
pub(super) fn named(console: &Console<'_>) -> Result<DefinitionKind, Stop> {
    let name = parameter(console.page, "kind");
    let mut all = DefinitionKind::ALL.into_iter();
    let found =
        all.find(|kind| (name.is_empty() || kind.as_str() == name) && may_read(console, *kind));
    Ok(found.ok_or(ErrorKind::NotFound)?)
}

pub(super) fn list_path(kind: DefinitionKind) -> String {
    format!("{HOME}/{}", kind.as_str())
}

pub(super) fn page(kind: DefinitionKind, id: &str) -> String {
    format!("{}/{}", list_path(kind), encode(id))
}
