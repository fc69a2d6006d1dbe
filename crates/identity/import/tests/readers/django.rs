//! Dumps of Django.

use doorward_import::read::django::{DjangoOptions, Dump, FACTOR_LOST, TimeZone};
use doorward_import::record::ClientSecret;
use doorward_rules::profile::Field;
use rstest::rstest;
use serde_json::{Value, json};

use super::{Records, about, codes, file};

pub fn read(rows: &Value, options: DjangoOptions) -> Result<Records, String> {
    let (_directory, path) = file("dump.json", &rows.to_string());
    let dump = Dump::open(&path, options).map_err(|error| error.to_string())?;
    Ok(Records::of(|sink| dump.read(sink)))
}

pub fn user(pk: impl Into<Value>, name: &str, more: Value) -> Value {
    let mut fields = json!({
        "username": name, "email": format!("{name}@x.example"), "password": "!abc", "last_login": null,
        "first_name": "F", "last_name": "L", "is_active": true, "is_staff": false,
        "is_superuser": false, "date_joined": "2024-03-01T12:00:00.123Z",
        "groups": [], "user_permissions": [],
    });
    fields
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    json!({ "model": "auth.user", "pk": pk.into(), "fields": fields })
}

pub fn row(model: &str, pk: i64, fields: Value) -> Value {
    json!({ "model": model, "pk": pk, "fields": fields })
}

