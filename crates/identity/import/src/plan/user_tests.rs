//! Table tests of the plan: users.

use doorward_domain::model::{UserId, UsernameMode};
use doorward_rules::profile::Field;
use rstest::rstest;

use super::catalog::{Catalog, Stock};
use super::draft::Planned;
use super::user::{Known, NewUser, Taken};
use crate::item::{Decision, EmailState, Item};
use crate::options::ImportOptions;
use crate::record::UserRecord;
use crate::report::Summary;

const NOW: i64 = 1_800_000_000;
const ID: &str = "0190d1c0-0000-7000-8000-000000000001";

fn options() -> ImportOptions {
    ImportOptions {
        source: "test".to_owned(),
        ..ImportOptions::default()
    }
}

fn codes(item: &Item) -> Vec<&str> {
    item.notes.iter().map(|note| note.code).collect()
}

fn user(old_id: &str, username: &str, email: &str) -> UserRecord {
    UserRecord {
        old_id: old_id.to_owned(),
        username: username.to_owned(),
        email: email.to_owned(),
        ..UserRecord::default()
    }
}

fn plan_user(options: &ImportOptions, record: &UserRecord, known: &Known) -> Planned<NewUser> {
    let catalog = Catalog::new(options, Stock::default());
    let fresh = UserId::parse(ID).unwrap();
    catalog.user(record, known, &mut Taken::default(), fresh, NOW)
}

#[rstest]
#[case("anna", "anna", false)]
#[case("Anna", "anna", true)]
#[case("anna@old.example", "anna", true)]
#[case("a", "user-", true)]
#[case("@@@", "user-", true)]
#[case("-anna-", "anna-", true)]
#[case("an na", "anna", true)]
#[case("zoë", "zoë", false)]
fn user_name_is_kept_or_derived(
    #[case] name: &str,
    #[case] expected: &str,
    #[case] is_noted: bool,
) {
    let planned = plan_user(
        &options(),
        &user("7", name, "a@x.example"),
        &Known::default(),
    );
    let created = planned.create.unwrap().user;
    assert!(created.username_key.starts_with(expected), "{created:?}");
    let codes = codes(&planned.item);
    assert_eq!(
        codes.iter().any(|code| code.starts_with("username")),
        is_noted
    );
}

#[test]
fn name_that_looks_taken_gets_number() {
    let known = Known {
        skeletons: [doorward_rules::identifier::username_skeleton("paul")].into(),
        ..Known::default()
    };
    let planned = plan_user(&options(), &user("7", "pau1", "a@x.example"), &known);
    assert_eq!(planned.create.unwrap().user.username, "pau1-2");
}

#[rstest]
#[case("", "email_missing")]
#[case("nonsense", "email_invalid")]
#[case("Held@x.example", "email_taken")]
fn user_without_usable_address_is_skipped(#[case] email: &str, #[case] code: &str) {
    let known = Known {
        emails: ["held@x.example".to_owned()].into(),
        ..Known::default()
    };
    let mut options = options();
    let record = user("7", "anna", email);
    let planned = plan_user(&options, &record, &known);
    assert!(planned.create.is_none());
    assert_eq!(codes(&planned.item), [code]);
    options.email_domain = Some("users.invalid".to_owned());
    let created = plan_user(&options, &record, &known).create.unwrap().user;
    assert_eq!(created.email, "anna@users.invalid");
    assert!(!created.email_verified);
}

#[test]
fn doubles_are_reported_and_never_merged() {
    let options = options();
    let catalog = Catalog::new(&options, Stock::default());
    let (known, mut taken) = (Known::default(), Taken::default());
    let fresh = UserId::parse(ID).unwrap();
    let mut plan = |record: &UserRecord| catalog.user(record, &known, &mut taken, fresh, NOW);
    assert!(plan(&user("1", "anna", "Anna@x.example")).create.is_some());
    let double = plan(&user("2", "bert", "anna@X.example"));
    assert_eq!(codes(&double.item), ["email_twice"]);
    assert!(double.item.notes[0].text.contains("user 1"));
    let same_name = plan(&user("3", "ANNA", "c@x.example"));
    assert_eq!(same_name.create.unwrap().user.username, "anna-2");
    let same_id = plan(&user("1", "dora", "d@x.example"));
    assert_eq!(codes(&same_id.item), ["twice"]);
}

