//! Reviews and their lines, for administrators and for reviewers.

use doorward_domain::model::{AccessReview, ReviewId, ReviewLine};
use doorward_services::context::Core;
use doorward_services::error::ServerError;
use doorward_store::repo::access_reviews::{self, LineFilter};

use super::reviewers;
use crate::prelude::*;

/// Returns the review with this ID or name.
pub async fn get(context: &AdminContext<'_>, named: &str) -> Result<AccessReview> {
    context.need("roles:read")?;
    let read = context.db.read();
    let found = match ReviewId::parse(named) {
        Some(id) => access_reviews::find(read, id).await?,
        None => access_reviews::find_by_name(read, named).await?,
    };
    found
        .filter(|review| context.reaches(review.org.as_deref()))
        .ok_or_else(|| AdminError::not_found("access review", named))
}

/// Lists the reviews in reach after this name, in the order of the names.
pub async fn page(
    context: &AdminContext<'_>,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<AccessReview>> {
    context.need("roles:read")?;
    let (read, org) = (context.db.read(), context.confined_to());
    Ok(access_reviews::page(read, org, after, limit).await?)
}

/// Lists the lines of a review in reach after this number. The names in them are those of users, so
/// that the right to see users is needed.
pub async fn lines(
    context: &AdminContext<'_>,
    review: &AccessReview,
    filter: LineFilter<'_>,
    after: Option<u64>,
    limit: u64,
) -> Result<Vec<ReviewLine>> {
    context.need("roles:read")?;
    context.need("users:read")?;
    Ok(access_reviews::lines(context.db.read(), review.id, filter, after, limit).await?)
}

/// Returns the reviewers whom the administrator may see, also those who cannot decide any more.
pub async fn reviewers(context: &AdminContext<'_>, review: &AccessReview) -> Result<Vec<User>> {
    let found = access_reviews::reviewers(context.db.read(), review.id).await?;
    let found = found.into_iter().map(Some);
    let mut seen: Vec<User> = found.filter_map(|user| context.readable(user)).collect();
    seen.sort_by(|one, other| one.login_identifier().cmp(other.login_identifier()));
    Ok(seen)
}

/// Returns the running reviews that a user may decide about now, the earliest deadline first, at most
/// 100.
pub async fn of_reviewer(core: &Core, user: &User) -> Result<Vec<AccessReview>, ServerError> {
    let (read, now) = (core.db.read(), core.now());
    let mut found = Vec::new();
    for review in access_reviews::list_of_reviewer(read, user.id, 100).await? {
        let is_running = review.due_at > now;
        if is_running
            && reviewers::facts(read, &review, user, true, now)
                .await?
                .has_ground()
        {
            found.push(review);
        }
    }
    Ok(found)
}

/// Returns a running review that this user may decide about now.
pub async fn find_for_reviewer(
    core: &Core,
    reviewer: UserId,
    id: &str,
) -> Result<Option<AccessReview>, ServerError> {
    let Some(id) = ReviewId::parse(id) else {
        return Ok(None);
    };
    let read = core.db.read();
    if !access_reviews::is_reviewer(read, id, reviewer).await? {
        return Ok(None);
    }
    let found = access_reviews::find(read, id).await?;
    let is_running =
        |review: &AccessReview| review.closed_at.is_none() && review.filled_at.is_some();
    let Some(review) = found.filter(is_running) else {
        return Ok(None);
    };
    let Some(user) = repo::users::find_by_id(read, reviewer).await? else {
        return Ok(None);
    };
    let facts = reviewers::facts(read, &review, &user, true, core.now()).await?;
    Ok(facts.has_ground().then_some(review))
}

/// Returns up to `limit` lines after this number that the reviewer has to decide.
pub async fn open_lines(
    core: &Core,
    reviewer: UserId,
    review: ReviewId,
    after: Option<u64>,
    limit: u64,
) -> Result<Vec<ReviewLine>, ServerError> {
    let own = reviewer.to_string();
    let filter = LineFilter {
        is_open: true,
        except: Some(&own),
        ..LineFilter::default()
    };
    Ok(access_reviews::lines(core.db.read(), review, filter, after, limit).await?)
}
