//! Operations of access reviews.

use std::slice;

use doorward_domain::model::{
    AccessReview, ReviewDecision, ReviewLine, ReviewOutcome, ReviewScope,
};
use doorward_services::view;
use doorward_store::repo::access_reviews::{self, LineFilter};

use super::create::{self, NewReview};
use super::decision::Decider;
use super::{deadline, last_tokens, read, reviewer, reviewers};
use doorward_admin::found::FoundPage;
use doorward_admin::json_member::optional;
use doorward_admin::operation::{Again, Operation, Shown};
use doorward_admin::prelude::*;
use doorward_admin::users::{self, named_id};

/// Seconds until the deadline of a review without one in the request.
const DEFAULT_DURATION: i64 = 14 * 24 * 60 * 60;

doorward_admin::entries! {
    LIST: List, SHOW: Show, CREATE: Create, UPDATE: Update, CLOSE: Close, LINES: Lines,
    DECIDE: Decide,
}

doorward_admin::targets! {
    {
        /// Name or ID of the review.
        id
    } => Show
}

/// The reviewers in a response.
struct Reviewers {
    named: Vec<User>,
    able: usize,
}

view! {
    /// An access review.
    #[schema(as = AccessReview)]
    ReviewView(review: AccessReview, reviewers: Reviewers) {
        /// ID of the review.
        id: String = review.id.to_string();
        /// Name.
        name: String = review.name;
        /// `role`, `organization`, `group` or `permission`.
        scope: &'static str = review.scope.as_str();
        /// Name of the role or permission, slug of the organization, or ID of the group.
        scope_id: String = review.scope_id;
        /// Name for readers: path of the group.
        scope_name: String = review.scope_name;
        /// Slug of the organization or ID of the group whose members have lines; absent: all.
        members_of?: String = review.members_of;
        /// ID of the user or client that created it; empty for the command line.
        created_by: String = review.starter;
        /// IDs of the reviewers; empty in a list.
        reviewers: Vec<String> = reviewers.named.iter().map(|user| user.id.to_string()).collect();
        /// User names or e-mail addresses of the reviewers; empty in a list.
        reviewer_names: Vec<String> = {
            let names = reviewers.named.iter();
            names.map(|user| user.login_identifier().to_owned()).collect()
        };
        /// Number of reviewers who can decide: active, and in the organization of the review. With 0, no line is
        /// decided, and nothing is revoked at the deadline.
        able_reviewers: usize = reviewers.able;
        /// Deadline (RFC 3339).
        until: Time = review.due_at;
        /// True if lines without a decision are revoked at the deadline.
        revoke_open: bool = review.revoke_open;
        /// Number of lines.
        lines: u64 = review.lines;
        /// Number of lines without a decision.
        open: u64 = review.open;
        /// `preparing` while lines are still being written, `open`, `no_reviewer` or `closed`.
        state: &'static str = match (review.closed_at, review.filled_at, reviewers.able) {
            (Some(_), _, _) => "closed",
            (None, _, 0) => "no_reviewer",
            (None, Some(_), _) => "open",
            (None, None, _) => "preparing",
        };
        /// Time of creation (RFC 3339).
        created_at: Time = review.created_at;
        /// Time of the end (RFC 3339); absent while it is running.
        closed_at?: Time = review.closed_at;
    }
}

