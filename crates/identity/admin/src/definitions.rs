//! Definitions that roles, clients and tokens refer to, with the members of the audit log.

pub mod claims;
pub mod profile_fields;
pub mod resources;
pub mod scopes;

use crate::operator::version;
use crate::prelude::*;
use crate::roles;

doorward_protocol::words! {
    pub enum DefinitionKind {
        Permission = "permissions",
        Scope = "scopes",
        Resource = "resources",
        Claim = "claims",
        ProfileField = "profile-fields",
    }
}

#[derive(Clone, Debug)]
pub struct Definition {
    pub id: String,
    pub members: Value,
    pub version: String,
}

/// Lists the definitions of a kind by ID. There are few: each token depends on all of them.
#[boxed(?Send)]
pub async fn list(context: &AdminContext<'_>, kind: DefinitionKind) -> Result<Vec<Definition>> {
    let mut found = match kind {
        DefinitionKind::Permission => convert(&roles::permissions(context).await?, |permission| {
            let members = json!(permission);
            (permission.codename.clone(), members, version(permission))
        }),
        DefinitionKind::Scope => convert(&scopes::list(context).await?, |scope| {
            let members = scopes::audit_details(scope);
            (scope.name.clone(), members.clone(), version(&members))
        }),
        DefinitionKind::Resource => convert(&resources::list(context).await?, |resource| {
            let members = resources::audit_details(resource);
            let id = resource.identifier.clone();
            (id, members.clone(), version(&members))
        }),
        DefinitionKind::Claim => convert(&claims::list(context).await?, |mapping| {
            let members = claims::audit_details(mapping);
            (mapping.id.clone(), members.clone(), version(&members))
        }),
        DefinitionKind::ProfileField => convert(&profile_fields::list(context).await?, |field| {
            let members = profile_fields::audit_details(field);
            (field.name.clone(), members, version(field))
        }),
    };
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, kind: DefinitionKind, id: &str) -> Result<Definition> {
    let mut all = list(context, kind).await?.into_iter();
    let found = all.find(|definition| definition.id == id);
    found.ok_or_else(|| AdminError::not_found("definition", id))
}

fn convert<T>(all: &[T], read: impl Fn(&T) -> (String, Value, String)) -> Vec<Definition> {
    let definition = |(id, members, version)| Definition {
        id,
        members,
        version,
    };
    all.iter().map(read).map(definition).collect()
}
