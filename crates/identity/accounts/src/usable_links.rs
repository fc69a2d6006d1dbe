//! The linked accounts that a user can sign in with.

use doorward_domain::model::LinkId;

use crate::prelude::*;

/// Counts a user's linked accounts with an active provider, except one of them.
#[boxed(?Send)]
pub async fn count_usable_links(
    conn: &Conn,
    user: UserId,
    except: Option<LinkId>,
) -> Result<usize, StoreError> {
    let mut links = repo::linked_accounts::list(conn, user).await?;
    links.retain(|link| Some(link.id) != except);
    if links.is_empty() {
        return Ok(0);
    }
    let providers = repo::providers::list_active(conn).await?;
    let is_open = |issuer: &str| providers.iter().any(|provider| provider.issuer == issuer);
    Ok(links.iter().filter(|link| is_open(&link.issuer)).count())
}
