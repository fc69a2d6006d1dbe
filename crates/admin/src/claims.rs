//! Custom claims in tokens and responses.

use std::collections::BTreeSet;

use doorward_domain::model::{AuditKind, ClaimMapping, ClaimOutput, ClaimSource, ClientId};
use doorward_domain::rules::custom_claims::{self, MappingError};
use doorward_store::{WriteTx, repo};
use serde_json::{Value, json};

use super::operator::{AdminContext, AdminError, difference};

/// The specification of a mapping.
#[derive(Clone, Debug)]
pub struct ClaimSpec {
    /// The name of the claim.
    pub claim: String,
    /// The names of the members below the claim that lead to the value.
    pub path: Vec<String>,
    /// The client whose tokens it applies to; none for all clients.
    pub client_id: Option<String>,
    /// The source of the value.
    pub source: ClaimSource,
    /// The outputs that contain the claim.
    pub outputs: BTreeSet<ClaimOutput>,
    /// The scope that the token must have.
    pub scope: Option<String>,
}

impl From<MappingError> for AdminError {
    fn from(error: MappingError) -> Self {
        Self::invalid(error.field, error.problem)
    }
}

/// Lists all mappings, ordered by identifier.
///
/// # Errors
/// Fails if the store cannot be read.
pub async fn list(context: &AdminContext<'_>) -> Result<Vec<ClaimMapping>, AdminError> {
    context.require_global("clients:read")?;
    let mut all = repo::custom_claims::list_all(context.db.read()).await?;
    // The order of a database depends on its collation.
    all.sort_by(|mapping, other| mapping.id.cmp(&other.id));
    Ok(all)
}

/// Returns a mapping.
///
/// # Errors
/// [`AdminError::NotFound`] if it does not exist.
pub async fn get(context: &AdminContext<'_>, id: &str) -> Result<ClaimMapping, AdminError> {
    let found = list(context)
        .await?
        .into_iter()
        .find(|mapping| mapping.id == id);
    found.ok_or_else(|| AdminError::not_found("claim", id))
}

/// Creates or replaces a mapping. The flag is true if it is new.
///
/// # Errors
/// [`AdminError::Invalid`] by field; a claim that a specification or Doorward defines is invalid.
pub async fn put(
    context: &AdminContext<'_>,
    id: &str,
    spec: ClaimSpec,
) -> Result<(ClaimMapping, bool), AdminError> {
    may_write(context)?;
    let tx = context.begin().await?;
    let mut all = repo::custom_claims::list_all(&tx).await?;
    let at = all.iter().position(|mapping| mapping.id == id);
    let before = at.map(|at| all.remove(at));
    let mapping = ClaimMapping {
        id: id.to_owned(),
        claim: spec.claim,
        path: spec.path,
        client_id: match &spec.client_id {
            Some(client) => Some(client_in(&tx, client).await?),
            None => None,
        },
        source: spec.source,
        outputs: spec.outputs,
        scope: spec.scope,
        created_at: before
            .as_ref()
            .map_or(context.now(), |mapping| mapping.created_at),
        updated_at: context.now(),
    };
    custom_claims::check(&mapping)?;
    check_names(&tx, &mapping).await?;
    all.push(mapping.clone());
    let fields = repo::profile_fields::list_all(&tx).await?;
    custom_claims::check_all(&all, &fields)?;
    repo::custom_claims::upsert(&tx, &mapping).await?;
    let change = if before.is_some() {
        "changed"
    } else {
        "created"
    };
    let event = context.event(AuditKind::ClaimChanged, id, change);
    let former = before.as_ref().map_or(Value::Null, facts);
    repo::audit::insert(&tx, &difference(event, &former, &facts(&mapping))).await?;
    tx.commit().await?;
    Ok((mapping, before.is_none()))
}

/// Deletes a mapping. Tokens that were issued before keep the claim.
///
/// # Errors
/// [`AdminError::NotFound`] if it does not exist.
pub async fn delete(context: &AdminContext<'_>, id: &str) -> Result<(), AdminError> {
    may_write(context)?;
    let tx = context.begin().await?;
    if !repo::custom_claims::delete(&tx, id).await? {
        return Err(AdminError::not_found("claim", id));
    }
    let event = context.event(AuditKind::ClaimChanged, id, "deleted");
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

/// Requires the role `admin`: other services may decide by a claim.
fn may_write(context: &AdminContext<'_>) -> Result<(), AdminError> {
    context.require_global("clients:write")?;
    context.must_administer()
}

async fn client_in(tx: &WriteTx, name: &str) -> Result<ClientId, AdminError> {
    let found = match ClientId::parse(name) {
        Some(id) => repo::clients::find(tx, &id).await?,
        None => None,
    };
    let problem = || AdminError::invalid("client_id", format!("there is no client {name:?}"));
    found.map(|client| client.id).ok_or_else(problem)
}

/// Checks that the scope, the roles and the profile field exist.
async fn check_names(tx: &WriteTx, mapping: &ClaimMapping) -> Result<(), AdminError> {
    if let Some(scope) = &mapping.scope {
        let known = repo::scopes::list_all(tx).await?;
        if !known.iter().any(|entry| entry.name == *scope) {
            let problem = format!("there is no scope {scope:?}; see `doorward scope list`");
            return Err(AdminError::invalid("scope", problem));
        }
    }
    if let ClaimSource::Role(choice) = &mapping.source {
        for case in &choice.values {
            if repo::roles::find(tx, &case.when).await?.is_none() {
                let problem = format!("there is no role {:?}; see `doorward role list`", case.when);
                return Err(AdminError::invalid("source", problem));
            }
        }
    }
    if let ClaimSource::ProfileField { field } = &mapping.source
        && repo::profile_fields::find(tx, field).await?.is_none()
    {
        let problem =
            format!("there is no profile field {field:?}; see `doorward profile-field list`");
        return Err(AdminError::invalid("source", problem));
    }
    Ok(())
}

fn facts(mapping: &ClaimMapping) -> Value {
    json!({
        "claim": mapping.claim, "path": mapping.path, "client_id": mapping.client_id,
        "source": mapping.source, "outputs": mapping.outputs, "scope": mapping.scope,
    })
}
