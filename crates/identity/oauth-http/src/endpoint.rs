//! Functions shared by the protocol's JSON endpoints: reading requests and building RFC responses.

use std::future::{Ready, ready};

use actix_web::http::header::{AUTHORIZATION, Accept, HeaderValue, Quality, RETRY_AFTER};
use actix_web::{FromRequest, HttpMessage as _};
use doorward_domain::model::{Client, ClientId};
use doorward_oauth::client_auth::Presented;
use doorward_oauth::dpop::{self, PresentedToken, SenderProof};
use doorward_protocol::bearer::{BearerError, Challenge};
use doorward_protocol::client_auth::PresentedClient;
use doorward_protocol::token::TokenRequest;
use doorward_rules::sender_constraint::ProvenKeys;
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_services::denial_log::DenialDetails;
use doorward_services::limits::LimitStatus;
use doorward_web::allowance;
use doorward_web::body::{self, BodyError};
use doorward_web::certificate;
use doorward_web::cors;
use doorward_web::organization;
use doorward_web::request::received_request;
use doorward_web::sender_proof;
use serde::Serialize;

use crate::prelude::*;

/// Value of `Retry-After` of a busy server, in seconds.
const RETRY_SECONDS: &str = "1";

/// Size of most JSON responses in bytes, so that writing them needs no larger buffer.
const RESPONSE_BYTES: usize = 2048;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A marker for requests with client credentials only in the body.
struct CredentialsInBody;

pub struct Endpoint {
    pub context: Arc<Context>,
    pub web: Data<WebContext>,
    pub caller: Caller,
    request: HttpRequest,
}

impl FromRequest for Endpoint {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        ready(match request.app_data::<Data<WebContext>>() {
            Some(web) => Ok(Self {
                context: Arc::clone(&web.context),
                web: web.clone(),
                caller: received_request::caller(request),
                request: request.clone(),
            }),
            None => Err(actix_web::error::ErrorInternalServerError("no state")),
        })
    }
}

impl Endpoint {
    /// Reads the form of the request. Parameters in the URL are rejected, because they end up in
    /// logs (RFC 6749 §2.3.1 and §3.2).
    pub async fn form(&self, payload: Payload) -> Result<Params, FlowError> {
        if !self.request.query_string().is_empty() {
            return Err(OAuthError::invalid_request(
                "parameters must be in the body, not in the URL",
            )
            .into());
        }
        body::form(&self.request, payload)
            .await
            .map_err(|problem| FlowError::Rejected(problem.into()))
    }

    pub async fn document_of(&self, payload: Payload) -> Result<Vec<u8>, FlowError> {
        let body = body::json(&self.request, payload).await;
        Ok(body.map_err(|problem| match problem {
            BodyError::MediaType => {
                OAuthError::invalid_request("the body must be application/json")
            }
            other => other.into(),
        })?)
    }

    /// Returns the `Authorization` header, which must occur at most once.
    pub fn authorization(&self) -> Result<Option<&str>, OAuthError> {
        let mut headers = self.request.headers().get_all(AUTHORIZATION);
        match (headers.next(), headers.next()) {
            (None, _) => Ok(None),
            (Some(item), None) => item
                .to_str()
                .map(Some)
                .map_err(|_| OAuthError::invalid_request("the Authorization header is malformed")),
            _ => Err(OAuthError::invalid_request(
                "more than one Authorization header",
            )),
        }
    }

    /// Returns the proofs of possession of the request (RFC 9449 §4).
    pub fn sent(&self) -> SenderProof {
        sender_proof::sent(&self.context.core, &self.request)
    }

    /// Returns the keys that the sender of the request has proved: see [`dpop::proved`].
    pub fn proved(&self, certificate: Option<String>) -> Result<ProvenKeys, FlowError> {
        if self.request.headers().contains_key(sender_proof::DPOP) {
            return dpop::proved(&self.context, &self.sent(), certificate);
        }
        Ok(ProvenKeys {
            certificate,
            ..ProvenKeys::default()
        })
    }

