//! `/api/admin/client-registration-tokens`: initial access tokens for dynamic registration (RFC
//! 7591 §3).

use doorward_admin::registration_tokens::{self, NewToken};
use doorward_domain::model::{RegistrationToken, RegistrationTokenId};

use crate::prelude::*;

endpoints! {
    admin_list_registration_tokens, admin_create_registration_token,
    admin_revoke_registration_token,
}

view! {
    /// An initial access token.
    RegistrationTokenView(token: RegistrationToken) {
        /// ID of the token, not the token itself.
        id: String = token.id.to_string();
        /// Description.
        note: String = token.note;
        /// Number of clients that can still be registered with it.
        uses_left: i64 = token.uses_left;
        /// ID of the administrator who created it; null for the command line.
        created_by: Option<String> = token.created_by;
        /// Time of creation (RFC 3339).
        created_at: Time = token.created_at;
        /// Expiry (RFC 3339).
        expires_at: Time = token.expires_at;
        /// Token, shown only once.
        token?: String = None;
    }
}

/// List initial access tokens
#[utoipa::path(
    params(PageParams),
    responses((status = 200, description = "Tokens that can still be used", body = Listing<RegistrationTokenView>)),
)]
#[get("/admin/client-registration-tokens")]
async fn admin_list_registration_tokens(admin: AdminCaller) -> Answer {
    let page = admin.page(&[])?;
    let after = page.after_id(RegistrationTokenId::parse)?;
    let found = registration_tokens::page(&admin.context(), after, page.rows()).await?;
    Ok(page.finish(
        found,
        |token| token.id.to_string(),
        RegistrationTokenView::new,
    ))
}

/// Create an initial access token
///
/// It allows a client to register dynamically at `/oauth2/register` (RFC 7591), within the limits
/// of `client_registration`.
#[utoipa::path(
    params(IdempotencyKey),
    responses((status = 201, description = "Created", body = RegistrationTokenView)),
)]
#[post("/admin/client-registration-tokens")]
async fn admin_create_registration_token(admin: AdminCaller, body: Json<NewToken>) -> Answer {
    let body = body.0;
    let work = async |context: AdminContext<'_>| {
        let (item, token) = registration_tokens::create(&context, &body).await?;
        Ok(created(item, Some(token.expose().to_owned())))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        let id = RegistrationTokenId::parse(&stored.id).ok_or(AdminError::Changed)?;
        let one = registration_tokens::get(context, id).await?;
        Ok(created(one, stored.secret.clone()))
    };
    idempotency::create(&admin, admin.context(), "clients:write", &body, work, again).await
}

fn created(registration_token: RegistrationToken, token: Option<String>) -> CreatedResource {
    let location = format!(
        "/api/admin/client-registration-tokens/{}",
        registration_token.id
    );
    let mut view = RegistrationTokenView::new(registration_token);
    view.token = token;
    created_response(&view, location, None)
}

/// Revoke an initial access token
///
/// Clients registered with it remain.
#[utoipa::path(responses((status = 204, description = "Revoked")))]
#[delete("/admin/client-registration-tokens/{id}")]
async fn admin_revoke_registration_token(admin: AdminCaller, id: Path<String>) -> Answer {
    let id = RegistrationTokenId::parse(&id).ok_or_else(Problem::not_found)?;
    registration_tokens::revoke(&admin.context(), id).await?;
    Ok(no_content())
}
