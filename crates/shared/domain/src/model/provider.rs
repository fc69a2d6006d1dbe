//! Identity providers that users sign in with, and linked accounts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::id::text_id;
use super::{InteractionId, LinkId, SessionId, UserId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

text_id! {
    /// The identifier of an identity provider: 1 to 32 of `a-z`, `0-9` and `-`. Its redirect URI
    /// contains it, so that a response of one provider is never taken for another's (RFC 9700
    /// §4.4.2.2).
    ProviderId, |text| (1..=32).contains(&text.len())
        && !text.starts_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// The endpoints of an identity provider without OpenID Connect.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OauthEndpoints {
    /// The authorization endpoint (RFC 6749 §3.1).
    pub authorization: String,
    /// The token endpoint (RFC 6749 §3.2).
    pub token: String,
    /// The URL that returns the user's attributes as a JSON object.
    pub userinfo: String,
    /// The URL that lists the user's addresses (`email`, `primary`, `verified`), as at GitHub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emails: Option<String>,
}

/// The signer of the client secret, for a provider that requires a newly signed secret for each
/// use, such as Apple.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretSigner {
    /// The team id at the provider: ten alphanumeric characters.
    pub team_id: String,
    pub key_id: String,
}

doorward_protocol::words! {
    /// The authentication of this server as a client of a provider.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ProviderClientAuth {
        /// The stored secret, sent as the metadata of the provider ask; a public client without one.
        #[default]
        ClientSecret = "client_secret",
        /// An assertion that a signing key of this server signs (RFC 7523 §2.2, OIDC Core §9).
        PrivateKeyJwt = "private_key_jwt",
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    /// The permanent identifier of the user. Always `sub` with OpenID Connect.
    pub subject: String,
    pub email: String,
    /// The flag that the provider has verified the address.
    pub email_verified: String,
    /// The user name at the provider; a suggestion for the user name here, never a key.
    pub username: String,
    pub name: String,
    pub given_name: String,
    pub family_name: String,
    /// The claim that [`ProviderSettings::roles`] maps to roles: a text or a list of texts.
    pub roles: String,
}

