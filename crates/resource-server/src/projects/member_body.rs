//! The JSON body of a member.

use super::model::{Member, Permission, Role};
use crate::fields::{Fields, MAX_NAME};
use crate::problem::Problem;

const READ_ONLY: [&str; 7] = [
    "id",
    "owner_subject",
    "org",
    "members",
    "joined_at",
    "created_at",
    "updated_at",
];
const MEMBERS: [&str; 4] = ["role", "permissions", "email", "phone"];

/// Parses a membership.
pub(super) fn parse(subject: &str, body: &[u8]) -> Result<Member, Problem> {
    let mut fields = Fields::parse(body, &MEMBERS, &READ_ONLY)?;
    if subject.is_empty() || subject.len() > MAX_NAME || subject.chars().any(char::is_control) {
        fields.refuse("subject", "invalid", format!("1 to {MAX_NAME} bytes."));
    }
    let role = fields.word("role", Role::parse, Role::words);
    let known = Permission::words();
    let member = Member {
        subject: subject.to_owned(),
        role: role.unwrap_or_default(),
        permissions: fields.set("permissions", known.len(), Permission::parse, || {
            format!("A list of: {}.", known.join(", "))
        }),
        joined_at: None,
        email: fields.name("email").flatten(),
        phone: fields.name("phone").flatten(),
    };
    fields.finish(member)
}