#[rstest]
#[case(UsernameMode::Required, "anna", "anna", false)]
#[case(UsernameMode::Required, "a@x.example", "a-", true)]
#[case(UsernameMode::Optional, "anna", "anna", false)]
#[case(UsernameMode::Optional, "A@x.example", "", false)]
#[case(UsernameMode::None, "anna", "", true)]
#[case(UsernameMode::None, "a@x.example", "", false)]
fn user_name_follows_configuration(
    #[case] usernames: UsernameMode,
    #[case] name: &str,
    #[case] expected: &str,
    #[case] is_noted: bool,
) {
    let options = ImportOptions {
        usernames,
        ..options()
    };
    let record = user("7", name, "a@x.example");
    let planned = plan_user(&options, &record, &Known::default());
    let created = planned.create.unwrap().user;
    if expected == "a-" {
        // A user name has at least two characters.
        assert!(created.username.starts_with("user-"), "{created:?}");
    } else {
        assert_eq!(created.username, expected);
    }
    assert_eq!(created.username, created.username_key);
    let codes = codes(&planned.item);
    assert_eq!(
        codes.iter().any(|code| code.starts_with("username")),
        is_noted
    );
}

#[test]
fn last_login_is_kept_unless_in_future() {
    for (last_login, expected) in [
        (None, None),
        (Some(NOW - 5), Some(NOW - 5)),
        (Some(NOW + 5), None),
    ] {
        let record = UserRecord {
            last_login,
            ..user("7", "anna", "a@x.example")
        };
        let created = plan_user(&options(), &record, &Known::default()).create;
        assert_eq!(created.unwrap().user.last_login.0, expected);
    }
}

#[test]
fn user_gets_power_only_by_option() {
    let mut options = options();
    let record = UserRecord {
        is_staff: true,
        is_superuser: true,
        roles: ["admin".to_owned()].into(),
        ..user("7", "anna", "a@x.example")
    };
    let planned = plan_user(&options, &record, &Known::default());
    let created = planned.create.unwrap();
    assert!(created.roles.is_empty() && !created.user.is_staff);
    assert_eq!(
        codes(&planned.item),
        ["role_not_imported", "superuser", "staff"]
    );
    options.superuser_role = Some("admin".to_owned());
    options.keeps_staff = true;
    let created = plan_user(&options, &record, &Known::default())
        .create
        .unwrap();
    assert_eq!(created.roles, ["admin".to_owned()].into());
    assert!(created.user.is_staff);
}

#[test]
fn long_and_bad_profile_values_are_cut_or_dropped() {
    let mut record = user("7", "anna", "a@x.example");
    record.profile = vec![
        (Field::GivenName, "x".repeat(150)),
        (Field::PhoneNumber, "call me".to_owned()),
        (Field::Locale, "de".to_owned()),
    ];
    record.created_at = Some(NOW + 1);
    record.disabled = true;
    let planned = plan_user(&options(), &record, &Known::default());
    let created = planned.create.unwrap().user;
    assert_eq!(created.profile.given_name, Some("x".repeat(100)));
    assert_eq!(created.profile.phone_number, None);
    assert_eq!(created.profile.locale.as_deref(), Some("de"));
    assert_eq!((created.created_at, created.disabled_at), (NOW, Some(NOW)));
    assert_eq!(codes(&planned.item), ["time", "too_long", "profile"]);
    let phone = &planned.item.notes[2];
    assert_eq!(phone.column.as_deref(), Some("phone_number"));
    assert_eq!(phone.value.as_deref(), Some("call me"));
}

#[test]
fn user_id_is_kept_unless_it_is_in_use() {
    let sub = UserId::parse("05aaba12-3e33-4b80-8ec3-852381f5137f").unwrap();
    let record = UserRecord {
        sub: Some(sub),
        ..user("7", "anna", "a@x.example")
    };
    let planned = plan_user(&options(), &record, &Known::default());
    assert_eq!(planned.create.unwrap().user.id, sub);
    let known = Known {
        ids: [sub].into(),
        ..Known::default()
    };
    let planned = plan_user(&options(), &record, &known);
    assert_eq!(codes(&planned.item), ["sub"]);
    let known = Known {
        imported: [("7".to_owned(), sub.to_string())].into(),
        ..Known::default()
    };
    let planned = plan_user(&options(), &record, &known);
    assert_eq!(planned.item.decision, Decision::Unchanged);
}

#[rstest]
#[case(None, false, EmailState::Unknown)]
#[case(None, true, EmailState::Verified)]
#[case(Some(false), false, EmailState::Unverified)]
// The source has the last word.
#[case(Some(false), true, EmailState::Unverified)]
#[case(Some(true), false, EmailState::Verified)]
fn address_is_verified_by_source_or_option(
    #[case] email_verified: Option<bool>,
    #[case] trusts_email: bool,
    #[case] expected: EmailState,
) {
    let mut options = ImportOptions {
        trusts_email,
        ..options()
    };
    let mut record = user("7", "anna", "a@x.example");
    record.email_verified = email_verified;
    let planned = plan_user(&options, &record, &Known::default());
    assert_eq!(planned.item.email, Some(expected));
    let created = planned.create.unwrap().user;
    assert_eq!(created.email_verified, expected == EmailState::Verified);
    let mut summary = Summary::default();
    summary.count(&planned.item);
    let unknown = u64::from(expected == EmailState::Unknown);
    assert_eq!(summary.unknown_emails, unknown);
    // No user has read mail at a placeholder.
    options.email_domain = Some("users.invalid".to_owned());
    record.email.clear();
    let created = plan_user(&options, &record, &Known::default()).create;
    assert!(!created.unwrap().user.email_verified);
}

