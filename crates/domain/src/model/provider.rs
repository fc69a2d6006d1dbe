//! Providers that people may sign in with, and the accounts there that belong to accounts here.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{InteractionId, LinkId, UserId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// The name of a provider in addresses: 1 to 32 of `a-z`, `0-9` and `-`. Its redirect URI holds it, so
/// that an answer for one provider never arrives as another's (RFC 9700 §4.4.2.2).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProviderId(String);

impl ProviderId {
    /// Reads a name; none where it is not of that form.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let good = (1..=32).contains(&text.len()) && text.bytes().all(plain);
        (good && !text.starts_with('-')).then(|| Self(text.to_owned()))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a provider without OpenID Connect is asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OauthEndpoints {
    /// Where people are sent (RFC 6749 §3.1).
    pub authorization: String,
    /// Where the code is exchanged (RFC 6749 §3.2).
    pub token: String,
    /// Where it says whose the token is, as a JSON object.
    pub userinfo: String,
    /// Where it lists the person's addresses (`email`, `primary`, `verified`), as GitHub does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emails: Option<String>,
}

/// Who signs the client secret of a provider that wants a new one each time, as Apple does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretSigner {
    /// The team, in its words: ten letters and digits.
    pub team_id: String,
    /// The key, in its words.
    pub key_id: String,
}

/// Under which names a provider tells what is known of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    /// Who it is, for good. With OpenID Connect always `sub`.
    pub subject: String,
    /// The e-mail address.
    pub email: String,
    /// Whether the provider has checked that address.
    pub email_verified: String,
    /// What the person is called there; a suggestion for the user name, never a key.
    pub username: String,
    /// The whole name.
    pub name: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// Words that [`ProviderSettings::roles`] turns into roles: a text or a list of texts.
    pub roles: String,
}

impl Default for ClaimNames {
    /// As OIDC Core §5.1 calls them.
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

/// What the operator has decided about a provider.
#[expect(
    clippy::struct_excessive_bools,
    reason = "decisions of the operator, each by itself"
)]
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProviderSettings {
    /// What is asked for (RFC 6749 §3.3).
    pub scopes: Vec<String>,
    /// For a provider without OpenID Connect; none: its discovery document says where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<OauthEndpoints>,
    /// The client secret is a private key, by which a secret is signed for each use; none: it is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_signer: Option<SecretSigner>,
    /// What its claims are called.
    pub claims: ClaimNames,
    /// Its answer comes as a form from its own site (OAuth 2.0 Form Post Response Mode), as Apple's.
    pub form_post: bool,
    /// The provider checks the addresses that it calls verified, and gives none to anybody else later.
    pub trusts_email: bool,
    /// A verified address joins an account here without a question. Only together with `trusts_email`.
    pub links_by_email: bool,
    /// Who comes from there for the first time may make an account.
    pub registers: bool,
    /// Its word that it saw two factors (`amr` holds `mfa`) is believed.
    pub trusts_mfa: bool,
    /// Which of its words are which roles here. They are given and taken at each sign-in.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<String, String>,
}

impl Default for ProviderSettings {
    /// Nothing is believed, and accounts may be made as far as registration is open at all.
    fn default() -> Self {
        Self {
            scopes: ["openid", "email", "profile"].map(str::to_owned).to_vec(),
            endpoints: None,
            secret_signer: None,
            claims: ClaimNames::default(),
            form_post: false,
            trusts_email: false,
            links_by_email: false,
            registers: true,
            trusts_mfa: false,
            roles: BTreeMap::new(),
        }
    }
}

/// A provider that people may sign in with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Provider {
    /// Its name in addresses.
    pub id: ProviderId,
    /// What the button says.
    pub name: String,
    /// Whose word it is: half of the key of every linked account. With OpenID Connect the `iss` of its
    /// ID tokens, byte by byte.
    pub issuer: String,
    /// Who this server is there.
    pub client_id: String,
    /// What proves it, sealed for this provider.
    pub secret_sealed: Option<Vec<u8>>,
    /// What the operator has decided.
    pub settings: ProviderSettings,
    /// When it was switched off: dead on every path at once (FE-4).
    pub disabled_at: Option<UnixSeconds>,
    /// When it was written down.
    pub created_at: UnixSeconds,
    /// When anything above last changed.
    pub updated_at: UnixSeconds,
}

impl Provider {
    /// Whether people may sign in with it.
    pub const fn is_active(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// Whether it speaks OpenID Connect.
    pub const fn is_oidc(&self) -> bool {
        self.settings.endpoints.is_none()
    }
}

/// Who came from a provider, as far as it says. Issuer and subject are who it is; all else is talk (FE-1).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UpstreamIdentity {
    /// Whose word it is.
    pub issuer: String,
    /// Who it is there, for good.
    pub subject: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// Whether the provider says that it has checked the address.
    pub email_verified: bool,
    /// What the person is called there today.
    pub username: Option<String>,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// Words that may mean roles.
    pub roles: Vec<String>,
    /// Whether the provider says that it saw two factors.
    pub mfa: bool,
    /// When it saw the person, if it says so.
    pub auth_time: Option<UnixSeconds>,
}

impl UpstreamIdentity {
    /// What the account there is called in lists, for its owner to know it by.
    pub fn label(&self) -> &str {
        let words = [&self.email, &self.username];
        let known = words.into_iter().flatten().map(String::as_str);
        known.into_iter().next().unwrap_or(&self.subject)
    }
}

/// An account at a provider that signs in to an account here. Issuer and subject are the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkedAccount {
    /// Names it in forms.
    pub id: LinkId,
    /// Whose it is here.
    pub user_id: UserId,
    /// Whose word it is.
    pub issuer: String,
    /// Who it is there.
    pub subject: String,
    /// What its owner knows it by; never compared.
    pub label: String,
    /// The roles that its words have given, so that they can be taken again.
    pub roles: Vec<String>,
    /// When it was linked.
    pub created_at: UnixSeconds,
    /// When it last signed in.
    pub last_used_at: Option<UnixSeconds>,
}

/// Who came from a provider and is nobody here yet: waits in one browser for an account to be made or
/// proved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FederatedSignUp {
    /// SHA-256 of the cookie of the browser; no other browser sees it.
    pub browser_hash: TokenHash,
    /// From which provider.
    pub provider: ProviderId,
    /// Who it is there.
    pub identity: UpstreamIdentity,
    /// What waits for them.
    pub interaction_id: Option<InteractionId>,
    /// When it is over.
    pub expires_at: UnixSeconds,
}
