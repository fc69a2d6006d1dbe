//! `/oauth2/register`: dynamic client registration (RFC 7591, OIDC Registration) and its management
//! (RFC 7592).

use actix_web::HttpResponseBuilder;
use actix_web::web::Path;
use doorward_config::client_registration::Registering;
use doorward_oauth::client_registration::{create, manage};
use doorward_protocol::bearer::{Challenge, token_from_header};

use super::endpoint::Endpoint;
use crate::prelude::*;

/// Registers a client (RFC 7591 §3).
pub async fn post(endpoint: Endpoint, payload: Payload) -> HttpResponse {
    let outcome = register(&endpoint, payload).await;
    respond(&endpoint, outcome)
}

async fn register(endpoint: &Endpoint, payload: Payload) -> Result<HttpResponse, FlowError> {
    let (context, caller) = (&endpoint.context, &endpoint.caller);
    let limiter = &context.limits.rate_limiter;
    let token = bearer(endpoint)?;
    match (context.core.config.client_registration.mode, &token) {
        (Registering::Off, _) => return Err(switched_off().into()),
        // RFC 6750 §3.1: without any credentials there is no error code.
        (Registering::Token, None) => return Ok(challenged(Challenge::bearer()).finish()),
        (Registering::Open, None) => {
            let per_hour = context.core.config.client_registration.per_hour;
            if let Err(consumed) = limiter.admit_client(per_hour, caller).await {
                return Ok(Endpoint::too_many(&consumed));
            }
        }
        (_, Some(_)) => {}
    }
    let pass = match &token {
        Some(token) => {
            create::check_token(&context.core, token).await?;
            match limiter.admit_registration(token, context.core.now()).await {
                Ok(pass) => Some(pass),
                Err(consumed) => return Ok(Endpoint::too_many(&consumed)),
            }
        }
        None => None,
    };
    let body = endpoint.document_of(payload).await?;
    let created = create::register(context, token.as_deref(), &body, caller).await?;
    if let Some(pass) = pass {
        limiter.forgive_failure(&pass).await;
    }
    Ok(no_store(StatusCode::CREATED).json(created))
}

/// Returns the registration of a client (RFC 7592 §2.1).
pub async fn show(endpoint: Endpoint, id: Path<String>) -> HttpResponse {
    with_token(&endpoint, async |token| {
        let found = manage::read(&endpoint.context.core, &id, token).await?;
        Ok(Endpoint::json(&found))
    })
    .await
}

/// Replaces a registration (RFC 7592 §2.2).
pub async fn replace(endpoint: Endpoint, id: Path<String>, payload: Payload) -> HttpResponse {
    with_token(&endpoint, async |token| {
        let (context, caller) = (&endpoint.context, &endpoint.caller);
        if let Err(consumed) = context.limits.rate_limiter.admit_update_from(caller).await {
            return Ok(Endpoint::too_many(&consumed));
        }
        manage::check_token(&context.core, &id, token).await?;
        if let Err(consumed) = context.limits.rate_limiter.admit_update_of(&id).await {
            return Ok(Endpoint::too_many(&consumed));
        }
        let body = endpoint.document_of(payload).await?;
        let changed = manage::replace(context, &id, token, &body, caller).await?;
        Ok(Endpoint::json(&changed))
    })
    .await
}

/// Deletes a registration (RFC 7592 §2.3).
pub async fn remove(endpoint: Endpoint, id: Path<String>) -> HttpResponse {
    with_token(&endpoint, async |token| {
        manage::remove(&endpoint.context.core, &id, token, &endpoint.caller).await?;
        Ok(no_store(StatusCode::NO_CONTENT).finish())
    })
    .await
}

/// Runs a request with its registration access token, if registration is enabled.
async fn with_token(
    endpoint: &Endpoint,
    work: impl AsyncFnOnce(&str) -> Result<HttpResponse, FlowError>,
) -> HttpResponse {
    let outcome = if endpoint.context.core.config.client_registration.is_on() {
        match bearer(endpoint) {
            Ok(Some(token)) => work(&token).await,
            Ok(None) => Ok(challenged(Challenge::bearer()).finish()),
            Err(error) => Err(error.into()),
        }
    } else {
        Err(switched_off().into())
    };
    respond(endpoint, outcome)
}

fn bearer(endpoint: &Endpoint) -> Result<Option<String>, OAuthError> {
    let Some(header) = endpoint.authorization()? else {
        return Ok(None);
    };
    match token_from_header(header) {
        Ok(token) => Ok(Some(token.to_owned())),
        Err(problem) => Err(OAuthError::invalid_request(problem.to_string())),
    }
}

fn switched_off() -> OAuthError {
    let off = "dynamic client registration is disabled";
    OAuthError::new(ErrorCode::AccessDenied, off)
}

fn challenged(challenge: Challenge) -> HttpResponseBuilder {
    let mut builder = no_store(StatusCode::UNAUTHORIZED);
    let challenge = challenge.realm("doorward").to_string();
    builder.insert_header((WWW_AUTHENTICATE, challenge));
    builder
}

/// Returns the response: RFC 6750 §3.1 for token errors, RFC 7591 §3.2.2 for all others.
fn respond(endpoint: &Endpoint, outcome: Result<HttpResponse, FlowError>) -> HttpResponse {
    let (error, mut builder) = match outcome {
        Err(FlowError::Rejected(error)) if error.code == ErrorCode::InvalidToken => {
            let challenge = Challenge::bearer().error(error.code, &error.description);
            let builder = challenged(challenge);
            (error, builder)
        }
        Err(FlowError::Rejected(error)) if error.code == ErrorCode::AccessDenied => {
            (error, no_store(StatusCode::FORBIDDEN))
        }
        other => return endpoint.finish(other),
    };
    let mut response = builder.json(&error);
    response.extensions_mut().insert(error);
    response
}
