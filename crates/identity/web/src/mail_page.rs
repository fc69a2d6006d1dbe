//! The HTML part of a message as a page: for the inbox of a development instance, and for previews.

use actix_web::http::header::CONTENT_SECURITY_POLICY;
use base64::engine::general_purpose::STANDARD;
use doorward_i18n::Lang;
use doorward_rules::brand::{Brand, CONTENT_HOST};
use doorward_services::own_brand;

use crate::prelude::*;

/// A message has its own styles and its own pictures; it may not run or load anything.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
     frame-ancestors 'none'; \
     sandbox allow-popups allow-top-navigation-by-user-activation";

/// The messages of the server with sample data.
pub trait MailSamples: std::fmt::Debug + Send + Sync {
    /// Returns the names of the messages.
    fn names(&self) -> Vec<&'static str>;

    /// Returns the HTML part of a message; `None` for an unknown name.
    fn html(&self, name: &str, lang: Lang, brand: &Brand) -> Option<Result<String, ServerError>>;
}

/// Shows the HTML part of a message.
#[boxed(?Send)]
pub async fn respond(core: &Core, html: String) -> Result<HttpResponse, ServerError> {
    let html = with_logo(core, html).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, MAIL_POLICY))
        .body(html))
}

/// Replaces the reference to the logo, which only mail programs resolve, by its content.
async fn with_logo(core: &Core, html: String) -> Result<String, ServerError> {
    let reference = html.split_once("\"cid:").map(|(_, rest)| rest);
    let name = reference.and_then(|rest| rest.split_once(CONTENT_HOST));
    let Some((name, _)) = name else {
        return Ok(html);
    };
    let Some(file) = own_brand::file(core, name).await? else {
        return Ok(html);
    };
    let content = STANDARD.encode(&file.body);
    let reference = format!("cid:{name}{CONTENT_HOST}");
    Ok(html.replace(&reference, &format!("data:image/png;base64,{content}")))
}
