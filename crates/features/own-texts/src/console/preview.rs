//! Preview of a text that is not saved: the page or the message that contains it, with sample values.

use doorward_templates::{Layout, preview as pages};
use doorward_web::mail_page;

use super::draft::Draft;
use super::samples::sentence;
use doorward_console_ui::prelude::*;

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
pub(super) async fn show(
    console: &Console<'_>,
    scene: &Scene,
    draft: &Draft,
    around: Detail,
) -> Answer {
    let marked = draft.with_text(MARK);
    let is_marked = |html: Option<String>| html.is_some_and(|html| html.contains(MARK));
    let mut all = pages::PAGES.into_iter();
    let page = marked.show(|| all.find(|page| is_marked(page(&scene.layout, &scene.app))));
    let html = page.and_then(|page| draft.show(|| page(&scene.layout, &scene.app)));
    if let Some(html) = html {
        return Ok(HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body(html));
    }
    let message = |name: &str| {
        let samples = &console.page.web.mail_samples;
        samples.html(name, draft.lang, &scene.layout.brand)?.ok()
    };
    let mut names = console.page.web.mail_samples.names().into_iter();
    let name = marked.show(|| names.find(|name| is_marked(message(name))));
    if let Some(html) = name.and_then(|name| draft.show(|| message(name))) {
        return Ok(mail_page::respond(&console.page.context.core, html).await?);
    }
    let text = draft.show(|| sentence(draft.lang, draft.key, &scene.layout.brand.name));
    console.show(&Detail {
        lead: console.t("own-text-sentence-lead"),
        facts: vec![console.fact("own-text-sentence", Value::Name(text))],
        layout: Layout {
            theme: scene.layout.theme,
            ..around.layout.clone()
        },
        ..around
    })
}
