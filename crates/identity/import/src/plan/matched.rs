//! Users of the source who have an account here.

use doorward_rules::identifier;

use super::catalog::Catalog;
use super::draft::Planned;
use super::user::{Known, Taken, address, draft};
use crate::item::EmailState;
use crate::prelude::*;
use crate::record::UserRecord;

/// Code of the note of a user who has an account here.
pub const MATCHED: &str = "matched";

/// A user of the source who has an account here: with a verified address on both sides.
#[derive(Clone, Debug)]
pub struct MatchedUser {
    pub user: UserId,
    /// Always empty: only an administrator gives an existing user roles.
    pub roles: BTreeSet<String>,
    /// Groups that the user joins, unless the source has disabled the user.
    pub groups: BTreeSet<String>,
}

impl Catalog<'_> {
    /// Plans a user of the source who has an account here. Returns `None` for others, and without the option.
    pub fn matched(
        &self,
        record: &UserRecord,
        known: &Known,
        taken: &mut Taken,
    ) -> Option<Planned<MatchedUser>> {
        let old = record.old_id.as_str();
        if !self.options().matches_email || known.imported.contains_key(old) {
            return None;
        }
        let key = identifier::email_key(address(record)).ok()?;
        let user = *known.verified.get(&key)?;
        let is_verified = self.email_state(record) == EmailState::Verified;
        if !is_verified || taken.emails.contains_key(&key) || !taken.add_old_id(old) {
            return None;
        }
        taken.emails.insert(key, old.to_owned());
        let mut draft = draft(record);
        let groups = if record.disabled {
            BTreeSet::new()
        } else {
            self.groups_of(&record.groups, &mut draft.notes)
        };
        draft.note(
            MATCHED,
            "is the user here with the same verified e-mail address",
        );
        let matched = MatchedUser {
            user,
            roles: BTreeSet::new(),
            groups,
        };
        Some(draft.create(&user.to_string(), matched))
    }

    pub(super) fn email_state(&self, record: &UserRecord) -> EmailState {
        match record.email_verified {
            Some(true) => EmailState::Verified,
            Some(false) => EmailState::Unverified,
            None if self.options().trusts_email => EmailState::Verified,
            None => EmailState::Unknown,
        }
    }
}
