//! `/api/admin/organizations/{slug}/invitations`: invitations to an organization by e-mail.

use actix_web::http::StatusCode;
use doorward_admin::invitations;
use doorward_domain::model::{Invitation, InvitationId};

use crate::prelude::*;

endpoints! { admin_list_invitations, admin_invite, admin_revoke_invitation }

view! {
    /// An open invitation.
    InvitationView(invitation: Invitation) {
        /// ID of the invitation.
        id: String = invitation.id.to_string();
        /// The address that it was mailed to.
        email: String = invitation.email;
        /// ID of the inviting user; null for the command line.
        invited_by: Option<String> = invitation.inviter.map(|signed_in| signed_in.id);
        /// Time of creation (RFC 3339).
        created_at: Time = invitation.created_at;
        /// Expiry (RFC 3339).
        expires_at: Time = invitation.expires_at;
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
    params(PageParams),
    responses((status = 200, description = "Open invitations", body = Listing<InvitationView>)),
)]
#[get("/admin/organizations/{slug}/invitations")]
async fn admin_list_invitations(admin: AdminCaller, slug: Path<String>) -> Answer {
    let page = admin.page(&[])?;
    let after = page.after_id(InvitationId::parse)?;
    let context = admin.context();
    let organization = invitations::organization(&context, &slug).await?;
    let found = invitations::list(&context, &organization, after, page.rows()).await?;
    Ok(page.finish(
        found,
        |invitation| invitation.id.to_string(),
        InvitationView::new,
    ))
}

/// Invite a user to an organization
///
/// The user receives a link, which is valid once within seven days, and joins only by accepting it
/// while signed in with that address. A newer invitation to the same address replaces the older
/// one.
#[utoipa::path(
    params(IdempotencyKey),
    responses((status = 201, description = "Invited", body = InvitationView)),
)]
#[post("/admin/organizations/{slug}/invitations")]
async fn admin_invite(admin: AdminCaller, slug: Path<String>, body: Json<NewInvitation>) -> Answer {
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
    let context = admin.context();
    idempotency::create(&admin, context, "organizations:write", &body, work, again).await
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
#[utoipa::path(responses((status = 204, description = "Revoked")))]
#[delete("/admin/organizations/{slug}/invitations/{id}")]
async fn admin_revoke_invitation(admin: AdminCaller, path: Path<(String, String)>) -> Answer {
    let id = InvitationId::parse(&path.1).ok_or_else(Problem::not_found)?;
    invitations::revoke(&admin.context(), &path.0, id).await?;
    Ok(no_content())
}
