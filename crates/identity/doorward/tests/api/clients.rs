//! Tests that only first-party clients may send users' passwords.

use doorward_domain::credentials::foreign_hash::ForeignHash;
use doorward_testkit::{Authorization, PASSWORD, Stack, UserAgent, flows, flows_with};
use serde_json::{Value, json};

use crate::support::{Tokens, body, call, claims, errors, get_as, post, problem, refresh, sign_in};

flows!(
    only_first_party_clients_may_sign_in_users,
    mails_and_links_are_for_first_party_clients_only,
    confidential_client_uses_registered_authentication,
    imported_secret_is_accepted,
    token_of_third_party_client_is_rejected,
    disabled_client_is_out_at_once,
    tokens_are_bound_to_client,
    rfc_9449_5_2_sender_constrained_client_is_rejected,
);
const NO_DEFAULT: &[(&str, &str)] = &[("DOORWARD__API__DEFAULT_CLIENT", "")];
flows_with!(NO_DEFAULT; without_default_client_id_is_required);

fn login(more: &[(&str, &str)]) -> Value {
    let mut body = json!({ "username": "alice", "password": PASSWORD });
    for (name, value) in more {
        body[*name] = json!(value);
    }
    body
}

async fn only_first_party_clients_may_sign_in_users(stack: &Stack) {
    for id in ["native-app", "web-app", "no-such-app", "\u{1F600}"] {
        let page = post(stack, "/api/auth/login", login(&[("client_id", id)])).await;
        problem(&page, 403, "client-not-first-party");
    }
    let secret = stack.seed.post.secret.as_deref().unwrap();
    let named = login(&[("client_id", "post-app"), ("client_secret", secret)]);
    problem(
        &post(stack, "/api/auth/login", named).await,
        403,
        "client-not-first-party",
    );
    // The client ID in the query, in the body, or the same in both.
    let app = &stack.seed.app.id;
    let path = format!("/api/auth/login?client_id={app}");
    Tokens::of(&post(stack, &path, login(&[])).await);
    Tokens::of(&post(stack, &path, login(&[("client_id", app)])).await);
    let page = post(stack, &path, login(&[("client_id", "native-app")])).await;
    problem(&page, 400, "invalid-input");
    let page = post(stack, "/api/auth/login?client=x", login(&[])).await;
    problem(&page, 400, "invalid-input");
    for path in [
        "/api/auth/token/refresh",
        "/api/auth/logout",
        "/api/auth/register",
        "/api/auth/login/mfa",
    ] {
        let body = match path {
            "/api/auth/register" => json!({ "client_id": "native-app" }),
            "/api/auth/login/mfa" => {
                json!({ "client_id": "native-app", "mfa_token": "x", "code": "1" })
            }
            _ => json!({ "client_id": "native-app", "refresh": "x" }),
        };
        problem(
            &post(stack, path, body).await,
            403,
            "client-not-first-party",
        );
    }
}

