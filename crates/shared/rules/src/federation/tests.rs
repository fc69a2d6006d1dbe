use rstest::rstest;
use serde_json::json;

use super::*;
use doorward_domain::model::sample;
use doorward_domain::model::{ProviderId, ProviderSettings};

fn provider(change: impl FnOnce(&mut ProviderSettings)) -> Provider {
    let mut settings = ProviderSettings::default();
    change(&mut settings);
    Provider {
        id: ProviderId::parse("acme").unwrap(),
        name: "Acme".to_owned(),
        issuer: "https://acme.example".to_owned(),
        client_id: "doorward".to_owned(),
        secret_sealed: None,
        settings,
        operator_urls: Vec::new(),
        disabled_at: None,
        created_at: 0,
        updated_at: 0,
    }
}

fn identity() -> UpstreamIdentity {
    let claims = json!({
        "sub": "248289761001", "email": "jane@example.com", "email_verified": true,
        "preferred_username": "j.doe", "amr": ["pwd", "mfa"], "auth_time": 1_000,
        "roles": ["staff", "none", "staff"],
    });
    read_identity(
        "https://acme.example",
        claims.as_object().unwrap(),
        &ClaimNames::default(),
        false,
    )
    .unwrap()
}

fn user(change: impl FnOnce(&mut User)) -> User {
    let mut user = sample::user();
    user.email_verified = true;
    change(&mut user);
    user
}

fn facts<'a>(provider: &'a Provider, identity: &'a UpstreamIdentity) -> LinkingFacts<'a> {
    LinkingFacts {
        provider,
        identity,
        linked: None,
        same_address: None,
        registration_open: true,
    }
}

const TRUSTED: fn(&mut ProviderSettings) = |settings| settings.trusts_email = true;
const JOINING: fn(&mut ProviderSettings) = |settings| {
    settings.trusts_email = true;
    settings.links_by_email = true;
};
const UNTRUSTED: fn(&mut ProviderSettings) = |_| {};
const JOINING_UNTRUSTED: fn(&mut ProviderSettings) = |settings| settings.links_by_email = true;
const CLOSED: fn(&mut ProviderSettings) = |settings| {
    settings.trusts_email = true;
    settings.registers = false;
};

fn register(address_is_proved: bool, displaces: Option<UserId>) -> FederationDecision {
    FederationDecision::Register {
        address_is_proved,
        displaces,
    }
}

#[test]
fn linked_user_signs_in_with_any_address() {
    let (provider, mut identity) = (provider(UNTRUSTED), identity());
    identity.email = Some("other@example.com".to_owned());
    let linked = user(|_| {});
    let other = user(|user| user.id = sample::bob());
    let facts = LinkingFacts {
        linked: Some(&linked),
        same_address: Some(SameAddress {
            user: &other,
            is_unproved: false,
        }),
        ..facts(&provider, &identity)
    };
    assert_eq!(decide(&facts), FederationDecision::SignIn(linked.id));
}

#[test]
fn disabled_provider_and_disabled_user_are_rejected_first() {
    let identity = identity();
    let mut off = provider(JOINING);
    off.disabled_at = Some(1);
    let linked = user(|_| {});
    let disabled = user(|user| user.disabled_at = Some(1));
    let by = |provider, linked, same: Option<&_>| {
        decide(&LinkingFacts {
            linked,
            same_address: same.map(|user| SameAddress {
                user,
                is_unproved: false,
            }),
            ..facts(provider, &identity)
        })
    };
    let refused = FederationDecision::Refused(FederationDenial::ProviderDisabled);
    assert_eq!(by(&off, Some(&linked), None), refused);
    assert_eq!(by(&off, None, None), refused);
    let on = provider(JOINING);
    let refused = FederationDecision::Refused(FederationDenial::UserDisabled);
    assert_eq!(by(&on, Some(&disabled), None), refused);
    assert_eq!(by(&on, None, Some(&disabled)), refused);
}

