//! Lists of accounts by a filter.

use doorward_domain::model::{User, UserId};
use doorward_domain::rules::list_filter::UserFilter;
use doorward_store::repo;
use doorward_store::repo::user_search::UserSearch;
use serde_json::{Map, Value};

use super::exports;
use super::found::{self, FoundPage};
use super::operator::{AdminContext, AdminError};

/// Lists at most `limit` accounts in reach that the filter selects, after the cursor `after` of
/// [`FoundPage`]: in the order of what matches the text, otherwise the oldest first.
///
/// # Errors
/// [`AdminError::Denied`] without the permission to read what the filter names, and
/// [`AdminError::Invalid`] for a cursor that is not from this list.
pub async fn search(
    context: &AdminContext<'_>,
    filter: &UserFilter,
    after: Option<&str>,
    limit: u64,
) -> Result<FoundPage<User>, AdminError> {
    check(context, filter)?;
    let org = context.confined_to();
    if filter.org.is_some() && !context.reaches(filter.org.as_deref()) {
        return Ok(FoundPage::empty());
    }
    let search = UserSearch {
        filter,
        org,
        now: context.now(),
        after: found::list_position(after, UserId::parse)?,
        limit,
    };
    let page = repo::user_search::search(context.db.read(), &search).await?;
    Ok(FoundPage::new(page))
}

/// Requires the permissions for what the filter names.
pub(super) fn check(context: &AdminContext<'_>, filter: &UserFilter) -> Result<(), AdminError> {
    context.need("users:read")?;
    if filter.org.is_some() {
        context.need("organizations:read")?;
    }
    if filter.role.is_some() {
        context.need("roles:read")?;
    }
    if filter.locked {
        // As the list of lockouts.
        context.require_global("users:read")?;
    }
    Ok(())
}

/// Records an export of the accounts that the filter selects. The event has no searched text, which
/// may be personal data.
///
/// # Errors
/// As [`search`].
pub async fn record_export(
    context: &AdminContext<'_>,
    filter: &UserFilter,
) -> Result<(), AdminError> {
    check(context, filter)?;
    let values = filter.to_query().into_iter();
    let named = values.filter(|(name, _)| *name != "q");
    let named: Map<String, Value> = named
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    exports::record(context, "people", named, !filter.text.is_empty()).await
}
