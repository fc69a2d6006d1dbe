//! `/saml/logout`: sign-outs that a service provider requests, and the answers to requests of this server; and the
//! visits of a browser to all service providers of a session that has ended.

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use doorward_domain::model::saml_client::{SamlClient, SamlSession};
use doorward_domain::time::UnixSeconds;
use doorward_oauth::logout;
use doorward_protocol::error::OAuthError;
use doorward_services::error::ServerError;
use doorward_services::signed_in::SignedIn;
use doorward_store::repo;
use doorward_templates::{BackLink, Logout};
use doorward_web::page::{Page, Result};
use doorward_web::page_support::{Farewell, chip, signed_out, text};

use crate::own_keys;
use crate::provider::{self, Provider};
use crate::rejection::{self, rejected};
use crate::response::new_id;
use crate::sign_out_page::SignOutPage;
use crate::visits::{Current, End, PATH, Visit, Visits};
use doorward_saml_protocol::assertion::{self, Envelope, LogoutOutcome, NameId};
use doorward_saml_protocol::metadata::OwnAddresses;
use doorward_saml_protocol::redirect::{self, Direction, Received};
use doorward_saml_protocol::request::{self, LogoutRequest, LogoutResponse, Message, MessageError};

pub async fn get(page: &Page) -> Result<HttpResponse> {
    let query = page.request.query_string();
    let received = redirect::read(query).map_err(rejection::of_binding)?;
    let direction = received.direction;
    match (direction, read(page, &received)?) {
        (Direction::Request, Message::Logout(request)) => {
            requested(page, &received, request, false).await
        }
        (Direction::Response, Message::LogoutResponse(response)) => {
            answered(page, &received, &response).await
        }
        _ => {
            let expected = "LogoutRequest or LogoutResponse";
            let error = MessageError::differs("the message", expected, "another message");
            Err(rejection::of_message(error))
        }
    }
}

/// Handles the user's confirmation of an unsigned request.
pub async fn post(page: &Page, payload: Payload) -> Result<HttpResponse> {
    let form = page.form(payload).await?;
    let received = redirect::read(text(&form, "query")?).map_err(rejection::of_binding)?;
    match read(page, &received)? {
        Message::Logout(request) => requested(page, &received, request, true).await,
        Message::Authn(_) | Message::LogoutResponse(_) => {
            let error = MessageError::differs("the message", "LogoutRequest", "another message");
            Err(rejection::of_message(error))
        }
    }
}

fn read(page: &Page, received: &Received) -> Result<Message> {
    let core = &page.context.core;
    let own = OwnAddresses::new(core.issuer());
    let message = request::read(&received.document, &own.logout, core.now());
    message.map_err(rejection::of_message)
}

/// Ends the session of the browser if the service provider, or else the user, has proved the request.
async fn requested(
    page: &Page,
    received: &Received,
    request: LogoutRequest,
    is_confirmed: bool,
) -> Result<HttpResponse> {
    let provider = provider::find(page, &request.head.issuer).await?;
    let settings = &provider.saml.settings;
    let destination = request.head.destination.as_deref();
    let is_signed = provider::is_signed(received, destination, settings).map_err(rejected)?;
    let end = End::Response {
        client_id: provider.client.id.to_string(),
        id: request.head.id.clone(),
        relay_state: received.relay_state.clone(),
    };
    let Some(current) = page.session().await? else {
        return respond(page, &provider.saml, &end, LogoutOutcome::Success).await;
    };
    let sessions = sessions(page, &current).await?;
    let is_meant = |session: &SamlSession| is_meant(session, &provider, &request);
    if !sessions.iter().any(is_meant) {
        return respond(page, &provider.saml, &end, LogoutOutcome::UnknownPrincipal).await;
    }
    if !is_signed && !is_confirmed {
        return Ok(ask(page, &provider, &current));
    }
    let ended = logout::carry_out(&page.context, Some(&current), page.caller()).await?;
    let others = sessions
        .iter()
        .filter(|session| session.client_id != provider.client.id);
    if !end.is_short() {
        let outcome = if others.count() == 0 {
            LogoutOutcome::Success
        } else {
            LogoutOutcome::Partial
        };
        return respond(page, &provider.saml, &end, outcome).await;
    }
    let visits = visits_of(others, end, page.context.core.now());
    // The frames of other clients need a page, which then continues to the visits.
    let back = BackLink {
        app_name: provider.client.name.clone(),
        url: PATH.to_owned(),
        held: None,
    };
    let farewell = Farewell {
        back: Some(back),
        frames: ended.frames,
        sessions: Vec::new(),
        is_ended: true,
    };
    with_visits(page, signed_out(page, farewell), &visits)
}

