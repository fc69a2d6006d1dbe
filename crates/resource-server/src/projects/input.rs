//! The JSON bodies of projects and members.

use std::collections::BTreeSet;

use serde_json::Value;

use super::model::{Change, Confidentiality, MAX_NAME, MAX_TEXT, Member, Permission, Role, Status};
use crate::fields::{Fields, MAX_NAME as LONGEST};
use crate::problem::Problem;

const PROJECT: [&str; 7] = [
    "name",
    "description",
    "department",
    "confidentiality",
    "status",
    "budget",
    "internal_notes",
];
const READ_ONLY: [&str; 7] = [
    "id",
    "owner_subject",
    "org",
    "member_count",
    "members_url",
    "created_at",
    "updated_at",
];
const MEMBER_READ_ONLY: [&str; 7] = [
    "id",
    "owner_subject",
    "org",
    "members",
    "joined_at",
    "created_at",
    "updated_at",
];
const MEMBER: [&str; 4] = ["role", "permissions", "email", "phone"];
const NEEDS_A_NAME: &str = "A project needs a name.";

/// Parses a new project: `name` is required.
pub(super) fn parse_new(body: &[u8]) -> Result<Change, Problem> {
    let mut fields = Fields::parse(body, &PROJECT, &READ_ONLY)?;
    fields.require("name", NEEDS_A_NAME);
    change_of(fields)
}

/// Parses a partial update (RFC 7396): `null` clears department and budget.
pub(super) fn parse_change(body: &[u8]) -> Result<Change, Problem> {
    change_of(Fields::parse(body, &PROJECT, &READ_ONLY)?)
}

/// Parses a membership.
pub(super) fn parse_member(subject: &str, body: &[u8]) -> Result<Member, Problem> {
    let mut fields = Fields::parse(body, &MEMBER, &MEMBER_READ_ONLY)?;
    if subject.is_empty() || subject.len() > LONGEST || subject.chars().any(char::is_control) {
        fields.refuse("subject", "invalid", format!("1 to {LONGEST} bytes."));
    }
    let role = fields.one_of("role", Role::parse, &Role::ALL.map(Role::as_str));
    let member = Member {
        subject: subject.to_owned(),
        role: role.unwrap_or_default(),
        permissions: permissions(&mut fields),
        joined_at: None,
        email: fields.name("email").flatten(),
        phone: fields.name("phone").flatten(),
    };
    fields.finish(member)
}

fn change_of(mut fields: Fields) -> Result<Change, Problem> {
    let change = Change {
        name: fields.line("name", MAX_NAME, NEEDS_A_NAME),
        description: fields.text("description", MAX_TEXT),
        department: fields.name("department"),
        confidentiality: fields.one_of(
            "confidentiality",
            Confidentiality::parse,
            &Confidentiality::ALL.map(Confidentiality::as_str),
        ),
        status: fields.one_of("status", Status::parse, &Status::ALL.map(Status::as_str)),
        budget: budget(&mut fields),
        internal_notes: fields.text("internal_notes", MAX_TEXT),
    };
    fields.finish(change)
}

#[expect(
    clippy::option_option,
    reason = "absent, null and a number are three things"
)]
fn budget(fields: &mut Fields) -> Option<Option<i64>> {
    match fields.take("budget")? {
        Value::Null => Some(None),
        value => {
            let budget = value.as_i64().filter(|budget| *budget >= 0);
            if budget.is_none() {
                let detail = "A whole number in the smallest unit of the currency, or null.";
                fields.refuse("budget", "invalid", detail);
            }
            Some(budget)
        }
    }
}

fn permissions(fields: &mut Fields) -> Vec<Permission> {
    let Some(value) = fields.take("permissions") else {
        return Vec::new();
    };
    let values = value.as_array().map(|values| {
        let values = values
            .iter()
            .map(|word| word.as_str().and_then(Permission::parse));
        values.collect::<Option<BTreeSet<_>>>()
    });
    if let Some(Some(found)) = values {
        found.into_iter().collect()
    } else {
        let values = Permission::ALL.map(Permission::as_str).join(", ");
        fields.refuse("permissions", "invalid", format!("A list of: {values}."));
        Vec::new()
    }
}
