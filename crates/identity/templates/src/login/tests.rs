use std::collections::BTreeSet;

use doorward_i18n::Lang;

use super::*;
use crate::tests::samples::Sampled as _;

fn sample() -> Login {
    let mut all = Login::samples(&Layout::sample(Lang::En));
    all.swap_remove(0).1
}

/// Returns the position of a text that the page contains once.
fn place(html: &str, text: &str) -> usize {
    assert_eq!(html.matches(text).count(), 1, "{text}");
    html.find(text).unwrap()
}

#[test]
fn ways_without_password_follow_word_or() {
    let html = sample().render().unwrap();
    let order = [
        "class=\"btn primary wide\"",
        "class=\"row small muted or\"",
        "formaction=\"/login/passkey\"",
        "formaction=\"/login/with/github\"",
        "formaction=\"/login/with/google\"",
        "formaction=\"/login/with/acme\"",
        "href=\"/login/email?",
    ];
    let places = order.map(|text| place(&html, text));
    assert!(places.is_sorted(), "{places:?}");
    // Only the script shows the button that needs it.
    assert!(html.contains(" data-auto hidden>"));
    let bare = Login {
        layout: Layout::sample(Lang::En),
        ..Login::default()
    };
    assert!(!bare.render().unwrap().contains("muted or\""));
}

#[test]
fn providers_have_marks() {
    let mark = |known| {
        let mut page = sample();
        page.passkey = None;
        page.email_code = None;
        page.providers.truncate(1);
        page.providers[0].known = known;
        let html = page.render().unwrap();
        let (_, button) = html.split_once("formaction=\"/login/with/").unwrap();
        let (_, path) = button.split_once(" d=\"").unwrap();
        path.split_once('"').unwrap().0.to_owned()
    };
    let presets = Preset::ALL
        .into_iter()
        .filter(|preset| preset.name().is_some());
    let marks: Vec<String> = presets.map(|preset| mark(Some(preset))).collect();
    let distinct: BTreeSet<&String> = marks.iter().collect();
    assert_eq!(distinct.len(), 6, "{marks:?}");
    let neutral = mark(None);
    assert!(!marks.contains(&neutral));
    assert_eq!(mark(Some(Preset::Oidc)), neutral);
}

#[test]
fn forgotten_password_is_linked_after_its_field() {
    let html = sample().render().unwrap();
    let link = place(&html, "class=\"link forgot\" href=\"/forgot-password?flow=");
    assert!(place(&html, "id=\"password\"") < link);
    assert!(link < place(&html, "name=\"remember\""));
}
