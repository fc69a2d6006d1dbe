//! `/api/admin/profile-fields`: custom profile fields.

use doorward_admin::profile_fields::{self, FieldChange, NewField};
use doorward_domain::model::{FieldAudience, FieldEditor, FieldKind, ProfileField};
use doorward_rules::profile_fields as rules;

use crate::prelude::*;

endpoints! {
    admin_list_profile_fields, admin_create_profile_field, admin_read_profile_field,
    admin_update_profile_field, admin_delete_profile_field,
}

view! {
    /// A custom profile field.
    #[schema(as = ProfileField)]
    FieldView(field: ProfileField) {
        /// Name in the APIs and on the command line.
        name: String = field.name;
        /// Text on the profile page.
        label: String = field.label;
        /// Type of the values: `text`, `number`, `boolean`, `date`, `url`, `choice` or `user`.
        r#type: &'static str = field.kind.as_str();
        /// Maximum length of a text, in characters.
        max_length?: u16 = match field.kind {
            FieldKind::Text { max_length } => Some(max_length),
            _ => None,
        };
        /// Choices.
        choices?: Vec<String> = match field.kind {
            FieldKind::Choice { choices } => Some(choices),
            _ => None,
        };
        /// Users who may change a value: `user` or `admin`.
        #[schema(value_type = String)]
        editable_by: FieldEditor = field.editable_by;
        /// Users who may read a value: `admin`, `user` or `directory`.
        #[schema(value_type = String)]
        visible_to: FieldAudience = field.visible_to;
        /// Time of creation (RFC 3339).
        created_at: Time = field.created_at;
        /// Time of the last change (RFC 3339).
        updated_at: Time = field.updated_at;
    }
}

/// A custom profile field to create.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = NewProfileField)]
#[serde(deny_unknown_fields)]
pub struct NewFieldBody {
    /// Name: 1 to 40 of `a-z`, `0-9` and `_`, beginning with `a-z`. It cannot change.
    #[schema(example = "company")]
    name: String,
    /// Text on the profile page, the same in every language.
    #[schema(example = "Company")]
    label: String,
    /// Type of the values: `text`, `number`, `boolean`, `date`, `url`, `choice` or `user`. It cannot
    /// change.
    r#type: String,
    /// Maximum length of a text, in characters: 1 to 1000. If omitted, 255.
    max_length: Option<u16>,
    /// Choices: 1 to 50 different texts.
    choices: Option<Vec<String>>,
    /// Users who may change a value: `user` or `admin`. If omitted, `admin`.
    #[serde(default = "admins")]
    #[schema(value_type = String)]
    editable_by: FieldEditor,
    /// Users who may read a value: `admin`, `user` or `directory`. If omitted, `user`.
    #[serde(default = "user")]
    #[schema(value_type = String)]
    visible_to: FieldAudience,
}

const fn admins() -> FieldEditor {
    FieldEditor::Admin
}

const fn user() -> FieldAudience {
    FieldAudience::User
}

impl NewFieldBody {
    fn field(&self) -> Result<NewField> {
        Ok(NewField {
            name: self.name.clone(),
            label: self.label.clone(),
            kind: rules::kind(&self.r#type, self.max_length, self.choices.clone())?,
            editable_by: self.editable_by,
            visible_to: self.visible_to,
        })
    }
}

/// List custom profile fields
#[utoipa::path(
    params(PageParams),
    responses((status = 200, description = "Fields, by name", body = Listing<FieldView>)),
)]
#[get("/admin/profile-fields")]
async fn admin_list_profile_fields(admin: AdminCaller) -> Answer {
    let page = admin.page(&[])?;
    let found = profile_fields::list(&admin.context()).await?;
    Ok(page.finish_whole(found, |field| field.name.clone(), FieldView::new))
}

/// Create a custom profile field
#[utoipa::path(
    params(IdempotencyKey),
    responses((status = 201, description = "Created", body = FieldView)),
)]
#[post("/admin/profile-fields")]
async fn admin_create_profile_field(admin: AdminCaller, body: Json<NewFieldBody>) -> Answer {
    let body = body.0;
    let work = async |context: AdminContext<'_>| {
        Ok(created(
            profile_fields::create(&context, body.field()?).await?,
        ))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        Ok(created(profile_fields::get(context, &stored.id).await?))
    };
    idempotency::create(&admin, admin.context(), "users:write", &body, work, again).await
}

fn created(field: ProfileField) -> CreatedResource {
    let location = format!("/api/admin/profile-fields/{}", field.name);
    let tag = version(&field);
    created_response(&FieldView::new(field), location, Some(tag))
}

/// Read a custom profile field
#[utoipa::path(responses((status = 200, description = "The field", body = FieldView)))]
#[get("/admin/profile-fields/{name}")]
async fn admin_read_profile_field(admin: AdminCaller, name: Path<String>) -> Answer {
    let found = profile_fields::get(&admin.context(), &name).await?;
    Ok(versioned_response(found, FieldView::new))
}

/// Change a custom profile field
///
/// Stored values remain, also those that the changed field would reject.
#[utoipa::path(
    params(IfMatch),
    responses((status = 200, description = "Changed", body = FieldView)),
)]
#[patch("/admin/profile-fields/{name}")]
async fn admin_update_profile_field(
    admin: AdminCaller,
    name: Path<String>,
    body: Json<FieldChange>,
) -> Answer {
    same_id("name", body.name.as_deref(), &name)?;
    let context = admin.context_with_version()?;
    let found = profile_fields::update(&context, &name, body.0).await?;
    Ok(versioned_response(found, FieldView::new))
}

/// Delete a custom profile field
///
/// Deletes the values of all users as well. Rejected while a custom claim contains the field.
#[utoipa::path(params(IfMatch), responses((status = 204, description = "Deleted")))]
#[delete("/admin/profile-fields/{name}")]
async fn admin_delete_profile_field(admin: AdminCaller, name: Path<String>) -> Answer {
    let context = admin.context_with_version()?;
    profile_fields::delete(&context, &name).await?;
    Ok(no_content())
}
