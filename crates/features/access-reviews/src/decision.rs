//! Decisions about the lines of a review.
//!
//! A review passes on the power of its creator: a reviewer needs no rights, and a revocation is made with
//! the rights that the creator has at that time.

use crate::reviewer;
use crate::rule::{self, DecisionObstacle, Revocation};
use doorward_domain::model::{
    AccessReview, Assignment, ReviewDecision, ReviewId, ReviewLine, ReviewOutcome,
};
use doorward_rules::delegation::{DelegationDenial, DelegationRule};
use doorward_services::caller::Caller;
use doorward_services::context::Context;

use doorward_admin::change_reason::ChangeReason;
use doorward_admin::prelude::*;
use doorward_admin::roles::{assignment_details, assignment_event};
use doorward_admin::starter::Starter;

/// The context of decisions: events name who decides, and the rights are those that revoke.
#[derive(Debug)]
pub struct Decider<'a> {
    context: AdminContext<'a>,
    /// The reviewer; `None` for an administrator, the command line and the deadline.
    user: Option<User>,
    decided_by: Option<UserId>,
    /// False if the creator of the review has lost the rights of an administrator.
    has_power: bool,
}

impl<'a> Decider<'a> {
    /// Creates the decider of the command line, or of an administrator who closes a review.
    pub fn administrator(context: &AdminContext<'a>) -> Self {
        Self {
            context: context.clone(),
            user: None,
            decided_by: context.actor.as_deref().and_then(UserId::parse),
            has_power: true,
        }
    }

    /// Creates the decider of a reviewer.
    pub async fn reviewer(
        server: &'a Context,
        review: &AccessReview,
        user: UserId,
        caller: Caller,
        reason: Option<ChangeReason>,
    ) -> Result<Self> {
        let found = repo::users::find_by_id(server.core.db.read(), user).await?;
        let user = found.ok_or_else(|| AdminError::not_found("user", &user))?;
        let mut decider = Self::of_creator(server, review, caller).await?;
        decider.context.actor = Some(user.id.to_string());
        decider.context.reason = reason;
        decider.decided_by = Some(user.id);
        decider.user = Some(user);
        Ok(decider)
    }

    /// Creates the decider of the deadline.
    pub(super) async fn deadline(server: &'a Context, review: &AccessReview) -> Result<Self> {
        let caller = Caller::of_server(&server.core.random);
        Self::of_creator(server, review, caller).await
    }

    /// Returns the present rights of the creator of the review; those of the command line do not end.
    async fn of_creator(
        server: &'a Context,
        review: &AccessReview,
        caller: Caller,
    ) -> Result<Self> {
        let starter = Starter {
            kind: review.starter_kind,
            id: &review.starter,
            org: review.org.as_deref(),
            client_id: review.client_id.as_deref(),
        };
        let (authority, has_power) = if review.starter.is_empty() {
            (None, true)
        } else {
            let authority = starter.authority(server).await?.ok();
            let has_power = authority.is_some();
            (authority, has_power)
        };
        Ok(Self {
            context: AdminContext::of_task(server, authority, caller),
            user: None,
            decided_by: None,
            has_power,
        })
    }