view! {
    /// A role of a user in an access review, with the facts at the time of the decision.
    #[schema(as = AccessReviewLine)]
    pub LineView(line: ReviewLine, last_token: Option<UnixSeconds>) {
        /// Number in the review, from 1.
        line: u64 = line.number;
        /// `user` or `client`.
        holder_kind: &'static str = line.holder_kind.as_str();
        /// ID of the user or client.
        holder: String = line.holder;
        /// Name of the user or client.
        name: String = line.holder_name;
        /// Name of the role.
        role: String = line.role;
        /// Slug of the organization; absent: global.
        organization?: String = line.org;
        /// ID of the assignment.
        assignment: String = line.assignment.to_string();
        /// Path of the group by which the user has the role.
        group?: String = line.group_path;
        /// Path of the user's group, if it is below `group`.
        member_of?: String = line.member_of;
        /// Time of the assignment (RFC 3339).
        since: Time = line.granted_at;
        /// ID of the administrator who assigned the role; absent: the command line.
        assigned_by?: String = line.assigned_by;
        /// Name of that administrator.
        assigned_by_name?: String = line.assigner_name;
        /// Expiry of the assignment (RFC 3339).
        expires_at?: Time = line.expires_at;
        /// Time of the user's latest sign-in (RFC 3339).
        last_login?: Time = line.last_login;
        /// In a list only: time of the latest token since the assignment that may contain the role (RFC 3339),
        /// read now.
        last_token?: Time = last_token;
        /// `confirmed` or `revoked`; absent: none.
        decision?: &'static str = line.decision.map(ReviewDecision::as_str);
        /// Effect of a revocation: `removed`, `membership` (the role comes by the group, whose manager has to
        /// end the membership), `ended` (before), `denied` (the creator of the review may no longer revoke the
        /// role) or `needed` (an administrator must remain).
        outcome?: &'static str = line.outcome.map(ReviewOutcome::as_str);
        /// ID of the user who decided; absent: the command line, or the deadline.
        decided_by?: String = line.decided_by.map(|user| user.to_string());
        /// Name of that user.
        decided_by_name?: String = line.decider_name;
        /// Time of the decision (RFC 3339).
        decided_at?: Time = line.decided_at;
        /// Reason of the decision.
        reason?: String = line.reason;
    }
}

async fn shown(context: &AdminContext<'_>, review: AccessReview) -> Result<Shown<ReviewView>> {
    let named = read::reviewers(context, &review).await?;
    let able = reviewers::count_able(context, slice::from_ref(&review)).await?;
    let able = able.get(&review.id).copied().unwrap_or_default();
    let reviewers = Reviewers { named, able };
    Ok(Shown::unversioned(ReviewView::new(review, reviewers)))
}

async fn reviewer_ids(context: &AdminContext<'_>, named: &[String]) -> Result<Vec<UserId>> {
    let mut ids = Vec::new();
    for name in named {
        ids.push(named_id(context, name).await?);
    }
    Ok(ids)
}

/// A list of access reviews.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {}

impl Operation for List {
    const TITLE: &'static str = "List the access reviews by name";
    const CALL: &'static str = "GET access-reviews paged";
    const COMMAND: &'static str = "review list";
    const TABLE: &'static str = "name scope scope_name lines open until able_reviewers state";
    type Done = FoundPage<ReviewView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let limit = context.page.limit;
        let found = read::page(context, context.page.after.as_deref(), limit + 1).await?;
        let able = reviewers::count_able(context, &found).await?;
        let page = FoundPage::cut_rows(found, limit, |review| review.name.clone());
        Ok(page.map(|review| {
            let able = able.get(&review.id).copied().unwrap_or_default();
            let named = Vec::new();
            ReviewView::new(review, Reviewers { named, able })
        }))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show an access review";
    const CALL: &'static str = "GET access-reviews/{id}";
    const COMMAND: &'static str = "review show NAME=id";
    type Done = Shown<ReviewView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        shown(context, read::get(context, &self.id).await?).await
    }
}

/// An access review to create, of the assignments of a role, in an organization, to a group, or of all roles
/// with a permission.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAccessReview)]
pub struct Create {
    /// Name, 1 to 100 characters.
    name: String,
    /// Review the assignments of this role.
    role: Option<String>,
    /// Review the assignments in this organization.
    organization: Option<String>,
    /// Review the roles of this group: ID, or path in the organization of the caller.
    group: Option<String>,
    /// Review the assignments of all roles with this permission.
    permission: Option<String>,
    /// Only users who are members of this organization (slug) or group (ID or path, with the groups below). A
    /// review has at most 20,000 lines: divide the holders of a role by it.
    members_of: Option<String>,
    /// Reviewer: user name, e-mail address or ID. 1 to 20 users.
    reviewers: Vec<String>,
    /// Deadline (RFC 3339), at most a year ahead; absent: in 14 days.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<UnixSeconds>,
    /// True: lines without a decision are revoked at the deadline.
    #[serde(default)]
    revoke_open: bool,
}

impl Create {
    fn scope(&self) -> Result<(ReviewScope, String)> {
        let named = [
            (ReviewScope::Role, &self.role),
            (ReviewScope::Organization, &self.organization),
            (ReviewScope::Group, &self.group),
            (ReviewScope::Permission, &self.permission),
        ];
        let named = named
            .into_iter()
            .filter_map(|(scope, id)| Some((scope, id.clone()?)));
        let [one] = &named.collect::<Vec<_>>()[..] else {
            let problem = "name a role, an organization, a group or a permission";
            return Err(AdminError::choice("role", problem));
        };
        Ok(one.clone())
    }
}