async fn sessions(page: &Page, current: &SignedIn) -> Result<Vec<SamlSession>> {
    let read = page.context.core.db.read();
    let found = repo::saml_sessions::list(read, current.session.id).await;
    Ok(found.map_err(ServerError::from)?)
}

fn is_meant(session: &SamlSession, provider: &Provider, request: &LogoutRequest) -> bool {
    let index = format!("_{}", session.grant_id);
    session.client_id == provider.client.id
        && session.name_id == request.name_id
        && (request.session_indexes.is_empty() || request.session_indexes.contains(&index))
}

/// Asks the user, because any page can send an unsigned request.
fn ask(page: &Page, provider: &Provider, current: &SignedIn) -> HttpResponse {
    let query = page.request.query_string().to_owned();
    let view = Logout {
        layout: page.layout(),
        action: "/saml/logout".to_owned(),
        hidden: vec![("query".to_owned(), query)],
        app_name: Some(provider.client.name.clone()),
        account: chip(&current.user),
        problem: None,
    };
    page.html(StatusCode::OK, &view)
}

/// Begins the visits after a sign-out that another client, or the user, requested.
pub fn begin(
    page: &Page,
    sessions: &[SamlSession],
    back: Option<&str>,
) -> Result<(&'static str, Cookie<'static>), ServerError> {
    let end = back.map_or(End::Page, |url| End::Redirect(url.to_owned()));
    let end = if end.is_short() { end } else { End::Page };
    let visits = visits_of(sessions.iter(), end, page.context.core.now());
    Ok((PATH, visits.cookie(page)?))
}

/// Returns the visits to the service providers of sessions, once to each of their users.
fn visits_of<'a>(
    sessions: impl Iterator<Item = &'a SamlSession>,
    end: End,
    now: UnixSeconds,
) -> Visits {
    let mut visits = Visits::new(end, now);
    for session in sessions {
        let visit = Visit::of(session);
        let is_same =
            |known: &Visit| known.client_id == visit.client_id && known.name_id == visit.name_id;
        if visits.remaining.iter().any(is_same) {
            continue;
        }
        visits.add(visit);
    }
    visits
}

fn with_visits(page: &Page, mut response: HttpResponse, visits: &Visits) -> Result<HttpResponse> {
    let cookie = visits.cookie(page)?;
    // An encrypted value in base64url is always a valid header.
    let _ = response.add_cookie(&cookie);
    Ok(response)
}

/// Records the answer of the service provider that the browser visited, and continues.
async fn answered(
    page: &Page,
    received: &Received,
    response: &LogoutResponse,
) -> Result<HttpResponse> {
    let unknown = || {
        let error = MessageError::differs(
            "InResponseTo",
            "the ID of the request",
            &*response.in_response_to,
        );
        rejection::of_message(error)
    };
    let mut visits = Visits::read(page).ok_or_else(unknown)?;
    let is_current = |current: &Current| current.request_id == response.in_response_to;
    let current = visits.current.take_if(|current| is_current(current));
    let current = current.ok_or_else(unknown)?;
    let provider = provider::find(page, &response.head.issuer).await?;
    if provider.client.id.as_str() != current.client_id {
        return Err(unknown());
    }
    let destination = response.head.destination.as_deref();
    provider::is_signed(received, destination, &provider.saml.settings).map_err(rejected)?;
    if !response.is_success {
        visits.failed.push(provider.client.name.clone());
    }
    with_visits(page, page.see_other(PATH), &visits)
}

