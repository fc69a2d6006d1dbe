//! `/api/auth/profile/avatar`: the person's picture.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse, delete, put};
use futures_util::StreamExt as _;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::password::admit;
use super::profile::{self, Profile};
use crate::fault::FlowError;
use crate::flow::{avatar, profile as people};
use crate::http::api::{Bearer, Kind, Problem};
use crate::picture::{self, MAX_FILE};

/// The media types that are read, as in the form of the profile page.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Registers the endpoints.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(replace).service(remove);
}

/// The bytes of a picture, at most 2 MiB.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes the body, which is read as it comes")]
pub struct AvatarFile(Vec<u8>);

/// Set the own picture
///
/// The body is the file itself: PNG, JPEG, GIF or WebP of at most 2 MiB. It is drawn anew as a square
/// PNG of at most 256 pixels, with nothing else of the file; the answer's `picture` says where it is.
#[utoipa::path(
    operation_id = "avatar_replace",
    tag = "auth",
    request_body(content(
        (AvatarFile = "image/png"),
        (AvatarFile = "image/jpeg"),
        (AvatarFile = "image/gif"),
        (AvatarFile = "image/webp"),
    )),
    responses((status = 200, description = "The person with the new picture", body = Profile)),
    security(("bearer" = []))
)]
#[put("/auth/profile/avatar")]
async fn replace(bearer: Bearer, payload: Payload) -> Result<HttpResponse, Problem> {
    let (call, id) = (&bearer.call, bearer.authenticated.who.user.id);
    if !is_picture(call.request()) {
        let detail = "Send the file itself as image/png, image/jpeg, image/gif or image/webp.";
        return Err(Problem::new(Kind::UnsupportedMediaType, detail));
    }
    let file = bytes(payload).await?;
    admit(call).await?;
    match avatar::upload(&call.state, id, file, &call.caller).await {
        Ok(()) => {}
        Err(FlowError::Refused(problem)) => return Err(refused(problem)),
        Err(FlowError::Fault(fault)) => return Err(fault.into()),
    }
    let user = people::read(&call.state, id).await?;
    profile::answer(call, &user.ok_or_else(Problem::not_found)?).await
}

/// Remove the own picture
#[utoipa::path(
    operation_id = "avatar_remove",
    tag = "auth",
    responses((status = 204, description = "There is no picture")),
    security(("bearer" = []))
)]
#[delete("/auth/profile/avatar")]
async fn remove(bearer: Bearer) -> Result<HttpResponse, Problem> {
    let (call, who) = (&bearer.call, &bearer.authenticated.who);
    avatar::remove(&call.state, who.user.id, &call.caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What the file really is, its bytes say; this keeps forms of other sites' pages out.
fn is_picture(request: &HttpRequest) -> bool {
    let sent = request.headers().get(CONTENT_TYPE);
    let sent = sent.and_then(|value| value.to_str().ok()).map(str::trim);
    sent.is_some_and(|kind| PICTURES.iter().any(|it| it.eq_ignore_ascii_case(kind)))
}

/// The body. One that is too long is read to its end and not kept, so that the app hears why.
async fn bytes(mut payload: Payload) -> Result<Vec<u8>, Problem> {
    let mut kept = Some(Vec::new());
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            actix_web::error::PayloadError::Overflow => refused(picture::Problem::TooLarge),
            _ => Problem::malformed("The body ended too soon."),
        })?;
        kept = kept.filter(|kept| kept.len() + chunk.len() <= MAX_FILE);
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&chunk);
        }
    }
    kept.ok_or_else(|| refused(picture::Problem::TooLarge))
}

fn refused(problem: picture::Problem) -> Problem {
    match problem {
        picture::Problem::Missing => Problem::malformed("The body is empty."),
        picture::Problem::TooLarge => Problem::new(
            Kind::BodyTooLarge,
            "At most 2 MiB and 10,000 pixels a side are read.",
        ),
        picture::Problem::NoPicture => Problem::new(
            Kind::UnsupportedMediaType,
            "This is no PNG, JPEG, GIF or WebP, whatever its name says.",
        ),
    }
}
