//! Sites of other shapes: a user model that signs in by e-mail, second factors in a table of the site,
//! trees of groups, and tables that are not carried.

use doorward_import::read::django::{DjangoOptions, Dump, FACTOR_LOST, GroupsAs, SiteTable};
use rstest::rstest;
use serde_json::{Value, json};

use super::django::{read, row};
use super::{Records, codes, file};

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// A user of a model that signs in by e-mail.
fn person(pk: i64, name: &str, more: Value) -> Value {
    let mut fields = json!({
        "email": format!("{name}@x.example"), "password": "!", "last_login": null, "is_active": true,
        "is_staff": false, "is_superuser": false, "groups": [], "user_permissions": [],
    });
    let more = more.as_object().unwrap().clone();
    fields.as_object_mut().unwrap().extend(more);
    row("people.person", pk, fields)
}

fn tables(texts: &[&str]) -> Vec<SiteTable> {
    let all = texts.iter().map(|text| SiteTable::parse(text, 3).unwrap());
    all.collect()
}

fn fields(all: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    let all = all.iter();
    all.map(|(column, name)| ((*name).to_owned(), (*column).to_owned()))
        .collect()
}

/// Returns the text of the note on a table that is not carried.
fn listed<'a>(records: &'a Records, name: &str) -> Option<&'a str> {
    let item = records.skipped.iter().find(|item| item.name == name)?;
    Some(&item.notes[0].text)
}

fn site() -> Value {
    json!([
        person(
            1,
            "ann",
            json!({ "full_name": "Ann Mary Miller", "is_verified": true, "department": 2 })
        ),
        person(
            2,
            "ben",
            json!({ "full_name": "Ben", "is_verified": false, "department": null })
        ),
        row(
            "people.department",
            1,
            json!({ "name": "Engineering", "parent": null })
        ),
        row(
            "people.department",
            2,
            json!({ "name": "Backend", "parent": 1 })
        ),
        row(
            "people.twofactor",
            1,
            json!({
                "user": ["ann@x.example"], "secret": SECRET, "backup_codes": ["A1B2C3D4", "1234-5678"], "is_enabled": true,
            })
        ),
        row(
            "shop.order",
            1,
            json!({ "customer": ["ann@x.example"], "total": 1 })
        ),
        row(
            "shop.order",
            2,
            json!({ "customer": ["ben@x.example"], "total": 2 })
        ),
        row("shop.product", 1, json!({ "title": "Pen", "stock": 1 })),
        row(
            "knox.authtoken",
            1,
            json!({ "user": ["ann@x.example"], "digest": "0123" })
        ),
    ])
}

#[test]
fn tables_of_the_site_that_refer_to_users_are_listed_with_their_number() {
    let records = read(&site(), DjangoOptions::default()).unwrap();
    assert!(
        listed(&records, "shop.order")
            .unwrap()
            .starts_with("2 rows")
    );
    assert!(
        listed(&records, "knox.authtoken")
            .unwrap()
            .starts_with("1 rows")
    );
    assert_eq!(listed(&records, "shop.product"), None);
    let factor = listed(&records, "people.twofactor").unwrap();
    let option = "--second-factor people.twofactor:secret,backup_codes";
    assert!(
        factor.starts_with("1 rows") && factor.contains(option),
        "{factor}"
    );
    let user = listed(&records, "people.person").unwrap();
    for option in [
        "--field is_verified=email_verified",
        "--field full_name=name",
        "--field department=groups",
    ] {
        assert!(user.contains(option), "{user}");
    }
    // A user who had a factor and has none here is named, and no other user.
    assert!(codes(&records.user("ann@x.example").notes).contains(&FACTOR_LOST));
    assert!(codes(&records.user("ben@x.example").notes).is_empty());
}

#[test]
fn fields_factors_and_trees_of_the_site_are_carried_by_option() {
    let options = DjangoOptions {
        fields: fields(&[
            ("is_verified", "email_verified"),
            ("full_name", "name"),
            ("department", "groups"),
        ]),
        second_factors: tables(&["people.twofactor:secret,backup_codes"]),
        group_trees: tables(&["people.department"]),
        ..DjangoOptions::default()
    };
    let records = read(&site(), options).unwrap();
    let ann = records.user("ann@x.example");
    assert!(ann.notes.is_empty(), "{:?}", ann.notes);
    assert_eq!(ann.email_verified, Some(true));
    assert!(ann.totp.is_some());
    assert_eq!(ann.backup_codes.len(), 2);
    assert_eq!(ann.groups, ["/Engineering/Backend".to_owned()].into());
    assert!(ann.roles.is_empty());
    let names: Vec<_> = ann.profile.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(names, ["Ann Mary", "Miller"]);
    let ben = records.user("ben@x.example");
    assert_eq!(ben.email_verified, Some(false));
    assert!(ben.totp.is_none() && ben.groups.is_empty());
    let paths: Vec<_> = records.groups.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["/Engineering", "/Engineering/Backend"]);
    assert!(records.roles.is_empty());
    assert_eq!(listed(&records, "people.twofactor"), None);
    assert_eq!(listed(&records, "people.department"), None);
}

