use doorward_protocol::error::ErrorCode;
use rstest::rstest;

use super::*;
use doorward_domain::model::sample::{
    self, NOW, REDIRECT, VERIFIER, client, client_id, code, grant,
};
use doorward_domain::model::{ClientKind, PkcePolicy};

const OTHER_VERIFIER: &str = "another-verifier-of-at-least-43-characters-0";

fn presented<'a>(client: &'a Client, verifier: Option<&'a str>) -> CodeRedemption<'a> {
    CodeRedemption {
        client,
        redirect_uri: Some(REDIRECT),
        code_verifier: verifier,
        jkt: None,
    }
}

/// Returns a confidential client with the policy `auto`.
fn auto() -> Client {
    Client {
        pkce: PkcePolicy::Auto,
        ..client()
    }
}

#[test]
fn right_code_passes() {
    assert_eq!(
        check(
            &grant(),
            &code(),
            &presented(&client(), Some(VERIFIER)),
            NOW
        ),
        Ok(())
    );
}

#[rstest]
#[case::removed(&[], Err(CodeError::RedirectUriRemoved))]
#[case::replaced(&["https://app.example/other"], Err(CodeError::RedirectUriRemoved))]
#[case::another_added(&["https://app.example/other", REDIRECT], Ok(()))]
fn code_needs_registered_redirect_uri(
    #[case] registered: &[&str],
    #[case] expected: Result<(), CodeError>,
) {
    let client = Client {
        redirect_uris: sample::strings(registered),
        ..client()
    };
    let found = check(&grant(), &code(), &presented(&client, Some(VERIFIER)), NOW);
    assert_eq!(found, expected);
}

/// Challenge × verifier × client (RFC 9700 §4.8; CVE-2023-48228, CVE-2024-23647, CVE-2024-22258).
/// An empty challenge, or one of another method, is rejected in the authorization request. So the
/// two other rows of the matrix are challenges of other verifiers.
#[rstest]
fn pkce_matrix(
    #[values("none", "right", "other", "empty")] challenge: &str,
    #[values(None, Some(""), Some(OTHER_VERIFIER), Some(VERIFIER))] verifier: Option<&str>,
    #[values("required", "auto", "switched", "optional", "public")] kind: &str,
) {
    let client = match kind {
        "required" => client(),
        "auto" => auto(),
        "switched" => Client {
            pkce_streak: doorward_domain::model::PKCE_STREAK,
            ..auto()
        },
        "optional" => Client {
            pkce: PkcePolicy::Optional,
            ..client()
        },
        _ => Client {
            kind: ClientKind::Public,
            ..auto()
        },
    };
    let made_from = match challenge {
        "right" => Some(VERIFIER),
        "other" => Some("yet-another-verifier-of-at-least-43-characters"),
        "empty" => Some(""),
        _ => None,
    };
    let code_challenge = made_from.map(|text| {
        let s256 = doorward_protocol::pkce::s256(text);
        serde_json::from_value(serde_json::Value::from(s256)).unwrap()
    });
    let expected = match (challenge, verifier) {
        ("right", Some(VERIFIER)) => Ok(()),
        ("none", None) if ["auto", "optional"].contains(&kind) => Ok(()),
        ("none", None) => Err(CodeError::ChallengeMissing),
        (_, None) => Err(CodeError::VerifierMissing),
        ("none", Some(_)) => Err(CodeError::VerifierUnexpected),
        (_, Some(_)) => Err(CodeError::Verifier),
    };
    let code = Code {
        code_challenge,
        ..code()
    };
    assert_eq!(
        check(&grant(), &code, &presented(&client, verifier), NOW),
        expected
    );
}

#[rstest]
#[case::just_right(VERIFIER.to_owned(), true)]
#[case::prefix(VERIFIER[..42].to_owned(), false)]
#[case::longer(format!("{VERIFIER}A"), false)]
#[case::case_changed(VERIFIER.to_lowercase(), false)]
#[case::padded(format!("{VERIFIER}="), false)]
#[case::space(format!(" {VERIFIER}"), false)]
#[case::nul(format!("{VERIFIER}\0"), false)]
fn only_exact_verifier_matches(#[case] verifier: String, #[case] fits: bool) {
    assert_eq!(
        check(
            &grant(),
            &code(),
            &presented(&client(), Some(&verifier)),
            NOW
        )
        .is_ok(),
        fits
    );
}

#[test]
fn challenge_is_no_verifier() {
    let challenge = sample::challenge();
    let result = check(
        &grant(),
        &code(),
        &presented(&client(), Some(challenge.as_str())),
        NOW,
    );
    assert_eq!(
        result,
        Err(CodeError::Verifier),
        "that would be the method `plain`"
    );
}

