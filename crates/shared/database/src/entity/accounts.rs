//! Users: their accounts, profiles and pictures, and the identity providers that they come from.

use doorward_domain::model::{
    Avatar, EmailToken, FederatedSignUp, LastLogin, LinkedAccount, Profile, ProfileField, Provider,
    User,
};
use doorward_rules::url_source::operator_provider_urls;
use doorward_rules::{identifier, search};
use sea_orm::ActiveValue::{NotSet, Set};

use super::row::{Record, RowReader};
use super::stored::Stored as _;
use crate::error::{Result, StoreError};

table! {
    users(id: Uuid) => User {
        email: String,
        email_key: String,
        email_verified: bool,
        password_hash: Option<String>,
        password_changed_at: Option<i64>,
        profile: Json,
        is_staff: bool,
        disabled_at: Option<i64>,
        deletion_due_at: Option<i64>,
        created_at: i64,
        updated_at: i64,
        password_change_required: bool,
        password_withdrawn_at: Option<i64>,
    }
    write |user| {
        username: Option<String> = Set(present(&user.username)),
        username_key: Option<String> = Set(present(&user.username_key)),
        /// Skeleton of the user name; `None` if an older account has a confusable one.
        username_skeleton: Option<String> = Set(skeleton(&user.username_key)),
        /// Time since which a self-registered user has not verified the e-mail address.
        unproved_since: Option<i64> = NotSet,
        last_login_at: Option<i64> = Set(user.last_login.0),
        /// Folded full name, for searches.
        display_key: Option<String> = Set(display_key(&user.profile)),
        /// Folded family name, for searches.
        family_key: Option<String> = Set(family_key(&user.profile)),
        /// The last event that the user has reviewed in the check-up.
        reviewed_event_id: Option<Uuid> = NotSet,
    }
    read |row, _reader| {
        username: row.username.clone().unwrap_or_default(),
        username_key: row.username_key.clone().unwrap_or_default(),
        last_login: LastLogin(row.last_login_at),
    }
}

/// Returns the stored form of a text that may be missing.
fn present(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

pub fn display_key(profile: &Profile) -> Option<String> {
    profile.name().map(|name| search::key(&name))
}

pub fn family_key(profile: &Profile) -> Option<String> {
    profile.family_name.as_deref().map(search::key)
}

pub fn skeleton(username_key: &str) -> Option<String> {
    present(username_key).map(|key| identifier::username_skeleton(&key))
}

table! {
    /// Pictures uploaded by users, at most one for each.
    avatars(id: String) => Avatar {
        user_id: Uuid,
        png: Bytes,
        created_at: i64,
    }
}

table! {
    /// Mail links, by their hash.
    email_tokens(hash: Bytes) => EmailToken {
        user_id: Uuid,
        purpose: String,
        email: String,
        created_at: i64,
        expires_at: i64,
        used_at: Option<i64>,
    }
}

table! {
    profile_fields(name: String) => ProfileField {
        label: String,
        kind: Json,
        editable_by: String,
        visible_to: String,
        created_at: i64,
        updated_at: i64,
    }
}

table! {
    profile_values(user_id: Uuid, field: String) {
        /// The value as JSON.
        value: String,
        /// The user that the value refers to; the value is deleted together with that user.
        refers_to: Option<Uuid>,
    }
}

table! {
    /// Accounts at identity providers that sign in here.
    linked_accounts(id: Uuid) => LinkedAccount {
        user_id: Uuid,
        issuer: String,
        subject: String,
        label: String,
        roles: Json,
        created_at: i64,
        last_used_at: Option<i64>,
    }
}

table! {
    /// Pending federated sign-ups, at most one for each browser.
    newcomers(browser_hash: Bytes) => FederatedSignUp {
        provider: String,
        identity: Json,
        interaction_id: Option<String>,
        expires_at: i64,
    }
}

table! {
    providers(id: String) {
        name: String,
        issuer: String,
        client_id: String,
        secret_sealed: Option<Bytes>,
        settings: Json,
        operator_urls: Option<Json>,
        disabled_at: Option<i64>,
        created_at: i64,
        updated_at: i64,
        last_used_at: Option<i64>,
    }
}

impl TryFrom<providers::Model> for Provider {
    type Error = StoreError;

    fn try_from(row: providers::Model) -> Result<Self> {
        let reader = RowReader::new("providers", &row.id);
        let written: Option<Vec<String>> = reader.column("operator_urls", row.operator_urls)?;
        let mut provider = Self {
            id: reader.column("id", row.id.clone())?,
            settings: reader.column("settings", row.settings)?,
            operator_urls: Vec::new(),
            name: row.name,
            issuer: row.issuer,
            client_id: row.client_id,
            secret_sealed: row.secret_sealed,
            disabled_at: row.disabled_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        // Providers of earlier releases keep working.
        provider.operator_urls =
            written.unwrap_or_else(|| operator_provider_urls(&[], &provider, true));
        Ok(provider)
    }
}

impl Record for Provider {
    type Row = providers::ActiveModel;
}

impl TryFrom<&Provider> for providers::ActiveModel {
    type Error = StoreError;

    fn try_from(provider: &Provider) -> Result<Self> {
        Ok(Self {
            id: Set(provider.id.write()?),
            name: Set(provider.name.clone()),
            issuer: Set(provider.issuer.clone()),
            client_id: Set(provider.client_id.clone()),
            secret_sealed: Set(provider.secret_sealed.clone()),
            settings: Set(provider.settings.write()?),
            operator_urls: Set(Some(provider.operator_urls.write()?)),
            disabled_at: Set(provider.disabled_at),
            created_at: Set(provider.created_at),
            updated_at: Set(provider.updated_at),
            // Written by the task that links the audit events only.
            last_used_at: NotSet,
        })
    }
}
