//! `/api/admin/users/{id}/factors` and `/linked-accounts`: the second factors and linked accounts of a
//! user.

use doorward_admin::user_factors::{self, Factor, UserFactors};
use doorward_admin::users;
use doorward_domain::model::{LinkId, LinkedAccount, Provider};
use doorward_web::api::passkey::PasskeyView;

use super::caller::IfMatchAccount;
use crate::prelude::*;

endpoints! {
    admin_list_factors, admin_remove_factor, admin_list_linked_accounts,
    admin_remove_linked_account,
}

view! {
    /// The second factors of a user.
    #[schema(as = UserFactors)]
    UserFactorsView(factors: UserFactors) {
        /// Time at which the authenticator app was enrolled (RFC 3339); null without one.
        app_since: Option<Time> = factors.app_since;
        /// Passkeys, the oldest first.
        passkeys: Vec<PasskeyView> = factors.passkeys.into_iter().map(PasskeyView::new).collect();
        /// Number of unused recovery codes.
        recovery_codes_left: u64 = factors.codes_left;
    }
}

view! {
    /// A linked account: an account at an identity provider that signs in the user.
    #[schema(as = LinkedAccount)]
    LinkedAccountView(link: LinkedAccount, provider: Option<Provider>) {
        /// ID of the link.
        id: String = link.id.to_string();
        /// ID of the provider; null if it was deleted, so that the link cannot be used.
        provider: Option<String> = provider.map(|provider| provider.id.to_string());
        /// Issuer of the account.
        issuer: String = link.issuer;
        /// E-mail address or name at the provider, as of the last sign-in.
        label: String = link.label;
        /// Time of linking (RFC 3339).
        created_at: Time = link.created_at;
        /// Time of the last sign-in with it (RFC 3339).
        last_used_at: Option<Time> = link.last_used_at;
    }
}

fn are_passkeys_on(admin: &AdminCaller) -> bool {
    admin.call.context.accounts.passkeys.is_some()
}

/// List the second factors of a user
#[utoipa::path(
    responses((status = 200, description = "The second factors", body = UserFactorsView)),
)]
#[get("/admin/users/{id}/factors")]
async fn admin_list_factors(admin: AdminCaller, id: Path<String>) -> Answer {
    let context = admin.context();
    let user = users::read(&context, &id).await?;
    let found = user_factors::list(&context, &user).await?;
    Ok(HttpResponse::Ok().json(UserFactorsView::new(found)))
}

/// Remove one second factor of a user
///
/// `factor` is the ID of a passkey, or `app`: the authenticator app with its recovery codes. Every
/// session and grant of the account ends, and the user is notified by mail. A passkey that is the only
/// sign-in method cannot be removed.
#[utoipa::path(
    params(IfMatchAccount, ReasonHeader),
    responses((status = 204, description = "Removed")),
)]
#[delete("/admin/users/{id}/factors/{factor}")]
async fn admin_remove_factor(admin: AdminCaller, path: Path<(String, String)>) -> Answer {
    let (id, factor) = path.into_inner();
    let context = admin.context_with_version()?;
    let user = users::read(&context, &id).await?;
    let factor = Factor::parse(&factor).ok_or_else(Problem::not_found)?;
    user_factors::remove(&context, &user, factor, are_passkeys_on(&admin)).await?;
    Ok(no_content())
}

/// List the linked accounts of a user
///
/// The oldest first, on one page.
#[utoipa::path(
    responses((status = 200, description = "The linked accounts", body = Listing<LinkedAccountView>)),
)]
#[get("/admin/users/{id}/linked-accounts")]
async fn admin_list_linked_accounts(admin: AdminCaller, id: Path<String>) -> Answer {
    let context = admin.context();
    let user = users::read(&context, &id).await?;
    let found = user_factors::links(&context, &user).await?.into_iter();
    let view = |(link, provider)| LinkedAccountView::new(link, provider);
    Ok(HttpResponse::Ok().json(Listing {
        items: found.map(view).collect(),
        next_cursor: None,
    }))
}

/// Unlink an account of a user
///
/// Roles that came from the provider end, every session and grant of the account ends, and the user is
/// notified by mail. The only sign-in method cannot be removed.
#[utoipa::path(
    params(IfMatchAccount, ReasonHeader),
    responses((status = 204, description = "Unlinked")),
)]
#[delete("/admin/users/{id}/linked-accounts/{link}")]
async fn admin_remove_linked_account(admin: AdminCaller, path: Path<(String, String)>) -> Answer {
    let (id, link) = path.into_inner();
    let context = admin.context_with_version()?;
    let user = users::read(&context, &id).await?;
    let link = LinkId::parse(&link).ok_or_else(Problem::not_found)?;
    user_factors::unlink(&context, &user, link, are_passkeys_on(&admin)).await?;
    Ok(no_content())
}
