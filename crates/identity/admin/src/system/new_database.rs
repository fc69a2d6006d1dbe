//! The content of a new database: that of every deployment, and the sample of the tasks API if its audience is
//! configured.

use doorward_domain::model::ScopeEntry;
use doorward_services::names::resource_scopes;

use crate::prelude::*;
use crate::standard::{OWN_SCOPES, add_scopes, ensure_administration, setup};
use crate::{tasks_resource, tasks_sample};

/// Prepares a new database at the start of a server: adds the identity server's own scopes, without
/// which users could not sign in, and the role `admin` if there is no role at all. With the tasks API
/// at this audience, its sample is added as well. Roles that an operator deletes later are not added
/// again.
#[boxed(?Send)]
pub async fn ensure(context: &AdminContext<'_>, tasks: Option<&str>) -> Result<()> {
    if repo::roles::list(context.db.read()).await?.is_empty() {
        match tasks {
            Some(audience) => tasks_sample::load(context, audience).await?,
            None => setup(context).await?,
        };
    }
    if has_standard_scopes(&repo::scopes::list_all(context.db.read()).await?) {
        return Ok(());
    }
    let tx = context.db.begin_write().await?;
    add_scopes(&tx, OWN_SCOPES, None, context.now()).await?;
    context.commit(tx).await
}

/// Prepares a new database for every command, like the first start of a server. In a database that
/// is in use, it only adds missing scopes of this server.
#[boxed(?Send)]
pub async fn seed(context: &AdminContext<'_>, tasks: Option<&str>, issuer: &str) -> Result<()> {
    let known = repo::scopes::list_all(context.db.read()).await?;
    if !has_standard_scopes(&known) {
        ensure(context, tasks).await?;
    }
    if let Some(audience) = tasks.filter(|_| known.is_empty()) {
        tasks_resource::follow(context, audience).await?;
    }
    // In a database that is in use, the running server knows its issuer better.
    let is_known = |name: &str| known.iter().any(|scope| scope.name == name);
    if !resource_scopes().all(|(name, _)| is_known(name)) {
        ensure_administration(context, issuer).await?;
    }
    Ok(())
}

fn has_standard_scopes(known: &[ScopeEntry]) -> bool {
    let is_known = |name: &str| known.iter().any(|scope| scope.name == name);
    OWN_SCOPES.iter().all(|(name, _)| is_known(name))
}
