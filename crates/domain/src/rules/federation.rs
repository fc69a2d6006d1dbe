//! Signing in with another provider: what its word leads to (SECURITY §1.7).
//!
//! The key of an account there is issuer and subject. An address is talk: it may suggest an account
//! here, and opens none.

use serde_json::{Map, Value};

use crate::model::{Authentication, ClaimNames, Provider, UpstreamIdentity, User, UserId};
use crate::rules::assurance;
use crate::rules::identifier;
use crate::rules::passkey::RemainingMethods;
use crate::time::UnixSeconds;

/// How long a person may be away at the provider, in seconds.
pub const JOURNEY: i64 = 10 * 60;

/// How long who came for the first time may think about it here, in seconds.
pub const NEWCOMER: i64 = 30 * 60;

/// How far its clock and ours may differ where a fresh sign-in was asked for, in seconds.
pub const LEEWAY: i64 = 60;

/// The most accounts elsewhere that are linked to one account.
pub const MOST: usize = 20;

/// The account here that has the address which a provider names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SameAddress<'a> {
    /// The account.
    pub user: &'a User,
    /// Somebody registered it and has never proved the address: whose it is, nobody knows.
    pub is_unproved: bool,
}

/// What has to be known for the verdict.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The provider, as it is now.
    pub provider: &'a Provider,
    /// Whom it names.
    pub identity: &'a UpstreamIdentity,
    /// The account here that is linked to issuer and subject.
    pub linked: Option<&'a User>,
    /// The account here with the same address.
    pub same_address: Option<SameAddress<'a>>,
    /// Whether people may make accounts here at all.
    pub registration_open: bool,
}

/// What the word of a provider leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FederationDecision {
    /// It is this person.
    SignIn(UserId),
    /// It becomes this person's, without a question (FE-2).
    Join(UserId),
    /// There is an account with this address: whoever owns it proves that here first.
    Prove,
    /// An account may be made.
    Register {
        /// The provider has proved the address for us.
        address_is_proved: bool,
        /// The account of nobody-knows-whom that has this address, and goes (FE-3).
        displaces: Option<UserId>,
    },
    /// Nobody is signed in.
    Refused(FederationDenial),
}

/// Why nobody is signed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FederationDenial {
    /// The provider is switched off (FE-4).
    ProviderDisabled,
    /// The account is switched off (FE-6).
    UserDisabled,
    /// There is no account here, and none may be made.
    Closed,
}

/// Whether the address that the provider names counts as proved here: the operator believes this
/// provider, it says so, and it is an address.
pub fn believes_address(provider: &Provider, identity: &UpstreamIdentity) -> bool {
    let address = identity.email.as_deref();
    provider.settings.trusts_email
        && identity.email_verified
        && address.is_some_and(|address| identifier::email_key(address).is_ok())
}

/// The verdict.
pub fn judge(facts: &Facts<'_>) -> FederationDecision {
    let (provider, identity) = (facts.provider, facts.identity);
    if !provider.is_active() {
        return FederationDecision::Refused(FederationDenial::ProviderDisabled);
    }
    if let Some(user) = facts.linked {
        return if user.is_active() {
            FederationDecision::SignIn(user.id)
        } else {
            FederationDecision::Refused(FederationDenial::UserDisabled)
        };
    }
    let address_is_proved = believes_address(provider, identity);
    // What a provider only says of an address is not held against anybody: who has it here must not be
    // told to whoever claims it there (EN-1).
    let same = facts.same_address.filter(|_| address_is_proved);
    let mut displaces = None;
    match same {
        Some(same) if same.is_unproved => displaces = Some(same.user.id),
        Some(same) => {
            let joins = provider.settings.links_by_email && same.user.email_verified;
            return match (same.user.is_active(), joins) {
                (false, _) => FederationDecision::Refused(FederationDenial::UserDisabled),
                (true, true) => FederationDecision::Join(same.user.id),
                (true, false) => FederationDecision::Prove,
            };
        }
        None => {}
    }
    if !facts.registration_open || !provider.settings.registers {
        return FederationDecision::Refused(FederationDenial::Closed);
    }
    FederationDecision::Register {
        address_is_proved,
        displaces,
    }
}

/// It is the only way in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OnlyWayIn;

/// Whether a linked account may be parted from the account here, with what would be left.
pub const fn may_unlink(left: RemainingMethods) -> Result<(), OnlyWayIn> {
    if left.links > 0 || left.passkeys > 0 || left.password || left.recovery {
        Ok(())
    } else {
        Err(OnlyWayIn)
    }
}

/// Why the word of a provider is not taken. People are told one thing for all; the log says which.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UpstreamTrustError {
    /// The answer names another issuer, or none although the provider promised it (RFC 9207 §2.4).
    Issuer,
    /// The token was made by the wish of somebody else (OIDC Core §3.1.3.7 step 5).
    AuthorizedParty,
    /// A fresh sign-in was asked for, and this is none, or nothing says so (OIDC Core §3.1.2.1).
    NotFresh,
    /// It names nobody.
    Subject,
}

impl UpstreamTrustError {
    /// The word of the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::AuthorizedParty => "authorized party",
            Self::NotFresh => "not fresh",
            Self::Subject => "subject",
        }
    }
}