/// Leads the browser to the next service provider, and at last to where the sign-out began.
pub async fn visit(page: &Page) -> Result<HttpResponse> {
    let Some(mut visits) = Visits::read(page) else {
        return Ok(page.see_other("/logout"));
    };
    // The browser came back without an answer.
    if let Some(current) = visits.current.take() {
        visits.failed.push(current.name);
    }
    while let Some(next) = visits.remaining.pop() {
        let Some(provider) = provider::by_id(page, &next.client_id).await? else {
            continue;
        };
        match request_to(page, &provider, &next).await? {
            Some((id, url)) => {
                visits.current = Some(Current {
                    client_id: next.client_id,
                    name: provider.client.name.clone(),
                    request_id: id,
                });
                return with_visits(page, page.see_other(&url), &visits);
            }
            None => visits.failed.push(provider.client.name.clone()),
        }
    }
    for id in std::mem::take(&mut visits.skipped) {
        if let Some(provider) = provider::by_id(page, &id).await? {
            visits.failed.push(provider.client.name.clone());
        }
    }
    finish(page, visits).await
}

/// Returns the request of a sign-out with its ID; `None` for a service provider without an address for it.
async fn request_to(
    page: &Page,
    provider: &Provider,
    visit: &Visit,
) -> Result<Option<(String, String)>> {
    let Some(url) = &provider.saml.settings.logout_url else {
        return Ok(None);
    };
    let core = &page.context.core;
    let own = OwnAddresses::new(core.issuer());
    let id = new_id(&page.context);
    let envelope = Envelope {
        id: &id,
        issuer: &own.entity_id,
        provider: &provider.saml.entity_id,
        destination: url,
        in_response_to: None,
        now: core.now(),
    };
    let name_id = NameId {
        format: visit.name_id_format,
        value: visit.name_id.clone(),
    };
    let document = assertion::logout_request(&envelope, &name_id, &visit.index);
    let address = signed(page, url, Direction::Request, &document, None).await?;
    Ok(Some((id, address)))
}

async fn signed(
    page: &Page,
    url: &str,
    direction: Direction,
    document: &str,
    relay_state: Option<&str>,
) -> Result<String> {
    let (signer, _) = own_keys::active(&page.context).await?;
    let query = redirect::query(direction, document.as_bytes(), relay_state);
    let query = redirect::to_sign(&query.map_err(ServerError::internal)?);
    let signature = signer.sign_bytes(query.as_bytes());
    let signature = signature.map_err(ServerError::internal)?;
    let separator = if url.contains('?') { '&' } else { '?' };
    let query = redirect::with_signature(&query, &signature);
    Ok(format!("{url}{separator}{query}"))
}

async fn finish(page: &Page, visits: Visits) -> Result<HttpResponse> {
    let outcome = if visits.failed.is_empty() {
        LogoutOutcome::Success
    } else {
        LogoutOutcome::Partial
    };
    let mut response = match &visits.end {
        End::Response { client_id, .. } => match provider::by_id(page, client_id).await? {
            Some(provider) => respond(page, &provider.saml, &visits.end, outcome).await?,
            None => list(page, &visits),
        },
        End::Redirect(url) if visits.failed.is_empty() => page.see_other(url),
        End::Redirect(_) | End::Page => list(page, &visits),
    };
    let _ = response.add_cookie(&Visits::no_cookie(page));
    Ok(response)
}

fn list(page: &Page, visits: &Visits) -> HttpResponse {
    let back = match &visits.end {
        End::Redirect(url) => Some(url.clone()),
        End::Response { .. } | End::Page => None,
    };
    let view = SignOutPage {
        layout: page.layout(),
        failed: visits.failed.clone(),
        back,
    };
    page.html(StatusCode::OK, &view)
}

/// Leads the browser back to the service provider that requested the sign-out.
async fn respond(
    page: &Page,
    saml: &SamlClient,
    end: &End,
    outcome: LogoutOutcome,
) -> Result<HttpResponse> {
    let settings = &saml.settings;
    let url = settings
        .logout_response_url
        .as_ref()
        .or(settings.logout_url.as_ref());
    let (
        Some(url),
        End::Response {
            id, relay_state, ..
        },
    ) = (url, end)
    else {
        let error = "the client has no address for sign-outs";
        return Err(rejected(OAuthError::invalid_request(error)));
    };
    let core = &page.context.core;
    let own = OwnAddresses::new(core.issuer());
    let envelope = Envelope {
        id: &new_id(&page.context),
        issuer: &own.entity_id,
        provider: &saml.entity_id,
        destination: url,
        in_response_to: Some(id),
        now: core.now(),
    };
    let document = assertion::logout_response(&envelope, outcome);
    let relay_state = relay_state.as_deref();
    let address = signed(page, url, Direction::Response, &document, relay_state).await?;
    Ok(page.see_other(&address))
}