    pub(super) const fn context(&self) -> &AdminContext<'a> {
        &self.context
    }

    /// Decides about the line with this number.
    pub async fn decide(
        &self,
        id: ReviewId,
        number: u64,
        decision: ReviewDecision,
    ) -> Result<ReviewLine> {
        let context = &self.context;
        let tx = context.begin().await?;
        let review = repo::access_reviews::find(&tx, id).await?;
        let review = review.ok_or_else(|| AdminError::not_found("access review", &id))?;
        let line = repo::access_reviews::find_line(&tx, id, number).await?;
        let line = line.ok_or_else(|| AdminError::not_found("line", &number))?;
        let asked = match &self.user {
            Some(user) => {
                let facts = reviewer::current(&tx, &review, user.id, context.now()).await?;
                Some(facts.ok_or_else(|| AdminError::not_found("access review", &id))?)
            }
            None => None,
        };
        rule::check_decision(&review, &line, asked.as_ref(), context.now())
            .map_err(|obstacle| rejection(obstacle, id))?;
        let after = self.apply(&tx, &review, &line, decision).await?;
        context.commit(tx).await?;
        Ok(after)
    }

    /// Stores a decision that is allowed, and carries it out.
    pub(super) async fn apply(
        &self,
        tx: &WriteTx,
        review: &AccessReview,
        before: &ReviewLine,
        decision: ReviewDecision,
    ) -> Result<ReviewLine> {
        let context = &self.context;
        let outcome = match decision {
            ReviewDecision::Confirmed => None,
            ReviewDecision::Revoked => Some(self.revoke(tx, review, before).await?),
        };
        let user = match before.user() {
            Some(id) => repo::users::find_by_id(tx, id).await?,
            None => None,
        };
        let last_login = user.and_then(|user| user.last_login.0);
        let reason = context.reason.as_ref();
        let after = ReviewLine {
            last_login: last_login.or(before.last_login),
            decision: Some(decision),
            outcome,
            decided_by: self.decided_by,
            decider_name: self.user.as_ref().map(User::display_name),
            decided_at: Some(context.now()),
            reason: reason.map(|reason| reason.as_str().to_owned()),
            ..before.clone()
        };
        if !repo::access_reviews::decide(tx, before, &after).await? {
            return Err(AdminError::Changed);
        }
        let change = match decision {
            ReviewDecision::Confirmed => "review line confirmed",
            ReviewDecision::Revoked => "review line revoked",
        };
        // About the review: nothing has changed for the user of a confirmed role.
        let event = context
            .event(AuditKind::RoleChanged, &review.name, change)
            .with("line", after.number)
            .with("user", after.holder.as_str())
            .with("role", after.role.as_str())
            .with("org", after.org.clone())
            .with_optional("outcome", outcome.map(ReviewOutcome::as_str));
        repo::audit::insert(tx, &event).await?;
        Ok(after)
    }

    /// Removes the assignment of a line, if it is not that of a group.
    async fn revoke(
        &self,
        tx: &WriteTx,
        review: &AccessReview,
        line: &ReviewLine,
    ) -> Result<ReviewOutcome> {
        let found = repo::roles::find_assignment(tx, line.assignment).await?;
        let Some(given) = found.filter(|given| given.is_live(self.context.now())) else {
            return Ok(ReviewOutcome::Ended);
        };
        if rule::revocation(line) == Revocation::Membership {
            return Ok(if reviewer::has_by_group(tx, line).await? {
                ReviewOutcome::Membership
            } else {
                ReviewOutcome::Ended
            });
        }
        if !self.may_revoke(tx, &given).await? {
            return Ok(ReviewOutcome::Denied);
        }
        let context = &self.context;
        repo::roles::delete_assignment(tx, given.id).await?;
        // Also for a review of the command line, which may otherwise remove the last administrator.
        if given.role == ADMIN_ROLE
            && given.org.is_none()
            && !repo::roles::has_active_holder(tx, ADMIN_ROLE, context.now()).await?
        {
            repo::roles::assign(tx, &given).await?;
            return Ok(ReviewOutcome::Needed);
        }
        let event = assignment_event(context, &given, "revoked").with("review", &*review.name);
        let event = difference(event, &assignment_details(&given), &Value::Null);
        repo::audit::insert(tx, &event).await?;
        Ok(ReviewOutcome::Removed)
    }

    /// Returns true if the creator of the review may revoke this assignment now.
    async fn may_revoke(&self, tx: &WriteTx, given: &Assignment) -> Result<bool> {
        let context = &self.context;
        if !self.has_power
            || context.need("roles:assign").is_err()
            || !context.reaches(given.org.as_deref())
        {
            return Ok(false);
        }
        let role = repo::roles::find(tx, &given.role).await?;
        Ok(role.is_none_or(|role| context.check_role_delegation(&role).is_ok()))
    }
}

/// Returns the error of a rejected decision. For others than reviewers, the review does not exist.
fn rejection(obstacle: DecisionObstacle, id: ReviewId) -> AdminError {
    let problem = match obstacle {
        DecisionObstacle::NotReviewer => return AdminError::not_found("access review", &id),
        DecisionObstacle::OwnRole => {
            return DelegationDenial::by(DelegationRule::NotToOneself).into();
        }
        DecisionObstacle::NotReady => "the lines of the review are still being written",
        DecisionObstacle::Closed => "the review has ended",
        DecisionObstacle::Final => "the role is revoked already",
    };
    AdminError::invalid("decision", problem)
}
