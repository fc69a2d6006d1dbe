//! Tests languages on the narrowest screen, selected without JavaScript: no page scrolls sideways.
//! `cargo xtask test --both` tests every language. Takes pictures of three: one from right to left, one without spaces, one with long
//! words.

use doorward_i18n::Lang;
use doorward_store::repo;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Backend, Stack};

use crate::app::App;
use crate::preferences::choose;
use crate::steps::{arrive, sign_in};
use crate::with_browser;

pub const NARROWEST: (u32, u32) = (320, 640);
const SIZES: [(u32, u32); 2] = [(390, 844), (1280, 900)];
/// From right to left, without spaces, and with long words.
const PICTURED: [Lang; 3] = [Lang::Ar, Lang::Ja, Lang::Pl];
const PUBLIC_PAGES: [&str; 4] = ["/login", "/register", "/forgot-password", "/nothing-here"];
const ACCOUNT_PAGES: [&str; 15] = [
    "/account",
    "/account/profile",
    "/account/password",
    "/account/security",
    "/account/security/2fa",
    "/account/sessions",
    "/account/apps",
    "/account/organizations",
    "/account/reviews",
    "/account/api-keys",
    "/account/activity",
    "/account/check-up",
    "/account/support-code",
    "/account/data",
    "/device",
];

/// Pages of the console: each section, and the largest forms.
pub const CONSOLE_PAGES: [&str; 24] = [
    "/admin",
    "/admin/people",
    "/admin/groups/new",
    "/admin/organizations/new",
    "/admin/roles",
    "/admin/roles/admin",
    "/admin/roles/new",
    "/admin/grants",
    "/admin/apps",
    "/admin/apps/new",
    "/admin/apps/web-app",
    "/admin/apps/web-app/edit/sign-in",
    "/admin/apps/web-app/edit/scopes",
    "/admin/apps/web-app/edit/advanced",
    "/admin/apps/new/catalogue",
    "/admin/providers/new",
    "/admin/providers/new/oidc",
    "/admin/api-access",
    "/admin/sign-ins",
    "/admin/sessions",
    "/admin/audit",
    "/admin/keys",
    "/admin/system",
    "/admin/setup",
];

fn languages() -> &'static [Lang] {
    if Backend::both_requested() {
        Lang::ALL
    } else {
        &PICTURED
    }
}

#[test]
fn languages_fit_on_narrowest_telephone() {
    with_browser(JavaScript::Off, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        let wish = app.authorization(stack);
        browser.resize(NARROWEST.0, NARROWEST.1).await;
        browser.open(wish.url()).await;
        for lang in languages() {
            choose(browser, "lang", lang.code()).await;
            browser
                .click("details:has(button[name=lang]) summary")
                .await;
            fits(browser, *lang, "menu").await;
            visit(stack, browser, *lang, &PUBLIC_PAGES).await;
            browser.open(wish.url()).await;
        }
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        for lang in languages() {
            choose(browser, "lang", lang.code()).await;
            fits(browser, *lang, "consent").await;
        }
        for lang in languages() {
            browser.open(stack.at("/account")).await;
            choose(browser, "lang", lang.code()).await;
            visit(stack, browser, *lang, &ACCOUNT_PAGES).await;
        }
    });
}

#[test]
fn console_fits_on_narrowest_telephone_in_languages() {
    with_browser(JavaScript::Off, async |stack: &Stack, browser: &Browser| {
        browser.resize(NARROWEST.0, NARROWEST.1).await;
        browser.open(stack.at("/admin")).await;
        sign_in(browser, "admin").await;
        arrive(browser, "/admin").await;
        for lang in languages() {
            browser.open(stack.at("/admin")).await;
            choose(browser, "lang", lang.code()).await;
            visit(stack, browser, *lang, &CONSOLE_PAGES).await;
        }
    });
}

/// Checks the account pages with a long name and the longest usual parts of an address.
#[test]
fn long_names_fit_on_narrowest_telephone() {
    with_browser(JavaScript::Off, async |stack: &Stack, browser: &Browser| {
        let db = stack.db().await;
        let alice = repo::users::find_by_identifier(db.read(), "alice").await;
        let mut alice = alice.unwrap().unwrap();
        let seen = alice.updated_at;
        alice.profile.given_name = Some("Wolfeschlegelsteinhausenbergerdorff".repeat(2));
        alice.email = format!("{}@{}.example", "a".repeat(64), "b".repeat(63));
        alice.email_key = alice.email.clone();
        let tx = db.begin_write().await.unwrap();
        assert!(
            repo::users::update_profile(&tx, &alice, seen)
                .await
                .unwrap()
        );
        assert!(repo::users::update_email(&tx, &alice).await.unwrap());
        tx.commit().await.unwrap();
        browser.resize(NARROWEST.0, NARROWEST.1).await;
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;
        visit(stack, browser, Lang::En, &ACCOUNT_PAGES).await;
    });
}

async fn visit(stack: &Stack, browser: &Browser, lang: Lang, paths: &[&str]) {
    for path in paths {
        browser.open(stack.at(path)).await;
        fits(browser, lang, &path.replace('/', "-")).await;
    }
}

/// Asserts that the page has that language and direction and fits; takes pictures of some.
async fn fits(browser: &Browser, lang: Lang, page: &str) {
    let html = format!("html[lang={}][dir={}]", lang.code(), lang.dir());
    browser.find(&html).await;
    let code = lang.code();
    assert!(!browser.overflows().await, "{page} in {code}");
    if !Browser::takes_pictures() || !PICTURED.contains(&lang) {
        return;
    }
    for (width, height) in SIZES.into_iter().chain([NARROWEST]) {
        browser.resize(width, height).await;
        let name = format!("language-{code}-{page}-{width}.png");
        browser.picture(&name).await;
    }
}

/// Checks that a date in a sentence is the one that the browser writes. Only the first of a month has an
/// ordinal in some languages, which browsers leave out.
#[test]
fn dates_in_sentences_are_those_of_browser() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        browser.open(stack.at("/login")).await;
        browser.find("#login").await;
        for lang in Lang::ALL {
            for month in 0..12 {
                // The 20th of a month of 2026.
                let script = format!(
                    "const at = new Date(Date.UTC(2026, {month}, 20)); return [at / 1000, \
                     at.toLocaleDateString('{}', {{ dateStyle: 'long', timeZone: 'UTC' }})];",
                    lang.code()
                );
                let found = browser.execute(&script).await;
                let (at, date) = (found[0].as_i64().unwrap(), found[1].as_str().unwrap());
                // Marks of direction surround parts of an Arabic sentence.
                let is_mark = |c: char| ('\u{2066}'..='\u{2069}').contains(&c);
                let sentence = doorward_i18n::date::utc(*lang, at).replace(is_mark, "");
                assert!(sentence.contains(date), "{date}: {sentence}");
            }
        }
    });
}
