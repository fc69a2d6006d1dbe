//! Creation of a review.

use std::collections::BTreeSet;

use crate::rule::is_deadline;
use doorward_domain::model::{AccessReview, ReviewId, ReviewScope};

use super::{fill, mail, reviewers, scope};
use doorward_admin::checked_value::check_line;
use doorward_admin::prelude::*;

/// Number of lines that a request writes; the server writes the rest.
const AT_ONCE: u64 = 1_000;

#[derive(Clone, Debug)]
pub struct NewReview {
    pub name: String,
    pub scope: ReviewScope,
    /// The name of the role or permission, the slug of the organization, or ID or path of the group.
    pub scope_id: String,
    pub reviewers: Vec<UserId>,
    /// The deadline.
    pub due_at: UnixSeconds,
    /// True if open lines are revoked at the deadline.
    pub revoke_open: bool,
}

/// Creates a review of the present assignments. The administrator must have the power to revoke each role
/// in scope, because the review passes it on.
pub async fn run(context: &AdminContext<'_>, new: NewReview) -> Result<AccessReview> {
    context.need("roles:assign")?;
    let NewReview {
        name,
        scope,
        scope_id,
        reviewers: named,
        due_at,
        revoke_open,
    } = new;
    let (scope_id, scope_name) = scope::resolve(context, scope, &scope_id).await?;
    scope::check_power(context, scope, &scope_id).await?;
    let name = check_line("name", &name, 100)?;
    if ReviewId::parse(&name).is_some() {
        return Err(AdminError::invalid("name", "must not be an ID"));
    }
    let now = context.now();
    if !is_deadline(due_at, now) {
        let problem = "write a time in the future, within a year";
        return Err(AdminError::invalid("until", problem));
    }
    let authority = context.authority.as_ref();
    let review = AccessReview {
        id: ReviewId::generate(now, &mut context.rng()),
        name,
        starter_kind: authority.map_or(SubjectKind::User, |authority| authority.kind),
        starter: authority.map_or_else(String::new, |authority| authority.id.clone()),
        org: authority.and_then(|authority| authority.org.clone()),
        client_id: authority.and_then(|authority| authority.client_id.clone()),
        scope,
        scope_id,
        scope_name,
        created_at: now,
        due_at,
        revoke_open,
        cursor: None,
        filled_at: None,
        closed_at: None,
        lines: 0,
        open: 0,
    };
    let reviewers = reviewers::find(context, &review, &named, &BTreeSet::new()).await?;
    fill::check_size(context, &review).await?;
    store(context, &review, &reviewers).await?;
    write_lines(context, review).await
}

async fn store(
    context: &AdminContext<'_>,
    review: &AccessReview,
    reviewers: &[User],
) -> Result<()> {
    let tx = context.begin().await?;
    if repo::access_reviews::find_by_name(&tx, &review.name)
        .await?
        .is_some()
    {
        return Err(AdminError::conflict("access review", &review.name));
    }
    let ids: Vec<UserId> = reviewers.iter().map(|user| user.id).collect();
    repo::access_reviews::insert(&tx, review, &ids).await?;
    for reviewer in reviewers {
        mail::enqueue(context, &tx, review, reviewer).await?;
    }
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let event = context
        .event(AuditKind::RoleChanged, &review.name, "review created")
        .with("scope", review.scope.as_str())
        .with("scope_name", review.scope_name.as_str())
        .with("reviewers", ids)
        .with("until", review.due_at)
        .with("revoke_open", review.revoke_open);
    context.commit_created(tx, &event, review.id, None).await
}

async fn write_lines(context: &AdminContext<'_>, mut review: AccessReview) -> Result<AccessReview> {
    let is_waiting = context.authority.is_none();
    while review.filled_at.is_none() && (is_waiting || review.lines < AT_ONCE) {
        match fill::run(context, &review).await? {
            Some(next) => review = next,
            // The server writes them.
            None => break,
        }
    }
    Ok(review)
}
