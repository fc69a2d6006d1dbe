//! Tests of the second factor: enrolled, required, codes used once, removed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::model::{AuditEvent, AuditKind, Authentication, SessionId};
use doorward_rules::assurance::AAL2;
use doorward_store::repo;
use doorward_templates::qr::Qr;
use doorward_testkit::{Authorization, PASSWORD, Page, Stack, UserAgent, flows, flows_with};
use serde_json::{Value, json};

use crate::support::{
    Tokens, body, claims, errors, get_as, post, post_as, problem, refresh, sign_in,
};

flows!(
    from_set_up_to_sign_in,
    code_is_single_use,
    token_of_waiting_sign_in_is_only_key,
    changes_require_recent_authentication,
    removed_factor_is_not_requested,
    token_keeps_level_of_original_authentication,
    first_code_makes_new_tokens_stronger,
);
flows_with!(LIMITS; wrong_first_codes_are_counted_and_written_down);

const LIMITS: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];

pub struct Enrolled {
    tokens: Tokens,
    secret: TotpSecret,
    recovery: Vec<String>,
}

impl Enrolled {
    /// Advances the clock and returns the next code.
    fn code(&self, stack: &Stack) -> String {
        stack.clock.advance(30);
        self.secret.code_at(stack.clock.now())
    }

    fn wrong(&self, stack: &Stack) -> String {
        let now = stack.clock.now();
        let mut codes = (0..1_000_000).map(|number| format!("{number:06}"));
        codes
            .find(|code| self.secret.step_of(code, now).is_none())
            .unwrap()
    }
}

pub async fn enrol(stack: &Stack, name: &str) -> Enrolled {
    let tokens = sign_in(stack, name).await;
    let page = post_as(stack, &tokens.access, "/api/auth/2fa/setup", json!({})).await;
    let proposed = body(&page, 200);
    let uri = proposed["otpauth_uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/"), "{uri}");
    let secret = proposed["secret"].as_str().unwrap();
    assert!(uri.contains(&format!("secret={secret}")), "{uri}");
    check_picture(&proposed, uri);
    let secret = TotpSecret::from_base32(secret).unwrap();
    let code = secret.code_at(stack.clock.now());
    let page = post_as(
        stack,
        &tokens.access,
        "/api/auth/2fa/verify",
        json!({ "code": code }),
    )
    .await;
    let codes = body(&page, 200)["recovery_codes"].clone();
    let recovery: Vec<String> = serde_json::from_value(codes).unwrap();
    assert_eq!(recovery.len(), 10);
    // Tokens issued before state the authentication methods used then.
    let tokens = Tokens::of(&refresh(stack, &tokens.refresh).await);
    Enrolled {
        tokens,
        secret,
        recovery,
    }
}

/// Checks that the enrollment has the QR code of this URI, as a data URL.
fn check_picture(proposed: &Value, uri: &str) {
    let picture = proposed["qr_svg"].as_str().expect("a picture");
    let picture = picture.strip_prefix("data:image/svg+xml;base64,");
    let picture = STANDARD.decode(picture.expect("a data URL")).unwrap();
    let svg = String::from_utf8(picture).unwrap();
    assert_eq!(svg, Qr::draw(uri).unwrap().to_svg());
}

async fn first_step(stack: &Stack, name: &str) -> String {
    let page = post(
        stack,
        "/api/auth/login",
        json!({ "username": name, "password": PASSWORD }),
    )
    .await;
    let received = problem(&page, 401, "mfa-required");
    assert_eq!(received["error"], "mfa_required");
    received["mfa_token"].as_str().unwrap().to_owned()
}

async fn second_step(stack: &Stack, token: &str, code: &str) -> Page {
    let body = json!({ "mfa_token": token, "code": code });
    post(stack, "/api/auth/login/mfa", body).await
}