/// Linking and sign-up: settings of the provider × its claim about the address × the account here.
#[rstest]
// No account has the address.
#[case(UNTRUSTED, true, None, register(false, None))]
#[case(TRUSTED, true, None, register(true, None))]
#[case(TRUSTED, false, None, register(false, None))]
#[case(
    CLOSED,
    true,
    None,
    FederationDecision::Refused(FederationDenial::Closed)
)]
// A verified account has it: linked only if the operator trusts the provider and allows it.
#[case(UNTRUSTED, true, Some((true, false)), register(false, None))]
#[case(JOINING_UNTRUSTED, true, Some((true, false)), register(false, None))]
#[case(TRUSTED, true, Some((true, false)), FederationDecision::Prove)]
#[case(TRUSTED, false, Some((true, false)), register(false, None))]
#[case(JOINING, false, Some((true, false)), register(false, None))]
#[case(JOINING, true, Some((true, false)), FederationDecision::Join(sample::alice()))]
// An account created by an operator: the address may be unverified, but the account has a user.
#[case(JOINING, true, Some((false, false)), FederationDecision::Prove)]
// A self-registered account that never verified it: never linked.
#[case(JOINING, true, Some((false, true)), register(true, Some(sample::alice())))]
#[case(TRUSTED, true, Some((false, true)), register(true, Some(sample::alice())))]
#[case(JOINING, false, Some((false, true)), register(false, None))]
#[case(CLOSED, true, Some((false, true)), FederationDecision::Refused(FederationDenial::Closed))]
fn first_federated_sign_in_links_signs_up_or_is_denied(
    #[case] settings: fn(&mut ProviderSettings),
    #[case] verified_there: bool,
    #[case] here: Option<(bool, bool)>,
    #[case] decision: FederationDecision,
) {
    let provider = provider(settings);
    let mut identity = identity();
    identity.email_verified = verified_there;
    let account = here.map(|(verified, _)| user(|user| user.email_verified = verified));
    let is_unproved = here.is_some_and(|(_, unproved)| unproved);
    let details = LinkingFacts {
        same_address: account
            .as_ref()
            .map(|user| SameAddress { user, is_unproved }),
        ..facts(&provider, &identity)
    };
    assert_eq!(decide(&details), decision);
}

#[test]
fn closed_registration_is_closed_for_all_providers() {
    let (provider, identity) = (provider(TRUSTED), identity());
    let facts = LinkingFacts {
        registration_open: false,
        ..facts(&provider, &identity)
    };
    assert_eq!(
        decide(&facts),
        FederationDecision::Refused(FederationDenial::Closed)
    );
}

#[rstest]
#[case(0, 0, false, false, Err(OnlySignInMethod))]
#[case(1, 0, false, false, Ok(()))]
#[case(0, 1, false, false, Ok(()))]
#[case(0, 0, true, false, Ok(()))]
#[case(0, 0, false, true, Ok(()))]
fn last_sign_in_method_cannot_be_unlinked(
    #[case] links: usize,
    #[case] passkeys: usize,
    #[case] password: bool,
    #[case] recovery: bool,
    #[case] result: Result<(), OnlySignInMethod>,
) {
    let left = RemainingMethods {
        passkeys,
        links,
        password,
        recovery,
        // An authenticator app alone is not a sign-in method.
        app: true,
        required: false,
    };
    assert_eq!(check_unlink(left), result);
}

#[rstest]
#[case(Some("https://a.example"), true, Ok(()))]
#[case(Some("https://a.example"), false, Ok(()))]
#[case(Some("https://a.example/"), false, Err(ProviderCause::Issuer))]
#[case(Some("https://b.example"), false, Err(ProviderCause::Issuer))]
#[case(None, true, Err(ProviderCause::Issuer))]
#[case(None, false, Ok(()))]
fn rfc9207_section_2_4(
    #[case] said: Option<&str>,
    #[case] promised: bool,
    #[case] result: Result<(), ProviderCause>,
) {
    let checked = check_response_issuer(said, "https://a.example", promised);
    assert_eq!(checked.map_err(|error| error.cause), result);
}

#[rstest]
#[case(None, false)]
#[case(Some(939), false)]
#[case(Some(940), true)]
#[case(Some(1_000), true)]
#[case(Some(1_170), true)]
#[case(Some(1_171), false)]
fn fresh_authentication_follows_login_state_start(#[case] at: Option<i64>, #[case] good: bool) {
    assert_eq!(is_fresh(at, 0, 1_000, 1_110), good);
}

#[rstest]
#[case::unknown(None, false)]
#[case::in_time(Some(400), true)]
#[case::by_the_leeway(Some(340), true)]
#[case::too_old(Some(339), false)]
#[case::from_the_future(Some(1_171), false)]
fn max_age_counts_from_login_state_start(#[case] at: Option<i64>, #[case] good: bool) {
    assert_eq!(is_fresh(at, 600, 1_000, 1_110), good);
}

#[test]
fn rejects_authentication_in_future() {
    let seen = |said, now| {
        let identity = UpstreamIdentity {
            auth_time: said,
            ..identity()
        };
        proof(&provider(UNTRUSTED), &identity, now).auth_time
    };
    assert_eq!(seen(Some(2_000), 1_000), 1_000);
    assert_eq!(seen(Some(500), 1_000), 500);
    assert_eq!(seen(None, 1_000), 1_000);
}

