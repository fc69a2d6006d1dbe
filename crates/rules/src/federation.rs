//! Sign-in with an identity provider: the decision on its response.
//!
//! The key of an account at the provider is issuer and subject. An e-mail address is an unverified
//! claim: it may suggest an account here, but never gives access to one.

use crate::assurance;
use crate::displayed_name;
use crate::identifier;
use crate::passkey::RemainingMethods;
use crate::prelude::*;
use doorward_domain::model::{ClaimNames, UpstreamIdentity};

/// The TTL of the login state while the user is at the provider, in seconds.
pub const JOURNEY: i64 = 10 * 60;

/// The TTL of a federated sign-up, in seconds.
pub const SIGN_UP_TTL: i64 = 30 * 60;

/// The tolerated clock difference when a fresh sign-in is required, in seconds.
pub const LEEWAY: i64 = 60;

pub const MAX_LINKED_ACCOUNTS: usize = 20;

/// The account here that has the e-mail address asserted by the provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SameAddress<'a> {
    pub user: &'a User,
    /// True if the account was self-registered and never verified the address, so that the owner of
    /// the address is unknown.
    pub is_unproved: bool,
}

/// The facts that the decision depends on.
#[derive(Clone, Copy, Debug)]
pub struct LinkingFacts<'a> {
    /// The provider in its current state.
    pub provider: &'a Provider,
    /// The identity that it asserts.
    pub identity: &'a UpstreamIdentity,
    /// The user linked to issuer and subject.
    pub linked: Option<&'a User>,
    /// The user here with the same address.
    pub same_address: Option<SameAddress<'a>>,
    pub registration_open: bool,
}

/// The decision on a response of an identity provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FederationDecision {
    SignIn(UserId),
    /// Link the identity to this user without a prompt, and sign in.
    Join(UserId),
    /// Require a sign-in to the existing account with this address first.
    Prove,
    /// Offer to create an account.
    Register {
        /// True if the provider has verified the address.
        address_is_proved: bool,
        /// The self-registered account that never verified this address, which the sign-up
        /// replaces.
        displaces: Option<UserId>,
    },
    Refused(FederationDenial),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FederationDenial {
    ProviderDisabled,
    UserDisabled,
    /// No linked account exists, and sign-up is not allowed.
    Closed,
}

/// Returns true if the asserted address counts as verified here: the operator trusts the provider,
/// the provider calls the address verified, and it is well formed.
pub fn believes_address(provider: &Provider, identity: &UpstreamIdentity) -> bool {
    let address = identity.email.as_deref();
    provider.settings.trusts_email
        && identity.email_verified
        && address.is_some_and(|address| identifier::email_key(address).is_ok())
}

