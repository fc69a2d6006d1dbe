//! Client authentication at the token, revocation and introspection endpoints.

use std::iter;

use doorward_domain::credentials::client_certificate::ClientCertificate;
use doorward_domain::credentials::foreign_hash::ForeignHash;
use doorward_domain::model::AssertionAudience;
use doorward_domain::secret::Secret;
use doorward_protocol::client_auth::{ClientAuthMethod, PresentedClient};
use doorward_protocol::error::Cause;
use doorward_rules::client_auth::{self, ClientAuthOutcome, uniform_error};
use doorward_rules::{client_assertion, client_certificate};
use doorward_services::transaction::in_recording_transaction;

use super::client_document;
use super::replay::{self, ReplayedProof};
use crate::prelude::*;

/// The authentication methods with a certificate (RFC 8705 §2).
pub const BY_CERTIFICATE: [ClientAuthMethod; 2] = [
    ClientAuthMethod::TlsClientAuth,
    ClientAuthMethod::SelfSignedTlsClientAuth,
];

#[derive(Clone, Debug)]
pub struct Presented<'a> {
    /// The client id and credentials in the request itself.
    pub client: PresentedClient,
    pub certificate: Option<ClientCertificate>,
    pub path: &'a str,
}

/// Returns true if the server's configuration allows this authentication method.
pub fn serves(core: &Core, method: ClientAuthMethod) -> bool {
    let mtls = &core.config.mtls;
    match method {
        ClientAuthMethod::TlsClientAuth => mtls.is_on() && mtls.client_ca.is_some(),
        ClientAuthMethod::SelfSignedTlsClientAuth => mtls.is_on(),
        _ => true,
    }
}

/// Authenticates the client of a request by a method that it is registered for.
#[boxed(?Send)]
pub async fn authenticate(
    context: &Context,
    presented: &Presented<'_>,
    caller: &Caller,
) -> FlowResult<Arc<Client>> {
    let core = &context.core;
    let client = client_document::known(context, &presented.client.client_id).await?;
    let proof = client_auth::check(client.as_deref(), &presented.client, core.now())
        .map_err(client_auth::Rejection::to_error)?;
    let client = client.ok_or_else(uniform_error)?;
    // Boxed, because most clients send a secret and would only copy large futures.
    match proof {
        ClientAuthOutcome::Given => {}
        ClientAuthOutcome::Secret(used) => {
            let uses = &context.directory.secret_uses;
            uses.record(&client.id, used, caller.ip, core.now());
        }
        ClientAuthOutcome::ForeignSecret(secret) => {
            return Box::pin(check_foreign_secret(context, &client, secret, caller)).await;
        }
        ClientAuthOutcome::Certificate => {
            let certificate = presented.certificate.as_ref();
            Box::pin(recognise(context, &client, certificate)).await?;
        }
        ClientAuthOutcome::Assertion(assertion) => {
            let audiences = audiences(core, &client, presented.path);
            Box::pin(prove(context, &client, assertion, &audiences, caller)).await?;
        }
    }
    Ok(client)
}

/// Checks the secret with the client's imported hash, and keeps its SHA-256 after the first success.
/// The check is slow, so it is counted beforehand, by client and address.
#[boxed(?Send)]
pub async fn check_foreign_secret(
    context: &Context,
    client: &Client,
    secret: &str,
    caller: &Caller,
) -> FlowResult<Arc<Client>> {
    let (core, directory) = (&context.core, &context.directory);
    let wrong = || FlowError::Rejected(uniform_error().because(Reason::Secret));
    let admitted = context.limits.rate_limiter.admit_secret(client, caller);
    if admitted.await.is_err() {
        let many = "too many attempts with an imported client secret".to_owned();
        return Err(ServerError::Unavailable(many).into());
    }
    let stored = client.foreign_secret.as_deref().unwrap_or_default();
    let Ok(hash) = ForeignHash::from_stored(stored) else {
        tracing::error!(client_id = %client.id, "stored secret hash cannot be used");
        return Err(wrong());
    };
    let hashing = &context.accounts.hashing;
    if !hashing.verify_foreign(hash, Secret::from(secret)).await? {
        return Err(wrong());
    }
    let known = TokenHash::digest(secret);
    let now = core.now();
    in_transaction(&core.db, async |tx| {
        repo::clients::keep_secret(tx, &client.id, stored, &known, now).await?;
        Ok::<_, FlowError>(())
    })
    .await?;
    // Read again: a concurrent request may have kept the same secret, or an administrator may have
    // replaced it.
    let present = repo::clients::find(core.db.read(), &client.id).await?;
    let present = present.filter(|one| one.secret_hash.as_ref() == Some(&known) && one.is_active());
    let present = directory.served(core, present.ok_or_else(wrong)?);
    directory.remember_client(Arc::clone(&present)).await;
    directory
        .secret_uses
        .record(&present.id, known, caller.ip, now);
    Ok(present)
}