    /// Returns the access token of the `Authorization` header with its proof of possession.
    pub fn presented_token(&self, header: &str) -> Result<PresentedToken, BearerError> {
        sender_proof::presented_token(&self.context.core, &self.request, header)
    }

    /// Returns the client credentials of the request (RFC 6749 §2.3), with the certificate of its
    /// connection (RFC 8705 §2).
    pub fn presented_client(&self, form: &Params) -> Result<Presented<'_>, OAuthError> {
        let authorization = self.authorization()?;
        let in_body = ["client_secret", "client_assertion", "client_assertion_type"];
        if authorization.is_none() && form.iter().any(|(name, _)| in_body.contains(&name)) {
            self.request.extensions_mut().insert(CredentialsInBody);
        }
        let client = PresentedClient::from_request(authorization, form)?;
        let certificate = certificate::from_request(&self.context.core, &self.request)
            .map_err(|error| OAuthError::invalid_request(error.to_string()))?;
        self.store_details(DenialDetails {
            client_id: ClientId::parse(&client.client_id).map(String::from),
            ..DenialDetails::default()
        });
        Ok(Presented {
            client,
            certificate,
            path: self.request.path(),
        })
    }

    /// Reads the form, in which only the parameters `repeatable` may be repeated, and authenticates
    /// its client.
    pub async fn authenticated_form(
        &self,
        payload: Payload,
        repeatable: &[&str],
    ) -> Result<(Params, Arc<Client>), FlowError> {
        let form = self.form(payload).await?;
        form.reject_duplicates(repeatable)?;
        let presented = self.presented_client(&form)?;
        let client = self.authenticate(&presented).await?;
        Ok((form, client))
    }

    pub async fn authenticate(&self, presented: &Presented<'_>) -> Result<Arc<Client>, FlowError> {
        client_auth::authenticate(&self.context, presented, &self.caller).await
    }

    /// Stores the caller's details for a later denial.
    pub fn store_details(&self, details: DenialDetails) {
        self.request.extensions_mut().insert(details);
    }

    /// Returns the request with the organization that its parameter, `X-Tenant-ID` and the host
    /// agree on. Only the client credentials grant selects an organization here: other requests
    /// have a grant, which names one permanently (decision 28), and are sent to the issuer itself.
    pub fn with_agreed_organization(
        &self,
        request: TokenRequest,
    ) -> Result<TokenRequest, OAuthError> {
        match request {
            TokenRequest::ClientCredentials {
                scope,
                organization,
                resource,
            } => Ok(TokenRequest::ClientCredentials {
                scope,
                organization: self.organization(organization)?,
                resource,
            }),
            _ if received_request::tenant(&self.request).is_some() => Err(
                OAuthError::invalid_request("send this grant to the token endpoint of the issuer"),
            ),
            other => Ok(other),
        }
    }

    /// Returns the parameters of an authorization request with its organization.
    pub fn with_organization(&self, form: Params) -> Params {
        organization::in_parameters(&self.request, form)
    }

    /// Returns the organization that the parameter, `X-Tenant-ID` and the host agree on.
    pub fn organization(&self, parameter: Option<String>) -> Result<Option<String>, OAuthError> {
        Ok(organization::named(&self.request, parameter)?)
    }

    /// Records the client of the request, whose registered origins may read the response.
    pub fn speaks_for(&self, client: &Client) {
        cors::speaks_for(&self.request, client);
    }

    pub fn query(&self) -> Result<Params, OAuthError> {
        Params::parse(self.request.query_string().as_bytes())
    }

    /// Returns a header of the request, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name)?.to_str().ok()
    }

    /// Returns a parameter of the path.
    pub fn path_value(&self, name: &str) -> &str {
        self.request.match_info().query(name)
    }

    pub fn has_query_parameter(&self, name: &str) -> bool {
        self.query()
            .is_ok_and(|params| params.iter().any(|(given, _)| given == name))
    }

    /// Returns a JSON response that must not be stored (RFC 6749 §5.1).
    pub fn json(body: &impl Serialize) -> HttpResponse {
        let mut response = no_store(StatusCode::OK);
        let mut text = Vec::with_capacity(RESPONSE_BYTES);
        match serde_json::to_writer(&mut text, body) {
            Ok(()) => response.content_type(JSON).body(text),
            // Fails again, and responds with the error.
            Err(_) => response.json(body),
        }
    }

    /// Returns true if `Accept` names this media type: see [`accepts`].
    pub fn accepts(&self, media_type: &str) -> bool {
        accepts(&self.request, media_type)
    }

    /// Returns a response of another media type that must not be stored.
    pub fn document(media_type: &'static str, body: String) -> HttpResponse {
        no_store(StatusCode::OK).content_type(media_type).body(body)
    }

    /// Returns the response to a rate-limited request (RFC 6585 §4).
    pub fn too_many(consumed: &LimitStatus) -> HttpResponse {
        let problem = consumed.limit.rejection();
        let error = OAuthError::new(ErrorCode::TemporarilyUnavailable, problem);
        let mut response = no_store(StatusCode::TOO_MANY_REQUESTS).json(&error);
        allowance::from_status(consumed).insert(response.headers_mut());
        response.extensions_mut().insert(error);
        response
    }

    pub fn finish(&self, outcome: Result<HttpResponse, FlowError>) -> HttpResponse {
        match outcome {
            Ok(response) => response,
            Err(FlowError::Rejected(error)) => {
                let mut response = error_response(&error);
                // RFC 6749 §5.2: the challenge is for clients that used the header or no
                // credentials.
                if self.request.extensions().contains::<CredentialsInBody>() {
                    response.headers_mut().remove(WWW_AUTHENTICATE);
                }
                response
            }
            Err(FlowError::Server(error)) => server_error(&self.request, &error),
        }
    }

    /// Converts the outcome of an endpoint with proofs of possession and adds the nonce of the next
    /// proof, if one is required (RFC 9449 §8 and §8.2).
    pub fn respond_with_nonce(&self, outcome: Result<HttpResponse, FlowError>) -> HttpResponse {
        let mut response = self.finish(outcome);
        let nonce = dpop::nonce(&self.context);
        if let Some(nonce) = nonce.and_then(|nonce| HeaderValue::from_str(&nonce).ok()) {
            response
                .headers_mut()
                .insert(sender_proof::DPOP_NONCE, nonce);
        }
        response
    }
}

