//! Users of Django.

use std::collections::BTreeSet;

use doorward_domain::model::UserId;
use doorward_domain::rules::profile::Field;
use doorward_domain::secret::Secret;
use serde_json::Value;

use super::overview::Overview;
use super::row::{Row, key};
use crate::item::Note;
use crate::record::{PasswordRecord, UserRecord};

impl Overview {
    /// Converts a row of the user model.
    pub fn user(&self, row: &Row) -> UserRecord {
        let options = &self.options;
        let username = row.text(options.field("username", "username"));
        let email = row.text(options.field("email", "email"));
        let pk = row.pk.clone().unwrap_or_default();
        let old_id = match &pk {
            Value::String(text) => match uuid_of(text) {
                Some(id) => id.to_string(),
                None => text.clone(),
            },
            other => other.to_string(),
        };
        let mut record = UserRecord {
            sub: pk.as_str().and_then(uuid_of),
            old_id,
            username: if username.is_empty() { email } else { username }.to_owned(),
            email: email.to_owned(),
            profile: self.profile(row),
            password: Some(PasswordRecord::Django(Secret::new(
                row.text("password").to_owned(),
            ))),
            is_staff: row.flag("is_staff") == Some(true),
            is_superuser: row.flag("is_superuser") == Some(true),
            disabled: row.flag("is_active") == Some(false),
            created_at: options.time_zone.read(row.text("date_joined")),
            last_login: options.time_zone.read(row.text("last_login")),
            ..UserRecord::default()
        };
        self.read_rights(row, &mut record);
        // Only the login field: another user may have this user's address as login name.
        let login = options.login_field.as_deref().unwrap_or_else(|| {
            let has_name = row.fields.contains_key("username");
            if has_name { "username" } else { "email" }
        });
        let natural = key(&Value::from(vec![row.text(login).to_owned()]));
        let keys = BTreeSet::from([key(&pk), natural]);
        for extras in keys.iter().filter_map(|key| self.extras.get(key)) {
            extras.clone().complete(&mut record);
        }
        record
    }

    fn profile(&self, row: &Row) -> Vec<(Field, String)> {
        let usual = |field| match field {
            Field::GivenName => "first_name",
            Field::FamilyName => "last_name",
            _ => "",
        };
        let text = |field: &Field| {
            let text = row.text(self.options.field(field.name(), usual(*field)));
            (!text.is_empty()).then(|| (*field, text.to_owned()))
        };
        Field::ALL.iter().filter_map(text).collect()
    }

    fn read_rights(&self, row: &Row, record: &mut UserRecord) {
        for group in row.list("groups") {
            let known = self.groups.get(&key(group)).cloned();
            let named = || Some(group.as_array()?.first()?.as_str()?.to_owned());
            match known.or_else(named) {
                Some(name) => {
                    record.roles.insert(name);
                }
                None => record.notes.push(Note::new(
                    "group_unknown",
                    format!("group {group} is not in the dump"),
                )),
            }
        }
        let held: BTreeSet<String> = row.list("user_permissions").iter().map(key).collect();
        if !held.is_empty() {
            if self.options.with_permissions {
                record.roles.insert(Self::set_role(&held));
            } else {
                let text = format!("{} permissions of this user are not imported", held.len());
                record
                    .notes
                    .push(Note::new("permission_not_imported", text));
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
