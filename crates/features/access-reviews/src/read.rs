//! Reviews and their lines, for administrators.

use doorward_domain::model::{AccessReview, ReviewId, ReviewLine};
use doorward_store::repo::access_reviews::{self, LineFilter};

use doorward_admin::prelude::*;

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
pub async fn lines<'a>(
    context: &'a AdminContext<'_>,
    review: &AccessReview,
    filter: LineFilter<'a>,
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
