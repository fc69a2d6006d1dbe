//! Revocations, and the subject identifiers that name their tokens (RFC 9493; SSF 1.0 §3).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::principal::Principal;

/// The tokens that a revocation concerns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// Tokens of a session (`sid`).
    Session(String),
    /// Tokens of a user, or of a client that acts for itself (`sub`).
    Subject(String),
    /// Tokens of a user for one client (`sub` and `client_id`).
    Grant {
        /// `sub` of the tokens.
        subject: String,
        /// `client_id` of the tokens.
        client_id: String,
    },
    /// Tokens of a client (`client_id`).
    Client(String),
    /// Tokens with this role.
    Role(String),
    /// Tokens with this group.
    Group(String),
    /// Tokens with this permission (`entitlements`).
    Permission(String),
    /// Tokens in this organization (`org`).
    Tenant(String),
    /// All tokens of the issuer.
    All,
}

/// The reason why tokens are revoked. Its text is for the holder of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[repr(u8)]
pub enum RevokedBecause {
    /// The session of the token has ended.
    #[error("the session was ended")]
    SessionEnded = 0,
    /// All sessions of the user have ended.
    #[error("the sessions of the user were ended")]
    SessionsEnded = 1,
    /// Roles, groups or permissions have changed: a new token has the present ones.
    #[error("roles were reduced")]
    RolesReduced = 2,
    /// The grant of the client has been revoked.
    #[error("the grant was revoked")]
    GrantRevoked = 3,
    /// The account is disabled.
    #[error("the account was disabled")]
    AccountDisabled = 4,
    /// The account is deleted.
    #[error("the account was deleted")]
    AccountPurged = 5,
    /// All tokens up to a time are revoked, by the issuer or because this service could not remember
    /// more revocations.
    #[error("all tokens up to a time were revoked")]
    AllRevoked = 6,
    /// The client was disabled or deleted, or lost some of its rights.
    #[error("the tokens of the client were revoked")]
    ClientRevoked = 7,
    /// The token is older than the revocations that are remembered.
    #[error("the token is older than this service accepts")]
    TooOld = 8,
}

impl RevokedBecause {
    /// The reasons that a revocation can have.
    const REPORTED: [Self; 8] = [
        Self::SessionEnded,
        Self::SessionsEnded,
        Self::RolesReduced,
        Self::GrantRevoked,
        Self::AccountDisabled,
        Self::AccountPurged,
        Self::AllRevoked,
        Self::ClientRevoked,
    ];

    /// Returns the reason with this number.
    pub(super) fn of(number: u32) -> Self {
        let number = usize::try_from(number).ok();
        let found = number.and_then(|number| Self::REPORTED.get(number));
        found.copied().unwrap_or(Self::AllRevoked)
    }
}

/// The lists of a subject after a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    /// Roles.
    pub roles: BTreeSet<String>,
    /// Groups.
    pub groups: BTreeSet<String>,
    /// Permissions.
    pub entitlements: BTreeSet<String>,
}

impl Lists {
    /// Reads the member `claims` of a token-claims-change (CAEP 1.0 §3.2). An absent list is empty: what
    /// is unknown permits nothing.
    pub(super) fn read(claims: &Map<String, Value>) -> Option<Self> {
        let list = |name: &str| match claims.get(name) {
            None => Some(BTreeSet::new()),
            Some(Value::Array(items)) => {
                let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
                texts.collect()
            }
            Some(_) => None,
        };
        Some(Self {
            roles: list("roles")?,
            groups: list("groups")?,
            entitlements: list("entitlements")?,
        })
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let lists = [&self.roles, &self.groups, &self.entitlements];
        lists.into_iter().flatten()
    }

    /// Returns the number of all texts.
    pub(super) fn len(&self) -> usize {
        self.texts().count()
    }

