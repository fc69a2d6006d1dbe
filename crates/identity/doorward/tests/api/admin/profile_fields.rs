//! Tests of managing custom profile fields and the values of users by the API.

use doorward_domain::model::{AuditKind, FieldAudience, FieldEditor, FieldKind, ProfileField};
use doorward_store::repo;
use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::world::{World, ok, problem};

flows!(
    field_is_created_listed_changed_and_deleted,
    invalid_field_is_reported_by_member,
    change_applies_to_read_version,
    fifty_fields_are_the_limit,
    values_are_changed_with_account,
    invalid_value_is_rejected,
    deleted_field_and_user_take_values_along,
    organization_administrator_sees_directory_fields_only,
    field_of_claim_is_not_deleted,
);

const FIELDS: &str = "/api/admin/profile-fields";

/// Returns a field of the authorization matrices.
pub fn spare() -> ProfileField {
    ProfileField {
        name: "spare".to_owned(),
        label: "Spare".to_owned(),
        kind: FieldKind::Text { max_length: 20 },
        editable_by: FieldEditor::Admin,
        visible_to: FieldAudience::User,
        created_at: 0,
        updated_at: 0,
    }
}

async fn create(world: &World<'_>, body: &Value) -> Value {
    ok(&world.call("admin", "POST", FIELDS, Some(body)).await, 201)
}

/// Creates the fields of a company: every type, and every audience.
async fn company(world: &World<'_>) {
    for body in [
        json!({ "name": "company", "label": "Company", "type": "text", "editable_by": "user",
            "visible_to": "directory" }),
        json!({ "name": "github", "label": "GitHub", "type": "url", "editable_by": "user" }),
        json!({ "name": "office", "label": "Office", "type": "choice", "choices": ["Bonn", "Paris"] }),
        json!({ "name": "employee_id", "label": "Number", "type": "text", "max_length": 20 }),
        json!({ "name": "hire_date", "label": "Hired", "type": "date", "visible_to": "admin" }),
        json!({ "name": "seats", "label": "Seats", "type": "number" }),
        json!({ "name": "remote", "label": "Remote", "type": "boolean" }),
        json!({ "name": "manager", "label": "Manager", "type": "user" }),
    ] {
        create(world, &body).await;
    }
}

async fn field_is_created_listed_changed_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let body = json!({ "name": "company", "label": "Company", "type": "text" });
    let made = create(&world, &body).await;
    assert_eq!(made["max_length"], 255);
    assert_eq!(made["editable_by"], "admin");
    assert_eq!(made["visible_to"], "user");
    assert!(made.get("choices").is_none());
    let page = world.call("admin", "POST", FIELDS, Some(&body)).await;
    problem(&page, 409, "already-exists");
    let office = json!({
        "name": "office", "label": "Office", "type": "choice", "choices": ["Bonn"],
        "editable_by": "user", "visible_to": "directory",
    });
    let fields = [("idempotency-key", "office")];
    for _ in 0..2 {
        let page = world
            .call_with("admin", "POST", FIELDS, Some(&office), &fields)
            .await;
        let made = ok(&page, 201);
        assert_eq!(
            page.header("location"),
            Some("/api/admin/profile-fields/office")
        );
        assert_eq!(made["choices"], json!(["Bonn"]));
        assert!(made.get("max_length").is_none());
    }
    // The list has pages, by name.
    let page = format!("{FIELDS}?limit=1");
    let first = ok(&world.call("admin", "GET", &page, None).await, 200);
    assert_eq!(first["items"][0]["name"], "company");
    let cursor = first["next_cursor"].as_str().expect("a next page");
    let page = format!("{FIELDS}?limit=1&cursor={cursor}");
    let second = ok(&world.call("admin", "GET", &page, None).await, 200);
    assert_eq!(second["items"][0]["name"], "office");
    assert!(second.get("next_cursor").is_none());
    let path = format!("{FIELDS}/company");
    let change = json!({ "label": "Employer", "max_length": 50, "visible_to": "directory" });
    let changed = ok(
        &world.change("admin", "PATCH", &path, Some(&change)).await,
        200,
    );
    assert_eq!(changed["label"], "Employer");
    assert_eq!(changed["max_length"], 50);
    assert_eq!(changed["visible_to"], "directory");
    assert_eq!(changed["created_at"], made["created_at"]);
    let shown = ok(&world.call("admin", "GET", &path, None).await, 200);
    assert_eq!(shown, changed);
    let removed = world.change("admin", "DELETE", &path, None).await;
    assert_eq!(removed.status, 204, "{}", removed.dump());
    problem(
        &world.call("admin", "GET", &path, None).await,
        404,
        "not-found",
    );
    // Every change is in the audit log.
    let events = stack.audited(AuditKind::ProfileFieldChanged).await;
    let mut changes: Vec<_> = events
        .iter()
        .map(|event| event.detail["change"].as_str().unwrap())
        .collect();
    changes.sort_unstable();
    assert_eq!(changes, ["changed", "created", "created", "deleted"]);
}

