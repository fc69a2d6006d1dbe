//! Table tests of the comparison of rows with imported users.

use doorward_admin::source_change::SetChange;
use doorward_domain::model::{LastLogin, Profile, User, UserId, UsernameMode};
use doorward_rules::profile::Field;
use rstest::rstest;
use serde_json::{Value, json};

use super::catalog::{Catalog, Stock};
use super::compare::{Compared, PresentUser, new_keys};
use super::user::{Known, Taken};
use crate::item::{Decision, Kind};
use crate::options::ImportOptions;
use crate::record::{GroupRecord, RoleRecord, UserRecord};
use crate::sync::AppliedState;

const NOW: i64 = 1_800_000_000;
const ID: &str = "0190d1c0-0000-7000-8000-000000000001";
const COLUMNS: &str = "id username email email_verified given_name phone_number roles groups is_staff \
                       is_superuser disabled picture";

fn set(names: &[&str]) -> std::collections::BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn options() -> ImportOptions {
    ImportOptions {
        source: "hr".to_owned(),
        ..ImportOptions::default()
    }
}

/// Returns the row as which the user was imported.
fn row() -> UserRecord {
    UserRecord {
        old_id: "7".to_owned(),
        username: "anna".to_owned(),
        email: "anna@x.example".to_owned(),
        email_verified: Some(true),
        profile: vec![(Field::GivenName, "Anna".to_owned())],
        roles: set(&["clerk"]),
        groups: set(&["/sales"]),
        ..UserRecord::default()
    }
}

/// Returns the user of the row.
fn present() -> PresentUser {
    let user = User {
        id: UserId::parse(ID).unwrap(),
        username: "anna".to_owned(),
        username_key: "anna".to_owned(),
        email: "anna@x.example".to_owned(),
        email_key: "anna@x.example".to_owned(),
        email_verified: true,
        password_hash: None,
        password_changed_at: None,
        password_change_required: false,
        password_withdrawn_at: None,
        profile: Profile {
            given_name: Some("Anna".to_owned()),
            ..Profile::default()
        },
        is_staff: false,
        disabled_at: None,
        deletion_due_at: None,
        last_login: LastLogin::default(),
        created_at: NOW - 9,
        updated_at: NOW - 9,
    };
    PresentUser {
        user,
        roles: set(&["clerk"]),
        groups: set(&["/sales"]),
        applied: AppliedState {
            fields: set(&["given_name"]),
            roles: set(&["clerk"]),
            groups: set(&["/sales"]),
            is_verified: true,
            ..AppliedState::default()
        },
    }
}

/// Returns a catalog with the roles `clerk` and `boss` and the groups `sales` and `it` of an earlier run.
fn catalog(options: &ImportOptions) -> Catalog<'_> {
    let roles = ["clerk", "boss"];
    let groups = [("/sales", "/sales"), ("/it", "/it")];
    let imported = roles
        .map(|name| ((Kind::Role, name.to_owned()), name.to_owned()))
        .into_iter()
        .chain(groups.map(|(old, path)| ((Kind::Group, old.to_owned()), path.to_owned())));
    let stock = Stock {
        roles: set(&roles),
        groups: set(&["/sales", "/it"]),
        imported: imported.collect(),
        ..Stock::default()
    };
    let mut catalog = Catalog::new(options, stock);
    for name in roles {
        catalog.role(RoleRecord {
            name: name.to_owned(),
            ..RoleRecord::default()
        });
    }
    for (path, _) in groups {
        catalog.group(GroupRecord {
            path: path.to_owned(),
            name: path[1..].to_owned(),
            ..GroupRecord::default()
        });
    }
    catalog
}

/// A comparison with its inputs, which a test changes.
struct Case {
    options: ImportOptions,
    columns: String,
    record: UserRecord,
    present: PresentUser,
    known: Known,
    taken: Taken,
}

impl Case {
    fn new() -> Self {
        Self {
            options: options(),
            columns: COLUMNS.to_owned(),
            record: row(),
            present: present(),
            known: Known::default(),
            taken: Taken::default(),
        }
    }

    fn compare(&mut self) -> Compared {
        let columns = self.columns.split(' ').map(str::to_owned).collect();
        let against = (&self.known, &mut self.taken);
        catalog(&self.options).compare(&self.record, &self.present, &columns, against, NOW)
    }
}

