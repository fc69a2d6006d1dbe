//! Rows of other models and their users, and the fields of custom user models.

use doorward_import::read::django::DjangoOptions;
use rstest::rstest;
use serde_json::{Value, json};

use super::django::{read, row, user};

#[rstest]
#[case::login_field(json!(["anna@x.example"]), None, "--login-field")]
#[case::login_field(json!(["anna@x.example"]), Some("email"), "")]
#[case::other_login_field(json!(["anna"]), Some("email"), "--login-field")]
#[case::usual(json!(["anna"]), None, "")]
#[case::pk(json!(1), Some("email"), "")]
fn second_factor_is_not_lost_by_the_login_field(
    #[case] owner: Value,
    #[case] login_field: Option<&str>,
    #[case] problem: &str,
) {
    let device = json!({
        "user": owner, "type": "totp", "data": { "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" },
    });
    let rows = json!([
        row("mfa.authenticator", 1, device),
        user(1, "anna", json!({}))
    ]);
    let options = DjangoOptions {
        login_field: login_field.map(str::to_owned),
        ..DjangoOptions::default()
    };
    match read(&rows, options) {
        Ok(records) => {
            assert!(problem.is_empty());
            assert!(records.user("anna").totp.is_some());
        }
        Err(refused) => assert!(
            !problem.is_empty() && refused.contains(problem),
            "{refused}"
        ),
    }
}

#[test]
fn rows_of_no_user_are_named() {
    let address = |user: Value| json!({ "user": user, "email": "x@x.example", "verified": true });
    let rows = json!([
        row("account.emailaddress", 1, address(json!(1))),
        row("account.emailaddress", 2, address(json!(99))),
        row("account.emailaddress", 3, address(Value::Null)),
        user(1, "anna", json!({ "email": "x@x.example" })),
    ]);
    let records = read(&rows, DjangoOptions::default()).unwrap();
    let ids: Vec<_> = records
        .skipped
        .iter()
        .map(|one| one.old_id.as_str())
        .collect();
    assert_eq!(ids, ["99", "null"]);
    assert_eq!(records.user("anna").email_verified, Some(true));
}

#[test]
fn mapped_field_that_no_user_has_is_refused() {
    let options = DjangoOptions {
        fields: [("is_active".to_owned(), "activ".to_owned())].into(),
        ..DjangoOptions::default()
    };
    let refused = read(&json!([user(1, "anna", json!({}))]), options).unwrap_err();
    assert!(refused.contains("no field activ"), "{refused}");
}

#[test]
fn flags_of_a_custom_user_model_are_mapped() {
    let row = json!([{ "model": "people.user", "pk": 1, "fields": {
        "email": "anna@x.example", "password": "!", "last_login": null,
        "active": false, "admin": true, "staff": "True", "created": "2024-03-01T12:00:00Z",
    } }]);
    let fields = [
        ("is_active", "active"),
        ("is_superuser", "admin"),
        ("is_staff", "staff"),
        ("date_joined", "created"),
    ];
    let options = DjangoOptions {
        fields: fields
            .map(|(one, other)| (one.to_owned(), other.to_owned()))
            .into(),
        ..DjangoOptions::default()
    };
    let records = read(&row, options).unwrap();
    let anna = records.user("anna@x.example");
    assert!(anna.disabled && anna.is_superuser && anna.is_staff);
    assert_eq!(anna.created_at, Some(1_709_294_400));
    assert!(records.skipped.is_empty(), "{:?}", records.skipped);
}
