//! Tests of the profile: read, changed in part, and limited to the members that users may change.

use doorward_testkit::{Page, Stack, flows};
use serde_json::{Value, json};

use crate::support::{body, call, errors, get_as, problem, sign_in};

flows!(
    patch_changes_only_given_members,
    null_removes_member,
    invalid_members_are_named,
    change_in_between_is_not_overwritten,
);

async fn patch(stack: &Stack, token: &str, change: Value) -> Page {
    let request = call(stack, "PATCH", "/api/auth/profile").bearer(token);
    request.json(&change).send().await
}

async fn patch_changes_only_given_members(stack: &Stack) {
    let token = sign_in(stack, "alice").await.access;
    let change = json!({
        "first_name": "Alicia", "nickname": "Al", "website": "https://alice.example/",
        "profile_url": "https://social.example/@alice",
        "address": { "locality": "Bonn" }, "email_preferences": { "newsletter": true },
    });
    let after = body(&patch(stack, &token, change).await, 200);
    assert_eq!(
        (&after["given_name"], &after["first_name"]),
        (&json!("Alicia"), &json!("Alicia"))
    );
    assert_eq!(after["family_name"], "Example");
    assert_eq!(after["profile_url"], "https://social.example/@alice");
    assert_eq!(after["address"]["locality"], "Bonn");
    assert_eq!(after["address"]["street_address"], "Long Road 1");
    assert_eq!(after["email_preferences"]["newsletter"], true);
    let read = body(&get_as(stack, &token, "/api/auth/profile").await, 200);
    assert_eq!(read, after);
    let after = body(
        &patch(stack, &token, json!({ "nickname": null, "website": "" })).await,
        200,
    );
    assert_eq!(
        (&after["nickname"], &after["website"]),
        (&json!(""), &json!(""))
    );
    assert_eq!(after["given_name"], "Alicia");
    let request = call(stack, "PATCH", "/api/auth/profile").bearer(&token);
    let page = request
        .body("application/merge-patch+json", r#"{"bio":"Hello"}"#)
        .send()
        .await;
    assert_eq!(body(&page, 200)["bio"], "Hello");
}

// Checks that `null` removes a member, also a whole object (RFC 7396 §1).
async fn null_removes_member(stack: &Stack) {
    let token = sign_in(stack, "alice").await.access;
    let change =
        json!({ "email_preferences": { "newsletter": true }, "address": { "region": "NRW" } });
    body(&patch(stack, &token, change).await, 200);
    let change = json!({ "email_preferences": null, "address": null, "bio": null });
    let after = body(&patch(stack, &token, change).await, 200);
    assert_eq!(
        after["email_preferences"],
        json!({ "newsletter": false, "product_news": false })
    );
    let address = after["address"].as_object().unwrap();
    assert!(address.values().all(|part| part == ""), "{address:?}");
    assert_eq!(after["given_name"], "Alice");
}

async fn invalid_members_are_named(stack: &Stack) {
    let token = sign_in(stack, "alice").await.access;
    let twice = json!({ "first_name": "F", "given_name": "G" });
    let received = problem(&patch(stack, &token, twice).await, 400, "invalid-input");
    assert_eq!(
        errors(&received),
        [("given_name".to_owned(), "repeated".to_owned())]
    );
    let received = problem(
        &patch(stack, &token, json!({ "address": "Long Road 1" })).await,
        400,
        "invalid-input",
    );
    assert_eq!(
        errors(&received),
        [("address".to_owned(), "wrong_type".to_owned())]
    );
    assert_eq!(received["errors"][0]["detail"], "Expected an object.");
    let wrong = json!({ "birthdate": "yesterday", "zoneinfo": "Mars/Olympus", "website": "javascript:alert(1)" });
    let received = problem(&patch(stack, &token, wrong).await, 400, "invalid-input");
    let mut fields: Vec<String> = errors(&received)
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    fields.sort();
    assert_eq!(fields, ["birthdate", "website", "zoneinfo"]);
    let received = problem(
        &patch(
            stack,
            &token,
            json!({ "address": { "country": "x".repeat(101) } }),
        )
        .await,
        400,
        "invalid-input",
    );
    assert_eq!(received["errors"][0]["pointer"], "/address/country");
    // Members that would give more rights are rejected.
    for member in [
        "is_staff",
        "roles",
        "username",
        "email",
        "email_verified",
        "id",
        "phone_number_verified",
    ] {
        let received = problem(
            &patch(stack, &token, json!({ member: true })).await,
            400,
            "invalid-input",
        );
        assert_eq!(
            errors(&received),
            [(member.to_owned(), "unknown".to_owned())]
        );
    }
    let page = call(stack, "PATCH", "/api/auth/profile")
        .json(&json!({}))
        .send()
        .await;
    problem(&page, 401, "invalid-token");
}

async fn change_in_between_is_not_overwritten(stack: &Stack) {
    let token = sign_in(stack, "alice").await.access;
    let seen = get_as(stack, &token, "/api/auth/profile").await;
    let tag = seen.header("etag").unwrap().to_owned();
    let change = async |tag: &str, name: &str| {
        let request = call(stack, "PATCH", "/api/auth/profile")
            .bearer(&token)
            .header("if-match", tag);
        request.json(&json!({ "nickname": name })).send().await
    };
    let first = change(&tag, "First").await;
    assert_eq!(first.status, 200, "{}", first.dump());
    problem(&change(&tag, "Second").await, 412, "changed-meanwhile");
    problem(
        &change("\"other\"", "Second").await,
        412,
        "changed-meanwhile",
    );
    let page = change(first.header("etag").unwrap(), "Third").await;
    assert_eq!(body(&page, 200)["nickname"], "Third");
    assert_eq!(
        body(&change("*", "Fourth").await, 200)["nickname"],
        "Fourth"
    );
}
