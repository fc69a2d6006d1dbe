//! Tests of custom fields on the profile page, in the export and after the deletion of the account.

use doorward_admin::operator::AdminContext;
use doorward_admin::profile_fields::{self, NewField};
use doorward_admin::user_change::UserChange;
use doorward_admin::users;
use doorward_domain::model::{
    AuditKind, FieldAudience, FieldEditor, FieldInput, FieldKind, FieldValues,
};
use doorward_store::repo;
use doorward_testkit::{PASSWORD, Page, Stack, UserAgent, flows};
use serde_json::json;

use crate::personal_data::{alice, ask_for_deletion, gone};
use crate::profile::signed_in;
use crate::support::{location, sign_in};

flows!(
    each_type_has_input_and_is_saved,
    fields_of_administrators_are_text,
    invalid_values_are_named_and_input_is_kept,
    page_without_fields_has_no_group,
    markup_in_label_and_value_is_escaped,
    input_survives_expired_session,
    deleted_field_does_not_block_saving,
    export_contains_visible_fields,
    deletion_of_account_deletes_values,
);

const PATH: &str = "/account/profile";
const DAY: i64 = 24 * 60 * 60;

async fn create(
    stack: &Stack,
    name: &str,
    kind: FieldKind,
    editable_by: FieldEditor,
    visible_to: FieldAudience,
) {
    let db = stack.db().await;
    let context = AdminContext::command_line(&db, &stack.clock);
    let new = NewField {
        name: name.to_owned(),
        label: format!("The {name}"),
        kind,
        editable_by,
        visible_to,
    };
    profile_fields::create(&context, new).await.unwrap();
}

fn text() -> FieldKind {
    FieldKind::Text { max_length: 40 }
}

/// Creates a field of each type that users edit.
async fn own_fields(stack: &Stack) {
    let offices = ["Bonn", "Paris"].map(str::to_owned).into();
    for (name, kind) in [
        ("company", text()),
        ("github", FieldKind::Url),
        ("seats", FieldKind::Number),
        ("started", FieldKind::Date),
        ("remote", FieldKind::Boolean),
        ("office", FieldKind::Choice { choices: offices }),
    ] {
        create(stack, name, kind, FieldEditor::User, FieldAudience::User).await;
    }
}

/// Creates fields that only administrators edit, and sets their values of alice.
async fn staff_fields(stack: &Stack) {
    let admin = FieldEditor::Admin;
    create(stack, "employee_id", text(), admin, FieldAudience::User).await;
    create(
        stack,
        "manager",
        FieldKind::User,
        admin,
        FieldAudience::User,
    )
    .await;
    create(stack, "remark", text(), admin, FieldAudience::Admin).await;
    let db = stack.db().await;
    let context = AdminContext::command_line(&db, &stack.clock);
    let user = users::get(&context, "alice").await.unwrap();
    let values = [
        ("employee_id", "E-4711"),
        ("manager", "bob"),
        ("remark", "On probation"),
    ];
    let value = |(name, text): (&str, &str)| (name.to_owned(), FieldInput::Text(text.to_owned()));
    let change = UserChange {
        fields: values.map(value).into(),
        ..UserChange::default()
    };
    users::update(&context, &user.id.to_string(), change)
        .await
        .unwrap();
}

async fn values(stack: &Stack) -> FieldValues {
    let id = alice(stack).await.expect("alice");
    let db = stack.db().await;
    let values = repo::profile_fields::values_of(db.read(), id).await;
    db.close().await.expect("close");
    values.expect("a query")
}

async fn save(stack: &Stack, agent: &UserAgent, fields: &[(&str, &str)]) -> Page {
    let page = agent.get(stack.at(PATH)).await;
    let form = fields
        .iter()
        .fold(page.form("#profile"), |form, (name, value)| {
            form.with(name, value)
        });
    agent.submit(&form).await
}

const FULL: [(&str, &str); 6] = [
    ("field_company", "Acme & Sons"),
    ("field_github", "https://github.example/alice"),
    ("field_seats", "2.5"),
    ("field_started", "2024-02-29"),
    ("field_remote", "false"),
    ("field_office", "Paris"),
];

