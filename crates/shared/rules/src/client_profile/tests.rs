//! Tests of the demands of security profiles.

use std::collections::BTreeSet;

use doorward_protocol::certificate::CertificateSubject;
use rstest::rstest;

use super::*;
use doorward_domain::model::client_settings;
use doorward_domain::model::sample::client;

use SecurityProfile::{Fapi2, Fapi2MessageSigning, None as NoProfile};

const SIGNED: &str = "FAPI 2.0 Message Signing, section 5.3.1 (1)";
const REQUEST_ID: &str = "01a23030-56a0-771e-a023-21f526f36d6e";
const PUSHED: &str = "FAPI 2.0 Security Profile, section 5.3.2.2 (3)";

/// Returns a client with this profile and the settings that it pins.
fn pinned(profile: SecurityProfile) -> Client {
    let mut client = Client {
        profile,
        pkce: PkcePolicy::Auto,
        ..client()
    };
    pin(&mut client, &[]);
    client
}

#[test]
fn demands_name_known_settings() {
    let members: BTreeSet<_> = client_settings::members()
        .map(|(_, member)| member)
        .collect();
    let names: BTreeSet<_> = client_settings::CHANGEABLE
        .iter()
        .map(|setting| setting.name)
        .collect();
    for demand in DEMANDS {
        assert!(members.contains(&demand.setting), "{}", demand.setting);
        assert!(demand.decides.iter().all(|name| names.contains(name)));
        assert!(demand.section.contains(", section "), "{}", demand.section);
    }
}

#[test]
fn no_profile_pins_nothing() {
    let mut unpinned = client();
    pin(&mut unpinned, &[]);
    assert_eq!(unpinned, client());
    assert_eq!(check(&unpinned), Ok(()));
}

#[test]
fn fixed_settings_have_one_value() {
    let others: [fn(&mut Client); 6] = [
        |client| client.assertion_audience = None,
        |client| client.assertion_audience = Some(AssertionAudience::IssuerOrEndpoint),
        |client| client.require_pushed_authorization_requests = false,
        |client| client.pkce = PkcePolicy::Auto,
        |client| client.pkce = PkcePolicy::Optional,
        |client| client.require_signed_request_object = false,
    ];
    for change in others {
        let mut client = pinned(Fapi2MessageSigning);
        change(&mut client);
        assert!(check(&client).is_err());
    }
    let signing = pinned(Fapi2MessageSigning);
    for name in FIXED {
        assert!(fixed_by(&signing, name).is_some(), "{name}");
        assert!(fixed_by(&pinned(NoProfile), name).is_none(), "{name}");
    }
    assert!(fixed_by(&pinned(Fapi2), "require_signed_request_object").is_none());
    assert!(fixed_by(&signing, "auth_method").is_none());
}

#[rstest]
#[case(Fapi2, false)]
#[case(Fapi2MessageSigning, true)]
fn profile_pins_settings(#[case] profile: SecurityProfile, #[case] signs: bool) {
    let client = pinned(profile);
    assert_eq!(check(&client), Ok(()));
    assert_eq!(client.auth_method, ClientAuthMethod::PrivateKeyJwt);
    assert_eq!(client.assertion_audience, Some(AssertionAudience::Issuer));
    assert!(client.dpop_bound_access_tokens && !client.certificate_bound_access_tokens);
    assert!(client.require_pushed_authorization_requests && client.requires_pkce());
    assert_eq!(client.require_signed_request_object, signs);
    let algorithms = client.algorithms().map(|(_, alg)| alg);
    let es256 = Some(SigningAlg::Es256);
    assert_eq!(algorithms, [es256, None, None, es256]);
    assert_eq!(authorization_alg(&client), SigningAlg::Es256);
    let mut again = client.clone();
    pin(&mut again, &[]);
    assert_eq!(again, client);
}

