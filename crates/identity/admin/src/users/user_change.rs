//! Changes of a user by an administrator.

use std::collections::BTreeMap;

use doorward_domain::model::{FieldEdit, FieldInput, UsernameMode};
use doorward_rules::displayed_name::{self, ProtectedNames};
use doorward_rules::identifier::{self, IdentifierError};
use doorward_rules::profile::{self, Field};
use doorward_store::repo::organizations::OwnerlessFilter;
use serde::Deserializer;

use crate::operator::PAGE;
use crate::prelude::*;

/// Maximum number of roles of a new account, which one transaction assigns.
const MAX_ROLES: usize = 100;

/// Changes. Omitted members stay unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(as = UserPatch)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// User name, e-mail address or ID.
    pub id: String,
    /// New user name; empty removes it if `accounts.username` is `optional` or `none`.
    pub username: Option<String>,
    /// New e-mail address; it is verified only if `email_verified` is true as well.
    #[schema(format = Email)]
    pub email: Option<String>,
    /// True if the address is known to belong to the user.
    pub email_verified: Option<bool>,
    /// Given names.
    #[serde(rename = "first_name")]
    pub given_name: Option<String>,
    /// Family names.
    #[serde(rename = "last_name")]
    pub family_name: Option<String>,
    /// URL of the user's external profile page; empty: none.
    pub profile_url: Option<String>,
    /// Language of the user: a tag such as `de` or `pt-BR`; empty: none.
    pub locale: Option<String>,
    /// Time zone of the user: a name such as `Europe/Berlin`; empty: none.
    pub zoneinfo: Option<String>,
    /// True for staff of the operator; only an administrator may set it.
    pub is_staff: Option<bool>,
    /// True disables the account, which ends all its sessions and grants; the user is notified by
    /// mail.
    pub disabled: Option<bool>,
    /// Values of custom profile fields. Omitted fields stay unchanged, null removes a value. A field
    /// of the type `user` takes an ID, a user name or an e-mail address.
    #[serde(default, deserialize_with = "json_values")]
    #[schema(value_type = Object)]
    pub fields: FieldEdit,
    /// False: the user gets no mail about the change. Only an administrator with the role `admin` may set
    /// it; the audit log records it.
    pub notify: Option<bool>,
}

fn json_values<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FieldEdit, D::Error> {
    let values = BTreeMap::deserialize(deserializer)?;
    let input = |(name, value)| (name, FieldInput::Json(value));
    Ok(values.into_iter().map(input).collect())
}

pub(crate) fn changed(
    before: &User,
    change: &UserChange,
    context: &AdminContext<'_>,
) -> Result<User> {
    let now = context.now();
    let mut after = before.clone();
    if let Some(username) = &change.username {
        after.username_key = username_key(context, username)?;
        if after.username_key != before.username_key {
            check_free_choice(context, &after.username_key)?;
        }
        after.username_key.clone_into(&mut after.username);
    }
    if let Some(email) = &change.email {
        let key = email_key(context, email)?;
        if key != after.email_key {
            after.email_verified = false;
        }
        after.email_key = key;
        email.trim().clone_into(&mut after.email);
    }
    after.email_verified = change.email_verified.unwrap_or(after.email_verified);
    let profile = &mut after.profile;
    for (field, new, old) in [
        ("first_name", &change.given_name, &mut profile.given_name),
        ("last_name", &change.family_name, &mut profile.family_name),
    ] {
        if let Some(name) = new {
            let name = profile_name(context, field, name, old.as_deref())?;
            *old = name;
        }
    }
    let profile = &mut after.profile;
    for (field, new, old) in [
        (
            Field::ProfileUrl,
            &change.profile_url,
            &mut profile.profile_url,
        ),
        (Field::Locale, &change.locale, &mut profile.locale),
        (Field::Zoneinfo, &change.zoneinfo, &mut profile.zoneinfo),
    ] {
        if let Some(typed) = new {
            *old = profile_text(field, typed, now)?;
        }
    }
    after.is_staff = change.is_staff.unwrap_or(after.is_staff);
    after.disabled_at = match change.disabled {
        Some(true) => after.disabled_at.or(Some(now)),
        Some(false) => None,
        None => after.disabled_at,
    };
    after.updated_at = now;
    Ok(after)
}

/// Returns the key of a user name, which is empty for an account without one.
pub(crate) fn username_key(context: &AdminContext<'_>, typed: &str) -> Result<String> {
    let mode = context.settings.accounts.map(|accounts| accounts.username);
    let checked = match mode.unwrap_or_default() {
        UsernameMode::Optional | UsernameMode::None if typed.trim().is_empty() => {
            return Ok(String::new());
        }
        UsernameMode::None => Err(IdentifierError::Unused),
        UsernameMode::Required | UsernameMode::Optional => identifier::username_key(typed),
    };
    checked.map_err(|problem| AdminError::invalid("username", describe(problem)))
}

