//! `GET|POST /oauth2/userinfo` (OIDC Core §5.3).

use actix_web::http::header::{CACHE_CONTROL, CONTENT_LENGTH, HeaderName, HeaderValue};
use doorward_oauth::dpop::PresentedToken;
use doorward_oauth::userinfo;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::TokenType;
use doorward_rules::client_profile::{self, INTERACTION_ID};
use doorward_web::api::denial;
use doorward_web::body;
use doorward_web::sender_proof;

use super::endpoint::Endpoint;
use crate::prelude::*;

/// The media type of a signed response (OIDC Core §5.3.2).
const JWT: &str = "application/jwt";

/// Handles an access token in the header (RFC 6750 §2.1, RFC 9449 §7.1).
pub async fn get(endpoint: Endpoint) -> HttpResponse {
    let outcome = match header_token(&endpoint) {
        Ok(token) => claims(&endpoint, token).await,
        Err(error) => Err(error),
    };
    respond(&endpoint, outcome)
}

/// Handles an access token in the header or in a form (RFC 6750 §2.2), but not in both.
pub async fn post(
    endpoint: Endpoint,
    payload: Payload,
    request: actix_web::HttpRequest,
) -> HttpResponse {
    let outcome = async {
        let in_header = header_token(&endpoint)?;
        let in_body = if body::is_form(&request) || (in_header.is_none() && has_length(&request)) {
            let form = endpoint.form(payload).await?;
            form.optional("access_token")?.map(|token| PresentedToken {
                token: token.to_owned(),
                scheme: TokenType::Bearer,
                sent: endpoint.sent(),
            })
        } else {
            None
        };
        match (in_header, in_body) {
            (Some(_), Some(_)) => Err(OAuthError::invalid_request(
                "the access token was sent in more than one way",
            )
            .into()),
            (header, body) => claims(&endpoint, header.or(body)).await,
        }
    };
    let outcome = outcome.await;
    respond(&endpoint, outcome)
}

/// Returns true if a body of any type was announced; one that is not a form is then rejected.
fn has_length(request: &actix_web::HttpRequest) -> bool {
    let length = request.headers().get(CONTENT_LENGTH);
    length.is_some_and(|length| length.as_bytes() != b"0")
}

fn header_token(endpoint: &Endpoint) -> Result<Option<PresentedToken>, FlowError> {
    if endpoint.has_query_parameter("access_token") {
        // OAuth 2.1 §5.1.3: never in the URL.
        return Err(OAuthError::invalid_request("the access token may not be in the URL").into());
    }
    let Some(header) = endpoint.authorization()? else {
        return Ok(None);
    };
    match endpoint.presented_token(header) {
        Ok(presented) => Ok(Some(presented)),
        Err(problem) => Err(OAuthError::invalid_request(problem.to_string()).into()),
    }
}

async fn claims(
    endpoint: &Endpoint,
    presented: Option<PresentedToken>,
) -> Result<HttpResponse, FlowError> {
    let Some(presented) = presented else {
        // RFC 6750 §3.1: without any credentials there is no error code. RFC 9449 §7.2: both
        // schemes are offered.
        let mut response = HttpResponse::Unauthorized();
        for scheme in [TokenType::Bearer, TokenType::Dpop] {
            let challenge = sender_proof::challenge(scheme).to_string();
            response.append_header((WWW_AUTHENTICATE, challenge));
        }
        return Ok(response.insert_header((CACHE_CONTROL, "no-store")).finish());
    };
    let released = match userinfo::claims_of(&endpoint.context, &presented).await {
        Ok(released) => released,
        Err(FlowError::Server(error)) => return Err(error.into()),
        Err(FlowError::Rejected(withheld)) => {
            let sender = withheld.problem.sender.as_ref();
            let scheme = sender.map_or(presented.scheme, |unproved| unproved.scheme);
            endpoint.store_details(denial::details(withheld.problem));
            return Ok(challenge(&withheld.error, scheme));
        }
    };
    let context = &endpoint.context;
    let client = context.client(&released.client_id).await?;
    let Some(client) = client else {
        return Ok(Endpoint::json(&released.claims));
    };
    endpoint.speaks_for(&client);
    // OIDC Core §5.3.2: signed if the client is registered for that.
    let mut response = match client_profile::userinfo_alg(&client) {
        None => Endpoint::json(&released.claims),
        Some(alg) => {
            let signed = userinfo::sign(context, alg, released).await?;
            Endpoint::document(JWT, signed)
        }
    };
    let sent = endpoint.header(INTERACTION_ID);
    let id = client_profile::interaction_id(&client, sent, &endpoint.caller.request_id);
    if let Some(Ok(id)) = id.map(HeaderValue::from_str) {
        let name = HeaderName::from_static(INTERACTION_ID);
        response.headers_mut().insert(name, id);
    }
    Ok(response)
}

fn respond(endpoint: &Endpoint, outcome: Result<HttpResponse, FlowError>) -> HttpResponse {
    match outcome {
        Err(FlowError::Rejected(error)) => challenge(&error, TokenType::Bearer),
        other => endpoint.finish(other),
    }
}

/// Returns an error with a challenge (RFC 6750 §3, RFC 9449 §7.1) and a JSON body.
fn challenge(error: &OAuthError, scheme: TokenType) -> HttpResponse {
    let status = match error.code {
        // RFC 9449 §7.1: at a resource, an invalid proof is missing authentication.
        ErrorCode::InvalidDpopProof | ErrorCode::UseDpopNonce => StatusCode::UNAUTHORIZED,
        _ => StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST),
    };
    let mut challenge = sender_proof::challenge(scheme).error(error.code, &error.description);
    if error.code == ErrorCode::InsufficientScope {
        challenge = challenge.scope(&Scope::from_iter(["openid"]));
    }
    let mut response = HttpResponse::build(status)
        .insert_header((WWW_AUTHENTICATE, challenge.to_string()))
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(error);
    response.extensions_mut().insert(error.clone());
    response
}
