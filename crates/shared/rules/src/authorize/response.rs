//! Places where the response to a request is sent, and its form (RFC 9700 §2.1, JARM).

use doorward_protocol::authorize::ResponseMode;

use crate::prelude::*;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RedirectTargetError {
    NotRegistered {
        /// The registered URI with the longest common prefix, if the client has any.
        nearest: Option<String>,
    },
    Missing,
}

impl RedirectTargetError {
    /// Returns the error with what was expected and received.
    pub fn to_error(self, presented: Option<&str>) -> OAuthError {
        match self {
            Self::Missing => OAuthError::invalid_request("redirect_uri is required")
                .because(Reason::RedirectUriMissing),
            Self::NotRegistered { nearest } => {
                let cause = Cause {
                    reason: Reason::RedirectUri,
                    expected: nearest,
                    received: presented.map(str::to_owned),
                };
                let told = "redirect_uri is not registered for this client";
                OAuthError::invalid_request(told).because(cause)
            }
        }
    }
}

/// Returns the redirect URI: the presented one if it is registered, byte by byte (RFC 9700 §2.1), except
/// for the port of a loopback address (RFC 8252 §7.3); `localhost` is one for public clients, which are
/// native apps if they use it (RFC 9700 §4.1.3). Without a presented one it is the only registered one, except for OpenID
/// Connect, which requires the parameter (OIDC Core §3.1.2.1).
///
/// # Errors
/// Returns `NotRegistered` if the presented URI is not registered, `Missing` if none is presented
/// and none follows.
pub fn redirect_target(
    client: &Client,
    presented: Option<&str>,
    is_openid: bool,
) -> Result<String, RedirectTargetError> {
    match (presented, client.redirect_uris.as_slice()) {
        (Some(uri), registered) => {
            let matches: fn(&str, &str) -> bool = match client.kind {
                ClientKind::Public => redirect_uri::matches_native,
                ClientKind::Confidential => redirect_uri::matches,
                // SAML has no exceptions: byte by byte.
                ClientKind::Saml => |item, uri| item == uri,
            };
            let is_saml = client.kind == ClientKind::Saml;
            let is_one = |item: &String| {
                matches(item, uri)
                    || (!is_saml && redirect_uri::matches_label(item, uri))
                    || (mutant::is_disabled(Safeguard::RedirectUriExact)
                        && uri.starts_with(item.as_str()))
            };
            if registered.iter().any(is_one) {
                Ok(uri.to_owned())
            } else {
                let nearest = registered
                    .iter()
                    .max_by_key(|item| redirect_uri::first_difference(item, uri));
                let nearest = nearest.cloned();
                Err(RedirectTargetError::NotRegistered { nearest })
            }
        }
        (None, [only]) if !is_openid => Ok(only.clone()),
        (None, _) => Err(RedirectTargetError::Missing),
    }
}

/// Returns the response mode: the requested one, signed if the client is registered for that (JARM
/// §3).
pub fn response_mode(client: &Client, requested: ResponseMode) -> ResponseMode {
    if client.authorization_signed_response_alg.is_some() {
        requested.signed()
    } else {
        requested
    }
}

/// Builds the claims of a signed response: its parameters, issuer, audience and expiry (JARM §2.1).
pub fn signed_response_claims(
    issuer: &str,
    client_id: &str,
    until: UnixSeconds,
    pairs: &[(&str, String)],
) -> Map<String, Value> {
    let mut claims = Map::new();
    for (name, value) in pairs {
        claims.insert((*name).to_owned(), value.as_str().into());
    }
    claims.insert("iss".to_owned(), issuer.into());
    claims.insert("aud".to_owned(), client_id.into());
    claims.insert("exp".to_owned(), until.into());
    claims
}
