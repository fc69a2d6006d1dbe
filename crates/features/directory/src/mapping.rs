//! The account that an entry describes, and its difference from the account here.

use std::collections::{BTreeMap, BTreeSet};

use doorward_admin::provisioning::AppliedState;
use doorward_admin::source_change::{SetChange, SourceChange};
use doorward_domain::model::{Profile, User, UsernameMode};
use doorward_domain::time::UnixSeconds;
use doorward_rules::identifier;
use doorward_rules::profile::{self, Field, ProfileEdit, text_of};

use crate::account_state::{self, Closed};
use crate::entry::Entry;
use crate::settings::Directory;

/// The account that an entry describes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// Key of the user name; empty for an account without one.
    pub username: String,
    pub email: String,
    pub email_verified: bool,
    /// Values of the mapped fields; empty ones are absent.
    pub fields: BTreeMap<Field, String>,
    pub roles: BTreeSet<String>,
    pub closed: Option<Closed>,
}

/// Reads the account that an entry describes.
///
/// # Errors
/// Says which value cannot be used.
pub fn wanted(
    directory: &Directory,
    entry: &Entry,
    roles: BTreeSet<String>,
    usernames: UsernameMode,
    now: UnixSeconds,
) -> Result<Wanted, &'static str> {
    let name = entry.first(&directory.username).unwrap_or_default();
    let username = match (usernames, identifier::username_key(name)) {
        (UsernameMode::Required | UsernameMode::Optional, Ok(key)) => key,
        (UsernameMode::None, _) | (UsernameMode::Optional, Err(_)) => String::new(),
        (UsernameMode::Required, Err(_)) => return Err("the user name cannot be used here"),
    };
    let email = entry.first(&directory.email).unwrap_or_default().trim();
    identifier::email_key(email).map_err(|_| "the entry has no usable e-mail address")?;
    let fields = directory.fields.iter().map(|(field, name)| {
        let text = entry.first(name).unwrap_or_default();
        (*field, usable(*field, text, now))
    });
    Ok(Wanted {
        username,
        email: email.to_owned(),
        email_verified: directory.email_verified,
        fields: fields.collect(),
        roles,
        closed: account_state::of_entry(entry, now),
    })
}

/// Returns the value of a field as it can be stored; empty if it cannot.
fn usable(field: Field, text: &str, now: UnixSeconds) -> String {
    let text: String = text.trim().chars().take(field.max()).collect();
    let edit = ProfileEdit::default().with(field, text);
    let stored = profile::apply(&Profile::default(), &edit, now);
    stored.map_or_else(
        |_| String::new(),
        |stored| text_of(&stored, field).to_owned(),
    )
}

impl Wanted {
    /// Returns the profile of a new account.
    pub fn profile(&self, now: UnixSeconds) -> Profile {
        let edit = self.fields.iter();
        let edit = edit.fold(ProfileEdit::default(), |edit, (field, text)| {
            edit.with(*field, text.as_str())
        });
        profile::apply(&Profile::default(), &edit, now).unwrap_or_default()
    }

    /// Returns what the directory has given to a new account.
    pub fn state(&self) -> AppliedState {
        let given = self.fields.iter().filter(|(_, text)| !text.is_empty());
        AppliedState {
            fields: given.map(|(field, _)| field.name().to_owned()).collect(),
            roles: self.roles.clone(),
            is_verified: self.email_verified,
            is_disabled: self.is_disabled(),
            ..AppliedState::default()
        }
    }

    pub fn is_disabled(&self) -> bool {
        self.closed.is_some_and(Closed::disables)
    }
}

/// An account here that belongs to an entry.
#[derive(Clone, Debug)]
pub struct Present {
    pub user: User,
    /// Roles outside organizations.
    pub roles: BTreeSet<String>,
    pub applied: AppliedState,
}

/// The changes that make an account that of its entry.
#[derive(Debug)]
pub struct Difference {
    /// The change; `None` if there is none.
    pub change: Option<SourceChange>,
    /// The state that the directory has given afterwards.
    pub state: AppliedState,
}

/// Compares an account with its entry. The directory decides about names, address and mapped fields. A role
/// that an administrator removed here stays removed, and an account that was disabled here stays disabled.
pub fn compare(present: &Present, wanted: &Wanted) -> Difference {
    let Present {
        user,
        roles,
        applied,
    } = present;
    let mut state = applied.clone();
    let mut change = SourceChange::default();
    let mut is_changed = false;
    if !wanted.username.is_empty() && wanted.username != user.username_key {
        change.account.username = Some(wanted.username.clone());
        is_changed = true;
    }
    let key = identifier::email_key(&wanted.email).unwrap_or_default();
    state.is_verified = wanted.email_verified;
    if key != user.email_key {
        change.account.email = Some(wanted.email.clone());
        change.account.email_verified = Some(wanted.email_verified);
        is_changed = true;
    } else if wanted.email_verified && !user.email_verified {
        change.account.email_verified = Some(true);
        is_changed = true;
    }
    let mut edit = ProfileEdit::default();
    for (field, text) in &wanted.fields {
        let before = text_of(&user.profile, *field);
        let is_own = applied.fields.contains(field.name());
        if text.is_empty() && !is_own {
            continue;
        }
        if text.is_empty() {
            state.fields.remove(field.name());
        } else {
            state.fields.insert(field.name().to_owned());
        }
        if before != text {
            edit = edit.with(*field, text.as_str());
            is_changed = true;
        }
    }
    change.profile = edit;
    let own = &applied.roles;
    let added = &wanted.roles - &(roles | own);
    let removed = &(own - &wanted.roles) & roles;
    state.roles = &(own & &wanted.roles) | &added;
    is_changed |= !added.is_empty() || !removed.is_empty();
    change.roles = SetChange { added, removed };
    state.has_left = false;
    state.is_disabled = wanted.is_disabled();
    let ends = wanted.is_disabled() && user.is_active() && !applied.is_disabled;
    let returns =
        !wanted.is_disabled() && !user.is_active() && (applied.is_disabled || applied.has_left);
    if ends || returns {
        change.account.disabled = Some(ends);
        is_changed = true;
    }
    change.account.notify = Some(false);
    Difference {
        change: is_changed.then_some(change),
        state,
    }
}

#[cfg(test)]
mod tests;