/// FAPI-CIBA builds on FAPI 1.0, whose assertions name the token endpoint.
#[rstest]
#[case::ciba(&[GrantType::Ciba, GrantType::RefreshToken], true)]
#[case::both(&[GrantType::AuthorizationCode, GrantType::Ciba], false)]
#[case::neither(&[GrantType::ClientCredentials], false)]
fn fapi_ciba_5_2_2_audience_is_free_without_browser(
    #[case] grants: &[GrantType],
    #[case] is_free: bool,
) {
    let mut client = Client {
        profile: Fapi2,
        grant_types: grants.to_vec(),
        assertion_audience: None,
        ..client()
    };
    pin(&mut client, &[]);
    assert_eq!(client.assertion_audience.is_none(), is_free);
    assert_eq!(fixed_by(&client, "assertion_audience").is_none(), is_free);
    client.assertion_audience = Some(AssertionAudience::IssuerOrEndpoint);
    assert_eq!(check(&client).is_ok(), is_free);
}

/// FAPI 1.0 Baseline §6.2.1 (11).
#[rstest]
#[case::sent(
    Fapi2,
    Some("C770aef3-6784-41f7-8e0e-ff5f97bddb3a"),
    Some("C770aef3-6784-41f7-8e0e-ff5f97bddb3a")
)]
#[case::missing(Fapi2, None, Some(REQUEST_ID))]
#[case::no_uuid(Fapi2, Some("1"), Some(REQUEST_ID))]
#[case::other_form(
    Fapi2,
    Some("{c770aef3-6784-41f7-8e0e-ff5f97bddb3a}"),
    Some(REQUEST_ID)
)]
#[case::no_profile(NoProfile, Some("c770aef3-6784-41f7-8e0e-ff5f97bddb3a"), None)]
fn fapi_r_6_2_1_interaction_has_id(
    #[case] profile: SecurityProfile,
    #[case] sent: Option<&str>,
    #[case] expected: Option<&str>,
) {
    let client = pinned(profile);
    assert_eq!(interaction_id(&client, sent, REQUEST_ID), expected);
    assert_eq!(interaction_id(&client, None, "of a proxy"), None);
}

#[test]
fn certificate_settings_remain() {
    let mut by_certificate = Client {
        profile: Fapi2,
        certificate_subject: Some(CertificateSubject::Dn("CN=app".to_owned())),
        ..client()
    };
    pin(&mut by_certificate, &[]);
    assert_eq!(by_certificate.auth_method, ClientAuthMethod::TlsClientAuth);
    assert!(by_certificate.certificate_bound_access_tokens);
    assert!(!by_certificate.dpop_bound_access_tokens);
    assert_eq!(check(&by_certificate), Ok(()));
    let mut both = Client {
        profile: Fapi2,
        certificate_bound_access_tokens: true,
        ..client()
    };
    pin(&mut both, &[]);
    assert_eq!(both.auth_method, ClientAuthMethod::PrivateKeyJwt);
    assert!(!both.dpop_bound_access_tokens);
}

