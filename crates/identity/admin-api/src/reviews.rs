//! `/api/admin/access-reviews/{id}/lines/{line}/decision`: the decision of a reviewer, who needs no rights.

use doorward_accounts::reviewer;
use doorward_admin::reviews::decision::Decider;
use doorward_admin::reviews::operations::LineView;
use doorward_domain::model::ReviewDecision;

use crate::prelude::*;

endpoints! { admin_decide_access_review_line }

/// A decision about a line of an access review.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewDecisionBody {
    /// `confirmed` or `revoked`.
    #[schema(example = "confirmed")]
    decision: String,
}

/// Decide about a line of an access review
///
/// For reviewers, who need no other rights. A revoked role is removed at once, with the present rights of the
/// creator of the review; a role of a group stays, and `outcome` is `membership`. A confirmation can be
/// changed to a revocation until the deadline. No reviewer decides about an own role.
#[utoipa::path(
    params(ReasonHeader),
    responses((status = 200, description = "Decided", body = LineView)),
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
    Ok(HttpResponse::Ok().json(LineView::new(decided, None)))
}
