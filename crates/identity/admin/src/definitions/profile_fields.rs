//! Custom profile fields of the deployment, and the values of users.

pub mod operations;

use std::collections::BTreeMap;

use doorward_domain::model::{
    ClaimSource, FieldAudience, FieldEdit, FieldEditor, FieldKind, FieldValues, ProfileField,
};
use doorward_rules::custom_claims;
use doorward_rules::profile_fields::{self, Editing, FieldValueError, FieldValueProblem};
use doorward_services::error::FlowError;
use doorward_store::repo::deletions::Deletion;

use crate::json_member::OneOf;
use crate::prelude::*;

#[derive(Clone, Debug)]
pub struct NewField {
    pub name: String,
    pub label: String,
    pub kind: FieldKind,
    pub editable_by: FieldEditor,
    pub visible_to: FieldAudience,
}

type Editors = OneOf<FieldEditor>;
type Audiences = OneOf<FieldAudience>;

/// Changes. Omitted members stay unchanged.
#[derive(Clone, Default, Debug, Deserialize, ToSchema)]
#[schema(as = ProfileFieldPatch)]
#[serde(deny_unknown_fields)]
pub struct FieldChange {
    /// Name of the field.
    pub name: String,
    /// Text on the profile page.
    pub label: Option<String>,
    /// Maximum length of a text, in characters. Longer values remain.
    pub max_length: Option<u16>,
    /// Choice; replaces the whole list. Values that are not among them remain.
    pub choices: Option<Vec<String>>,
    /// Users who may change a value: `user` or `admin`.
    #[schema(inline, value_type = Option<Editors>)]
    pub editable_by: Option<FieldEditor>,
    /// Users who may read a value: `admin`, `user` or `directory`.
    #[schema(inline, value_type = Option<Audiences>)]
    pub visible_to: Option<FieldAudience>,
}

#[boxed(?Send)]
pub async fn list(context: &AdminContext<'_>) -> Result<Vec<ProfileField>> {
    context.require_global("users:read")?;
    Ok(repo::profile_fields::list_all(context.db.read()).await?)
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, name: &str) -> Result<ProfileField> {
    context.require_global("users:read")?;
    find(context.db.read(), name).await
}

#[boxed(?Send)]
pub async fn create(context: &AdminContext<'_>, new: NewField) -> Result<ProfileField> {
    may_write(context)?;
    let field = ProfileField {
        name: new.name,
        label: new.label,
        kind: new.kind,
        editable_by: new.editable_by,
        visible_to: new.visible_to,
        created_at: context.now(),
        updated_at: context.now(),
    };
    profile_fields::check(&field)?;
    let tx = context.begin().await?;
    let all = repo::profile_fields::list_all(&tx).await?;
    if all.iter().any(|other| other.name == field.name) {
        return Err(AdminError::conflict("profile field", &field.name));
    }
    context
        .require_deleted(&tx, "name", Deletion::ProfileField(&field.name))
        .await?;
    if all.len() >= profile_fields::MAX_FIELDS {
        return Err(AdminError::invalid("name", "there are 50 fields already"));
    }
    repo::profile_fields::upsert(&tx, &field).await?;
    let event = context.event(AuditKind::ProfileFieldChanged, &field.name, "created");
    let event = difference(event, &Value::Null, &audit_details(&field));
    context
        .commit_created(tx, &event, &field.name, None)
        .await?;
    Ok(field)
}

/// Stored values remain, also those that the changed field would reject.
#[boxed(?Send)]
pub async fn update(
    context: &AdminContext<'_>,
    name: &str,
    change: FieldChange,
) -> Result<ProfileField> {
    may_write(context)?;
    let tx = context.begin().await?;
    let before = find(&tx, name).await?;
    context.unchanged(&before)?;
    let after = ProfileField {
        name: before.name.clone(),
        label: change.label.unwrap_or_else(|| before.label.clone()),
        kind: match (change.max_length, change.choices) {
            (None, None) => before.kind.clone(),
            (max, choices) => profile_fields::kind(before.kind.as_str(), max, choices)?,
        },
        editable_by: change.editable_by.unwrap_or(before.editable_by),
        visible_to: change.visible_to.unwrap_or(before.visible_to),
        created_at: before.created_at,
        updated_at: context.now(),
    };
    profile_fields::check_change(&before, &after)?;
    check_claims(&tx, &after).await?;
    repo::profile_fields::upsert(&tx, &after).await?;
    let event = context.event(AuditKind::ProfileFieldChanged, name, "changed");
    let event = difference(event, &audit_details(&before), &audit_details(&after));
    context.commit_with(tx, &event).await?;
    Ok(after)
}

