//! Tests of every page in every state and language: text, names, labels, sizes, and no inline code.

mod brand;
mod gallery;
pub(crate) mod samples;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use doorward_i18n::Lang;
use doorward_rules::brand::{Brand, BrandLinks};
use doorward_rules::consent::PageLink;

use self::gallery::{gallery, gallery_in};
use self::samples::Sampled as _;
use super::*;
use crate::testing::{Sample, attribute, inputs, langs, tags};

fn pages(lang: Lang) -> Vec<Sample> {
    gallery(lang, Theme::Auto)
}

fn page(name: &str, state: &str, lang: Lang) -> String {
    let found = pages(lang)
        .into_iter()
        .find(|s| s.page == name && s.state == state);
    found
        .unwrap_or_else(|| panic!("no sample {name}.{state}"))
        .html
}

#[test]
fn every_page_passes_common_checks() {
    testing::check(&gallery_in);
    assert_eq!(Theme::parse("dark"), Theme::Dark);
    assert_eq!(Theme::parse("\"><script>"), Theme::Auto);
}

#[test]
fn autocomplete_tokens_are_exact() {
    let token = |html: &str, id: &str| {
        let found = inputs(html)
            .into_iter()
            .find(|tag| attribute(tag, "id") == Some(id))
            .unwrap();
        attribute(found, "autocomplete").unwrap().to_owned()
    };
    let login = page("login", "normal", Lang::En);
    assert_eq!(token(&login, "identifier"), "username webauthn");
    assert_eq!(token(&login, "password"), "current-password");
    let change = page("new-password", "change", Lang::En);
    assert_eq!(token(&change, "username"), "username");
    assert_eq!(token(&change, "current_password"), "current-password");
    assert_eq!(token(&change, "password"), "new-password");
    for name in ["register", "setup"] {
        let html = page(name, "normal", Lang::En);
        assert_eq!(token(&html, "username"), "username");
        assert_eq!(token(&html, "email"), "email");
        assert_eq!(token(&html, "password"), "new-password");
        assert_eq!(token(&html, "password_confirm"), "new-password");
    }
}

#[test]
fn error_page_starts_with_error_title() {
    for (name, state, field) in [
        ("login", "missing", "identifier"),
        ("register", "several", "password_confirm"),
        ("setup", "error", "username"),
    ] {
        let html = page(name, state, Lang::En);
        assert!(html.contains("<title>Error: "), "{name}.{state}");
        let (summary, form) = html
            .split_once("role=\"alert\"")
            .unwrap()
            .1
            .split_once("<form")
            .unwrap();
        assert!(summary.contains("<h2 id=\"problems\">There is a problem</h2>"));
        assert!(
            summary.contains(&format!("<a href=\"#{field}\">")),
            "{name}.{state}"
        );
        let tag = inputs(form)
            .into_iter()
            .find(|tag| attribute(tag, "id") == Some(field))
            .unwrap();
        assert_eq!(attribute(tag, "aria-invalid"), Some("true"));
        assert!(
            attribute(tag, "aria-describedby")
                .unwrap()
                .contains(&format!("{field}-error"))
        );
    }
    assert!(!page("login", "normal", Lang::En).contains("aria-invalid"));
}

#[test]
fn rejected_sign_in_keeps_identifier_and_hides_cause() {
    let html = page("login", "rejected", Lang::En);
    assert!(html.contains("value=\"alice\""));
    assert_eq!(
        html.matches("The username, email or password is not right.")
            .count(),
        1
    );
    assert_eq!(
        html.matches("aria-invalid=\"true\" aria-describedby=\"problem-1\"")
            .count(),
        2
    );
}

#[test]
fn links_keep_interaction() {
    let login = page("login", "normal", Lang::En);
    assert!(login.contains("href=\"/register?flow=Zk3s9QyV0cX1bT7m\""));
    assert!(page("register", "normal", Lang::En).contains("href=\"/login?flow=Zk3s9QyV0cX1bT7m\""));
    assert!(!page("login", "bare", Lang::En).contains("/register"));
}