pub(crate) fn email_key(context: &AdminContext<'_>, typed: &str) -> Result<String> {
    let smtputf8 = context
        .outbox
        .is_none_or(|outbox| outbox.reaches_beyond_ascii());
    identifier::mailable_key(typed, smtputf8)
        .map_err(|problem| AdminError::invalid("email", describe(problem)))
}

/// Only the role `admin` gives the reserved names, and those of this service and its staff.
pub(crate) fn check_free_choice(context: &AdminContext<'_>, key: &str) -> Result<()> {
    if key.is_empty() || context.must_administer().is_ok() {
        return Ok(());
    }
    let reserved = context
        .settings
        .accounts
        .map_or(&[][..], |accounts| accounts.reserved_usernames.as_slice());
    let names = ProtectedNames {
        site: context.settings.site,
    };
    if identifier::is_reserved(key, reserved) || names.check_username(key, reserved).is_err() {
        let problem = describe(IdentifierError::Reserved);
        return Err(AdminError::invalid("username", problem));
    }
    Ok(())
}

pub(crate) fn role_names(mut names: Vec<String>) -> Result<Vec<String>> {
    names.sort_unstable();
    names.dedup();
    if names.len() > MAX_ROLES {
        let problem = format!("write at most {MAX_ROLES}, and assign the others afterwards");
        return Err(AdminError::invalid("roles", problem));
    }
    Ok(names)
}

/// Validates a name of the profile; an empty one is none. Only the role `admin` mixes scripts, except
/// in the present name `old`.
pub(crate) fn profile_name(
    context: &AdminContext<'_>,
    field: &'static str,
    typed: &str,
    old: Option<&str>,
) -> Result<Option<String>> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let is_free = old == Some(typed.trim()) || context.must_administer().is_ok();
    let checked = if is_free {
        displayed_name::check_administered(typed, 100)
    } else {
        displayed_name::check(typed, 100)
    };
    checked
        .map(Some)
        .map_err(|error| AdminError::invalid(field, error.to_string()))
}

/// Validates a text of the profile; an empty one is none.
pub(crate) fn profile_text(field: Field, typed: &str, now: UnixSeconds) -> Result<Option<String>> {
    let problem = match field {
        Field::Locale => "write a language tag such as de or pt-BR",
        Field::Zoneinfo => "write a time zone such as Europe/Berlin",
        _ => "write an address of at most 255 characters that begins with https:// or http://",
    };
    let text = profile::read(field, typed, now);
    let text = text.map_err(|_| AdminError::invalid(field.name(), problem))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

pub(crate) const fn describe(problem: IdentifierError) -> &'static str {
    match problem {
        IdentifierError::Missing => "is missing",
        IdentifierError::TooShort => "is too short",
        IdentifierError::TooLong => "is too long",
        IdentifierError::Invalid => "contains characters that are not allowed, or mixes scripts",
        IdentifierError::Reserved => "is reserved for the operator",
        IdentifierError::Taken => "is already in use",
        IdentifierError::Unused => {
            "must be left out: accounts have no user name (accounts.username = none)"
        }
        IdentifierError::Undeliverable => {
            "has characters beyond ASCII before the @, and mail.smtputf8 is false; use another address, \
             or set mail.smtputf8 = true if the mail server supports it"
        }
    }
}

/// Returns the members of an account for the audit log: never the password or its hash.
pub(crate) fn audit_details(user: &User) -> Value {
    json!({
        "username": user.username,
        "email": user.email,
        "email_verified": user.email_verified,
        "is_staff": user.is_staff,
        "disabled_at": user.disabled_at,
        "password_changed_at": user.password_changed_at,
        "password_change_required": user.password_change_required,
        "password_withdrawn_at": user.password_withdrawn_at,
    })
}

/// Adds to an event the organizations that have no active owner now because this user was disabled: that
/// does not delay the end, and is shown afterwards.
pub(crate) async fn with_ownerless(
    tx: &WriteTx,
    id: UserId,
    event: AuditEvent,
) -> Result<AuditEvent> {
    let filter = OwnerlessFilter {
        owner: Some(id),
        ..OwnerlessFilter::default()
    };
    let found = repo::organizations::list_ownerless(tx, &filter, PAGE).await?;
    Ok(if found.is_empty() {
        event
    } else {
        event.with("organizations_without_owner", found)
    })
}
