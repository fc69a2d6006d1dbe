//! Signed request objects (RFC 9101): the signed parameters replace all others.

use std::borrow::Cow;

use doorward_rules::request_object::{self, Expected};

use crate::prelude::*;

#[derive(Clone, Debug)]
pub(crate) struct Opened<'a> {
    pub params: Cow<'a, Params>,
    pub signed: bool,
}

/// Verifies the request object of a request that has one, by value or by reference.
///
/// # Errors
/// `invalid_request_object`, `request_not_supported` if the client has no keys to verify one, and
/// the errors of [`RequestDocuments::get`](doorward_services::request_documents::RequestDocuments::get).
pub(crate) async fn open<'a>(
    context: &Context,
    client: &Client,
    params: &'a Params,
) -> FlowResult<Opened<'a>> {
    let core = &context.core;
    let fetcher = context.fetcher();
    let object = match (params.optional("request")?, params.optional("request_uri")?) {
        (None, None) => {
            return Ok(Opened {
                params: Cow::Borrowed(params),
                signed: false,
            });
        }
        (Some(object), None) => Arc::from(object),
        // RFC 9101 §5: one or the other.
        (Some(_), Some(_)) => {
            let both = "'request' and 'request_uri' must not come together";
            return Err(OAuthError::invalid_request(both).into());
        }
        (None, Some(request_uri)) => {
            let documents = &context.directory.request_documents;
            documents.get(fetcher, client, request_uri).await?
        }
    };
    if client.jwks.is_none() && client.jwks_uri.is_none() {
        return Err(OAuthError::new(
            ErrorCode::RequestNotSupported,
            "'request' is not supported for a client without registered keys",
        )
        .into());
    }
    let types = request_object::TYPES;
    let keys = &context.directory.client_keys;
    let claims = keys.verify(fetcher, client, &object, types).await;
    let claims = claims.map_err(|rejection| {
        tracing::info!(client_id = %client.id, %rejection, "request object rejected");
        // Problems with fetched keys are not disclosed.
        invalid("the request object cannot be verified".to_owned())
    })?;
    let expected = Expected {
        client_id: client.id.as_str(),
        profile: client.profile,
        by_reference: params.optional("request_uri")?.is_some(),
        issuer: core.issuer(),
        now: core.now(),
    };
    // RFC 9101 §6.3: parameters outside the object are ignored.
    let pairs = if client_profile::allows_jwt(client.profile, &object) {
        request_object::check(&claims, expected).map_err(|error| error.to_string())
    } else {
        Err(client_profile::alg_problem("the request object"))
    };
    let pairs = pairs.map_err(|problem| {
        // The text says what the client must change.
        tracing::info!(client_id = %client.id, problem, "request object rejected");
        invalid(problem)
    })?;
    Ok(Opened {
        params: Cow::Owned(Params::from_pairs(pairs)),
        signed: true,
    })
}

fn invalid(why: String) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequestObject, why)
}