#[rstest]
#[case(json!(["anna"]))]
#[case(json!(1))]
fn rows_of_other_apps_belong_to_users(#[case] owner: Value) {
    let rows = json!([
        row(
            "account.emailaddress",
            1,
            json!({ "user": owner, "email": "old@x.example", "verified": true, "primary": false })
        ),
        row(
            "account.emailaddress",
            2,
            json!({ "user": owner, "email": "anna@new.example", "verified": true, "primary": true })
        ),
        row(
            "socialaccount.socialaccount",
            1,
            json!({ "user": owner, "provider": "google", "uid": "108", "extra_data": { "email": "anna@gmail.example" } })
        ),
        row(
            "mfa.authenticator",
            1,
            json!({ "user": owner, "type": "totp", "data": { "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } })
        ),
        row(
            "mfa.authenticator",
            2,
            json!({ "user": owner, "type": "recovery_codes", "data": { "seed": "00", "used_mask": 0 } })
        ),
        row(
            "mfa.authenticator",
            3,
            json!({ "user": owner, "type": "webauthn", "data": {} })
        ),
        user(1, "anna", json!({})),
        user(2, "bert", json!({})),
    ]);
    let records = read(&rows, DjangoOptions::default()).unwrap();
    let anna = records.user("anna");
    assert_eq!(
        (anna.email.as_str(), anna.email_verified),
        ("anna@new.example", Some(true))
    );
    assert_eq!(anna.links[0].label, "anna@gmail.example");
    assert!(anna.totp.is_some());
    assert_eq!(
        codes(&anna.notes),
        [
            "primary_address",
            "more_addresses",
            "passkeys",
            "recovery_codes"
        ]
    );
    assert_eq!(anna.created_at, Some(1_709_294_400));
    assert_eq!(anna.old_id, "1");
    let bert = records.user("bert");
    assert!(bert.totp.is_none() && bert.links.is_empty() && bert.email_verified.is_none());
}

#[test]
fn address_of_one_user_is_not_login_name_of_another() {
    let rows = json!([
        row(
            "mfa.authenticator",
            1,
            json!({ "user": ["victim@x.example"], "type": "totp", "data": { "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } })
        ),
        user(1, "victim@x.example", json!({ "email": "v@x.example" })),
        user(2, "attacker", json!({ "email": "victim@x.example" })),
    ]);
    let records = read(&rows, DjangoOptions::default()).unwrap();
    assert!(records.user("victim@x.example").totp.is_some());
    assert!(records.user("attacker").totp.is_none());
}

#[rstest]
#[case(json!({ "key": "3132333435363738393031323334353637383930", "step": 30, "t0": 0, "digits": 6, "drift": 0, "last_t": 5, "confirmed": true }), Some(5), &[])]
#[case(json!({ "key": "3132333435363738393031323334353637383930", "step": 30, "t0": 0, "digits": 8, "last_t": -1, "confirmed": true }), None, &["totp_form", FACTOR_LOST])]
#[case(json!({ "key": "3132333435363738393031323334353637383930", "step": 60, "t0": 0, "digits": 6, "last_t": -1, "confirmed": true }), None, &["totp_form", FACTOR_LOST])]
#[case(json!({ "key": "31323334", "step": 30, "t0": 0, "digits": 6, "last_t": -1, "confirmed": true }), None, &["totp_form", FACTOR_LOST])]
#[case(json!({ "key": "zz", "step": 30, "t0": 0, "digits": 6, "last_t": -1, "confirmed": true }), None, &["totp_form", FACTOR_LOST])]
#[case(json!({ "key": "3132333435363738393031323334353637383930", "step": 30, "t0": 0, "digits": 6, "last_t": -1, "confirmed": false }), None, &[])]
fn device_of_django_otp_has_one_form(
    #[case] fields: Value,
    #[case] last_step: Option<i64>,
    #[case] expected: &[&str],
) {
    let mut fields = fields;
    fields["user"] = json!(1);
    let rows = json!([
        user(1, "anna", json!({})),
        row("otp_totp.totpdevice", 1, fields)
    ]);
    let records = read(&rows, DjangoOptions::default()).unwrap();
    let anna = records.user("anna");
    assert_eq!(anna.totp.as_ref().map(|totp| totp.last_step), last_step);
    assert_eq!(codes(&anna.notes), expected);
}

#[test]
fn groups_become_roles_with_permissions() {
    let rows = json!([
        row(
            "contenttypes.contenttype",
            7,
            json!({ "app_label": "blog", "model": "post" })
        ),
        row(
            "auth.permission",
            31,
            json!({ "name": "Can add post", "content_type": 7, "codename": "add_post" })
        ),
        row(
            "auth.group",
            1,
            json!({ "name": "Editors", "permissions": [31, ["publish", "blog", "post"], 999] })
        ),
        user(
            1,
            "anna",
            json!({ "groups": [1], "user_permissions": [["delete_post", "blog", "post"]] })
        ),
        user(
            2,
            "bert",
            json!({ "groups": [["Editors"]], "user_permissions": [["delete_post", "blog", "post"]] })
        ),
        user(3, "carl", json!({ "groups": [44] })),
    ]);
    let options = DjangoOptions {
        with_permissions: true,
        ..DjangoOptions::default()
    };
    let records = read(&rows, options).unwrap();
    let permissions: Vec<_> = records
        .permissions
        .iter()
        .map(|one| one.codename.as_str())
        .collect();
    assert_eq!(
        permissions,
        ["blog.post:add", "blog.post:delete", "blog.post:publish"]
    );
    assert_eq!(records.roles.len(), 2);
    assert_eq!(
        records.roles[0].permissions,
        ["blog.add_post", "blog.publish"].map(str::to_owned).into()
    );
    assert_eq!(codes(&records.roles[0].notes), ["permission_unknown"]);
    // The same set of permissions is one role.
    assert_eq!(records.user("anna").roles, records.user("bert").roles);
    assert_eq!(codes(&records.user("carl").notes), ["group_unknown"]);
    let records = read(&rows, DjangoOptions::default()).unwrap();
    assert_eq!(records.user("anna").roles, ["Editors".to_owned()].into());
    assert_eq!(
        codes(&records.user("anna").notes),
        ["permission_not_imported"]
    );
}

#[test]
fn custom_user_model_is_found_and_mapped() {
    let rows = json!([{
        "model": "people.person", "pk": "05aaba12-3e33-4b80-8ec3-852381f5137f",
        "fields": { "mail": "anna@x.example", "password": "!", "last_login": null, "phone": "+4930123456", "shoe_size": 43 },
    }, {
        "model": "account.emailaddress", "pk": 1,
        "fields": { "user": ["anna@x.example"], "email": "anna@x.example", "verified": true, "primary": true },
    }]);
    let fields = [("email", "mail"), ("phone_number", "phone")];
    let options = DjangoOptions {
        fields: fields
            .map(|(one, other)| (one.to_owned(), other.to_owned()))
            .into(),
        login_field: Some("mail".to_owned()),
        ..DjangoOptions::default()
    };
    let records = read(&rows, options).unwrap();
    let anna = &records.users[0];
    assert_eq!(
        anna.sub.unwrap().to_string(),
        "05aaba12-3e33-4b80-8ec3-852381f5137f"
    );
    assert!(anna.email_verified == Some(true) && !anna.disabled);
    assert_eq!(
        anna.profile,
        [(Field::PhoneNumber, "+4930123456".to_owned())]
    );
    assert_eq!(records.why_skipped("people.person"), "not_carried");
    assert!(records.skipped[0].notes[0].text.contains("shoe_size"));
}

#[test]
fn local_times_need_their_zone() {
    let rows = json!([user(
        1,
        "anna",
        json!({ "date_joined": "2024-03-01T12:00:00" })
    )]);
    let options = DjangoOptions {
        time_zone: TimeZone::named("Europe/Berlin").unwrap(),
        ..DjangoOptions::default()
    };
    let records = read(&rows, options).unwrap();
    assert_eq!(records.users[0].created_at, Some(1_709_290_800));
}

fn application(more: Value) -> Value {
    let mut fields = json!({
        "client_id": "app", "user": null, "redirect_uris": "https://a.example/cb\r\nhttps://a.example/other",
        "post_logout_redirect_uris": "", "client_type": "confidential", "authorization_grant_type": "authorization-code",
        "client_secret": "pbkdf2_sha256$1$s$h", "hash_client_secret": true, "name": "App",
        "skip_authorization": true, "algorithm": "RS256", "allowed_origins": "",
    });
    fields
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    json!([
        user(1, "anna", json!({})),
        row("oauth2_provider.application", 1, fields)
    ])
}

#[test]
fn application_becomes_client() {
    let records = read(&application(json!({})), DjangoOptions::default()).unwrap();
    let app = records.client("app");
    assert_eq!(
        app.redirect_uris,
        ["https://a.example/cb", "https://a.example/other"]
    );
    assert!(app.skips_consent);
    assert!(matches!(app.secret, Some(ClientSecret::Django(_))));
    let plain = json!({ "client_secret": "plain-secret", "hash_client_secret": false, "algorithm": "HS256" });
    let records = read(&application(plain), DjangoOptions::default()).unwrap();
    assert!(matches!(
        records.client("app").secret,
        Some(ClientSecret::Plain(_))
    ));
    assert_eq!(codes(&records.client("app").notes), ["algorithm"]);
    let public = json!({ "client_type": "public" });
    let records = read(&application(public), DjangoOptions::default()).unwrap();
    assert!(records.client("app").secret.is_none());
}

#[rstest]
#[case("implicit", "implicit_grant")]
#[case("password", "password_grant")]
#[case("other", "grant")]
fn grant_without_counterpart_is_reported(#[case] grant: &str, #[case] code: &str) {
    let rows = application(json!({ "authorization_grant_type": grant }));
    let records = read(&rows, DjangoOptions::default()).unwrap();
    assert_eq!(records.why_skipped("app"), code);
}

#[test]
fn rows_not_carried_are_counted() {
    let rows = json!([
        user(1, "anna", json!({})),
        row("authtoken.token", 1, json!({ "user": 1 })),
        row("authtoken.token", 2, json!({ "user": 1 })),
        row("sessions.session", 1, json!({})),
    ]);
    let records = read(&rows, DjangoOptions::default()).unwrap();
    let text = &records
        .skipped
        .iter()
        .find(|one| one.old_id == "authtoken.token");
    assert!(text.unwrap().notes[0].text.starts_with("2 rows"));
    assert_eq!(records.why_skipped("sessions.session"), "not_carried");
}

#[test]
fn provider_of_allauth_is_read() {
    let rows = json!([
        user(1, "anna", json!({})),
        row(
            "socialaccount.socialapp",
            1,
            json!({ "provider": "openid_connect", "provider_id": "corp", "name": "Corp", "client_id": "c", "secret": "s", "settings": { "server_url": "https://corp.example/.well-known/openid-configuration" } })
        ),
        row(
            "socialaccount.socialapp",
            2,
            json!({ "provider": "twitter", "provider_id": "", "name": "X", "client_id": "c", "secret": "s", "settings": {} })
        ),
    ]);
    let records = read(&rows, DjangoOptions::default()).unwrap();
    assert_eq!(records.providers[0].alias, "corp");
    assert_eq!(
        records.providers[0].issuer.as_deref(),
        Some("https://corp.example")
    );
    assert!(records.providers[1].preset.is_none());
}

#[rstest]
#[case(json!([]), "no users")]
#[case(json!([{ "model": "auth.user", "fields": { "password": "", "last_login": null } }]), "--natural-primary")]
#[case(json!([
    { "model": "a.user", "pk": 1, "fields": { "password": "", "last_login": null } },
    { "model": "b.user", "pk": 1, "fields": { "password": "", "last_login": null } },
]), "--user-model")]
#[case(json!([{ "model": 7, "fields": {} }]), "object 1: an object of another form")]
#[case(json!([{ "model": "a.user", "pk": 5, "fields": null }]), "object 1, a.user 5:")]
#[case(json!([{ "model": "a.user", "fields": {} }, 7]), "object 2:")]
fn dump_that_cannot_be_imported_is_refused(#[case] rows: Value, #[case] why: &str) {
    let refused = read(&rows, DjangoOptions::default()).unwrap_err();
    assert!(refused.contains(why), "{refused}");
}

#[test]
fn json_lines_are_read_too() {
    let lines = [user(1, "anna", json!({})), user(2, "bert", json!({}))];
    let text: Vec<_> = lines.iter().map(Value::to_string).collect();
    let (_directory, path) = file("dump.jsonl", &text.join("\n"));
    let dump = Dump::open(&path, DjangoOptions::default()).unwrap();
    assert_eq!(dump.users(), 2);
}

#[rstest]
#[case("is_active", json!("perhaps"), true)]
#[case("is_active", json!(7), true)]
#[case("date_joined", json!("yesterday"), true)]
#[case("date_joined", json!(7), true)]
#[case("groups", json!("Editors"), true)]
#[case("user_permissions", json!({}), true)]
#[case("username", json!(7), true)]
#[case("email", json!(["x"]), true)]
#[case("is_staff", json!("perhaps"), false)]
#[case("is_superuser", json!(7), false)]
#[case("last_login", json!("yesterday"), false)]
#[case("first_name", json!(7), false)]
#[case("password", json!(7), false)]
fn unreadable_field_rejects_user_or_is_noted(
    #[case] field: &str,
    #[case] value: Value,
    #[case] is_rejected: bool,
) {
    let rows = json!([
        user(1, "anna", json!({ field: value })),
        user(2, "bert", json!({}))
    ]);
    let records = read(&rows, DjangoOptions::default()).unwrap();
    assert!(records.user("bert").notes.is_empty());
    let found = if is_rejected {
        assert_eq!(records.users.len(), 1);
        records.unreadable("1")
    } else {
        assert_eq!(records.users.len(), 2);
        about(&records.users[0].notes)
    };
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, field);
    assert_eq!(found[0].1.is_none(), field == "password");
}

#[test]
fn null_is_absent() {
    let names = [
        "email",
        "first_name",
        "last_name",
        "is_active",
        "is_staff",
        "is_superuser",
        "date_joined",
        "groups",
        "user_permissions",
    ];
    let nulls: serde_json::Map<_, _> = names
        .map(|name| (name.to_owned(), Value::Null))
        .into_iter()
        .collect();
    let records = read(
        &json!([user(1, "anna", Value::Object(nulls))]),
        DjangoOptions::default(),
    );
    let anna = &records.unwrap().users[0];
    assert!(anna.notes.is_empty() && !anna.disabled && anna.created_at.is_none());
}

#[test]
fn unreadable_verification_rejects_user() {
    let address =
        json!({ "user": 1, "email": "anna@x.example", "verified": "perhaps", "primary": true });
    let rows = json!([
        user(1, "anna", json!({})),
        row("account.emailaddress", 1, address)
    ]);
    let records = read(&rows, DjangoOptions::default()).unwrap();
    assert_eq!(records.unreadable("1"), [("verified", Some("perhaps"))]);
}

#[test]
fn unreadable_rows_of_other_models_are_named() {
    let mut application = application(json!({ "redirect_uris": 7 }));
    let rows = application.as_array_mut().unwrap();
    rows.push(row(
        "auth.group",
        3,
        json!({ "name": "Editors", "permissions": "all" }),
    ));
    rows.push(row(
        "socialaccount.socialapp",
        1,
        json!({ "provider": "google", "secret": 7 }),
    ));
    let records = read(&application, DjangoOptions::default()).unwrap();
    assert_eq!(records.unreadable("app"), [("redirect_uris", Some("7"))]);
    assert_eq!(records.unreadable("3"), [("permissions", Some("all"))]);
    assert_eq!(records.unreadable("google"), [("secret", None)]);
}
