//! What the JSON endpoints of the protocol share: reading a request, answering as the RFCs say.

use std::future::{Ready, ready};

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ALLOW, AUTHORIZATION, CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::web::{Data, Payload};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, Route};
use doorward_domain::model::Client;
use doorward_protocol::bearer::Challenge;
use doorward_protocol::client_auth::PresentedClient;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::params::Params;
use serde::Serialize;

use crate::fault::{Fault, FlowError};
use crate::flow::caller::Caller;
use crate::http::body::{self, BodyProblem};
use crate::http::middleware;
use crate::state::State;

/// Seconds after which a busy server may be asked again.
const RETRY_SECONDS: &str = "1";

/// A request to a JSON endpoint of the protocol.
pub struct Endpoint {
    /// What every request shares.
    pub state: Data<State>,
    /// The remote end.
    pub caller: Caller,
    request: HttpRequest,
}

impl FromRequest for Endpoint {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        ready(match request.app_data::<Data<State>>() {
            Some(state) => Ok(Self {
                state: state.clone(),
                caller: middleware::caller(request),
                request: request.clone(),
            }),
            None => Err(actix_web::error::ErrorInternalServerError("no state")),
        })
    }
}

impl Endpoint {
    /// The form of the request. Parameters in the URL are refused: they end up in logs
    /// (OA-16, RFC 6749 §2.3.1 and §3.2).
    pub async fn form(&self, payload: Payload) -> Result<Params, FlowError> {
        if !self.request.query_string().is_empty() {
            return Err(OAuthError::invalid_request(
                "parameters belong into the body, not into the URL",
            )
            .into());
        }
        body::form(&self.request, payload)
            .await
            .map_err(|problem| FlowError::Refused(problem.into()))
    }

    /// The `Authorization` header, where there is exactly one.
    pub fn authorization(&self) -> Result<Option<&str>, OAuthError> {
        let mut headers = self.request.headers().get_all(AUTHORIZATION);
        match (headers.next(), headers.next()) {
            (None, _) => Ok(None),
            (Some(one), None) => one
                .to_str()
                .map(Some)
                .map_err(|_| OAuthError::invalid_request("the Authorization header is malformed")),
            _ => Err(OAuthError::invalid_request(
                "more than one Authorization header",
            )),
        }
    }

    /// The client that the request presents (RFC 6749 §2.3).
    pub fn presented_client(&self, form: &Params) -> Result<PresentedClient, OAuthError> {
        PresentedClient::from_request(self.authorization()?, form)
    }

    /// Notes for which client the request speaks: its own origins may read the answer.
    pub fn speaks_for(&self, client: &Client) {
        middleware::speaks_for(&self.request, client);
    }

    /// The parameters in the URL, for the endpoint that takes none there.
    pub fn has_query_parameter(&self, name: &str) -> bool {
        Params::parse(self.request.query_string().as_bytes())
            .is_ok_and(|params| params.iter().any(|(given, _)| given == name))
    }

    /// A JSON answer that nobody may keep (RFC 6749 §5.1).
    pub fn json(&self, body: &impl Serialize) -> HttpResponse {
        no_store(StatusCode::OK).json(body)
    }

    /// Turns a handler's outcome into an answer.
    pub fn answer(&self, outcome: Result<HttpResponse, FlowError>) -> HttpResponse {
        match outcome {
            Ok(response) => response,
            Err(FlowError::Refused(error)) => refusal(&error),
            Err(FlowError::Fault(fault)) => self.fault(&fault),
        }
    }

    /// A fault, without its cause.
    pub fn fault(&self, fault: &Fault) -> HttpResponse {
        tracing::error!(request_id = %self.caller.request_id, %fault, "fault");
        let error = match fault {
            Fault::Unavailable(_) => OAuthError::new(
                ErrorCode::TemporarilyUnavailable,
                "the server is busy, try again shortly",
            ),
            Fault::Internal(_) => {
                OAuthError::new(ErrorCode::ServerError, "an error that is not yours")
            }
        };
        refusal(&error)
    }
}

impl From<BodyProblem> for OAuthError {
    fn from(problem: BodyProblem) -> Self {
        match problem {
            BodyProblem::MediaType => {
                Self::invalid_request("the body has to be application/x-www-form-urlencoded")
            }
            BodyProblem::TooLarge => Self::invalid_request("the body is too large"),
            BodyProblem::Broken => Self::invalid_request("the body ended too soon"),
            BodyProblem::Malformed(error) => error,
        }
    }
}

/// An error as RFC 6749 §5.2 wants it.
pub fn refusal(error: &OAuthError) -> HttpResponse {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut builder = no_store(status);
    match error.code {
        // RFC 6749 §5.2: a 401 names the scheme that would do.
        ErrorCode::InvalidClient => {
            let challenge = Challenge::basic().realm("doorward").to_string();
            builder.insert_header((WWW_AUTHENTICATE, challenge));
        }
        ErrorCode::TemporarilyUnavailable => {
            builder.insert_header((RETRY_AFTER, RETRY_SECONDS));
        }
        _ => {}
    }
    builder.json(error)
}

fn no_store(status: StatusCode) -> HttpResponseBuilder {
    let mut builder = HttpResponse::build(status);
    builder
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"));
    builder
}

/// A route that answers every other method.
pub fn method_not_allowed(allowed: &'static str) -> Route {
    actix_web::web::to(move || async move {
        let error = OAuthError::invalid_request("the endpoint does not have this method");
        no_store(StatusCode::METHOD_NOT_ALLOWED)
            .insert_header((ALLOW, allowed))
            .json(error)
    })
}