/// Returns true if `Accept` names this media type explicitly; wildcards do not count.
pub(super) fn accepts(request: &HttpRequest, media_type: &str) -> bool {
    let accept = request.get_header::<Accept>();
    accept.is_some_and(|accept| {
        accept
            .iter()
            .any(|accept| accept.item.essence_str() == media_type && accept.quality > Quality::ZERO)
    })
}

/// Logs a server error and returns a response without its cause.
pub(super) fn server_error(request: &HttpRequest, fault: &ServerError) -> HttpResponse {
    let request_id = received_request::request_id(request);
    tracing::error!(%request_id, %fault, "fault");
    let error = match fault {
        ServerError::Unavailable(_) => OAuthError::new(
            ErrorCode::TemporarilyUnavailable,
            "the server is busy, try again shortly",
        ),
        ServerError::Internal(_) => {
            OAuthError::new(ErrorCode::ServerError, "internal server error")
        }
    };
    error_response(&error)
}

/// Returns an error response (RFC 6749 §5.2).
pub fn error_response(error: &OAuthError) -> HttpResponse {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut builder = no_store(status);
    match error.code {
        // RFC 6749 §5.2: a 401 names a supported scheme.
        ErrorCode::InvalidClient => {
            let challenge = Challenge::basic().realm("doorward").to_string();
            builder.insert_header((WWW_AUTHENTICATE, challenge));
        }
        ErrorCode::TemporarilyUnavailable => {
            builder.insert_header((RETRY_AFTER, RETRY_SECONDS));
        }
        _ => {}
    }
    let mut response = builder.json(error);
    response.extensions_mut().insert(error.clone());
    response
}
