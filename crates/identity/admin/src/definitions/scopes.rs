//! Scopes that clients may request (RFC 6749 §3.3).

pub mod operations;

use doorward_domain::model::ScopeEntry;
use doorward_domain::model::former_name::NameKind;
use doorward_protocol::scope::is_scope_token;
use doorward_services::names::resource_scopes;
use doorward_store::repo::clients::NameList;

use crate::checked_value::{check_line, require_unused};
use crate::json_member::nullable;
use crate::prelude::*;
use crate::standard::OWN_SCOPES;

/// A scope to register.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewScope {
    /// Scope value in requests and tokens, such as `bills:read`.
    pub name: String,
    /// Description in one sentence for the consent page.
    pub description: String,
    /// Resource that the scope belongs to; this server if omitted.
    #[serde(rename = "resource")]
    #[schema(format = "uri")]
    pub audience: Option<String>,
}

/// Changes. Omitted members stay unchanged.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScopePatch)]
pub struct ScopeChange {
    /// Name of the scope.
    pub name: String,
    /// Description in one sentence for the consent page.
    pub description: Option<String>,
    /// New resource that the scope belongs to; null: this server.
    #[serde(rename = "resource", default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, format = "uri")]
    pub audience: Option<Option<String>>,
}

#[boxed(?Send)]
pub async fn list(context: &AdminContext<'_>) -> Result<Vec<ScopeEntry>> {
    context.need("clients:read")?;
    Ok(repo::scopes::list_all(context.db.read()).await?)
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, name: &str) -> Result<ScopeEntry> {
    let found = list(context)
        .await?
        .into_iter()
        .find(|item| item.name == name);
    found.ok_or_else(|| AdminError::not_found("scope", name))
}

#[boxed(?Send)]
pub async fn create(context: &AdminContext<'_>, new: NewScope) -> Result<ScopeEntry> {
    context.must_administer()?;
    check_scope_name("name", &new.name)?;
    let tx = context.begin().await?;
    if find(&tx, &new.name).await?.is_some() {
        return Err(AdminError::conflict("scope", &new.name));
    }
    require_unused(context, &tx, NameKind::Scope, &new.name).await?;
    let scope = ScopeEntry {
        name: new.name,
        description: new.description.trim().to_owned(),
        audience: new.audience,
        created_at: context.now(),
    };
    check(&tx, &scope).await?;
    check_own_access(&tx, &scope).await?;
    repo::scopes::upsert(&tx, &scope).await?;
    let event = context.event(AuditKind::ScopeChanged, &scope.name, "created");
    context
        .commit_created(tx, &event, &scope.name, None)
        .await?;
    Ok(scope)
}

pub(crate) fn check_scope_name(field: &'static str, name: &str) -> Result<()> {
    if !is_scope_token(name) {
        let problem =
            "write printable ASCII without spaces, quotes and backslashes (RFC 6749 §3.3)";
        return Err(AdminError::invalid(field, problem));
    }
    Ok(())
}

/// Checks that no client has an unregistered scope of this name: it would get another meaning.
pub(crate) async fn expect_unnamed(tx: &WriteTx, name: &str) -> Result<()> {
    let Some(client) = repo::clients::find_naming(tx, NameList::Scopes, name).await? else {
        return Ok(());
    };
    let problem = format!(
        "the client {client} may already ask for it; take it away first with `doorward client update`"
    );
    Err(AdminError::invalid("new_name", problem))
}

#[boxed(?Send)]
pub async fn update(
    context: &AdminContext<'_>,
    name: &str,
    change: ScopeChange,
) -> Result<ScopeEntry> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let found = find(&tx, name).await?;
    let before = found.ok_or_else(|| AdminError::not_found("scope", name))?;
    context.unchanged(&audit_details(&before))?;
    let mut after = before.clone();
    if let Some(description) = change.description {
        description.trim().clone_into(&mut after.description);
    }
    if let Some(audience) = change.audience {
        expect_free(name)?;
        after.audience = audience;
    }
    check(&tx, &after).await?;
    if after.audience != before.audience {
        check_own_access(&tx, &after).await?;
    }
    repo::scopes::upsert(&tx, &after).await?;
    let event = context.event(AuditKind::ScopeChanged, name, "changed");
    context
        .commit_with(
            tx,
            &difference(event, &audit_details(&before), &audit_details(&after)),
        )
        .await?;
    Ok(after)
}

/// Deletes a scope, and returns it as it was.
#[boxed(?Send)]
pub async fn delete(context: &AdminContext<'_>, name: &str) -> Result<ScopeEntry> {
    context.must_administer()?;
    expect_free(name)?;
    let tx = context.begin().await?;
    if let Some(client) = repo::clients::find_naming(&tx, NameList::Scopes, name).await? {
        let problem = format!(
            "the client {client} may ask for it; take it away first with `doorward client update`"
        );
        return Err(AdminError::invalid("name", problem));
    }
    let mut claims = repo::custom_claims::list_all(&tx).await?.into_iter();
    if let Some(claim) = claims.find(|claim| claim.scope.as_deref() == Some(name)) {
        let problem = format!(
            "the claim {} requires it; remove the claim first with `doorward claim remove`",
            claim.id
        );
        return Err(AdminError::invalid("name", problem));
    }
    let found = find(&tx, name).await?;
    let before = found.ok_or_else(|| AdminError::not_found("scope", name))?;
    context.unchanged(&audit_details(&before))?;
    repo::scopes::delete(&tx, name).await?;
    let event = context.event(AuditKind::ScopeChanged, name, "deleted");
    context.commit_with(tx, &event).await?;
    Ok(before)
}

/// Checks that no client which acts for itself would silently get access to the resource of a scope:
/// the administrator who gave it the scope needed no right for that resource.
async fn check_own_access(tx: &WriteTx, scope: &ScopeEntry) -> Result<()> {
    let Some(audience) = &scope.audience else {
        return Ok(());
    };
    let Some(client) = repo::clients::find_naming(tx, NameList::OwnScopes, &scope.name).await?
    else {
        return Ok(());
    };
    let problem = format!(
        "the client {client} acts for itself with this scope and would get access to {audience}; take the \
         scope away with `doorward client update`, and give it again afterwards"
    );
    Err(AdminError::invalid("resource", problem))
}

/// Returns true for a scope of this server itself, which is created again at each start.
pub fn is_own(name: &str) -> bool {
    let mut own = OWN_SCOPES.iter().copied().chain(resource_scopes());
    own.any(|(own, _)| own == name)
}

pub(crate) fn expect_free(name: &str) -> Result<()> {
    if is_own(name) {
        let problem = format!("{name} is a scope of this server itself");
        return Err(AdminError::invalid("name", problem));
    }
    Ok(())
}

pub(crate) async fn find(tx: &WriteTx, name: &str) -> Result<Option<ScopeEntry>> {
    let known = repo::scopes::list_all(tx).await?;
    Ok(known.into_iter().find(|known| known.name == name))
}

async fn check(tx: &WriteTx, scope: &ScopeEntry) -> Result<()> {
    check_line("description", &scope.description, 200)?;
    let Some(audience) = &scope.audience else {
        return Ok(());
    };
    if repo::resources::find(tx, audience).await?.is_none() {
        let problem = format!("{audience:?} is no resource; see `doorward resource list`");
        return Err(AdminError::invalid("resource", problem));
    }
    Ok(())
}

pub(crate) fn audit_details(scope: &ScopeEntry) -> Value {
    json!({ "description": scope.description, "audience": scope.audience })
}