async fn from_set_up_to_sign_in(stack: &Stack) {
    let alice = enrol(stack, "alice").await;
    let seen = body(
        &get_as(stack, &alice.tokens.access, "/api/auth/2fa").await,
        200,
    );
    assert_eq!(
        seen,
        json!({ "enabled": true, "required": false, "recovery_codes_left": 10 })
    );
    let waiting = first_step(stack, "alice").await;
    let tokens = Tokens::of(&second_step(stack, &waiting, &alice.code(stack)).await);
    let received = claims(&tokens.access);
    assert_eq!(received["username"], "alice");
    assert!(
        received["amr"].as_array().unwrap().contains(&json!("otp")),
        "{received}"
    );
    // Password and code in one request, as the guides show.
    let both = |code: &str| json!({ "username": "alice", "password": PASSWORD, "code": code });
    Tokens::of(&post(stack, "/api/auth/login", both(&alice.code(stack))).await);
    let page = post(stack, "/api/auth/login", both(&alice.wrong(stack))).await;
    let received = problem(&page, 401, "wrong-code");
    assert_eq!(errors(&received), [("code".to_owned(), "wrong".to_owned())]);
    // The token in the response allows another attempt.
    let waiting = received["mfa_token"].as_str().unwrap();
    Tokens::of(&second_step(stack, waiting, &alice.code(stack)).await);
    // A recovery code works once.
    let waiting = first_step(stack, "alice").await;
    Tokens::of(&second_step(stack, &waiting, &alice.recovery[0]).await);
    let waiting = first_step(stack, "alice").await;
    problem(
        &second_step(stack, &waiting, &alice.recovery[0]).await,
        401,
        "wrong-code",
    );
    let page = post_as(
        stack,
        &alice.tokens.access,
        "/api/auth/2fa/setup",
        json!({}),
    )
    .await;
    problem(&page, 409, "second-factor-exists");
}

async fn code_is_single_use(stack: &Stack) {
    let alice = enrol(stack, "alice").await;
    let code = alice.code(stack);
    let waiting = first_step(stack, "alice").await;
    Tokens::of(&second_step(stack, &waiting, &code).await);
    let waiting = first_step(stack, "alice").await;
    problem(
        &second_step(stack, &waiting, &code).await,
        401,
        "wrong-code",
    );
}

async fn token_of_waiting_sign_in_is_only_key(stack: &Stack) {
    let alice = enrol(stack, "alice").await;
    let waiting = first_step(stack, "alice").await;
    let (attempt, _) = waiting.split_once('.').unwrap();
    let code = alice.code(stack);
    let guessed = format!("{attempt}.{}", "A".repeat(43));
    for token in ["", "x", attempt, guessed.as_str()] {
        problem(&second_step(stack, token, &code).await, 401, "sign-in-over");
    }
    // The pages do not accept the attempt.
    let agent = doorward_testkit::UserAgent::new();
    agent.get(stack.at("/login")).await;
    let page = agent
        .get(stack.at(&format!("/login/2fa?attempt={attempt}")))
        .await;
    assert_ne!(page.status, 200, "{}", page.dump());
    // No other client may use it, not even a first-party one.
    let trusted = &stack.seed.trusted;
    let request = crate::support::call(stack, "POST", "/api/auth/login/mfa");
    let request = request.header("authorization", &trusted.basic());
    let page = request
        .json(&json!({ "mfa_token": waiting, "code": code }))
        .send()
        .await;
    problem(&page, 401, "sign-in-over");
    Tokens::of(&second_step(stack, &waiting, &code).await);
    problem(
        &second_step(stack, &waiting, &alice.code(stack)).await,
        401,
        "sign-in-over",
    );
    // The attempt expires.
    let waiting = first_step(stack, "alice").await;
    stack.clock.advance(600);
    problem(
        &second_step(stack, &waiting, &alice.code(stack)).await,
        401,
        "sign-in-over",
    );
}

