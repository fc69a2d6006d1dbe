//! The replacement of reviewers, and reviews without one.

use std::collections::{BTreeMap, BTreeSet};

use crate::reviewer;
use crate::rule::{self, MAX_REVIEWERS, ReviewChanger};
use doorward_domain::model::{AccessReview, ReviewId};
use doorward_store::repo::access_reviews::{self, LineFilter};

use super::{mail, scope};
use doorward_admin::prelude::*;
use doorward_admin::users;

/// Returns the number of reviewers of each of these reviews who can decide now.
pub async fn count_able(
    context: &AdminContext<'_>,
    reviews: &[AccessReview],
) -> Result<BTreeMap<ReviewId, usize>> {
    let able = reviewer::able(context.db.read(), reviews, context.now()).await?;
    Ok(able
        .into_iter()
        .map(|(id, able)| (id, able.len()))
        .collect())
}

/// Returns the running reviews in which no reviewer can decide, the earliest deadline first.
pub async fn without_reviewer(context: &AdminContext<'_>) -> Result<Vec<AccessReview>> {
    let mut found = access_reviews::list_running(context.db.read(), repo::PAGE_MAX).await?;
    let able = count_able(context, &found).await?;
    found.retain(|review| able.get(&review.id) == Some(&0));
    Ok(found)
}

/// Returns the running reviews in which only this user can decide.
pub async fn only_of(context: &AdminContext<'_>, user: UserId) -> Result<Vec<AccessReview>> {
    let conn = context.db.read();
    let running = access_reviews::list_of_reviewer(conn, user, repo::PAGE_MAX).await?;
    let able = reviewer::able(conn, &running, context.now()).await?;
    let is_other = |able: &Vec<User>| able.iter().any(|other| other.id != user);
    let mut found = running;
    found.retain(|review| !able.get(&review.id).is_some_and(is_other));
    Ok(found)
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
        return Err(AdminError::invalid("reviewers", problem));
    }
    let (conn, now) = (context.db.read(), context.now());
    let mut found = Vec::new();
    for id in ids {
        let user = users::read(context, &id.to_string()).await?;
        if !kept.contains(&id)
            && !reviewer::facts(conn, review, &user, true, now)
                .await?
                .has_ground()
        {
            let problem = format!(
                "{} is disabled, or neither a member of the organization of the review nor allowed to see \
                 roles and users in the whole deployment",
                user.login_identifier()
            );
            return Err(AdminError::invalid("reviewers", problem));
        }
        found.push(user);
    }
    Ok(found)
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
