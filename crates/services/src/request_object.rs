//! Signed request objects (RFC 9101): the signed parameters replace all others.

use std::borrow::Cow;

use doorward_domain::model::Client;
use doorward_domain::rules::request_object;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::params::Params;

use crate::context::{Core, Directory, Limits};
use crate::error::FlowError;

/// The parameters of a request in any form.
#[derive(Clone, Debug)]
pub(crate) struct Opened<'a> {
    /// The parameters that apply.
    pub params: Cow<'a, Params>,
    /// True if the client has signed them.
    pub signed: bool,
}

/// Verifies the request object of a request that has one.
///
/// # Errors
/// `invalid_request_object`, or `request_not_supported` if the client has no keys to verify one.
pub(crate) async fn open<'a>(
    core: &Core,
    directory: &Directory,
    limits: &Limits,
    client: &Client,
    params: &'a Params,
) -> Result<Opened<'a>, FlowError> {
    let Some(object) = params.optional("request")? else {
        return Ok(Opened {
            params: Cow::Borrowed(params),
            signed: false,
        });
    };
    // RFC 9101 §5: one or the other.
    if params.optional("request_uri")?.is_some() {
        let both = "'request' and 'request_uri' must not come together";
        return Err(OAuthError::invalid_request(both).into());
    }
    if client.jwks.is_none() && client.jwks_uri.is_none() {
        return Err(OAuthError::new(
            ErrorCode::RequestNotSupported,
            "'request' is not supported for a client without registered keys",
        )
        .into());
    }
    let invalid = |why: String| OAuthError::new(ErrorCode::InvalidRequestObject, why);
    let claims = directory
        .client_keys
        .verify(
            directory.fetcher(core, limits),
            client,
            object,
            request_object::TYPES,
        )
        .await;
    let claims = claims.map_err(|rejection| {
        tracing::info!(client_id = %client.id, %rejection, "request object rejected");
        // Problems with fetched keys are not disclosed.
        invalid("the request object cannot be verified".to_owned())
    })?;
    let id = client.id.as_str();
    // RFC 9101 §6.3: parameters outside the object are ignored.
    let pairs = request_object::check(&claims, id, core.issuer(), core.now())
        .map_err(|error| invalid(error.to_string()))?;
    Ok(Opened {
        params: Cow::Owned(Params::from_pairs(pairs)),
        signed: true,
    })
}