#[test]
fn user_without_password_is_not_asked_for_it() {
    let change = "href=\"/account/password\"";
    let set = "href=\"/forgot-password\"";
    for (state, known) in [
        ("normal", [true, false]),
        ("few", [false, true]),
        ("without-mail", [false, false]),
    ] {
        let html = page("sign-in-methods", state, Lang::En);
        let found = [change, set].map(|link| html.contains(link));
        assert_eq!(found, known, "{state}");
    }
}

#[test]
fn second_step_has_one_main_action() {
    for state in ["normal", "recovery", "both", "passkey"] {
        let html = page("second_step", state, Lang::En);
        assert_eq!(html.matches(" primary").count(), 1, "{state}");
    }
}

#[test]
fn consent_offers_equal_answers_and_no_checked_scope() {
    let html = page("consent", "many", Lang::En);
    assert!(html.contains("name=\"decision\" value=\"allow\""));
    assert!(html.contains("name=\"decision\" value=\"deny\""));
    assert!(!html.contains("checked"));
    // Enter must not approve: the heading has the focus, no field and no button.
    assert!(html.contains("<h1 tabindex=\"-1\" autofocus"));
    assert_eq!(html.matches("autofocus").count(), 1);
    let (sensitive, plain) = (
        html.find("Delete your tasks").unwrap(),
        html.find("See your email").unwrap(),
    );
    assert!(sensitive < plain);
    assert!(page("consent", "unverified", Lang::En).contains("Not verified by Doorward"));
    assert!(page("confirm-device", "address", Lang::En).contains("Not verified by Doorward"));
    assert!(!page("confirm-device", "normal", Lang::En).contains("Not verified"));
    assert!(page("consent", "new", Lang::En).contains(">New</span>"));
}

#[test]
fn user_input_is_escaped() {
    const EVIL: &str = "\"><svg onload=alert(1)>'<script>";
    let layout = Layout {
        brand: Arc::new(Brand {
            links: BrandLinks {
                support: Some(EVIL.to_owned()),
                imprint: Some(EVIL.to_owned()),
                ..BrandLinks::default()
            },
            ..Brand::named(EVIL)
        }),
        csrf: EVIL.to_owned(),
        return_to: EVIL.to_owned(),
        request_id: EVIL.to_owned(),
        ..Layout::sample(Lang::En)
    };
    let text = || EVIL.to_owned();
    let mut login = Login::samples(&Layout::sample(Lang::En)).remove(0).1;
    (login.identifier, login.flow, login.app_name) = (text(), text(), Some(text()));
    let mut register = Register::samples(&Layout::sample(Lang::En)).remove(0).1;
    (register.fields.username, register.fields.email) = (text(), text());
    let mut consent = Consent::samples(&Layout::sample(Lang::En)).remove(0).1;
    (
        consent.app.name,
        consent.account.name,
        consent.account.login,
    ) = (text(), text(), text());
    consent.app.host = consent::RedirectHost::App(text());
    consent.asked.required = vec![
        scope::ScopeRow::new(text(), Some(text())),
        scope::ScopeRow::new(text(), None),
    ];
    consent.asked.optional = consent.asked.required.clone();
    consent.asked.kept = consent.asked.required.clone();
    consent.app.publisher = Some(text());
    let link = || PageLink {
        url: text(),
        foreign_host: Some(text()),
    };
    consent.app.policy_uri = Some(link());
    consent.app.tos_uri = Some(link());
    let mut account = Account::samples(&Layout::sample(Lang::En)).remove(0).1;
    (account.name, account.email) = (text(), text());
    account.roles = vec![text()];
    account.sessions[0].ip = Some(text());
    account.invitations[0].organization = text();
    let mut error = ErrorPage::samples(&Layout::sample(Lang::En)).remove(0).1;
    (error.code, error.description) = (Some(text()), Some(text()));
    let mut post = FormPost::samples(&Layout::sample(Lang::En)).remove(0).1;
    (post.action, post.app_name, post.pairs) = (text(), text(), vec![(text(), text())]);
    for chrome_of in [
        &mut login.layout,
        &mut register.layout,
        &mut consent.layout,
        &mut account.layout,
        &mut error.layout,
        &mut post.layout,
    ] {
        *chrome_of = layout.clone();
    }
    for html in [
        login.render(),
        register.render(),
        consent.render(),
        account.render(),
        error.render(),
        post.render(),
    ] {
        let html = html.unwrap();
        assert!(
            !html.contains("<svg onload") && !html.contains("'<script"),
            "{html}"
        );
        assert!(
            !tags(&html).iter().any(|tag| tag.contains("\"\"")),
            "a quote got out"
        );
    }
}