async fn invalid_field_is_reported_by_member(stack: &Stack) {
    let world = World::new(stack).await;
    let cases = [
        ("name", json!({ "name": "email" })),
        ("name", json!({ "name": "nickname" })),
        ("name", json!({ "name": "Company" })),
        ("label", json!({ "label": "" })),
        ("type", json!({ "type": "html" })),
        ("max_length", json!({ "max_length": 1001 })),
        ("choices", json!({ "type": "choice" })),
        ("choices", json!({ "choices": ["a"] })),
        (
            "editable_by",
            json!({ "editable_by": "user", "visible_to": "admin" }),
        ),
        (
            "editable_by",
            json!({ "editable_by": "user", "type": "user" }),
        ),
    ];
    for (member, change) in cases {
        let mut body = json!({ "name": "company", "label": "Company", "type": "text" });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let page = world.call("admin", "POST", FIELDS, Some(&body)).await;
        let told = problem(&page, 400, "invalid-input");
        assert_eq!(told["errors"][0]["field"], member, "{change}: {told}");
    }
    let body = json!({ "name": "hired", "label": "Hired", "type": "date" });
    create(&world, &body).await;
    let path = format!("{FIELDS}/hired");
    for (member, change) in [
        ("max_length", json!({ "max_length": 9 })),
        ("choices", json!({ "choices": ["a"] })),
        ("name", json!({ "name": "other" })),
        ("type", json!({ "type": "text" })),
    ] {
        let page = world.change("admin", "PATCH", &path, Some(&change)).await;
        let told = problem(&page, 400, "invalid-input");
        assert_eq!(told["errors"][0]["field"], member, "{change}: {told}");
    }
}

async fn change_applies_to_read_version(stack: &Stack) {
    let world = World::new(stack).await;
    create(
        &world,
        &json!({ "name": "company", "label": "A", "type": "text" }),
    )
    .await;
    let path = format!("{FIELDS}/company");
    let read = world.call("admin", "GET", &path, None).await;
    let tag = read.header("etag").unwrap().to_owned();
    let fields = [("if-match", tag.as_str())];
    let label = |label: &str| json!({ "label": label });
    let change = async |body: Value| {
        world
            .call_with("admin", "PATCH", &path, Some(&body), &fields)
            .await
    };
    assert_eq!(ok(&change(label("B")).await, 200)["label"], "B");
    problem(&change(label("C")).await, 412, "changed-meanwhile");
    let stale = world
        .call_with("admin", "DELETE", &path, None, &fields)
        .await;
    problem(&stale, 412, "changed-meanwhile");
}

