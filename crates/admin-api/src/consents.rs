//! `/api/admin/consents`: consents of users to clients, and the end of their access.

use doorward_admin::authorized_clients;
use doorward_domain::model::{ClientId, Consent, ConsentId};

use crate::prelude::*;

endpoints! { admin_list_consents, admin_withdraw_access }

view! {
    /// A consent of a user to a client.
    #[schema(as = Consent)]
    ConsentView(consent: &Consent) {
        /// ID of the consent.
        id: String = consent.id.to_string();
        /// ID of the user.
        user: String = consent.user_id.to_string();
        /// ID of the client.
        client_id: String = consent.client_id.to_string();
        /// Granted scopes, separated by spaces.
        scope: String = consent.scope.to_string();
        /// Time of the consent (RFC 3339).
        granted_at: Time = consent.granted_at;
        /// Expiry (RFC 3339); absent: until it is withdrawn.
        expires_at?: Time = consent.expires_at;
    }
}

/// List the consents to a client
#[utoipa::path(
    params(
        PageParams,
        ("client_id" = String, Query, description = "ID of the client"),
    ),
    responses((status = 200, description = "Active consents to the client", body = Listing<ConsentView>)),
)]
#[get("/admin/consents")]
async fn admin_list_consents(admin: AdminCaller) -> Answer {
    let page = admin.page(&["client_id"])?;
    let client = page.filter("client_id").and_then(ClientId::parse);
    let client = client.ok_or_else(|| {
        let detail = "Must be the ID of a client.";
        Problem::parameter("client_id", "required", detail)
    })?;
    let after = page.after_id(ConsentId::parse)?;
    let context = admin.context();
    let found = authorized_clients::consents(&context, &client, after, page.rows()).await?;
    let view = |(consent, _)| ConsentView::new(&consent);
    Ok(page.finish(found, |(consent, _)| consent.id.to_string(), view))
}

/// Withdraw the access of a client to an account
///
/// Ends the consent, all grants with their tokens, and the sessions that belong to the client.
#[utoipa::path(responses((status = 204, description = "Withdrawn")))]
#[delete("/admin/users/{id}/clients/{client}")]
async fn admin_withdraw_access(admin: AdminCaller, path: Path<(String, String)>) -> Answer {
    let (user, client) = path.into_inner();
    let user = UserId::parse(&user).ok_or_else(Problem::not_found)?;
    let client = ClientId::parse(&client).ok_or_else(Problem::not_found)?;
    authorized_clients::withdraw(&admin.context(), user, &client).await?;
    Ok(no_content())
}
