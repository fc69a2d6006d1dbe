//! Users of Django.

use super::extras::Extras;
use super::overview::Overview;
use super::row::{Row, key, uuid_of};
use crate::prelude::*;
use crate::read::found::Findings;
use crate::record::{PasswordRecord, Record, UserRecord};

/// Code of the note on a user whose second factor is not carried.
pub const FACTOR_LOST: &str = "second_factor_lost";

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
        let password = findings.note(fields.secret("password")).unwrap_or_default();
        let zone = &options.time_zone;
        let field = |purpose| options.field(purpose, purpose);
        let mut record = UserRecord {
            sub: pk.as_str().and_then(uuid_of),
            old_id: row.user_id(),
            username: if username.is_empty() {
                email.clone()
            } else {
                username
            },
            email,
            email_verified: findings.require(self.verified(row)),
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
        let lost = self.relations.factor_of(keys.iter());
        let lost = lost.map(|model| format!(" in {model}"));
        let had = || {
            let mut all = keys.iter().filter_map(|key| self.extras.get(key));
            all.any(Extras::has_factor).then(String::new)
        };
        if record.totp.is_none()
            && let Some(place) = lost.or_else(had)
        {
            let text = format!(
                "had a second factor{place} and has none here: signs in with the password alone until \
                 setting up a new one"
            );
            findings.add(FACTOR_LOST, text);
        }
        record
    }

    /// Returns the keys by which rows of other models refer to a user.
    pub(super) fn keys(&self, row: &Row) -> BTreeSet<String> {
        // Only the login field: another user may have this user's address as login name.
        let login = self.options.login_field.as_deref().unwrap_or_else(|| {
            let name = self.options.field("username", "username");
            let has_name = row.fields.contains_key(name);
            if has_name {
                name
            } else {
                self.options.field("email", "email")
            }
        });
        let login = row.fields().text(login).ok().flatten().unwrap_or_default();
        let natural = key(&Value::from(vec![login.to_owned()]));
        let pk = row.pk.clone().unwrap_or_default();
        BTreeSet::from([key(&pk), natural])
    }
}
