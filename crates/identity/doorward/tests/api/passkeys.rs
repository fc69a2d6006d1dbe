//! Tests of passkeys by the account API: listed, renamed and removed by their user only (ASVS 5.0
//! §7.5.1).

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditKind, Passkey, PasskeyId};
use doorward_store::repo;
use doorward_testkit::{Page, Stack, flows, flows_with};
use serde_json::{Value, json};

use crate::support::{body, call, errors, get_as, problem, sign_in};

flows!(
    user_lists_renames_and_removes_passkeys,
    passkeys_of_other_users_are_not_found,
    removal_requires_recent_authentication,
);
flows_with!(FACTOR_REQUIRED; only_second_factor_stays);

const FACTOR_REQUIRED: &[(&str, &str)] = &[("DOORWARD__MFA__REQUIRED_FOR_ROLES", "manager")];
const PATH: &str = "/api/auth/passkeys";

/// Stores a passkey that is never used to sign in.
async fn store_passkey(stack: &Stack, who: &str, number: u8) -> PasskeyId {
    let db = stack.db().await;
    let user = repo::users::find_by_identifier(db.read(), who).await;
    let now = stack.clock.now() + i64::from(number);
    let passkey = Passkey {
        id: PasskeyId::generate(now, &mut rand::rng()),
        user_id: user.expect("a query").expect("a user").id,
        handle: None,
        credential_id: vec![number; 16],
        name: format!("Passkey {number}"),
        credential: "{}".to_owned(),
        backup_eligible: number % 2 == 1,
        backed_up: false,
        created_at: now,
        last_used_at: None,
        suspected_at: None,
    };
    let tx = db.begin_write().await.expect("a transaction");
    assert!(repo::passkeys::insert(&tx, &passkey).await.expect("a row"));
    tx.commit().await.expect("commit");
    db.close().await.expect("close");
    passkey.id
}

async fn rename(stack: &Stack, token: &str, id: impl ToString, name: &str) -> Page {
    let path = format!("{PATH}/{}", id.to_string());
    let request = call(stack, "PATCH", &path).bearer(token);
    request.json(&json!({ "name": name })).send().await
}

async fn remove(stack: &Stack, token: &str, id: impl ToString) -> Page {
    let path = format!("{PATH}/{}", id.to_string());
    call(stack, "DELETE", &path).bearer(token).send().await
}

async fn names(stack: &Stack, token: &str) -> Vec<String> {
    let list = body(&get_as(stack, token, PATH).await, 200);
    let list = list.as_array().expect("a list").iter();
    let name = |item: &Value| item["name"].as_str().map(str::to_owned);
    list.filter_map(name).collect()
}

async fn user_lists_renames_and_removes_passkeys(stack: &Stack) {
    let (first, second) = (
        store_passkey(stack, "alice", 1).await,
        store_passkey(stack, "alice", 2).await,
    );
    let alice = sign_in(stack, "alice").await.access;
    let list = body(&get_as(stack, &alice, PATH).await, 200);
    assert_eq!(list[0]["id"], first.to_string());
    assert_eq!(list[0]["synced"], true);
    assert_eq!(list[1]["synced"], false);
    assert_eq!(list[1]["last_used_at"], Value::Null);
    assert_eq!(
        rename(stack, &alice, second, "Work laptop").await.status,
        204
    );
    assert_eq!(names(stack, &alice).await, ["Passkey 1", "Work laptop"]);
    for bad in ["", "  ", "a\u{202e}b", &"x".repeat(61)] {
        let refused = rename(stack, &alice, second, bad).await;
        let refused = problem(&refused, 400, "invalid-input");
        assert_eq!(
            errors(&refused),
            [("name".to_owned(), "invalid".to_owned())]
        );
    }
    assert_eq!(remove(stack, &alice, first).await.status, 204);
    assert_eq!(remove(stack, &alice, second).await.status, 204);
    assert!(names(stack, &alice).await.is_empty());
    let removed = stack.audited(AuditKind::FactorRemoved).await;
    assert_eq!(removed.len(), 2);
    assert_eq!(removed[0].detail["factor"], "passkey");
    stack.wait_for_jobs().await;
    let mails = stack.mails("alice@example.org").await;
    assert_eq!(
        mails
            .iter()
            .filter(|mail| mail.subject.contains("passkey"))
            .count(),
        2
    );
}

async fn passkeys_of_other_users_are_not_found(stack: &Stack) {
    let id = store_passkey(stack, "alice", 1).await;
    let bob = sign_in(stack, "bob").await.access;
    assert!(names(stack, &bob).await.is_empty());
    problem(&rename(stack, &bob, id, "Mine").await, 404, "not-found");
    problem(&remove(stack, &bob, id).await, 404, "not-found");
    problem(&remove(stack, &bob, "nonsense").await, 404, "not-found");
    let anonymous_caller = call(stack, "GET", PATH).send().await;
    problem(&anonymous_caller, 401, "invalid-token");
    let alice = sign_in(stack, "alice").await.access;
    assert_eq!(names(stack, &alice).await, ["Passkey 1"]);
}

async fn removal_requires_recent_authentication(stack: &Stack) {
    let id = store_passkey(stack, "alice", 1).await;
    let tokens = sign_in(stack, "alice").await;
    stack.clock.advance(15 * 60 + 1);
    let renewed = crate::support::refresh(stack, &tokens.refresh).await;
    let alice = body(&renewed, 200)["access"].as_str().unwrap().to_owned();
    problem(&remove(stack, &alice, id).await, 401, "sign-in-required");
    assert_eq!(names(stack, &alice).await.len(), 1);
}

async fn only_second_factor_stays(stack: &Stack) {
    let tokens = sign_in(stack, "alice").await;
    let id = store_passkey(stack, "alice", 1).await;
    stack.give_role("alice", "manager").await;
    // The new requirement ends the weak token before it can remove anything.
    let refused = remove(stack, &tokens.access, id).await;
    assert!(
        [401, 403, 409].contains(&refused.status),
        "{}",
        refused.dump()
    );
    let db = stack.db().await;
    let user = repo::users::find_by_identifier(db.read(), "alice").await;
    let user = user.expect("a query").expect("alice").id;
    let left = repo::passkeys::count(db.read(), user)
        .await
        .expect("a count");
    db.close().await.expect("close");
    assert_eq!(left, 1);
}
