//! Responses after a sign-in.

use actix_web::HttpResponse;
use doorward_domain::model::FactorRequirement;
use doorward_domain::secret::OpaqueToken;
use doorward_oauth::authorize::interaction;
use doorward_oauth::authorize::types::ActiveInteraction;
use doorward_services::error::ServerError;
use doorward_services::factors;
use doorward_services::known_device::{Account, KnownDevice};
use doorward_services::session::NewSession;
use doorward_services::signed_in::SignedIn;
use doorward_store::repo;
use doorward_templates::ErrorKind;
use doorward_web::cookies;
use doorward_web::page::{Page, Result};
use doorward_web::page_support::go_on;

use super::waiting_flow::{flow_of, flow_text, within};

/// The path of the notice that a second factor will be required.
pub(super) const NOTICE: &str = "/login/protection";

pub(super) fn with_session(
    page: &Page,
    mut response: HttpResponse,
    session: &NewSession,
) -> HttpResponse {
    let cookie = cookies::session(&page.context.core, session);
    if response.add_cookie(&cookie).is_err() {
        return page.server_error(&ServerError::Internal(
            "the session cookie is not a valid header".into(),
        ));
    }
    with_known_device(page, response, session.account)
}

/// Adds the cookie of a browser whose user has authenticated for this account: attacks from
/// elsewhere do not lock the user out there.
pub(super) fn with_known_device(
    page: &Page,
    mut response: HttpResponse,
    account: Account,
) -> HttpResponse {
    let device = page
        .known_device()
        .unwrap_or_else(|| KnownDevice::new(&mut page.context.core.rng()));
    let device = device.after_sign_in(page.context.limits.rate_limiter.keyed(), account);
    // A base64url cookie is always a valid header value.
    let _ = response.add_cookie(&cookies::device(&page.context.core, &device));
    response
}

pub(super) fn with_trust(
    page: &Page,
    mut response: HttpResponse,
    token: OpaqueToken,
) -> HttpResponse {
    let cookie = cookies::trust(&page.context.core, &page.trust().with(token));
    // A base64url cookie is always a valid header value.
    let _ = response.add_cookie(&cookie);
    response
}

/// Continues the interaction as the user who signed in, or opens the account. A campaign that requires a
/// second factor later is announced first.
pub(super) async fn after_sign_in(
    page: &Page,
    resumed: Option<ActiveInteraction>,
    session: NewSession,
) -> Result<HttpResponse> {
    if let Some(notice) = notice(page, resumed.as_ref(), &session).await? {
        return Ok(with_session(page, page.see_other(&notice), &session));
    }
    let Some(resumed) = resumed else {
        return Ok(with_session(page, page.see_other(page.front()), &session));
    };
    let id = resumed.interaction.id.clone();
    let user = repo::users::find_by_id(page.context.core.db.read(), session.session.user_id)
        .await
        .map_err(ServerError::from)?
        .ok_or(ErrorKind::FlowExpired)?;
    let signed_in = SignedIn::in_browser(session.session.clone(), user);
    let browser = page.browser(Some(&signed_in));
    let fresh = interaction::resume(&page.context, &id, &browser.hash).await?;
    let outcome = interaction::proceed(&page.context, fresh, &browser, page.caller()).await?;
    Ok(with_session(page, go_on(page, &outcome), &session))
}

/// Returns the path of the notice if a campaign announces a second factor that the user has not. A
/// client that requires one leads to its enrollment anyway.
async fn notice(
    page: &Page,
    resumed: Option<&ActiveInteraction>,
    session: &NewSession,
) -> Result<Option<String>> {
    let asks = |resumed: &ActiveInteraction| {
        resumed.client.factor_requirement() > FactorRequirement::OneFactor
    };
    if resumed.is_some_and(asks) {
        return Ok(None);
    }
    let due = factors::due(&page.context, session.session.user_id).await;
    let due = due.map_err(ServerError::from)?;
    Ok(due.map(|_| within(NOTICE, &flow_text(flow_of(resumed)))))
}