async fn each_type_has_input_and_is_saved(stack: &Stack) {
    own_fields(stack).await;
    let agent = signed_in(stack, "alice").await;
    let page = agent.get(stack.at(PATH)).await;
    assert!(page.has("label[for=field_company]"), "{}", page.dump());
    assert!(page.has("input#field_github[type=url]"));
    assert!(page.has("input#field_started[type=date]"));
    assert!(page.has("select#field_remote option[value=true]"));
    assert!(page.has("select#field_office option[value=Bonn]"));
    let saved = save(stack, &agent, &FULL).await;
    assert_eq!(location(&saved), "/account/profile?done=saved");
    let expected = json!({
        "company": "Acme & Sons", "github": "https://github.example/alice", "seats": 2.5,
        "started": "2024-02-29", "remote": false, "office": "Paris",
    });
    assert_eq!(json!(values(stack).await), expected);
    let page = agent.get(stack.at(PATH)).await;
    let form = page.form("#profile");
    for (name, value) in FULL {
        assert_eq!(form.value(name), Some(value), "{name}");
    }
    // An unchanged form writes no event; an emptied field has no value.
    agent.submit(&form).await;
    let empty = FULL.map(|(name, _)| (name, ""));
    let saved = save(stack, &agent, &empty).await;
    assert_eq!(saved.status, 303, "{}", saved.dump());
    assert!(values(stack).await.is_empty());
    let events = stack.audited(AuditKind::ProfileChanged).await;
    assert_eq!(events.len(), 2);
    for event in events {
        let names = json!(["company", "github", "office", "remote", "seats", "started"]);
        assert_eq!(event.detail["fields"], names, "names, no values");
    }
}

async fn fields_of_administrators_are_text(stack: &Stack) {
    staff_fields(stack).await;
    let agent = signed_in(stack, "alice").await;
    let page = agent.get(stack.at(PATH)).await;
    let shown = page.texts_of("#profile dl.facts dd");
    assert_eq!(shown.len(), 2, "{}", page.dump());
    assert_eq!(shown[0].trim(), "E-4711");
    assert!(!page.has("#field_employee_id") && !page.has("#field_manager"));
    let id = values(stack).await["manager"].as_str().map(str::to_owned);
    assert_ne!(Some(shown[1].trim()), id.as_deref(), "a name, no ID");
    assert!(!page.text().contains("probation"), "{}", page.dump());
    // A forged input changes nothing.
    let form = page.form("#profile").and("field_employee_id", "E-1");
    let refused = agent.submit(&form).await;
    assert_eq!(refused.status, 422, "{}", refused.dump());
    let form = page.form("#profile").and("field_remark", "Promoted");
    let ignored = agent.submit(&form).await;
    assert_eq!(ignored.status, 303, "{}", ignored.dump());
    let values = values(stack).await;
    assert_eq!(values["employee_id"], "E-4711");
    assert_eq!(values["remark"], "On probation");
}

async fn invalid_values_are_named_and_input_is_kept(stack: &Stack) {
    own_fields(stack).await;
    let agent = signed_in(stack, "alice").await;
    let wrong = [
        ("field_company", "x".repeat(41)),
        ("field_github", "github".to_owned()),
        ("field_seats", "many".to_owned()),
        ("field_started", "yesterday".to_owned()),
        ("field_office", "Rome".to_owned()),
    ];
    let typed = wrong
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let page = save(stack, &agent, &[&typed[..], &[("nickname", "Al")]].concat()).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let form = page.form("#profile");
    for (name, value) in typed {
        assert!(page.has(&format!("#{name}[aria-invalid=true]")), "{name}");
        assert!(
            page.has(&format!("[role=alert] a[href='#{name}']")),
            "{name}"
        );
        assert_eq!(form.value(name), Some(value));
    }
    assert_eq!(form.value("nickname"), Some("Al"));
    assert!(values(stack).await.is_empty());
}

