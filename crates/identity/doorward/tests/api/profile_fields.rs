//! Tests of custom fields in the profile of the JSON API.

use doorward_admin::operator::AdminContext;
use doorward_admin::profile_fields::{self, NewField};
use doorward_admin::user_change::UserChange;
use doorward_admin::users;
use doorward_domain::model::{FieldAudience, FieldEditor, FieldInput, FieldKind};
use doorward_testkit::{Page, Stack, flows, flows_with};
use serde_json::{Value, json};

use crate::support::{body, call, errors, get_as, problem, sign_in};

flows!(
    user_reads_visible_fields_and_changes_own,
    invalid_fields_are_named_with_standard_members,
    field_change_has_version,
);
flows_with!(REDUCED; other_users_see_directory_fields_only);

const REDUCED: &[(&str, &str)] = &[("DOORWARD__ACCOUNTS__DIRECTORY", "reduced")];

const PROFILE: &str = "/api/auth/profile";

async fn patch(stack: &Stack, token: &str, change: Value) -> Page {
    let request = call(stack, "PATCH", PROFILE).bearer(token);
    request.json(&change).send().await
}

/// Creates fields that alice edits, sees, and does not see, and sets the last two.
async fn seed(stack: &Stack) {
    let db = stack.db().await;
    let context = AdminContext::command_line(&db, &stack.clock);
    for (name, kind, editable_by, visible_to) in [
        (
            "company",
            FieldKind::Text { max_length: 20 },
            FieldEditor::User,
            FieldAudience::User,
        ),
        (
            "seats",
            FieldKind::Number,
            FieldEditor::User,
            FieldAudience::Directory,
        ),
        (
            "manager",
            FieldKind::User,
            FieldEditor::Admin,
            FieldAudience::User,
        ),
        (
            "rating",
            FieldKind::Number,
            FieldEditor::Admin,
            FieldAudience::Admin,
        ),
    ] {
        let new = NewField {
            name: name.to_owned(),
            label: name.to_owned(),
            kind,
            editable_by,
            visible_to,
        };
        profile_fields::create(&context, new).await.unwrap();
    }
    let alice = users::get(&context, "alice").await.unwrap();
    let value = |(name, value): (&str, Value)| (name.to_owned(), FieldInput::Json(value));
    let change = UserChange {
        fields: [("manager", json!("bob")), ("rating", json!(7))]
            .map(value)
            .into(),
        ..UserChange::default()
    };
    users::update(&context, &alice.id.to_string(), change)
        .await
        .unwrap();
}

async fn user_reads_visible_fields_and_changes_own(stack: &Stack) {
    seed(stack).await;
    let bob = sign_in(stack, "bob").await.access;
    let bob = body(&get_as(stack, &bob, PROFILE).await, 200);
    let token = sign_in(stack, "alice").await.access;
    let read = body(&get_as(stack, &token, PROFILE).await, 200);
    let fields = json!({ "company": null, "seats": null, "manager": bob["id"] });
    assert_eq!(read["fields"], fields);
    let change = json!({ "nickname": "Al", "fields": { "company": " Acme ", "seats": 2.5 } });
    let after = body(&patch(stack, &token, change).await, 200);
    assert_eq!(after["fields"]["company"], "Acme");
    assert_eq!(after["fields"]["seats"], 2.5);
    assert_eq!(after["nickname"], "Al");
    // Sending back what was read changes nothing, also for fields that only administrators change.
    let same = json!({ "fields": after["fields"] });
    let again = body(&patch(stack, &token, same).await, 200);
    assert_eq!(again, after);
    let change = json!({ "fields": { "company": null, "seats": "" } });
    let after = body(&patch(stack, &token, change).await, 200);
    assert_eq!(after["fields"], fields);
}

async fn invalid_fields_are_named_with_standard_members(stack: &Stack) {
    seed(stack).await;
    let token = sign_in(stack, "alice").await.access;
    let change = json!({
        "birthdate": "yesterday",
        "fields": {
            "company": "x".repeat(21), "seats": "2", "manager": "carol", "rating": 7, "other": 1,
        },
    });
    let told = problem(&patch(stack, &token, change).await, 400, "invalid-input");
    let expected = [
        ("birthdate", "invalid"),
        ("company", "too_long"),
        ("manager", "read_only"),
        ("other", "unknown"),
        ("rating", "unknown"),
        ("seats", "wrong_type"),
    ];
    let expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
    assert_eq!(errors(&told), expected);
    assert_eq!(told["errors"][1]["pointer"], "/fields/company");
    let read = body(&get_as(stack, &token, PROFILE).await, 200);
    assert_eq!(read["fields"]["company"], Value::Null);
    let told = problem(
        &patch(stack, &token, json!({ "fields": ["company"] })).await,
        400,
        "invalid-input",
    );
    assert_eq!(errors(&told)[0].0, "fields");
}

async fn field_change_has_version(stack: &Stack) {
    seed(stack).await;
    let token = sign_in(stack, "alice").await.access;
    let seen = get_as(stack, &token, PROFILE).await;
    let tag = seen.header("etag").unwrap().to_owned();
    let change = async |company: &str| {
        let request = call(stack, "PATCH", PROFILE)
            .bearer(&token)
            .header("if-match", &tag);
        let change = json!({ "fields": { "company": company } });
        request.json(&change).send().await
    };
    let first = change("First").await;
    assert_eq!(first.status, 200, "{}", first.dump());
    assert_ne!(first.header("etag"), Some(tag.as_str()));
    problem(&change("Second").await, 412, "changed-meanwhile");
}

async fn other_users_see_directory_fields_only(stack: &Stack) {
    let list = async |token: &str| {
        let listing = get_as(stack, token, "/api/directory/users").await;
        body(&listing, 200)["items"].as_array().unwrap().clone()
    };
    let bob = sign_in(stack, "bob").await.access;
    for item in list(&bob).await {
        assert!(item.get("fields").is_none(), "{item}");
    }
    seed(stack).await;
    let token = sign_in(stack, "alice").await.access;
    let change = json!({ "fields": { "company": "Acme", "seats": 2.5 } });
    body(&patch(stack, &token, change).await, 200);
    let items = list(&bob).await;
    let alice = items.iter().find(|item| item["display_name"] == "alice");
    assert_eq!(alice.unwrap()["fields"], json!({ "seats": 2.5 }));
    let other = items.iter().find(|item| item["display_name"] == "mona");
    assert_eq!(other.unwrap()["fields"], json!({ "seats": null }));
}
