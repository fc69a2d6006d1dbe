//! Tests of PKCE (RFC 7636): S256 only, required by the client's policy, and no downgrade.

use doorward_domain::model::{AuditKind, PkcePolicy};
use doorward_testkit::authorization::{VERIFIER, challenge};
use doorward_testkit::{Authorization, Stack, TestClient, UserAgent, flows, jwt};
use futures_util::future::join_all;

use crate::support::{assert_oauth_error, text, tokens};

flows!(
    rfc_7636_4_5_challenge_and_verifier_have_to_fit,
    failed_exchange_consumes_code,
    rfc_7636_4_4_1_missing_challenge_follows_policy,
    auto_requires_pkce_after_ten_sign_ins_in_row,
    ten_exchanges_at_once_switch_once,
    required_client_cannot_be_downgraded,
    code_injection_is_rejected_by_policy,
    repeated_exchange_reports_first_error,
    rejects_verifiers_of_wrong_form,
);

/// The challenge of the authorization request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Challenge {
    Absent,
    Fitting,
    OfAnother,
    EqualToVerifier,
}

/// The verifier of the token request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Verifier {
    Absent,
    Empty,
    Right,
    Wrong,
}

const OTHER_VERIFIER: &str = "another-verifier-that-is-long-enough-to-be-one-0123456789";

async fn code(stack: &Stack, client: &TestClient, sent: Challenge) -> Option<String> {
    let request = Authorization::new(stack.issuer(), client);
    let request = match sent {
        Challenge::Absent => request
            .is_disabled("code_challenge")
            .is_disabled("code_challenge_method"),
        Challenge::Fitting => request,
        Challenge::OfAnother => request.with("code_challenge", &challenge(OTHER_VERIFIER)),
        // "plain" in disguise: the challenge is the verifier itself.
        Challenge::EqualToVerifier => request.with("code_challenge", VERIFIER),
    };
    let mut answer = request
        .complete(&UserAgent::new(), "alice")
        .await
        .expect_client();
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
        Verifier::Wrong => fields.push(("code_verifier", OTHER_VERIFIER)),
    }
    stack.token(client, &fields).await
}

/// Checks each client with the pairs that differ by its policy, and one with each challenge. The matrix of both is in
/// `rules::code_exchange`.
async fn rfc_7636_4_5_challenge_and_verifier_have_to_fit(stack: &Stack) {
    let seed = &stack.seed;
    for (sent, proof, good) in [
        (Challenge::Absent, Verifier::Absent, true),
        (Challenge::Absent, Verifier::Right, false),
        (Challenge::Fitting, Verifier::Right, true),
        (Challenge::Fitting, Verifier::Wrong, false),
    ] {
        for client in [&seed.trusted, &seed.native, &seed.excepted] {
            check(stack, client, (sent, proof), good).await;
        }
    }
    for (sent, proof, good) in [
        (Challenge::Fitting, Verifier::Absent, false),
        (Challenge::Fitting, Verifier::Empty, false),
        (Challenge::OfAnother, Verifier::Wrong, true),
        (Challenge::OfAnother, Verifier::Right, false),
        (Challenge::EqualToVerifier, Verifier::Right, false),
    ] {
        check(stack, &seed.trusted, (sent, proof), good).await;
    }
}

async fn check(
    stack: &Stack,
    client: &TestClient,
    (sent, proof): (Challenge, Verifier),
    good: bool,
) {
    let case = format!("{} {sent:?} {proof:?}", client.id);
    let Some(code) = code(stack, client, sent).await else {
        let needs_challenge = client.id != stack.seed.excepted.id;
        assert!(sent == Challenge::Absent && needs_challenge, "{case}");
        return;
    };
    let page = redeem(stack, client, &code, proof).await;
    assert_eq!(page.status == 200, good, "{case}: {}", page.dump());
    if !good {
        let error = page.member("error");
        assert_eq!(error.as_deref(), Some("invalid_grant"), "{case}");
    }
}

