//! The reviewers of a review: their ground, and their replacement.
//!
//! The power of a reviewer is lent. Each read and each decision checks its ground: the account is active,
//! and belongs to the organization of the review or may see roles in the whole deployment.

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::model::{AccessReview, OrgScope, ReviewId, ReviewScope};
use doorward_rules::access_review::{
    self as rule, MAX_REVIEWERS, ReviewChanger, Reviewer, ReviewerTie,
};
use doorward_services::organization;
use doorward_store::repo::access_reviews::{self, LineFilter};

use super::{mail, scope};
use crate::prelude::*;
use crate::users;

/// The permissions that replace the membership in the organization of a review.
const SEES_ROLES: [&str; 2] = ["roles:read", "users:read"];

/// Returns the present facts about a user as a reviewer. `is_named` says that the review names the user.
pub(super) async fn facts(
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

/// Returns the reviewers of each of these reviews who can decide now, in no order.
pub async fn able(
    conn: &Conn,
    reviews: &[AccessReview],
    now: UnixSeconds,
) -> Result<BTreeMap<ReviewId, Vec<User>>> {
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

/// Returns the running reviews in which nobody can decide, the earliest deadline first.
pub async fn without_reviewer(context: &AdminContext<'_>) -> Result<Vec<AccessReview>> {
    let (conn, now) = (context.db.read(), context.now());
    let running = access_reviews::list_running(conn, repo::PAGE_MAX).await?;
    let mut able = able(conn, &running, now).await?;
    let mut orphaned = running;
    orphaned.retain(|review| able.remove(&review.id).is_none_or(|able| able.is_empty()));
    Ok(orphaned)
}

/// Returns the running reviews in which only this user can decide.
pub(crate) async fn only_of(context: &AdminContext<'_>, user: UserId) -> Result<Vec<AccessReview>> {
    let conn = context.db.read();
    let running = access_reviews::list_of_reviewer(conn, user, repo::PAGE_MAX).await?;
    let able = able(conn, &running, context.now()).await?;
    let has_other = |review: &AccessReview| {
        let able = able.get(&review.id);
        able.is_some_and(|able| able.iter().any(|other| other.id != user))
    };
    Ok(running
        .into_iter()
        .filter(|review| !has_other(review))
        .collect())
}

/// Checks that the administrator may end a review or choose its reviewers.
pub(super) async fn check_changer(context: &AdminContext<'_>, review: &AccessReview) -> Result<()> {
    let changer = match &context.authority {
        None => None,
        Some(own) => {
            let filter = LineFilter {
                holder: Some(&own.id),
                ..LineFilter::default()
            };
            let held = access_reviews::lines(context.db.read(), review.id, filter, None, 1).await?;
            Some(ReviewChanger {
                administers: own.administers(),
                is_creator: review.starter == own.id && review.starter_kind == own.kind,
                holds_line: held.iter().any(|line| line.holder_kind == own.kind),
            })
        }
    };
    Ok(rule::check_change(changer)?)
}

/// Returns the users, each once. Those who are not among `kept` must have the ground of a reviewer.
pub(super) async fn find(
    context: &AdminContext<'_>,
    review: &AccessReview,
    ids: &[UserId],
    kept: &BTreeSet<UserId>,
) -> Result<Vec<User>> {
    let ids: BTreeSet<UserId> = ids.iter().copied().collect();
    if ids.is_empty() || ids.len() > MAX_REVIEWERS {
        let problem = format!("name 1 to {MAX_REVIEWERS} users");
        return Err(AdminError::invalid("reviewer", problem));
    }
    let (conn, now) = (context.db.read(), context.now());
    let mut found = Vec::new();
    for id in ids {
        let user = users::read(context, &id.to_string()).await?;
        if !kept.contains(&id) {
            let facts = facts(conn, review, &user, true, now).await?;
            check_ground(&user, &facts)?;
        }
        found.push(user);
    }
    Ok(found)
}

fn check_ground(user: &User, facts: &Reviewer) -> Result<()> {
    let name = user.login_identifier();
    let problem = if !facts.is_active {
        format!("{name} is disabled, or will be deleted")
    } else if !facts.has_ground() {
        format!(
            "{name} is no member of the organization of the review, and may not see roles and users in the \
             whole deployment"
        )
    } else {
        return Ok(());
    };
    Err(AdminError::invalid("reviewer", problem))
}

/// Replaces the reviewers of a running review. Those who are new get the mail of the creation.
pub async fn replace(
    context: &AdminContext<'_>,
    review: &AccessReview,
    ids: &[UserId],
) -> Result<()> {
    scope::check_power(context, review.scope, &review.scope_id).await?;
    check_changer(context, review).await?;
    if review.closed_at.is_some() {
        return Err(AdminError::invalid("review", "it has ended"));
    }
    let former = access_reviews::reviewers(context.db.read(), review.id).await?;
    let former: BTreeSet<UserId> = former.iter().map(|user| user.id).collect();
    let users = find(context, review, ids, &former).await?;
    let chosen: BTreeSet<UserId> = users.iter().map(|user| user.id).collect();
    if chosen == former {
        let problem = format!("the access review {} has these reviewers", review.name);
        return Err(AdminError::NoChange(problem));
    }
    let now = context.now();
    // The mail of today is the reminder.
    let reminded_at = (rule::reminder_at(review) <= now).then_some(now);
    let tx = context.begin().await?;
    let gone: Vec<UserId> = former.difference(&chosen).copied().collect();
    access_reviews::remove_reviewers(&tx, review.id, &gone).await?;
    let added: Vec<UserId> = chosen.difference(&former).copied().collect();
    access_reviews::add_reviewers(&tx, review.id, &added, reminded_at).await?;
    for user in users.iter().filter(|user| added.contains(&user.id)) {
        mail::enqueue(context, &tx, review, user).await?;
    }
    let texts = |ids: &BTreeSet<UserId>| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let event = context.event(
        AuditKind::RoleChanged,
        &review.name,
        "review reviewers changed",
    );
    let event = difference(event, &json!(texts(&former)), &json!(texts(&chosen)));
    context.commit_with(tx, &event).await
}
