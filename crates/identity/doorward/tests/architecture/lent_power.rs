//! Checks that everything that is stored for a user or an administrator has a reason why it needs no ground, or
//! a check of the ground at its use (decision 139). A new column without a row here fails.

use std::collections::BTreeSet;

use crate::{root, sources};

const MIGRATIONS: &str = "migrations/src/identity";
/// Columns with the ID of a user or an administrator.
const NAMES: [&str; 10] = [
    "user_id",
    "subject_id",
    "manager_id",
    "refers_to",
    "starter",
    "inviter",
    "created_by",
    "assigned_by",
    "decided_by",
    "actor",
];

enum Ground {
    /// The function that checks the ground at each use: active, member, permission.
    Checked(&'static str, &'static str),
    /// The reason why it lends nothing.
    LendsNothing(&'static str),
}
use Ground::{Checked, LendsNothing};

const CREDENTIAL: Ground = Checked("crates/shared/rules/src/next_step.rs", "next_step");
const GRANT: Ground = Checked("crates/shared/rules/src/grant_check.rs", "check_grant");
const MEMBERSHIP: Ground = Checked("crates/identity/accounts/src/membership.rs", "end");
const STARTER: Ground = Checked("crates/identity/admin/src/system/starter.rs", "authority");

const COLUMNS: &[(&str, Ground)] = &[
    ("access_review_lines.assigned_by", LendsNothing("evidence")),
    ("access_review_lines.decided_by", LendsNothing("evidence")),
    (
        "access_review_reviewers.user_id",
        Checked("crates/features/access-reviews/src/rule.rs", "has_ground"),
    ),
    ("access_reviews.starter", STARTER),
    (
        "api_keys.user_id",
        Checked("crates/shared/rules/src/api_key.rs", "check_use"),
    ),
    (
        "app_passwords.user_id",
        Checked("crates/features/ldap-server/src/entry.rs", "is_visible"),
    ),
    (
        "approvals.decided_by",
        Checked("crates/features/as-code/src/approval.rs", "present"),
    ),
    ("attempts.user_id", LendsNothing("a record")),
    ("audit_events.actor", LendsNothing("evidence")),
    ("avatars.user_id", LendsNothing("a picture")),
    ("bulk_changes.starter", STARTER),
    ("bulk_failures.user_id", LendsNothing("a record")),
    (
        "consents.user_id",
        LendsNothing("only a sign-in of the user uses it"),
    ),
    ("device_requests.user_id", GRANT),
    ("email_sign_ins.user_id", CREDENTIAL),
    (
        "email_tokens.user_id",
        Checked("crates/shared/rules/src/email_link.rs", "check"),
    ),
    (
        "factor_exceptions.user_id",
        LendsNothing("a later date, and no right"),
    ),
    ("grants.user_id", GRANT),
    ("group_members.user_id", MEMBERSHIP),
    ("groups.manager_id", MEMBERSHIP),
    (
        "invitations.inviter",
        Checked("crates/identity/accounts/src/invitation.rs", "can_invite"),
    ),
    ("linked_accounts.user_id", CREDENTIAL),
    ("login_failures.user_id", LendsNothing("a count")),
    (
        "logout_notices.user_id",
        LendsNothing("a message to a client"),
    ),
    (
        "organization_members.user_id",
        Checked("crates/identity/services/src/organization.rs", "is_member"),
    ),
    ("passkeys.user_id", CREDENTIAL),
    ("pending_sign_ins.user_id", CREDENTIAL),
    ("profile_values.refers_to", LendsNothing("a statement")),
    ("profile_values.user_id", LendsNothing("data of the user")),
    ("recovery_codes.user_id", CREDENTIAL),
    ("refusals.actor", LendsNothing("evidence")),
    (
        "registration_tokens.created_by",
        Checked(
            "crates/identity/oauth/src/client_registration/create.rs",
            "check_author",
        ),
    ),
    (
        "role_assignments.assigned_by",
        LendsNothing("the role is given, not lent"),
    ),
    (
        "role_assignments.subject_id",
        Checked(
            "crates/identity/services/src/context/effective_roles.rs",
            "of_active_user",
        ),
    ),
    (
        "scim_sources.created_by",
        LendsNothing("a record; the source has rights of its own"),
    ),
    (
        "scim_targets.created_by",
        LendsNothing("a record; the application decides what its token may do"),
    ),
    ("scim_users.user_id", LendsNothing("a name")),
    ("sessions.user_id", CREDENTIAL),
    ("subject_aliases.user_id", LendsNothing("a name")),
    (
        "support_codes.user_id",
        Checked("crates/identity/admin/src/users/support_codes.rs", "open"),
    ),
    ("totp_factors.user_id", CREDENTIAL),
    ("trusted_devices.user_id", CREDENTIAL),
];

/// Returns the text between the first quotes after `start`.
fn quoted<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(start)?;
    rest.split('"').next()
}

/// Returns the columns of a migration that name a user or an administrator, as `table.column`.
fn columns(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut table = "";
    for line in text.lines() {
        table = quoted(line, "table(\"").unwrap_or(table);
        let is_column = line.contains(".col(");
        let column = quoted(line, "(\"").filter(|name| is_column && NAMES.contains(name));
        let of_user = line.contains("\"users\", \"id\"");
        let reference = quoted(line, "_to(\"").filter(|_| of_user);
        let names = column.into_iter().chain(reference);
        found.extend(names.map(|name| format!("{table}.{name}")));
    }
    found
}

#[test]
fn lent_power_has_check_of_its_ground() {
    let mut found = BTreeSet::new();
    for path in sources(&root().join(MIGRATIONS), &["rs"]) {
        found.extend(columns(&std::fs::read_to_string(path).unwrap()));
    }
    let listed = COLUMNS.iter().map(|(column, _)| (*column).to_owned());
    assert_eq!(
        found,
        listed.collect(),
        "columns that name users, and their grounds"
    );
    for (column, ground) in COLUMNS {
        match ground {
            Checked(file, function) => {
                let text = std::fs::read_to_string(root().join(file)).unwrap();
                assert!(
                    text.contains(&format!("fn {function}")),
                    "{column}: {file} {function}"
                );
            }
            LendsNothing(reason) => assert!(!reason.is_empty(), "{column}"),
        }
    }
}

#[test]
fn column_of_user_is_found() {
    let text = "table(\"loans\")\n.col(uuid(\"lender\"))\n.col(text_null(\"created_by\"))\n\
                .belongs_to(\"lender\", \"users\", \"id\")\n";
    let found: Vec<_> = columns(text).into_iter().collect();
    assert_eq!(found, ["loans.created_by", "loans.lender"]);
}
