//! Pages of the console in languages with long words, from right to left, and without spaces, in both colour
//! schemes: none is wider than its window, and axe-core finds nothing.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, ColorScheme, JavaScript};

use crate::axe;
use crate::console_gallery::object_pages;
use crate::languages::CONSOLE_PAGES;
use crate::preferences::choose;
use crate::steps::{arrive, sign_in};
use crate::with_browser;

/// A telephone, a tablet or a small window, and a usual window.
const SIZES: [(u32, u32); 3] = [(390, 844), (1024, 768), (1280, 900)];

/// Pages beside those of objects and the largest forms.
const OTHERS: [&str; 14] = [
    "/admin/people?columns=organizations+roles",
    "/admin/people?sort=newest",
    "/admin/groups",
    "/admin/organizations",
    "/admin/providers",
    "/admin/streams",
    "/admin/reviews",
    "/admin/reviews/new",
    "/admin/campaigns",
    "/admin/campaigns/new",
    "/admin/sites",
    "/admin/reports",
    "/admin/unused",
    "/admin/guides/console/undo-a-change",
];

#[test]
fn console_fits_in_english() {
    console_fits_in("en");
}

#[test]
fn console_fits_in_german() {
    console_fits_in("de");
}

#[test]
fn console_fits_in_arabic() {
    console_fits_in("ar");
}

#[test]
fn console_fits_in_japanese() {
    console_fits_in("ja");
}

fn console_fits_in(lang: &str) {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let objects = object_pages(stack).await;
        browser.open(stack.at("/admin")).await;
        sign_in(browser, "admin").await;
        arrive(browser, "/admin").await;
        choose(browser, "lang", lang).await;
        let paths = objects.iter().map(|(path, _)| path.as_str());
        for path in paths.chain(CONSOLE_PAGES).chain(OTHERS) {
            browser.open(stack.at(path)).await;
            browser.find(&format!("html[lang={lang}] .side")).await;
            fits(browser, &format!("{path} in {lang}")).await;
        }
    });
}

/// Checks the page in each size and scheme. Only the colors depend on the scheme, and they do not depend on
/// the size.
async fn fits(browser: &Browser, page: &str) {
    for (width, height) in SIZES {
        browser.resize(width, height).await;
        assert!(!browser.overflows().await, "{page} at {width} px");
    }
    axe::finds_nothing(browser, page).await;
    browser.prefer(ColorScheme::Dark).await;
    axe::finds_no_bad_color(browser, &format!("{page}, dark")).await;
    browser.prefer(ColorScheme::Light).await;
}