impl Operation for Create {
    const TITLE: &'static str =
        "Create an access review of the present role assignments, and mail the reviewers";
    const TEXT: &'static str = "It has a line for each user who has a role in scope now: directly, by a group, or by a \
         group above. The reviewers need no rights of an administrator: they decide with the power of the \
         creator, who must have every role in scope. They get a mail now, and another one before the deadline.";
    const CALL: &'static str = "POST access-reviews once reason";
    const COMMAND: &'static str = "review create NAME --role --org=organization --group --permission --members-of \
                                   --reviewer=reviewers --until --revoke-open";
    const DONE: &'static str =
        "The access review {name} is created. Lines to be decided until {until}: {lines}.";
    type Done = Shown<ReviewView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (scope, scope_id) = self.scope()?;
        let new = NewReview {
            reviewers: reviewer_ids(context, &self.reviewers).await?,
            name: self.name,
            scope,
            scope_id,
            members_of: self.members_of,
            due_at: self
                .until
                .unwrap_or_else(|| context.now() + DEFAULT_DURATION),
            revoke_open: self.revoke_open,
        };
        shown(context, create::run(context, new).await?).await
    }

    fn again() -> Option<Again> {
        Some(Again::new("roles:assign", &SHOW))
    }
}

/// The reviewers of an access review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Reviewers)]
pub struct Update {
    /// Name or ID of the review.
    id: String,
    /// Reviewer: user name, e-mail address or ID. 1 to 20 users, who replace the present reviewers.
    reviewers: Vec<String>,
}

impl Operation for Update {
    const TITLE: &'static str = "Replace the reviewers of an access review";
    const TEXT: &'static str = "The caller needs every role in scope, as for the creation. A user with a line in the \
         review replaces them only as its creator or with the role `admin`. New reviewers get a mail.";
    const CALL: &'static str = "PUT access-reviews/{id}/reviewers reason";
    const COMMAND: &'static str = "review update NAME=id --reviewer=reviewers";
    const DONE: &'static str = "The reviewers of {name} are replaced.";
    type Done = Shown<ReviewView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let review = read::get(context, &self.id).await?;
        let ids = reviewer_ids(context, &self.reviewers).await?;
        reviewers::replace(context, &review, &ids).await?;
        shown(context, review).await
    }
}

/// The end of an access review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewEnd)]
pub struct Close {
    /// Name or ID of the review.
    id: String,
    /// True: lines without a decision are revoked; otherwise the roles stay.
    #[serde(default)]
    revoke_open: bool,
}

impl Operation for Close {
    const TITLE: &'static str = "End an access review before its deadline";
    const TEXT: &'static str = "The caller needs every role in scope, as for the creation. A user with a line in the \
                                review ends it only as its creator or with the role `admin`.";
    const CALL: &'static str = "POST access-reviews/{id}/close reason";
    const COMMAND: &'static str = "review close NAME=id --revoke-open";
    const DONE: &'static str =
        "The access review {name} has ended. Lines without a decision: {open}.";
    type Done = Shown<ReviewView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let review = read::get(context, &self.id).await?;
        let closed = deadline::close(context, &review, self.revoke_open).await?;
        shown(context, closed).await
    }
}

/// The lines of an access review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// Name or ID of the review.
    id: String,
    /// True: only lines without a decision.
    #[serde(default)]
    open: bool,
}

impl Operation for Lines {
    const TITLE: &'static str =
        "List the lines of an access review: who has which role, why, and what was decided";
    const TEXT: &'static str =
        "They stay after the end, also for users and roles that were deleted since.";
    const CALL: &'static str = "GET access-reviews/{id}/lines paged";
    const COMMAND: &'static str = "review lines NAME=id";
    const TABLE: &'static str = "line name role organization group member_of since assigned_by_name last_login \
                                 last_token decision outcome decided_by_name decided_at reason";
    type Done = FoundPage<LineView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let parse = |text: &str| text.parse::<u64>().ok();
        let (after, limit) = (context.page.after_id(parse)?, context.page.limit);
        let filter = LineFilter {
            is_open: self.open,
            ..LineFilter::default()
        };
        let review = read::get(context, &self.id).await?;
        let found = read::lines(context, &review, filter, after, limit + 1).await?;
        let tokens = last_tokens::of_lines(context.db.read(), &found).await?;
        let page = FoundPage::cut_rows(found, limit, |line| line.number.to_string());
        Ok(page.map(|line| {
            let last = tokens.get(&line.number).copied();
            LineView::new(line, last)
        }))
    }
}

