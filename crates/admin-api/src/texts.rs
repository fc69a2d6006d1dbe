//! `/api/admin/texts`, `/api/admin/organizations/{slug}/texts` and `/api/admin/clients/{id}/texts`: own
//! texts of pages and e-mail messages.

use doorward_admin::own_texts;
use doorward_domain::model::{OwnText, TextOwner};
use doorward_i18n::Lang;

use crate::prelude::*;

endpoints! {
    admin_list_texts, admin_set_text, admin_remove_text, admin_list_organization_texts,
    admin_set_organization_text, admin_remove_organization_text, admin_list_client_texts,
    admin_set_client_text, admin_remove_client_text,
}

view! {
    /// An own text of pages or e-mail messages, which replaces one of the catalogs.
    #[schema(as = OwnText)]
    TextView(text: OwnText) {
        /// Code of the language, such as `de`.
        language: String = text.language;
        /// Key in the catalogs, such as `login-title`.
        key: String = text.key;
        /// Pattern of one message of Project Fluent.
        text: String = text.text;
    }
}

/// A text to set.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OwnTextBody)]
#[serde(deny_unknown_fields)]
pub struct TextBody {
    /// Pattern of one message of Project Fluent, of at most 2,000 characters, with the variables of the
    /// English text.
    #[schema(example = "Dear { $name },")]
    text: String,
}

fn client(id: &str) -> Result<TextOwner, Problem> {
    Ok(TextOwner::Client(client_id(id)?))
}

fn organization(slug: &str) -> TextOwner {
    TextOwner::Organization(slug.to_owned())
}

fn language(code: &str) -> Result<Lang, Problem> {
    let lang = Lang::from_tag(code).filter(|lang| lang.code() == code);
    lang.ok_or_else(Problem::not_found)
}

async fn list(admin: &AdminCaller, owner: &TextOwner, code: &str) -> Answer {
    let (page, lang) = (admin.page(&[])?, language(code)?);
    let found = own_texts::list(&admin.context(), owner, lang).await?;
    Ok(page.finish_whole(found, |text| text.key.clone(), TextView::new))
}

async fn set(
    admin: &AdminCaller,
    owner: &TextOwner,
    [code, key]: [&str; 2],
    body: TextBody,
) -> Answer {
    let lang = language(code)?;
    let text = own_texts::set(&admin.context(), owner, lang, key, &body.text).await?;
    use_at_once(admin);
    Ok(HttpResponse::Ok().json(TextView::new(text)))
}

async fn remove(admin: &AdminCaller, owner: &TextOwner, [code, key]: [&str; 2]) -> Answer {
    own_texts::remove(&admin.context(), owner, language(code)?, key).await?;
    use_at_once(admin);
    Ok(no_content())
}

/// Makes a change take effect at once in this process.
fn use_at_once(admin: &AdminCaller) {
    let directory = &admin.call.context.directory;
    directory.clear_administered();
    directory.own_texts.assume();
}

/// List own texts of the deployment
#[utoipa::path(
    params(PageParams),
    responses((status = 200, description = "Texts in the language, by key", body = Listing<TextView>)),
)]
#[get("/admin/texts/{language}")]
async fn admin_list_texts(admin: AdminCaller, language: Path<String>) -> Answer {
    list(&admin, &TextOwner::Deployment, &language).await
}

/// Set an own text of the deployment
///
/// All pages for users and all messages in the language have it, unless an organization or a client
/// has its own.
#[utoipa::path(responses((status = 200, description = "The text", body = TextView)))]
#[put("/admin/texts/{language}/{key}")]
async fn admin_set_text(
    admin: AdminCaller,
    path: Path<(String, String)>,
    body: Json<TextBody>,
) -> Answer {
    let owner = TextOwner::Deployment;
    set(&admin, &owner, [&path.0, &path.1], body.0).await
}

/// Remove an own text of the deployment
#[utoipa::path(responses((status = 204, description = "Removed")))]
#[delete("/admin/texts/{language}/{key}")]
async fn admin_remove_text(admin: AdminCaller, path: Path<(String, String)>) -> Answer {
    let owner = TextOwner::Deployment;
    remove(&admin, &owner, [&path.0, &path.1]).await
}

/// List own texts of an organization
#[utoipa::path(
    params(PageParams),
    responses((status = 200, description = "Texts in the language, by key", body = Listing<TextView>)),
)]
#[get("/admin/organizations/{slug}/texts/{language}")]
async fn admin_list_organization_texts(admin: AdminCaller, path: Path<(String, String)>) -> Answer {
    list(&admin, &organization(&path.0), &path.1).await
}

/// Set an own text of an organization
///
/// The sign-in pages and messages of its requests have it, unless the client has its own.
#[utoipa::path(responses((status = 200, description = "The text", body = TextView)))]
#[put("/admin/organizations/{slug}/texts/{language}/{key}")]
async fn admin_set_organization_text(
    admin: AdminCaller,
    path: Path<(String, String, String)>,
    body: Json<TextBody>,
) -> Answer {
    let owner = organization(&path.0);
    set(&admin, &owner, [&path.1, &path.2], body.0).await
}

/// Remove an own text of an organization
#[utoipa::path(responses((status = 204, description = "Removed")))]
#[delete("/admin/organizations/{slug}/texts/{language}/{key}")]
async fn admin_remove_organization_text(
    admin: AdminCaller,
    path: Path<(String, String, String)>,
) -> Answer {
    let owner = organization(&path.0);
    remove(&admin, &owner, [&path.1, &path.2]).await
}

/// List own texts of a client
#[utoipa::path(
    params(PageParams),
    responses((status = 200, description = "Texts in the language, by key", body = Listing<TextView>)),
)]
#[get("/admin/clients/{id}/texts/{language}")]
async fn admin_list_client_texts(admin: AdminCaller, path: Path<(String, String)>) -> Answer {
    list(&admin, &client(&path.0)?, &path.1).await
}

/// Set an own text of a client
///
/// The sign-in pages and messages of its requests have it.
#[utoipa::path(responses((status = 200, description = "The text", body = TextView)))]
#[put("/admin/clients/{id}/texts/{language}/{key}")]
async fn admin_set_client_text(
    admin: AdminCaller,
    path: Path<(String, String, String)>,
    body: Json<TextBody>,
) -> Answer {
    let owner = client(&path.0)?;
    set(&admin, &owner, [&path.1, &path.2], body.0).await
}

/// Remove an own text of a client
#[utoipa::path(responses((status = 204, description = "Removed")))]
#[delete("/admin/clients/{id}/texts/{language}/{key}")]
async fn admin_remove_client_text(
    admin: AdminCaller,
    path: Path<(String, String, String)>,
) -> Answer {
    let owner = client(&path.0)?;
    remove(&admin, &owner, [&path.1, &path.2]).await
}
