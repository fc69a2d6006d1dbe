//! In whose name somebody acts: the organization of a request, checked before it is fixed in a
//! grant or a token.

use doorward_domain::model::{ClientId, SubjectKind, UserId};
use doorward_store::db::Conn;
use doorward_store::{StoreError, repo};

use crate::error::ServerError;
use crate::state::State;

/// Whether a person may act in the name of this organization; in the name of none, everybody may.
/// An organization that does not exist, or is switched off, has no members.
pub async fn is_member(
    conn: &impl Conn,
    organization: Option<&str>,
    user: UserId,
) -> Result<bool, StoreError> {
    let Some(slug) = organization else {
        return Ok(true);
    };
    let member = repo::organizations::membership(conn, slug, user).await?;
    Ok(member.is_some())
}

/// Whether a client may act for itself in the name of this organization: it holds a role there.
pub async fn serves(
    state: &State,
    client: &ClientId,
    organization: Option<&str>,
) -> Result<bool, ServerError> {
    let Some(slug) = organization else {
        return Ok(true);
    };
    let read = state.db.read();
    let found = repo::organizations::find(read, slug).await?;
    if !found.is_some_and(|organization| organization.active) {
        return Ok(false);
    }
    let now = state.now();
    let held = repo::roles::assignments(read, SubjectKind::Client, client.as_str()).await?;
    let counts = |org: Option<&str>| org == Some(slug);
    Ok(held
        .iter()
        .any(|one| counts(one.org.as_deref()) && one.is_live(now)))
}