#[rstest]
#[case::encrypted(json!({ "secret": "gAAAAABk0" }), true)]
#[case::disabled(json!({ "is_enabled": false }), false)]
#[case::hashed_codes(json!({ "backup_codes": ["pbkdf2_sha256$1$s$h"] }), false)]
fn factor_that_is_not_carried_is_reported(#[case] change: Value, #[case] is_lost: bool) {
    let mut site = site();
    let row = &mut site.as_array_mut().unwrap()[4]["fields"];
    row.as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    let options = DjangoOptions {
        second_factors: tables(&["people.twofactor:secret,backup_codes"]),
        ..DjangoOptions::default()
    };
    let records = read(&site, options).unwrap();
    let ann = records.user("ann@x.example");
    assert_eq!(
        codes(&ann.notes).contains(&FACTOR_LOST),
        is_lost,
        "{:?}",
        ann.notes
    );
}

#[rstest]
#[case::site("people.twofactor", json!({ "user": 1, "secret": SECRET }), true)]
#[case::hotp("otp_hotp.hotpdevice", json!({ "user": 1, "confirmed": true }), true)]
#[case::phone("two_factor.phonedevice", json!({ "user": 1 }), true)]
#[case::unconfirmed("otp_hotp.hotpdevice", json!({ "user": 1, "confirmed": false }), false)]
#[case::passkey("mfa.authenticator", json!({ "user": 1, "type": "webauthn", "data": {} }), true)]
#[case::six_of_eight_digits("otp_totp.totpdevice", json!({ "user": 1, "digits": 8, "key": "00" }), true)]
#[case::carried("mfa.authenticator", json!({ "user": 1, "type": "totp", "data": { "secret": SECRET } }), false)]
#[case::address("account.emailaddress", json!({ "user": 1, "email": "ann@x.example" }), false)]
#[case::other("shop.order", json!({ "user": 1 }), false)]
fn each_kind_of_lost_factor_is_named(
    #[case] model: &str,
    #[case] fields: Value,
    #[case] is_lost: bool,
) {
    for is_first in [true, false] {
        let mut rows = vec![row(model, 5, fields.clone())];
        let users = [person(1, "ann", json!({})), person(2, "ben", json!({}))];
        rows.splice(if is_first { 1..1 } else { 0..0 }, users);
        let records = read(&Value::Array(rows), DjangoOptions::default()).unwrap();
        let lost = |name: &str| codes(&records.user(name).notes).contains(&FACTOR_LOST);
        assert_eq!(lost("ann@x.example"), is_lost);
        assert!(!lost("ben@x.example"));
    }
}

#[test]
fn factor_in_the_user_model_is_carried_by_option() {
    let ann = json!({ "totp_secret": SECRET, "two_factor_enabled": true });
    let off = json!({ "totp_secret": SECRET, "two_factor_enabled": false });
    let rows = json!([
        person(1, "ann", ann),
        person(2, "ben", off),
        person(3, "cem", json!({ "totp_secret": "" })),
    ]);
    let records = read(&rows, DjangoOptions::default()).unwrap();
    let option = "--second-factor people.person:totp_secret";
    assert!(listed(&records, "people.person").unwrap().contains(option));
    assert!(codes(&records.user("ann@x.example").notes).contains(&FACTOR_LOST));
    assert!(codes(&records.user("cem@x.example").notes).is_empty());
    let options = DjangoOptions {
        second_factors: tables(&["people.person:totp_secret"]),
        ..DjangoOptions::default()
    };
    let records = read(&rows, options).unwrap();
    let has = |name: &str| records.user(name).totp.is_some();
    assert!(has("ann@x.example") && !has("ben@x.example") && !has("cem@x.example"));
}

#[rstest]
#[case::flag(json!(true), Some(true))]
#[case::flag(json!(0), Some(false))]
#[case::time(json!("2025-01-01T00:00:00Z"), Some(true))]
#[case::never(json!(null), Some(false))]
fn verified_address_is_a_flag_or_a_time(#[case] value: Value, #[case] expected: Option<bool>) {
    let options = DjangoOptions {
        fields: fields(&[("proved", "email_verified")]),
        ..DjangoOptions::default()
    };
    let rows = json!([person(1, "ann", json!({ "proved": value }))]);
    let records = read(&rows, options).unwrap();
    assert_eq!(records.users[0].email_verified, expected);
    // Without the option, the source does not say it.
    let records = read(&rows, DjangoOptions::default()).unwrap();
    assert_eq!(records.users[0].email_verified, None);
}