impl Default for ClaimNames {
    /// Returns the names of OIDC Core §5.1.
    fn default() -> Self {
        Self {
            subject: "sub".to_owned(),
            email: "email".to_owned(),
            email_verified: "email_verified".to_owned(),
            username: "preferred_username".to_owned(),
            name: "name".to_owned(),
            given_name: "given_name".to_owned(),
            family_name: "family_name".to_owned(),
            roles: "roles".to_owned(),
        }
    }
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "independent settings of the operator"
)]
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProviderSettings {
    /// The requested scopes (RFC 6749 §3.3).
    pub scopes: Vec<String>,
    /// Further parameters of the authorization request, such as `access_type=offline`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub authorization_parameters: BTreeMap<String, String>,
    /// The endpoints of a provider without OpenID Connect; none: they come from its discovery
    /// document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<OauthEndpoints>,
    /// The signer of client secrets. If set, the stored secret is a private key that signs a secret
    /// for each use; none: the secret itself is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_signer: Option<SecretSigner>,
    #[serde(skip_serializing_if = "is_default")]
    pub client_auth: ProviderClientAuth,
    /// Pushes each authorization request (RFC 9126), also to a provider that does not require it.
    #[serde(skip_serializing_if = "is_default")]
    pub pushed_requests: bool,
    /// Accepts only access tokens that are bound to a key of this sign-in (RFC 9449).
    #[serde(skip_serializing_if = "is_default")]
    pub dpop: bool,
    /// Accepts signals of the provider about its users: the sessions that came from there end.
    #[serde(skip_serializing_if = "is_default")]
    pub signals: bool,
    pub claims: ClaimNames,
    /// Makes the provider respond with a form post from its own site (OAuth 2.0 Form Post Response
    /// Mode), as Apple does.
    pub form_post: bool,
    /// Trusts addresses that the provider calls verified. It must verify them and never reassign
    /// them.
    pub trusts_email: bool,
    /// Links a user here with the same verified address without a prompt. Requires `trusts_email`.
    pub links_by_email: bool,
    /// Lets a user that is new here sign up.
    pub registers: bool,
    /// Trusts the provider's claim that it checked two factors (`amr` contains `mfa`).
    pub trusts_mfa: bool,
    /// Further audiences that its ID tokens may have beside this server (OIDC Core §3.1.3.7 step 3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<String>,
    /// Sends a `nonce`, which the ID token must contain. Some providers never return it; then PKCE
    /// alone binds the code to the sign-in (RFC 9700 §2.1.1).
    pub nonce: bool,
    /// The roles here for values of the claim `roles`. They are assigned and removed at each
    /// sign-in.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<String, String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Default for ProviderSettings {
    /// Returns settings that trust nothing and allow sign-up, if registration is open.
    fn default() -> Self {
        Self {
            scopes: ["openid", "email", "profile"].map(str::to_owned).to_vec(),
            authorization_parameters: BTreeMap::new(),
            endpoints: None,
            secret_signer: None,
            client_auth: ProviderClientAuth::ClientSecret,
            pushed_requests: false,
            dpop: false,
            signals: false,
            claims: ClaimNames::default(),
            form_post: false,
            trusts_email: false,
            links_by_email: false,
            registers: true,
            trusts_mfa: false,
            audiences: Vec::new(),
            nonce: true,
            roles: BTreeMap::new(),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Provider {
    pub id: ProviderId,
    /// The text of the sign-in button.
    pub name: String,
    /// The issuer: half of the key of every linked account. With OpenID Connect it is the `iss` of
    /// its ID tokens, byte by byte.
    pub issuer: String,
    /// The client id of this server at the provider.
    pub client_id: String,
    /// The client secret, sealed for this provider.
    pub secret_sealed: Option<Vec<u8>>,
    pub settings: ProviderSettings,
    /// The URLs among the settings that a command wrote. Only they may lead to
    /// `outgoing.allowed_networks`; see `doorward_rules::url_source`.
    pub operator_urls: Vec<String>,
    /// The time at which it was disabled; a disabled provider is unusable on every path at once.
    pub disabled_at: Option<UnixSeconds>,
    pub created_at: UnixSeconds,
    pub updated_at: UnixSeconds,
}

impl Provider {
    pub const fn is_active(&self) -> bool {
        self.disabled_at.is_none()
    }

    pub const fn is_oidc(&self) -> bool {
        self.settings.endpoints.is_none()
    }

    /// Returns true if a key of this server, not a secret, authenticates it at the provider.
    pub fn signs_assertions(&self) -> bool {
        self.settings.client_auth == ProviderClientAuth::PrivateKeyJwt
    }
}

/// A user's identity as an identity provider asserts it. Only issuer and subject identify the user;
/// all other fields are unverified (ASVS 5.0 §10.5.2).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UpstreamIdentity {
    pub issuer: String,
    /// The permanent identifier of the user at the issuer.
    pub subject: String,
    pub email: Option<String>,
    /// True if the provider claims to have verified the address.
    pub email_verified: bool,
    /// The current user name at the provider.
    pub username: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    /// The values that are mapped to roles; `None` if they could not be read, which removes no role.
    pub roles: Option<Vec<String>>,
    /// True if the provider has further claims that could not be read.
    #[serde(default)]
    pub is_partial: bool,
    /// True if the provider claims to have checked two factors.
    pub mfa: bool,
    /// The time of the authentication at the provider, if known.
    pub auth_time: Option<UnixSeconds>,
    /// The session at the provider (`sid` of its ID token), which its sign-out names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

impl UpstreamIdentity {
    /// Returns the text by which its owner recognizes the account: e-mail address, user name or
    /// subject.
    pub fn label(&self) -> &str {
        let words = [&self.email, &self.username];
        let known = words.into_iter().flatten().map(String::as_str);
        known.into_iter().next().unwrap_or(&self.subject)
    }
}

/// A session at an identity provider, whose end ends sessions here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UpstreamSession {
    pub issuer: String,
    /// The identifier of the user at the issuer.
    pub subject: String,
    /// The identifier of the session; `None` if the provider names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

impl From<&UpstreamIdentity> for UpstreamSession {
    fn from(identity: &UpstreamIdentity) -> Self {
        Self {
            issuer: identity.issuer.clone(),
            subject: identity.subject.clone(),
            sid: identity.sid.clone(),
        }
    }
}

/// The session at a provider that the last sign-in of a session here came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderSession {
    pub session_id: SessionId,
    pub upstream: UpstreamSession,
}

/// A linked account: an account at an identity provider that signs in a user here. Issuer and
/// subject are the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkedAccount {
    pub id: LinkId,
    pub user_id: UserId,
    pub issuer: String,
    /// The identifier of the user at the issuer.
    pub subject: String,
    /// The text by which its owner recognizes it; never compared.
    pub label: String,
    /// The roles that its claims have assigned, so that they can be removed again.
    pub roles: Vec<String>,
    pub created_at: UnixSeconds,
    pub last_used_at: Option<UnixSeconds>,
}

/// A pending sign-up of a user authenticated by an identity provider, bound to one browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FederatedSignUp {
    /// SHA-256 of the cookie of the browser; no other browser can continue it.
    pub browser_hash: TokenHash,
    pub provider: ProviderId,
    pub identity: UpstreamIdentity,
    pub interaction_id: Option<InteractionId>,
    pub expires_at: UnixSeconds,
}
