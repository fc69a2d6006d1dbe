//! Comparison of a row with the user that it was imported as.
//!
//! The file decides about names, the address and the profile. Decisions of an administrator here about
//! access (roles, groups, the staff mark, disabled accounts) stay until the file changes.

use doorward_admin::source_change::{SetChange, SourceChange};
use doorward_domain::model::User;
use doorward_rules::identifier;
use doorward_rules::profile::text_of;
use serde_json::json;

use super::catalog::Catalog;
use super::user::{self, Known, NewUser, Taken, UserKeys};
use crate::item::{Decision, EmailState, FieldChange, Item, Kind, Note};
use crate::prelude::*;
use crate::record::UserRecord;
use crate::sync::{AppliedState, PICTURE, STAFF};

/// Code of the note on a decision of an administrator that stays.
const KEPT: &str = "kept_here";

/// An imported user as stored here.
#[derive(Clone, Debug)]
pub struct PresentUser {
    pub user: User,
    /// Roles outside organizations, also of assignments that have no effect now.
    pub roles: BTreeSet<String>,
    /// Paths of groups outside organizations.
    pub groups: BTreeSet<String>,
    pub applied: AppliedState,
}

/// The result of a comparison.
#[derive(Debug)]
pub struct Compared {
    pub item: Item,
    /// Changes to apply; `None` if there are none.
    pub change: Option<Box<SourceChange>>,
    /// State after the changes.
    pub state: AppliedState,
}

/// Returns the state after the import of a new user.
pub fn state_of_new(new: &NewUser) -> AppliedState {
    let user = &new.user;
    let texts = Field::ALL.iter().copied();
    let texts = texts.filter(|field| !text_of(&user.profile, *field).is_empty());
    let mut fields: BTreeSet<String> = texts.map(|field| field.name().to_owned()).collect();
    fields.extend(user.profile.picture.as_ref().map(|_| PICTURE.to_owned()));
    fields.extend(user.is_staff.then(|| STAFF.to_owned()));
    AppliedState {
        fields,
        roles: new.roles.clone(),
        groups: new.groups.clone(),
        is_verified: user.email_verified,
        is_disabled: !user.is_active(),
        has_left: false,
    }
}

/// Returns the keys that a row gives to its user, unless the user has them already.
pub fn new_keys(record: &UserRecord, user: &User, source: &str) -> UserKeys {
    let mut keys = UserKeys::default();
    if user::has_name(record) {
        let first = user::candidates(record, source).into_iter().next();
        keys.names = first.into_iter().collect();
        keys.names.retain(|name| *name != user.username_key);
    }
    let email = identifier::email_key(user::address(record)).ok();
    keys.emails = email.into_iter().collect();
    keys.emails.retain(|email| *email != user.email_key);
    keys
}

impl Catalog<'_> {
    /// Compares a row with its user. `known` holds what the store has at [`new_keys`]. The file decides
    /// only about its `columns`.
    pub fn compare(
        &self,
        record: &UserRecord,
        present: &PresentUser,
        columns: &BTreeSet<String>,
        (known, taken): (&Known, &mut Taken),
        now: UnixSeconds,
    ) -> Compared {
        let mut row = Row {
            catalog: self,
            record,
            present,
            columns,
            change: SourceChange::default(),
            changes: Vec::new(),
            notes: record.notes.clone(),
            state: present.applied.clone(),
            email: None,
        };
        let compared = if taken.add_old_id(&record.old_id) {
            row.compare((known, taken), now)
        } else {
            let text = "the id occurs twice in the source";
            Err(Note::new("twice", text))
        };
        let id = present.user.id.to_string();
        let (old_id, name) = (record.old_id.as_str(), record.username.as_str());
        if let Err(note) = compared {
            row.notes.push(note);
            let mut item = Item::skipped(Kind::User, old_id, name, row.notes);
            item.new_id = Some(id);
            return Compared {
                item,
                change: None,
                state: present.applied.clone(),
            };
        }
        let mut item = Item::unchanged(Kind::User, old_id, name, &id);
        item.notes = row.notes;
        let is_changed = !row.changes.is_empty();
        if is_changed {
            item.decision = Decision::Update;
            item.email = row.email;
            item.changes = row.changes.into_boxed_slice();
        }
        Compared {
            item,
            change: is_changed.then(|| Box::new(row.change)),
            state: row.state,
        }
    }
}

/// A row while it is compared.
struct Row<'a> {
    catalog: &'a Catalog<'a>,
    record: &'a UserRecord,
    present: &'a PresentUser,
    columns: &'a BTreeSet<String>,
    change: SourceChange,
    changes: Vec<FieldChange>,
    notes: Vec<Note>,
    state: AppliedState,
    /// State of a new e-mail address.
    email: Option<EmailState>,
}

