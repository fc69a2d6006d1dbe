use doorward_admin::testing::NOW;
use rstest::rstest;

use super::*;
use crate::testing::directory;

fn entry(more: &[(&str, &str)]) -> Entry {
    let usual = [
        ("uid", "alice"),
        ("mail", "alice@example.org"),
        ("givenName", "Alice"),
        ("sn", "Archer"),
    ];
    let kept = usual
        .into_iter()
        .filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    let all: Vec<_> = kept.chain(more.iter().copied()).collect();
    Entry::of("uid=alice,o=x", &all)
}

fn read(entry: &Entry, roles: &[&str]) -> Result<Wanted, &'static str> {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    wanted(&directory(), entry, roles, UsernameMode::Required, NOW)
}

/// Returns the account that the first entry made.
fn present() -> Present {
    let wanted = read(&entry(&[]), &["clerk"]).unwrap();
    let new = doorward_admin::testing::person("alice");
    let user = User {
        id: doorward_domain::model::UserId::parse("01890000-0000-7000-8000-000000000000").unwrap(),
        username: "alice".to_owned(),
        username_key: "alice".to_owned(),
        email: "alice@example.org".to_owned(),
        email_key: "alice@example.org".to_owned(),
        email_verified: true,
        password_hash: new.password_hash,
        password_changed_at: None,
        password_change_required: false,
        password_withdrawn_at: None,
        profile: wanted.profile(NOW),
        is_staff: false,
        disabled_at: None,
        deletion_due_at: None,
        last_login: doorward_domain::model::LastLogin::default(),
        created_at: NOW,
        updated_at: NOW,
    };
    Present {
        user,
        roles: wanted.roles.clone(),
        applied: wanted.state(),
    }
}

#[rstest]
#[case::no_address(&[("mail", "")], "the entry has no usable e-mail address")]
#[case::bad_address(&[("mail", "alice")], "the entry has no usable e-mail address")]
#[case::bad_name(&[("uid", "a\u{202e}b")], "the user name cannot be used here")]
fn unusable_entries_are_named(#[case] more: &[(&str, &str)], #[case] expected: &str) {
    assert_eq!(read(&entry(more), &[]), Err(expected));
}

#[test]
fn unusable_values_are_left_out() {
    let long = "x".repeat(300);
    let entry = entry(&[("telephoneNumber", "call me"), ("sn", &long)]);
    let wanted = read(&entry, &[]).unwrap();
    assert_eq!(wanted.fields[&Field::PhoneNumber], "");
    assert_eq!(
        wanted.fields[&Field::FamilyName].len(),
        Field::FamilyName.max()
    );
}

#[test]
fn unchanged_entry_changes_nothing() {
    let wanted = read(&entry(&[]), &["clerk"]).unwrap();
    let difference = compare(&present(), &wanted);
    assert!(difference.change.is_none());
    assert_eq!(difference.state, present().applied);
}

#[test]
fn mover_changes_name_address_profile_and_roles() {
    let more = [
        ("uid", "alice2"),
        ("mail", "a@example.org"),
        ("sn", "Miller"),
        ("givenName", ""),
    ];
    let wanted = read(&entry(&more), &["editor"]).unwrap();
    let difference = compare(&present(), &wanted);
    let change = difference.change.unwrap();
    assert_eq!(change.account.username.as_deref(), Some("alice2"));
    assert_eq!(change.account.email.as_deref(), Some("a@example.org"));
    assert_eq!(change.account.email_verified, Some(true));
    assert_eq!(change.profile.typed(Field::FamilyName), Some("Miller"));
    assert_eq!(change.profile.typed(Field::GivenName), Some(""));
    assert_eq!(change.roles.added, ["editor".to_owned()].into());
    assert_eq!(change.roles.removed, ["clerk".to_owned()].into());
    assert_eq!(difference.state.roles, ["editor".to_owned()].into());
    assert!(!difference.state.fields.contains("given_name"));
}

#[test]
fn decisions_here_stay() {
    let mut present = present();
    // An administrator removed the role of the directory, and gave another one.
    present.roles = ["auditor".to_owned()].into();
    let wanted = read(&entry(&[]), &["clerk"]).unwrap();
    assert!(compare(&present, &wanted).change.is_none());
    // A role that both gave stays when the directory takes it.
    present.roles = ["clerk".to_owned()].into();
    present.applied.roles.clear();
    let wanted = read(&entry(&[]), &[]).unwrap();
    assert!(compare(&present, &wanted).change.is_none());
    // An account that was disabled here is not enabled.
    present.user.disabled_at = Some(NOW);
    assert!(compare(&present, &wanted).change.is_none());
}

#[rstest]
#[case::disabled(false, false, false, Some(true))]
#[case::again(true, true, false, None)]
#[case::known(false, true, false, None)]
fn disabled_entry_disables_once(
    #[case] is_off: bool,
    #[case] was_disabled: bool,
    #[case] had_left: bool,
    #[case] expected: Option<bool>,
) {
    let wanted = read(&entry(&[("shadowExpire", "1")]), &["clerk"]).unwrap();
    let mut present = present();
    present.user.disabled_at = is_off.then_some(NOW);
    present.applied.is_disabled = was_disabled;
    present.applied.has_left = had_left;
    let change = compare(&present, &wanted).change;
    assert_eq!(change.and_then(|change| change.account.disabled), expected);
}

#[rstest]
#[case::of_directory(true, false, Some(false))]
#[case::after_leave(false, true, Some(false))]
#[case::by_administrator(false, false, None)]
fn return_enables_what_directory_disabled(
    #[case] was_disabled: bool,
    #[case] had_left: bool,
    #[case] expected: Option<bool>,
) {
    let wanted = read(&entry(&[]), &["clerk"]).unwrap();
    let mut present = present();
    present.user.disabled_at = Some(NOW);
    present.applied.is_disabled = was_disabled;
    present.applied.has_left = had_left;
    let difference = compare(&present, &wanted);
    let disabled = difference.change.and_then(|change| change.account.disabled);
    assert_eq!(disabled, expected);
    assert!(!difference.state.has_left);
}
