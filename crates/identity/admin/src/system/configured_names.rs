//! Objects that the configuration names and that do not exist: a protection for them protects
//! nothing.

use std::collections::BTreeSet;

use doorward_config::Config;
use doorward_config::key::ObjectKind;
use doorward_config::references::NamedObject;
use doorward_oauth::trusted_issuers;
use doorward_services::detail_types;

use crate::prelude::*;

/// Returns the objects that the configuration and its files name and that do not exist.
#[boxed(?Send)]
pub async fn find_missing(context: &AdminContext<'_>, config: &Config) -> Result<Vec<NamedObject>> {
    let mut named = config.named_objects();
    named.extend(objects_in_files(config));
    named.sort();
    named.dedup();
    let read = context.db.read();
    let roles = repo::roles::list(read).await?;
    let scopes = repo::scopes::list_all(read).await?;
    let resources = repo::resources::list_all(read).await?;
    let roles: BTreeSet<_> = roles.into_iter().map(|role| role.name).collect();
    let scopes: BTreeSet<_> = scopes.into_iter().map(|scope| scope.name).collect();
    let resources = resources.into_iter().map(|resource| resource.identifier);
    let resources: BTreeSet<_> = resources.collect();
    let mut missing = Vec::new();
    for object in named {
        let exists = match object.kind {
            ObjectKind::Role => roles.contains(&object.name),
            ObjectKind::Scope => scopes.contains(&object.name),
            ObjectKind::Resource => resources.contains(&object.name),
            ObjectKind::Client => match ClientId::parse(&object.name) {
                Some(id) => repo::clients::find(read, &id).await?.is_some(),
                None => false,
            },
            ObjectKind::User => match object.name.parse().map(UserId::from_uuid) {
                Ok(id) => repo::users::find_by_id(read, id).await?.is_some(),
                Err(_) => false,
            },
        };
        if !exists {
            missing.push(object);
        }
    }
    Ok(missing)
}

/// Returns the objects in the files that the configuration names. Another check reports a file that
/// cannot be read.
fn objects_in_files(config: &Config) -> Vec<NamedObject> {
    let mut found = Vec::new();
    let mut add = |key, kind, name: &str| {
        let name = name.to_owned();
        found.push(NamedObject { key, kind, name });
    };
    let authorization = &config.authorization;
    let issuers = trusted_issuers::read(authorization.trusted_issuers()).unwrap_or_default();
    for issuer in issuers.iter().filter(|issuer| !issuer.disabled) {
        let key = "authorization.trusted_issuers";
        for client in &issuer.clients {
            add(key, ObjectKind::Client, client);
        }
        for audience in &issuer.audiences {
            add(key, ObjectKind::Resource, audience);
        }
        for scope in issuer.scope.iter() {
            add(key, ObjectKind::Scope, scope);
        }
        for user in issuer.subjects.values() {
            add(key, ObjectKind::User, &user.to_string());
        }
    }
    for kind in detail_types::read(authorization.details_types()).unwrap_or_default() {
        for location in &kind.locations {
            add(
                "authorization.details_types",
                ObjectKind::Resource,
                location,
            );
        }
    }
    found
}
