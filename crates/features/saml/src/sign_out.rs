//! `/saml/logout`: sign-outs that a service provider requests, and the answers to requests of this server; and the
//! visits of a browser to all service providers of a session that has ended.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use askama::Template;
use doorward_domain::model::saml_client::{SamlClient, SamlSession};
use doorward_oauth::logout;
use doorward_protocol::error::Reason;
use doorward_services::error::ServerError;
use doorward_services::signed_in::SignedIn;
use doorward_store::repo;
use doorward_templates::{BackLink, ErrorKind, Layout, Logout};
use doorward_web::page::{Page, PageError, Result};
use doorward_web::page_support::{Farewell, chip, signed_out, text};

use crate::own_keys;
use crate::provider::{self, Provider};
use crate::rejection::{mismatch, of_message};
use crate::response::new_id;
use crate::visits::{Asked, Current, End, PATH, Visits};
use doorward_saml_protocol::assertion::{self, Envelope, NameId, Status};
use doorward_saml_protocol::error::MessageError;
use doorward_saml_protocol::metadata::OwnAddresses;
use doorward_saml_protocol::redirect::{self, Direction, Received};
use doorward_saml_protocol::request::{self, LogoutRequest, LogoutResponse, Message};

/// The page after a sign-out that not all service providers have answered.
#[derive(Clone, Debug, Template)]
#[template(path = "saml_signed_out.html")]
struct SignOutPage {
    layout: Layout,
    /// Names of the clients that did not answer.
    failed: Vec<String>,
    /// Registered URL to return to.
    back: Option<String>,
}

impl SignOutPage {
    fn title(&self) -> String {
        self.layout.t("logged-out-title")
    }
}

pub async fn get(page: &Page) -> Result<HttpResponse> {
    handle(page, page.request.query_string(), false).await
}

/// Handles the user's confirmation of an unsigned request.
pub async fn post(page: &Page, payload: Payload) -> Result<HttpResponse> {
    let form = page.form(payload).await?;
    handle(page, text(&form, "query")?, true).await
}

async fn handle(page: &Page, query: &str, is_confirmed: bool) -> Result<HttpResponse> {
    let received = provider::read(query)?;
    let own = OwnAddresses::new(page.context.core.issuer());
    let message = request::read(&received.document, &own.logout, page.context.core.now());
    match (received.direction, message.map_err(of_message)?) {
        (Direction::Request, Message::Logout(request)) => {
            requested(page, &received, request, is_confirmed).await
        }
        (Direction::Response, Message::LogoutResponse(response)) if !is_confirmed => {
            answered(page, &received, &response).await
        }
        _ => {
            let expected = "LogoutRequest or LogoutResponse";
            let error = MessageError::differs("the message", expected, "another message");
            Err(of_message(error))
        }
    }
}

/// Ends the session of the browser if the service provider, or else the user, has proved the request.
async fn requested(
    page: &Page,
    received: &Received,
    request: LogoutRequest,
    is_confirmed: bool,
) -> Result<HttpResponse> {
    let (provider, is_signed) = provider::prove(page, &request.head, received).await?;
    let asked = Asked {
        client_id: provider.client.id.clone(),
        id: request.head.id.clone(),
        relay_state: received.relay_state.clone(),
    };
    let Some(current) = page.session().await? else {
        return respond(page, &provider.saml, &asked, Status::SUCCESS).await;
    };
    let found = repo::saml_sessions::list(page.context.core.db.read(), current.session.id).await;
    let sessions = found.map_err(ServerError::from)?;
    let is_meant = |session: &SamlSession| is_meant(session, &provider, &request);
    if !sessions.iter().any(is_meant) {
        return respond(page, &provider.saml, &asked, Status::UNKNOWN_PRINCIPAL).await;
    }
    if !is_signed && !is_confirmed {
        return Ok(ask(page, &provider, &current));
    }
    let ended = logout::carry_out(&page.context, Some(&current), page.caller()).await?;
    let is_other = |session: &&SamlSession| session.client_id != provider.client.id;
    let visits = Visits::new(sessions.iter().filter(is_other), End::Response(asked));
    visits.keep(page).await?;
    // The frames of other clients need a page, which then continues to the visits.
    let farewell = Farewell {
        back: Some(BackLink {
            app_name: provider.client.name.clone(),
            url: PATH.to_owned(),
            held: None,
        }),
        frames: ended.frames,
        sessions: Vec::new(),
        is_ended: true,
    };
    Ok(signed_out(page, farewell).await)
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
pub async fn begin(
    page: &Page,
    sessions: &[SamlSession],
    back: Option<&str>,
) -> Result<&'static str, ServerError> {
    let end = back.map_or(End::Page, |url| End::Redirect(url.to_owned()));
    Visits::new(sessions.iter(), end).keep(page).await?;
    Ok(PATH)
}

