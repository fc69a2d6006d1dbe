//! A body that is a picture.

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Payload;
use doorward_services::pictures::{self, MAX_FILE};
use futures_util::StreamExt as _;
use utoipa::ToSchema;

use super::{Kind, Problem};

/// The media types that are read, as in the form of the profile page.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// The bytes of a picture, at most 2 MiB.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes the body, which is read as it comes")]
pub struct PictureFile(Vec<u8>);

/// Refuses what is sent as anything but a picture, before it is read. What the file really is, its
/// bytes say; this keeps forms of other sites' pages out.
///
/// # Errors
/// 415.
pub fn check_type(request: &HttpRequest) -> Result<(), Problem> {
    let sent = request.headers().get(CONTENT_TYPE);
    let sent = sent.and_then(|value| value.to_str().ok()).map(str::trim);
    if sent.is_some_and(|kind| PICTURES.iter().any(|it| it.eq_ignore_ascii_case(kind))) {
        return Ok(());
    }
    let detail = "Send the file itself as image/png, image/jpeg, image/gif or image/webp.";
    Err(Problem::new(Kind::UnsupportedMediaType, detail))
}

/// The body. One that is too long is read to its end and not kept, so that the app hears why.
///
/// # Errors
/// 413, and 400 for one that ends too soon.
pub async fn read(mut payload: Payload) -> Result<Vec<u8>, Problem> {
    let mut kept = Some(Vec::new());
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            actix_web::error::PayloadError::Overflow => refused(pictures::PictureError::TooLarge),
            _ => Problem::malformed("The body ended too soon."),
        })?;
        kept = kept.filter(|kept| kept.len() + chunk.len() <= MAX_FILE);
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&chunk);
        }
    }
    kept.ok_or_else(|| refused(pictures::PictureError::TooLarge))
}

/// Why a file was not taken.
pub fn refused(problem: pictures::PictureError) -> Problem {
    match problem {
        pictures::PictureError::Missing => Problem::malformed("The body is empty."),
        pictures::PictureError::TooLarge => Problem::new(
            Kind::BodyTooLarge,
            "At most 2 MiB and 10,000 pixels a side are read.",
        ),
        pictures::PictureError::NoPicture => Problem::new(
            Kind::UnsupportedMediaType,
            "This is no PNG, JPEG, GIF or WebP, whatever its name says.",
        ),
    }
}
