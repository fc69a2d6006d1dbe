//! Checks that every page passes, in all languages and themes, for the pages of this crate and of features.

#![allow(clippy::unwrap_used, reason = "these are parts of tests")]

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use doorward_i18n::Lang;
use doorward_rules::brand::Brand;

use crate::layout::{AccountChip, Layout, Theme};

/// Current time of the samples.
pub const NOW: i64 = 1_795_000_000;

/// A difference of a state of a page to the page.
type Variation<T> = fn(&mut T);

/// A page with sample data.
pub trait Sampled: Template + Clone {
    /// Returns the page in its states, each with a name: the normal one first, then errors and
    /// variants.
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)>;

    /// Returns the page in states, each with a name and its difference to this page.
    fn in_states<const N: usize>(
        &self,
        states: [(&'static str, Variation<Self>); N],
    ) -> Vec<(&'static str, Self)> {
        states
            .map(|(name, change)| (name, self.vary(change)))
            .into()
    }

    /// Returns the page with a change.
    #[must_use]
    fn vary(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut page = self.clone();
        change(&mut page);
        page
    }
}

/// A page in a state.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Name of the page, such as `login`.
    pub page: &'static str,
    /// Name of the state, such as `rejected`.
    pub state: &'static str,
    pub html: String,
}

/// Renders the samples of pages.
#[derive(Debug)]
pub struct Samples {
    layout: Layout,
    rendered: Vec<Sample>,
}

impl Samples {
    pub const fn new(layout: Layout) -> Self {
        Self {
            layout,
            rendered: Vec::new(),
        }
    }

    pub fn add<V: Sampled>(&mut self, page: &'static str) {
        for (state, view) in V::samples(&self.layout) {
            let html = view.render().unwrap();
            self.rendered.push(Sample { page, state, html });
        }
    }
}

impl From<Samples> for Vec<Sample> {
    fn from(samples: Samples) -> Self {
        samples.rendered
    }
}

impl AccountChip {
    pub fn sample() -> Self {
        Self {
            name: "Alice Archer".to_owned(),
            login: "alice@example.com".to_owned(),
        }
    }
}

impl Layout {
    pub fn sample(lang: Lang) -> Self {
        Self {
            lang,
            theme: Theme::Auto,
            brand: Arc::new(Brand::named("Doorward")),
            csrf: "c2FtcGxlLWNzcmYtdG9rZW4tb2YtNDMtY2hhcmFjdGVycy0".to_owned(),
            return_to: "/login?flow=Zk3s9QyV0cX1bT7m".to_owned(),
            request_id: "01K9ZQ4T7V8W9X0Y1Z2A3B4C5D".to_owned(),
            search_key: None,
            administers: false,
            is_answer: false,
            banners: Vec::new(),
            bar: None,
            account_links: Vec::new(),
        }
    }
}

pub fn langs() -> impl Iterator<Item = Lang> {
    let made_up = [Lang::Pseudo, Lang::PseudoRtl];
    Lang::ALL.iter().copied().chain(made_up)
}

/// Returns the tags of a document without `<` and `>`. Sufficient for the server's own HTML.
pub fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .map(|rest| rest.split_once('>').unwrap_or((rest, "")).0)
        .collect()
}

/// Returns the value of a tag's attribute.
pub fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    Some(rest.split_once('"').unwrap().0)
}

pub fn inputs(html: &str) -> Vec<&str> {
    tags(html)
        .into_iter()
        .filter(|tag| tag.starts_with("input "))
        .collect()
}

/// Checks language, direction, title, heading and main element of every page.
fn check_heads(gallery: &Gallery) {
    for lang in langs() {
        let head = format!("<html lang=\"{}\" dir=\"{}\">", lang.code(), lang.dir());
        for Sample { page, state, html } in gallery(Layout::sample(lang)) {
            assert!(
                html.trim_start().starts_with("<!doctype html>"),
                "{page}.{state}"
            );
            assert!(html.contains(&head), "{page}.{state} {}", lang.code());
            let title = html
                .split_once("<title>")
                .unwrap()
                .1
                .split_once("</title>")
                .unwrap()
                .0;
            assert!(
                title.ends_with(" · Doorward") && title.len() > 12,
                "{page}.{state}: {title}"
            );
            assert_eq!(html.matches("<h1").count(), 1, "{page}.{state} has one h1");
            assert_eq!(
                html.matches("<main").count(),
                1,
                "{page}.{state} has one main"
            );
        }
    }
}