/// Returns field, old and new value of each change.
fn changes(compared: &Compared) -> Vec<(&'static str, Value, Value)> {
    let all = compared.item.changes.iter();
    all.map(|one| (one.field, one.before.clone(), one.after.clone()))
        .collect()
}

fn codes(compared: &Compared) -> Vec<&str> {
    compared.item.notes.iter().map(|note| note.code).collect()
}

#[test]
fn row_of_unchanged_user_is_unchanged() {
    let mut case = Case::new();
    let compared = case.compare();
    assert_eq!(compared.item.decision, Decision::Unchanged);
    assert!(compared.change.is_none() && compared.item.notes.is_empty());
    assert_eq!(compared.state, case.present.applied);
}

#[rstest]
#[case::username(&|row: &mut UserRecord| row.username = "Ann".to_owned(), "username", json!("anna"), json!("ann"))]
#[case::email(&|row: &mut UserRecord| row.email = "ann@x.example".to_owned(), "email", json!("anna@x.example"), json!("ann@x.example"))]
#[case::given_name(&|row: &mut UserRecord| row.profile = vec![(Field::GivenName, "Ann".to_owned())], "given_name", json!("Anna"), json!("Ann"))]
#[case::removed_name(&|row: &mut UserRecord| row.profile.clear(), "given_name", json!("Anna"), json!(null))]
#[case::phone(&|row: &mut UserRecord| row.profile.push((Field::PhoneNumber, "+49 30 1234567".to_owned())), "phone_number", json!(null), json!("+49301234567"))]
#[case::verified(&|row: &mut UserRecord| row.email_verified = Some(false), "email_verified", json!(true), json!(false))]
#[case::more_roles(&|row: &mut UserRecord| row.roles = set(&["boss", "clerk"]), "roles", json!(["clerk"]), json!(["boss", "clerk"]))]
#[case::no_role(&|row: &mut UserRecord| row.roles.clear(), "roles", json!(["clerk"]), json!([]))]
#[case::other_group(&|row: &mut UserRecord| row.groups = set(&["/it"]), "groups", json!(["/sales"]), json!(["/it"]))]
#[case::no_group(&|row: &mut UserRecord| row.groups.clear(), "groups", json!(["/sales"]), json!([]))]
#[case::disabled(&|row: &mut UserRecord| row.disabled = true, "disabled", json!(false), json!(true))]
#[case::picture(&|row: &mut UserRecord| row.picture = Some("https://x.example/a".to_owned()), "picture", json!(null), json!("https://x.example/a"))]
fn changed_cell_is_one_change(
    #[case] edit: &dyn Fn(&mut UserRecord),
    #[case] field: &str,
    #[case] before: Value,
    #[case] after: Value,
) {
    let mut case = Case::new();
    edit(&mut case.record);
    let compared = case.compare();
    assert_eq!(compared.item.decision, Decision::Update);
    assert_eq!(changes(&compared), [(field, before, after)]);
    assert!(compared.change.is_some());
    // Without its column, the file says nothing.
    let mut case = Case::new();
    edit(&mut case.record);
    case.columns = COLUMNS.replace(field, "id");
    let is_identity = ["username", "email", "email_verified"].contains(&field);
    if !is_identity {
        assert_eq!(case.compare().item.decision, Decision::Unchanged);
    }
}

#[rstest]
#[case::no_username("username")]
#[case::no_phone("phone_number")]
#[case::no_picture("picture")]
fn empty_cell_keeps_value_of_user(#[case] field: &str) {
    let mut case = Case::new();
    match field {
        "username" => case.record.username.clone_from(&case.record.email),
        "picture" => case.present.user.profile.picture = Some("https://x.example".to_owned()),
        _ => case.present.user.profile.phone_number = Some("+49301234567".to_owned()),
    }
    assert_eq!(case.compare().item.decision, Decision::Unchanged);
}

#[test]
fn unreadable_value_changes_nothing() {
    let mut case = Case::new();
    case.record.profile = vec![(Field::GivenName, "\u{202e}x".to_owned())];
    let compared = case.compare();
    assert_eq!(compared.item.decision, Decision::Unchanged);
    assert_eq!(codes(&compared), ["profile"]);
    assert_eq!(compared.state, case.present.applied);
}