/// Holds the `iss` of an authorization response against the issuer that the journey began with
/// (RFC 9207 §2.4, OA-31).
pub fn check_response_issuer(
    said: Option<&str>,
    expected: &str,
    promised: bool,
) -> Result<(), UpstreamTrustError> {
    match said {
        Some(said) if said == expected => Ok(()),
        None if !promised => Ok(()),
        _ => Err(UpstreamTrustError::Issuer),
    }
}

/// Holds `azp`, where there is one, against who we are there. The library checks
/// `aud`, which must name nobody else, and leaves `azp` to us (OIDC Core §3.1.3.7 steps 3 to 5).
pub fn check_authorized_party(
    said: Option<&str>,
    client_id: &str,
) -> Result<(), UpstreamTrustError> {
    if said.is_none_or(|party| party == client_id) {
        Ok(())
    } else {
        Err(UpstreamTrustError::AuthorizedParty)
    }
}

/// Checks that the user signed in at the provider at most `max_age` seconds before the journey began
/// (OIDC Core §3.1.2.1). Without `auth_time` nothing is known, so nothing is fresh.
///
/// # Errors
/// [`UpstreamTrustError::NotFresh`].
pub fn check_freshness(
    auth_time: Option<UnixSeconds>,
    max_age: u64,
    began_at: UnixSeconds,
    now: UnixSeconds,
) -> Result<(), UpstreamTrustError> {
    let max_age = i64::try_from(max_age).unwrap_or(i64::MAX);
    let oldest = began_at.saturating_sub(max_age).saturating_sub(LEEWAY);
    match auth_time {
        Some(at) if at >= oldest && at <= now + LEEWAY => Ok(()),
        _ => Err(UpstreamTrustError::NotFresh),
    }
}

/// What the word of this provider proves: seen when it says so, never later than now, and by two factors
/// only where it says so and the operator believes it.
pub fn proof(provider: &Provider, identity: &UpstreamIdentity, now: UnixSeconds) -> Authentication {
    let auth_time = identity.auth_time.map_or(now, |said| said.min(now));
    let believed_mfa = provider.settings.trusts_mfa && identity.mfa;
    assurance::provider_proof(auth_time, believed_mfa)
}

/// Reads whom a provider names, by the names that the operator has given its claims.
pub fn read_identity(
    issuer: &str,
    claims: &Map<String, Value>,
    names: &ClaimNames,
) -> Result<UpstreamIdentity, UpstreamTrustError> {
    let text = |name: &str| match claims.get(name) {
        Some(Value::String(text)) => clean(text),
        _ => None,
    };
    // GitHub's and Facebook's ids are numbers; a number that is not whole is none.
    let subject = match claims.get(&names.subject) {
        Some(Value::String(text)) if is_subject(text) => text.clone(),
        Some(Value::Number(number)) if number.is_u64() => number.to_string(),
        _ => return Err(UpstreamTrustError::Subject),
    };
    // Apple writes it as a text.
    let email_verified = match claims.get(&names.email_verified) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text == "true",
        _ => false,
    };
    let whole = text(&names.name);
    Ok(UpstreamIdentity {
        issuer: issuer.to_owned(),
        subject,
        email: text(&names.email),
        email_verified,
        username: text(&names.username),
        given_name: text(&names.given_name).or(whole),
        family_name: text(&names.family_name),
        roles: words(claims.get(&names.roles)),
        mfa: words(claims.get("amr")).iter().any(|word| word == "mfa"),
        auth_time: claims.get("auth_time").and_then(Value::as_i64),
    })
}

/// OIDC Core §2: at most 255 ASCII characters; compared byte by byte.
fn is_subject(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|b| (0x20..=0x7e).contains(&b))
}

/// A text of a stranger, as short as anything that is typed here.
fn clean(text: &str) -> Option<String> {
    let text = text.trim();
    let good =
        !text.is_empty() && text.chars().count() <= 255 && !text.chars().any(char::is_control);
    good.then(|| text.to_owned())
}

/// The most words that may mean roles.
const MOST_WORDS: usize = 200;

fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => clean(text).into_iter().collect(),
        Some(Value::Array(list)) => {
            let texts = list.iter().take(MOST_WORDS).filter_map(Value::as_str);
            texts.filter_map(clean).collect()
        }
        _ => Vec::new(),
    }
}

/// The roles that the words of a provider mean, each once.
pub fn mapped_roles(provider: &Provider, identity: &UpstreamIdentity) -> Vec<String> {
    let table = &provider.settings.roles;
    let meant = identity.roles.iter().filter_map(|word| table.get(word));
    let mut roles: Vec<String> = meant.cloned().collect();
    roles.sort();
    roles.dedup();
    roles
}

/// A user name to suggest: what the person is called there, or what their address begins with. It may
/// be taken; it is for the person to change.
pub fn suggested_username(identity: &UpstreamIdentity) -> String {
    let local = identity
        .email
        .as_deref()
        .and_then(|email| email.split('@').next());
    let words = [identity.username.as_deref(), local];
    let mut keys = words
        .into_iter()
        .flatten()
        .map(|word| word.split('@').next().unwrap_or(word))
        .filter_map(|word| identifier::username_key(word).ok());
    keys.next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
