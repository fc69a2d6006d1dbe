//! `/saml/sso`: requests of service providers by redirect and by form, and sign-ins without a request.

use actix_web::HttpResponse;
use actix_web::web::Payload;
use doorward_domain::model::Client;
use doorward_oauth::authorize::foreign_start;
use doorward_oauth::authorize::types::BrowserContext;
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::authorize::{
    AuthorizationRequest, ClaimSpec, ClaimsRequest, ResponseMode, organization,
};
use doorward_protocol::error::{Cause, OAuthError, Reason};
use doorward_protocol::foreign_request::ForeignRequest;
use doorward_protocol::params::Params;
use doorward_protocol::prompt::PromptSet;
use doorward_services::error::ServerError;
use doorward_templates::ErrorKind;
use doorward_web::organization::in_parameters;
use doorward_web::page::{Page, PageError, Result};
use doorward_web::page_support::go_on;
use serde_json::{Value, json};

use crate::authn_context;
use crate::provider::{self, Provider};
use crate::rejection::{self, rejected};
use crate::response::{PROTOCOL, Payload as SamlPayload};
use doorward_saml_protocol::metadata::OwnAddresses;
use doorward_saml_protocol::redirect::{self, Direction, Received};
use doorward_saml_protocol::request::{self, Message, MessageError, RequestedConsumer};

/// Maximum length of a redirect URL, well below the limits of servers and proxies.
const MAX_ADDRESS: usize = 6 * 1024;

pub async fn get(page: &Page) -> Result<HttpResponse> {
    let received = redirect::read(page.request.query_string());
    start(page, received.map_err(rejection::of_binding)?).await
}

/// Handles a form, which another site has posted.
pub async fn post(page: &Page, payload: Payload) -> Result<HttpResponse> {
    let form = page.foreign_form(payload).await?;
    let received = read_form(&form, Direction::Request).map_err(rejected)?;
    // Browsers withhold cookies from a form of another site, but send them with a redirect. The request counts as
    // unsigned both ways.
    let relay_state = received.relay_state.as_deref();
    let query = redirect::query(Direction::Request, &received.document, relay_state);
    let address = format!("/saml/sso?{}", query.map_err(ServerError::internal)?);
    if page.is_cross_site_without_cookies() && address.len() <= MAX_ADDRESS {
        return Ok(page.see_other_bare(&address));
    }
    start(page, received).await
}

fn read_form(form: &Params, direction: Direction) -> Result<Received, OAuthError> {
    form.reject_duplicates(&[])?;
    let message = form.required(direction.parameter())?;
    let relay_state = form.raw("RelayState")?;
    redirect::read_post(direction, message, relay_state).map_err(rejection::binding_error)
}

async fn start(page: &Page, received: Received) -> Result<HttpResponse> {
    let core = &page.context.core;
    let own = OwnAddresses::new(core.issuer());
    let message = request::read(&received.document, &own.sign_on, core.now());
    let request = match message.map_err(rejection::of_message)? {
        Message::Authn(request) => request,
        Message::Logout(_) | Message::LogoutResponse(_) => {
            let error = MessageError::differs("the message", "AuthnRequest", "a sign-out");
            return Err(rejection::of_message(error));
        }
    };
    let provider = provider::find(page, &request.head.issuer).await?;
    let settings = &provider.saml.settings;
    let destination = request.head.destination.as_deref();
    provider::is_signed(&received, destination, settings)
        .and_then(|is_signed| provider::require_signature(is_signed, settings))
        .map_err(rejected)?;
    let consumer = consumer(&request.consumer, &provider)?;
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
    // No user can sign in again without a page.
    let max_age = (request.is_passive && request.force_authn).then_some(0);
    let wanted = Wanted {
        consumer,
        prompt,
        max_age,
        level: demand.level,
    };
    go(page, &provider, wanted, payload).await
}

