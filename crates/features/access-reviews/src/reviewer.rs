//! The work of a reviewer of an access review.
//!
//! The power of a reviewer is lent. Each read and each decision checks its ground: the account is active,
//! and belongs to the organization of the review or may see roles in the whole deployment.

use std::collections::BTreeMap;

use crate::rule::{Reviewer, ReviewerTie};
use doorward_domain::model::{AccessReview, GroupId, OrgScope, ReviewId, ReviewLine, ReviewScope};
use doorward_services::context::Core;
use doorward_services::error::ServerError;
use doorward_services::organization;
use doorward_store::repo::access_reviews::{self, LineFilter};
use doorward_store::repo::role_assignments::AssignmentFilter;

use doorward_admin::prelude::*;

/// The permissions that replace the membership in the organization of a review.
const SEES_ROLES: [&str; 2] = ["roles:read", "users:read"];

/// Returns the present facts about a user as a reviewer. `is_named` says that the review names the user.
pub async fn facts(
    conn: &Conn,
    review: &AccessReview,
    user: &User,
    is_named: bool,
    now: UnixSeconds,
) -> Result<Reviewer, StoreError> {
    let tie = if belongs(conn, review, user.id).await? {
        ReviewerTie::Member
    } else {
        let held = repo::roles::effective_for_user_in(conn, user.id, OrgScope::Global, now).await?;
        let held = held.every_permission();
        if SEES_ROLES
            .iter()
            .all(|permission| held.contains(permission))
        {
            ReviewerTie::SeesRoles
        } else {
            ReviewerTie::None
        }
    };
    Ok(Reviewer {
        user: user.id,
        is_named,
        is_active: user.is_active() && !user.is_deletion_pending(),
        tie,
    })
}

/// Returns true if the user is a member of the organization of the review, or it has none.
async fn belongs(conn: &Conn, review: &AccessReview, user: UserId) -> Result<bool, StoreError> {
    let org = match (&review.org, review.scope) {
        (Some(org), _) => Some(org.clone()),
        (None, ReviewScope::Organization) => Some(review.scope_id.clone()),
        (None, ReviewScope::Group) => {
            let group = match GroupId::parse(&review.scope_id) {
                Some(id) => repo::groups::find(conn, id).await?,
                None => None,
            };
            let Some(group) = group else {
                return Ok(false);
            };
            group.org
        }
        (None, ReviewScope::Role | ReviewScope::Permission) => None,
    };
    organization::is_member(conn, org.as_deref(), user).await
}

/// Returns the present facts about a user; `None` if the user was deleted.
pub async fn current(
    conn: &Conn,
    review: &AccessReview,
    user: UserId,
    now: UnixSeconds,
) -> Result<Option<Reviewer>, StoreError> {
    let Some(found) = repo::users::find_by_id(conn, user).await? else {
        return Ok(None);
    };
    let is_named = access_reviews::is_reviewer(conn, review.id, user).await?;
    facts(conn, review, &found, is_named, now).await.map(Some)
}

/// Returns the reviewers of each of these reviews who can decide now, in no order.
pub async fn able(
    conn: &Conn,
    reviews: &[AccessReview],
    now: UnixSeconds,
) -> Result<BTreeMap<ReviewId, Vec<User>>, StoreError> {
    let ids: Vec<ReviewId> = reviews.iter().map(|review| review.id).collect();
    let mut named = access_reviews::reviewers_of(conn, &ids).await?;
    let mut able = BTreeMap::new();
    for review in reviews {
        let mut found = Vec::new();
        for user in named.remove(&review.id).unwrap_or_default() {
            if facts(conn, review, &user, true, now).await?.has_ground() {
                found.push(user);
            }
        }
        able.insert(review.id, found);
    }
    Ok(able)
}

/// Returns the running reviews that a user may decide about now, the earliest deadline first, at most
/// 100.
pub async fn list_reviews(core: &Core, user: &User) -> Result<Vec<AccessReview>, ServerError> {
    let (read, now) = (core.db.read(), core.now());
    let mut found = Vec::new();
    for review in access_reviews::list_of_reviewer(read, user.id, 100).await? {
        let is_running = review.due_at > now;
        if is_running && facts(read, &review, user, true, now).await?.has_ground() {
            found.push(review);
        }
    }
    Ok(found)
}

/// Returns a running review that this user may decide about now.
pub async fn find_review(
    core: &Core,
    reviewer: UserId,
    id: &str,
) -> Result<Option<AccessReview>, ServerError> {
    let Some(id) = ReviewId::parse(id) else {
        return Ok(None);
    };
    let read = core.db.read();
    let found = access_reviews::find(read, id).await?;
    let is_running =
        |review: &AccessReview| review.closed_at.is_none() && review.filled_at.is_some();
    let Some(review) = found.filter(is_running) else {
        return Ok(None);
    };
    let facts = current(read, &review, reviewer, core.now()).await?;
    Ok(facts
        .is_some_and(|facts| facts.has_ground())
        .then_some(review))
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

/// Returns true if the user of a line still has the role by its group.
pub async fn has_by_group(conn: &Conn, line: &ReviewLine) -> Result<bool, StoreError> {
    let Some(user) = line.user() else {
        return Ok(false);
    };
    let filter = AssignmentFilter {
        role: Some(line.role.clone()),
        ..AssignmentFilter::default()
    };
    let (all, limit) = (None, repo::PAGE_MAX);
    let held = repo::role_assignments::page_of_user(conn, user, &filter, all, limit, None).await?;
    let mut held = held.iter();
    Ok(held.any(|held| held.assignment.id == line.assignment))
}
