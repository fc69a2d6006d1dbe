//! Kinds of clients (RFC 6749 §2.1), and the settings of their security: authentication (RFC 6749
//! §2.3, OIDC Core §9), secrets, PKCE (RFC 7636, RFC 9700 §2.1.1) and profiles.

use crate::prelude::*;
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

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

doorward_protocol::words! {
    /// The client type: able or unable to keep a secret (RFC 6749 §2.1).
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum ClientKind {
        /// Runs where its secret is safe, such as a server.
        Confidential = "confidential",
        /// Runs on a user's device or in the browser.
        Public = "public",
        /// Speaks SAML 2.0 instead of OAuth, so that every endpoint of OAuth rejects it.
        Saml = "saml",
    }
}

/// A replaced secret, accepted until it ends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FormerSecret {
    pub hash: TokenHash,
    /// The time at which it was made; none if it was not made here.
    pub made_at: Option<UnixSeconds>,
    /// The time from which it is no longer accepted.
    pub ends_at: UnixSeconds,
}

/// The uses of a secret. The first one is recorded at once, later ones within an hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SecretUse {
    pub at: Option<UnixSeconds>,
    pub from: Option<IpAddr>,
    pub count: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SecretUses {
    pub current: SecretUse,
    pub former: SecretUse,
}

doorward_protocol::words! {
    /// A client's requirement of PKCE (RFC 7636, RFC 9700 §2.1.1).
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum PkcePolicy {
        /// Every request needs PKCE.
        Required = "required",
        /// PKCE is optional until [`PKCE_STREAK`] sign-ins in a row have used it, then required.
        Auto = "auto",
        Optional = "optional",
    }
}

/// Sign-ins with PKCE in a row after which [`PkcePolicy::Auto`] requires it.
pub const PKCE_STREAK: i32 = 10;

impl PkcePolicy {
    /// Returns the policy of a client that is created without one (RFC 9700 §2.1.1).
    pub const fn default_for(kind: ClientKind) -> Self {
        Self::Auto.limited_to(kind)
    }

    /// Returns this policy for a client of this kind: a public client must use PKCE (RFC 9700
    /// §2.1.1).
    #[must_use]
    pub const fn limited_to(self, kind: ClientKind) -> Self {
        match kind {
            ClientKind::Public => Self::Required,
            ClientKind::Confidential | ClientKind::Saml => self,
        }
    }
}

doorward_protocol::words! {
    /// The protection of a code against injection at a sign-in (RFC 9700 §2.1.1).
    #[derive(Serialize)]
    pub enum CodeProtection {
        /// PKCE, which this server checks.
        Pkce = "pkce",
        /// `nonce`, which only the client checks.
        Nonce = "nonce",
        None = "none",
    }
}

impl CodeProtection {
    pub const fn from_request(has_challenge: bool, has_nonce: bool) -> Self {
        match (has_challenge, has_nonce) {
            (true, _) => Self::Pkce,
            (false, true) => Self::Nonce,
            (false, false) => Self::None,
        }
    }
}

doorward_protocol::words! {
    /// A specification whose demands on a client are pinned.
    #[derive(PartialOrd, Ord, Default, Serialize)]
    pub enum SecurityProfile {
        /// No profile: the settings apply as they are.
        #[default]
        None = "none",
        /// FAPI 2.0 Security Profile (Final).
        Fapi2 = "fapi2",
        /// FAPI 2.0 Message Signing 1.0 (Final), which includes the security profile.
        Fapi2MessageSigning = "fapi2-message-signing",
    }
}

impl SecurityProfile {
    /// Returns true if the demands of FAPI 2.0 apply.
    pub const fn is_fapi(self) -> bool {
        !matches!(self, Self::None)
    }
}
