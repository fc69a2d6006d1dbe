//! Tests of the common grant check before every token: everything that ends a grant ends it for the
//! code, the refresh token, token exchange, `UserInfo` and introspection alike.

use doorward_domain::model::Client;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use doorward_testkit::{Authorization, Page, Stack, UserAgent, flows};
use serde_json::{Value, json};

use crate::device;
use crate::support::{is_active, text, tokens, userinfo};
use crate::token_exchange;

flows!(
    disabled_account_invalidates_code_and_tokens,
    disabled_client_invalidates_code_and_tokens,
    ended_session_invalidates_code_and_tokens,
    revoked_grant_invalidates_code_and_tokens,
    facts_of_registration_are_checked_at_each_step,
);

/// The expected answers of the steps after a change of the registration: refresh, introspection,
/// `UserInfo`, exchange, as a word each.
type Steps = [&'static str; 4];
type Change = fn(&mut Client);
type Fact = (&'static str, Change, bool, Steps);

/// Each fact of a registration that later steps depend on: its change, whether the user has signed out,
/// and the answers. `ok`: as before; `less`: without what was taken.
const FACTS: [Fact; 14] = [
    ("nothing", |_| {}, false, ["ok", "ok", "ok", "ok"]),
    ("nothing", |_| {}, true, ["ok", "ok", "ok", "ok"]),
    (
        "offline_access",
        |client| {
            client.scopes.remove("offline_access");
        },
        true,
        ["invalid_grant", "inactive", "401", "invalid_request"],
    ),
    (
        "offline_access",
        |client| {
            client.scopes.remove("offline_access");
        },
        false,
        ["less", "less", "ok", "ok"],
    ),
    (
        "refresh tokens",
        |client| {
            client
                .grant_types
                .retain(|grant| *grant != GrantType::RefreshToken);
        },
        true,
        ["unauthorized_client", "inactive", "401", "invalid_request"],
    ),
    (
        "scope of claims",
        |client| {
            client.scopes.remove("email");
        },
        false,
        ["less", "less", "less", "ok"],
    ),
    (
        "openid",
        |client| {
            client.scopes.remove("openid");
        },
        false,
        ["less", "less", "403", "ok"],
    ),
    (
        "one scope of the resource",
        |client| {
            client.scopes.remove("tasks:write");
        },
        false,
        ["less", "less", "ok", "less"],
    ),
    (
        "all scopes of the resource",
        |client| client.scopes = Scope::parse("openid email offline_access").unwrap(),
        false,
        ["invalid_grant", "less", "ok", "invalid_scope"],
    ),
    (
        "authorization code",
        |client| {
            client
                .grant_types
                .retain(|grant| *grant != GrantType::AuthorizationCode);
        },
        false,
        ["ok", "ok", "ok", "ok"],
    ),
    (
        "redirect URIs",
        |client| client.redirect_uris.clear(),
        false,
        ["ok", "ok", "ok", "ok"],
    ),
    (
        "a second factor is required",
        |client| client.require_mfa = true,
        false,
        ["invalid_grant", "inactive", "401", "invalid_request"],
    ),
    (
        "tokens are bound to a key",
        |client| client.dpop_bound_access_tokens = true,
        false,
        ["invalid_dpop_proof", "ok", "ok", "ok"],
    ),
    (
        "the client is active",
        |client| client.disabled_at = Some(1),
        false,
        ["invalid_client", "inactive", "401", "invalid_request"],
    ),
];

/// Returns the answer in one word: that of an error, or whether names are missing in the scope.
fn word(page: &Page, scope: &str) -> String {
    match page.member("error") {
        Some(error) => error,
        None if page.member("scope").as_deref() == Some(scope) => "ok".to_owned(),
        None => "less".to_owned(),
    }
}

async fn steps_after(stack: &Stack, change: fn(&mut Client), is_signed_out: bool) -> [String; 4] {
    const SCOPE: &str = "openid email offline_access tasks:read tasks:write";
    let (client, server) = (&stack.seed.trusted, token_exchange::gateway(stack));
    let json = crate::support::sign_in(stack, client, SCOPE).await;
    let (access, refresh) = (text(&json, "access_token"), text(&json, "refresh_token"));
    if is_signed_out {
        stack.end_sessions("alice").await;
    }
    stack.change_client(&client.id, change).await;
    let fields = [("token", access.as_str())];
    let told = stack.as_client("/oauth2/introspect", server, &fields).await;
    let introspected = if told.json()["active"] == json!(true) {
        word(&told, SCOPE)
    } else {
        "inactive".to_owned()
    };
    let released = userinfo(stack, &access).await;
    let released = match released.status {
        200 if released.json()["email"].is_string() => "ok".to_owned(),
        200 => "less".to_owned(),
        status => status.to_string(),
    };
    let exchanged = token_exchange::ask(stack, server, &access, &[]).await;
    let exchanged = word(&exchanged, "tasks:read tasks:write");
    let refreshed = word(&stack.refresh(client, &refresh).await, SCOPE);
    [refreshed, introspected, released, exchanged]
}

async fn facts_of_registration_are_checked_at_each_step(stack: &Stack) {
    token_exchange::open(stack).await;
    let id = &stack.seed.trusted.id;
    for (fact, change, is_signed_out, expected) in FACTS {
        let mut before = None;
        stack
            .change_client(id, |client| before = Some(client.clone()))
            .await;
        let found = steps_after(stack, change, is_signed_out).await;
        assert_eq!(found, expected, "{fact}, signed out: {is_signed_out}");
        let before = before.expect("the client");
        stack.change_client(id, |client| *client = before).await;
    }
}

/// An event that ends the grant.
enum GrantEnd {
    User,
    Client,
    Session,
    Grant,
}

/// Returns tokens of a session, with an unused code and an approved device code of the same
/// session.
async fn before(stack: &Stack) -> (Value, String, String) {
    let client = &stack.seed.trusted;
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid tasks:read");
    let code = request.complete(&agent, "alice").await.code();
    let json = tokens(&stack.exchange(client, &code).await);
    let unused = request.start(&agent).await.code();
    let device_code = device::allowed(stack, &agent, "openid tasks:read").await;
    (json, unused, device_code)
}

async fn assert_closed(stack: &Stack, gate: &GrantEnd) {
    let client = &stack.seed.trusted;
    let (json, unused, device_code) = before(stack).await;
    let access = text(&json, "access_token");
    assert_eq!(userinfo(stack, &access).await.status, 200);
    assert!(is_active(stack, client, &access).await);
    token_exchange::open(stack).await;
    let service = token_exchange::gateway(stack);
    tokens(&token_exchange::ask(stack, service, &access, &[]).await);
    let refresh = json["refresh_token"].as_str();
    match gate {
        GrantEnd::User => stack.disable_user("alice").await,
        GrantEnd::Client => {
            stack.disable_client(&client.id).await;
            stack.disable_client(&stack.seed.device.id).await;
        }
        GrantEnd::Session => stack.end_sessions("alice").await,
        GrantEnd::Grant => {
            let token = refresh.expect("a refresh token");
            let fields = [("token", token)];
            let page = stack.as_client("/oauth2/revoke", client, &fields).await;
            assert_eq!(page.status, 200, "{}", page.dump());
        }
    }
    let (status, error) = match gate {
        GrantEnd::Client => (401, "invalid_client"),
        _ => (400, "invalid_grant"),
    };
    if let Some(token) = refresh {
        let page = stack.refresh(client, token).await;
        crate::support::assert_oauth_error(&page, status, error);
    }
    assert_eq!(userinfo(stack, &access).await.status, 401);
    // The access token is no longer a valid subject token (RFC 8693 §2.2.2).
    let page = token_exchange::ask(stack, service, &access, &[]).await;
    crate::support::assert_oauth_error(&page, 400, "invalid_request");
    match gate {
        GrantEnd::Client => {
            let fields = [("token", access.as_str())];
            let page = stack.as_client("/oauth2/introspect", client, &fields).await;
            crate::support::assert_oauth_error(&page, 401, "invalid_client");
        }
        _ => assert!(!is_active(stack, client, &access).await),
    }
    let page = stack.exchange(client, &unused).await;
    if matches!(gate, GrantEnd::Grant) {
        // The unused code belongs to a separate grant.
        tokens(&page);
    } else {
        crate::support::assert_oauth_error(&page, status, error);
    }
    let page = device::poll(stack, &stack.seed.device, &device_code).await;
    if matches!(gate, GrantEnd::Grant) {
        tokens(&page);
    } else {
        crate::support::assert_oauth_error(&page, status, error);
    }
}

async fn disabled_account_invalidates_code_and_tokens(stack: &Stack) {
    assert_closed(stack, &GrantEnd::User).await;
}

async fn disabled_client_invalidates_code_and_tokens(stack: &Stack) {
    assert_closed(stack, &GrantEnd::Client).await;
}

async fn ended_session_invalidates_code_and_tokens(stack: &Stack) {
    assert_closed(stack, &GrantEnd::Session).await;
}

async fn revoked_grant_invalidates_code_and_tokens(stack: &Stack) {
    assert_closed(stack, &GrantEnd::Grant).await;
}
