//! Lists of accounts by a filter.

use std::collections::{BTreeMap, BTreeSet};

use doorward_rules::list_filter::UserFilter;
use doorward_store::repo::user_search::{UserOrder, UserSearch, UserWithFactors};

use crate::exports;
use crate::found::{self, FoundPage};
use crate::prelude::*;

/// Lists accounts in reach in the order of what matches the text, otherwise the oldest first.
#[boxed(?Send)]
pub async fn search(
    context: &AdminContext<'_>,
    filter: &UserFilter,
    after: Option<&str>,
    limit: u64,
) -> Result<FoundPage<User>> {
    let Some(search) = request(context, filter, after, limit)? else {
        return Ok(FoundPage::whole(Vec::new()));
    };
    let page = repo::user_search::search(context.db.read(), &search).await?;
    Ok(FoundPage::new(page))
}

/// Lists accounts in reach with their second factors, in this order.
#[boxed(?Send)]
pub async fn search_with_factors(
    context: &AdminContext<'_>,
    filter: &UserFilter,
    order: UserOrder,
    after: Option<&str>,
    limit: u64,
) -> Result<FoundPage<UserWithFactors>> {
    let Some(search) = request(context, filter, after, limit)? else {
        return Ok(FoundPage::whole(Vec::new()));
    };
    let page = repo::user_search::search_with_factors(context.db.read(), &search, order).await?;
    Ok(FoundPage::new(page))
}

/// Returns the organizations in reach of each of these accounts in reach, by slug.
#[boxed(?Send)]
pub async fn organizations_of(
    context: &AdminContext<'_>,
    users: &[UserId],
) -> Result<BTreeMap<UserId, Vec<String>>> {
    context.need("organizations:read")?;
    let all = repo::organizations::of_users(context.db.read(), users).await?;
    let mut found = BTreeMap::<_, Vec<String>>::new();
    for (user, slug, _) in all {
        if context.reaches(Some(&slug)) {
            found.entry(user).or_default().push(slug);
        }
    }
    Ok(found)
}

/// Returns the roles that are assigned to each of these accounts in reach, without those of its groups.
#[boxed(?Send)]
pub async fn roles_of(
    context: &AdminContext<'_>,
    users: &[UserId],
) -> Result<BTreeMap<UserId, BTreeSet<String>>> {
    context.need("roles:read")?;
    let ids: Vec<_> = users.iter().map(ToString::to_string).collect();
    let read = context.db.read();
    let all = repo::roles::assignments_of(read, SubjectKind::User, &ids).await?;
    let mut found = BTreeMap::<_, BTreeSet<String>>::new();
    for assignment in all {
        let is_live = assignment.expires_at.is_none_or(|end| end > context.now());
        let user = UserId::parse(&assignment.subject_id);
        if let Some(user) = user.filter(|_| is_live && context.reaches(assignment.org.as_deref())) {
            found.entry(user).or_default().insert(assignment.role);
        }
    }
    Ok(found)
}

/// Returns those of these accounts that are in reach, ordered by ID.
#[boxed(?Send)]
pub async fn find_many(context: &AdminContext<'_>, ids: BTreeSet<UserId>) -> Result<Vec<User>> {
    context.need("users:read")?;
    let read = context.db.read();
    let ids: Vec<UserId> = match context.confined_to() {
        Some(org) => repo::organizations::members_among(read, org, ids).await?,
        None => ids.into_iter().collect(),
    };
    Ok(repo::users::find_many(read, ids).await?)
}

/// Returns the permitted search; `None` if its organization is out of reach.
fn request<'a>(
    context: &'a AdminContext<'_>,
    filter: &'a UserFilter,
    after: Option<&'a str>,
    limit: u64,
) -> Result<Option<UserSearch<'a>>> {
    check(context, filter)?;
    if filter.org.is_some() && !context.reaches(filter.org.as_deref()) {
        return Ok(None);
    }
    Ok(Some(UserSearch {
        filter,
        org: context.confined_to(),
        now: context.now(),
        after: found::list_position(after, UserId::parse)?,
        limit,
    }))
}

pub(crate) fn check(context: &AdminContext<'_>, filter: &UserFilter) -> Result<()> {
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

/// The event has no searched text, which may be personal data.
#[boxed(?Send)]
pub async fn record_export(context: &AdminContext<'_>, filter: &UserFilter) -> Result<()> {
    check(context, filter)?;
    let values = filter.to_query().into_iter();
    let named = values.filter(|(name, _)| *name != "q");
    let named: Map<String, Value> = named
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    exports::record(context, "people", named, !filter.text.is_empty()).await
}