async fn changes_require_recent_authentication(stack: &Stack) {
    let tokens = sign_in(stack, "alice").await;
    stack.clock.advance(16 * 60);
    let tokens = Tokens::of(&refresh(stack, &tokens.refresh).await);
    let page = post_as(stack, &tokens.access, "/api/auth/2fa/setup", json!({})).await;
    let received = problem(&page, 401, "sign-in-required");
    assert_eq!(received["error"], "reauthentication_required");
    let challenge = page.header("www-authenticate").unwrap();
    assert!(
        challenge.contains("insufficient_user_authentication"),
        "{challenge}"
    );
    let fresh = sign_in(stack, "alice").await;
    let page = post_as(
        stack,
        &fresh.access,
        "/api/auth/2fa/verify",
        json!({ "code": "123456" }),
    )
    .await;
    problem(&page, 409, "second-factor-missing");
    body(
        &post_as(stack, &fresh.access, "/api/auth/2fa/setup", json!({})).await,
        200,
    );
    let page = post_as(
        stack,
        &fresh.access,
        "/api/auth/2fa/verify",
        json!({ "code": "x" }),
    )
    .await;
    problem(&page, 400, "invalid-input");
    // With an enrolled factor, an old authentication does not replace the password either.
    let bob = enrol(stack, "bob").await;
    stack.clock.advance(16 * 60);
    let tokens = Tokens::of(&refresh(stack, &bob.tokens.refresh).await);
    let change = json!({ "current_password": PASSWORD, "password": "quartz-bicycle-lemon-42" });
    let page = post_as(stack, &tokens.access, "/api/auth/password/change", change).await;
    problem(&page, 401, "sign-in-required");
    for path in ["/api/auth/2fa/disable", "/api/auth/2fa/recovery-codes"] {
        problem(
            &post_as(stack, &tokens.access, path, json!({})).await,
            401,
            "sign-in-required",
        );
    }
}

async fn removed_factor_is_not_requested(stack: &Stack) {
    let alice = enrol(stack, "alice").await;
    let page = post_as(
        stack,
        &alice.tokens.access,
        "/api/auth/2fa/recovery-codes",
        json!({}),
    )
    .await;
    let codes = body(&page, 200);
    let waiting = first_step(stack, "alice").await;
    problem(
        &second_step(stack, &waiting, &alice.recovery[1]).await,
        401,
        "wrong-code",
    );
    Tokens::of(
        &second_step(
            stack,
            &waiting,
            codes["recovery_codes"][0].as_str().unwrap(),
        )
        .await,
    );
    let page = post_as(
        stack,
        &alice.tokens.access,
        "/api/auth/2fa/disable",
        json!({}),
    )
    .await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let tokens = sign_in(stack, "alice").await;
    for path in ["/api/auth/2fa/disable", "/api/auth/2fa/recovery-codes"] {
        problem(
            &post_as(stack, &tokens.access, path, json!({})).await,
            409,
            "second-factor-missing",
        );
    }
}

const STEP_UP_OPERATIONS: [(&str, &str); 4] = [
    ("/api/auth/2fa/disable", "{}"),
    ("/api/auth/2fa/recovery-codes", "{}"),
    (
        "/api/auth/password/change",
        r#"{"current_password":"x","password":"quartz-bicycle-lemon-42"}"#,
    ),
    (
        "/api/auth/email/change",
        r#"{"current_password":"x","email":"new@example.org"}"#,
    ),
];