#[rstest]
#[case::default(None, &["Editors"], &[])]
#[case::roles(Some(GroupsAs::Roles), &["Editors"], &[])]
#[case::groups(Some(GroupsAs::Groups), &[], &["/Editors"])]
fn groups_become_roles_or_groups(
    #[case] groups_as: Option<GroupsAs>,
    #[case] roles: &[&str],
    #[case] groups: &[&str],
) {
    let rows = json!([
        row(
            "auth.group",
            1,
            json!({ "name": "Editors", "permissions": [["add_post", "blog", "post"]] })
        ),
        person(1, "ann", json!({ "groups": [["Editors"]] })),
    ]);
    let options = DjangoOptions {
        groups_as,
        ..DjangoOptions::default()
    };
    let records = read(&rows, options).unwrap();
    let ann = &records.users[0];
    assert!(ann.roles.iter().eq(roles), "{:?}", ann.roles);
    assert!(ann.groups.iter().eq(groups), "{:?}", ann.groups);
    // The permissions are those of a role in each case, which a group gives to its members.
    assert_eq!(records.roles[0].name, "Editors");
    let held: Vec<_> = records.groups.iter().map(|one| one.roles.len()).collect();
    assert_eq!(held, vec![1; groups.len()]);
}

#[rstest]
#[case(None, &[], &["/IT/Backend"])]
#[case(Some(GroupsAs::Roles), &["Backend"], &[])]
fn tree_that_extends_groups_is_kept(
    #[case] groups_as: Option<GroupsAs>,
    #[case] roles: &[&str],
    #[case] groups: &[&str],
) {
    let rows = json!([
        row("auth.group", 1, json!({ "name": "IT", "permissions": [] })),
        row(
            "auth.group",
            2,
            json!({ "name": "Backend", "permissions": [] })
        ),
        row(
            "auth.group",
            3,
            json!({ "name": "Editors", "permissions": [] })
        ),
        row("people.team", 2, json!({ "parent": ["IT"] })),
        row("people.team", 1, json!({ "parent": null })),
        person(1, "ann", json!({ "groups": [["Backend"]] })),
    ]);
    let options = DjangoOptions {
        group_trees: tables(&["people.team"]),
        groups_as,
        ..DjangoOptions::default()
    };
    let records = read(&rows, options).unwrap();
    let ann = &records.users[0];
    assert!(ann.roles.iter().eq(roles), "{:?}", ann.roles);
    assert!(ann.groups.iter().eq(groups), "{:?}", ann.groups);
    let is_tree = groups_as.is_none();
    assert_eq!(records.groups.len(), if is_tree { 2 } else { 0 });
    // The group outside the tree stays a role.
    assert!(records.roles.iter().any(|role| role.name == "Editors"));
}

#[test]
fn field_with_names_of_groups_becomes_roles_without_a_tree() {
    let options = DjangoOptions {
        fields: fields(&[("team", "groups")]),
        ..DjangoOptions::default()
    };
    let rows = json!([
        person(1, "ann", json!({ "team": "Sales" })),
        person(2, "ben", json!({ "team": "" })),
    ]);
    let records = read(&rows, options).unwrap();
    assert_eq!(records.roles[0].name, "Sales");
    assert_eq!(
        records.user("ann@x.example").roles,
        ["Sales".to_owned()].into()
    );
    assert!(records.user("ben@x.example").roles.is_empty());
}

#[test]
fn second_run_knows_what_the_dump_decides() {
    let (_directory, path) = file("dump.json", &site().to_string());
    let options = DjangoOptions {
        fields: fields(&[("full_name", "name")]),
        ..DjangoOptions::default()
    };
    let contents = Dump::open(&path, options).unwrap().take_contents();
    assert_eq!(contents.old_ids.len(), 2);
    let columns: Vec<_> = contents.columns.iter().map(String::as_str).collect();
    let expected = "disabled family_name given_name groups is_staff is_superuser roles";
    assert_eq!(columns.join(" "), expected);
}

#[test]
fn dump_of_another_database_is_recognized() {
    let rows = json!([row("shop.product", 1, json!({ "title": "Pen" }))]);
    let refused = read(&rows, DjangoOptions::default()).unwrap_err();
    assert!(refused.contains("--database ALIAS"), "{refused}");
}