    /// Returns the length of all texts in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.texts().map(String::len).sum()
    }

    /// Returns what both have.
    pub(super) fn common(&self, other: &Self) -> Self {
        let both = |one: &BTreeSet<String>, two| one.intersection(two).cloned().collect();
        Self {
            roles: both(&self.roles, &other.roles),
            groups: both(&self.groups, &other.groups),
            entitlements: both(&self.entitlements, &other.entitlements),
        }
    }

    /// Returns true if the caller has no more than these.
    pub(super) fn contain(&self, principal: &Principal) -> bool {
        principal.roles.iter().all(|name| self.roles.contains(name))
            && principal
                .groups
                .iter()
                .all(|name| self.groups.contains(name))
            && principal.entitlements.is_subset(&self.entitlements)
    }
}

/// A revocation: tokens of `target` that were issued up to `at` are rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// Tokens that it concerns.
    pub target: Target,
    /// Time of the event in Unix seconds. Tokens that were issued in this second are rejected too.
    pub at: u32,
    /// Reason for the holder.
    pub because: RevokedBecause,
    /// Lists after a change of claims: tokens that were issued in the second `at` with no more than
    /// these are kept.
    pub kept: Option<Lists>,
}

/// A subject identifier that concerns no token of this issuer, or one that a revocation cannot apply to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OtherSubject {
    /// A user of another issuer.
    Foreign,
    /// A format or a combination of members that no token matches, or wrong types.
    Unusable,
}

/// Reads a subject identifier (RFC 9493 §3; SSF 1.0 §3.3 for complex ones).
pub(super) fn read_subject(
    subject: &Map<String, Value>,
    is_ours: &dyn Fn(&str) -> bool,
) -> Result<Target, OtherSubject> {
    match text(subject, "format")? {
        "iss_sub" => Ok(Target::Subject(user(subject, is_ours)?)),
        "uri" if is_ours(text(subject, "uri")?) => Ok(Target::All),
        "complex" => read_complex(subject, is_ours),
        _ => Err(OtherSubject::Unusable),
    }
}

fn read_complex(
    subject: &Map<String, Value>,
    is_ours: &dyn Fn(&str) -> bool,
) -> Result<Target, OtherSubject> {
    let mut members: Vec<&str> = subject.keys().map(String::as_str).collect();
    members.retain(|name| *name != "format");
    members.sort_unstable();
    let member = |name: &str| match subject.get(name) {
        Some(Value::Object(member)) => Ok(member),
        _ => Err(OtherSubject::Unusable),
    };
    let user = || match member("user")? {
        found if text(found, "format")? == "iss_sub" => user(found, is_ours),
        _ => Err(OtherSubject::Unusable),
    };
    let id = |name: &str| match member(name)? {
        found if text(found, "format")? == "opaque" => text(found, "id"),
        _ => Err(OtherSubject::Unusable),
    };
    match members.as_slice() {
        ["user"] => Ok(Target::Subject(user()?)),
        ["session"] => Ok(Target::Session(id("session")?.to_owned())),
        ["session", "user"] => {
            user()?;
            Ok(Target::Session(id("session")?.to_owned()))
        }
        ["application", "user"] => Ok(Target::Grant {
            subject: user()?,
            client_id: id("application")?.to_owned(),
        }),
        ["application"] => Ok(Target::Client(id("application")?.to_owned())),
        ["group"] => match id("group")?.split_once(':') {
            Some(("role", name)) if !name.is_empty() => Ok(Target::Role(name.to_owned())),
            Some(("group", name)) if !name.is_empty() => Ok(Target::Group(name.to_owned())),
            Some(("permission", name)) if !name.is_empty() => {
                Ok(Target::Permission(name.to_owned()))
            }
            _ => Err(OtherSubject::Unusable),
        },
        ["tenant"] => Ok(Target::Tenant(id("tenant")?.to_owned())),
        _ => Err(OtherSubject::Unusable),
    }
}

/// Returns the `sub` of a user of this issuer.
fn user(
    subject: &Map<String, Value>,
    is_ours: &dyn Fn(&str) -> bool,
) -> Result<String, OtherSubject> {
    let (iss, sub) = (text(subject, "iss")?, text(subject, "sub")?);
    is_ours(iss)
        .then(|| sub.to_owned())
        .ok_or(OtherSubject::Foreign)
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Result<&'a str, OtherSubject> {
    let found = object.get(name).and_then(Value::as_str);
    found
        .filter(|text| !text.is_empty())
        .ok_or(OtherSubject::Unusable)
}
