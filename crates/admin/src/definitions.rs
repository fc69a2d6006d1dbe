//! Definitions that roles, clients and tokens refer to, with the members of the audit log.

use super::{claims, profile_fields, resources, roles, scopes};
use crate::prelude::*;

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
}

/// Lists the definitions of a kind by ID. There are few: each token depends on all of them.
pub async fn list(context: &AdminContext<'_>, kind: DefinitionKind) -> Result<Vec<Definition>> {
    let mut found = match kind {
        DefinitionKind::Permission => convert(&roles::permissions(context).await?, |permission| {
            (permission.codename.clone(), json!(permission))
        }),
        DefinitionKind::Scope => convert(&scopes::list(context).await?, |scope| {
            (scope.name.clone(), scopes::audit_details(scope))
        }),
        DefinitionKind::Resource => convert(&resources::list(context).await?, |resource| {
            let details = resources::audit_details(resource);
            (resource.identifier.clone(), details)
        }),
        DefinitionKind::Claim => convert(&claims::list(context).await?, |mapping| {
            (mapping.id.clone(), claims::audit_details(mapping))
        }),
        DefinitionKind::ProfileField => convert(&profile_fields::list(context).await?, |field| {
            (field.name.clone(), profile_fields::audit_details(field))
        }),
    };
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

fn convert<T>(all: &[T], read: impl Fn(&T) -> (String, Value)) -> Vec<Definition> {
    let all = all.iter().map(read);
    all.map(|(id, members)| Definition { id, members })
        .collect()
}