#[rstest]
#[case::taken("bert@x.example", "email_taken")]
#[case::twice("carl@x.example", "email_twice")]
#[case::missing("", "email_missing")]
#[case::invalid("nonsense", "email_invalid")]
fn address_that_cannot_be_is_conflict(#[case] email: &str, #[case] code: &str) {
    let mut case = Case::new();
    case.known.emails.insert("bert@x.example".to_owned());
    case.taken.add("carl", "carl@x.example", "9");
    case.record.email = email.to_owned();
    case.record.profile.clear();
    let compared = case.compare();
    assert_eq!(compared.item.decision, Decision::Skip);
    assert_eq!(codes(&compared), [code]);
    assert!(compared.change.is_none(), "nothing of the row is applied");
    assert_eq!(compared.state, case.present.applied);
}

#[test]
fn user_name_in_use_is_conflict_unless_number_was_given() {
    let mut case = Case::new();
    case.known.names.insert("bert".to_owned());
    case.record.username = "bert".to_owned();
    let compared = case.compare();
    assert_eq!(codes(&compared), ["username_taken"]);
    // The import gave a number because the name was in use.
    case.present.user.username_key = "bert-2".to_owned();
    case.taken = Taken::default();
    assert_eq!(case.compare().item.decision, Decision::Unchanged);
    // A user may take a name that looks like the own one.
    let mut case = Case::new();
    case.present.user.username_key = "pau1".to_owned();
    let skeleton = doorward_rules::identifier::username_skeleton("pau1");
    case.known.skeletons.insert(skeleton);
    case.record.username = "paul".to_owned();
    assert_eq!(case.compare().item.decision, Decision::Update);
}

#[rstest]
#[case(UsernameMode::Required, true)]
#[case(UsernameMode::Optional, true)]
#[case(UsernameMode::None, false)]
fn user_name_follows_configuration(#[case] usernames: UsernameMode, #[case] is_changed: bool) {
    let mut case = Case::new();
    case.options.usernames = usernames;
    case.record.username = "ann".to_owned();
    assert_eq!(case.compare().change.is_some(), is_changed);
}

#[test]
fn given_up_address_is_free_from_next_run_on() {
    let mut case = Case::new();
    case.record.email = "ann@x.example".to_owned();
    assert_eq!(case.compare().item.decision, Decision::Update);
    let mut other = Case::new();
    other.taken = case.taken;
    other.present.user.email_key = "bert@x.example".to_owned();
    other.record.old_id = "8".to_owned();
    assert_eq!(codes(&other.compare()), ["email_twice"]);
}

#[test]
fn id_that_occurs_twice_is_applied_once() {
    let mut case = Case::new();
    case.compare();
    case.record.email = "ann@x.example".to_owned();
    let compared = case.compare();
    assert_eq!(compared.item.decision, Decision::Skip);
    assert_eq!(codes(&compared), ["twice"]);
}

#[rstest]
// The source says so, before and now.
#[case(Some(true), false, true, true, None)]
#[case(Some(true), false, false, false, Some(true))]
#[case(Some(false), false, true, true, Some(false))]
// The user has verified the address here.
#[case(Some(false), false, false, true, None)]
#[case(None, false, true, true, None)]
#[case(None, true, false, false, Some(true))]
fn verification_follows_file(
    #[case] in_file: Option<bool>,
    #[case] trusts_email: bool,
    #[case] was_verified: bool,
    #[case] is_verified: bool,
    #[case] expected: Option<bool>,
) {
    let mut case = Case::new();
    case.options.trusts_email = trusts_email;
    case.record.email_verified = in_file;
    case.present.applied.is_verified = was_verified;
    case.present.user.email_verified = is_verified;
    let compared = case.compare();
    let change = compared.change.map(|change| change.account.email_verified);
    assert_eq!(change.flatten(), expected);
}

#[rstest]
#[case(Some(true), None)]
#[case(None, Some(false))]
fn changed_address_is_verified_by_file(#[case] in_file: Option<bool>, #[case] noted: Option<bool>) {
    let mut case = Case::new();
    case.record.email = "ann@x.example".to_owned();
    case.record.email_verified = in_file;
    let compared = case.compare();
    let account = compared.change.as_ref().unwrap().account.clone();
    assert_eq!(account.email_verified, Some(in_file == Some(true)));
    let listed = changes(&compared).into_iter();
    let listed = listed.filter(|change| change.0 == "email_verified");
    let values: Vec<_> = listed.map(|change| change.2).collect();
    assert_eq!(values.first().cloned(), noted.map(|value| json!(value)));
}