/// Returns the endpoints without a token, each with a body that names no client.
fn unauthenticated_endpoints() -> [(&'static str, Value); 5] {
    let token = json!({ "token": "x" });
    let reset = json!({ "token": "x", "password": "y", "password_confirm": "y" });
    let alice = json!({ "email": "alice@example.org" });
    [
        ("/api/auth/password/reset", alice.clone()),
        ("/api/auth/password/reset/confirm", reset),
        ("/api/auth/email/verify", token.clone()),
        ("/api/auth/email/verify/resend", alice),
        ("/api/auth/email/change/confirm", token),
    ]
}

/// Checks that the hash of an imported secret is verified here too, not only at OAuth endpoints.
async fn imported_secret_is_accepted(stack: &Stack) {
    let imported = "pbkdf2_sha256$1000$salt$Ft+6GNuUMYZQkCbJAbHIIUkhvYHQdVjduhFRDD9nsDI=";
    let stored = ForeignHash::from_django(imported).unwrap().to_stored();
    stack
        .change_client("post-app", |client| {
            client.first_party = true;
            client.secret_hash = None;
            client.foreign_secret = stored;
        })
        .await;
    let named = |secret| login(&[("client_id", "post-app"), ("client_secret", secret)]);
    let wrong = post(stack, "/api/auth/login", named("wrong")).await;
    problem(&wrong, 401, "client-authentication");
    for _ in 0..2 {
        let page = post(
            stack,
            "/api/auth/login",
            named("plum otter lantern 58 drizzle"),
        )
        .await;
        Tokens::of(&page);
    }
    stack
        .change_client("post-app", |client| {
            assert!(client.secret_hash.is_some() && client.foreign_secret.is_none());
        })
        .await;
}

async fn mails_and_links_are_for_first_party_clients_only(stack: &Stack) {
    let app = stack.seed.app.id.as_str();
    for (path, plain) in unauthenticated_endpoints() {
        let mut named = plain.clone();
        named["client_id"] = json!("native-app");
        let page = post(stack, path, named.clone()).await;
        problem(&page, 403, "client-not-first-party");
        let page = post(stack, &format!("{path}?client_id=web-app"), plain.clone()).await;
        problem(&page, 403, "client-not-first-party");
        // The client by ID in the body, in the query, and by default.
        named["client_id"] = json!(app);
        let by_default = post(stack, path, plain.clone()).await;
        let in_query = post(stack, &format!("{path}?client_id={app}"), plain).await;
        let in_body = post(stack, path, named).await;
        for page in [by_default, in_query, in_body] {
            let expected = if path.ends_with("reset") || path.ends_with("resend") {
                202
            } else {
                400
            };
            assert_eq!(page.status, expected, "{path}: {}", page.dump());
            assert!(
                !page.text().contains("client_id"),
                "{path}: {}",
                page.dump()
            );
        }
    }
}

async fn confidential_client_uses_registered_authentication(stack: &Stack) {
    let trusted = &stack.seed.trusted;
    let page = post(
        stack,
        "/api/auth/login",
        login(&[("client_id", &trusted.id)]),
    )
    .await;
    problem(&page, 401, "client-authentication");
    assert!(
        page.header("www-authenticate")
            .unwrap()
            .starts_with("Basic")
    );
    let with_header = async |header: String| {
        let request = call(stack, "POST", "/api/auth/login").header("authorization", &header);
        request.json(&login(&[])).send().await
    };
    let tokens = Tokens::of(&with_header(trusted.basic()).await);
    problem(
        &with_header(doorward_testkit::seed::basic(&trusted.id, "wrong")).await,
        401,
        "client-authentication",
    );
    // A client registered for `client_secret_basic` sends the secret in the body.
    let secret = trusted.secret.as_deref().unwrap();
    let in_body = login(&[("client_id", &trusted.id), ("client_secret", secret)]);
    problem(
        &post(stack, "/api/auth/login", in_body).await,
        401,
        "client-authentication",
    );
    let alone = login(&[("client_secret", secret)]);
    problem(
        &post(stack, "/api/auth/login", alone).await,
        400,
        "invalid-input",
    );
    // Its refresh token requires its secret.
    let body = json!({ "refresh": tokens.refresh, "client_id": trusted.id });
    problem(
        &post(stack, "/api/auth/token/refresh", body).await,
        401,
        "client-authentication",
    );
    let page = get_as(stack, &tokens.access, "/api/auth/profile").await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn token_of_third_party_client_is_rejected(stack: &Stack) {
    // A token for UserInfo has this server as its audience.
    let token = async |client| {
        let request = Authorization::new(stack.issuer(), client).with("scope", "openid");
        let code = request.complete(&UserAgent::new(), "alice").await.code();
        let tokens = body(&stack.exchange(client, &code).await, 200);
        tokens["access_token"].as_str().unwrap().to_owned()
    };
    let foreign = token(&stack.seed.native).await;
    let page = get_as(stack, &foreign, "/api/auth/profile").await;
    problem(&page, 403, "client-not-first-party");
    let own = token(&stack.seed.trusted).await;
    body(&get_as(stack, &own, "/api/auth/profile").await, 200);
    // Only tokens of the account API contain user names.
    assert_eq!(claims(&own).get("username"), None);
    let grant = [("grant_type", "client_credentials")];
    let page = stack.token(&stack.seed.service, &grant).await;
    let token = body(&page, 200)["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    problem(
        &get_as(stack, &token, "/api/auth/profile").await,
        401,
        "invalid-token",
    );
}

async fn disabled_client_is_out_at_once(stack: &Stack) {
    let tokens = sign_in(stack, "alice").await;
    stack.disable_client(&stack.seed.app.id).await;
    problem(
        &get_as(stack, &tokens.access, "/api/auth/profile").await,
        401,
        "invalid-token",
    );
    problem(
        &refresh(stack, &tokens.refresh).await,
        403,
        "client-not-first-party",
    );
    problem(
        &post(stack, "/api/auth/login", login(&[])).await,
        403,
        "client-not-first-party",
    );
}

async fn tokens_are_bound_to_client(stack: &Stack) {
    let mine = sign_in(stack, "alice").await;
    let trusted = &stack.seed.trusted;
    let as_trusted = async |path: &str, body: Value| {
        let request = call(stack, "POST", path).header("authorization", &trusted.basic());
        request.json(&body).send().await
    };
    let page = as_trusted("/api/auth/token/verify", json!({ "token": mine.access })).await;
    problem(&page, 401, "invalid-token");
    let page = as_trusted("/api/auth/logout", json!({ "refresh": mine.refresh })).await;
    problem(&page, 401, "invalid-refresh-token");
    let page = as_trusted(
        "/api/auth/token/refresh",
        json!({ "refresh": mine.refresh }),
    )
    .await;
    problem(&page, 401, "invalid-refresh-token");
}

async fn without_default_client_id_is_required(stack: &Stack) {
    for (path, plain) in unauthenticated_endpoints() {
        let received = problem(&post(stack, path, plain).await, 400, "invalid-input");
        assert_eq!(
            errors(&received),
            [("client_id".to_owned(), "required".to_owned())],
            "{path}"
        );
    }
    let page = post(stack, "/api/auth/login", login(&[])).await;
    let received = problem(&page, 400, "invalid-input");
    assert_eq!(
        errors(&received),
        [("client_id".to_owned(), "required".to_owned())]
    );
    let app = stack.seed.app.id.clone();
    Tokens::of(&post(stack, "/api/auth/login", login(&[("client_id", &app)])).await);
}

/// Checks that a client with sender-constrained tokens gets none here: this API issues unbound
/// tokens.
async fn rfc_9449_5_2_sender_constrained_client_is_rejected(stack: &Stack) {
    let app = &stack.seed.app.id;
    let before = Tokens::of(&post(stack, "/api/auth/login", login(&[])).await);
    stack
        .change_client(app, |client| client.dpop_bound_access_tokens = true)
        .await;
    let page = post(stack, "/api/auth/login", login(&[])).await;
    problem(&page, 403, "client-not-first-party");
    let page = refresh(stack, &before.refresh).await;
    problem(&page, 403, "client-not-first-party");
}
