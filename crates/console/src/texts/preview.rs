//! Preview of a text that is not saved: the page or the message that contains it, with sample values.

use actix_web::http::header::CONTENT_SECURITY_POLICY;
use doorward_email::own_template::MailTemplates;
use doorward_email::{mail_name, preview};
use doorward_rules::brand::Brand;
use doorward_templates::{Layout, preview as pages};

use super::draft::Draft;
use super::samples::sentence;
use doorward_console_ui::prelude::*;

/// A message has its own styles; it may not run or load anything.
const MAIL_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";
/// Text that marks the pages and messages that contain the text of a key.
const MARK: &str = "doorward-marked-text";

/// The values that the pages show.
pub(super) struct Scene {
    /// The layout with the language of the text, the brand and the color scheme.
    pub layout: Layout,
    pub app: String,
}

/// Shows the first page that contains the text, else the first message, else the text alone on the
/// page of its owner.
pub(super) fn show(
    console: &Console<'_>,
    scene: &Scene,
    draft: &Draft,
    around: Detail,
) -> HttpResponse {
    let marked = draft.with_text(MARK);
    let is_marked = |html: Option<String>| html.is_some_and(|html| html.contains(MARK));
    let page = marked.show(|| {
        pages::PAGES
            .into_iter()
            .find(|page| is_marked(page(&scene.layout, &scene.app)))
    });
    let html = page.and_then(|page| draft.show(|| page(&scene.layout, &scene.app)));
    if let Some(html) = html {
        return HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body(html);
    }
    let mut names = mail_name::NAMES.into_iter();
    let name = marked.show(|| names.find(|name| is_marked(message(scene, name))));
    if let Some(html) = name.and_then(|name| draft.show(|| message(scene, name))) {
        return HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((CONTENT_SECURITY_POLICY, MAIL_POLICY))
            .body(html);
    }
    let text = draft.show(|| sentence(draft.lang, draft.key, &scene.layout.brand.name));
    let view = Detail {
        lead: console.t("console-text-sentence-lead"),
        facts: vec![console.fact("console-text-sentence", Value::Name(text))],
        layout: Layout {
            theme: scene.layout.theme,
            ..around.layout.clone()
        },
        ..around
    };
    console.page.html(StatusCode::OK, &view)
}

/// Renders the HTML part of a message. The logo is an attachment, which a page does not have.
fn message(scene: &Scene, name: &str) -> Option<String> {
    let brand = Brand {
        logo: None,
        ..Brand::clone(&scene.layout.brand)
    };
    let written = preview::write(name, scene.layout.lang, &brand, &MailTemplates::default())?;
    Some(written.ok()?.html)
}
