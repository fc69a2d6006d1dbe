//! `users`: users.

use doorward_domain::model::{LastLogin, Profile, User, UserId};
use doorward_domain::rules::{identifier, search};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub username: Option<String>,
    pub username_key: Option<String>,
    pub email: String,
    pub email_key: String,
    pub email_verified: bool,
    pub password_hash: Option<String>,
    pub password_changed_at: Option<i64>,
    pub profile: String,
    pub is_staff: bool,
    pub disabled_at: Option<i64>,
    pub deletion_due_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    /// Skeleton of the user name; `None` if an older account has a confusable one.
    pub username_skeleton: Option<String>,
    /// Time since which a self-registered user has not verified the e-mail address.
    pub unproved_since: Option<i64>,
    pub password_change_required: bool,
    pub last_login_at: Option<i64>,
    /// Folded full name, for searches.
    pub display_key: Option<String>,
    /// Folded family name, for searches.
    pub family_key: Option<String>,
    /// The last event that the user has reviewed in the check-up.
    pub reviewed_event_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for User {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("users", &row.id);
        let profile = reader.json("profile", &row.profile)?;
        Ok(Self {
            id: UserId::from_uuid(row.id),
            username: row.username.unwrap_or_default(),
            username_key: row.username_key.unwrap_or_default(),
            email: row.email,
            email_key: row.email_key,
            email_verified: row.email_verified,
            password_hash: row.password_hash,
            password_changed_at: row.password_changed_at,
            profile,
            is_staff: row.is_staff,
            disabled_at: row.disabled_at,
            deletion_due_at: row.deletion_due_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            password_change_required: row.password_change_required,
            last_login: LastLogin(row.last_login_at),
        })
    }
}

impl TryFrom<&User> for ActiveModel {
    type Error = StoreError;

    fn try_from(user: &User) -> Result<Self, StoreError> {
        Ok(Self {
            id: Set(user.id.as_uuid()),
            username: Set(present(&user.username)),
            username_key: Set(present(&user.username_key)),
            email: Set(user.email.clone()),
            email_key: Set(user.email_key.clone()),
            email_verified: Set(user.email_verified),
            password_hash: Set(user.password_hash.clone()),
            password_changed_at: Set(user.password_changed_at),
            profile: Set(to_json(&user.profile)?),
            is_staff: Set(user.is_staff),
            disabled_at: Set(user.disabled_at),
            deletion_due_at: Set(user.deletion_due_at),
            created_at: Set(user.created_at),
            updated_at: Set(user.updated_at),
            username_skeleton: Set(skeleton(&user.username_key)),
            unproved_since: NotSet,
            password_change_required: Set(user.password_change_required),
            last_login_at: Set(user.last_login.0),
            display_key: Set(display_key(&user.profile)),
            family_key: Set(family_key(&user.profile)),
            reviewed_event_id: NotSet,
        })
    }
}

/// Returns the stored form of a text that may be missing.
fn present(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// Returns the folded full name; `None` without a name.
pub fn display_key(profile: &Profile) -> Option<String> {
    profile.name().map(|name| search::key(&name))
}

/// Returns the folded family name; `None` without one.
pub fn family_key(profile: &Profile) -> Option<String> {
    profile.family_name.as_deref().map(search::key)
}

/// Returns the skeleton of a user name; `None` without a user name.
pub fn skeleton(username_key: &str) -> Option<String> {
    present(username_key).map(|key| identifier::username_skeleton(&key))
}
