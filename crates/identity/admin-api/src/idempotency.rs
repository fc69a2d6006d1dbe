//! `Idempotency-Key`: a repeated creation receives the stored response and is not executed again
//! (draft-ietf-httpapi-idempotency-key-header-07).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use doorward_admin::idempotency::{IdempotentRequest, StoredResponse};
use doorward_admin::operator::{AdminContext, Result};
use doorward_store::repo::idempotency::IdempotencyState;
use doorward_web::api::problem::{Kind, Problem};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::caller::{AdminCaller, Answer};
use actix_web::http::header::{ETAG, LOCATION};

#[derive(Debug)]
pub(super) struct CreatedResource {
    pub status: StatusCode,
    pub body: Value,
    pub location: Option<String>,
    pub version: Option<String>,
}

/// The key of a creation.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes the header field")]
pub(super) struct IdempotencyKey {
    /// Unique key of the request, which makes a retry safe
    #[param(rename = "Idempotency-Key")]
    key: Option<String>,
}

const MAX_KEY: usize = 255;

/// Creates an object, once for each key of this administrator. Without a key, each request creates
/// one.
///
/// `work` creates the object and stores the response in its own transaction
/// ([`AdminContext::once`]). `again` builds the response of a repeated request, if the caller still
/// has the permission.
pub(super) async fn create(
    admin: &AdminCaller,
    context: AdminContext<'_>,
    permission: &str,
    body: &impl Serialize,
    work: impl AsyncFnOnce(AdminContext<'_>) -> Result<CreatedResource>,
    again: impl AsyncFnOnce(&AdminContext<'_>, &StoredResponse) -> Result<CreatedResource>,
) -> Answer {
    let Some(key) = key(admin)? else {
        let made = work(context).await?;
        return Ok(created(&made));
    };
    let once = request(admin, &key, body);
    match once.begin(context.db).await? {
        IdempotencyState::New => {}
        IdempotencyState::Running => {
            let detail = "The first request with this key is still in progress.";
            return Err(Problem::new(Kind::InProgress, detail).into());
        }
        IdempotencyState::Other => {
            let detail = "This key was used with another request.";
            return Err(Problem::new(Kind::KeyReused, detail).into());
        }
        IdempotencyState::Done(sealed) => {
            let kept = once.read(&sealed)?;
            context.need(permission)?;
            let made = again(&context, &kept).await?;
            return Ok(created(&made));
        }
    }
    let result = once.run(context, work).await;
    Ok(created(&result?))
}

fn key(admin: &AdminCaller) -> Result<Option<String>, Problem> {
    let mut fields = admin.call.request().headers().get_all("idempotency-key");
    let key = match (fields.next(), fields.next()) {
        (None, _) => return Ok(None),
        (Some(item), None) => item.to_str().ok(),
        _ => None,
    };
    let key = key.map(|text| text.trim_matches('"'));
    let good = |text: &&str| (1..=MAX_KEY).contains(&text.len());
    key.filter(good)
        .map(|text| Some(text.to_owned()))
        .ok_or_else(|| {
            let detail = "Send one key of 1 to 255 visible characters.";
            Problem::parameter("Idempotency-Key", "invalid", detail)
        })
}

fn request(admin: &AdminCaller, key: &str, body: &impl Serialize) -> IdempotentRequest {
    let path = admin.call.request().path();
    let body = serde_json::to_value(body).unwrap_or_default();
    IdempotentRequest::new(
        admin.call.web.once_key.clone(),
        admin.id(),
        admin.org(),
        Some(key),
        &json!([path, body]).to_string(),
        admin.call.context.core.now(),
    )
}

fn created(made: &CreatedResource) -> HttpResponse {
    let mut response = HttpResponse::build(made.status);
    if let Some(location) = &made.location {
        response.insert_header((LOCATION, location.as_str()));
    }
    if let Some(version) = &made.version {
        response.insert_header((ETAG, format!("\"{version}\"")));
    }
    response.json(&made.body)
}
