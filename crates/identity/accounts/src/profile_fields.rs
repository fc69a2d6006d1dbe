//! Custom profile fields: the values of a user.

use std::collections::BTreeMap;

use doorward_domain::model::{FieldAudience, FieldEdit, FieldKind, FieldValues, ProfileField};
use doorward_rules::identifier;
use doorward_rules::profile_fields::{self, Editing, FieldValueProblem};
use serde_json::Value;

use crate::prelude::*;

/// The custom fields of the deployment with the values of a user.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct UserFields {
    /// Every field, in the order of the profile page.
    pub fields: Vec<ProfileField>,
    /// The values, also of fields that the user does not see.
    pub values: FieldValues,
}

impl UserFields {
    /// Returns the values that the user may see, with null for fields without a value.
    pub fn for_user(&self) -> FieldValues {
        profile_fields::visible_values(&self.fields, &self.values, ProfileField::is_visible_to_user)
    }
}

#[boxed(?Send)]
pub async fn of_user(core: &Core, user: UserId) -> Result<UserFields> {
    Ok(read(core.db.read(), user).await?)
}

pub(crate) async fn read(conn: &Conn, user: UserId) -> Result<UserFields, StoreError> {
    let fields = repo::profile_fields::list_all(conn).await?;
    let values = if fields.is_empty() {
        FieldValues::new()
    } else {
        repo::profile_fields::values_of(conn, user).await?
    };
    Ok(UserFields { fields, values })
}

/// Returns the display names of the users that the visible values refer to, by field.
#[boxed(?Send)]
pub async fn referenced_names(core: &Core, own: &UserFields) -> Result<BTreeMap<String, String>> {
    let mut names = BTreeMap::new();
    let references = own
        .fields
        .iter()
        .filter(|field| field.kind == FieldKind::User && field.is_visible_to_user());
    for field in references {
        let id = own.values.get(&field.name).and_then(Value::as_str);
        let Some(id) = id.and_then(UserId::parse) else {
            continue;
        };
        if let Some(user) = repo::users::find_by_id(core.db.read(), id).await? {
            names.insert(field.name.clone(), user.display_name());
        }
    }
    Ok(names)
}

/// Returns the values of these users that other users see in the directory, with null for fields
/// without a value.
pub(crate) async fn in_directory(
    conn: &Conn,
    users: &[UserId],
) -> Result<BTreeMap<UserId, FieldValues>, StoreError> {
    let mut fields = repo::profile_fields::list_all(conn).await?;
    fields.retain(|field| field.visible_to == FieldAudience::Directory);
    if fields.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut stored = repo::profile_fields::values_of_users(conn, users).await?;
    let values = |user: &UserId| {
        let stored = stored.remove(user).unwrap_or_default();
        let values = profile_fields::visible_values(&fields, &stored, |_| true);
        (*user, values)
    };
    Ok(users.iter().map(values).collect())
}

/// Changes values of a user in a transaction of the caller, who has locked the user. Returns the
/// names of the changed fields.
/// After a rejection, the caller must not commit.
#[boxed(?Send)]
pub async fn change(
    tx: &WriteTx,
    user: UserId,
    edit: &FieldEdit,
    editing: Editing,
) -> FlowResult<Vec<String>, Vec<FieldValueProblem>> {
    if edit.is_empty() {
        return Ok(Vec::new());
    }
    let UserFields { fields, values } = read(tx, user).await?;
    let mut users = BTreeMap::new();
    // A user who may not edit such a field must not learn which users exist.
    if editing == Editing::Administration {
        for text in profile_fields::user_texts(&fields, edit) {
            if let Some(id) = find_user(tx, text).await? {
                users.insert(text.to_owned(), id);
            }
        }
    }
    let changes = profile_fields::changes(&fields, &values, edit, &users, editing)
        .map_err(FlowError::Rejected)?;
    for (name, value) in &changes {
        let Some(value) = value else {
            repo::profile_fields::delete_value(tx, user, name).await?;
            continue;
        };
        let is_user = |field: &ProfileField| field.name == *name && field.kind == FieldKind::User;
        let refers_to = fields
            .iter()
            .any(is_user)
            .then(|| value.as_str().and_then(UserId::parse))
            .flatten();
        repo::profile_fields::put_value(tx, user, name, value, refers_to).await?;
    }
    Ok(changes.into_keys().collect())
}

/// Returns the ID of the user with this ID, user name or e-mail address.
async fn find_user(tx: &WriteTx, text: &str) -> Result<Option<UserId>, StoreError> {
    let found = match (UserId::parse(text), identifier::identifier_key(text)) {
        (Some(id), _) => repo::users::find_by_id(tx, id).await?,
        (None, Some(key)) => repo::users::find_by_identifier(tx, &key).await?,
        (None, None) => None,
    };
    Ok(found.map(|user| user.id))
}