/// A decision about a line of an access review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewDecisionBody)]
pub struct Decide {
    /// Name or ID of the review.
    id: String,
    /// Number of the line; or the user of the only line of a user: user name, e-mail address or ID.
    line: String,
    /// `confirmed` or `revoked`.
    #[schema(example = "confirmed")]
    decision: String,
}

impl Operation for Decide {
    const TITLE: &'static str = "Decide about a line of an access review";
    const TEXT: &'static str = "The call is for reviewers, who need no other rights; the command line decides about every line. A revoked \
         role is removed at once, with the present rights of the creator of the review; a role of a group \
         stays, and `outcome` is `membership`. A confirmation can be changed to a revocation until the \
         deadline. No reviewer decides about an own role.";
    const CALL: &'static str = "POST access-reviews/{id}/lines/{line}/decision reason";
    const COMMAND: &'static str = "review decide NAME=id LINE=line DECISION=decision";
    type Done = Shown<LineView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let decision = ReviewDecision::parse(&self.decision);
        let expected = "must be confirmed or revoked";
        let decision = decision.ok_or_else(|| AdminError::invalid("decision", expected))?;
        let server = context.deployment.server();
        let (review, decider) = if let (Some(server), Some(own)) = (server, &context.authority) {
            let no_review = || AdminError::not_found("access review", &self.id);
            let user = UserId::parse(&own.id).ok_or_else(no_review)?;
            let review = reviewer::find_review(&server.core, user, &self.id).await?;
            let review = review.ok_or_else(no_review)?;
            let (caller, reason) = (context.caller.clone(), context.reason.clone());
            let decider = Decider::reviewer(server, &review, user, caller, reason).await?;
            (review, decider)
        } else {
            let review = read::get(context, &self.id).await?;
            (review, Decider::administrator(context))
        };
        let number = number(context, &review, &self.line).await?;
        let decided = Box::pin(decider.decide(review.id, number, decision)).await?;
        let note = decided.outcome.map(|outcome| effect(&decided, outcome));
        Ok(Shown::unversioned(LineView::new(decided, None)).with_note(note))
    }
}

/// Returns the number of the line that a caller names.
async fn number(context: &AdminContext<'_>, review: &AccessReview, typed: &str) -> Result<u64> {
    if let Ok(number) = typed.parse() {
        return Ok(number);
    }
    let holder = match users::get(context, typed).await {
        Ok(user) => user.id.to_string(),
        // A client, a user who was deleted since, or a reviewer without the right to see users.
        Err(AdminError::NotFound { .. } | AdminError::Denied(_)) => typed.to_owned(),
        Err(error) => return Err(error),
    };
    let filter = LineFilter {
        holder: Some(&holder),
        ..LineFilter::default()
    };
    let read = context.db.read();
    let found = access_reviews::lines(read, review.id, filter, None, repo::PAGE_MAX).await?;
    match &found[..] {
        [] => Err(AdminError::not_found("line", typed)),
        [line] => Ok(line.number),
        lines => {
            let numbers = lines
                .iter()
                .map(|line| format!("{} ({})", line.number, line.role));
            let numbers = numbers.collect::<Vec<_>>().join(", ");
            let problem = format!("{typed} has several; write the number of one: {numbers}");
            Err(AdminError::invalid("line", problem))
        }
    }
}

/// Returns the effect of a revocation, or what is left to do.
fn effect(line: &ReviewLine, outcome: ReviewOutcome) -> String {
    match outcome {
        ReviewOutcome::Removed => "The role is removed.".to_owned(),
        ReviewOutcome::Ended => "The role had ended before.".to_owned(),
        ReviewOutcome::Membership => {
            let group = line.member_of.as_ref().or(line.group_path.as_ref());
            let group = group.map_or("-", String::as_str);
            format!("To do: end the membership in {group}.")
        }
        ReviewOutcome::Denied => {
            "The role is not removed, because the creator of the review may not revoke it."
                .to_owned()
        }
        ReviewOutcome::Needed => {
            "The role is not removed, because an administrator must remain.".to_owned()
        }
    }
}
