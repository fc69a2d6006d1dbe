//! `/saml/sso`: requests of service providers by redirect and by form, and sign-ins without a request.

use actix_web::HttpResponse;
use actix_web::web::Payload;
use doorward_domain::model::ClientId;
use doorward_oauth::authorize::foreign_start;
use doorward_oauth::authorize::types::BrowserContext;
use doorward_protocol::authorize::{AuthorizationRequest, ClaimSpec, ResponseMode, organization};
use doorward_protocol::error::{Cause, Reason};
use doorward_protocol::foreign_request::ForeignRequest;
use doorward_protocol::params::Params;
use doorward_protocol::prompt::PromptSet;
use doorward_services::error::ServerError;
use doorward_templates::ErrorKind;
use doorward_web::organization::in_parameters;
use doorward_web::page::{Page, Result};
use doorward_web::page_support::go_on;
use serde_json::{Value, json};

use crate::authn_context;
use crate::provider::{self, Provider};
use crate::rejection::{mismatch, of_message, rejected};
use crate::response::{PROTOCOL, Payload as SamlPayload};
use doorward_saml_protocol::error::MessageError;
use doorward_saml_protocol::metadata::OwnAddresses;
use doorward_saml_protocol::redirect::{self, Direction, Received};
use doorward_saml_protocol::request::{self, Message, RequestedConsumer};

/// Maximum length of a redirect URL, well below the limits of servers and proxies.
const MAX_ADDRESS: usize = 6 * 1024;

pub async fn get(page: &Page) -> Result<HttpResponse> {
    start(page, provider::read(page.request.query_string())?).await
}

/// Handles a form, which another site has posted.
pub async fn post(page: &Page, payload: Payload) -> Result<HttpResponse> {
    let form = page.foreign_form(payload).await?;
    let received = read_form(&form)?;
    // Browsers withhold cookies from a form of another site, but send them with a redirect. The request counts as
    // unsigned both ways.
    if page.is_cross_site_without_cookies() {
        let relay_state = received.relay_state.as_deref();
        let query = redirect::query(Direction::Request, &received.document, relay_state);
        let address = format!("/saml/sso?{}", query.map_err(ServerError::internal)?);
        if address.len() <= MAX_ADDRESS {
            return Ok(page.see_other_bare(&address));
        }
    }
    start(page, received).await
}

fn read_form(form: &Params) -> Result<Received> {
    let direction = Direction::Request;
    form.reject_encoded_names().map_err(rejected)?;
    form.reject_duplicates(&[]).map_err(rejected)?;
    let message = form.required(direction.parameter()).map_err(rejected)?;
    let relay_state = form.raw("RelayState").map_err(rejected)?;
    redirect::read_post(direction, message, relay_state).map_err(of_message)
}

async fn start(page: &Page, received: Received) -> Result<HttpResponse> {
    let core = &page.context.core;
    let own = OwnAddresses::new(core.issuer());
    let message = request::read(&received.document, &own.sign_on, core.now());
    let Message::Authn(request) = message.map_err(of_message)? else {
        let error = MessageError::differs("the message", "AuthnRequest", "a sign-out");
        return Err(of_message(error));
    };
    let (provider, is_signed) = provider::prove(page, &request.head, &received).await?;
    provider::require_signature(&provider, is_signed)?;
    let demand = request.context.as_ref().map(authn_context::demand);
    let demand = demand.unwrap_or_default();
    let payload = SamlPayload {
        id: Some(request.head.id),
        relay_state: received.relay_state,
        name_id_format: request.name_id_format,
        classes: demand.classes,
    };
    let prompt = match (request.is_passive, request.force_authn) {
        (true, _) => "none",
        (false, true) => "login",
        (false, false) => "",
    };
    let mut wanted = AuthorizationRequest {
        redirect_uri: consumer(&request.consumer, &provider)?,
        prompt: PromptSet::parse(prompt).map_err(rejected)?,
        // No user can sign in again without a page.
        max_age: (request.is_passive && request.force_authn).then_some(0),
        ..AuthorizationRequest::default()
    };
    if let Some(level) = demand.level {
        let spec = ClaimSpec {
            essential: true,
            values: vec![Value::from(level)],
            ..ClaimSpec::default()
        };
        wanted.claims.id_token.insert("acr".to_owned(), spec);
    }
    go(page, &provider, wanted, payload).await
}

/// Starts a sign-in without a request, which the client must allow.
pub async fn unsolicited(page: &Page) -> Result<HttpResponse> {
    let id = page.request.match_info().get("id").unwrap_or_default();
    let id = ClientId::parse(id).ok_or(ErrorKind::NotFound)?;
    let found = provider::by_id(page, &id).await?;
    let found = found.filter(|provider| provider.saml.settings.unsolicited);
    let provider = found.ok_or(ErrorKind::NotFound)?;
    page.record_client(Some(provider.client.id.as_str()));
    let wanted = AuthorizationRequest {
        redirect_uri: consumer(&RequestedConsumer::Default, &provider)?,
        ..AuthorizationRequest::default()
    };
    go(page, &provider, wanted, SamlPayload::default()).await
}

/// Returns the address of the response, which the registration has.
fn consumer(requested: &RequestedConsumer, provider: &Provider) -> Result<String> {
    let mut registered = provider.client.redirect_uris.iter();
    let first = registered.clone().next();
    let (found, received) = match requested {
        RequestedConsumer::Default => (first, "none".to_owned()),
        RequestedConsumer::Url(url) => (registered.find(|known| *known == url), url.clone()),
        RequestedConsumer::Index(index) => {
            let mut numbered = provider.saml.settings.consumers.iter();
            let numbered = numbered.find(|consumer| consumer.index == *index);
            let known = |url: &&String| numbered.is_some_and(|consumer| consumer.url == **url);
            (registered.find(known), format!("index {index}"))
        }
    };
    found.cloned().ok_or_else(|| {
        let cause = Cause {
            reason: Reason::SamlConsumer,
            expected: first.cloned(),
            received: Some(received),
        };
        mismatch(ErrorKind::RedirectMismatch, cause)
    })
}

/// Starts the sign-in that a request demands.
async fn go(
    page: &Page,
    provider: &Provider,
    wanted: AuthorizationRequest,
    payload: SamlPayload,
) -> Result<HttpResponse> {
    let client = &provider.client;
    let found = page.session_for(Some(&client.id)).await?;
    let (signed_in, known) = found.unzip();
    let browser = BrowserContext {
        known: known.as_ref().and_then(Option::as_ref),
        ..page.browser(signed_in.as_ref())
    };
    let named = in_parameters(&page.request, Params::from_pairs::<&str, &str>([]));
    let request = AuthorizationRequest {
        client_id: client.id.to_string(),
        redirect_uri_given: true,
        response_mode: ResponseMode::FormPost,
        scope: client.scopes.clone(),
        organization: organization(&named).map_err(rejected)?,
        foreign: Some(ForeignRequest {
            protocol: PROTOCOL.to_owned(),
            payload: json!(payload),
        }),
        ..wanted
    };
    let (context, caller) = (&page.context, page.caller());
    let outcome = foreign_start::start(context, client, request, &browser, caller).await?;
    Ok(go_on(page, &outcome))
}
