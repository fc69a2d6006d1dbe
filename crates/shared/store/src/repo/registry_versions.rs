//! Versions of the registries that a process keeps in memory.

use doorward_domain::boxed;

use super::prelude::*;
use crate::entity::registry_versions::Entity;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CountedRegistry {
    /// Scopes, resources and custom claims.
    Registries,
    /// Domains of organizations.
    Domains,
}

/// Returns the number of changes of a registry. Read before the registry, it is the version of what
/// is read, or an older one.
#[boxed]
pub async fn find(conn: &Conn, registry: CountedRegistry) -> Result<i64> {
    let name = match registry {
        CountedRegistry::Registries => "registries",
        CountedRegistry::Domains => "domains",
    };
    let row = Entity::find_by_id(name).one(conn).await?;
    Ok(row.map_or(0, |row| row.version))
}
