//! Client authentication in requests to the token, revocation and introspection endpoints (RFC 6749
//! §2.3, OIDC Core §9).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::authorize::{MAX_CLIENT_ID_BYTES, MAX_JWT_BYTES};
use crate::error::OAuthError;
use crate::params::{self, Params};
use crate::strict_json;

/// The only `client_assertion_type` (RFC 7523 §2.2).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

crate::words! {
    /// A client authentication method (OIDC Core §9).
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ClientAuthMethod {
        /// The secret in an `Authorization: Basic` header.
        ClientSecretBasic = "client_secret_basic",
        /// The secret in the body.
        ClientSecretPost = "client_secret_post",
        /// No authentication: a public client.
        None = "none",
        /// A JWT signed with the client's own key (RFC 7523).
        PrivateKeyJwt = "private_key_jwt",
        /// A certificate of a trusted authority (RFC 8705 §2.1).
        TlsClientAuth = "tls_client_auth",
        /// A certificate that the client registered (RFC 8705 §2.2).
        SelfSignedTlsClientAuth = "self_signed_tls_client_auth",
    }
}

impl ClientAuthMethod {
    /// Returns true if the request carries the client's secret (RFC 6749 §2.3.1).
    pub const fn is_by_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }

    /// Returns true if the client authenticates with the certificate of its connection (RFC 8705
    /// §2). The request only names the client in the body.
    pub const fn is_by_certificate(self) -> bool {
        matches!(self, Self::TlsClientAuth | Self::SelfSignedTlsClientAuth)
    }
}

impl fmt::Display for ClientAuthMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The client that a request names, with its authentication method; nothing is verified yet.
///
/// `Debug` does not show the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct PresentedClient {
    /// The client's id.
    pub client_id: String,
    /// The method that the request uses. A certificate is not part of the request, so it counts as
    /// `None`.
    pub method: ClientAuthMethod,
    /// The secret, for the two secret methods.
    pub secret: Option<String>,
    /// The signed assertion, for `private_key_jwt`.
    pub assertion: Option<String>,
}

impl PresentedClient {
    /// Reads the `Authorization` header and the body of a request.
    ///
    /// # Errors
    /// Returns `invalid_request` for more than one method or two different client ids (RFC 6749
    /// §2.3). Returns `invalid_client` if there is no client, or the header or the assertion is
    /// malformed.
    pub fn from_request(authorization: Option<&str>, params: &Params) -> Result<Self, OAuthError> {
        let body_id = params.optional("client_id")?;
        let body_secret = params.optional("client_secret")?;
        let assertion = params.optional("client_assertion")?;
        let assertion_type = params.optional("client_assertion_type")?;
        let methods = [
            authorization.is_some(),
            body_secret.is_some(),
            assertion.is_some() || assertion_type.is_some(),
        ];
        if methods.into_iter().filter(|used| *used).count() > 1 {
            return Err(OAuthError::invalid_request(
                "more than one client authentication method is used",
            ));
        }
        let presented = match (authorization, assertion, assertion_type) {
            (Some(header), _, _) => Self::from_basic(header)?,
            (None, None, None) => Self::from_body(body_id, body_secret)?,
            (None, assertion, kind) => return Self::from_assertion(assertion, kind, body_id),
        };
        if body_id.is_some_and(|id| id != presented.client_id) {
            return Err(OAuthError::invalid_request(
                "'client_id' differs from the one in the Authorization header",
            ));
        }
        if presented.client_id.len() > MAX_CLIENT_ID_BYTES {
            return Err(OAuthError::invalid_client("the client is not known"));
        }
        Ok(presented)
    }

    fn from_body(id: Option<&str>, secret: Option<&str>) -> Result<Self, OAuthError> {
        let id = id.ok_or_else(|| OAuthError::invalid_client("the request names no client"))?;
        Ok(Self {
            client_id: id.to_owned(),
            method: match secret {
                Some(_) => ClientAuthMethod::ClientSecretPost,
                None => ClientAuthMethod::None,
            },
            secret: secret.map(str::to_owned),
            assertion: None,
        })
    }

    /// Reads HTTP Basic credentials (RFC 7617) with the form encoding of RFC 6749 §2.3.1. An empty
    /// secret is none, as in the body.
    fn from_basic(header: &str) -> Result<Self, OAuthError> {
        let unreadable =
            || OAuthError::invalid_client("the Authorization header is not valid Basic");
        let (scheme, credentials) = header.split_once(' ').ok_or_else(unreadable)?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return Err(unreadable());
        }
        let decoded = STANDARD
            .decode(credentials.trim())
            .map_err(|_| unreadable())?;
        let colon = decoded
            .iter()
            .position(|b| *b == b':')
            .ok_or_else(unreadable)?;
        let client_id = params::decode(&decoded[..colon]).map_err(|_| unreadable())?;
        let secret = params::decode(&decoded[colon + 1..]).map_err(|_| unreadable())?;
        if client_id.is_empty() {
            return Err(unreadable());
        }
        // Libraries send an empty password for a public client, which the body may leave out (RFC
        // 6749 §2.3.1).
        let secret = Some(secret).filter(|secret| !secret.is_empty());
        Ok(Self {
            client_id,
            method: match secret {
                Some(_) => ClientAuthMethod::ClientSecretBasic,
                None => ClientAuthMethod::None,
            },
            secret,
            assertion: None,
        })
    }

    /// Reads a client assertion (RFC 7521 §4.2 with RFC 7523 §2.2). Its subject is read before
    /// verification, to find the keys that verify it.
    fn from_assertion(
        assertion: Option<&str>,
        kind: Option<&str>,
        body_id: Option<&str>,
    ) -> Result<Self, OAuthError> {
        let (Some(assertion), Some(kind)) = (assertion, kind) else {
            return Err(OAuthError::invalid_request(
                "'client_assertion' and 'client_assertion_type' are required together",
            ));
        };
        if kind != JWT_BEARER {
            return Err(OAuthError::invalid_client(
                "the 'client_assertion_type' is not supported",
            ));
        }
        let client_id = subject(assertion)
            .ok_or_else(|| OAuthError::invalid_client("the client assertion is malformed"))?;
        // RFC 7521 §4.2: if `client_id` is sent, it must name the same client.
        if body_id.is_some_and(|id| id != client_id) {
            return Err(OAuthError::invalid_client(
                "'client_id' differs from the subject of the client assertion",
            ));
        }
        Ok(Self {
            client_id,
            method: ClientAuthMethod::PrivateKeyJwt,
            secret: None,
            assertion: Some(assertion.to_owned()),
        })
    }
}

/// Returns the `sub` of a JWT without verification.
fn subject(jwt: &str) -> Option<String> {
    if jwt.len() > MAX_JWT_BYTES {
        return None;
    }
    let payload = URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1)?).ok()?;
    let claims = strict_json::parse_object(&payload).ok()?;
    let subject = claims.get("sub")?.as_str()?;
    let fits = !subject.is_empty() && subject.len() <= MAX_CLIENT_ID_BYTES;
    fits.then(|| subject.to_owned())
}

crate::debug_fields!(PresentedClient: client_id, method);

#[cfg(test)]
mod tests;