async fn fifty_fields_are_the_limit(stack: &Stack) {
    let world = World::new(stack).await;
    let tx = world.db.begin_write().await.unwrap();
    for number in 0..49 {
        let field = ProfileField {
            name: format!("x{number}"),
            ..spare()
        };
        repo::profile_fields::upsert(&tx, &field).await.unwrap();
    }
    tx.commit().await.unwrap();
    let body = |name: &str| json!({ "name": name, "label": "X", "type": "date" });
    create(&world, &body("fiftieth")).await;
    let page = world
        .call("admin", "POST", FIELDS, Some(&body("surplus")))
        .await;
    problem(&page, 400, "invalid-input");
}

async fn values_are_changed_with_account(stack: &Stack) {
    let world = World::new(stack).await;
    company(&world).await;
    let path = format!("/api/admin/users/{}", world.id("alice"));
    let read = world.call("admin", "GET", &path, None).await;
    assert_eq!(ok(&read, 200)["fields"]["manager"], Value::Null);
    let tag = read.header("etag").unwrap().to_owned();
    let values = json!({
        "company": "Acme", "github": "https://github.example/alice", "office": "Bonn",
        "employee_id": "E-4711", "hire_date": "2024-02-01", "seats": 2.5, "remote": true,
        "manager": "bob",
    });
    let change = json!({ "fields": values });
    let fields = [("if-match", tag.as_str())];
    let changed = world
        .call_with("admin", "PATCH", &path, Some(&change), &fields)
        .await;
    let changed = ok(&changed, 200);
    let mut expected = values;
    expected["manager"] = json!(world.id("bob"));
    assert_eq!(changed["fields"], expected);
    // The version of the account has changed as well, even within the same second.
    let stale = world
        .call_with("admin", "PATCH", &path, Some(&change), &fields)
        .await;
    problem(&stale, 412, "changed-meanwhile");
    let change = json!({ "fields": { "office": null, "seats": 3 } });
    let changed = ok(
        &world.change("admin", "PATCH", &path, Some(&change)).await,
        200,
    );
    assert_eq!(changed["fields"]["office"], Value::Null);
    assert_eq!(changed["fields"]["seats"], 3);
    assert_eq!(changed["fields"]["company"], "Acme");
    let listed = world.call("admin", "GET", "/api/admin/users", None).await;
    let listed = ok(&listed, 200);
    let items = listed["items"].as_array().unwrap();
    let alice = items.iter().find(|item| item["id"] == changed["id"]);
    assert_eq!(alice.unwrap()["fields"], changed["fields"]);
    // The audit log has the names of the fields, and no values.
    let events = stack.audited(AuditKind::UserChanged).await;
    let named = |event: &&doorward_domain::model::AuditEvent| event.detail.get("fields").is_some();
    let named: Vec<_> = events.iter().filter(named).collect();
    assert_eq!(named.len(), 2);
    for event in named {
        assert!(!json!(event.detail).to_string().contains("Acme"));
    }
}

async fn invalid_value_is_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    company(&world).await;
    let path = format!("/api/admin/users/{}", world.id("alice"));
    for values in [
        json!({ "unknown": "x" }),
        json!({ "company": "x".repeat(256) }),
        json!({ "company": 7 }),
        json!({ "company": "a\u{202e}b" }),
        json!({ "github": "javascript:alert(1)" }),
        json!({ "office": "Rome" }),
        json!({ "hire_date": "2023-02-29" }),
        json!({ "seats": "2" }),
        json!({ "remote": "true" }),
        json!({ "manager": "nobody" }),
        json!({ "manager": "0190f6a0-0000-7000-8000-000000000000" }),
        json!({ "company": "Acme", "office": "Rome" }),
    ] {
        let change = json!({ "first_name": "Changed", "fields": values });
        let page = world.change("admin", "PATCH", &path, Some(&change)).await;
        let told = problem(&page, 400, "invalid-input");
        assert_eq!(told["errors"][0]["field"], "fields", "{told}");
    }
    let alice = ok(&world.call("admin", "GET", &path, None).await, 200);
    assert_eq!(alice["fields"]["company"], Value::Null);
    assert_eq!(alice["first_name"], "Alice");
    // Without the permission, and for the own account, nothing changes.
    let change = json!({ "fields": { "company": "Acme" } });
    let page = world.change("alice", "PATCH", &path, Some(&change)).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    let own = format!("/api/admin/users/{}", world.id("admin"));
    let page = world.change("admin", "PATCH", &own, Some(&change)).await;
    assert_eq!(page.status, 403, "{}", page.dump());
}