#[rstest]
#[case(false, false, "aal1", &["fed"])]
#[case(false, true, "aal1", &["fed"])]
#[case(true, false, "aal1", &["fed"])]
#[case(true, true, "aal2", &["fed", "mfa"])]
fn upstream_mfa_counts_only_if_trusted(
    #[case] believed: bool,
    #[case] said: bool,
    #[case] acr: &str,
    #[case] amr: &[&str],
) {
    let mut provider = provider(UNTRUSTED);
    provider.settings.trusts_mfa = believed;
    let identity = UpstreamIdentity {
        mfa: said,
        ..identity()
    };
    let proved = proof(&provider, &identity, 1_000);
    assert_eq!(
        (proved.acr.as_str(), proved.amr),
        (acr, sample::strings(amr))
    );
}

#[rstest]
#[case(json!("248289761001"), Some("248289761001"))]
#[case(json!(583_231), Some("583231"))]
#[case(json!(1.5), None)]
#[case(json!(-1), None)]
#[case(json!(""), None)]
#[case(json!("a\nb"), None)]
#[case(json!("é"), None)]
#[case(json!("x".repeat(256)), None)]
#[case(json!(null), None)]
#[case(json!(["a"]), None)]
fn subject_is_text_or_integer(#[case] value: Value, #[case] subject: Option<&str>) {
    let claims = json!({ "id": value });
    let names = ClaimNames {
        subject: "id".to_owned(),
        ..ClaimNames::default()
    };
    let read = read_identity(
        "https://acme.example",
        claims.as_object().unwrap(),
        &names,
        false,
    );
    assert_eq!(read.ok().map(|one| one.subject).as_deref(), subject);
}

#[rstest]
#[case(json!(true), true)]
#[case(json!("true"), true)]
#[case(json!("yes"), false)]
#[case(json!(1), false)]
#[case(json!(null), false)]
fn verified_email_claim_is_parsed(#[case] value: Value, #[case] verified: bool) {
    let claims = json!({ "sub": "1", "email": "a@b.example", "email_verified": value });
    let names = ClaimNames::default();
    let read = read_identity("i", claims.as_object().unwrap(), &names, false).unwrap();
    assert_eq!(read.email_verified, verified);
}

/// A used claim of another type is left out, and ends no sign-in.
#[test]
fn claims_of_other_types_are_left_out() {
    let names = ClaimNames::default();
    let values = [
        json!(null),
        json!(true),
        json!(7),
        json!(1.5),
        json!({}),
        json!({ "en": "Jane" }),
        json!([]),
        json!([1, {}, null]),
        json!(["a", 7]),
        json!(""),
        json!(" "),
        json!("a\nb"),
    ];
    for name in [
        "email",
        "email_verified",
        "preferred_username",
        "name",
        "given_name",
        "family_name",
        "roles",
        "amr",
        "auth_time",
    ] {
        for value in &values {
            let claims = json!({ "sub": "1", name: value });
            let claims = claims.as_object().unwrap();
            let read = read_identity("i", claims, &names, false).unwrap();
            let texts = [
                &read.email,
                &read.username,
                &read.given_name,
                &read.family_name,
            ];
            assert_eq!(texts, [&None; 4], "{name}: {value}");
            assert!(!read.mfa, "{name}: {value}");
            let roles = read.roles.unwrap();
            let has_text = name == "roles" && value == &json!(["a", 7]);
            assert_eq!(roles == ["a"], has_text, "{name}: {value}");
            assert_eq!(
                read.email_verified,
                name == "email_verified" && value == &json!(true)
            );
        }
    }
}

#[test]
fn upstream_groups_become_configured_roles_only() {
    let provider = provider(|settings| {
        settings.roles = [("staff".to_owned(), "support".to_owned())].into();
    });
    assert_eq!(mapped_roles(&provider, &identity()).unwrap(), ["support"]);
    assert!(identity().mfa);
}

#[rstest]
#[case(Some("j.doe"), Some("x@example.com"), "j.doe")]
#[case(Some("jane@corp.example"), None, "jane")]
#[case(Some("!!"), Some("jane@example.com"), "jane")]
#[case(None, None, "")]
fn user_name_is_suggested(
    #[case] username: Option<&str>,
    #[case] email: Option<&str>,
    #[case] suggested: &str,
) {
    let identity = UpstreamIdentity {
        username: username.map(str::to_owned),
        email: email.map(str::to_owned),
        ..identity()
    };
    assert_eq!(suggested_username(&identity), suggested);
}
