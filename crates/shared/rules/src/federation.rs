//! Sign-in with an identity provider: the decision on its response.
//!
//! The key of an account at the provider is issuer and subject. An e-mail address is an unverified
//! claim: it may suggest an account here, but never gives access to one.

use doorward_protocol::foreign_json;

use crate::assurance;
use crate::displayed_name;
use crate::identifier;
use crate::passkey::RemainingMethods;
use crate::prelude::*;
use doorward_domain::model::{ClaimNames, ProviderCause, Unaccepted, UpstreamIdentity};

/// The TTL of the login state while the user is at the provider, in seconds.
pub const JOURNEY: i64 = 10 * 60;

/// The TTL of a federated sign-up, in seconds.
pub const SIGN_UP_TTL: i64 = 30 * 60;

/// The tolerated difference to the clock of a provider, in seconds.
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

/// Compares the `iss` of an authorization response with the issuer of the login state (RFC 9207
/// §2.4). If `promised` is true, the provider always sends `iss`.
pub fn check_response_issuer(
    said: Option<&str>,
    expected: &str,
    promised: bool,
) -> Result<(), Unaccepted> {
    let detail = match said {
        Some(said) if said == expected => return Ok(()),
        None if !promised => return Ok(()),
        Some(said) => format!("iss of the authorization response is {said}, expected {expected}"),
        None => "the authorization response has no iss, which the metadata announce".to_owned(),
    };
    Err(Unaccepted::new(ProviderCause::Issuer, detail))
}

/// Returns true if the user signed in at the provider at most `max_age` seconds before the login state
/// was created (OIDC Core §3.1.2.1). Without `auth_time` no sign-in counts as fresh.
pub fn is_fresh(
    auth_time: Option<UnixSeconds>,
    max_age: u64,
    began_at: UnixSeconds,
    now: UnixSeconds,
) -> bool {
    let max_age = i64::try_from(max_age).unwrap_or(i64::MAX);
    let oldest = began_at.saturating_sub(max_age).saturating_sub(LEEWAY);
    auth_time.is_some_and(|at| at >= oldest && at <= now + LEEWAY)
}

/// Returns the authentication that a response of this provider represents. Its time is `auth_time`,
/// at most `now`. It counts as two factors only if the provider claims so and the operator trusts
/// that.
pub fn proof(provider: &Provider, identity: &UpstreamIdentity, now: UnixSeconds) -> Authentication {
    let auth_time = identity.auth_time.map_or(now, |said| said.min(now));
    let believed_mfa = provider.settings.trusts_mfa && identity.mfa;
    assurance::provider_proof(auth_time, believed_mfa)
}

/// Reads the asserted identity, by the claim names that the operator configured. `is_partial` is true
/// if further claims could not be read: then absent roles are unknown, not none.
///
/// # Errors
/// Returns [`ProviderCause::Incomplete`] without a valid subject.
pub fn read_identity(
    issuer: &str,
    claims: &Map<String, Value>,
    names: &ClaimNames,
    is_partial: bool,
) -> Result<UpstreamIdentity, Unaccepted> {
    let text = |name: &str| foreign_json::text(claims, name).and_then(clean);
    let subject = read_subject(claims.get(&names.subject)).ok_or_else(|| {
        let detail = format!("the answer has no usable claim {}", names.subject);
        Unaccepted::new(ProviderCause::Incomplete, detail)
    })?;
    let whole = text(&names.name);
    // Others read these names; a provider may let its users write anything.
    let displayed = |name: String| displayed_name::check(&name, 255).ok();
    let has_roles = foreign_json::has_value(claims, &names.roles);
    let is_unknown = is_partial || has_roles_elsewhere(claims, &names.roles);
    let roles = claim_values(claims.get(&names.roles));
    Ok(UpstreamIdentity {
        issuer: issuer.to_owned(),
        subject,
        email: text(&names.email),
        // Apple and Cognito send a text.
        email_verified: foreign_json::is_true(claims.get(&names.email_verified)),
        username: text(&names.username),
        given_name: text(&names.given_name).or(whole).and_then(displayed),
        family_name: text(&names.family_name).and_then(displayed),
        roles: (has_roles || !is_unknown).then_some(roles),
        is_partial,
        mfa: claim_values(claims.get("amr"))
            .iter()
            .any(|word| word == "mfa"),
        auth_time: foreign_json::numeric_date(claims.get("auth_time")),
        sid: read_identifier(claims, "sid"),
    })
}

/// Returns true if the claim of roles is elsewhere: distributed claims (OIDC Core §5.6.2), and the
/// overage of groups at Entra. What was not read takes nothing back.
fn has_roles_elsewhere(claims: &Map<String, Value>, name: &str) -> bool {
    let names = claims.get("_claim_names").and_then(Value::as_object);
    let is_distributed = names.is_some_and(|names| names.contains_key(name));
    is_distributed || (name == "groups" && foreign_json::is_true(claims.get("hasgroups")))
}

/// Returns the subject. GitHub and Facebook use numbers as ids; only non-negative integers are
/// accepted.
pub fn read_subject(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if is_subject(text) => Some(text.clone()),
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

/// Returns a text of 1 to 255 bytes that identifies a session or a token: `sid` or `jti`.
pub fn read_identifier(claims: &Map<String, Value>, name: &str) -> Option<String> {
    let text = claims.get(name)?.as_str()?;
    (1..=255).contains(&text.len()).then(|| text.to_owned())
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

/// Returns the roles that the provider's values map to, each once; `None` if the values are unknown.
pub fn mapped_roles(provider: &Provider, identity: &UpstreamIdentity) -> Option<Vec<String>> {
    let table = &provider.settings.roles;
    let values = identity.roles.as_ref()?.iter();
    let roles: BTreeSet<String> = values.filter_map(|word| table.get(word)).cloned().collect();
    Some(roles.into_iter().collect())
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
