//! `GET|POST /oauth2/logout` (OIDC RP-Initiated Logout 1.0 §2).

use doorward_oauth::logout::{self, LogoutRequest};
use doorward_protocol::redirect_uri;
use doorward_services::signed_in::SignedIn;
use doorward_templates::{BackLink, ErrorKind, Logout};
use doorward_web::page::{Page, PageError, Result};
use doorward_web::page_support::{Farewell, chip, signed_out};

use super::authorize::same_site_again;
use crate::prelude::*;

pub async fn get(page: &Page) -> Result<HttpResponse> {
    start(page, &page.query()?).await
}

/// Handles parameters in a form: a client's request, or the user's confirmation, which alone
/// contains a CSRF token.
pub async fn post(page: &Page, payload: Payload) -> Result<HttpResponse> {
    let params = page.foreign_form(payload).await?;
    if params.iter().any(|(name, _)| name == "csrf") {
        return confirmed(page, &params).await;
    }
    match same_site_again(page, "/oauth2/logout", &params) {
        // Without its cookies the user would not be signed out, although the page would say so.
        Some(address) => Ok(page.see_other_bare(&address)),
        None => start(page, &params).await,
    }
}

pub async fn other_method(page: Page) -> HttpResponse {
    page.method_not_allowed("GET, HEAD, POST")
}

async fn start(page: &Page, params: &Params) -> Result<HttpResponse> {
    if let Ok(Some(locales)) = params.optional("ui_locales") {
        page.set_languages(&locales.split(' ').map(str::to_owned).collect::<Vec<_>>());
    }
    let signed_in = page.session().await?;
    page.record_client(params.all("client_id").next());
    let request = read(page, params, signed_in.as_ref()).await?;
    match &signed_in {
        // §2: without a hint of the user's own session, the user must confirm.
        Some(current) if request.plan.confirm => Ok(confirm(page, params, &request, current)),
        _ => finish(page, &request, signed_in.as_ref()).await,
    }
}

async fn confirmed(page: &Page, params: &Params) -> Result<HttpResponse> {
    page.check_form(params)?;
    let signed_in = page.session().await?;
    let own = params.iter().filter(|(name, _)| *name != "csrf");
    let request = read(page, &Params::from_pairs(own), signed_in.as_ref()).await?;
    finish(page, &request, signed_in.as_ref()).await
}

/// Reads the request, and records its client for the log, also if only the hint names it. A browser that is not
/// signed in gets the problem as an error.
async fn read(page: &Page, params: &Params, signed_in: Option<&SignedIn>) -> Result<LogoutRequest> {
    let rejected = |error| PageError::App(ErrorKind::BadAppRequest, error);
    let read = logout::read(&page.context, params, signed_in).await;
    let request = read.map_err(|error| match error {
        FlowError::Rejected(error) => rejected(error),
        FlowError::Server(server_error) => server_error.into(),
    })?;
    if let Some(client) = &request.client {
        page.record_client(Some(client.id.as_str()));
    }
    match &request.problem {
        Some(problem) if signed_in.is_none() => Err(rejected(problem.clone())),
        _ => Ok(request),
    }
}

fn confirm(
    page: &Page,
    params: &Params,
    request: &LogoutRequest,
    signed_in: &SignedIn,
) -> HttpResponse {
    let kept = [
        "id_token_hint",
        "client_id",
        "post_logout_redirect_uri",
        "state",
    ];
    // An invalid request is not repeated: only the sign-out remains.
    let is_kept = |name: &str| request.problem.is_none() && kept.contains(&name);
    let hidden = params.iter().filter(|(name, _)| is_kept(name));
    let view = Logout {
        layout: page.layout(),
        action: "/oauth2/logout".to_owned(),
        hidden: hidden
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        app_name: request.client.as_ref().map(|client| client.name.clone()),
        account: chip(&signed_in.user),
        problem: request
            .problem
            .as_ref()
            .map(|error| error.description.to_string()),
    };
    let Some(problem) = &request.problem else {
        return page.html(StatusCode::OK, &view);
    };
    let mut response = page.html(StatusCode::BAD_REQUEST, &view);
    response.extensions_mut().insert(problem.clone());
    response
}

async fn finish(
    page: &Page,
    request: &LogoutRequest,
    signed_in: Option<&SignedIn>,
) -> Result<HttpResponse> {
    let ended = signed_in.or(request.hinted.as_ref());
    let clients = logout::carry_out(&page.context, ended, page.caller()).await?;
    let client = request.client.as_ref();
    // RFC 9700 §4.11.2: if no user is signed in, a client that anyone can register causes no
    // automatic redirect.
    let is_held =
        signed_in.is_none() && client.is_some_and(|client| client.registered_by.is_open());
    let back = request.redirect().map(|url| BackLink {
        app_name: client.map_or_else(String::new, |client| client.name.clone()),
        held: is_held.then(|| redirect_uri::destination(&url).unwrap_or_default()),
        url,
    });
    let farewell = Farewell {
        back,
        frames: clients.frames,
        sessions: clients.sessions,
        is_ended: ended.is_some(),
    };
    Ok(signed_out(page, farewell).await)
}
