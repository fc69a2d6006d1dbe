//! Tests of registration: errors name the member, and do not reveal whether an e-mail address is
//! known.

use doorward_testkit::{Page, Stack, flows, flows_with};
use serde_json::{Value, json};

use crate::support::{body, claims, errors, get_as, post, problem, refresh};

const PASSWORD: &str = "quartz-bicycle-lemon-42";
const VERIFIED: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];
const CLOSED: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__ENABLED", "false")];

flows!(
    new_user_is_signed_in_without_verification,
    user_name_is_returned_normalized,
    equivalent_password_spellings_match,
    every_wrong_field_is_named,
    known_address_is_reported_without_verification,
);
flows_with!(
    VERIFIED;
    new_user_must_verify_address_first,
    known_address_gets_same_response_as_new_address,
);
flows_with!(CLOSED; closed_registration_is_reported);

fn account(username: &str, email: &str) -> Value {
    json!({
        "username": username, "email": email, "password": PASSWORD, "password_confirm": PASSWORD,
        "first_name": "Carol", "last_name": "Cooper",
    })
}

async fn register(stack: &Stack, account: Value) -> Page {
    post(stack, "/api/auth/register", account).await
}

#[track_caller]
fn named(page: &Page) -> Vec<(String, String)> {
    errors(&problem(page, 400, "invalid-input"))
}

fn pair(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

async fn new_user_is_signed_in_without_verification(stack: &Stack) {
    let page = register(stack, account("carol", "carol@example.org")).await;
    let created = body(&page, 201);
    assert!(!page.dump().contains(PASSWORD), "the password is repeated");
    assert_eq!(created["username"], "carol");
    assert_eq!(created["email_verification_required"], false);
    let access = created["tokens"]["access"].as_str().unwrap();
    assert_eq!(claims(access)["sub"], created["id"]);
    let profile = body(&get_as(stack, access, "/api/auth/profile").await, 200);
    assert_eq!(
        (&profile["first_name"], &profile["last_name"]),
        (&json!("Carol"), &json!("Cooper"))
    );
    assert_eq!(profile["roles"], json!(["developer"]));
    assert_eq!(profile["is_staff"], false);
    body(
        &refresh(stack, created["tokens"]["refresh"].as_str().unwrap()).await,
        200,
    );
}

// Checks that the displayed name is the normalized name that is compared with others.
async fn user_name_is_returned_normalized(stack: &Stack) {
    let created = body(
        &register(stack, account("will", "will@example.org")).await,
        201,
    );
    assert_eq!(created["username"], "will");
    let page = register(stack, account("ＷilI-2", "wili@example.org")).await;
    let created = body(&page, 201);
    assert_eq!(created["username"], "wili-2");
    let access = created["tokens"]["access"].as_str().unwrap();
    assert_eq!(claims(access)["username"], "wili-2");
    let profile = body(&get_as(stack, access, "/api/auth/profile").await, 200);
    assert_eq!(profile["username"], "wili-2");
}

// Checks that composed and decomposed characters give the same password hash (SP 800-63B-4
// §3.1.1.2).
async fn equivalent_password_spellings_match(stack: &Stack) {
    let mut new = account("carol", "carol@example.org");
    new["password"] = json!("qu\u{e4}rtz-bicycle-lemon-42");
    new["password_confirm"] = json!("qua\u{308}rtz-bicycle-lemon-42");
    body(&register(stack, new).await, 201);
}

async fn every_wrong_field_is_named(stack: &Stack) {
    let page = register(stack, json!({})).await;
    assert_eq!(
        named(&page),
        [
            pair("username", "required"),
            pair("email", "required"),
            pair("password", "required")
        ]
    );
    let page = register(stack, account("alice", "new@example.org")).await;
    assert_eq!(named(&page), [pair("username", "taken")]);
    let page = register(stack, account("ALICE", "new@example.org")).await;
    assert_eq!(named(&page), [pair("username", "taken")]);
    let mut wrong = account("root", "no address");
    wrong["password"] = json!("12345678");
    wrong["first_name"] = json!("x".repeat(101));
    let codes = named(&register(stack, wrong).await);
    for expected in [
        pair("username", "reserved"),
        pair("email", "invalid"),
        pair("password_confirm", "mismatch"),
        pair("first_name", "too_long"),
    ] {
        assert!(codes.contains(&expected), "{codes:?}");
    }
    assert!(
        codes.iter().any(|(field, _)| field == "password"),
        "{codes:?}"
    );
    // Members that users cannot set for themselves are rejected.
    for member in ["is_staff", "roles", "email_verified", "id"] {
        let mut more = account("carol", "carol@example.org");
        more[member] = json!(true);
        assert_eq!(
            named(&register(stack, more).await),
            [pair(member, "unknown")]
        );
    }
}

async fn known_address_is_reported_without_verification(stack: &Stack) {
    let page = register(stack, account("carol", "ALICE@example.org")).await;
    assert_eq!(named(&page), [pair("email", "taken")]);
}

async fn new_user_must_verify_address_first(stack: &Stack) {
    let created = body(
        &register(stack, account("carol", "carol@example.org")).await,
        201,
    );
    assert_eq!(created["email_verification_required"], true);
    assert!(
        created.get("tokens").is_none() && created.get("id").is_none(),
        "{created}"
    );
    let login = json!({ "username": "carol", "password": PASSWORD });
    let page = post(stack, "/api/auth/login", login.clone()).await;
    problem(&page, 403, "email-not-verified");
    let link = stack.mail("carol@example.org").await.link(stack.issuer());
    let token = link
        .query_pairs()
        .find(|(name, _)| name == "token")
        .unwrap()
        .1
        .into_owned();
    let verify = async || post(stack, "/api/auth/email/verify", json!({ "token": token })).await;
    assert_eq!(verify().await.status, 204);
    problem(&verify().await, 400, "link-over");
    body(&post(stack, "/api/auth/login", login).await, 200);
}

async fn known_address_gets_same_response_as_new_address(stack: &Stack) {
    let new = register(stack, account("carol", "carol@example.org")).await;
    let known = register(stack, account("dave", "alice@example.org")).await;
    let (new, known) = (body(&new, 201), body(&known, 201));
    let same = |item: &Value| {
        let mut item = item.clone();
        item.as_object_mut()
            .unwrap()
            .retain(|name, _| name != "username" && name != "email");
        item
    };
    assert_eq!(same(&new), same(&known));
    assert_eq!(known["username"], "dave");
    // The user of the address gets a mail; no account was created.
    let mail = stack.mail("alice@example.org").await;
    assert!(mail.text.contains("/login"), "{}", mail.text);
    let login = json!({ "username": "dave", "password": PASSWORD });
    problem(
        &post(stack, "/api/auth/login", login).await,
        401,
        "sign-in-rejected",
    );
    // A user name that is taken is public, and the error names it.
    let page = register(stack, account("bob", "new@example.org")).await;
    assert_eq!(named(&page), [pair("username", "taken")]);
}

async fn closed_registration_is_reported(stack: &Stack) {
    let page = register(stack, account("carol", "carol@example.org")).await;
    problem(&page, 403, "registration-closed");
}