/// Checks that a step-up in the browser session does not raise the level of a client's existing
/// token (ASVS 5.0 §7.5.1).
async fn token_keeps_level_of_original_authentication(stack: &Stack) {
    enrol(stack, "alice").await;
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().unwrap();
    let stored = repo::totp_factors::find(db.read(), alice.id).await;
    let stored = stored.unwrap().expect("the factor");
    let tx = db.begin_write().await.unwrap();
    repo::totp_factors::remove(&tx, alice.id).await.unwrap();
    tx.commit().await.unwrap();
    // The browser session authenticates by password only, as before the enrollment.
    let trusted = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), trusted).with("scope", "openid");
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let page = stack.exchange(trusted, &code).await;
    let weak = body(&page, 200)["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let received = claims(&weak);
    let session = SessionId::parse(received["sid"].as_str().unwrap()).unwrap();
    let strong = Authentication {
        auth_time: stack.clock.now(),
        acr: AAL2.to_owned(),
        amr: vec!["pwd".to_owned(), "otp".to_owned(), "mfa".to_owned()],
    };
    // Then the browser session is stepped up.
    let tx = db.begin_write().await.unwrap();
    assert!(
        repo::totp_factors::insert_unconfirmed(&tx, &stored)
            .await
            .unwrap()
    );
    assert!(
        repo::sessions::set_proof(&tx, session, &strong)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    for (path, body) in STEP_UP_OPERATIONS {
        let body = serde_json::from_str(body).unwrap();
        let page = post_as(stack, &weak, path, body).await;
        problem(&page, 401, "sign-in-required");
    }
    let seen = body(&get_as(stack, &weak, "/api/auth/2fa").await, 200);
    assert_eq!(seen["enabled"], true);
}

async fn first_code_makes_new_tokens_stronger(stack: &Stack) {
    let before = sign_in(stack, "alice").await;
    let page = post_as(stack, &before.access, "/api/auth/2fa/setup", json!({})).await;
    let secret = body(&page, 200)["secret"].as_str().unwrap().to_owned();
    let secret = TotpSecret::from_base32(&secret).unwrap();
    let code = json!({ "code": secret.code_at(stack.clock.now()) });
    let page = post_as(stack, &before.access, "/api/auth/2fa/verify", code).await;
    body(&page, 200);
    let weak = claims(&before.access)["acr"].clone();
    let page = post_as(stack, &before.access, "/api/auth/2fa/disable", json!({})).await;
    problem(&page, 401, "sign-in-required");
    let after = Tokens::of(&refresh(stack, &before.refresh).await);
    let received = claims(&after.access);
    assert_ne!(received["acr"], weak, "{received}");
    assert!(
        received["amr"].as_array().unwrap().contains(&json!("otp")),
        "{received}"
    );
    // The newer authentication does not raise the level of the older token.
    let page = post_as(stack, &before.access, "/api/auth/2fa/disable", json!({})).await;
    problem(&page, 401, "sign-in-required");
    let page = post_as(stack, &after.access, "/api/auth/2fa/disable", json!({})).await;
    assert_eq!(page.status, 204, "{}", page.dump());
}

/// Checks that wrong codes for an unconfirmed factor are counted and audited.
async fn wrong_first_codes_are_counted_and_written_down(stack: &Stack) {
    let tokens = sign_in(stack, "alice").await;
    let page = post_as(stack, &tokens.access, "/api/auth/2fa/setup", json!({})).await;
    let secret = body(&page, 200)["secret"].as_str().unwrap().to_owned();
    let secret = TotpSecret::from_base32(&secret).unwrap();
    let now = stack.clock.now();
    let mut codes = (0..1_000_000).map(|number| format!("{number:06}"));
    let wrong = codes.find(|code| secret.step_of(code, now).is_none());
    let verify = async |code: &str| {
        let body = json!({ "code": code });
        post_as(stack, &tokens.access, "/api/auth/2fa/verify", body).await
    };
    let wrong = wrong.unwrap();
    for _ in 0..5 {
        problem(&verify(&wrong).await, 400, "invalid-input");
    }
    let page = verify(&secret.code_at(now)).await;
    problem(&page, 429, "too-many-requests");
    assert_eq!(page.header("retry-after"), Some("60"));
    let failed = stack.audited(AuditKind::FactorFailed).await;
    assert_eq!(failed.len(), 5);
    assert_eq!(failed[0].detail["at"], "set-up");
    let begun = |event: &&AuditEvent| event.detail.get("wait") == Some(&json!(60));
    assert_eq!(failed.iter().filter(begun).count(), 1, "the last one");
    assert!(failed.iter().all(|event| event.subject.is_some()));
    // A new secret does not reset the count.
    let page = post_as(stack, &tokens.access, "/api/auth/2fa/setup", json!({})).await;
    body(&page, 200);
    problem(&verify(&wrong).await, 429, "too-many-requests");
}
