//! `/api/admin/access-reviews`: reviews of role assignments.

use std::slice;

use doorward_accounts::reviewer;
use doorward_admin::reviews::create::{self, NewReview};
use doorward_admin::reviews::decision::Decider;
use doorward_admin::reviews::{deadline, read, reviewers};
use doorward_domain::model::{
    AccessReview, ReviewDecision, ReviewLine, ReviewOutcome, ReviewScope, User,
};
use doorward_services::last_tokens;
use doorward_store::repo::access_reviews::LineFilter;

use super::support::read_time;
use crate::prelude::*;

/// Seconds until the deadline of a review without one in the request.
const DEFAULT_DURATION: i64 = 14 * 24 * 60 * 60;

endpoints! {
    admin_list_access_reviews, admin_create_access_review, admin_read_access_review,
    admin_list_access_review_lines, admin_decide_access_review_line, admin_close_access_review,
    admin_set_access_review_reviewers,
}

/// The reviewers in a response.
struct Reviewers {
    named: Vec<User>,
    able: usize,
}

view! {
    /// An access review.
    #[schema(as = AccessReview)]
    AccessReviewView(review: AccessReview, reviewers: Reviewers) {
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
        /// ID of the user or client that created it; empty for the command line.
        created_by: String = review.starter;
        /// IDs of the reviewers; empty in a list.
        reviewers: Vec<String> = reviewers.named.iter().map(|user| user.id.to_string()).collect();
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
        /// False while lines are still being written.
        ready: bool = review.filled_at.is_some();
        /// Time of creation (RFC 3339).
        created_at: Time = review.created_at;
        /// Time of the end (RFC 3339); absent while it is running.
        closed_at?: Time = review.closed_at;
    }
}

view! {
    /// A role of a user in an access review, with the facts at the time of the decision.
    #[schema(as = AccessReviewLine)]
    AccessReviewLineView(line: ReviewLine, last_token: Option<UnixSeconds>) {
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
        /// Time of the decision (RFC 3339).
        decided_at?: Time = line.decided_at;
        /// Reason of the decision.
        reason?: String = line.reason;
    }
}

/// An access review to create.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccessReviewBody {
    /// Name, 1 to 100 characters.
    name: String,
    /// `role`, `organization`, `group` (the roles that are assigned to it) or `permission` (all roles that
    /// have it).
    #[schema(example = "role")]
    scope: String,
    /// Name of the role or permission, slug of the organization, or ID or path of the group.
    scope_id: String,
    /// IDs of 1 to 20 users.
    reviewers: Vec<String>,
    /// Deadline (RFC 3339), at most a year ahead; absent: in 14 days.
    #[schema(format = DateTime)]
    until: Option<String>,
    /// True: lines without a decision are revoked at the deadline.
    #[serde(default)]
    revoke_open: bool,
}

/// A decision about a line of an access review.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewDecisionBody {
    /// `confirmed` or `revoked`.
    #[schema(example = "confirmed")]
    decision: String,
}

/// The end of an access review.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseReviewBody {
    /// True: lines without a decision are revoked.
    #[serde(default)]
    revoke_open: bool,
}

/// The reviewers of an access review.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewersBody {
    /// IDs of 1 to 20 users; they replace the present reviewers.
    reviewers: Vec<String>,
}

fn read_reviewers(ids: &[String]) -> Result<Vec<UserId>, Problem> {
    let ids: Option<Vec<UserId>> = ids.iter().map(|id| UserId::parse(id)).collect();
    ids.ok_or_else(|| wrong("reviewers", "invalid", "Must be the IDs of users."))
}

/// List access reviews
#[utoipa::path(
    params(PageParams),
    responses((status = 200, description = "Accessible reviews by name", body = Listing<AccessReviewView>)),
)]
#[get("/admin/access-reviews")]
async fn admin_list_access_reviews(admin: AdminCaller) -> Answer {
    let page = admin.page(&[])?;
    let context = admin.context();
    let found = read::page(&context, page.after.as_deref(), page.rows()).await?;
    let able = reviewers::count_able(&context, &found).await?;
    let view = |review: AccessReview| {
        let able = able.get(&review.id).copied().unwrap_or_default();
        let named = Vec::new();
        AccessReviewView::new(review, Reviewers { named, able })
    };
    Ok(page.finish(found, |review| review.name.clone(), view))
}

/// Create an access review
///
/// It has a line for each user who has a role in scope now: directly, by a group, or by a group above. The
/// reviewers need no rights of an administrator: they decide with the power of the creator, who must have
/// every role in scope. They get a mail now, and another one before the deadline.
#[utoipa::path(
    params(IdempotencyKey, ReasonHeader),
    responses((status = 201, description = "Created", body = AccessReviewView)),
)]
#[post("/admin/access-reviews")]
async fn admin_create_access_review(admin: AdminCaller, body: Json<NewAccessReviewBody>) -> Answer {
    let body = body.0;
    let expected = "Must be role, organization, group or permission.";
    let scope = ReviewScope::parse(&body.scope);
    let scope = scope.ok_or_else(|| wrong("scope", "invalid", expected))?;
    let reviewers = read_reviewers(&body.reviewers)?;
    let until = body.until.as_deref();
    let until = until.map(|text| read_time("until", text)).transpose()?;
    let work = async |context: AdminContext<'_>| {
        let new = NewReview {
            name: body.name.clone(),
            scope,
            scope_id: body.scope_id.clone(),
            reviewers: reviewers.clone(),
            due_at: until.unwrap_or_else(|| context.now() + DEFAULT_DURATION),
            revoke_open: body.revoke_open,
        };
        let review = Box::pin(create::run(&context, new)).await?;
        created(&context, review).await
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        let review = read::get(context, &stored.id).await?;
        created(context, review).await
    };
    idempotency::create(&admin, admin.context(), "roles:assign", &body, work, again).await
}