/// Records the answer of the service provider that the browser visited, and continues.
async fn answered(
    page: &Page,
    received: &Received,
    response: &LogoutResponse,
) -> Result<HttpResponse> {
    let (provider, _) = provider::prove(page, &response.head, received).await?;
    let visits = Visits::take(page).await?;
    let mut visits = visits.ok_or_else(|| unexpected(response))?;
    let is_expected = visits.current.as_ref().is_some_and(|current| {
        current.request_id == response.in_response_to && current.client_id == provider.client.id
    });
    match (is_expected, response.is_success) {
        (true, true) => visits.current = None,
        (true, false) => visits.fail(),
        (false, _) => {}
    }
    visits.keep(page).await?;
    if is_expected {
        return Ok(page.see_other(PATH));
    }
    Err(unexpected(response))
}

fn unexpected(response: &LogoutResponse) -> PageError {
    let received = &response.in_response_to;
    let expected = "the ID of the request";
    of_message(MessageError::differs("InResponseTo", expected, received))
}

/// Leads the browser to the next service provider, and at last to where the sign-out began.
pub async fn visit(page: &Page) -> Result<HttpResponse> {
    let Some(mut visits) = Visits::take(page).await? else {
        return Ok(page.see_other("/logout"));
    };
    // The browser came back without an answer.
    visits.fail();
    while let Some(next) = visits.remaining.pop() {
        let Some(provider) = provider::by_id(page, &next.client_id).await? else {
            continue;
        };
        let name = provider.client.name.clone();
        let Some(url) = &provider.saml.settings.logout_url else {
            visits.failed.push(name);
            continue;
        };
        let request_id = new_id(&page.context);
        let name_id = NameId {
            format: next.name_id_format,
            value: next.name_id,
        };
        let index = format!("_{}", next.grant_id);
        let write = |envelope: &Envelope<'_>| assertion::logout_request(envelope, &name_id, &index);
        let url = send(page, &provider.saml, url, (&request_id, None), write).await?;
        visits.current = Some(Current {
            client_id: next.client_id,
            name,
            request_id,
        });
        visits.keep(page).await?;
        return Ok(page.see_other(&url));
    }
    finish(page, &visits).await
}

/// Returns the URL that brings a signed message with this ID to a service provider: the response to a request, or
/// else a request.
async fn send(
    page: &Page,
    saml: &SamlClient,
    url: &str,
    (id, asked): (&str, Option<&Asked>),
    write: impl FnOnce(&Envelope<'_>) -> askama::Result<String>,
) -> Result<String> {
    let own = OwnAddresses::new(page.context.core.issuer());
    let document = write(&Envelope {
        id,
        issuer: &own.entity_id,
        provider: &saml.entity_id,
        destination: url,
        in_response_to: asked.map(|asked| asked.id.as_str()),
        now: page.context.core.now(),
    });
    let document = document.map_err(ServerError::internal)?;
    let (signer, _) = own_keys::active(&page.context).await?;
    let direction = asked.map_or(Direction::Request, |_| Direction::Response);
    let relay_state = asked.and_then(|asked| asked.relay_state.as_deref());
    let query = redirect::query(direction, document.as_bytes(), relay_state);
    let query = query.map_err(ServerError::internal)?;
    let query = redirect::signed(&query, &|bytes| signer.sign_bytes(bytes));
    let query = query.map_err(ServerError::internal)?;
    let separator = if url.contains('?') { '&' } else { '?' };
    Ok(format!("{url}{separator}{query}"))
}

async fn finish(page: &Page, visits: &Visits) -> Result<HttpResponse> {
    let back = match &visits.end {
        End::Response(asked) => {
            if let Some(provider) = provider::by_id(page, &asked.client_id).await? {
                let outcome = if visits.failed.is_empty() {
                    Status::SUCCESS
                } else {
                    Status::PARTIAL_LOGOUT
                };
                return respond(page, &provider.saml, asked, outcome).await;
            }
            None
        }
        End::Redirect(url) if visits.failed.is_empty() => return Ok(page.see_other(url)),
        End::Redirect(url) => Some(url.clone()),
        End::Page => None,
    };
    let view = SignOutPage {
        layout: page.layout(),
        failed: visits.failed.clone(),
        back,
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Leads the browser back to the service provider that requested the sign-out.
async fn respond(
    page: &Page,
    saml: &SamlClient,
    asked: &Asked,
    status: Status,
) -> Result<HttpResponse> {
    let settings = &saml.settings;
    let url = settings.logout_response_url.as_ref();
    let url = url.or(settings.logout_url.as_ref()).ok_or_else(|| {
        let cause = Reason::SamlLogout.into();
        mismatch(ErrorKind::BadAppRequest, cause)
    })?;
    let id = new_id(&page.context);
    let write = |envelope: &Envelope<'_>| assertion::logout_response(envelope, status);
    let address = send(page, saml, url, (&id, Some(asked)), write).await?;
    Ok(page.see_other(&address))
}
