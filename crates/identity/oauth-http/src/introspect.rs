//! `POST /oauth2/introspect` (RFC 7662), with a signed response on request (RFC 9701).

use doorward_domain::model::ClientKind;
use doorward_oauth::introspect;
use doorward_protocol::introspection::{IntrospectionRequest, SIGNED_MEDIA_TYPE};

use super::endpoint::Endpoint;
use crate::prelude::*;

/// Returns the state of a token to its client or to the resource server of its audience.
pub async fn post(endpoint: &Endpoint, payload: Payload) -> Result<HttpResponse, FlowError> {
    let (form, client) = endpoint.authenticated_form(payload, &[]).await?;
    if client.kind == ClientKind::Public {
        // RFC 7662 §2.1: the endpoint requires authorization, so that it cannot be used to scan for
        // tokens.
        return Err(OAuthError::invalid_client("a public client may not introspect").into());
    }
    let request = IntrospectionRequest::parse(&form)?;
    let found =
        introspect::introspect(&endpoint.context, &client, &request, &endpoint.caller).await?;
    if endpoint.accepts(SIGNED_MEDIA_TYPE) {
        let signed = introspect::sign(&endpoint.context, &client, &found).await?;
        return Ok(Endpoint::document(SIGNED_MEDIA_TYPE, signed));
    }
    Ok(Endpoint::json(&*found))
}
