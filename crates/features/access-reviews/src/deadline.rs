//! The end of a review: by an administrator, or at its deadline.

use std::slice;

use crate::reviewer;
use crate::rule::{ReviewStep, next_step, revoke_or_close};
use doorward_domain::model::{AccessReview, ReviewDecision, ReviewId};
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_services::error::ServerError;
use doorward_store::repo::access_reviews::{self, LineFilter};

use super::decision::Decider;
use super::{fill, mail, reviewers, scope};
use doorward_admin::prelude::*;

/// Number of lines that one transaction revokes.
const BATCH: u64 = 20;
/// Maximum number of batches of one review in a turn of the server; the next turn continues.
const BATCHES: u32 = 100;
/// Maximum number of reviews in a turn.
const REVIEWS: u64 = 1_000;

/// Ends a review now. With `revoke_open`, the lines without a decision are revoked with the rights of the
/// administrator, who needs the power of a creator. A holder of a line ends it only as its creator or with
/// the role `admin`.
pub async fn close(
    context: &AdminContext<'_>,
    review: &AccessReview,
    revoke_open: bool,
) -> Result<AccessReview> {
    scope::check_power(context, review.scope, &review.scope_id).await?;
    reviewers::check_changer(context, review).await?;
    if review.closed_at.is_some() {
        return Err(AdminError::NoChange(format!(
            "the access review {} has ended already",
            review.name
        )));
    }
    if review.filled_at.is_none() {
        let problem = "its lines are still being written; repeat this in a minute";
        return Err(AdminError::invalid("review", problem));
    }
    let (id, decider) = (review.id, Decider::administrator(context));
    // First, so that a repetition continues after an interruption.
    if revoke_open {
        let is_open = |review: &AccessReview| review.closed_at.is_none() && review.open > 0;
        let find = async || access_reviews::find(context.db.read(), id).await;
        while let Some(review) = find().await?.filter(is_open) {
            revoke_batch(&decider, &review).await?;
        }
    }
    end(context, id, Some(revoke_open)).await?;
    let found = access_reviews::find(context.db.read(), id).await?;
    found.ok_or_else(|| AdminError::not_found("access review", &id))
}

/// Revokes the next open lines of a review.
async fn revoke_batch(decider: &Decider<'_>, review: &AccessReview) -> Result<()> {
    let context = decider.context();
    let filter = LineFilter {
        is_open: true,
        ..LineFilter::default()
    };
    let tx = context.begin().await?;
    for line in access_reviews::lines(&tx, review.id, filter, None, BATCH).await? {
        let decision = ReviewDecision::Revoked;
        decider.apply(&tx, review, &line, decision).await?;
    }
    context.commit(tx).await
}

/// Closes a review; an administrator decides with `revoke_open` about lines without a decision.
async fn end(context: &AdminContext<'_>, id: ReviewId, revoke_open: Option<bool>) -> Result<()> {
    let (tx, now) = (context.begin().await?, context.now());
    let Some(review) = access_reviews::find(&tx, id).await? else {
        return Ok(());
    };
    let revokes = revoke_open.unwrap_or(review.revoke_open);
    let due_at = Ord::min(review.due_at, now);
    access_reviews::update_deadline(&tx, id, due_at, revokes).await?;
    if !access_reviews::close(&tx, id, now).await? {
        return Ok(());
    }
    let event = context
        .event(AuditKind::RoleChanged, &review.name, "review closed")
        .with("lines", review.lines)
        .with("open", review.open)
        .with("revoke_open", revokes);
    context.commit_with(tx, &event).await
}

/// Returns the step after the deadline of a review that revokes open lines.
async fn revocation_step(context: &AdminContext<'_>, review: &AccessReview) -> Result<ReviewStep> {
    let able = reviewers::count_able(context, slice::from_ref(review)).await?;
    Ok(revoke_or_close(
        able.get(&review.id).copied().unwrap_or_default(),
    ))
}

/// Does what is due for each running review: writes missing lines, reminds reviewers, and ends the review
/// at its deadline. Returns the number of reviews with work.
///
/// # Errors
/// Fails if the store cannot be used; the next turn repeats the work.
pub async fn run_due(server: &Context) -> Result<u64, ServerError> {
    let core = &server.core;
    let running = access_reviews::list_running(core.db.read(), REVIEWS).await?;
    let mut done = 0;
    for review in running {
        if next_step(&review, core.now()) == ReviewStep::Wait {
            continue;
        }
        done += 1;
        // Boxed, because the future of a revocation is large.
        let outcome = Box::pin(advance(server, review)).await;
        outcome.map_err(|error| match error {
            AdminError::Fault(error) => error,
            AdminError::Store(error) => error.into(),
            error => ServerError::internal(error),
        })?;
    }
    Ok(done)
}

/// Does what is due for one review.
async fn advance(server: &Context, mut review: AccessReview) -> Result<()> {
    let caller = Caller::of_server(&server.core.random);
    let context = &AdminContext::of_task(server, None, caller);
    for _ in 0..BATCHES {
        let step = match next_step(&review, context.now()) {
            ReviewStep::RevokeOpen => revocation_step(context, &review).await?,
            step => step,
        };
        match step {
            ReviewStep::Fill => {
                if fill::run(context, &review).await?.is_none() {
                    return Ok(());
                }
            }
            ReviewStep::Remind => return remind(context, &review).await,
            ReviewStep::RevokeOpen => {
                let decider = Decider::deadline(server, &review).await?;
                revoke_batch(&decider, &review).await?;
            }
            ReviewStep::Close => return end(context, review.id, None).await,
            ReviewStep::Wait | ReviewStep::Done => return Ok(()),
        }
        match access_reviews::find(context.db.read(), review.id).await? {
            Some(next) => review = next,
            None => return Ok(()),
        }
    }
    Ok(())
}

/// Reminds each reviewer who was not reminded.
async fn remind(context: &AdminContext<'_>, review: &AccessReview) -> Result<()> {
    let waiting = access_reviews::list_unreminded(context.db.read(), review.id, BATCH).await?;
    for id in waiting {
        let tx = context.db.begin_write().await?;
        if !access_reviews::mark_reminded(&tx, review.id, id, context.now()).await? {
            continue;
        }
        if let Some(user) = repo::users::find_by_id(&tx, id).await? {
            let facts = reviewer::facts(&tx, review, &user, true, context.now()).await?;
            if facts.has_ground() {
                mail::enqueue(context, &tx, review, &user).await?;
            }
        }
        context.commit(tx).await?;
    }
    Ok(())
}
