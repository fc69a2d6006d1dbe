//! Search of accounts by prefix.

use doorward_domain::model::{User, UserId};
use doorward_domain::rules::search as rule;
use doorward_store::repo;
use doorward_store::repo::users::UserSearch;

use super::found::{self, Found};
use super::operator::{AdminContext, AdminError};

/// Searches accounts in reach by the prefix of the user name, the e-mail address or the full name: at
/// most `limit`, after the cursor `after` of [`Found`].
///
/// # Errors
/// [`AdminError::Invalid`] for a cursor that is not from a search.
pub async fn search(
    context: &AdminContext<'_>,
    text: &str,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Found<User>>, AdminError> {
    context.need("users:read")?;
    let Some(prefix) = rule::prefix(text) else {
        return Ok(Vec::new());
    };
    let search = UserSearch {
        prefix: &prefix,
        org: context.confined_to(),
        after: found::position(after, UserId::parse)?,
        limit,
    };
    let rows = repo::users::search(context.db.read(), &search).await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(key, user)| Found::new(&key, user.id, user))
        .collect())
}
