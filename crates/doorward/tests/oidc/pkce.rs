//! PKCE (RFC 7636, OA-4): S256 only, required of every client but the excepted one, and no way to
//! downgrade.

use doorward_testkit::authorization::{VERIFIER, challenge};
use doorward_testkit::{Authorization, Stack, TestClient, UserAgent, both_backends};

use crate::support::{assert_oauth_error, tokens};

both_backends!(
    rfc_7636_4_5_challenge_and_verifier_have_to_fit,
    a_failed_exchange_burns_the_code,
    rfc_7636_4_4_1_an_excepted_client_may_go_without_until_the_day,
    verifiers_of_the_wrong_form_are_refused,
);

/// What the authorization request carries.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Challenge {
    Absent,
    Fitting,
    OfAnother,
    EqualToVerifier,
}

/// What the token request carries.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Verifier {
    Absent,
    Empty,
    Right,
    Wrong,
}

const OTHER: &str = "another-verifier-that-is-long-enough-to-be-one-0123456789";

async fn code(stack: &Stack, client: &TestClient, sent: Challenge) -> Option<String> {
    let request = Authorization::new(stack.issuer(), client);
    let request = match sent {
        Challenge::Absent => request
            .without("code_challenge")
            .without("code_challenge_method"),
        Challenge::Fitting => request,
        Challenge::OfAnother => request.with("code_challenge", &challenge(OTHER)),
        // "plain" in disguise: the challenge is the verifier itself.
        Challenge::EqualToVerifier => request.with("code_challenge", VERIFIER),
    };
    let mut answer = request
        .complete(&UserAgent::new(), "alice")
        .await
        .at_client();
    if !answer.contains_key("code") {
        assert_eq!(answer["error"], "invalid_request", "{sent:?}");
    }
    answer.remove("code")
}

async fn redeem(
    stack: &Stack,
    client: &TestClient,
    code: &str,
    sent: Verifier,
) -> doorward_testkit::Page {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", client.redirect_uri.as_str()),
    ];
    match sent {
        Verifier::Absent => {}
        Verifier::Empty => fields.push(("code_verifier", "")),
        Verifier::Right => fields.push(("code_verifier", VERIFIER)),
        Verifier::Wrong => fields.push(("code_verifier", OTHER)),
    }
    stack.token(client, &fields).await
}

async fn rfc_7636_4_5_challenge_and_verifier_have_to_fit(stack: &Stack) {
    let seed = &stack.seed;
    for client in [&seed.trusted, &seed.native, &seed.excepted] {
        for sent in [
            Challenge::Absent,
            Challenge::Fitting,
            Challenge::OfAnother,
            Challenge::EqualToVerifier,
        ] {
            for proof in [
                Verifier::Absent,
                Verifier::Empty,
                Verifier::Right,
                Verifier::Wrong,
            ] {
                let case = format!("{} {sent:?} {proof:?}", client.id);
                let Some(code) = code(stack, client, sent).await else {
                    assert!(
                        sent == Challenge::Absent && client.id != seed.excepted.id,
                        "{case}"
                    );
                    continue;
                };
                let good = matches!(
                    (sent, proof),
                    (Challenge::Fitting, Verifier::Right)
                        | (Challenge::OfAnother, Verifier::Wrong)
                        | (Challenge::Absent, Verifier::Absent)
                );
                let page = redeem(stack, client, &code, proof).await;
                assert_eq!(page.status == 200, good, "{case}: {}", page.shown());
                if !good {
                    assert_eq!(
                        page.member("error").as_deref(),
                        Some("invalid_grant"),
                        "{case}"
                    );
                }
            }
        }
    }
}

async fn a_failed_exchange_burns_the_code(stack: &Stack) {
    let client = &stack.seed.trusted;
    for proof in [Verifier::Absent, Verifier::Wrong] {
        let code = code(stack, client, Challenge::Fitting).await.unwrap();
        assert_oauth_error(
            &redeem(stack, client, &code, proof).await,
            400,
            "invalid_grant",
        );
        let page = redeem(stack, client, &code, Verifier::Right).await;
        assert_oauth_error(&page, 400, "invalid_grant");
    }
}

async fn rfc_7636_4_4_1_an_excepted_client_may_go_without_until_the_day(stack: &Stack) {
    let client = &stack.seed.excepted;
    let code_before = code(stack, client, Challenge::Absent).await.unwrap();
    tokens(&redeem(stack, client, &code_before, Verifier::Absent).await);
    stack.clock.advance(366 * 86_400);
    assert!(code(stack, client, Challenge::Absent).await.is_none());
}

async fn verifiers_of_the_wrong_form_are_refused(stack: &Stack) {
    let client = &stack.seed.trusted;
    // RFC 7636 §4.1: 43 to 128 of the unreserved characters.
    for verifier in [
        "a".repeat(42),
        "a".repeat(129),
        format!("{}!", "a".repeat(50)),
    ] {
        let request = Authorization::new(stack.issuer(), client)
            .with("code_challenge", &challenge(&verifier));
        let code = request.complete(&UserAgent::new(), "alice").await.code();
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", client.redirect_uri.as_str()),
            ("code_verifier", verifier.as_str()),
        ];
        let page = stack.token(client, &fields).await;
        assert_eq!(page.status, 400, "{}", page.shown());
        assert!(page.json().get("access_token").is_none());
    }
}