#[rstest]
// (in the file, present, from the file) → (added, removed, from the file afterwards)
#[case::given("clerk", "", "", "clerk", "", "clerk")]
#[case::given_here_before("clerk", "clerk", "", "", "", "")]
#[case::dropped("", "clerk", "clerk", "", "clerk", "")]
#[case::dropped_but_given_here("", "boss", "", "", "", "")]
#[case::removed_here("clerk", "", "clerk", "", "", "clerk")]
#[case::removed_here_and_dropped("", "", "clerk", "", "", "")]
fn only_roles_of_file_are_changed(
    #[case] in_file: &str,
    #[case] present: &str,
    #[case] own: &str,
    #[case] added: &str,
    #[case] removed: &str,
    #[case] own_after: &str,
) {
    let names = |text: &str| set(&text.split_whitespace().collect::<Vec<_>>());
    let mut case = Case::new();
    case.record.roles = names(in_file);
    case.present.roles = names(present);
    case.present.applied.roles = names(own);
    let compared = case.compare();
    let change = compared.change.map(|change| change.roles);
    let expected = SetChange {
        added: names(added),
        removed: names(removed),
    };
    assert_eq!(change.unwrap_or_default(), expected);
    assert_eq!(compared.state.roles, names(own_after));
    let is_kept = in_file == own && present.is_empty() && !own.is_empty();
    let is_noted = compared
        .item
        .notes
        .iter()
        .any(|note| note.code == "kept_here");
    assert_eq!(is_noted, is_kept);
}

#[rstest]
// (in the file, disabled here, disabled by the file, has left) → change
#[case::leaves(true, false, false, false, Some(true))]
#[case::returns(false, true, true, false, Some(false))]
#[case::disabled_here(false, true, false, false, None)]
#[case::enabled_here(true, false, true, false, None)]
#[case::both(true, true, false, false, None)]
#[case::back_in_file(false, true, false, true, Some(false))]
#[case::back_and_disabled(true, true, false, true, None)]
#[case::back_and_enabled_here(false, false, false, true, None)]
fn account_is_enabled_only_by_its_file(
    #[case] in_file: bool,
    #[case] is_disabled: bool,
    #[case] was_disabled: bool,
    #[case] has_left: bool,
    #[case] expected: Option<bool>,
) {
    let mut case = Case::new();
    case.record.disabled = in_file;
    case.present.user.disabled_at = is_disabled.then_some(NOW - 1);
    case.present.applied.is_disabled = was_disabled;
    case.present.applied.has_left = has_left;
    let compared = case.compare();
    let change = compared.change.map(|change| change.account.disabled);
    assert_eq!(change.flatten(), expected);
    assert_eq!(compared.state.is_disabled, in_file);
    assert!(!compared.state.has_left);
    // Without the column, only a user that had left is enabled.
    case.columns = COLUMNS.replace("disabled", "id");
    case.taken = Taken::default();
    let change = case.compare().change.map(|change| change.account.disabled);
    let returns = has_left && is_disabled;
    assert_eq!(change.flatten(), returns.then_some(false));
}

#[test]
fn power_follows_options() {
    let mut case = Case::new();
    case.record.is_staff = true;
    case.record.is_superuser = true;
    assert!(case.compare().change.is_none());
    case.taken = Taken::default();
    case.options.keeps_staff = true;
    case.options.superuser_role = Some("boss".to_owned());
    let compared = case.compare();
    let change = compared.change.unwrap();
    assert_eq!(change.account.is_staff, Some(true));
    assert_eq!(change.roles.added, set(&["boss"]));
    assert!(compared.state.fields.contains("is_staff"));
    // The file takes back what it has given.
    case.present.applied = compared.state;
    case.present.user.is_staff = true;
    case.present.roles = set(&["boss", "clerk"]);
    case.record.is_staff = false;
    case.record.is_superuser = false;
    case.taken = Taken::default();
    let change = case.compare().change.unwrap();
    assert_eq!(change.account.is_staff, Some(false));
    assert_eq!(change.roles.removed, set(&["boss"]));
}

#[test]
fn only_new_names_and_addresses_are_looked_up() {
    let (user, mut record) = (present().user, row());
    let keys = new_keys(&record, &user, "hr");
    assert!(keys.names.is_empty() && keys.emails.is_empty());
    record.username = "Ann".to_owned();
    record.email = "Ann@X.example".to_owned();
    let keys = new_keys(&record, &user, "hr");
    assert_eq!(keys.names, ["ann"]);
    assert_eq!(keys.emails, ["ann@x.example"]);
}
