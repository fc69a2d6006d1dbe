//! `/api/admin/profile-fields`: custom profile fields.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, patch, post};
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::operator::{AdminContext, AdminError, version};
use doorward_admin::profile_fields::{self, FieldChange, NewField};
use doorward_domain::model::{FieldAudience, FieldEditor, FieldKind, ProfileField};
use doorward_domain::rules::profile_fields as rules;
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use doorward_web::api::{Body, Endpoints};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::idempotency;
use super::idempotency::{CreatedResource, created_response};
use super::support::same_id;

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(create)
        .service(show)
        .service(update)
        .service(remove);
}

/// A custom profile field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProfileField)]
pub struct FieldView {
    /// Name in the APIs and on the command line.
    name: String,
    /// Text on the profile page.
    label: String,
    /// Type of the values: `text`, `number`, `boolean`, `date`, `url`, `choice` or `user`.
    r#type: &'static str,
    /// Maximum length of a text, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<u16>,
    /// Choices.
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<Vec<String>>,
    /// Users who may change a value: `user` or `admin`.
    #[schema(value_type = String)]
    editable_by: FieldEditor,
    /// Users who may read a value: `admin`, `user` or `directory`.
    #[schema(value_type = String)]
    visible_to: FieldAudience,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of the last change (RFC 3339).
    #[schema(format = DateTime)]
    updated_at: String,
}

impl FieldView {
    fn new(field: ProfileField) -> Self {
        let word = field.kind.as_str();
        let (max_length, choices) = match field.kind {
            FieldKind::Text { max_length } => (Some(max_length), None),
            FieldKind::Choice { choices } => (None, Some(choices)),
            _ => (None, None),
        };
        Self {
            name: field.name,
            label: field.label,
            r#type: word,
            max_length,
            choices,
            editable_by: field.editable_by,
            visible_to: field.visible_to,
            created_at: time(field.created_at),
            updated_at: time(field.updated_at),
        }
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
    #[serde(default)]
    max_length: Option<u16>,
    /// Choices: 1 to 50 different texts.
    #[serde(default)]
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
    fn field(&self) -> Result<NewField, AdminError> {
        Ok(NewField {
            name: self.name.clone(),
            label: self.label.clone(),
            kind: rules::kind(&self.r#type, self.max_length, self.choices.clone())?,
            editable_by: self.editable_by,
            visible_to: self.visible_to,
        })
    }
}

/// Changes. Omitted members stay unchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ProfileFieldPatch)]
#[serde(deny_unknown_fields)]
pub struct FieldPatch {
    /// Must equal the one in the URL.
    name: Option<String>,
    /// Text on the profile page.
    label: Option<String>,
    /// Maximum length of a text, in characters. Longer values remain.
    max_length: Option<u16>,
    /// Choices. Values that are not among them remain.
    choices: Option<Vec<String>>,
    /// Users who may change a value: `user` or `admin`.
    #[schema(value_type = Option<String>)]
    editable_by: Option<FieldEditor>,
    /// Users who may read a value: `admin`, `user` or `directory`.
    #[schema(value_type = Option<String>)]
    visible_to: Option<FieldAudience>,
}

/// List custom profile fields
#[utoipa::path(
    operation_id = "admin_list_profile_fields",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
    ),
    responses((status = 200, description = "Fields, by name", body = Listing<FieldView>)),
    security(("bearer" = []))
)]
#[get("/admin/profile-fields")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&[])?;
    let mut found = admin
        .map_result(profile_fields::list(&admin.context()).await)
        .await?;
    let after = page.after.clone().unwrap_or_default();
    found.retain(|field| field.name > after);
    found.sort_by(|field, other| field.name.cmp(&other.name));
    Ok(page.finish(found, |field| field.name.clone(), FieldView::new))
}

/// Create a custom profile field
#[utoipa::path(
    operation_id = "admin_create_profile_field",
    tag = "admin",
    request_body = NewFieldBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Unique key of the request, which makes a retry safe")),
    responses((status = 201, description = "Created", body = FieldView)),
    security(("bearer" = []))
)]
#[post("/admin/profile-fields")]
async fn create(admin: AdminCaller, body: Body<NewFieldBody>) -> Result<HttpResponse, Problem> {
    let body = body.0;
    let work = async |context: AdminContext<'_>| {
        Ok(created(
            profile_fields::create(&context, body.field()?).await?,
        ))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        Ok(created(profile_fields::get(context, &stored.id).await?))
    };
    idempotency::create(&admin, "users:write", &body, work, again).await
}

fn created(field: ProfileField) -> CreatedResource {
    let location = format!("/api/admin/profile-fields/{}", field.name);
    let tag = version(&field);
    created_response(&FieldView::new(field), location, Some(tag))
}

/// Read a custom profile field
#[utoipa::path(
    operation_id = "admin_read_profile_field",
    tag = "admin",
    responses((status = 200, description = "The field", body = FieldView)),
    security(("bearer" = []))
)]
#[get("/admin/profile-fields/{name}")]
async fn show(admin: AdminCaller, name: Path<String>) -> Result<HttpResponse, Problem> {
    let found = profile_fields::get(&admin.context(), &name).await;
    admin.versioned(found, FieldView::new).await
}

/// Change a custom profile field
///
/// Stored values remain, also those that the changed field would reject.
#[utoipa::path(
    operation_id = "admin_update_profile_field",
    tag = "admin",
    request_body = FieldPatch,
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 200, description = "Changed", body = FieldView)),
    security(("bearer" = []))
)]
#[patch("/admin/profile-fields/{name}")]
async fn update(
    admin: AdminCaller,
    name: Path<String>,
    body: Body<FieldPatch>,
) -> Result<HttpResponse, Problem> {
    let body = body.0;
    same_id("name", body.name.as_deref(), &name)?;
    let context = admin.context_with_version()?;
    let change = FieldChange {
        label: body.label,
        max_length: body.max_length,
        choices: body.choices,
        editable_by: body.editable_by,
        visible_to: body.visible_to,
    };
    let found = profile_fields::update(&context, &name, change).await;
    admin.versioned(found, FieldView::new).await
}

/// Delete a custom profile field
///
/// Deletes the values of all users as well. Rejected while a custom claim contains the field.
#[utoipa::path(
    operation_id = "admin_delete_profile_field",
    tag = "admin",
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 204, description = "Deleted")),
    security(("bearer" = []))
)]
#[delete("/admin/profile-fields/{name}")]
async fn remove(admin: AdminCaller, name: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context_with_version()?;
    let done = profile_fields::delete(&context, &name).await;
    admin.no_content(done).await
}
