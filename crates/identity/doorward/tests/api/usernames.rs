//! Tests of accounts without a user name, of reserved names, and of the times of an account.

use doorward_testkit::{PASSWORD as SEEDED, Page, Stack, UserAgent, flows, flows_with};
use serde_json::{Value, json};

use crate::support::{Tokens, body, claims, errors, get_as, post, problem, sign_in};

const PASSWORD: &str = "quartz-bicycle-lemon-42";
const OPTIONAL: &[(&str, &str)] = &[("DOORWARD__ACCOUNTS__USERNAME", "optional")];
const NONE: &[(&str, &str)] = &[("DOORWARD__ACCOUNTS__USERNAME", "none")];
const RESERVED: &[(&str, &str)] = &[("DOORWARD__ACCOUNTS__RESERVED_USERNAMES", "boss,alfa")];

flows!(
    user_name_is_required_by_default,
    sign_in_sets_last_login_once_a_minute,
    registration_states_date_joined,
);
flows_with!(OPTIONAL;
    users_without_user_name_sign_in_by_address,
    user_name_may_be_given_if_optional,
);
flows_with!(NONE;
    user_name_is_rejected_where_accounts_have_none,
    page_asks_for_no_user_name,
);
flows_with!(RESERVED; configured_names_are_reserved);

fn account(username: Option<&str>, email: &str) -> Value {
    let mut account = json!({ "email": email, "password": PASSWORD, "password_confirm": PASSWORD });
    if let Some(username) = username {
        account["username"] = username.into();
    }
    account
}

async fn register(stack: &Stack, account: Value) -> Page {
    post(stack, "/api/auth/register", account).await
}

#[track_caller]
fn rejected(page: &Page) -> Vec<(String, String)> {
    errors(&problem(page, 400, "invalid-input"))
}

async fn user_name_is_required_by_default(stack: &Stack) {
    let page = register(stack, account(None, "carol@example.org")).await;
    let expected = ("username".to_owned(), "required".to_owned());
    assert_eq!(rejected(&page), [expected]);
}

async fn users_without_user_name_sign_in_by_address(stack: &Stack) {
    // Several such accounts do not conflict.
    for email in ["carol@example.org", "dora@example.org"] {
        let created = body(&register(stack, account(None, email)).await, 201);
        assert_eq!(created["username"], Value::Null);
        let token = created["tokens"]["access"].as_str().unwrap();
        assert!(claims(token).get("username").is_none());
        let login = json!({ "email": email, "password": PASSWORD });
        let tokens = Tokens::of(&post(stack, "/api/auth/login", login).await);
        let profile = body(
            &get_as(stack, &tokens.access, "/api/auth/profile").await,
            200,
        );
        assert_eq!(profile["username"], Value::Null);
        assert_eq!(profile["email"], email);
    }
    let page = register(stack, account(None, "carol@example.org")).await;
    assert_eq!(rejected(&page), [("email".to_owned(), "taken".to_owned())]);
}

async fn user_name_may_be_given_if_optional(stack: &Stack) {
    let created = body(
        &register(stack, account(Some("carol"), "carol@example.org")).await,
        201,
    );
    assert_eq!(created["username"], "carol");
    for (name, code) in [
        ("Carol", "taken"),
        ("admin", "reserved"),
        ("x", "too_short"),
    ] {
        let page = register(stack, account(Some(name), "other@example.org")).await;
        assert_eq!(rejected(&page), [("username".to_owned(), code.to_owned())]);
    }
}

async fn user_name_is_rejected_where_accounts_have_none(stack: &Stack) {
    let page = register(stack, account(Some("carol"), "carol@example.org")).await;
    let expected = ("username".to_owned(), "unused".to_owned());
    assert_eq!(rejected(&page), [expected]);
    let created = body(
        &register(stack, account(None, "carol@example.org")).await,
        201,
    );
    assert_eq!(created["username"], Value::Null);
    // Existing accounts keep their names.
    let token = sign_in(stack, "alice").await.access;
    let profile = body(&get_as(stack, &token, "/api/auth/profile").await, 200);
    assert_eq!(profile["username"], "alice");
}

async fn page_asks_for_no_user_name(stack: &Stack) {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/register")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(page.find_form("form:has([name=username])").is_none());
    let form = page.find_form("form:has([name=password_confirm])").unwrap();
    let form = form.with("email", "carol@example.org");
    let form = form
        .with("password", PASSWORD)
        .with("password_confirm", PASSWORD);
    let page = agent.submit(&form).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let account = agent.get(stack.at("/account")).await;
    assert_eq!(account.status, 200, "{}", account.dump());
    assert!(account.text().contains("carol@example.org"));
}

async fn configured_names_are_reserved(stack: &Stack) {
    for (name, is_reserved) in [("boss", true), ("A1fa", true), ("support", false)] {
        let page = register(stack, account(Some(name), &format!("{name}@new.example"))).await;
        if is_reserved {
            assert_eq!(rejected(&page)[0].1, "reserved", "{name}");
        } else {
            body(&page, 201);
        }
    }
}

async fn sign_in_sets_last_login_once_a_minute(stack: &Stack) {
    let seen = async || {
        let login = json!({ "username": "alice", "password": SEEDED });
        let tokens = Tokens::of(&post(stack, "/api/auth/login", login).await);
        let profile = body(
            &get_as(stack, &tokens.access, "/api/auth/profile").await,
            200,
        );
        assert_eq!(profile["date_joined"], profile["created_at"]);
        profile["last_login"].as_str().unwrap().to_owned()
    };
    let first = seen().await;
    stack.clock.advance(30);
    assert_eq!(seen().await, first, "within a minute");
    stack.clock.advance(31);
    let later = seen().await;
    assert!(later > first, "{first} {later}");
}

async fn registration_states_date_joined(stack: &Stack) {
    let created = body(
        &register(stack, account(Some("carol"), "carol@example.org")).await,
        201,
    );
    let token = created["tokens"]["access"].as_str().unwrap();
    let profile = body(&get_as(stack, token, "/api/auth/profile").await, 200);
    assert_eq!(created["date_joined"], profile["date_joined"]);
    assert!(profile["last_login"].is_string(), "{profile}");
}
