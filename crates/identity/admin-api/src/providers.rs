//! `/api/admin/providers`: tests identity providers.

use doorward_admin::providers::{self, Finding, ProviderCheck};

use crate::prelude::*;

endpoints! { admin_test_provider }

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