#[rstest]
#[case("bert@x.example", "", Ok(("bert@x.example", "bert")))]
#[case("bert@x.example", "b@y.example", Ok(("b@y.example", "bert")))]
#[case("bert", "", Err("email_missing"))]
#[case("bert@", "", Err("email_invalid"))]
fn login_name_is_address_of_user_without_one(
    #[case] name: &str,
    #[case] email: &str,
    #[case] expected: Result<(&str, &str), &str>,
) {
    let planned = plan_user(&options(), &user("7", name, email), &Known::default());
    match (expected, planned.create) {
        (Ok((address, username)), Some(new)) => {
            let found = (new.user.email.as_str(), new.user.username.as_str());
            assert_eq!(found, (address, username));
            assert_eq!(
                codes(&planned.item).contains(&"email_from_name"),
                email.is_empty()
            );
        }
        (Err(code), None) => assert_eq!(codes(&planned.item), [code]),
        (_, created) => panic!("{created:?}"),
    }
    let known = Known {
        emails: ["bert@x.example".to_owned()].into(),
        ..Known::default()
    };
    let planned = plan_user(&options(), &user("7", "bert@x.example", ""), &known);
    assert_eq!(codes(&planned.item), ["email_taken"]);
}

#[rstest]
#[case("de-DE", true)]
#[case("Deutsch", false)]
#[case("English", false)]
#[case("de_DE.UTF-8", false)]
fn name_of_language_is_no_locale(#[case] locale: &str, #[case] is_kept: bool) {
    let mut record = user("7", "anna", "a@x.example");
    record.profile = vec![(Field::Locale, locale.to_owned())];
    let planned = plan_user(&options(), &record, &Known::default());
    let created = planned.create.unwrap().user;
    assert_eq!(created.profile.locale.is_some(), is_kept);
    assert_eq!(codes(&planned.item).contains(&"profile"), !is_kept);
}

#[rstest]
#[case("zoë@x.example", true, true)]
#[case("zoë@x.example", false, false)]
#[case("zoe@zoë.example", true, false)]
fn address_that_no_mail_reaches_is_noted(
    #[case] address: &str,
    #[case] is_mail_ascii: bool,
    #[case] is_noted: bool,
) {
    let stock = Stock {
        is_mail_ascii,
        ..Stock::default()
    };
    let (options, fresh) = (options(), UserId::parse(ID).unwrap());
    let catalog = Catalog::new(&options, stock);
    let record = user("7", "anna", address);
    let (known, mut taken) = (Known::default(), Taken::default());
    let planned = catalog.user(&record, &known, &mut taken, fresh, NOW);
    assert!(planned.create.is_some());
    let noted = codes(&planned.item).contains(&"email_unreachable");
    assert_eq!(noted, is_noted);
}

#[rstest]
#[case::verified(Some(true), false, "anna@x.example", true)]
#[case::unverified(Some(false), false, "anna@x.example", false)]
#[case::not_said(None, false, "anna@x.example", false)]
#[case::trusted(None, true, "Anna@X.example", true)]
#[case::other(Some(true), false, "bert@x.example", false)]
fn user_with_same_verified_address_is_matched(
    #[case] verified: Option<bool>,
    #[case] trusts: bool,
    #[case] email: &str,
    #[case] is_matched: bool,
) {
    let here = UserId::parse(ID).unwrap();
    let known = Known {
        emails: ["anna@x.example".to_owned()].into(),
        verified: [("anna@x.example".to_owned(), here)].into(),
        ..Known::default()
    };
    let mut options = ImportOptions {
        trusts_email: trusts,
        matches_email: true,
        ..options()
    };
    let record = UserRecord {
        email_verified: verified,
        ..user("7", "anna", email)
    };
    let find = |options: &ImportOptions, taken: &mut Taken| {
        let catalog = Catalog::new(options, Stock::default());
        catalog.matched(&record, &known, taken)
    };
    let mut taken = Taken::default();
    let matched = find(&options, &mut taken);
    assert_eq!(matched.is_some(), is_matched);
    if let Some(matched) = matched {
        assert_eq!(matched.create.unwrap().user, here);
        assert_eq!(codes(&matched.item), ["matched"]);
        // A second record with the address is not the same user.
        assert!(find(&options, &mut taken).is_none());
    }
    options.matches_email = false;
    assert!(find(&options, &mut Taken::default()).is_none());
}
