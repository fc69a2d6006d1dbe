//! The access log: one line per request, never with the query or a token.

use std::borrow::Cow;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpRequest, web};
use doorward_access::guard::{DenialContext, GuardError};
use doorward_access::rbac::Reason;
use doorward_access::{Credential, Principal};
use doorward_http_common::header::only;
use doorward_http_common::rejection_log::{self, LoggedRequest, Rejected};
use doorward_http_common::request_id::{self, X_REQUEST_ID};
use doorward_telemetry::request_metrics::ResponseLabels;
use doorward_telemetry::statements::counting;

use crate::address::{self, Origin};
use crate::state::State;

/// Maximum length of a logged path in characters.
const MAX_PATH: usize = 256;
/// Maximum length of a logged method in characters.
const MAX_METHOD: usize = 16;

/// The authenticated caller of a request, an extension of it.
#[derive(Debug, Clone, Default)]
struct Identity {
    /// `sub` of the user; `None` for a client that acts for itself.
    user: Option<String>,
    client: Option<String>,
    /// Start of the API key, as shown to its owner.
    key: Option<String>,
}

impl Identity {
    fn from_principal(principal: &Principal) -> Self {
        let user = (!principal.is_service()).then(|| principal.subject.clone());
        let (client, key) = match &principal.credential {
            Credential::ApiKey { id } => (None, Some(id.clone())),
            Credential::SignedToken | Credential::ReferenceToken => {
                (Some(principal.client_id.clone()), None)
            }
        };
        Self { user, client, key }
    }
}

pub(crate) fn record_caller(request: &HttpRequest, principal: &Principal) {
    let identity = Identity::from_principal(principal);
    request.extensions_mut().insert(identity);
}

/// Returns the request identifier of a service at the `AuthZEN` endpoints, which the response repeats
/// whatever it is (section 10.1.3).
fn asked_id(request: &ServiceRequest) -> Option<HeaderValue> {
    let id = only(request.headers(), X_REQUEST_ID).ok().flatten();
    id.filter(|_| request.path().starts_with("/access/"))
        .cloned()
}

/// Writes the line of a request after its response, counts it and ends its span (middleware around
/// every route).
pub(crate) async fn write(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let Some(state) = request.app_data::<web::Data<State>>().cloned() else {
        return next.call(request).await;
    };
    let line = Line::new(&request, &state);
    let asked_id = asked_id(&request);
    let span = state.telemetry.begin(&request, &state.clock);
    let (mut result, statements) = counting(next.call(request)).await;
    let (route, status) = match &mut result {
        Ok(response) => {
            let identity = identity(response);
            line.write(response.status(), &identity);
            line.log_rejection(response, &identity);
            if let Some(id) = asked_id.or_else(|| HeaderValue::from_str(&line.request_id).ok()) {
                response.headers_mut().insert(X_REQUEST_ID, id);
            }
            (response.request().match_pattern(), response.status())
        }
        Err(error) => {
            let response = error.as_response_error().error_response();
            line.write(response.status(), &Identity::default());
            rejection_log::log(&line.request(None), &response);
            (None, response.status())
        }
    };
    let answered = ResponseLabels {
        method: &line.method,
        route: route.as_deref(),
        status: status.as_u16(),
        took: line.started.elapsed(),
        statements,
    };
    state.telemetry.end(span, &line.request_id, &answered);
    result
}

/// Returns the ID that a trusted proxy sent, or a new one.
fn choose_id(request: &ServiceRequest, state: &State) -> String {
    let by_proxy = address::is_by_proxy(request.request());
    let sent = request.headers().get(X_REQUEST_ID).filter(|_| by_proxy);
    let sent = request_id::parse(sent).map(str::to_owned);
    sent.unwrap_or_else(|| state.ids.next(state.clock.now()).to_string())
}

/// Returns the cause of a denial by the route's guard, or of another error of the guard.
fn cause<B>(response: &ServiceResponse<B>) -> Option<Rejected> {
    let response = response.response();
    let unnamed = Rejected::from_status(response.status(), response.headers());
    if let Some(denied) = response.extensions().get::<DenialContext>() {
        let missing = denied.reasons.first().map(Reason::code);
        return Some(Rejected {
            error: missing.map_or(unnamed.error, Cow::Borrowed),
            reason: denied.detail.clone(),
            fix: String::new(),
            decision_id: Some(denied.id.to_string()),
            ..unnamed
        });
    }
    let error = response.error()?.as_error::<GuardError>()?;
    Some(Rejected {
        reason: error.to_string(),
        ..unnamed
    })
}

/// Returns the caller of a response: as recorded, or the one that the route's guard denied.
fn identity<B>(response: &ServiceResponse<B>) -> Identity {
    let recorded = response.request().extensions().get::<Identity>().cloned();
    recorded.unwrap_or_else(|| {
        let extensions = response.response().extensions();
        let denied = extensions.get::<DenialContext>();
        let principal = denied.and_then(|denied| denied.principal.as_ref());
        principal.map(Identity::from_principal).unwrap_or_default()
    })
}

struct Line {
    request_id: String,
    method: String,
    path: String,
    origin: Origin,
    started: Instant,
}

impl Line {
    fn new(request: &ServiceRequest, state: &State) -> Self {
        Self {
            request_id: choose_id(request, state),
            method: request.method().as_str().chars().take(MAX_METHOD).collect(),
            path: request.path().chars().take(MAX_PATH).collect(),
            origin: Origin::from_request(request.request()),
            started: Instant::now(),
        }
    }

    fn request<'a>(&'a self, client_id: Option<&'a str>) -> LoggedRequest<'a> {
        LoggedRequest {
            server: "tasks",
            method: &self.method,
            path: &self.path,
            client_id,
            request_id: Some(&self.request_id),
        }
    }

    /// Logs a rejection with the cause that its response names, or that of the guard.
    fn log_rejection<B>(&self, response: &ServiceResponse<B>, identity: &Identity) {
        let response_cause = response.response().extensions().get::<Rejected>().cloned();
        let cause = response_cause.or_else(|| cause(response));
        rejection_log::log_cause(
            &self.request(identity.client.as_deref()),
            response.response(),
            cause,
        );
    }

    fn write(&self, status: StatusCode, identity: &Identity) {
        let (method, path) = (&self.method, &self.path);
        let ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = status.as_u16();
        let (ip, user_agent) = (self.origin.ip.as_deref(), self.origin.user_agent.as_deref());
        let (user, client) = (identity.user.as_deref(), identity.client.as_deref());
        let (key, request_id) = (identity.key.as_deref(), &*self.request_id);
        tracing::info!(
            target: "doorward::access",
            server = "tasks", method, path, status, ms, ip, user, client, key, user_agent, request_id
        );
    }
}