async fn created(context: &AdminContext<'_>, review: AccessReview) -> Result<CreatedResource> {
    let location = format!("/api/admin/access-reviews/{}", review.id);
    let view = load(context, review).await?;
    Ok(created_response(&view, location, None))
}

async fn load(context: &AdminContext<'_>, review: AccessReview) -> Result<AccessReviewView> {
    let named = read::reviewers(context, &review).await?;
    let reviews = slice::from_ref(&review);
    let able = reviewers::count_able(context, reviews).await?;
    let able = able.get(&review.id).copied().unwrap_or_default();
    Ok(AccessReviewView::new(review, Reviewers { named, able }))
}

/// Read an access review
#[utoipa::path(responses((status = 200, description = "The review", body = AccessReviewView)))]
#[get("/admin/access-reviews/{id}")]
async fn admin_read_access_review(admin: AdminCaller, id: Path<String>) -> Answer {
    let context = admin.context();
    let review = read::get(&context, &id).await?;
    Ok(HttpResponse::Ok().json(load(&context, review).await?))
}

/// List the lines of an access review
///
/// They stay after the end, also for users and roles that were deleted since.
#[utoipa::path(
    params(
        PageParams,
        ("open" = Option<String>, Query, description = "`true`: only lines without a decision"),
    ),
    responses((status = 200, description = "Lines by number", body = Listing<AccessReviewLineView>)),
)]
#[get("/admin/access-reviews/{id}/lines")]
async fn admin_list_access_review_lines(admin: AdminCaller, id: Path<String>) -> Answer {
    let page = admin.page(&["open"])?;
    let is_true = |text: &str| (text == "true").then_some(());
    let filter = LineFilter {
        is_open: page.read("open", is_true, "Must be true.")?.is_some(),
        ..LineFilter::default()
    };
    let context = admin.context();
    let review = read::get(&context, &id).await?;
    let after = page.after.as_deref().map(str::parse::<u64>).transpose();
    let after =
        after.map_err(|_| Problem::parameter("cursor", "invalid", "Not from this list."))?;
    let found = read::lines(&context, &review, filter, after, page.rows()).await?;
    let tokens = last_tokens::of_lines(context.db.read(), &found).await;
    let tokens = tokens.map_err(AdminError::from)?;
    let view = |line: ReviewLine| {
        let last = tokens.get(&line.number).copied();
        AccessReviewLineView::new(line, last)
    };
    Ok(page.finish(found, |line| line.number.to_string(), view))
}

/// Decide about a line of an access review
///
/// For reviewers, who need no other rights. A revoked role is removed at once, with the present rights of the
/// creator of the review; a role of a group stays, and `outcome` is `membership`. A confirmation can be
/// changed to a revocation until the deadline. No reviewer decides about an own role.
#[utoipa::path(
    params(ReasonHeader),
    responses((status = 200, description = "Decided", body = AccessReviewLineView)),
)]
#[post("/admin/access-reviews/{id}/lines/{line}/decision")]
async fn admin_decide_access_review_line(
    admin: AdminCaller,
    path: Path<(String, String)>,
    body: Json<ReviewDecisionBody>,
) -> Answer {
    let (id, line) = path.into_inner();
    let number = line.parse::<u64>().map_err(|_| Problem::not_found())?;
    let expected = "Must be confirmed or revoked.";
    let decision = ReviewDecision::parse(&body.decision);
    let decision = decision.ok_or_else(|| wrong("decision", "invalid", expected))?;
    let user = UserId::parse(admin.id()).ok_or_else(Problem::not_found)?;
    let server = &admin.call.context;
    let review = reviewer::find_review(&server.core, user, &id).await;
    let review = review.map_err(AdminError::from)?;
    let review = review.ok_or_else(Problem::not_found)?;
    let (caller, reason) = (admin.call.caller.clone(), admin.reason().cloned());
    let decider = Decider::reviewer(server, &review, user, caller, reason).await?;
    let decided = Box::pin(decider.decide(review.id, number, decision)).await?;
    Ok(HttpResponse::Ok().json(AccessReviewLineView::new(decided, None)))
}

/// End an access review before its deadline
///
/// The caller needs every role in scope, as for the creation. A user with a line in the review ends it only as its
/// creator or with the role `admin`.
#[utoipa::path(
    params(ReasonHeader),
    responses((status = 200, description = "Ended", body = AccessReviewView)),
)]
#[post("/admin/access-reviews/{id}/close")]
async fn admin_close_access_review(
    admin: AdminCaller,
    id: Path<String>,
    body: Json<CloseReviewBody>,
) -> Answer {
    let context = admin.context();
    let review = read::get(&context, &id).await?;
    let closed = Box::pin(deadline::close(&context, &review, body.revoke_open)).await?;
    Ok(HttpResponse::Ok().json(load(&context, closed).await?))
}

/// Replace the reviewers of an access review
///
/// The caller needs every role in scope, as for the creation. A user with a line in the review replaces them only
/// as its creator or with the role `admin`. New reviewers get a mail.
#[utoipa::path(
    params(ReasonHeader),
    responses((status = 200, description = "Replaced", body = AccessReviewView)),
)]
#[put("/admin/access-reviews/{id}/reviewers")]
async fn admin_set_access_review_reviewers(
    admin: AdminCaller,
    id: Path<String>,
    body: Json<ReviewersBody>,
) -> Answer {
    let context = admin.context();
    let review = read::get(&context, &id).await?;
    let ids = read_reviewers(&body.reviewers)?;
    Box::pin(reviewers::replace(&context, &review, &ids)).await?;
    Ok(HttpResponse::Ok().json(load(&context, review).await?))
}
