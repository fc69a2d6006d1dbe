//! Users of Django.

use super::overview::Overview;
use super::row::{Row, key};
use crate::prelude::*;
use crate::read::found::Findings;
use crate::record::{PasswordRecord, Record, UserRecord};

impl Overview {
    /// Converts a row of the user model to a user, or to the reason why the user is skipped.
    pub fn user(&self, row: &Row) -> Record {
        let mut findings = Findings::default();
        let record = self.read_user(row, &mut findings);
        findings.user(record)
    }

    fn read_user(&self, row: &Row, findings: &mut Findings) -> UserRecord {
        let (options, fields) = (&self.options, row.fields());
        let mut text = |purpose| {
            let text = findings.require(fields.text(options.field(purpose, purpose)));
            text.unwrap_or_default().to_owned()
        };
        let (username, email) = (text("username"), text("email"));
        let pk = row.pk.clone().unwrap_or_default();
        let old_id = row.old_id();
        let old_id = uuid_of(&old_id).map_or(old_id, |id| id.to_string());
        let password = findings.note(fields.secret("password")).unwrap_or_default();
        let zone = &options.time_zone;
        let field = |purpose| options.field(purpose, purpose);
        let mut record = UserRecord {
            sub: pk.as_str().and_then(uuid_of),
            old_id,
            username: if username.is_empty() {
                email.clone()
            } else {
                username
            },
            email,
            profile: self.profile(row, findings),
            password: Some(PasswordRecord::Django(Secret::new(password.to_owned()))),
            is_staff: findings.note(fields.flag(field("is_staff"))) == Some(true),
            is_superuser: findings.note(fields.flag(field("is_superuser"))) == Some(true),
            disabled: findings.require(fields.flag(field("is_active"))) == Some(false),
            // The account needs a time, and no other one is right.
            created_at: findings.require(zone.field(fields, field("date_joined"))),
            last_login: findings.note(zone.field(fields, "last_login")),
            ..UserRecord::default()
        };
        self.read_rights(row, &mut record, findings);
        let keys = self.keys(row);
        for extras in keys.iter().filter_map(|key| self.extras.get(key)) {
            extras.clone().complete(&mut record, findings);
        }
        record
    }

    /// Returns the keys by which rows of other models refer to a user.
    pub(super) fn keys(&self, row: &Row) -> BTreeSet<String> {
        // Only the login field: another user may have this user's address as login name.
        let login = self.options.login_field.as_deref().unwrap_or_else(|| {
            let has_name = row.fields.contains_key("username");
            if has_name { "username" } else { "email" }
        });
        let login = row.fields().text(login).ok().flatten().unwrap_or_default();
        let natural = key(&Value::from(vec![login.to_owned()]));
        let pk = row.pk.clone().unwrap_or_default();
        BTreeSet::from([key(&pk), natural])
    }

    fn profile(&self, row: &Row, findings: &mut Findings) -> Vec<(Field, String)> {
        let usual = |field| match field {
            Field::GivenName => "first_name",
            Field::FamilyName => "last_name",
            _ => "",
        };
        let fields = Field::ALL.iter().filter_map(|field| {
            let name = self.options.field(field.name(), usual(*field));
            let text = findings.note(row.fields().text(name))?;
            Some((*field, text.to_owned()))
        });
        fields.collect()
    }

    fn read_rights(&self, row: &Row, record: &mut UserRecord, findings: &mut Findings) {
        let groups = findings.require(row.fields().list("groups"));
        for group in groups.unwrap_or_default() {
            let known = self.groups.get(&key(group)).cloned();
            let named = || Some(group.as_array()?.first()?.as_str()?.to_owned());
            match known.or_else(named) {
                Some(name) => {
                    record.roles.insert(name);
                }
                None => {
                    findings.add("group_unknown", format!("group {group} is not in the dump"));
                }
            }
        }
        let held = findings.require(row.fields().list("user_permissions"));
        let held: BTreeSet<String> = held.unwrap_or_default().iter().map(key).collect();
        if !held.is_empty() {
            if self.options.with_permissions {
                record.roles.insert(Self::set_role(&held));
            } else {
                let text = format!(
                    "{} permissions of this user are not imported; see --grant-permissions",
                    held.len()
                );
                findings.add("permission_not_imported", text);
            }
        }
    }
}

/// Reads a UUID with hyphens, or without as in SQLite.
fn uuid_of(text: &str) -> Option<UserId> {
    if text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        let parts = [
            &text[..8],
            &text[8..12],
            &text[12..16],
            &text[16..20],
            &text[20..],
        ];
        return UserId::parse(&parts.join("-"));
    }
    UserId::parse(text)
}
