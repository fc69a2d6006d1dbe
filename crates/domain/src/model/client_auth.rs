//! Client authentication settings (RFC 6749 §2.3, OIDC Core §9).

use std::fmt;

use doorward_protocol::client_auth::ClientAuthMethod;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum ClientAuth {
    /// The secret, by HTTP Basic or in the body.
    Secret,
    Only(ClientAuthMethod),
}

impl ClientAuth {
    /// The word for [`ClientAuth::Secret`]; not a method of RFC 7591 §2.
    pub const SECRET: &'static str = "client_secret";

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => Self::SECRET,
            Self::Only(method) => method.as_str(),
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            Self::SECRET => Some(Self::Secret),
            text => ClientAuthMethod::parse(text).map(Self::Only),
        }
    }

    pub const fn is_by_secret(self) -> bool {
        self.method().is_by_secret()
    }

    /// Returns true if the client authenticates by its certificate (RFC 8705 §2).
    pub const fn is_by_certificate(self) -> bool {
        self.method().is_by_certificate()
    }

    /// Returns the method for protocol responses, which name exactly one (RFC 7591 §2).
    pub const fn method(self) -> ClientAuthMethod {
        match self {
            Self::Secret => ClientAuthMethod::ClientSecretBasic,
            Self::Only(method) => method,
        }
    }

    /// Returns true if a request may authenticate by this method.
    pub fn accepts(self, method: ClientAuthMethod) -> bool {
        match self {
            Self::Secret => method.is_by_secret(),
            // RFC 8705 §2: the certificate is in the connection; the request only names the client.
            Self::Only(own) if own.is_by_certificate() => method == ClientAuthMethod::None,
            Self::Only(own) => method == own,
        }
    }
}

impl From<ClientAuthMethod> for ClientAuth {
    fn from(method: ClientAuthMethod) -> Self {
        Self::Only(method)
    }
}

impl PartialEq<ClientAuthMethod> for ClientAuth {
    fn eq(&self, method: &ClientAuthMethod) -> bool {
        *self == Self::Only(*method)
    }
}

impl fmt::Display for ClientAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret => f.write_str("client_secret_basic or client_secret_post"),
            Self::Only(method) => method.fmt(f),
        }
    }
}

doorward_protocol::words! {
    /// The audiences that a client assertion may name (RFC 7523 §3, draft-ietf-oauth-rfc7523bis).
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum AssertionAudience {
        /// The issuer, or the endpoint that OIDC Core §9, RFC 9126 §2 or CIBA §7.1 names.
        #[default]
        IssuerOrEndpoint = "issuer_or_endpoint",
        /// The issuer only (FAPI 2.0 Security Profile §5.3.2.1).
        Issuer = "issuer",
    }
}

impl AssertionAudience {
    /// Reads the setting of a client: a text of [`AssertionAudience::as_str`], or `default` for the
    /// setting of the deployment.
    ///
    /// # Errors
    /// Returns [`UnknownAudience`] for any other text.
    pub fn parse_setting(text: &str) -> Result<Option<Self>, UnknownAudience> {
        match Self::parse(text) {
            None if text != "default" => Err(UnknownAudience),
            found => Ok(found),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("write issuer_or_endpoint, issuer or default")]
pub struct UnknownAudience;
