//! The effects of a change of a client's settings: the part of the registration that a setting belongs
//! to, and the direction in which a new value moves its protection.

use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::signing_alg::SigningAlg;

use super::redirect_change::first_new_destination;
use doorward_domain::model::client_setting::ClientSetting;
use doorward_domain::model::{
    AccessTokenFormat, AssertionAudience, Client, ClientAuth, ClientKind, PkcePolicy,
    client_settings,
};
use doorward_domain::time::UnixSeconds;

use Aspect::{Algorithms, Authentication, Consent, General, Logout, Power, Protection, Redirects};

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
    /// Every part, in the order of a form.
    pub const ALL: [Self; 8] = [
        General,
        Redirects,
        Power,
        Authentication,
        Protection,
        Algorithms,
        Consent,
        Logout,
    ];

    /// Returns true if every change of these settings is reviewed before it is stored.
    pub const fn is_reviewed(self) -> bool {
        !matches!(self, General | Consent | Logout)
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

const fn rule(
    field: &'static str,
    aspect: Aspect,
    is_in_tokens: bool,
    weakens: fn(&Client, &Client) -> bool,
) -> SettingRule {
    SettingRule {
        field,
        aspect,
        is_in_tokens,
        weakens,
    }
}

/// The rules of all settings. A test compares them with the table of settings.
pub const RULES: &[SettingRule] = &[
    rule("name", General, false, never),
    rule("auth_method", Authentication, false, |before, after| {
        method_rank(after.auth_method) < method_rank(before.auth_method)
    }),
    rule("profile", Authentication, false, |before, after| {
        after.profile < before.profile
    }),
    rule("redirect_uris", Redirects, false, |before, after| {
        leads_elsewhere(&before.redirect_uris, &after.redirect_uris)
    }),
    rule(
        "post_logout_redirect_uris",
        Redirects,
        false,
        |before, after| {
            let (before, after) = (
                &before.post_logout_redirect_uris,
                &after.post_logout_redirect_uris,
            );
            leads_elsewhere(before, after)
        },
    ),
    rule("grant_types", Power, true, |before, after| {
        adds(&before.grant_types, &after.grant_types)
    }),
    rule("scopes", Power, true, |before, after| {
        !after.scopes.is_subset_of(&before.scopes)
    }),
    rule("first_party", Power, false, |before, after| {
        after.first_party && !before.first_party
    }),
    rule("serves", Power, false, |before, after| {
        adds(&before.serves, &after.serves)
    }),
    // A reference token ends at once, a signed one only when it expires.
    rule("access_token_format", Algorithms, true, |_, after| {
        after.access_token_format == AccessTokenFormat::Jwt
    }),
    rule("access_token_ttl", Protection, true, |before, after| {
        lives_longer(before.access_token_ttl, after.access_token_ttl)
    }),
    rule("id_token_ttl", Protection, false, |before, after| {
        lives_longer(before.id_token_ttl, after.id_token_ttl)
    }),
    rule("assertion_audience", Authentication, false, |before, _| {
        before.assertion_audience == Some(AssertionAudience::Issuer)
    }),
    rule("claims_in_id_token", Algorithms, false, never),
    rule("pkce", Protection, false, |before, after| {
        pkce_rank(after.pkce) < pkce_rank(before.pkce)
    }),
    rule("allowed_origins", Redirects, false, |before, after| {
        adds(&before.allowed_origins, &after.allowed_origins)
    }),
    rule("require_mfa", Protection, true, |_, after| {
        !after.require_mfa
    }),
    rule("dpop_bound_access_tokens", Protection, true, is_unbound),
    rule(
        "certificate_bound_access_tokens",
        Protection,
        true,
        is_unbound,
    ),
    rule(
        "authorization_details_types",
        Power,
        true,
        |before, after| {
            adds(
                &before.authorization_details_types,
                &after.authorization_details_types,
            )
        },
    ),
    rule("certificate_subject", Authentication, false, never),
    rule(
        "require_pushed_authorization_requests",
        Protection,
        false,
        |_, after| !after.require_pushed_authorization_requests,
    ),
    rule(
        "require_signed_request_object",
        Protection,
        false,
        |_, after| !after.require_signed_request_object,
    ),
    rule("request_uris", Redirects, false, never),
    rule("jwks", Authentication, false, never),
    rule("jwks_uri", Authentication, false, never),
    rule(
        "id_token_signed_response_alg",
        Algorithms,
        false,
        |before, after| {
            let algs = [before, after].map(|client| client.id_token_signed_response_alg);
            is_weaker_alg(algs.map(Some))
        },
    ),
    rule(
        "userinfo_signed_response_alg",
        Algorithms,
        false,
        |before, after| {
            is_weaker_alg([before, after].map(|client| client.userinfo_signed_response_alg))
        },
    ),
    rule(
        "authorization_signed_response_alg",
        Algorithms,
        false,
        |before, after| {
            is_weaker_alg([before, after].map(|client| client.authorization_signed_response_alg))
        },
    ),
    rule(
        "introspection_signed_response_alg",
        Algorithms,
        false,
        |before, after| {
            let algs = [before, after].map(|client| client.introspection_signed_response_alg);
            is_weaker_alg(algs.map(|alg| Some(alg.unwrap_or_default())))
        },
    ),
    // With a public subject, clients can recognize the same user.
    rule("pairwise_sector", Protection, true, |_, after| {
        after.pairwise_sector.is_none()
    }),
    rule("logout.backchannel", Logout, false, |_, after| {
        after.logout.backchannel.is_none()
    }),
    rule("logout.backchannel_session_required", Logout, false, never),
    rule("logout.frontchannel", Logout, false, |_, after| {
        after.logout.frontchannel.is_none()
    }),
    rule("logout.frontchannel_session_required", Logout, false, never),
    rule("exchange.audiences", Power, true, |before, after| {
        adds(&before.exchange.audiences, &after.exchange.audiences)
    }),
    rule("exchange.impersonation", Power, true, |_, after| {
        after.exchange.impersonation
    }),
    rule(
        "consent.optional_scopes",
        Consent,
        false,
        |before, after| {
            let (before, after) = (&before.consent, &after.consent);
            !before.optional_scopes.is_subset_of(&after.optional_scopes)
        },
    ),
    rule("consent.lifetime", Consent, false, |before, after| {
        is_longer(before.consent.lifetime, after.consent.lifetime)
    }),
    rule("consent.publisher", General, false, never),
    rule("consent.policy_uri", General, false, never),
    rule("consent.tos_uri", General, false, never),
    rule("kind", Authentication, false, |_, after| {
        after.kind == ClientKind::Public
    }),
    rule("default_max_age", Protection, false, |before, after| {
        is_longer(before.default_max_age, after.default_max_age)
    }),
    rule("default_acr_values", Protection, false, never),
];

const fn never(_: &Client, _: &Client) -> bool {
    false
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

/// Returns true if the second lifetime is longer; none is that of the deployment, which counts as the
/// shortest.
fn lives_longer(before: Option<i64>, after: Option<i64>) -> bool {
    after > before
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

/// Returns true if access tokens are no longer bound to a key.
const fn is_unbound(before: &Client, after: &Client) -> bool {
    let was_bound = before.dpop_bound_access_tokens || before.certificate_bound_access_tokens;
    let is_bound = after.dpop_bound_access_tokens || after.certificate_bound_access_tokens;
    was_bound && !is_bound
}

/// Ranks signatures: none, RS256 (which FAPI 2.0 does not allow), a stronger algorithm.
fn is_weaker_alg(algs: [Option<SigningAlg>; 2]) -> bool {
    let [before, after] = algs.map(|alg| match alg {
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

pub fn rule_of(setting: &ClientSetting) -> Option<&'static SettingRule> {
    RULES.iter().find(|rule| rule.field == setting.field)
}

/// Returns the settings that differ, in the order of the table of settings.
pub fn changes(before: &Client, after: &Client) -> Vec<SettingChange> {
    let differs = |setting: &&ClientSetting| (setting.value)(before) != (setting.value)(after);
    let settings = client_settings::all().filter(differs);
    let change = |setting: &'static ClientSetting| {
        let rule = rule_of(setting)?;
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
