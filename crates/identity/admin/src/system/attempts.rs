//! Sign-in attempts and rejected OAuth requests, with their reasons.

pub mod operations;

use std::sync::Arc;

use doorward_domain::model::{AttemptOutcome, SignInAttempt, SignInAttemptId};
use doorward_services::attempts::AttemptLog;
use doorward_store::repo::attempts::AttemptFilter;

use crate::json_member::{OneOf, optional, optional_word};
use crate::prelude::*;
use crate::users;

/// The requested attempts; the default requests all.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttemptQuery {
    /// User ID, user name, e-mail address, or request ID. A name that no user has finds attempts with that
    /// name.
    pub about: Option<String>,
    /// ID of the client.
    pub client_id: Option<String>,
    /// Outcome.
    #[serde(default, deserialize_with = "optional_word")]
    #[schema(inline, value_type = Option<Outcomes>)]
    pub outcome: Option<AttemptOutcome>,
    /// True for failed sign-ins and rejected requests only.
    #[serde(skip)]
    pub failures: bool,
    /// Earliest time, inclusive.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<UnixSeconds>,
    /// Latest time, exclusive.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<UnixSeconds>,
}

type Outcomes = OneOf<AttemptOutcome>;

const WEEK: i64 = 7 * 86_400;

/// An attempt, and its user if the administrator may read users.
pub type FoundAttempt = (SignInAttempt, Option<User>);

#[boxed(?Send)]
pub async fn list(
    context: &AdminContext<'_>,
    query: &AttemptQuery,
    before: Option<SignInAttemptId>,
    limit: u64,
) -> Result<Vec<FoundAttempt>> {
    let filter = filter(context, query).await?;
    page(context, &filter, before, limit).await
}

/// Returns the filter of a query, with the id of the named user. Typed names of unknown users are found
/// by their keyed hashes.
#[boxed(?Send)]
pub async fn filter(context: &AdminContext<'_>, query: &AttemptQuery) -> Result<AttemptFilter> {
    context.require_global("audit:read")?;
    let mut filter = AttemptFilter {
        client_id: query.client_id.clone(),
        outcome: query.outcome,
        failures: query.failures,
        since: query.since,
        until: query.until,
        ..AttemptFilter::default()
    };
    if let Some(about) = query.about.as_deref().filter(|text| !text.is_empty()) {
        filter.user = user(context, about).await?;
        if filter.user.is_none() {
            let log = context.deployment.part(
                |server| &*server.limits.attempts,
                |master| AttemptLog::new(master, Arc::default()),
            )?;
            filter.request_id = Some(about.to_owned());
            filter.name_hash = Some(log.name_hash(about));
        }
    }
    Ok(filter)
}

#[boxed(?Send)]
pub async fn page(
    context: &AdminContext<'_>,
    filter: &AttemptFilter,
    before: Option<SignInAttemptId>,
    limit: u64,
) -> Result<Vec<FoundAttempt>> {
    context.require_global("audit:read")?;
    let read = context.db.read();
    let found = repo::attempts::page_with_users(read, filter, before, limit).await?;
    let readable = |(attempt, user)| (attempt, context.readable(user));
    Ok(found.into_iter().map(readable).collect())
}

/// Without the permission for users, only an id finds attempts.
async fn user(context: &AdminContext<'_>, about: &str) -> Result<Option<UserId>> {
    match users::find(context, about).await {
        Ok(found) => Ok(found.map(|user| user.id)),
        Err(AdminError::Denied(_)) => Ok(UserId::parse(about)),
        Err(error) => Err(error),
    }
}

/// Returns the latest failed sign-in of a user within a week.
#[boxed(?Send)]
pub async fn latest_failure(
    context: &AdminContext<'_>,
    user: UserId,
) -> Result<Option<SignInAttempt>> {
    context.require_global("audit:read")?;
    let filter = AttemptFilter {
        user: Some(user),
        failures: true,
        since: Some(context.now() - WEEK),
        ..AttemptFilter::default()
    };
    let found = repo::attempts::page_with_users(context.db.read(), &filter, None, 1).await?;
    Ok(found.into_iter().next().map(|(attempt, _)| attempt))
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, id: &str) -> Result<FoundAttempt> {
    context.require_global("audit:read")?;
    let found = match SignInAttemptId::parse(id) {
        Some(id) => repo::attempts::find_with_user(context.db.read(), id).await?,
        None => None,
    };
    let (attempt, user) = found.ok_or_else(|| AdminError::not_found("sign-in attempt", id))?;
    Ok((attempt, context.readable(user)))
}