async fn failed_exchange_consumes_code(stack: &Stack) {
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

/// Sets the policy of the trusted client, with no sign-ins recorded.
async fn set_policy(stack: &Stack, policy: PkcePolicy) -> &TestClient {
    let client = &stack.seed.trusted;
    stack
        .change_client(&client.id, |client| client.pkce = policy)
        .await;
    client
}

/// Signs alice in with or without PKCE; false if the request or the exchange was rejected.
async fn sign_in(stack: &Stack, client: &TestClient, with_pkce: bool) -> bool {
    let (challenge, verifier) = if with_pkce {
        (Challenge::Fitting, Verifier::Right)
    } else {
        (Challenge::Absent, Verifier::Absent)
    };
    match code(stack, client, challenge).await {
        Some(code) => redeem(stack, client, &code, verifier).await.status == 200,
        None => false,
    }
}

async fn rfc_7636_4_4_1_missing_challenge_follows_policy(stack: &Stack) {
    for (policy, passes) in [
        (PkcePolicy::Required, false),
        (PkcePolicy::Auto, true),
        (PkcePolicy::Optional, true),
    ] {
        let client = set_policy(stack, policy).await;
        assert_eq!(sign_in(stack, client, false).await, passes, "{policy:?}");
        assert!(sign_in(stack, client, true).await, "{policy:?}");
    }
    // `plain` is rejected under every policy (RFC 9700 §2.1.1).
    let client = set_policy(stack, PkcePolicy::Auto).await;
    let request = Authorization::new(stack.issuer(), client)
        .with("code_challenge", VERIFIER)
        .with("code_challenge_method", "plain");
    let answer = request.complete(&UserAgent::new(), "alice").await;
    assert_eq!(answer.expect_client()["error"], "invalid_request");
}

async fn auto_requires_pkce_after_ten_sign_ins_in_row(stack: &Stack) {
    let client = set_policy(stack, PkcePolicy::Auto).await;
    for _ in 0..9 {
        assert!(sign_in(stack, client, true).await);
    }
    assert!(
        sign_in(stack, client, false).await,
        "the count starts again"
    );
    for _ in 0..9 {
        assert!(sign_in(stack, client, true).await);
    }
    let before = code(stack, client, Challenge::Absent).await.unwrap();
    assert!(
        stack
            .audited(AuditKind::ClientPkceRequired)
            .await
            .is_empty()
    );
    assert!(sign_in(stack, client, true).await);
    let events = stack.audited(AuditKind::ClientPkceRequired).await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0].subject.as_deref(), Some(client.id.as_str()));
    // Even a process with an outdated client in its cache redeems no code without PKCE.
    let page = redeem(stack, client, &before, Verifier::Absent).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    let error = page.member("error_description").unwrap();
    assert!(error.contains("requires PKCE"), "{error}");
    stack.clear_caches();
    assert!(!sign_in(stack, client, false).await);
    assert!(sign_in(stack, client, true).await);
    // Another change by an administrator does not undo it.
    stack
        .change_client(&client.id, |client| "Other".clone_into(&mut client.name))
        .await;
    assert!(!sign_in(stack, client, false).await);
    assert_eq!(stack.audited(AuditKind::ClientPkceRequired).await.len(), 1);
}

async fn ten_exchanges_at_once_switch_once(stack: &Stack) {
    let client = set_policy(stack, PkcePolicy::Auto).await;
    let mut codes = Vec::new();
    for _ in 0..12 {
        codes.push(code(stack, client, Challenge::Fitting).await.unwrap());
    }
    let exchanges = codes
        .iter()
        .map(|code| redeem(stack, client, code, Verifier::Right));
    for page in join_all(exchanges).await {
        tokens(&page);
    }
    assert_eq!(stack.audited(AuditKind::ClientPkceRequired).await.len(), 1);
    stack.clear_caches();
    assert!(!sign_in(stack, client, false).await);
}

async fn required_client_cannot_be_downgraded(stack: &Stack) {
    let client = set_policy(stack, PkcePolicy::Optional).await;
    // A code issued before the change is rejected as well (RFC 9700 §4.8.2).
    let before = code(stack, client, Challenge::Absent).await.unwrap();
    set_policy(stack, PkcePolicy::Required).await;
    let page = redeem(stack, client, &before, Verifier::Absent).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    for (sent, proof) in [
        (Challenge::Absent, Verifier::Absent),
        (Challenge::Absent, Verifier::Right),
        (Challenge::Fitting, Verifier::Absent),
        (Challenge::Fitting, Verifier::Empty),
        (Challenge::EqualToVerifier, Verifier::Right),
    ] {
        let Some(code) = code(stack, client, sent).await else {
            assert_eq!(sent, Challenge::Absent);
            continue;
        };
        let page = redeem(stack, client, &code, proof).await;
        assert_oauth_error(&page, 400, "invalid_grant");
    }
}

