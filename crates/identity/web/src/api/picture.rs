//! Request bodies that are pictures.

use doorward_http_common::body;
use doorward_services::pictures::{self, MAX_FILE, MEDIA_TYPES};

use super::{Kind, Problem};
use crate::prelude::*;

/// Bytes of a picture, at most 2 MiB.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes the body, which is read as bytes")]
pub struct PictureFile(Vec<u8>);

/// Reads a body that is declared as a picture; others are rejected before. The bytes determine the
/// actual format; the declared one excludes forms of other sites' pages. A body that is too long is read
/// to its end and discarded, so that the client receives the response.
#[boxed(?Send)]
pub async fn receive(request: &HttpRequest, payload: Payload) -> Result<Vec<u8>, Problem> {
    let sent = header::text(request.headers(), CONTENT_TYPE).map(str::trim);
    let is_accepted = |kind: &str| MEDIA_TYPES.iter().any(|it| it.eq_ignore_ascii_case(kind));
    if !sent.is_some_and(is_accepted) {
        let detail = "Send the file itself as image/png, image/jpeg, image/gif or image/webp.";
        return Err(Problem::new(Kind::UnsupportedMediaType, detail));
    }
    let whole = body::read(payload, MAX_FILE, Excess::Discard).await;
    whole.map_err(|error| match error {
        ReadError::TooLarge => to_problem(pictures::PictureError::TooLarge),
        ReadError::Broken => Problem::malformed("The body ended prematurely."),
    })
}

pub fn to_problem(problem: pictures::PictureError) -> Problem {
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
