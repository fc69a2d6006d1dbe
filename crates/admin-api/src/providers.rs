//! `/api/admin/providers`: identity providers.

use doorward_accounts::federation::provider;
use doorward_admin::providers::{self, Finding, ProviderCheck, ProviderSpec, UsedProvider};
use doorward_domain::model::Provider;

use crate::prelude::*;

endpoints! {
    admin_list_providers, admin_read_provider, admin_put_provider, admin_remove_provider,
    admin_test_provider,
}

view! {
    /// An identity provider. Its client secret is never shown.
    ProviderView(admin: &AdminCaller, provider: Provider, last_used_at: Option<UnixSeconds>) {
        /// ID in URLs; the redirect URI to register at the provider ends with it.
        id: String = provider.id.to_string();
        /// Label of the button.
        name: String = provider.name.clone();
        /// Issuer identifier.
        issuer: String = provider.issuer.clone();
        /// Client ID of this server at the provider.
        client_id: String = provider.client_id.clone();
        /// True if a client secret is stored.
        has_secret: bool = provider.secret_sealed.is_some();
        /// True if users may sign in with it.
        active: bool = provider.is_active();
        /// Settings of the provider.
        #[schema(value_type = Object)]
        settings: Value = serde_json::to_value(&provider.settings).unwrap_or_default();
        /// Redirect URI to register at the provider.
        redirect_uri: String = provider::redirect_uri(&admin.call.context.core, &provider);
        /// Time of creation (RFC 3339).
        created_at: Time = provider.created_at;
        /// Time of the last change (RFC 3339).
        updated_at: Time = provider.updated_at;
        /// Time of the last sign-in with it (RFC 3339), at most an hour early; null if there was none.
        last_used_at: Option<Time> = last_used_at;
    }
}

view! {
    /// The result of a test of an identity provider.
    ProviderTest(checks: Vec<ProviderCheck>) {
        /// True if no check failed.
        passed: bool = !checks.iter().any(ProviderCheck::is_failed);
        /// Checks that were made. A provider that does not respond has only one.
        checks: Vec<CheckView> = checks.into_iter().map(CheckView::new).collect();
    }
}

view! {
    /// A check of an identity provider.
    #[schema(as = ProviderCheck)]
    CheckView(check: ProviderCheck) {
        /// `answer`, `issuer`, `endpoints`, `response_type`, `pkce` or `keys`.
        property: &'static str = check.property.as_str();
        /// `passed`, `unknown` (the provider does not announce it) or `failed`.
        state: &'static str = check.finding.state();
        /// Reason; absent if the check passed.
        reason?: String = (check.finding != Finding::Passed).then(|| check.finding.to_string());
    }
}

/// List identity providers
#[utoipa::path(
    params(PageParams),
    responses((status = 200, description = "Providers, by ID", body = Listing<ProviderView>)),
)]
#[get("/admin/providers")]
async fn admin_list_providers(admin: AdminCaller) -> Answer {
    let page = admin.page(&[])?;
    let found = providers::list_used(&admin.context()).await?;
    let view = |item: UsedProvider| ProviderView::new(&admin, item.provider, item.last_used_at);
    Ok(page.finish_whole(found, |item| item.provider.id.to_string(), view))
}

/// Read an identity provider
#[utoipa::path(responses((status = 200, description = "The provider", body = ProviderView)))]
#[get("/admin/providers/{id}")]
async fn admin_read_provider(admin: AdminCaller, id: Path<String>) -> Answer {
    let one = providers::get_used(&admin.context(), &id).await?;
    let view = ProviderView::new(&admin, one.provider, one.last_used_at);
    Ok(HttpResponse::Ok().json(view))
}

/// Returns the last use of a changed provider; none for an administrator that may not read it.
async fn last_use(admin: &AdminCaller, id: &str) -> Result<Option<UnixSeconds>> {
    match providers::get_used(&admin.context(), id).await {
        Err(AdminError::Denied(_) | AdminError::NotFound { .. }) => Ok(None),
        found => Ok(found?.last_used_at),
    }
}

/// Create or replace an identity provider
///
/// Creates the provider, or replaces the one with this ID completely; repeating the request changes
/// nothing. An omitted client secret stays unchanged, if the issuer does. `"disabled": true`
/// disables it for every flow at once, and keeps the linked accounts.
#[utoipa::path(
    responses(
        (status = 200, description = "Replaced", body = ProviderView),
        (status = 201, description = "Created", body = ProviderView),
    ),
)]
#[put("/admin/providers/{id}")]
async fn admin_put_provider(
    admin: AdminCaller,
    id: Path<String>,
    body: Json<ProviderSpec>,
) -> Answer {
    let key = &admin.call.context.directory.provider_key;
    let (item, is_new) = providers::put(&admin.context(), key, &id, &body.0).await?;
    let (mut response, last_used_at) = if is_new {
        (HttpResponse::Created(), None)
    } else {
        (HttpResponse::Ok(), last_use(&admin, &id).await?)
    };
    Ok(response.json(ProviderView::new(&admin, item, last_used_at)))
}

/// Remove an identity provider
///
/// Linked accounts remain, and cannot be used until the issuer is configured again.
#[utoipa::path(responses((status = 204, description = "Removed")))]
#[delete("/admin/providers/{id}")]
async fn admin_remove_provider(admin: AdminCaller, id: Path<String>) -> Answer {
    providers::delete(&admin.context(), &id).await?;
    Ok(no_content())
}

/// Test an identity provider
///
/// Requests the discovery document and the keys of the provider, and checks the issuer, the
/// endpoints, the response type and PKCE. Requests the endpoints of a provider without OpenID
/// Connect. Sends no secret and changes nothing.
#[utoipa::path(
    responses((status = 200, description = "The checks, also if some failed", body = ProviderTest)),
)]
#[post("/admin/providers/{id}/test")]
async fn admin_test_provider(admin: AdminCaller, id: Path<String>) -> Answer {
    let http = &admin.call.context.directory.http;
    let checks = providers::test(&admin.context(), http, &id).await?;
    Ok(HttpResponse::Ok().json(ProviderTest::new(checks)))
}
