//! Custom claims in tokens and responses.

pub mod operations;

use std::collections::BTreeSet;

use doorward_domain::model::{ClaimMapping, ClaimOutput, ClaimSource};
use doorward_rules::custom_claims::{self, DefinitionError};

use crate::prelude::*;

/// A custom claim to store.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(as = CustomClaimSpec)]
#[serde(deny_unknown_fields)]
pub struct ClaimSpec {
    /// ID of the custom claim: 1 to 32 of `a-z`, `0-9` and `-`.
    pub id: String,
    /// Name of the claim. Names that a specification or Doorward defines are rejected.
    #[schema(example = "department")]
    pub claim: String,
    /// Names of the members below the claim that lead to the value: `["roles"]` for the member `roles`
    /// of an object `realm_access`. If omitted, the claim itself has the value.
    #[serde(default)]
    #[schema(example = json!(["roles"]))]
    pub path: Vec<String>,
    /// Client whose tokens contain it. If omitted, all clients.
    pub client_id: Option<String>,
    /// Source of the value: `{"kind": "constant", "value": …}`; `role`, `group` or `organization`
    /// with `values`, a list of `{"when": …, "value": …}` of which the first match decides, and
    /// `otherwise`; `{"kind": "organization_name"}`; `{"kind": "profile_field", "field": …}`; or a
    /// list, `{"kind": "roles"}` with `starting_with`, `strip` and `prefix`, or `{"kind": "groups"}`
    /// with `below`, `format` (`path` or `name`), `strip` and `prefix`. A profile field and a list
    /// require a scope or a client.
    #[schema(value_type = Object)]
    pub source: ClaimSource,
    /// Outputs that contain it: `access_token`, `id_token`, `userinfo`, `introspection`.
    #[schema(value_type = Vec<String>)]
    pub outputs: BTreeSet<ClaimOutput>,
    /// Scope that the token must have. If omitted, every token contains the claim.
    pub scope: Option<String>,
}

impl From<DefinitionError> for AdminError {
    fn from(error: DefinitionError) -> Self {
        Self::invalid(error.field, error.problem)
    }
}

#[boxed(?Send)]
pub async fn list(context: &AdminContext<'_>) -> Result<Vec<ClaimMapping>> {
    context.require_global("clients:read")?;
    let mut all = repo::custom_claims::list_all(context.db.read()).await?;
    // The order of a database depends on its collation.
    all.sort_by(|mapping, other| mapping.id.cmp(&other.id));
    Ok(all)
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, id: &str) -> Result<ClaimMapping> {
    context.require_global("clients:read")?;
    find_in(context.db.read(), id).await
}

/// Creates or replaces a mapping. The flag is true if it is new.
pub async fn put(context: &AdminContext<'_>, spec: ClaimSpec) -> Result<(ClaimMapping, bool)> {
    may_write(context)?;
    let tx = context.begin().await?;
    let mut all = repo::custom_claims::list_all(&tx).await?;
    let at = all.iter().position(|mapping| mapping.id == spec.id);
    let before = at.map(|at| all.remove(at));
    let mapping = ClaimMapping {
        id: spec.id,
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
    let event = context.event(AuditKind::ClaimChanged, &mapping.id, change);
    let former = before.as_ref().map_or(Value::Null, audit_details);
    context
        .commit_with(tx, &difference(event, &former, &audit_details(&mapping)))
        .await?;
    Ok((mapping, before.is_none()))
}

/// Removes a mapping and returns it as it was. Tokens that were issued before keep the claim.
#[boxed(?Send)]
pub async fn delete(context: &AdminContext<'_>, id: &str) -> Result<ClaimMapping> {
    may_write(context)?;
    let tx = context.begin().await?;
    let before = find_in(&tx, id).await?;
    repo::custom_claims::delete(&tx, id).await?;
    let event = context.event(AuditKind::ClaimChanged, id, "deleted");
    context.commit_with(tx, &event).await?;
    Ok(before)
}

async fn find_in(conn: &Conn, id: &str) -> Result<ClaimMapping> {
    let all = repo::custom_claims::list_all(conn).await?;
    let found = all.into_iter().find(|mapping| mapping.id == id);
    found.ok_or_else(|| AdminError::not_found("claim", id))
}

/// Requires the role `admin`: other services may decide by a claim.
fn may_write(context: &AdminContext<'_>) -> Result<()> {
    context.require_global("clients:write")?;
    context.must_administer()
}

async fn client_in(tx: &WriteTx, name: &str) -> Result<ClientId> {
    let found = match ClientId::parse(name) {
        Some(id) => repo::clients::find(tx, &id).await?,
        None => None,
    };
    let problem = || AdminError::invalid("client_id", format!("there is no client {name:?}"));
    found.map(|client| client.id).ok_or_else(problem)
}

async fn check_names(tx: &WriteTx, mapping: &ClaimMapping) -> Result<()> {
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

pub(crate) fn audit_details(mapping: &ClaimMapping) -> Value {
    json!({
        "claim": mapping.claim, "path": mapping.path, "client_id": mapping.client_id,
        "source": mapping.source, "outputs": mapping.outputs, "scope": mapping.scope,
    })
}