impl Row<'_> {
    /// Compares all fields. Fails with the reason if the row is not applied.
    fn compare(
        &mut self,
        (known, taken): (&Known, &mut Taken),
        now: UnixSeconds,
    ) -> Result<(), Note> {
        self.compare_name(known, taken)?;
        self.compare_email(known, taken)?;
        let user = &self.present.user;
        // The former name and address are free from the next run on: a dry run cannot see that an
        // earlier row has given them up.
        taken.add(&user.username_key, &user.email_key, &self.record.old_id);
        let account = &self.change.account;
        if let Some(name) = &account.username {
            taken.add(name, &user.email_key, &self.record.old_id);
        }
        if let Some(key) = account
            .email
            .as_ref()
            .and_then(|email| identifier::email_key(email).ok())
        {
            taken.add("", &key, &self.record.old_id);
        }
        self.compare_profile(now);
        self.compare_picture();
        self.compare_staff();
        self.compare_roles();
        self.compare_groups();
        self.compare_access();
        Ok(())
    }

    /// Returns true if the file decides about a column. An unreadable value decides nothing.
    fn has(&self, column: &str) -> bool {
        let is_noted = |note: &Note| note.column.as_deref() == Some(column);
        self.columns.contains(column) && !self.record.notes.iter().any(is_noted)
    }

    fn differs(&mut self, field: &'static str, before: Value, after: Value) {
        self.changes.push(FieldChange {
            field,
            before,
            after,
        });
    }

    fn keep(&mut self, text: impl Into<String>) {
        self.notes.push(Note::new(KEPT, text));
    }

    /// Compares the user name. An account keeps a name that the import gave it because another user has
    /// the one of the file.
    fn compare_name(&mut self, known: &Known, taken: &Taken) -> Result<(), Note> {
        let options = self.catalog.options();
        if options.usernames == UsernameMode::None || !user::has_name(self.record) {
            return Ok(());
        }
        let own = &self.present.user.username_key;
        let names = user::candidates(self.record, &options.source);
        let Some(wanted) = names.first().filter(|wanted| *wanted != own) else {
            return Ok(());
        };
        let skeleton = identifier::username_skeleton;
        let is_free = !user::is_used(wanted, known, taken)
            && (skeleton(wanted) == skeleton(own) || !user::looks_used(wanted, known, taken));
        if is_free {
            self.change.account.username = Some(wanted.clone());
            self.differs("username", json!(self.present.user.username), json!(wanted));
            return Ok(());
        }
        if names.contains(own) {
            return Ok(());
        }
        let text = format!("the user name {wanted}, or one that looks like it, is in use");
        Err(Note::new("username_taken", text))
    }

    fn compare_email(&mut self, known: &Known, taken: &Taken) -> Result<(), Note> {
        let (record, user) = (self.record, &self.present.user);
        let domain = self.catalog.options().email_domain.as_ref();
        let address = user::address(record);
        let key = match identifier::email_key(address) {
            Ok(key) => key,
            // The placeholder stays.
            Err(_) if domain.is_some() => return Ok(()),
            Err(error) => return Err(user::unusable_address(address, error)),
        };
        let state = self.catalog.email_state(record);
        let is_verified = state == EmailState::Verified;
        let was_verified = std::mem::replace(&mut self.state.is_verified, is_verified);
        if key == user.email_key {
            let is_withdrawn = state == EmailState::Unverified && was_verified;
            if is_verified != user.email_verified && (is_verified || is_withdrawn) {
                self.change.account.email_verified = Some(is_verified);
                self.differs("email_verified", json!(!is_verified), json!(is_verified));
            }
            return Ok(());
        }
        if let Some(note) = user::used_address(&key, known, taken) {
            let has_placeholder =
                domain.is_some_and(|domain| user.email.ends_with(&format!("@{domain}")));
            return if has_placeholder { Ok(()) } else { Err(note) };
        }
        if let Some(note) = self.catalog.unreachable_address(address, &key) {
            return Err(note);
        }
        self.email = Some(state);
        self.change.account.email = Some(address.trim().to_owned());
        self.change.account.email_verified = Some(is_verified);
        self.differs("email", json!(user.email), json!(address.trim()));
        if is_verified != user.email_verified {
            let before = json!(user.email_verified);
            self.differs("email_verified", before, json!(is_verified));
        }
        Ok(())
    }

    /// Compares the profile. An empty cell removes a value that came from the file.
    fn compare_profile(&mut self, now: UnixSeconds) {
        let wanted = user::profile_of(self.record, now, &mut self.notes);
        let mut edit = std::mem::take(&mut self.change.profile);
        for field in Field::ALL.iter().copied() {
            let name = field.name();
            let after = text_of(&wanted, field);
            let is_read = self.record.profile.iter().any(|(one, _)| *one == field);
            let is_own = self.present.applied.fields.contains(name);
            if !self.has(name) || (after.is_empty() && (is_read || !is_own)) {
                continue;
            }
            set_member(&mut self.state.fields, name, !after.is_empty());
            let before = text_of(&self.present.user.profile, field);
            if before != after {
                edit = edit.with(field, after);
                let [before, after] = [before, after].map(text_or_null);
                self.differs(name, before, after);
            }
        }
        self.change.profile = edit;
    }

    fn compare_picture(&mut self) {
        let (before, after) = (&self.present.user.profile.picture, &self.record.picture);
        let is_own = self.present.applied.fields.contains(PICTURE);
        if !self.has(PICTURE) || (after.is_none() && !is_own) {
            return;
        }
        set_member(&mut self.state.fields, PICTURE, after.is_some());
        if before != after {
            self.change.picture = Some(after.clone());
            self.differs(PICTURE, json!(before), json!(after));
        }
    }

    fn compare_staff(&mut self) {
        if !self.catalog.options().keeps_staff || !self.has(STAFF) {
            return;
        }
        let (before, after) = (self.present.user.is_staff, self.record.is_staff);
        let is_own = self.present.applied.fields.contains(STAFF);
        set_member(&mut self.state.fields, STAFF, after && (is_own || !before));
        if before == after {
            return;
        }
        if after == is_own {
            self.keep("the staff mark was changed here");
            return;
        }
        self.change.account.is_staff = Some(after);
        self.differs(STAFF, json!(before), json!(after));
    }

    fn compare_roles(&mut self) {
        let mut notes = Vec::new();
        let wanted = self.catalog.user_roles(self.record, &mut notes);
        let own = &self.present.applied.roles;
        let of_superuser = self.catalog.options().superuser_role.as_ref();
        let is_decided = |role: &String| {
            let is_power = Some(role) == of_superuser && self.has("is_superuser");
            is_power || self.has("roles")
        };
        let (decided, others): (BTreeSet<_>, BTreeSet<_>) =
            own.iter().cloned().partition(is_decided);
        let wanted = wanted.into_iter().filter(is_decided).collect();
        let rights = Rights::decide(&wanted, &self.present.roles, &decided);
        if let Some([before, after]) = rights.values(&self.present.roles) {
            self.notes.append(&mut notes);
            self.differs("roles", before, after);
        }
        self.change.roles = rights.change;
        self.state.roles = rights.own.into_iter().chain(others).collect();
        for role in rights.removed_here {
            self.keep(format!("the role {role} was removed here"));
        }
    }

    fn compare_groups(&mut self) {
        if !self.has("groups") {
            return;
        }
        let mut notes = Vec::new();
        let wanted = self.catalog.groups_of(&self.record.groups, &mut notes);
        let present = &self.present.groups;
        let rights = Rights::decide(&wanted, present, &self.present.applied.groups);
        if let Some([before, after]) = rights.values(present) {
            self.notes.append(&mut notes);
            self.differs("groups", before, after);
        }
        self.change.groups = rights.change;
        self.state.groups = rights.own;
        for path in rights.removed_here {
            self.keep(format!("the user was removed from the group {path} here"));
        }
    }

    /// Compares whether the account is disabled. The file enables only an account that it has disabled.
    fn compare_access(&mut self) {
        let applied = &self.present.applied;
        let (had_left, was_disabled) = (applied.has_left, applied.is_disabled);
        self.state.has_left = false;
        let is_decided = self.has("disabled");
        if !is_decided && !had_left {
            return;
        }
        let after = is_decided && self.record.disabled;
        let before = !self.present.user.is_active();
        if is_decided {
            self.state.is_disabled = after;
        }
        if before == after {
            return;
        }
        let is_new = if after {
            !was_disabled
        } else {
            had_left || was_disabled
        };
        if is_new {
            self.change.account.disabled = Some(after);
            self.differs("disabled", json!(before), json!(after));
        } else if before {
            self.keep("the account was disabled here");
        } else {
            self.keep("the account was enabled here");
        }
    }
}