/// Checks that the server renders the chosen theme.
fn check_themes(gallery: &Gallery) {
    for (theme, expected) in [
        (Theme::Dark, true),
        (Theme::Light, true),
        (Theme::Auto, false),
    ] {
        for Sample { page, html, .. } in gallery(Layout {
            theme,
            ..Layout::sample(Lang::En)
        }) {
            assert_eq!(html.contains(" data-theme=\""), expected, "{page}");
        }
    }
}

/// Checks that IDs are unique, and references have targets.
fn check_ids(gallery: &Gallery) {
    for Sample { page, state, html } in gallery(Layout::sample(Lang::En)) {
        let all = tags(&html);
        let ids: Vec<&str> = all.iter().filter_map(|tag| attribute(tag, "id")).collect();
        let set: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(
            ids.len(),
            set.len(),
            "{page}.{state}: an id twice in {ids:?}"
        );
        for tag in &all {
            let refs = ["for", "aria-describedby", "aria-labelledby"]
                .into_iter()
                .filter_map(|name| attribute(tag, name))
                .flat_map(str::split_whitespace)
                .chain(attribute(tag, "href").and_then(|href| href.strip_prefix('#')));
            for target in refs {
                assert!(set.contains(target), "{page}.{state}: no #{target}");
            }
        }
    }
}

/// Checks that visible fields have labels, and no password is sent back.
fn check_fields(gallery: &Gallery) {
    for Sample { page, state, html } in gallery(Layout::sample(Lang::En)) {
        for tag in inputs(&html) {
            let kind = attribute(tag, "type").unwrap_or("text");
            assert!(
                kind != "password" || attribute(tag, "value").is_none(),
                "{page}.{state}"
            );
            if kind == "search" {
                assert!(attribute(tag, "aria-label").is_some(), "{page}.{state}");
            }
            if matches!(kind, "text" | "email" | "password") {
                let id = attribute(tag, "id").unwrap();
                assert_eq!(attribute(tag, "name"), Some(id));
                assert!(
                    html.contains(&format!("<label for=\"{id}\">")),
                    "{page}.{state} {id}"
                );
                assert!(
                    attribute(tag, "autocomplete").is_some(),
                    "{page}.{state} {id}"
                );
            }
        }
        for tag in tags(&html).iter().filter(|tag| tag.starts_with("svg")) {
            let hidden = tag.contains("aria-hidden=\"true\"");
            let named = attribute(tag, "role") == Some("img") && tag.contains("aria-label=\"");
            assert!(hidden || named, "{page}.{state}");
        }
    }
}

/// Checks that each form of this server posts with the CSRF token.
fn check_forms(gallery: &Gallery) {
    for Sample { page, state, html } in gallery(Layout::sample(Lang::En)) {
        for form in html.split("<form").skip(1) {
            let form = form.split_once("</form>").unwrap().0;
            let action = attribute(form, "action").unwrap();
            if attribute(form, "role") == Some("search") {
                // A search changes nothing, so that its result has a URL.
                assert_eq!(attribute(form, "method"), Some("get"), "{page}.{state}");
                assert!(!form.contains("csrf"), "{page}.{state} {action}");
                continue;
            }
            assert_eq!(
                attribute(form, "method"),
                Some("post"),
                "{page}.{state} {action}"
            );
            assert_eq!(
                form.contains("name=\"csrf\""),
                action.starts_with('/'),
                "{page}.{state} {action}: the token is for this server alone"
            );
        }
        assert_eq!(
            html.matches("action=\"/preferences\"").count(),
            1,
            "{page}.{state}"
        );
        assert!(html.contains("name=\"return_to\""), "{page}.{state}");
    }
}

/// A function that renders all samples in a layout.
pub type Gallery = dyn Fn(Layout) -> Vec<Sample>;

/// Checks all samples: structure, labels, forms, themes and languages.
pub fn check(gallery: &Gallery) {
    assert!(!gallery(Layout::sample(Lang::En)).is_empty());
    check_heads(gallery);
    check_themes(gallery);
    check_ids(gallery);
    check_fields(gallery);
    check_forms(gallery);
}
