//! `POST /login/signals/{provider}`: signals of an identity provider about its users, pushed by its transmitter
//! (RFC 8935). They end the sessions that came from there.

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Path, Payload, ServiceConfig, post, resource};
use actix_web::{HttpRequest, HttpResponse};
use doorward_access::signals::SetCode;
use doorward_accounts::federation::provider_logout::{self, LogoutRejection};
use doorward_domain::model::{ProviderCause, ProviderId, Unaccepted};
use doorward_http_common::body;
use doorward_services::error::FlowError;
use doorward_web::api::problem::{Kind, Problem};
use doorward_web::api::request::ApiRequest;
use doorward_web::oauth_response::method_not_allowed;
use serde_json::json;

use crate::endpoint::body_of;

/// The media type of a pushed token (RFC 8935 §2.1).
const TOKEN: &str = "application/secevent+jwt";

pub fn configure(config: &mut ServiceConfig) {
    config.service(
        resource("/login/signals/{provider}")
            .route(post().to(receive))
            .default_service(method_not_allowed("POST")),
    );
}

async fn receive(
    call: ApiRequest,
    request: HttpRequest,
    id: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    if !body::has_accepted_type(&request, &[TOKEN]) {
        let detail = "Send one token as application/secevent+jwt.";
        return Err(Problem::new(Kind::UnsupportedMediaType, detail));
    }
    let bytes = body_of(payload).await?;
    let token = String::from_utf8_lossy(&bytes);
    let outcome = match ProviderId::parse(&id) {
        Some(id) => {
            let (context, caller) = (&call.context, &call.caller);
            provider_logout::end_by_signal(context, &id, token.trim(), caller).await
        }
        None => Err(FlowError::Rejected(LogoutRejection::NoProvider)),
    };
    match outcome {
        // RFC 8935 §2.2, also for a token that was received before.
        Ok(()) => Ok(HttpResponse::Accepted()
            .insert_header((CACHE_CONTROL, "no-store"))
            .finish()),
        Err(FlowError::Server(error)) => Err(error.into()),
        Err(FlowError::Rejected(LogoutRejection::Unavailable)) => Err(Problem::new(
            Kind::Unavailable,
            "The keys of the provider cannot be read now.",
        )),
        Err(FlowError::Rejected(rejection)) => Ok(refused(&rejection)),
    }
}

/// Returns the error (RFC 8935 §2.3 and §2.4).
fn refused(rejection: &LogoutRejection) -> HttpResponse {
    let invalid = SetCode::InvalidRequest.as_str();
    let (err, description) = match rejection {
        LogoutRejection::Token(error) => (code(error).as_str(), error.detail.as_str()),
        LogoutRejection::NoSignals => (
            "access_denied",
            "signals of this provider are not accepted here",
        ),
        LogoutRejection::NoProvider => (invalid, "there is no such provider"),
        // Sign-outs only.
        LogoutRejection::Unavailable | LogoutRejection::Replayed | LogoutRejection::OtherIssuer => {
            (invalid, "the token is not accepted")
        }
    };
    HttpResponse::build(StatusCode::BAD_REQUEST)
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "err": err, "description": description }))
}

const fn code(error: &Unaccepted) -> SetCode {
    match error.cause {
        ProviderCause::Signature => SetCode::InvalidKey,
        ProviderCause::Issuer => SetCode::InvalidIssuer,
        ProviderCause::Audience => SetCode::InvalidAudience,
        _ => SetCode::InvalidRequest,
    }
}