/// RFC 6749 §4.1.3: named in the authorization request, so the same must be named again.
#[rstest]
#[case::same(true, Some(REDIRECT), true)]
#[case::missing(true, None, false)]
#[case::other(true, Some("https://app.example/other"), false)]
#[case::longer(true, Some("https://app.example/callback/"), false)]
#[case::upper(true, Some("https://APP.example/callback"), false)]
#[case::empty(true, Some(""), false)]
#[case::not_named_before(false, None, true)]
#[case::not_named_before_same(false, Some(REDIRECT), true)]
#[case::not_named_before_other(false, Some("https://evil.example/"), false)]
fn redirect_uri(#[case] given: bool, #[case] uri: Option<&str>, #[case] passes: bool) {
    let code = Code {
        redirect_uri_given: given,
        ..code()
    };
    let client = client();
    let presented = CodeRedemption {
        redirect_uri: uri,
        ..presented(&client, Some(VERIFIER))
    };
    let expected = if passes {
        Ok(())
    } else {
        Err(CodeError::RedirectUri)
    };
    assert_eq!(check(&grant(), &code, &presented, NOW), expected);
}

#[test]
fn loopback_port_of_request_is_port_of_exchange() {
    let client = sample::native_client();
    let grant = Grant {
        client_id: client.id.clone(),
        ..grant()
    };
    let code = Code {
        redirect_uri: "http://127.0.0.1:4001/callback".to_owned(),
        ..code()
    };
    let other = Some("http://127.0.0.1:4002/callback");
    let presented = CodeRedemption {
        redirect_uri: other,
        ..presented(&client, Some(VERIFIER))
    };
    assert_eq!(
        check(&grant, &code, &presented, NOW),
        Err(CodeError::RedirectUri)
    );
}

#[rstest]
#[case(NOW + 1, Ok(()))]
#[case(NOW, Err(CodeError::Expired))]
#[case(NOW - 1, Err(CodeError::Expired))]
fn code_expires_to_second(#[case] expires_at: i64, #[case] expected: Result<(), CodeError>) {
    let code = Code {
        expires_at,
        ..code()
    };
    assert_eq!(
        check(&grant(), &code, &presented(&client(), Some(VERIFIER)), NOW),
        expected
    );
}

/// CVE-2026-55672: a code is bound to its client, even if everything else matches.
#[test]
fn code_of_different_client_is_rejected_first() {
    let other = Client {
        id: client_id("other"),
        ..client()
    };
    let expired = Code {
        expires_at: NOW - 1,
        ..code()
    };
    for code in [code(), expired] {
        let result = check(&grant(), &code, &presented(&other, Some(VERIFIER)), NOW);
        assert_eq!(result, Err(CodeError::OtherClient));
    }
}

#[rstest]
#[case(CodeError::OtherClient, true)]
#[case(CodeError::Expired, false)]
#[case(CodeError::RedirectUri, true)]
#[case(CodeError::Verifier, true)]
#[case(CodeError::VerifierMissing, true)]
#[case(CodeError::VerifierUnexpected, true)]
#[case(CodeError::ChallengeMissing, true)]
fn every_problem_is_invalid_grant(#[case] problem: CodeError, #[case] misuse: bool) {
    assert_eq!(problem.to_error().code, ErrorCode::InvalidGrant);
    assert_eq!(problem.is_misuse(), misuse, "being late is no theft");
}

#[test]
fn code_errors_round_trip() {
    for problem in CodeError::ALL {
        assert_eq!(CodeError::parse(problem.as_str()), Some(problem));
    }
}

#[test]
fn foreign_code_error_equals_unknown_code_error() {
    let description = CodeError::OtherClient.to_error().description;
    assert_eq!(description, "the code is unknown");
}

/// RFC 9449 §10: the key of the request against the proved key.
#[rstest]
#[case(None, None, Ok(()))]
#[case(None, Some("key"), Ok(()))]
#[case(Some("key"), Some("key"), Ok(()))]
#[case(Some("key"), Some("other"), Err(CodeError::Key))]
#[case(Some("key"), None, Err(CodeError::KeyMissing))]
fn rfc_9449_10_bound_code_requires_key(
    #[case] bound: Option<&str>,
    #[case] jkt: Option<&str>,
    #[case] expected: Result<(), CodeError>,
) {
    let client = client();
    let code = Code {
        dpop_jkt: bound.map(str::to_owned),
        ..code()
    };
    let presented = CodeRedemption {
        jkt,
        ..presented(&client, Some(VERIFIER))
    };
    assert_eq!(check(&grant(), &code, &presented, NOW), expected);
    if let Err(problem) = expected {
        let code = problem.to_error().code.as_str();
        assert!(["invalid_grant", "invalid_dpop_proof"].contains(&code));
    }
}

/// A clock that was set back after the code was issued.
#[rstest]
#[case::at_the_same_time(0, true)]
#[case::as_far_as_two_clocks_differ(60, true)]
#[case::further(61, false)]
#[case::an_hour(3600, false)]
fn code_from_future_is_rejected(#[case] ahead: i64, #[case] passes: bool) {
    let grant = Grant {
        created_at: NOW + ahead,
        ..grant()
    };
    let code = Code {
        expires_at: NOW + ahead + 60,
        ..code()
    };
    let result = check(&grant, &code, &presented(&client(), Some(VERIFIER)), NOW);
    let expected = if passes {
        Ok(())
    } else {
        Err(CodeError::Expired)
    };
    assert_eq!(result, expected);
}
