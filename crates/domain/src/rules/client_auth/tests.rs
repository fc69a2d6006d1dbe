use rstest::rstest;

use super::*;
use crate::model::sample::{NOW, SECRET, client};

fn presented(method: ClientAuthMethod, secret: Option<&str>) -> PresentedClient {
    PresentedClient {
        client_id: "web".to_owned(),
        method,
        secret: secret.map(str::to_owned),
        assertion: (method == ClientAuthMethod::PrivateKeyJwt).then(|| "a.b.c".to_owned()),
    }
}

/// Registered method × presented method × kind × secret (SECURITY OA-15, CVE-2026-53512).
#[rstest]
fn only_the_registered_method_with_the_right_secret_passes(
    #[values(ClientKind::Confidential, ClientKind::Public)] kind: ClientKind,
    #[values(None, Some(""), Some("wrong"), Some(SECRET))] secret: Option<&str>,
    #[values(true, false)] has_secret: bool,
) {
    for registered in ClientAuthMethod::ALL {
        for used in ClientAuthMethod::ALL {
            let client = Client {
                kind,
                auth_method: *registered,
                secret_hash: has_secret.then(|| TokenHash::of(SECRET)),
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
            let verdict = check(Some(&client), &sent);
            let is_signed = *registered == ClientAuthMethod::PrivateKeyJwt;
            assert_eq!(
                verdict == Ok(Proof::Assertion("a.b.c")),
                expected && is_signed,
                "only an assertion is left to be verified"
            );
            assert_eq!(
                verdict == Ok(Proof::Certificate),
                expected && registered.is_by_certificate(),
                "RFC 8705 §2: only a certificate is left to be looked at"
            );
            assert_eq!(
                verdict.is_ok(),
                expected,
                "{registered} {used} {kind:?} {secret:?}"
            );
        }
    }
}

#[test]
fn an_unknown_a_disabled_and_another_client_fail_alike() {
    let good = presented(ClientAuthMethod::ClientSecretBasic, Some(SECRET));
    assert_eq!(check(Some(&client()), &good), Ok(Proof::Given));
    let disabled = Client {
        disabled_at: Some(NOW),
        ..client()
    };
    let other = PresentedClient {
        client_id: "other".to_owned(),
        ..good.clone()
    };
    let wrong = presented(ClientAuthMethod::ClientSecretBasic, Some("wrong"));
    let errors = [
        check(None, &good),
        check(Some(&disabled), &good),
        check(Some(&client()), &other),
        check(Some(&client()), &wrong),
    ];
    for error in &errors {
        assert_eq!(
            error.as_ref().map_err(|e| e.code),
            Err(ErrorCode::InvalidClient)
        );
        assert_eq!(error, &errors[0], "nobody learns which");
    }
}

#[test]
fn the_hash_of_the_secret_is_no_secret() {
    let stored = TokenHash::of(SECRET).to_base64url();
    let sent = presented(ClientAuthMethod::ClientSecretBasic, Some(&stored));
    let verdict = check(Some(&client()), &sent);
    assert!(verdict.is_err());
}

#[test]
fn rfc_6749_2_3_1_every_prefix_and_extension_of_the_secret_fails() {
    let client = client();
    let fails = |secret: &str| {
        check(
            Some(&client),
            &presented(ClientAuthMethod::ClientSecretBasic, Some(secret)),
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
