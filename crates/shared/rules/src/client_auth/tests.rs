use rstest::rstest;

use super::*;
use doorward_domain::model::sample::{NOW, SECRET, client};

fn presented(method: ClientAuthMethod, secret: Option<&str>) -> PresentedClient {
    PresentedClient {
        client_id: "web".to_owned(),
        method,
        secret: secret.map(str::to_owned),
        assertion: (method == ClientAuthMethod::PrivateKeyJwt).then(|| "a.b.c".to_owned()),
    }
}

/// Registered method × presented method × kind × secret (CVE-2026-53512).
#[rstest]
fn only_registered_method_with_right_secret_authenticates(
    #[values(ClientKind::Confidential, ClientKind::Public)] kind: ClientKind,
    #[values(None, Some(""), Some("wrong"), Some(SECRET))] secret: Option<&str>,
    #[values(true, false)] has_secret: bool,
) {
    for registered in &ClientAuthMethod::ALL {
        for used in &ClientAuthMethod::ALL {
            let client = Client {
                kind,
                auth_method: (*registered).into(),
                secret_hash: has_secret.then(|| TokenHash::digest(SECRET)),
                ..client()
            };
            let by_secret = matches!(
                registered,
                ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost
            );
            let shown = if registered.is_by_certificate() {
                ClientAuthMethod::None
            } else {
                *registered
            };
            let expected = shown == *used
                && if by_secret {
                    has_secret && secret == Some(SECRET)
                } else if *registered == ClientAuthMethod::PrivateKeyJwt
                    || registered.is_by_certificate()
                {
                    kind == ClientKind::Confidential
                } else {
                    kind == ClientKind::Public
                };
            let sent = presented(*used, secret);
            let result = check(Some(&client), &sent, NOW);
            let is_signed = *registered == ClientAuthMethod::PrivateKeyJwt;
            assert_eq!(
                result == Ok(ClientAuthOutcome::Assertion("a.b.c")),
                expected && is_signed,
                "only an assertion is left to be verified"
            );
            assert_eq!(
                result == Ok(ClientAuthOutcome::Certificate),
                expected && registered.is_by_certificate(),
                "RFC 8705 §2: only a certificate is left to be looked at"
            );
            assert_eq!(
                result.is_ok(),
                expected,
                "{registered} {used} {kind:?} {secret:?}"
            );
        }
    }
}

/// Issue 18, I1: without a pinned method the secret is accepted by Basic or in the body, and
/// nothing else is.
#[rstest]
fn unpinned_secret_is_accepted_by_basic_or_body(
    #[values(None, Some("wrong"), Some(SECRET))] secret: Option<&str>,
) {
    let client = Client {
        auth_method: ClientAuth::Secret,
        secret_hash: Some(TokenHash::digest(SECRET)),
        ..client()
    };
    for used in &ClientAuthMethod::ALL {
        let passes = used.is_by_secret() && secret == Some(SECRET);
        let sent = presented(*used, secret);
        let result = check(Some(&client), &sent, NOW);
        assert_eq!(result.is_ok(), passes, "{used} {secret:?}");
        let names_method = result.is_err_and(|rejection| {
            let error = rejection.to_error();
            error
                .description
                .contains("client_secret_basic or client_secret_post")
        });
        assert_eq!(names_method, !used.is_by_secret(), "{used} {secret:?}");
    }
}

/// I9: the error names the expected and the received method, but never reveals whether the secret
/// was correct.
#[rstest]
fn wrong_method_names_expected_and_received(
    #[values(None, Some("wrong"), Some(SECRET))] secret: Option<&str>,
) {
    let client = Client {
        auth_method: ClientAuthMethod::ClientSecretBasic.into(),
        ..client()
    };
    let told = |method| {
        let result = check(Some(&client), &presented(method, secret), NOW).map(drop);
        result.unwrap_err().to_error().description.into_owned()
    };
    let start = "the client is registered for client_secret_basic, the request used";
    assert_eq!(
        told(ClientAuthMethod::ClientSecretPost),
        format!("{start} client_secret_post")
    );
    assert_eq!(
        told(ClientAuthMethod::None),
        format!("{start} no client authentication")
    );
}

