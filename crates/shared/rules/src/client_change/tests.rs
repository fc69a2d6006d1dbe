//! Tests of the rules of a change.

use std::collections::BTreeSet;

use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use rstest::rstest;

use super::*;
use doorward_domain::model::SecurityProfile;
use doorward_domain::model::sample::client;

/// Checks that each setting has one rule: a new setting must decide.
#[test]
fn each_setting_has_one_rule() {
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.field).collect();
    assert_eq!(rules.len(), RULES.len());
    let settings: BTreeSet<_> = client_settings::all().map(|it| it.field).collect();
    assert_eq!(rules, settings);
    for aspect in [
        Aspect::General,
        Aspect::Redirects,
        Aspect::Power,
        Aspect::Authentication,
        Aspect::Protection,
        Aspect::Algorithms,
        Aspect::Consent,
        Aspect::Logout,
    ] {
        assert!(RULES.iter().any(|rule| rule.aspect == aspect), "{aspect:?}");
    }
}

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|&item| item.to_owned()).collect()
}

fn scope(names: &str) -> Scope {
    Scope::parse(names).unwrap()
}

/// Returns a client in which each setting of the table below protects.
fn strict() -> Client {
    let mut strict = client();
    strict.kind = ClientKind::Confidential;
    strict.auth_method = ClientAuthMethod::PrivateKeyJwt.into();
    strict.profile = SecurityProfile::Fapi2;
    strict.redirect_uris = list(&["https://app.example/cb"]);
    strict.post_logout_redirect_uris = list(&["https://app.example/"]);
    strict.grant_types = vec![GrantType::AuthorizationCode];
    strict.scopes = scope("openid");
    strict.first_party = false;
    strict.serves = Vec::new();
    strict.access_token_format = AccessTokenFormat::Opaque;
    strict.access_token_ttl = None;
    strict.id_token_ttl = Some(60);
    strict.assertion_audience = Some(AssertionAudience::Issuer);
    strict.pkce = PkcePolicy::Required;
    strict.allowed_origins = Vec::new();
    strict.require_mfa = true;
    strict.dpop_bound_access_tokens = true;
    strict.certificate_bound_access_tokens = false;
    strict.authorization_details_types = Vec::new();
    strict.require_pushed_authorization_requests = true;
    strict.require_signed_request_object = true;
    strict.id_token_signed_response_alg = SigningAlg::Es256;
    strict.userinfo_signed_response_alg = Some(SigningAlg::Rs256);
    strict.authorization_signed_response_alg = Some(SigningAlg::Es256);
    strict.introspection_signed_response_alg = Some(SigningAlg::Es256);
    strict.pairwise_sector = Some("app.example".to_owned());
    strict.logout.backchannel = Some("https://app.example/bye".to_owned());
    strict.logout.frontchannel = Some("https://app.example/frame".to_owned());
    strict.exchange.audiences = Vec::new();
    strict.exchange.impersonation = false;
    strict.consent.optional_scopes = scope("profile");
    strict.consent.lifetime = Some(86_400);
    strict.default_max_age = Some(60);
    strict
}

