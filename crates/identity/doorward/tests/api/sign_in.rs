//! Tests of sign-in: by user name or e-mail address, with the claims that the guides document.

use doorward_access::clock::Clock as _;
use doorward_domain::model::AuditKind;
use doorward_store::repo;
use doorward_testkit::{PASSWORD, Stack, flows, flows_with};
use serde_json::json;

use crate::support::{Tokens, body, call, claims, errors, get_as, post, problem, sign_in};

const VERIFIED: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];
const FACTOR: &[(&str, &str)] = &[("DOORWARD__MFA__REQUIRED_FOR_ROLES", "manager")];

flows!(
    by_user_name_or_address_token_names_user,
    token_works_at_account_and_tasks_api,
    unknown_wrong_and_disabled_sign_ins_look_equal,
    missing_members_are_named,
    session_is_listed_and_ends_tokens,
    organization_requires_membership,
    log_names_client,
    disabled_or_leaving_user_cannot_sign_in,
    temporary_password_only_sets_another_one,
);
flows_with!(VERIFIED; unverified_address_cannot_sign_in);
flows_with!(FACTOR; required_factor_precedes_tokens);

async fn by_user_name_or_address_token_names_user(stack: &Stack) {
    for (name, value) in [
        ("username", "alice"),
        ("username", "ALICE"),
        ("username", "alice@example.org"),
        ("email", "Alice@example.org"),
    ] {
        let page = post(
            stack,
            "/api/auth/login",
            json!({ name: value, "password": PASSWORD }),
        )
        .await;
        let tokens = Tokens::of(&page);
        let claims = claims(&tokens.access);
        assert_eq!(claims["username"], "alice");
        assert_eq!(claims["email"], "alice@example.org");
        assert_eq!(claims["is_staff"], false);
        assert_eq!(claims["roles"], json!(["developer"]));
        assert_eq!(claims["client_id"], "first-party-app");
        assert_eq!(claims["amr"], json!(["pwd"]));
        let aud: Vec<&str> = claims["aud"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|it| it.as_str())
            .collect();
        assert!(
            aud.contains(&stack.issuer()) && aud.contains(&&*stack.seed.audience),
            "{aud:?}"
        );
        // One day, not the thirty days of the protocol endpoints.
        assert_eq!(body(&page, 200)["refresh_expires_in"], 86_400);
    }
    let admin = sign_in(stack, "admin").await;
    assert_eq!(claims(&admin.access)["is_staff"], true);
}

