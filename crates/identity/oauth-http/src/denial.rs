//! Records every rejected OAuth request with a decision ID, which is sent in a header, because RFC
//! 6749 §5.2 and RFC 6750 §3 define the bodies.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderValue;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _};
use doorward_domain::model::UserId;
use doorward_http_common::rejection_log::{ProtocolStep, Rejected};
use doorward_rules::delegation::DelegationRule;
use doorward_rules::rejection::Rejection;
use doorward_services::attempts::EndedAttempt;
use doorward_services::context::Context;
use doorward_services::denial_log::{DenialDetails, DeniedRequest};
use doorward_web::api::problem::DECISION;
use doorward_web::api::{Kind, denial};
use doorward_web::request::received_request;

use crate::prelude::*;

/// Records rejections, within the limits for anonymous requests. Any page may reject an
/// authorization request, with a redirect to the client.
pub async fn explained<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let Some(denial) = Denial::of(&response) else {
        if is_step(&response) {
            response
                .response_mut()
                .extensions_mut()
                .insert(ProtocolStep);
        }
        return Ok(response);
    };
    // Boxed, because most requests are not rejected, and every request moves this future.
    if let Some(rejected) = Box::pin(record(response.request(), denial)).await {
        let id = rejected.decision_id.as_deref();
        if let Some(id) = id.and_then(|id| HeaderValue::from_str(id).ok()) {
            response.headers_mut().insert(DECISION, id);
        }
        rejected.attach(response.response_mut());
    }
    Ok(response)
}

fn is_step<B>(response: &ServiceResponse<B>) -> bool {
    let extensions = response.response().extensions();
    let error = extensions.get::<OAuthError>();
    error.is_some_and(|error| Rejection::is_step(error.code))
}

struct Denial {
    error: Option<OAuthError>,
    status: StatusCode,
}

impl Denial {
    fn of<B>(response: &ServiceResponse<B>) -> Option<Self> {
        let error = response
            .response()
            .extensions()
            .get::<OAuthError>()
            .cloned();
        let status = response.status();
        let is_refused = match &error {
            Some(error) => !Rejection::is_step(error.code),
            None => {
                matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
                    && response.request().path().starts_with("/oauth2/")
            }
        };
        is_refused.then_some(Self { error, status })
    }
}

/// Records a rejection, and returns its cause with its decision ID for the log.
async fn record(request: &HttpRequest, denial: Denial) -> Option<Rejected> {
    let received = denial.error;
    let context = &request.app_data::<Data<WebContext>>()?.context;
    let noted = request.extensions().get::<DenialDetails>().cloned();
    let mut facts = noted.unwrap_or_default();
    if let Some(received) = &received {
        explain(context, received, &mut facts).await;
    }
    let attempt = denial::attempt(request);
    let denied = DeniedRequest {
        rule: rule(received.as_ref()),
        status: denial.status.as_u16(),
        attempt: &attempt,
        details: facts,
    };
    let caller = received_request::caller(request);
    let (denials, db, now) = (
        &context.limits.denials,
        &context.core.db,
        context.core.now(),
    );
    let cause = denial::cause(denied.rule, &denied.details);
    if let Some(rejection) = &denied.details.rejection {
        let id = denials.reject(db, now, &denied, rejection, &caller).await;
        if let Some(attempt) = EndedAttempt::rejection(request.path(), rejection) {
            let details = &denied.details;
            let actor = details.actor.clone();
            let actor = actor.or_else(|| received_request::user(request));
            let user = actor.as_deref().and_then(UserId::parse);
            let mut attempt = attempt.by(user).through(details.client_id.as_deref());
            if let Some(id) = id {
                attempt = attempt.with("decision_id", id.to_string());
            }
            context.limits.attempts.record(now, attempt, &caller);
        }
        return Some(Rejected {
            decision_id: id.map(|id| id.to_string()),
            ..cause
        });
    }
    let id = denials.record(db, now, &denied, &caller).await;
    let reason = match cause.reason.as_str() {
        "" => "the request has no valid access token",
        because => because,
    };
    Some(Rejected {
        reason: reason.to_owned(),
        decision_id: Some(id.to_string()),
        ..cause
    })
}

/// Returns the rule by its name in the JSON API.
fn rule(received: Option<&OAuthError>) -> &'static str {
    match received.map(|error| error.code) {
        // RFC 6750 §3.1: without any token there is no error code.
        None | Some(ErrorCode::InvalidToken) => Kind::InvalidToken.word(),
        Some(ErrorCode::InvalidClient) => Kind::ClientAuthentication.word(),
        Some(ErrorCode::InsufficientScope) => DelegationRule::NeedsScope.as_str(),
        Some(code) => code.as_str(),
    }
}

/// Adds details that the caller does not receive.
async fn explain(context: &Context, error: &OAuthError, details: &mut DenialDetails) {
    if error.code == ErrorCode::InsufficientScope {
        details.missing = vec!["openid".to_owned()];
    }
    let mut rejection = Rejection::from_error(error);
    if rejection.reason.is_none()
        && error.code == ErrorCode::InvalidClient
        && let Some(id) = details.client_id.as_deref()
        && let Some(reason) = client_auth::failure_reason(context, id).await
    {
        rejection.reason = Some(reason);
        reason.sentence().clone_into(&mut rejection.because);
    }
    if let Some(because) = details.because.take() {
        rejection.because = because;
    }
    details.because = Some(rejection.because.clone());
    details.rejection = Some(rejection);
}
