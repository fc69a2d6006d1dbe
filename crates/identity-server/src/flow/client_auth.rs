//! Authenticates the client of a request to an endpoint for clients: token, revocation,
//! introspection.

use std::sync::Arc;

use doorward_domain::credentials::client_certificate::ClientCertificate;
use doorward_domain::model::Client;
use doorward_domain::rules::client_auth::{self, Proof, refused};
use doorward_domain::rules::{client_assertion, client_certificate};
use doorward_domain::secret::TokenHash;
use doorward_protocol::client_auth::{ClientAuthMethod, PresentedClient};
use doorward_protocol::error::OAuthError;
use doorward_store::repo;

use super::caller::Caller;
use super::replay::{self, What};
use super::{client_document, client_keys, in_write};
use crate::fault::FlowError;
use crate::state::State;

/// The methods that rest on a certificate (RFC 8705 §2).
pub const BY_CERTIFICATE: [ClientAuthMethod; 2] = [
    ClientAuthMethod::TlsClientAuth,
    ClientAuthMethod::SelfSignedTlsClientAuth,
];

/// What a request presents.
#[derive(Clone, Debug)]
pub struct Presented {
    /// The client, as far as the request itself says.
    pub client: PresentedClient,
    /// The certificate of the connection.
    pub certificate: Option<ClientCertificate>,
}

/// Whether clients can authenticate by this method as the server is configured.
pub fn serves(state: &State, method: ClientAuthMethod) -> bool {
    let mtls = &state.config.mtls;
    match method {
        ClientAuthMethod::TlsClientAuth => mtls.is_on() && mtls.client_ca.is_some(),
        ClientAuthMethod::SelfSignedTlsClientAuth => mtls.is_on(),
        _ => true,
    }
}

/// Finds and checks the client that the request presents, by exactly its registered method.
pub async fn authenticate(
    state: &State,
    presented: &Presented,
    caller: &Caller,
) -> Result<Arc<Client>, FlowError> {
    let client = client_document::known(state, &presented.client.client_id).await?;
    let proof = client_auth::check(client.as_deref(), &presented.client)?;
    let client = client.ok_or_else(refused)?;
    match proof {
        Proof::Given => {}
        Proof::Certificate => recognise(state, &client, presented.certificate.as_ref()).await?,
        Proof::Assertion(assertion) => prove(state, &client, assertion, caller).await?,
    }
    Ok(client)
}

/// Why this client cannot authenticate at all, for who may know; none where it could.
pub async fn why(state: &State, id: &str) -> Option<&'static str> {
    match state.client(id).await {
        Ok(None) => Some("there is no such client"),
        Ok(Some(client)) if !client.is_active() => Some("the client is switched off"),
        Ok(Some(_)) | Err(_) => None,
    }
}

/// Whether the certificate is the client's (RFC 8705 §2.1 and §2.2): every failure is `invalid_client`
/// (§2). The handshake has shown that its sender holds the key.
async fn recognise(
    state: &State,
    client: &Client,
    shown: Option<&ClientCertificate>,
) -> Result<(), FlowError> {
    let Some(shown) = shown else {
        let missing = "this client has to show its certificate";
        return Err(OAuthError::invalid_client(missing).into());
    };
    let now = state.now();
    let is_its_own = match (client.auth_method, &client.certificate_subject) {
        (ClientAuthMethod::TlsClientAuth, Some(subject)) => {
            client_certificate::names(subject, shown) && state.authorities.vouch_for(shown, now)
        }
        (ClientAuthMethod::SelfSignedTlsClientAuth, _) => {
            shown.is_current(now) && client_keys::know(state, client, shown).await
        }
        _ => false,
    };
    if is_its_own {
        return Ok(());
    }
    let thumbprint = &shown.thumbprint;
    tracing::info!(client_id = %client.id, thumbprint, "a client certificate is refused");
    Err(refused().into())
}

/// `private_key_jwt` (RFC 7523 §3, OIDC Core §9): every failure is `invalid_client` (RFC 7521
/// §4.2.1).
async fn prove(
    state: &State,
    client: &Client,
    assertion: &str,
    caller: &Caller,
) -> Result<(), FlowError> {
    let types = client_assertion::TYPES;
    let claims = match client_keys::verify(state, client, assertion, types).await {
        Ok(claims) => claims,
        Err(rejection) => {
            tracing::info!(client_id = %client.id, %rejection, "a client assertion is refused");
            return Err(refused().into());
        }
    };
    let id = client.id.as_str();
    let assertion = client_assertion::check(&claims, id, state.issuer(), state.now())
        .map_err(|flaw| OAuthError::invalid_client(flaw.to_string()))?;
    // OA-14: one statement uses it up, whatever comes at the same time.
    let name = TokenHash::of(&format!("assertion {} {id}{}", id.len(), assertion.jti));
    in_write(&state.db, async |tx| {
        if repo::used_jtis::claim(tx, &name, assertion.exp).await? {
            return Ok(());
        }
        let event = replay::by_client(state, caller, What::ClientAssertion, client);
        replay::note(tx, &name, assertion.exp, event).await?;
        let again = OAuthError::invalid_client("the client assertion has been used");
        Err(FlowError::Refused(again))
    })
    .await
}