/// Returns the audiences that an assertion of this client may name at the endpoint with this path.
fn audiences(core: &Core, client: &Client, path: &str) -> Vec<String> {
    let default = core.config.clients.assertion_audience;
    let setting = client.assertion_audience.unwrap_or(default);
    let path = path.trim_end_matches('/');
    // CIBA Core §7.1 demands all three; what such a request begins ends at the token endpoint.
    let setting = match path {
        CIBA_PATH => AssertionAudience::IssuerOrEndpoint,
        _ => setting,
    };
    let issuer = core.issuer();
    // RFC 8705 §5: the mTLS alias is equivalent to the endpoint.
    let mtls = &core.config.mtls;
    let alias = mtls.public_url.as_deref().filter(|_| mtls.is_on());
    let named = NAMED_PATHS.into_iter().filter(|named| *named == path);
    let paths = iter::once(TOKEN_PATH).chain(named);
    let origins = || iter::once(issuer).chain(alias);
    let endpoints: Vec<_> = paths
        .flat_map(|path| origins().map(move |origin| format!("{origin}{path}")))
        .collect();
    client_assertion::audiences(setting, issuer, &endpoints)
}

/// The token endpoint, an accepted audience at every endpoint (OIDC Core §9).
const TOKEN_PATH: &str = "/oauth2/token";
/// Endpoints that are audiences of their own requests (RFC 9126 §2, CIBA §7.1).
const NAMED_PATHS: [&str; 2] = ["/oauth2/par", CIBA_PATH];
const CIBA_PATH: &str = "/oauth2/bc-authorize";

/// Returns the reason why this client cannot authenticate at all; `None` if it could.
#[boxed(?Send)]
pub async fn failure_reason(context: &Context, id: &str) -> Option<Reason> {
    match context.client(id).await {
        Ok(None) => Some(Reason::UnknownClient),
        Ok(Some(client)) if !client.is_active() => Some(Reason::ClientDisabled),
        Ok(Some(_)) | Err(_) => None,
    }
}

/// Checks that the certificate is the client's (RFC 8705 §2.1 and §2.2); every failure is
/// `invalid_client` (§2). The handshake has proved that the sender holds the key.
async fn recognise(
    context: &Context,
    client: &Client,
    presented: Option<&ClientCertificate>,
) -> FlowResult<()> {
    let Some(presented) = presented else {
        let missing = "this client must present its certificate";
        let error = OAuthError::invalid_client(missing);
        return Err(error.because(Reason::CertificateMissing).into());
    };
    let now = context.core.now();
    let is_its_own = match (client.auth_method.method(), &client.certificate_subject) {
        (ClientAuthMethod::TlsClientAuth, Some(subject)) => {
            client_certificate::names(subject, presented)
                && context.directory.authorities.vouch_for(presented, now)
        }
        (ClientAuthMethod::SelfSignedTlsClientAuth, _) => {
            presented.is_current(now)
                && context
                    .directory
                    .client_keys
                    .know(context.fetcher(), client, presented)
                    .await
        }
        _ => false,
    };
    if is_its_own {
        return Ok(());
    }
    let thumbprint = &presented.thumbprint;
    tracing::info!(client_id = %client.id, thumbprint, "client certificate rejected");
    let cause = Cause::from(Reason::Certificate).received(thumbprint.as_str());
    Err(uniform_error().because(cause).into())
}

/// Authenticates by `private_key_jwt` (RFC 7523 §3, OIDC Core §9); every failure is
/// `invalid_client` (RFC 7521 §4.2.1).
async fn prove(
    context: &Context,
    client: &Client,
    assertion: &str,
    audiences: &[String],
    caller: &Caller,
) -> FlowResult<()> {
    let core = &context.core;
    let types = client_assertion::TYPES;
    let claims = match context
        .directory
        .client_keys
        .verify(context.fetcher(), client, assertion, types)
        .await
    {
        Ok(claims) => claims,
        Err(rejection) => {
            tracing::info!(client_id = %client.id, %rejection, "client assertion rejected");
            return Err(uniform_error().because(Reason::AssertionKey).into());
        }
    };
    if !client_profile::allows_jwt(client.profile, assertion) {
        let problem = client_profile::alg_problem("the client assertion");
        tracing::info!(client_id = %client.id, problem, "client assertion rejected");
        let error = OAuthError::invalid_client(problem);
        return Err(error.because(Reason::AssertionClaims).into());
    }
    let id = client.id.as_str();
    let assertion = client_assertion::check(&claims, id, audiences, core.now())
        .map_err(client_assertion::ClientAssertionError::into_error)?;
    // One statement consumes it, also with concurrent requests (RFC 7523 §3, `jti`).
    let name = TokenHash::digest(&format!("assertion {} {id}{}", id.len(), assertion.jti));
    in_recording_transaction(&core.db, async |tx| {
        if repo::replay_markers::insert_unique(tx, &name, assertion.exp).await? {
            return Ok(());
        }
        let event = replay::by_client(core, caller, ReplayedProof::ClientAssertion, client);
        replay::record_event(tx, &name, assertion.exp, event).await?;
        let again = OAuthError::invalid_client("the client assertion has been used");
        Err(FlowError::Rejected(again.because(Reason::AssertionUsed)))
    })
    .await
}