pub fn decide(facts: &LinkingFacts<'_>) -> FederationDecision {
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
    // An untrusted address is ignored: otherwise the response would reveal whether it is registered
    // here (ASVS 5.0 §6.3.8).
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

/// The error that the linked account is the only sign-in method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OnlySignInMethod;

/// Checks that a linked account may be unlinked, given the remaining sign-in methods.
pub const fn check_unlink(left: RemainingMethods) -> Result<(), OnlySignInMethod> {
    if left.links > 0 || left.passkeys > 0 || left.password || left.recovery {
        Ok(())
    } else {
        Err(OnlySignInMethod)
    }
}

doorward_protocol::words! {
    /// The reason why a response of an identity provider is not trusted. Users see the same message for
    /// every reason; the log names it.
    pub enum UpstreamTrustError {
        /// Another issuer, or none although the provider announces the parameter (RFC 9207 §2.4).
        Issuer = "issuer",
        /// A token that was issued to another client (OIDC Core §3.1.3.7 step 5).
        AuthorizedParty = "authorized party",
        /// A sign-in that is too old, or of unknown time, when a fresh one was required (OIDC Core
        /// §3.1.2.1).
        NotFresh = "not fresh",
        /// No valid subject.
        Subject = "subject",
    }
}

/// Compares the `iss` of an authorization response with the issuer of the login state (RFC 9207
/// §2.4). If `promised` is true, the provider always sends `iss`.
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

/// Compares `azp`, if present, with the client id at the provider. The library checks that `aud` is
/// only this client, but not `azp` (OIDC Core §3.1.3.7 steps 3 to 5).
pub fn check_authorized_party(
    said: Option<&str>,
    client_id: &str,
) -> Result<(), UpstreamTrustError> {
    let is_own = said.is_none_or(|party| party == client_id);
    is_own
        .then_some(())
        .ok_or(UpstreamTrustError::AuthorizedParty)
}

/// Checks that the user signed in at the provider at most `max_age` seconds before the login state
/// was created (OIDC Core §3.1.2.1). Without `auth_time` no sign-in counts as fresh.
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

/// Returns the authentication that a response of this provider represents. Its time is `auth_time`,
/// at most `now`. It counts as two factors only if the provider claims so and the operator trusts
/// that.
pub fn proof(provider: &Provider, identity: &UpstreamIdentity, now: UnixSeconds) -> Authentication {
    let auth_time = identity.auth_time.map_or(now, |said| said.min(now));
    let believed_mfa = provider.settings.trusts_mfa && identity.mfa;
    assurance::provider_proof(auth_time, believed_mfa)
}

/// Reads the asserted identity, by the claim names that the operator configured.
pub fn read_identity(
    issuer: &str,
    claims: &Map<String, Value>,
    names: &ClaimNames,
) -> Result<UpstreamIdentity, UpstreamTrustError> {
    let text = |name: &str| match claims.get(name) {
        Some(Value::String(text)) => clean(text),
        _ => None,
    };
    // GitHub and Facebook use numbers as ids; only non-negative integers are accepted.
    let subject = match claims.get(&names.subject) {
        Some(Value::String(text)) if is_subject(text) => text.clone(),
        Some(Value::Number(number)) if number.is_u64() => number.to_string(),
        _ => return Err(UpstreamTrustError::Subject),
    };
    // Apple sends a string.
    let email_verified = match claims.get(&names.email_verified) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text == "true",
        _ => false,
    };
    let whole = text(&names.name);
    // Others read these names; a provider may let its users write anything.
    let displayed = |name: String| displayed_name::check(&name, 255).ok();
    Ok(UpstreamIdentity {
        issuer: issuer.to_owned(),
        subject,
        email: text(&names.email),
        email_verified,
        username: text(&names.username),
        given_name: text(&names.given_name).or(whole).and_then(displayed),
        family_name: text(&names.family_name).and_then(displayed),
        roles: claim_values(claims.get(&names.roles)),
        mfa: claim_values(claims.get("amr"))
            .iter()
            .any(|word| word == "mfa"),
        auth_time: claims.get("auth_time").and_then(Value::as_i64),
    })
}

/// Returns true for a valid `sub`: at most 255 ASCII characters, compared byte by byte (OIDC Core
/// §2).
fn is_subject(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|b| (0x20..=0x7e).contains(&b))
}

/// Returns a trimmed text; `None` if it is empty, over 255 characters or contains control
/// characters.
fn clean(text: &str) -> Option<String> {
    let text = text.trim();
    let is_shown = displayed_name::check_text(text, false).is_ok();
    let good = !text.is_empty() && text.chars().count() <= 255 && is_shown;
    good.then(|| text.to_owned())
}

/// The maximum number of role values that are read.
const MAX_CLAIM_VALUES: usize = 200;

fn claim_values(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => clean(text).into_iter().collect(),
        Some(Value::Array(list)) => {
            let texts = list.iter().take(MAX_CLAIM_VALUES).filter_map(Value::as_str);
            texts.filter_map(clean).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the roles that the provider's values map to, each once.
pub fn mapped_roles(provider: &Provider, identity: &UpstreamIdentity) -> Vec<String> {
    let table = &provider.settings.roles;
    let meant = identity.roles.iter().filter_map(|word| table.get(word));
    let roles: BTreeSet<String> = meant.cloned().collect();
    roles.into_iter().collect()
}

/// Suggests a user name: the user name at the provider, otherwise the local part of the address. It
/// may be taken already; the user can change it.
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