async fn token_works_at_account_and_tasks_api(stack: &Stack) {
    let tokens = sign_in(stack, "alice").await;
    let profile = body(
        &get_as(stack, &tokens.access, "/api/auth/profile").await,
        200,
    );
    assert_eq!(profile["username"], "alice");
    let agent = doorward_testkit::UserAgent::new();
    let request = agent.http().get(stack.at_tasks("/api/tasks/"));
    let page = agent.send(request.bearer_auth(&tokens.access)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn unknown_wrong_and_disabled_sign_ins_look_equal(stack: &Stack) {
    stack.disable_user("bob").await;
    let mut answers = Vec::new();
    for (name, password) in [
        ("alice", "wrong"),
        ("nobody", "wrong"),
        ("bob", PASSWORD),
        ("not a name@@", PASSWORD),
    ] {
        let page = post(
            stack,
            "/api/auth/login",
            json!({ "username": name, "password": password }),
        )
        .await;
        let mut error = problem(&page, 401, "sign-in-rejected");
        for own in ["request_id", "decision_id"] {
            assert!(
                error.as_object_mut().unwrap().remove(own).is_some(),
                "{own}"
            );
        }
        let mut headers: Vec<String> = page.headers.keys().map(ToString::to_string).collect();
        headers.sort();
        assert!(page.header("www-authenticate").is_some());
        answers.push((error, headers));
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
}

async fn missing_members_are_named(stack: &Stack) {
    let named = async |body| {
        let page = post(stack, "/api/auth/login", body).await;
        errors(&problem(&page, 400, "invalid-input"))
    };
    let pair = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    assert_eq!(
        named(json!({})).await,
        [pair("username", "required"), pair("password", "required")]
    );
    assert_eq!(
        named(json!({ "username": " ", "password": "x" })).await,
        [pair("username", "required")]
    );
    let both = json!({ "username": "alice", "email": "alice@example.org", "password": "x" });
    assert_eq!(named(both).await, [pair("email", "repeated")]);
    let misspelt = json!({ "username": "alice", "pasword": "x" });
    assert_eq!(named(misspelt).await, [pair("pasword", "unknown")]);
    let number = json!({ "username": "alice", "password": 5 });
    assert_eq!(named(number).await, [pair("password", "wrong_type")]);
    // An empty body, and bodies that cannot be parsed.
    let page = call(stack, "POST", "/api/auth/login").send().await;
    problem(&page, 400, "invalid-input");
    for text in [
        "",
        "{",
        "[]",
        "null",
        r#"{"username":"a","username":"b","password":"x"}"#,
    ] {
        let page = call(stack, "POST", "/api/auth/login")
            .body("application/json", text)
            .send()
            .await;
        problem(&page, 400, "malformed-request");
    }
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1",
    ] {
        let page = call(stack, "POST", "/api/auth/login")
            .body(kind, "{}")
            .send()
            .await;
        problem(&page, 415, "unsupported-media-type");
    }
    let long = format!("{{\"username\":\"{}\"}}", "x".repeat(70_000));
    let page = call(stack, "POST", "/api/auth/login")
        .body("application/json", long)
        .send()
        .await;
    problem(&page, 413, "body-too-large");
}

async fn session_is_listed_and_ends_tokens(stack: &Stack) {
    let tokens = sign_in(stack, "alice").await;
    let sid = claims(&tokens.access)["sid"].clone();
    let list = body(
        &get_as(stack, &tokens.access, "/api/auth/sessions").await,
        200,
    );
    assert_eq!(list[0]["id"], sid);
    assert_eq!(list[0]["current"], true);
    stack.end_sessions("alice").await;
    let page = get_as(stack, &tokens.access, "/api/auth/profile").await;
    problem(&page, 401, "invalid-token");
    let page = crate::support::refresh(stack, &tokens.refresh).await;
    problem(&page, 401, "invalid-refresh-token");
}

async fn unverified_address_cannot_sign_in(stack: &Stack) {
    let before = sign_in(stack, "alice").await;
    stack.set_email_verified("alice", false).await;
    let page = post(
        stack,
        "/api/auth/login",
        json!({ "username": "alice", "password": PASSWORD }),
    )
    .await;
    let received = problem(&page, 403, "email-not-verified");
    assert_eq!(received["error"], "email_not_verified");
    // The mail that the response mentions.
    stack.mail("alice@example.org").await;
    let page = get_as(stack, &before.access, "/api/auth/profile").await;
    problem(&page, 403, "email-not-verified");
    // The failed sign-in left no unusable session.
    stack.set_email_verified("alice", true).await;
    let tokens = sign_in(stack, "alice").await;
    let list = body(
        &get_as(stack, &tokens.access, "/api/auth/sessions").await,
        200,
    );
    assert_eq!(list.as_array().unwrap().len(), 2, "{list}");
}

async fn required_factor_precedes_tokens(stack: &Stack) {
    let page = post(
        stack,
        "/api/auth/login",
        json!({ "username": "mona", "password": PASSWORD }),
    )
    .await;
    let received = problem(&page, 403, "second-factor-required");
    assert_eq!(received["error"], "second_factor_required");
    let place = received["set_up_uri"].as_str().unwrap();
    assert_eq!(place, stack.at("/account/security/2fa"));
    sign_in(stack, "alice").await;
}

async fn organization_requires_membership(stack: &Stack) {
    let login = |organization: &str| json!({ "username": "alice", "password": PASSWORD, "organization": organization });
    let page = post(stack, "/api/auth/login", login("acme")).await;
    problem(&page, 403, "permission-denied");
    let request = call(stack, "POST", "/api/auth/login").header("x-tenant-id", "other");
    let page = request.json(&login("acme")).send().await;
    problem(&page, 400, "invalid-input");
    // The failed sign-in left no unusable session.
    let tokens = sign_in(stack, "alice").await;
    assert_eq!(claims(&tokens.access).get("org"), None);
    let list = body(
        &get_as(stack, &tokens.access, "/api/auth/sessions").await,
        200,
    );
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
}

async fn log_names_client(stack: &Stack) {
    sign_in(stack, "alice").await;
    let wrong = json!({ "username": "alice", "password": "wrong" });
    post(stack, "/api/auth/login", wrong).await;
    for kind in [AuditKind::LoginSucceeded, AuditKind::LoginFailed] {
        let events = stack.audited(kind).await;
        assert_eq!(
            events[0].client_id.as_deref(),
            Some(&*stack.seed.app.id),
            "{kind:?}"
        );
    }
}

async fn disabled_or_leaving_user_cannot_sign_in(stack: &Stack) {
    let login = |name: &str| json!({ "username": name, "password": PASSWORD });
    let before = sign_in(stack, "alice").await;
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().unwrap().id;
    let tx = db.begin_write().await.unwrap();
    let due = stack.clock.now() + 86_400;
    assert!(
        repo::users::schedule_deletion(&tx, alice, due)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    let page = post(stack, "/api/auth/login", login("alice")).await;
    problem(&page, 401, "sign-in-rejected");
    let page = crate::support::refresh(stack, &before.refresh).await;
    problem(&page, 401, "invalid-refresh-token");
    problem(
        &get_as(stack, &before.access, "/api/auth/profile").await,
        401,
        "invalid-token",
    );
    stack.disable_user("bob").await;
    let page = post(stack, "/api/auth/login", login("bob")).await;
    problem(&page, 401, "sign-in-rejected");
}

async fn temporary_password_only_sets_another_one(stack: &Stack) {
    const NEW: &str = "quartz-bicycle-lemon-42";
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let mut alice = alice.unwrap().unwrap();
    alice.password_change_required = true;
    let tx = db.begin_write().await.unwrap();
    repo::users::update(&tx, &alice).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();

    let login = |password: &str| json!({ "username": "alice", "password": password });
    let page = post(stack, "/api/auth/login", login("wrong")).await;
    problem(&page, 401, "sign-in-rejected");
    let page = post(stack, "/api/auth/login", login(PASSWORD)).await;
    let told = problem(&page, 403, "password-change-required");
    assert_eq!(told["error"], "password_change_required");
    assert_eq!(told["expires_in"], 900);
    let set = |password: &str| json!({ "token": told["token"], "password": password, "password_confirm": password });
    let page = post(stack, "/api/auth/password/reset/confirm", set("short")).await;
    problem(&page, 400, "invalid-input");
    let page = post(stack, "/api/auth/password/reset/confirm", set(NEW)).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let page = post(stack, "/api/auth/password/reset/confirm", set(NEW)).await;
    problem(&page, 400, "link-over");
    let page = post(stack, "/api/auth/login", login(NEW)).await;
    Tokens::of(&page);
}