/// Starts a sign-in without a request, which the client must allow.
pub async fn unsolicited(page: &Page) -> Result<HttpResponse> {
    let id = page.request.match_info().get("id").unwrap_or_default();
    let found = provider::by_id(page, id).await?;
    let found = found.filter(|provider| provider.saml.settings.unsolicited);
    let provider = found.ok_or(ErrorKind::NotFound)?;
    page.record_client(Some(provider.client.id.as_str()));
    let consumer = consumer(&RequestedConsumer::Default, &provider)?;
    let wanted = Wanted {
        consumer,
        prompt: "",
        max_age: None,
        level: None,
    };
    go(page, &provider, wanted, SamlPayload::default()).await
}

/// Returns the address of the response, which the registration has.
fn consumer(requested: &RequestedConsumer, provider: &Provider) -> Result<String> {
    let registered = &provider.client.redirect_uris;
    let mismatch = |received: String| {
        let cause = Cause {
            reason: Reason::SamlConsumer,
            expected: registered.first().cloned(),
            received: Some(received),
        };
        let error = OAuthError::invalid_request(cause.reason.sentence()).because(cause);
        PageError::App(ErrorKind::RedirectMismatch, error)
    };
    let found = match requested {
        RequestedConsumer::Default => registered.first(),
        RequestedConsumer::Url(url) => registered.iter().find(|known| *known == url),
        RequestedConsumer::Index(index) => {
            let mut numbered = provider.saml.settings.consumers.iter();
            let numbered = numbered.find(|consumer| consumer.index == *index);
            numbered.and_then(|consumer| registered.iter().find(|known| **known == consumer.url))
        }
    };
    found.cloned().ok_or_else(|| {
        mismatch(match requested {
            RequestedConsumer::Default => "none".to_owned(),
            RequestedConsumer::Url(url) => url.clone(),
            RequestedConsumer::Index(index) => format!("index {index}"),
        })
    })
}

/// The demands of a request on the sign-in.
struct Wanted {
    consumer: String,
    prompt: &'static str,
    max_age: Option<u64>,
    /// Level that the sign-in must have.
    level: Option<String>,
}

async fn go(
    page: &Page,
    provider: &Provider,
    wanted: Wanted,
    payload: SamlPayload,
) -> Result<HttpResponse> {
    let client = &provider.client;
    let found = page.session_for(Some(&client.id)).await?;
    let (signed_in, known) = found.unzip();
    let browser = BrowserContext {
        known: known.as_ref().and_then(Option::as_ref),
        ..page.browser(signed_in.as_ref())
    };
    let request = authorization(page, client, wanted, &payload).map_err(rejected)?;
    let outcome =
        foreign_start::start(&page.context, client, request, &browser, page.caller()).await?;
    Ok(go_on(page, &outcome))
}

fn authorization(
    page: &Page,
    client: &Client,
    wanted: Wanted,
    payload: &SamlPayload,
) -> Result<AuthorizationRequest, OAuthError> {
    let mut claims = ClaimsRequest::default();
    if let Some(level) = wanted.level {
        let spec = ClaimSpec {
            essential: true,
            values: vec![Value::from(level)],
            ..ClaimSpec::default()
        };
        claims.id_token.insert("acr".to_owned(), spec);
    }
    let named = in_parameters(&page.request, Params::from_pairs::<&str, &str>([]));
    Ok(AuthorizationRequest {
        client_id: client.id.to_string(),
        redirect_uri: wanted.consumer,
        redirect_uri_given: true,
        response_mode: ResponseMode::FormPost,
        scope: client.scopes.clone(),
        state: None,
        nonce: None,
        prompt: PromptSet::parse(wanted.prompt)?,
        max_age: wanted.max_age,
        login_hint: None,
        id_token_hint: None,
        ui_locales: Vec::new(),
        acr_values: Vec::new(),
        claims,
        resource: Vec::new(),
        organization: organization(&named)?,
        authorization_details: AuthorizationDetails::default(),
        code_challenge: None,
        dpop_jkt: None,
        former_issuer: None,
        foreign: Some(ForeignRequest {
            protocol: PROTOCOL.to_owned(),
            payload: json!(payload),
        }),
    })
}