async fn deleted_field_and_user_take_values_along(stack: &Stack) {
    let world = World::new(stack).await;
    company(&world).await;
    let path = format!("/api/admin/users/{}", world.id("alice"));
    let change = json!({ "fields": { "company": "Acme", "manager": "carol" } });
    ok(
        &world.change("admin", "PATCH", &path, Some(&change)).await,
        200,
    );
    let stored = async || {
        let values = repo::profile_fields::values_of(world.db.read(), world.people["alice"]);
        values.await.unwrap().into_keys().collect::<Vec<_>>()
    };
    assert_eq!(stored().await, ["company", "manager"]);
    // A reference to a deleted user disappears.
    let carol = format!("/api/admin/users/{}", world.id("carol"));
    let page = world.change("admin", "DELETE", &carol, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert_eq!(stored().await, ["company"]);
    // A field with the same name starts without values.
    let field = format!("{FIELDS}/company");
    let page = world.change("admin", "DELETE", &field, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert!(stored().await.is_empty());
    create(
        &world,
        &json!({ "name": "company", "label": "X", "type": "text" }),
    )
    .await;
    let alice = ok(&world.call("admin", "GET", &path, None).await, 200);
    assert_eq!(alice["fields"]["company"], Value::Null);
    let change = json!({ "fields": { "company": "Acme" } });
    ok(
        &world.change("admin", "PATCH", &path, Some(&change)).await,
        200,
    );
    let page = world.change("admin", "DELETE", &path, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert!(stored().await.is_empty());
}

async fn organization_administrator_sees_directory_fields_only(stack: &Stack) {
    let world = World::new(stack).await;
    company(&world).await;
    let path = format!("/api/admin/users/{}", world.id("alice"));
    let change = json!({ "fields": { "company": "Acme", "employee_id": "E-4711" } });
    ok(
        &world.change("admin", "PATCH", &path, Some(&change)).await,
        200,
    );
    let seen = ok(&world.call("mona@acme", "GET", &path, None).await, 200);
    assert_eq!(seen["fields"], json!({ "company": "Acme" }));
}

async fn field_of_claim_is_not_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    company(&world).await;
    let claim = |field: &str| {
        json!({
            "claim": "company", "scope": "profile", "outputs": ["access_token"],
            "source": { "kind": "profile_field", "field": field },
        })
    };
    let put = async |body: Value| {
        world
            .call("admin", "PUT", "/api/admin/claims/company", Some(&body))
            .await
    };
    let told = problem(&put(claim("unknown")).await, 400, "invalid-input");
    assert_eq!(told["errors"][0]["field"], "source", "{told}");
    let mut unscoped = claim("company");
    unscoped.as_object_mut().unwrap().remove("scope");
    let told = problem(&put(unscoped).await, 400, "invalid-input");
    assert_eq!(told["errors"][0]["field"], "scope", "{told}");
    ok(&put(claim("company")).await, 201);
    let field = format!("{FIELDS}/company");
    problem(
        &world.change("admin", "DELETE", &field, None).await,
        400,
        "invalid-input",
    );
    // A longer text would not fit into a claim.
    let longer = json!({ "max_length": 256 });
    let page = world.change("admin", "PATCH", &field, Some(&longer)).await;
    problem(&page, 400, "invalid-input");
    let page = world
        .call("admin", "DELETE", "/api/admin/claims/company", None)
        .await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let page = world.change("admin", "DELETE", &field, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
}
