//! The last tokens of roles ([`doorward_rules::last_token`]), for lists of assignments.

use std::collections::BTreeSet;

use doorward_rules::last_token::{HeldRole, TokenUses};
use doorward_rules::own_permissions;

use crate::error::ServerError;
use crate::prelude::*;

/// The user who has a role, the role, its organization, and the time of the assignment.
pub type Held<'a> = (UserId, &'a str, Option<&'a str>, UnixSeconds);

/// Returns the last token of each role, in this order; `None` for a holder that is no user, and for a role
/// without one.
#[boxed]
pub async fn find(
    conn: &Conn,
    held: &[Option<Held<'_>>],
) -> Result<Vec<Option<UnixSeconds>>, ServerError> {
    let users: BTreeSet<UserId> = held.iter().flatten().map(|held| held.0).collect();
    if users.is_empty() {
        return Ok(vec![None; held.len()]);
    }
    let users: Vec<UserId> = users.into_iter().collect();
    let uses = repo::last_tokens::list(conn, &users).await?;
    let uses: TokenUses = uses.into_iter().collect();
    let mut own = repo::roles::list(conn).await?;
    own.retain(own_permissions::is_in_role);
    let last = held.iter().map(|held| {
        let (user, role, org, since) = (*held)?;
        uses.last_token(&HeldRole {
            user,
            org,
            since,
            is_own: own.iter().any(|own| own.name == role),
        })
    });
    Ok(last.collect())
}
