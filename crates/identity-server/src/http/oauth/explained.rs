//! Every 401 and 403 of the OAuth endpoints gets a decision id, in a header and in the log: the bodies
//! are those of RFC 6749 §5.2 and RFC 6750 §3.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _};
use doorward_domain::rules::grants::Rule;
use doorward_protocol::error::{ErrorCode, OAuthError};

use crate::flow::client_auth;
use crate::flow::refusal::{self, Facts, Refused};
use crate::http::api::problem::DECISION;
use crate::http::api::{Kind, decision};
use crate::http::middleware;
use crate::state::State;

/// Keeps what the wrapped endpoint refuses, as far as strangers may fill the table, and names it.
///
/// # Errors
/// Those of what it wraps.
pub(super) async fn explained<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let status = response.status();
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
        && let Some(id) = keep(&response).await
        && let Ok(id) = HeaderValue::from_str(&id)
    {
        response.headers_mut().insert(DECISION, id);
    }
    Ok(response)
}

async fn keep<B>(response: &ServiceResponse<B>) -> Option<String> {
    let request = response.request();
    let state = request.app_data::<Data<State>>()?;
    let noted = request.extensions().get::<Facts>().cloned();
    let told = response
        .response()
        .extensions()
        .get::<OAuthError>()
        .cloned();
    let mut facts = noted.unwrap_or_default();
    if let Some(told) = &told {
        explain(state, told, &mut facts).await;
    }
    let attempt = decision::attempt(request);
    let refused = Refused {
        rule: rule(told.as_ref()),
        status: response.status().as_u16(),
        attempt: &attempt,
        facts,
    };
    let id = refusal::keep(state, refused, &middleware::caller(request)).await;
    Some(id.to_string())
}

/// The rule by the name that the JSON API has for it.
fn rule(told: Option<&OAuthError>) -> &'static str {
    match told.map(|error| error.code) {
        // RFC 6750 §3.1: without any token, no error code.
        None | Some(ErrorCode::InvalidToken) => Kind::InvalidToken.word(),
        Some(ErrorCode::InvalidClient) => Kind::ClientAuthentication.word(),
        Some(ErrorCode::InsufficientScope) => Rule::NeedsScope.as_str(),
        Some(code) => code.as_str(),
    }
}

/// What the caller is not told.
async fn explain(state: &State, told: &OAuthError, facts: &mut Facts) {
    if told.code == ErrorCode::InsufficientScope {
        facts.missing = vec!["openid".to_owned()];
    }
    if facts.because.is_none() {
        let why = match (told.code, facts.client_id.as_deref()) {
            (ErrorCode::InvalidClient, Some(id)) => client_auth::why(state, id).await,
            _ => None,
        };
        let why = why.map_or_else(|| told.description.to_string(), str::to_owned);
        facts.because = Some(why);
    }
}