async fn page_without_fields_has_no_group(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let page = agent.get(stack.at(PATH)).await;
    assert!(!page.text().contains("More about you"), "{}", page.dump());
    create(
        stack,
        "remark",
        text(),
        FieldEditor::Admin,
        FieldAudience::Admin,
    )
    .await;
    let page = agent.get(stack.at(PATH)).await;
    assert!(!page.text().contains("More about you"), "{}", page.dump());
}

async fn markup_in_label_and_value_is_escaped(stack: &Stack) {
    const EVIL: &str = "\"><svg onload=alert(1)>";
    let db = stack.db().await;
    let context = AdminContext::command_line(&db, &stack.clock);
    for (name, editable_by) in [("own", FieldEditor::User), ("given", FieldEditor::Admin)] {
        let new = NewField {
            name: name.to_owned(),
            label: EVIL.to_owned(),
            kind: text(),
            editable_by,
            visible_to: FieldAudience::User,
        };
        profile_fields::create(&context, new).await.unwrap();
    }
    let agent = signed_in(stack, "alice").await;
    let saved = save(stack, &agent, &[("field_own", EVIL)]).await;
    assert_eq!(saved.status, 303, "{}", saved.dump());
    let page = agent.get(stack.at(PATH)).await;
    assert!(!page.has("svg[onload]"), "{}", page.dump());
    assert_eq!(page.form("#profile").value("field_own"), Some(EVIL));
}

async fn input_survives_expired_session(stack: &Stack) {
    own_fields(stack).await;
    let agent = UserAgent::new();
    sign_in(stack, &agent, "alice", PASSWORD).await;
    let page = agent.get(stack.at(PATH)).await;
    let form = page.form("#profile").with("field_company", "Acme");
    stack.end_sessions("alice").await;
    let page = agent.submit(&form).await;
    assert_eq!(location(&page), "/login?next=/account/profile");
    let page = agent.follow(page, "").await;
    let form = page.form("#login").with("identifier", "alice");
    let page = agent.submit(&form.with("password", PASSWORD)).await;
    let page = agent.follow(page, "").await;
    assert_eq!(page.form("#profile").value("field_company"), Some("Acme"));
    assert!(values(stack).await.is_empty());
}

async fn deleted_field_does_not_block_saving(stack: &Stack) {
    own_fields(stack).await;
    let agent = signed_in(stack, "alice").await;
    let page = agent.get(stack.at(PATH)).await;
    let form = page.form("#profile").with("field_company", "Acme");
    let form = form.with("field_seats", "3");
    let db = stack.db().await;
    let context = AdminContext::command_line(&db, &stack.clock);
    profile_fields::delete(&context, "company").await.unwrap();
    let saved = agent.submit(&form).await;
    assert_eq!(location(&saved), "/account/profile?done=saved");
    assert_eq!(json!(values(stack).await), json!({ "seats": 3 }));
}

async fn export_contains_visible_fields(stack: &Stack) {
    own_fields(stack).await;
    staff_fields(stack).await;
    let agent = signed_in(stack, "alice").await;
    save(stack, &agent, &[("field_company", "Acme")]).await;
    let page = agent.get(stack.at("/account/data")).await;
    let copy = agent.submit(&page.form("#data-export")).await;
    assert_eq!(copy.status, 200, "{}", copy.dump());
    let fields = &copy.json()["fields"];
    assert_eq!(fields["company"], "Acme");
    assert_eq!(fields["employee_id"], "E-4711");
    assert!(fields.get("remark").is_none(), "{fields}");
    assert!(!copy.text().contains("probation"));
}

async fn deletion_of_account_deletes_values(stack: &Stack) {
    staff_fields(stack).await;
    let id = alice(stack).await.expect("alice");
    let agent = signed_in(stack, "alice").await;
    ask_for_deletion(stack, &agent, "alice").await;
    stack.clock.advance(15 * DAY);
    let _cleanup = stack.sweeper().await;
    gone(stack).await;
    let db = stack.db().await;
    let left = repo::profile_fields::values_of(db.read(), id).await;
    assert!(left.expect("a query").is_empty());
    db.close().await.expect("close");
}