/// A decision about roles or groups.
struct Rights {
    change: SetChange,
    /// Names that come from the file afterwards.
    own: BTreeSet<String>,
    /// Names that the file has given, and an administrator has removed here.
    removed_here: BTreeSet<String>,
}

impl Rights {
    /// Adds what is new in the file, and removes what is no longer in it, if it came from the file.
    fn decide(
        wanted: &BTreeSet<String>,
        present: &BTreeSet<String>,
        own: &BTreeSet<String>,
    ) -> Self {
        let added: BTreeSet<_> = wanted - &(present | own);
        let kept = own & wanted;
        Self {
            own: &kept | &added,
            removed_here: &kept - present,
            change: SetChange {
                removed: &(own - wanted) & present,
                added,
            },
        }
    }

    /// Returns the names before and after the change; `None` if they are the same.
    fn values(&self, present: &BTreeSet<String>) -> Option<[Value; 2]> {
        let SetChange { added, removed } = &self.change;
        if added.is_empty() && removed.is_empty() {
            return None;
        }
        let after = &(present - removed) | added;
        Some([json!(present), json!(after)])
    }
}

fn set_member(names: &mut BTreeSet<String>, name: &str, is_member: bool) {
    if is_member {
        names.insert(name.to_owned());
    } else {
        names.remove(name);
    }
}

fn text_or_null(text: &str) -> Value {
    json!(Some(text).filter(|text| !text.is_empty()))
}