#[test]
fn unknown_disabled_and_wrong_secret_get_same_error() {
    let good = presented(ClientAuthMethod::ClientSecretBasic, Some(SECRET));
    let right = ClientAuthOutcome::Secret(TokenHash::digest(SECRET));
    assert_eq!(check(Some(&client()), &good, NOW), Ok(right));
    let disabled = Client {
        disabled_at: Some(NOW),
        ..client()
    };
    let without = Client {
        secret_hash: None,
        ..client()
    };
    let other = PresentedClient {
        client_id: "other".to_owned(),
        ..good.clone()
    };
    let wrong = presented(ClientAuthMethod::ClientSecretBasic, Some("wrong"));
    for (decision, because) in [
        (check(None, &good, NOW), Rejection::Unknown),
        (check(Some(&disabled), &good, NOW), Rejection::Disabled),
        (check(Some(&client()), &other, NOW), Rejection::Unknown),
        (check(Some(&client()), &wrong, NOW), Rejection::Secret),
        (check(Some(&without), &good, NOW), Rejection::NoSecret),
    ] {
        assert_eq!(decision, Err(because));
        let error = because.to_error().description;
        assert_eq!(
            error,
            uniform_error().description,
            "the client does not learn which"
        );
    }
}

#[test]
fn hash_of_secret_is_no_secret() {
    let stored = TokenHash::digest(SECRET).to_base64url();
    let sent = presented(ClientAuthMethod::ClientSecretBasic, Some(&stored));
    let result = check(Some(&client()), &sent, NOW);
    assert!(result.is_err());
}

#[test]
fn rfc_6749_2_3_1_every_prefix_and_extension_of_secret_fails() {
    let client = client();
    let fails = |secret: &str| {
        check(
            Some(&client),
            &presented(ClientAuthMethod::ClientSecretBasic, Some(secret)),
            NOW,
        )
        .is_err()
    };
    assert!((0..SECRET.len()).all(|end| fails(&SECRET[..end])));
    assert!(
        [" ", "\0", "=", "A"]
            .iter()
            .all(|tail| fails(&format!("{SECRET}{tail}")))
    );
}

/// An imported hash is not compared here, and only used while no SHA-256 is known.
#[rstest]
#[case::imported(false, true, Some("x"), Ok(ClientAuthOutcome::ForeignSecret("x")))]
#[case::no_secret_sent(false, true, None, Err(Rejection::NoSecret))]
#[case::nothing_stored(false, false, Some("x"), Err(Rejection::NoSecret))]
#[case::known_takes_precedence(true, true, Some("x"), Err(Rejection::Secret))]
#[case::known_and_right(
    true,
    true,
    Some(SECRET),
    Ok(ClientAuthOutcome::Secret(TokenHash::digest(SECRET)))
)]
fn imported_secret_is_left_to_the_hashing_threads(
    #[case] known: bool,
    #[case] imported: bool,
    #[case] secret: Option<&str>,
    #[case] expected: Result<ClientAuthOutcome<'_>, Rejection>,
) {
    let client = Client {
        auth_method: ClientAuth::Secret,
        secret_hash: known.then(|| TokenHash::digest(SECRET)),
        foreign_secret: imported.then(|| "$foreign1$".to_owned()),
        ..client()
    };
    let sent = presented(ClientAuthMethod::ClientSecretBasic, secret);
    assert_eq!(check(Some(&client), &sent, NOW), expected);
}

/// A former secret authenticates until its end, and the outcome names the secret that was used.
#[rstest]
#[case::current("new", 0, true)]
#[case::former(SECRET, 59, true)]
#[case::former_ended(SECRET, 60, false)]
#[case::neither("other", 0, false)]
fn former_secret_authenticates_until_its_end(
    #[case] secret: &str,
    #[case] later: i64,
    #[case] passes: bool,
) {
    let mut client = client();
    client.replace_secret(TokenHash::digest("new"), Some(NOW + 60), NOW);
    let sent = presented(ClientAuthMethod::ClientSecretBasic, Some(secret));
    let used = ClientAuthOutcome::Secret(TokenHash::digest(secret));
    let expected = passes.then_some(used).ok_or(Rejection::Secret);
    assert_eq!(check(Some(&client), &sent, NOW + later), expected);
}
