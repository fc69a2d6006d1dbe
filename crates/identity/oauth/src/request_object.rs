//! Signed request objects (RFC 9101): the signed parameters replace all others.

use std::borrow::Cow;

use doorward_protocol::ciba;
use doorward_rules::request_object::{self, Expected, RequestObjectError};

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
    let by_reference = params.optional("request_uri")?.is_some();
    let signed = signed_parameters(
        context,
        client,
        (&object, by_reference),
        request_object::check,
    );
    let signed = signed.await;
    // RFC 9101 §6.3: parameters outside the object are ignored.
    let params = signed.map_err(|why| OAuthError::new(ErrorCode::InvalidRequestObject, why))?;
    Ok(Opened {
        params: Cow::Owned(params),
        signed: true,
    })
}

/// Returns the parameters of an authentication request (CIBA Core §7.1), of a signed one those in its
/// object (§7.1.1). A client with a security profile must sign (FAPI-CIBA §5.2.2).
///
/// # Errors
/// `invalid_request` (§13 names no other error).
pub(crate) async fn open_backchannel<'a>(
    context: &Context,
    client: &Client,
    params: &'a Params,
) -> FlowResult<Cow<'a, Params>> {
    let refuse = |why: String| Err(OAuthError::invalid_request(why).into());
    if params.optional("request_uri")?.is_some() {
        return refuse("'request_uri' is not supported: send 'request'".to_owned());
    }
    let Some(object) = params.optional("request")? else {
        if client.profile.is_fapi() || client.require_signed_request_object {
            let problem = "this client must sign its authentication requests: send 'request'";
            return refuse(problem.to_owned());
        }
        return Ok(Cow::Borrowed(params));
    };
    let mut outside = ciba::PARAMETERS.iter();
    if let Some(name) = outside.find(|name| params.all(name).next().is_some()) {
        return refuse(format!("'{name}' must be in the signed request only"));
    }
    if client.jwks.is_none() && client.jwks_uri.is_none() {
        return refuse("'request' is not supported for a client without keys".to_owned());
    }
    let check = request_object::check_backchannel;
    let signed = signed_parameters(context, client, (object, false), check).await;
    Ok(Cow::Owned(signed.map_err(OAuthError::invalid_request)?))
}

/// A check of the claims of a verified request object, which returns its parameters.
type Check =
    fn(&Map<String, Value>, Expected<'_>) -> Result<Vec<(String, String)>, RequestObjectError>;

/// Verifies a request object with the keys of the client; returns its parameters, or what the client
/// must change.
async fn signed_parameters(
    context: &Context,
    client: &Client,
    (object, by_reference): (&str, bool),
    check: Check,
) -> Result<Params, String> {
    let core = &context.core;
    let reject = |problem: String| {
        tracing::info!(client_id = %client.id, problem, "request object rejected");
        problem
    };
    let keys = &context.directory.client_keys;
    let types = request_object::TYPES;
    let claims = keys.verify(context.fetcher(), client, object, types).await;
    let claims = claims.map_err(|rejection| {
        reject(rejection.to_string());
        // Problems with fetched keys are not disclosed.
        "the request object cannot be verified".to_owned()
    })?;
    if !client_profile::allows_jwt(client.profile, object) {
        return Err(reject(client_profile::alg_problem("the request object")));
    }
    let expected = Expected {
        client_id: client.id.as_str(),
        profile: client.profile,
        by_reference,
        issuer: core.issuer(),
        now: core.now(),
    };
    let pairs = check(&claims, expected).map_err(|error| reject(error.to_string()))?;
    Ok(Params::from_pairs(pairs))
}