/// A stated setting is checked and not replaced.
#[rstest]
#[case::kind(|client: &mut Client| client.kind = ClientKind::Public, "kind", "5.3.2.1 (3)")]
#[case::secret(
    |client: &mut Client| client.auth_method = ClientAuth::Secret,
    "auth_method",
    "5.3.2.1 (6)"
)]
#[case::post(
    |client: &mut Client| client.auth_method = ClientAuthMethod::ClientSecretPost.into(),
    "auth_method",
    "5.3.2.1 (6)"
)]
#[case::any_audience(
    |client: &mut Client| client.assertion_audience = Some(AssertionAudience::IssuerOrEndpoint),
    "assertion_audience",
    "5.3.2.1 (8)"
)]
#[case::default_audience(
    |client: &mut Client| client.assertion_audience = None,
    "assertion_audience",
    "5.3.2.1 (8)"
)]
#[case::bearer(
    |client: &mut Client| client.dpop_bound_access_tokens = false,
    "dpop_bound_access_tokens",
    "5.3.2.1 (4) and (5)"
)]
#[case::not_pushed(
    |client: &mut Client| client.require_pushed_authorization_requests = false,
    "require_pushed_authorization_requests",
    "5.3.2.2 (3)"
)]
#[case::by_reference(
    |client: &mut Client| client.request_uris = vec!["https://app.example/r".to_owned()],
    "request_uris",
    "5.3.2.2 (3)"
)]
#[case::pkce_auto(|client: &mut Client| client.pkce = PkcePolicy::Auto, "pkce", "5.3.2.2 (5)")]
#[case::pkce_optional(
    |client: &mut Client| client.pkce = PkcePolicy::Optional,
    "pkce",
    "5.3.2.2 (5)"
)]
#[case::http(
    |client: &mut Client| client.redirect_uris.push("http://app.example/cb".to_owned()),
    "redirect_uris",
    "5.3.2.2 (8)"
)]
#[case::id_token(
    |client: &mut Client| client.id_token_signed_response_alg = SigningAlg::Rs256,
    "id_token_signed_response_alg",
    "5.4.1 (1)"
)]
#[case::userinfo(
    |client: &mut Client| client.userinfo_signed_response_alg = Some(SigningAlg::Rs256),
    "userinfo_signed_response_alg",
    "5.4.1 (1)"
)]
#[case::response(
    |client: &mut Client| client.authorization_signed_response_alg = Some(SigningAlg::Rs256),
    "authorization_signed_response_alg",
    "5.4.1 (1)"
)]
#[case::introspection(
    |client: &mut Client| client.introspection_signed_response_alg = None,
    "introspection_signed_response_alg",
    "5.4.1 (1)"
)]
fn fapi_5_3_2_contradiction_is_rejected(
    #[case] change: fn(&mut Client),
    #[case] setting: &str,
    #[case] section: &str,
) {
    for profile in [Fapi2, Fapi2MessageSigning] {
        let mut client = pinned(profile);
        change(&mut client);
        let stated: Vec<_> = DEMANDS
            .iter()
            .flat_map(|demand| demand.decides)
            .copied()
            .collect();
        pin(&mut client, &stated);
        let error = check(&client).unwrap_err();
        assert_eq!(error.setting, setting);
        let section = format!("FAPI 2.0 Security Profile, section {section}");
        assert_eq!(error.section, section);
        let text = error.to_string();
        assert!(
            text.contains(&section) && text.contains(profile.as_str()),
            "{text}"
        );
        // Without a profile, the same settings are allowed.
        client.profile = NoProfile;
        assert_eq!(check(&client), Ok(()));
    }
}

#[test]
fn only_message_signing_demands_request_object() {
    let unsigned = |profile| Client {
        require_signed_request_object: false,
        ..pinned(profile)
    };
    assert_eq!(check(&unsigned(Fapi2)), Ok(()));
    let error = check(&unsigned(Fapi2MessageSigning)).unwrap_err();
    assert_eq!(
        (error.setting, error.section),
        ("require_signed_request_object", SIGNED)
    );
}

#[rstest]
#[case("https://app.example/cb", true)]
#[case("org.example.app:/cb", true)]
#[case("http://127.0.0.1/cb", true)]
#[case("http://127.0.0.1:8080/cb", true)]
#[case("http://[::1]:8080/cb", true)]
#[case("http://localhost/cb", true)]
#[case("http://localhost.evil.example/cb", false)]
#[case("http://127.0.0.1.evil.example/cb", false)]
#[case("http://app.example/cb", false)]
fn plain_http_is_for_loopback(#[case] uri: &str, #[case] expected: bool) {
    let client = Client {
        redirect_uris: vec![uri.to_owned()],
        ..pinned(Fapi2)
    };
    assert_eq!(check(&client).is_ok(), expected);
}

#[rstest]
#[case(Some(SigningAlg::Rs256), false)]
#[case(Some(SigningAlg::Ps256), true)]
#[case(Some(SigningAlg::Es256), true)]
#[case(Some(SigningAlg::EdDsa), true)]
#[case(None, false)]
fn profile_limits_algorithms(#[case] alg: Option<SigningAlg>, #[case] allowed: bool) {
    assert_eq!(allows_alg(Fapi2, alg), allowed);
    assert_eq!(allows_alg(Fapi2MessageSigning, alg), allowed);
    assert!(allows_alg(NoProfile, alg));
}

