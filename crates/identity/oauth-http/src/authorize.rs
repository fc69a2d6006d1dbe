//! `GET|POST /oauth2/authorize` (RFC 6749 §3.1, OIDC Core §3.1.2.1).

use doorward_domain::model::ClientId;
use doorward_oauth::authorize::parameters;
use doorward_oauth::authorize::types::{AuthorizeError, BrowserContext};
use doorward_protocol::redirect_uri;
use doorward_templates::ErrorKind;
use doorward_web::organization;
use doorward_web::page::{Page, PageError, Result};
use doorward_web::page_support;

use crate::prelude::*;

pub async fn get(page: &Page) -> Result<HttpResponse> {
    let params = page.query().map_err(|_| {
        PageError::App(
            ErrorKind::BadAppRequest,
            OAuthError::invalid_request("the query parameters are malformed"),
        )
    })?;
    start(page, &organization::in_parameters(&page.request, params)).await
}

/// Handles parameters in a form, which another site may have posted.
pub async fn post(page: &Page, payload: Payload) -> Result<HttpResponse> {
    let params = page.foreign_form(payload).await?;
    let params = organization::in_parameters(&page.request, params);
    match same_site_again(page, "/oauth2/authorize", &params) {
        Some(address) => Ok(page.see_other_bare(&address)),
        None => start(page, &params).await,
    }
}

/// Maximum length of a redirect URL, well below the limits of servers and proxies.
const MAX_ADDRESS: usize = 6 * 1024;

/// Returns a GET URL for a form posted by another site. Browsers withhold Lax cookies from such a
/// POST but send them with a redirected GET. Otherwise a signed-in user would have to sign in
/// again, and the browser would lose the cookie that its other tabs use.
pub(super) fn same_site_again(page: &Page, path: &str, params: &Params) -> Option<String> {
    let pairs: Vec<(&str, &str)> = params.iter().collect();
    let address = redirect_uri::with_query(path, &pairs);
    (page.is_cross_site_without_cookies() && address.len() <= MAX_ADDRESS).then_some(address)
}

pub async fn other_method(page: Page) -> HttpResponse {
    page.method_not_allowed("GET, HEAD, POST")
}

async fn start(page: &Page, params: &Params) -> Result<HttpResponse> {
    let client = params.all("client_id").next();
    let found = page
        .session_for(client.and_then(ClientId::parse).as_ref())
        .await?;
    let (signed_in, known) = found.unzip();
    let browser = BrowserContext {
        known: known.as_ref().and_then(Option::as_ref),
        ..page.browser(signed_in.as_ref())
    };
    page.record_client(client);
    match parameters::start(&page.context, params, &browser, page.caller()).await {
        Ok(outcome) => Ok(page_support::go_on(page, &outcome)),
        Err(FlowError::Rejected(AuthorizeError::TooMany(consumed))) => {
            let told = "too many sign-ins from this address";
            let error = OAuthError::new(ErrorCode::TemporarilyUnavailable, told);
            Err(page.too_many(consumed).with_oauth_error(error))
        }
        Err(error) => Err(error.into()),
    }
}
