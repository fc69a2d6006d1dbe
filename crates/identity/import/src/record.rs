//! Records of a source, in one form for all sources.

use doorward_domain::credentials::foreign_hash::FirebaseConfig;

use crate::item::{Item, Kind, Note};
use crate::prelude::*;

/// A record of a source. Sources send users last.
#[derive(Debug)]
pub enum Record {
    Permission(PermissionRecord),
    Role(RoleRecord),
    Group(GroupRecord),
    Provider(Box<ProviderRecord>),
    Client(Box<ClientRecord>),
    User(Box<UserRecord>),
    Skipped(Item),
}

impl Record {
    /// Wraps a record that was read, or the result of one that is skipped.
    pub fn read<T>(record: Result<T, Item>, wrap: impl FnOnce(Box<T>) -> Self) -> Self {
        record.map_or_else(Self::Skipped, |record| wrap(Box::new(record)))
    }

    /// Returns kind, old id and name of an object of the catalog.
    pub fn identity(&self) -> Option<(Kind, &str, &str)> {
        let (kind, old_id, name) = match self {
            Self::Permission(one) => (Kind::Permission, &one.name, &one.name),
            Self::Role(one) => (Kind::Role, &one.name, &one.name),
            Self::Group(one) => (Kind::Group, &one.path, &one.name),
            Self::Provider(one) => (Kind::Provider, &one.alias, &one.alias),
            Self::Client(one) => (Kind::Client, &one.id, &one.name),
            Self::User(_) | Self::Skipped(_) => return None,
        };
        Some((kind, old_id.as_str(), name.as_str()))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionRecord {
    /// Name in the source.
    pub name: String,
    /// Codename here (`resource:action`).
    pub codename: String,
    pub description: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleRecord {
    /// Name in the source, which is also its old id.
    pub name: String,
    pub description: String,
    /// Names of its permissions in the source.
    pub permissions: BTreeSet<String>,
    pub notes: Vec<Note>,
}

/// A group of the source; parents come before their subgroups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupRecord {
    /// Path in the source, which is also its old id.
    pub path: String,
    /// Path of the parent in the source.
    pub parent: Option<String>,
    /// Name in the source.
    pub name: String,
    pub description: String,
    /// Names of its roles in the source.
    pub roles: BTreeSet<String>,
    pub notes: Vec<Note>,
}

#[derive(Clone, Debug)]
pub struct ProviderRecord {
    /// Name in the source, which links refer to.
    pub alias: String,
    /// Kind; `None` if there is no support for it.
    pub preset: Option<Preset>,
    pub name: Option<String>,
    pub issuer: Option<String>,
    pub client_id: String,
    /// Client secret at the provider.
    pub secret: Option<Secret<String>>,
    pub scopes: Vec<String>,
    pub notes: Vec<Note>,
}

#[derive(Clone, Debug)]
pub enum ClientSecret {
    /// In clear text.
    Plain(Secret<String>),
    Django(Secret<String>),
}

/// A client of the source.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent settings of the source"
)]
pub struct ClientRecord {
    pub id: String,
    pub name: String,
    pub kind: ClientKind,
    /// Authentication method; `None` for the secret in either form, or none for a public client.
    pub auth_method: Option<ClientAuthMethod>,
    pub secret: Option<ClientSecret>,
    /// Redirect URIs as in the source.
    pub redirect_uris: Vec<String>,
    /// Base of relative redirect URIs.
    pub root_url: Option<String>,
    /// Post-logout redirect URIs; `+` for the redirect URIs.
    pub post_logout_redirect_uris: Vec<String>,
    /// Allowed origins; `+` for the origins of the redirect URIs.
    pub origins: Vec<String>,
    /// Grant types without a redirect URI, and `authorization_code`.
    pub grant_types: Vec<GrantType>,
    /// True if the source requires PKCE.
    pub requires_pkce: bool,
    pub jwks: Option<String>,
    pub jwks_uri: Option<String>,
    pub backchannel_logout_uri: Option<String>,
    pub frontchannel_logout_uri: Option<String>,
    pub requires_dpop: bool,
    /// Requires pushed authorization requests.
    pub requires_par: bool,
    /// True if users of the source needed no consent.
    pub skips_consent: bool,
    pub enabled: bool,
    /// Roles of the client acting for itself, by their names in the source.
    pub roles: BTreeSet<String>,
    pub notes: Vec<Note>,
}

impl ClientRecord {
    /// Creates a client without rights.
    pub fn new(id: String, name: String, kind: ClientKind) -> Self {
        Self {
            id,
            name,
            kind,
            auth_method: None,
            secret: None,
            redirect_uris: Vec::new(),
            root_url: None,
            post_logout_redirect_uris: Vec::new(),
            origins: Vec::new(),
            grant_types: Vec::new(),
            requires_pkce: false,
            jwks: None,
            jwks_uri: None,
            backchannel_logout_uri: None,
            frontchannel_logout_uri: None,
            requires_dpop: false,
            requires_par: false,
            skips_consent: false,
            enabled: true,
            roles: BTreeSet::new(),
            notes: Vec::new(),
        }
    }
}

#[derive(Clone, Debug)]
pub enum PasswordRecord {
    Django(Secret<String>),
    /// A text that names its form.
    Text(Secret<String>),
    /// `passwordHash` and `salt` of Firebase.
    Firebase {
        hash: Secret<String>,
        salt: String,
        config: Arc<FirebaseConfig>,
    },
    /// `secretData` and `credentialData` of Keycloak.
    Keycloak {
        /// JSON text with hash and salt.
        secret_data: Secret<String>,
        /// JSON text with algorithm and iterations.
        credential_data: String,
    },
    /// In clear text, in a file written by hand.
    Plain(Secret<String>),
}

/// An authenticator app of the source: six digits, 30 seconds, SHA-1.
#[derive(Clone, Debug)]
pub struct TotpRecord {
    pub secret: TotpSecret,
    /// Time step of the last accepted code.
    pub last_step: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRecord {
    /// Alias of the provider in the source.
    pub provider: String,
    pub subject: String,
    pub label: String,
}

/// A user of the source.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a field of the source"
)]
pub struct UserRecord {
    /// Id in the source.
    pub old_id: String,
    /// User id to keep.
    pub sub: Option<UserId>,
    pub username: String,
    pub email: String,
    /// True if the address is verified; `None` if the source does not say.
    pub email_verified: Option<bool>,
    pub profile: Vec<(Field, String)>,
    pub picture: Option<String>,
    pub password: Option<PasswordRecord>,
    /// True if the user must set a new password at the next sign-in.
    pub must_change_password: bool,
    pub totp: Option<TotpRecord>,
    /// Backup codes of the second factor, which count only with one.
    pub backup_codes: Vec<RecoveryCode>,
    pub links: Vec<LinkRecord>,
    /// Roles by their names in the source.
    pub roles: BTreeSet<String>,
    /// Groups by their paths in the source.
    pub groups: BTreeSet<String>,
    pub is_staff: bool,
    /// Has all rights in the source.
    pub is_superuser: bool,
    pub disabled: bool,
    pub created_at: Option<UnixSeconds>,
    pub last_login: Option<UnixSeconds>,
    pub notes: Vec<Note>,
}