#[test]
fn templates_have_no_inline_code_and_escape_all_values() {
    fn walk(directory: &Path, check: &mut dyn FnMut(&Path, &str)) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, check);
            } else {
                check(&path, &fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut seen = 0;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../templates");
    walk(&root, &mut |path, text| {
        if path.components().any(|part| part.as_os_str() == "emails") {
            return;
        }
        seen += 1;
        for banned in [
            "|safe",
            "| safe",
            "style=",
            "<style",
            "javascript:",
            "http://",
            "{% raw",
        ] {
            assert!(!text.contains(banned), "{banned} in {}", path.display());
        }
        for tag in tags(text) {
            let inline = tag.split_whitespace().any(|word| {
                word.split_once('=').is_some_and(|(name, _)| {
                    name.starts_with("on") && name.chars().all(|c| c.is_ascii_lowercase())
                })
            });
            assert!(!inline, "a handler in {}: {tag}", path.display());
            assert!(
                !tag.starts_with("script") || tag.contains(" src="),
                "{}",
                path.display()
            );
        }
    });
    assert!(seen > 10, "the templates were not read");
}

#[test]
fn pages_stay_within_size_budget() {
    let [css, js, icon, console, script, pick, passkey] =
        assets::all().map(|(_, _, body)| body.len());
    assert!(css <= 8_192, "style sheet: {css}");
    assert!(console <= 14_336, "style sheet of the console: {console}");
    let scripts = js + script + pick + passkey;
    assert!(scripts <= 12_288, "scripts: {scripts}");
    let mut large = Vec::new();
    for &lang in Lang::ALL {
        for Sample { page, state, html } in pages(lang) {
            // Characters of these languages take two or three bytes, and count as one.
            let long = matches!(lang, Lang::Ar | Lang::Ja);
            let letters = html.chars().count();
            let (size, tag) = (if long { letters } else { html.len() }, lang.code());
            // The lists of the console have up to 50 rows. Its pages have a script of their own,
            // and a style sheet, which the pages of the account with a navigation share.
            let (limit, most, files) = if page.starts_with("console-") {
                (40_960, 61_440, 5)
            } else if html.contains("class=\"sections\"") {
                (13_312, 30_720, 4)
            } else {
                (10_240, 30_720, 3)
            };
            if size > limit {
                large.push(format!("{page}.{state} in {tag}: {size}"));
            }
            let drawn = html.matches("id=\"alert\"").count();
            let again = html.contains("\"#alert\"");
            assert!(drawn == 1 || (drawn == 0 && !again), "{page}.{state}");
            let whole = html.len() + css + js + icon;
            assert!(whole <= most, "{page}.{state} with its files: {whole}");
            assert_eq!(
                html.matches("/static/").count(),
                files,
                "{page}.{state}: requests in all"
            );
            // Exception: the frames of a sign-out, which belong to other sites.
            assert!(
                !html
                    .replace("<iframe src=\"http", "")
                    .contains("src=\"http"),
                "{page}.{state}: nothing from elsewhere"
            );
        }
    }
    assert!(large.is_empty(), "{large:#?}");
}