/// Deletes a field, and returns it as it was.
#[boxed(?Send)]
pub async fn delete(context: &AdminContext<'_>, name: &str) -> Result<ProfileField> {
    may_write(context)?;
    let tx = context.begin().await?;
    let before = find(&tx, name).await?;
    context.unchanged(&before)?;
    let claims = repo::custom_claims::list_all(&tx).await?;
    let contains = |source: &ClaimSource| matches!(source, ClaimSource::ProfileField { field } if field == name);
    if let Some(claim) = claims.iter().find(|claim| contains(&claim.source)) {
        let problem = format!(
            "the claim {} contains it; remove the claim first with `doorward claim remove`",
            claim.id
        );
        return Err(AdminError::invalid("name", problem));
    }
    repo::profile_fields::delete(&tx, name, context.now()).await?;
    let event = context.event(AuditKind::ProfileFieldChanged, name, "deleted");
    let event = difference(event, &audit_details(&before), &Value::Null);
    context.commit_with(tx, &event).await?;
    Ok(before)
}

/// Returns the values of these users that the administrator may see, with null for fields without
/// a value. An administrator of one organization sees what other users see in the directory.
#[boxed(?Send)]
pub async fn among(
    context: &AdminContext<'_>,
    users: &[User],
) -> Result<BTreeMap<UserId, FieldValues>> {
    let fields = repo::profile_fields::list_all(context.db.read()).await?;
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let mut stored = if fields.is_empty() {
        BTreeMap::new()
    } else {
        repo::profile_fields::values_of_users(context.db.read(), &ids).await?
    };
    let is_confined = context.confined_to().is_some();
    let is_visible =
        |field: &ProfileField| !is_confined || field.visible_to == FieldAudience::Directory;
    let values = |id: UserId| {
        let stored = stored.remove(&id).unwrap_or_default();
        (
            id,
            profile_fields::visible_values(&fields, &stored, is_visible),
        )
    };
    Ok(ids.into_iter().map(values).collect())
}

/// Changes values in a transaction of the caller, who has checked the permission. Returns their names.
pub(crate) async fn set_in(tx: &WriteTx, user: UserId, edit: &FieldEdit) -> Result<Vec<String>> {
    let done =
        doorward_accounts::profile_fields::change(tx, user, edit, Editing::Administration).await;
    done.map_err(|error| match error {
        FlowError::Rejected(problems) => problems.first().map_or_else(
            || AdminError::invalid("fields", "cannot be changed"),
            |problem| AdminError::invalid("fields", describe(problem)),
        ),
        FlowError::Server(error) => error.into(),
    })
}

fn describe(wrong: &FieldValueProblem) -> String {
    let name = &wrong.field;
    let problem = match wrong.problem {
        FieldValueError::Unknown => {
            return format!("there is no field {name:?}; see `doorward profile-field list`");
        }
        FieldValueError::ReadOnly => "cannot be changed",
        FieldValueError::WrongType => match &wrong.kind {
            Some(FieldKind::Number) => "write a JSON number",
            Some(FieldKind::Boolean) => "write true or false",
            _ => "write a JSON string",
        },
        FieldValueError::TooLong { max } => {
            return format!("{name}: write at most {max} characters");
        }
        FieldValueError::Characters => "write no control characters",
        FieldValueError::Form => match &wrong.kind {
            Some(FieldKind::Number) => "write a number such as 42 or 1.5",
            Some(FieldKind::Boolean) => "write true or false",
            Some(FieldKind::Date) => "write a date such as 2026-01-31",
            _ => "write an address of at most 255 characters that begins with https:// or http://",
        },
        FieldValueError::Choice => match &wrong.kind {
            Some(FieldKind::Choice { choices }) => {
                return format!("{name}: write one of {}", choices.join(", "));
            }
            _ => "write one of the choices",
        },
        FieldValueError::NoUser => {
            "there is no such user; write a user name, an e-mail address or an ID"
        }
        FieldValueError::TooLarge => "all values of a user together have at most 8192 bytes",
    };
    format!("{name}: {problem}")
}

/// Requires the role `admin`: a field decides who reads personal data, and other services may
/// decide by a value.
fn may_write(context: &AdminContext<'_>) -> Result<()> {
    context.require_global("users:write")?;
    context.must_administer()
}

async fn find(conn: &Conn, name: &str) -> Result<ProfileField> {
    let found = repo::profile_fields::find(conn, name).await?;
    found.ok_or_else(|| AdminError::not_found("profile field", name))
}

/// Checks that the claims which contain the changed field still fit into tokens.
async fn check_claims(tx: &WriteTx, changed: &ProfileField) -> Result<()> {
    let mut fields = repo::profile_fields::list_all(tx).await?;
    fields.retain(|field| field.name != changed.name);
    fields.push(changed.clone());
    let claims = repo::custom_claims::list_all(tx).await?;
    custom_claims::check_all(&claims, &fields).map_err(|error| {
        let problem = format!("the custom claims would be too large: {}", error.problem);
        AdminError::invalid("max_length", problem)
    })
}

pub(crate) fn audit_details(field: &ProfileField) -> Value {
    json!({
        "label": field.label, "kind": field.kind,
        "editable_by": field.editable_by, "visible_to": field.visible_to,
    })
}
