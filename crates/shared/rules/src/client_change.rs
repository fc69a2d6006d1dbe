//! The effects of a change of a client's settings: the part of the registration that a setting belongs
//! to, and the direction in which a new value moves its protection.

use super::redirect_change::first_new_destination;
use crate::prelude::*;
use doorward_domain::model::client_setting::ClientSetting;
use doorward_domain::model::{AccessTokenFormat, client_settings};

/// The part of a registration that a setting belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aspect {
    /// Names and pages that users see.
    General,
    /// Destinations of the browser, and origins of scripts.
    Redirects,
    /// Access that the client can get.
    Power,
    /// Authentication of the client, with its keys and secrets.
    Authentication,
    /// Requirements on requests, users and tokens.
    Protection,
    /// Form and signatures of tokens and responses.
    Algorithms,
    /// Consent of users.
    Consent,
    /// Notifications about the end of a session.
    Logout,
}

impl Aspect {
    /// Returns true if every change of these settings is reviewed before it is stored.
    pub const fn is_reviewed(self) -> bool {
        !matches!(self, Self::General | Self::Consent | Self::Logout)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct SettingRule {
    /// The path of the field in [`Client`], which identifies the setting.
    pub field: &'static str,
    pub aspect: Aspect,
    /// True if issued access tokens keep the former value until they expire.
    pub is_in_tokens: bool,
    /// Returns true if the second value protects less than the first.
    weakens: fn(&Client, &Client) -> bool,
}

/// The rule of the setting with this path in [`Client`]. A function compares the former and the new
/// value of the setting, a closure the former and the new client.
macro_rules! rule {
    ($name:ident $(.$part:ident)?, $aspect:ident, $is_in_tokens:literal, $weakens:path) => {
        rule!($name$(.$part)?, $aspect, $is_in_tokens, |before, after| {
            $weakens(&before.$name$(.$part)?, &after.$name$(.$part)?)
        })
    };
    ($name:ident $(.$part:ident)?, $aspect:ident, $is_in_tokens:literal, $weakens:expr) => {
        SettingRule {
            field: concat!(stringify!($name) $(, ".", stringify!($part))?),
            aspect: Aspect::$aspect,
            is_in_tokens: $is_in_tokens,
            weakens: $weakens,
        }
    };
}

/// The rules of all settings. A test compares them with the table of settings.
pub const RULES: &[SettingRule] = &[
    rule!(name, General, false, never),
    rule!(auth_method, Authentication, false, |before, after| {
        method_rank(after.auth_method) < method_rank(before.auth_method)
    }),
    rule!(profile, Authentication, false, is_less),
    rule!(redirect_uris, Redirects, false, leads_elsewhere),
    rule!(post_logout_redirect_uris, Redirects, false, leads_elsewhere),
    rule!(grant_types, Power, true, adds),
    rule!(scopes, Power, true, adds_scope),
    rule!(first_party, Power, false, is_more),
    rule!(serves, Power, false, adds),
    // A reference token ends at once, a signed one only when it expires.
    rule!(access_token_format, Algorithms, true, |_, after| {
        after.access_token_format == AccessTokenFormat::Jwt
    }),
    // No lifetime is that of the deployment, which counts as the shortest.
    rule!(access_token_ttl, Protection, true, is_more),
    rule!(id_token_ttl, Protection, false, is_more),
    rule!(assertion_audience, Authentication, false, |before, _| {
        before.assertion_audience == Some(AssertionAudience::Issuer)
    }),
    rule!(claims_in_id_token, Algorithms, false, never),
    rule!(pkce, Protection, false, |before, after| {
        pkce_rank(after.pkce) < pkce_rank(before.pkce)
    }),
    rule!(allowed_origins, Redirects, false, adds),
    rule!(require_mfa, Protection, true, is_less),
    rule!(
        dpop_bound_access_tokens,
        Protection,
        true,
        |before, after| { is_bound(before) && !is_bound(after) }
    ),
    rule!(
        certificate_bound_access_tokens,
        Protection,
        true,
        |before, after| { is_bound(before) && !is_bound(after) }
    ),
    rule!(authorization_details_types, Power, true, adds),
    rule!(certificate_subject, Authentication, false, never),
    rule!(
        require_pushed_authorization_requests,
        Protection,
        false,
        is_less
    ),
    rule!(require_signed_request_object, Protection, false, is_less),
    rule!(request_uris, Redirects, false, never),
    rule!(jwks, Authentication, false, never),
    rule!(jwks_uri, Authentication, false, never),
    rule!(
        backchannel_client_notification_endpoint,
        General,
        false,
        never
    ),
    rule!(
        id_token_signed_response_alg,
        Algorithms,
        false,
        is_weaker_alg
    ),
    rule!(
        userinfo_signed_response_alg,
        Algorithms,
        false,
        is_weaker_alg
    ),
    rule!(
        authorization_signed_response_alg,
        Algorithms,
        false,
        is_weaker_alg
    ),
    rule!(
        introspection_signed_response_alg,
        Algorithms,
        false,
        |before, after| {
            let algs = [before, after].map(|client| client.introspection_signed_response_alg);
            let [before, after] = algs.map(Option::unwrap_or_default);
            is_weaker_alg(&before, &after)
        }
    ),
    // With a public subject, clients can recognize the same user.
    rule!(pairwise_sector, Protection, true, is_removed),
    rule!(logout.backchannel, Logout, false, is_removed),
    rule!(logout.backchannel_session_required, Logout, false, never),
    rule!(logout.frontchannel, Logout, false, is_removed),
    rule!(logout.frontchannel_session_required, Logout, false, never),
    rule!(exchange.audiences, Power, true, adds),
    rule!(exchange.impersonation, Power, true, is_more),
    rule!(consent.optional_scopes, Consent, false, |before, after| {
        adds_scope(
            &after.consent.optional_scopes,
            &before.consent.optional_scopes,
        )
    }),
    rule!(consent.lifetime, Consent, false, |before, after| {
        is_longer(before.consent.lifetime, after.consent.lifetime)
    }),
    rule!(consent.publisher, General, false, never),
    rule!(consent.policy_uri, General, false, never),
    rule!(consent.tos_uri, General, false, never),
    rule!(kind, Authentication, false, |_, after| {
        after.kind == ClientKind::Public
    }),
    rule!(default_max_age, Protection, false, |before, after| {
        is_longer(before.default_max_age, after.default_max_age)
    }),
    rule!(default_acr_values, Protection, false, never),
];

const fn never<T>(_: &T, _: &T) -> bool {
    false
}

fn is_less<T: PartialOrd>(before: &T, after: &T) -> bool {
    after < before
}

fn is_more<T: PartialOrd>(before: &T, after: &T) -> bool {
    after > before
}

/// Returns true if an optional value is removed.
fn is_removed<T: Default + PartialEq>(_: &T, after: &T) -> bool {
    *after == T::default()
}

fn adds_scope(before: &Scope, after: &Scope) -> bool {
    !after.is_subset_of(before)
}

/// Returns true if the second list has a value that the first has not.
fn adds<T: PartialEq>(before: &[T], after: &[T]) -> bool {
    after.iter().any(|item| !before.contains(item))
}

/// Returns true if a URI of the second list leads to a destination that the first has not. The same
/// host with https instead of http is no other destination.
fn leads_elsewhere(before: &[String], after: &[String]) -> bool {
    let secured = before.iter().filter_map(|uri| {
        let rest = uri.strip_prefix("http:")?;
        Some(format!("https:{rest}"))
    });
    let known: Vec<String> = before.iter().cloned().chain(secured).collect();
    first_new_destination(&known, after).is_some()
}

/// Returns true if the second time is longer; none is the longest.
fn is_longer<T: Ord>(before: Option<T>, after: Option<T>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => after > before,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// Ranks the proof of a client: none, a shared secret, a private key.
fn method_rank(method: ClientAuth) -> u8 {
    if method == ClientAuthMethod::None {
        0
    } else if method.is_by_secret() {
        1
    } else {
        2
    }
}

const fn pkce_rank(policy: PkcePolicy) -> u8 {
    match policy {
        PkcePolicy::Optional => 0,
        PkcePolicy::Auto => 1,
        PkcePolicy::Required => 2,
    }
}

/// Returns true if access tokens are bound to a key.
const fn is_bound(client: &Client) -> bool {
    client.dpop_bound_access_tokens || client.certificate_bound_access_tokens
}

/// Ranks signatures: none, RS256 (which FAPI 2.0 does not allow), a stronger algorithm.
fn is_weaker_alg<T: Copy + Into<Option<SigningAlg>>>(before: &T, after: &T) -> bool {
    let [before, after] = [*before, *after].map(|alg| match alg.into() {
        None => 0,
        Some(SigningAlg::Rs256) => 1,
        Some(_) => 2,
    });
    after < before
}

doorward_protocol::words! {
    /// The direction of a change.
    pub enum Effect {
        /// Less protection, or more access.
        Weaker = "weaker",
        /// More protection, or less access.
        Stronger = "stronger",
        Neutral = "neutral",
    }
}

impl Effect {
    /// Returns the direction of a change, of which `weakens` knows whether it protects less.
    pub(super) fn of<T>(weakens: fn(&T, &T) -> bool, before: &T, after: &T) -> Self {
        if weakens(before, after) {
            Self::Weaker
        } else if weakens(after, before) {
            Self::Stronger
        } else {
            Self::Neutral
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct SettingChange {
    pub setting: &'static ClientSetting,
    pub rule: &'static SettingRule,
    pub effect: Effect,
}

/// Returns the settings that differ, in the order of the table of settings.
pub fn changes(before: &Client, after: &Client) -> Vec<SettingChange> {
    let differs = |setting: &&ClientSetting| (setting.value)(before) != (setting.value)(after);
    let settings = client_settings::all().filter(differs);
    let change = |setting: &'static ClientSetting| {
        let rule = RULES.iter().find(|rule| rule.field == setting.field)?;
        let effect = Effect::of(rule.weakens, before, after);
        Some(SettingChange {
            setting,
            rule,
            effect,
        })
    };
    settings.filter_map(change).collect()
}

/// Returns true if an administrator reviews these changes before they are stored: they concern power,
/// redirects, authentication or protection, or one of them weakens the client.
pub fn needs_review(changes: &[SettingChange]) -> bool {
    let mut changes = changes.iter();
    changes.any(|change| change.rule.aspect.is_reviewed() || change.effect == Effect::Weaker)
}

/// Returns the seconds until a change holds everywhere: the age of a cached client on other replicas,
/// and the lifetime of an access token if issued ones keep the former value.
pub fn seconds_to_hold(
    before: &Client,
    after: &Client,
    cached: UnixSeconds,
    access_ttl: UnixSeconds,
) -> UnixSeconds {
    let is_disabled = before.is_active() && !after.is_active();
    // A resource server accepts a signed token without a request to this server.
    let outlives = is_disabled && before.access_token_format == AccessTokenFormat::Jwt;
    let mut changes = changes(before, after).into_iter();
    if outlives || changes.any(|change| change.rule.is_in_tokens) {
        cached + access_ttl
    } else {
        cached
    }
}

#[cfg(test)]
mod tests;
