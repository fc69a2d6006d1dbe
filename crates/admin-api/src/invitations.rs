//! `/api/admin/organizations/{slug}/invitations`: invitations to an organization by e-mail.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, post};
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::invitations;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{Invitation, InvitationId};
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use doorward_web::api::{Body, Endpoints};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::idempotency;
use super::idempotency::CreatedResource;

pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(invite).service(revoke);
}

/// An open invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// ID of the invitation.
    id: String,
    /// The address that it was mailed to.
    email: String,
    /// ID of the inviting user; null for the command line.
    invited_by: Option<String>,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Expiry (RFC 3339).
    #[schema(format = DateTime)]
    expires_at: String,
}

impl InvitationView {
    fn new(invitation: Invitation) -> Self {
        Self {
            id: invitation.id.to_string(),
            email: invitation.email,
            invited_by: invitation.inviter.map(|signed_in| signed_in.id),
            created_at: time(invitation.created_at),
            expires_at: time(invitation.expires_at),
        }
    }
}

/// An invitation to create.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// E-mail address. The response does not depend on whether it belongs to an account.
    #[schema(format = Email, example = "bob@example.org")]
    email: String,
}

/// List the invitations of an organization
#[utoipa::path(
    operation_id = "admin_list_invitations",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
    ),
    responses((status = 200, description = "Open invitations", body = Listing<InvitationView>)),
    security(("bearer" = []))
)]
#[get("/admin/organizations/{slug}/invitations")]
async fn list(admin: AdminCaller, slug: Path<String>) -> Result<HttpResponse, Problem> {
    let page = admin.page(&[])?;
    let after = page.after_id(InvitationId::parse)?;
    let context = admin.context();
    let organization = invitations::organization(&context, &slug).await;
    let organization = admin.map_result(organization).await?;
    let found = invitations::list(&context, &organization, after, page.rows()).await;
    let found = admin.map_result(found).await?;
    Ok(page.finish(found, |page| page.id.to_string(), InvitationView::new))
}

/// Invite a user to an organization
///
/// The user receives a link, which is valid once within seven days, and joins only by accepting it
/// while signed in with that address. A newer invitation to the same address replaces the older
/// one.
#[utoipa::path(
    operation_id = "admin_invite",
    tag = "admin",
    request_body = NewInvitation,
    params(("Idempotency-Key" = Option<String>, Header, description = "Unique key of the request, which makes a retry safe")),
    responses((status = 201, description = "Invited", body = InvitationView)),
    security(("bearer" = []))
)]
#[post("/admin/organizations/{slug}/invitations")]
async fn invite(
    admin: AdminCaller,
    slug: Path<String>,
    body: Body<NewInvitation>,
) -> Result<HttpResponse, Problem> {
    let body = body.0;
    let work = async |context: AdminContext<'_>| {
        Ok(created(
            invitations::invite(&context, &slug, &body.email).await?,
        ))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        let organization = invitations::organization(context, &slug).await?;
        let invitation = invitations::get(context, &organization, &stored.id).await?;
        Ok(created(invitation))
    };
    idempotency::create(&admin, "organizations:write", &body, work, again).await
}

fn created(invitation: Invitation) -> CreatedResource {
    CreatedResource {
        status: StatusCode::CREATED,
        body: serde_json::to_value(InvitationView::new(invitation)).unwrap_or(Value::Null),
        location: None,
        version: None,
    }
}

/// Revoke an invitation
#[utoipa::path(
    operation_id = "admin_revoke_invitation",
    tag = "admin",
    responses((status = 204, description = "Revoked")),
    security(("bearer" = []))
)]
#[delete("/admin/organizations/{slug}/invitations/{id}")]
async fn revoke(admin: AdminCaller, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let id = InvitationId::parse(&path.1).ok_or_else(Problem::not_found)?;
    let revoked = invitations::revoke(&admin.context(), &path.0, id).await;
    admin.no_content(revoked).await
}
