//! Every page of the console and of the account in languages with long words, from right to left, and without
//! spaces, in both colour schemes: none is wider than its window, and axe-core finds nothing. The test of budgets in
//! `api` compares their table with the routes of the server.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, ColorScheme, JavaScript};
use doorward_testkit::stack::HOST;

use crate::admin::world::World;
use crate::axe;
use crate::budget_table::{TABLE, address};
use crate::languages::NARROWEST;
use crate::objects::objects;
use crate::preferences::choose;
use crate::screenshots;
use crate::steps::{arrive, sign_in};
use crate::with_settings;

/// A telephone, a tablet or a small window, and a usual window.
const SIZES: [(u32, u32); 3] = [(390, 844), (1024, 768), (1280, 900)];
/// Maximum number of fields of a form that are not folded.
const MAX_FIELDS: u64 = 12;
/// The number of fields of the form that are shown.
const FIELDS: &str = "return [...document.querySelectorAll('#entry .field')].filter((one) => one.checkVisibility()).length;";
/// Passkeys need a host name.
const LOCALHOST: &[(&str, &str)] = &[(HOST, "localhost")];

/// Pages whose routes the table has with other values.
const OTHERS: [(&str, &str); 5] = [
    ("/admin/people?sort=newest", ""),
    ("/admin/apps/{id}/edit/{section}", "WEB tokens"),
    ("/admin/apps/{id}/edit/{section}", "WEB consent"),
    ("/admin/apps/{id}/edit/{section}", "WEB sign-out"),
    ("/admin/apps/{id}/edit/{section}", "WEB advanced"),
];

#[test]
fn pages_fit_in_english() {
    pages_fit_in(
        "en",
        &[
            (SIZES[1], ColorScheme::Light),
            (SIZES[0], ColorScheme::Dark),
        ],
    );
}

#[test]
fn pages_fit_in_german() {
    pages_fit_in("de", &[(SIZES[2], ColorScheme::Light)]);
}

#[test]
fn pages_fit_in_arabic() {
    pages_fit_in("ar", &[(SIZES[0], ColorScheme::Light)]);
}

#[test]
fn pages_fit_in_japanese() {
    pages_fit_in("ja", &[(SIZES[1], ColorScheme::Dark)]);
}

/// Opens each page. `cargo xtask screenshots` takes pictures in these sizes.
fn pages_fit_in(lang: &str, pictures: &[((u32, u32), ColorScheme)]) {
    with_settings(
        JavaScript::On,
        LOCALHOST,
        async |stack: &Stack, browser: &Browser| {
            let world = World::new(stack).await;
            // The objects of alice include a session.
            world.token("alice").await;
            let named = objects(&world).await;
            browser.open(stack.at("/admin")).await;
            sign_in(browser, "admin").await;
            arrive(browser, "/admin").await;
            choose(browser, "lang", lang).await;
            let mut wrong = Vec::new();
            let rows = TABLE.iter().map(|(route, values, _)| (*route, *values));
            for (route, values) in rows.chain(OTHERS).filter(|(route, _)| is_page(route)) {
                browser
                    .open(stack.at(&address(route, values, &named)))
                    .await;
                let is_in_frame = route.starts_with("/admin") && !route.ends_with("/preview");
                // The page of an error has no list of the sections.
                let frame = if is_in_frame { ".side" } else { "main" };
                browser.find(&format!("html[lang={lang}] {frame}")).await;
                let page = format!("{route} {values} in {lang}");
                wrong.extend(check(browser, &page, lang == "en").await);
                if Browser::takes_pictures() {
                    take(browser, &page, pictures).await;
                }
            }
            assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        },
    );
}

/// Returns true for a page. A file has an ending, and the path of a bulk change leads to its list.
fn is_page(route: &str) -> bool {
    !route.contains('.') && !route.ends_with("/bulk")
}

/// Checks the page in each size and scheme, and returns what is wrong. Only the colors depend on the scheme, and
/// they do not depend on the size or the language.
async fn check(browser: &Browser, page: &str, is_first: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for size in [NARROWEST].into_iter().chain(SIZES) {
        wrong.extend(screenshots::unfit(browser, page, size).await);
    }
    let fields = browser.execute(FIELDS).await;
    if fields.as_u64() > Some(MAX_FIELDS) {
        wrong.push(format!("{page} shows {fields} fields"));
    }
    axe::finds_nothing(browser, page).await;
    if is_first {
        browser.prefer(ColorScheme::Dark).await;
        axe::finds_no_bad_color(browser, &format!("{page}, dark")).await;
        browser.prefer(ColorScheme::Light).await;
    }
    wrong
}

async fn take(browser: &Browser, page: &str, pictures: &[((u32, u32), ColorScheme)]) {
    for ((width, height), scheme) in pictures {
        browser.resize(*width, *height).await;
        browser.prefer(*scheme).await;
        let name = page.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let name = format!("each{name}-{width}-{}.png", scheme.as_str());
        browser.picture(&name).await;
    }
    browser.prefer(ColorScheme::Light).await;
}