#[rstest]
#[case::authentication("auth_method", |c: &mut Client| c.auth_method = ClientAuth::Secret)]
#[case::profile("profile", |c: &mut Client| c.profile = SecurityProfile::None)]
#[case::http("redirect_uris", |c: &mut Client| c.redirect_uris = list(&["http://app.example/cb"]))]
#[case::other_host("redirect_uris", |c: &mut Client| c.redirect_uris = list(&["https://b.example/"]))]
#[case::sign_out(
    "post_logout_redirect_uris",
    |c: &mut Client| c.post_logout_redirect_uris = list(&["https://b.example/"])
)]
#[case::grant("grant_types", |c: &mut Client| c.grant_types.push(GrantType::RefreshToken))]
#[case::scope("scopes", |c: &mut Client| c.scopes = scope("openid email"))]
#[case::consent_off("first_party", |c: &mut Client| c.first_party = true)]
#[case::serves("serves", |c: &mut Client| c.serves = list(&["https://api.example"]))]
#[case::signed_token(
    "access_token_format",
    |c: &mut Client| c.access_token_format = AccessTokenFormat::Jwt
)]
#[case::long_access("access_token_ttl", |c: &mut Client| c.access_token_ttl = Some(3_600))]
#[case::long_id("id_token_ttl", |c: &mut Client| c.id_token_ttl = Some(3_600))]
#[case::audience("assertion_audience", |c: &mut Client| c.assertion_audience = None)]
#[case::pkce("pkce", |c: &mut Client| c.pkce = PkcePolicy::Optional)]
#[case::origin("allowed_origins", |c: &mut Client| c.allowed_origins = list(&["https://b.example"]))]
#[case::factor("require_mfa", |c: &mut Client| c.require_mfa = false)]
#[case::unbound("dpop_bound_access_tokens", |c: &mut Client| c.dpop_bound_access_tokens = false)]
#[case::details(
    "authorization_details_types",
    |c: &mut Client| c.authorization_details_types = list(&["payment"])
)]
#[case::not_pushed(
    "require_pushed_authorization_requests",
    |c: &mut Client| c.require_pushed_authorization_requests = false
)]
#[case::not_signed(
    "require_signed_request_object",
    |c: &mut Client| c.require_signed_request_object = false
)]
#[case::id_token(
    "id_token_signed_response_alg",
    |c: &mut Client| c.id_token_signed_response_alg = SigningAlg::Rs256
)]
#[case::userinfo(
    "userinfo_signed_response_alg",
    |c: &mut Client| c.userinfo_signed_response_alg = None
)]
#[case::response(
    "authorization_signed_response_alg",
    |c: &mut Client| c.authorization_signed_response_alg = None
)]
#[case::introspection(
    "introspection_signed_response_alg",
    |c: &mut Client| c.introspection_signed_response_alg = None
)]
#[case::subject("pairwise_sector", |c: &mut Client| c.pairwise_sector = None)]
#[case::backchannel("logout.backchannel", |c: &mut Client| c.logout.backchannel = None)]
#[case::frontchannel("logout.frontchannel", |c: &mut Client| c.logout.frontchannel = None)]
#[case::exchange(
    "exchange.audiences",
    |c: &mut Client| c.exchange.audiences = list(&["https://api.example"])
)]
#[case::impersonation("exchange.impersonation", |c: &mut Client| c.exchange.impersonation = true)]
#[case::optional("consent.optional_scopes", |c: &mut Client| c.consent.optional_scopes = scope(""))]
#[case::longer("consent.lifetime", |c: &mut Client| c.consent.lifetime = Some(172_800))]
#[case::endless("consent.lifetime", |c: &mut Client| c.consent.lifetime = None)]
#[case::public("kind", |c: &mut Client| c.kind = ClientKind::Public)]
#[case::older("default_max_age", |c: &mut Client| c.default_max_age = None)]
fn weakening_is_detected_in_one_direction(#[case] field: &str, #[case] weaken: fn(&mut Client)) {
    let strict = strict();
    let mut weak = strict.clone();
    weaken(&mut weak);
    let directions = [
        (&strict, &weak, Effect::Weaker),
        (&weak, &strict, Effect::Stronger),
    ];
    for (before, after, expected) in directions {
        let changes = changes(before, after);
        let [change] = changes[..] else {
            panic!("one change: {changes:?}")
        };
        assert_eq!(change.rule.field, field);
        let is_moved = weak.redirect_uris == list(&["https://b.example/"])
            || weak.post_logout_redirect_uris == list(&["https://b.example/"]);
        // Another host is another recipient in both directions.
        let expected = if is_moved { Effect::Weaker } else { expected };
        assert_eq!(change.effect, expected, "{field}");
        if change.effect == Effect::Weaker {
            assert!(needs_review(&changes));
        }
    }
}

/// Checks the settings with values that protect equally.
#[test]
fn other_settings_are_neutral() {
    let neutral = [
        "name",
        "claims_in_id_token",
        "certificate_bound_access_tokens",
        "certificate_subject",
        "request_uris",
        "jwks",
        "jwks_uri",
        "logout.backchannel_session_required",
        "logout.frontchannel_session_required",
        "consent.publisher",
        "consent.policy_uri",
        "consent.tos_uri",
        "default_acr_values",
    ];
    let before = strict();
    let mut after = before.clone();
    after.name = "Other".to_owned();
    after.claims_in_id_token = !before.claims_in_id_token;
    // A binding to a certificate instead of a key.
    after.certificate_bound_access_tokens = true;
    after.consent.publisher = Some("Example Ltd".to_owned());
    after.default_acr_values = list(&["phr"]);
    let found = changes(&before, &after);
    assert_eq!(found.len(), 5, "{found:?}");
    for change in found {
        assert_eq!(change.effect, Effect::Neutral, "{}", change.rule.field);
        assert!(neutral.contains(&change.rule.field));
    }
}

#[test]
fn changes_of_texts_need_no_review() {
    let before = strict();
    let mut after = before.clone();
    after.name = "Other".to_owned();
    after.consent.policy_uri = Some("https://app.example/privacy".to_owned());
    after.consent.lifetime = Some(3_600);
    assert!(!needs_review(&changes(&before, &after)));
    assert!(changes(&before, &before).is_empty());
    after
        .redirect_uris
        .push("https://app.example/other".to_owned());
    assert!(needs_review(&changes(&before, &after)));
}

#[test]
fn issued_tokens_delay_some_changes() {
    let seconds = |before: &Client, after: &Client| seconds_to_hold(before, after, 1, 300);
    let before = strict();
    let mut after = before.clone();
    after
        .redirect_uris
        .push("https://app.example/other".to_owned());
    assert_eq!(seconds(&before, &after), 1);
    after.scopes = scope("");
    assert_eq!(seconds(&before, &after), 301);
    // A reference token is looked up for each use.
    let disabled = |client: &Client| Client {
        disabled_at: Some(5),
        ..client.clone()
    };
    assert_eq!(seconds(&before, &disabled(&before)), 1);
    let mut signed = before.clone();
    signed.access_token_format = AccessTokenFormat::Jwt;
    assert_eq!(seconds(&signed, &disabled(&signed)), 301);
    assert_eq!(seconds(&disabled(&signed), &signed), 1);
}