/// The party that detects a code injected into another session.
#[derive(Clone, Copy, Debug, PartialEq)]
enum StoppedBy {
    Server,
    /// The ID token contains the `nonce` of another session.
    Client,
    Nothing,
}

/// Code injection (RFC 9700 §4.5): the code of one session is redeemed in another one, with the
/// verifier and the `nonce` of that session. Decision 1 and the guide contain the same table.
const INJECTION: [(PkcePolicy, bool, bool, StoppedBy); 8] = [
    (PkcePolicy::Auto, true, true, StoppedBy::Server),
    (PkcePolicy::Auto, true, false, StoppedBy::Server),
    (PkcePolicy::Auto, false, true, StoppedBy::Client),
    (PkcePolicy::Auto, false, false, StoppedBy::Nothing),
    (PkcePolicy::Required, true, true, StoppedBy::Server),
    (PkcePolicy::Required, true, false, StoppedBy::Server),
    // The authorization request is rejected: there is no code.
    (PkcePolicy::Required, false, true, StoppedBy::Server),
    (PkcePolicy::Required, false, false, StoppedBy::Server),
];

async fn code_injection_is_rejected_by_policy(stack: &Stack) {
    for (policy, with_pkce, with_nonce, expected) in INJECTION {
        let client = set_policy(stack, policy).await;
        let case = format!("{policy:?} pkce {with_pkce} nonce {with_nonce}");
        let request = Authorization::new(stack.issuer(), client);
        let request = if with_pkce {
            request.with("code_challenge", &challenge(OTHER_VERIFIER))
        } else {
            request
                .is_disabled("code_challenge")
                .is_disabled("code_challenge_method")
        };
        let request = if with_nonce {
            request.with("nonce", "of the first session")
        } else {
            request.is_disabled("nonce")
        };
        let answer = request.complete(&UserAgent::new(), "alice").await;
        let stopped = match answer.expect_client().remove("code") {
            None => StoppedBy::Server,
            Some(code) => {
                // The session of the second request has a different verifier and nonce.
                let proof = if with_pkce {
                    Verifier::Right
                } else {
                    Verifier::Absent
                };
                let page = redeem(stack, client, &code, proof).await;
                if page.status == 200 {
                    let id_token = text(&page.json(), "id_token");
                    match jwt::claims(&id_token)["nonce"].as_str() {
                        Some("of the first session") => StoppedBy::Client,
                        _ => StoppedBy::Nothing,
                    }
                } else {
                    StoppedBy::Server
                }
            }
        };
        assert_eq!(stopped, expected, "{case}");
        // If an attacker removed the challenge, the verifier reveals it (§4.8.2).
        if let Some(code) = code(stack, client, Challenge::Absent).await {
            let page = redeem(stack, client, &code, Verifier::Right).await;
            assert_oauth_error(&page, 400, "invalid_grant");
        }
    }
}

/// Checks that a repeated exchange reports the first error, not only that the code is used (I9).
async fn repeated_exchange_reports_first_error(stack: &Stack) {
    let client = set_policy(stack, PkcePolicy::Auto).await;
    let told = |page: &doorward_testkit::Page| page.member("error_description").unwrap();
    let code_ = code(stack, client, Challenge::Fitting).await.unwrap();
    let first = redeem(stack, client, &code_, Verifier::Absent).await;
    assert!(told(&first).starts_with("code_verifier is missing"));
    let second = redeem(stack, client, &code_, Verifier::Absent).await;
    assert_oauth_error(&second, 400, "invalid_grant");
    assert!(
        told(&second).starts_with(&told(&first)),
        "{}",
        told(&second)
    );
    // Another client learns nothing about it, and a successful exchange leaves no error.
    let other = redeem(stack, &stack.seed.web, &code_, Verifier::Absent).await;
    assert_eq!(told(&other), "the code has been used");
    let good = code(stack, client, Challenge::Fitting).await.unwrap();
    tokens(&redeem(stack, client, &good, Verifier::Right).await);
    let again = redeem(stack, client, &good, Verifier::Right).await;
    assert_eq!(told(&again), "the code has been used");
}

async fn rejects_verifiers_of_wrong_form(stack: &Stack) {
    let client = &stack.seed.trusted;
    // A verifier has 43 to 128 unreserved characters (RFC 7636 §4.1).
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
        assert_eq!(page.status, 400, "{}", page.dump());
        assert!(page.json().get("access_token").is_none());
    }
}
