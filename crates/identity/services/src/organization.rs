//! The organization of a request, checked before it is stored in a grant or a token.

use doorward_domain::boxed;
use doorward_domain::model::{ClientId, SubjectKind, UserId};
use doorward_store::Conn;
use doorward_store::{StoreError, repo};

use crate::context::Core;
use crate::error::Result;

/// Returns true if a user may act in this organization, or if none is given. An organization that
/// does not exist, or is inactive, has no members.
#[boxed]
pub async fn is_member(
    conn: &Conn,
    organization: Option<&str>,
    user: UserId,
) -> Result<bool, StoreError> {
    let Some(slug) = organization else {
        return Ok(true);
    };
    let member = repo::organizations::membership(conn, slug, user).await?;
    Ok(member.is_some())
}

/// Returns true if a client may act for itself in this organization, which requires a role there,
/// or if none is given.
#[boxed]
pub async fn serves(core: &Core, client: &ClientId, organization: Option<&str>) -> Result<bool> {
    let Some(slug) = organization else {
        return Ok(true);
    };
    let read = core.db.read();
    let found = repo::organizations::find(read, slug).await?;
    if !found.is_some_and(|organization| organization.active) {
        return Ok(false);
    }
    let now = core.now();
    let roles = repo::roles::assignments(read, SubjectKind::Client, client.as_str()).await?;
    let counts = |org: Option<&str>| org == Some(slug);
    Ok(roles
        .iter()
        .any(|item| counts(item.org.as_deref()) && item.is_live(now)))
}