#[test]
fn rs256_is_replaced_and_other_algorithms_remain() {
    let mut unpinned = Client {
        profile: Fapi2,
        id_token_signed_response_alg: SigningAlg::EdDsa,
        userinfo_signed_response_alg: Some(SigningAlg::Rs256),
        authorization_signed_response_alg: Some(SigningAlg::Rs256),
        introspection_signed_response_alg: Some(SigningAlg::Ps256),
        ..client()
    };
    assert_eq!(authorization_alg(&unpinned), SigningAlg::Ps256);
    pin(&mut unpinned, &[]);
    let algorithms = unpinned.algorithms().map(|(_, alg)| alg.unwrap());
    let (es256, ps256) = (SigningAlg::Es256, SigningAlg::Ps256);
    assert_eq!(algorithms, [SigningAlg::EdDsa, es256, es256, ps256]);
    // Without a registered algorithm, signed responses have that of ID tokens in a profile only.
    unpinned.authorization_signed_response_alg = None;
    assert_eq!(authorization_alg(&unpinned), SigningAlg::EdDsa);
    unpinned.profile = NoProfile;
    assert_eq!(authorization_alg(&unpinned), SigningAlg::Rs256);
}

#[rstest]
#[case(30, 30)]
#[case(60, 60)]
#[case(600, 60)]
fn profile_limits_code_lifetime(#[case] configured: i64, #[case] expected: i64) {
    assert_eq!(code_ttl(Fapi2, configured), expected);
    assert_eq!(code_ttl(NoProfile, configured), configured);
}

#[test]
fn profiles_include_those_before_them() {
    let [first, second, third] = SecurityProfile::ALL;
    assert!(first < second && second < third);
    let rejected = Client {
        require_pushed_authorization_requests: false,
        ..pinned(Fapi2MessageSigning)
    };
    assert_eq!(check(&rejected).unwrap_err().section, PUSHED);
}

/// Each JWT that a client can receive, whatever its settings or the resource say: with a FAPI profile
/// never signed with RS256 (FAPI 2.0 SP §5.4.1 (1)).
#[test]
fn fapi_clients_receive_no_rs256() {
    type Choice = fn(&Client, SigningAlg) -> Option<SigningAlg>;
    let with: fn(&Client, SigningAlg) -> Client = |client, alg| Client {
        id_token_signed_response_alg: alg,
        userinfo_signed_response_alg: Some(alg),
        introspection_signed_response_alg: Some(alg),
        authorization_signed_response_alg: Some(alg),
        ..client.clone()
    };
    let bare: fn(&Client) -> Client = |client| Client {
        introspection_signed_response_alg: None,
        authorization_signed_response_alg: None,
        ..client.clone()
    };
    let choices: [(&str, Choice); 5] = [
        ("access token", |client, alg| {
            Some(response_alg(client.profile, alg, &SigningAlg::ALL))
        }),
        ("ID token and logout token", |client, _| {
            Some(id_token_alg(client))
        }),
        ("userinfo", |client, _| userinfo_alg(client)),
        ("introspection", |client, _| Some(introspection_alg(client))),
        ("authorization response", |client, _| {
            Some(authorization_alg(client))
        }),
    ];
    for profile in [NoProfile, Fapi2, Fapi2MessageSigning] {
        let client = Client {
            profile,
            ..client()
        };
        for alg in SigningAlg::ALL {
            let set = with(&client, alg);
            for (what, choice) in &choices {
                let expected = match alg {
                    SigningAlg::Rs256 if profile.is_fapi() => SigningAlg::Ps256,
                    alg => alg,
                };
                assert_eq!(
                    choice(&set, alg),
                    Some(expected),
                    "{what} {profile:?} {alg}"
                );
                let default = choice(&bare(&set), alg).unwrap();
                assert!(
                    !profile.is_fapi() || default != SigningAlg::Rs256,
                    "{what} by default"
                );
            }
        }
    }
}

#[test]
fn replacement_of_rs256_is_offered() {
    let [rs256, ps256] = [SigningAlg::Rs256, SigningAlg::Ps256];
    for (offered, expected) in [
        (&SigningAlg::ALL[..], ps256),
        (&[rs256, SigningAlg::EdDsa], SigningAlg::EdDsa),
        (
            &[rs256, SigningAlg::EdDsa, SigningAlg::Es256][..],
            SigningAlg::Es256,
        ),
        (&[rs256][..], ps256),
    ] {
        assert_eq!(response_alg(Fapi2, rs256, offered), expected);
        assert_eq!(response_alg(NoProfile, rs256, offered), rs256);
    }
}
