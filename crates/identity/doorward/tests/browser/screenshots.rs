//! Takes a picture of every page, in mobile and desktop sizes, light and dark, and checks the rules
//! for all pages. `cargo xtask screenshots` runs the tests that call [`picture`].

use std::collections::BTreeSet;

use doorward_domain::model::Client;
use doorward_protocol::scope::Scope;
use doorward_testkit::browser::{Browser, ColorScheme, JavaScript};
use doorward_testkit::{Authorization, PASSWORD, Stack};

use crate::app::App;
use crate::axe;
use crate::preferences::choose;
use crate::profile::unfold;
use crate::steps::{allow, arrive, arrive_at, sign_in, sign_in_with};
use crate::two_factor;
use crate::with_browser;

const SIZES: [(u32, u32); 2] = [(390, 844), (1280, 900)];
/// The narrowest window: 1280 px at 400 % zoom (WCAG 1.4.10).
const NARROWEST: (u32, u32) = (320, 640);

/// Lists the innermost elements that are wider than the page.
const WIDE: &str = r#"
    const edge = document.documentElement.clientWidth;
    const wide = [...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right > edge + 1);
    return wide.filter((one) => !wide.some((other) => other !== one && one.contains(other))).map((one) => one.outerHTML.slice(0, 150));
"#;

/// Lists the elements whose text is broken into lines of a few characters, because others take its place.
const CRUSHED: &str = r#"
    const texts = [...document.querySelectorAll("main :is(p, li, div, dd, td)")].filter((one) =>
        one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim().length > 24));
    const is_crushed = (width) => width > 1 && width < 80;
    return texts.filter((one) => is_crushed(one.getBoundingClientRect().width)).map((one) => one.outerHTML.slice(0, 150));
"#;

/// A script that returns fields without a label, buttons without text, targets smaller than 24 px
/// (WCAG 2.5.8), and other obstacles to navigation. Empty if there are none.
const LAYOUT_ERRORS: &str = r#"
    const shown = (selector) => [...document.querySelectorAll(selector)]
        .filter((one) => one.checkVisibility({visibilityProperty: true}));
    const name = (one) => one.outerHTML.slice(0, 120);
    const faults = [];
    for (const field of shown("input:not([type=hidden]), select, textarea"))
        if (!field.ariaLabel && ![...field.labels].some((label) => label.innerText.trim())) faults.push("no label: " + name(field));
    for (const button of shown("button, a"))
        if (!(button.innerText.trim() || button.ariaLabel)) faults.push("no words: " + name(button));
    for (const target of shown("button, summary, select, a.btn, a.link, footer a, input:not([type=hidden], [type=checkbox])")) {
        const box = target.getBoundingClientRect();
        if (box.width < 24 || box.height < 24) faults.push("small: " + name(target));
    }
    for (const box of shown("input[type=checkbox]"))
        if ((box.labels[0] ?? box).getBoundingClientRect().height < 24) faults.push("small: " + name(box));
    if (shown("h1").length !== 1) faults.push("headings: " + shown("h1").length);
    if (shown("main").length !== 1) faults.push("main: " + shown("main").length);
    if (!document.documentElement.lang || !document.documentElement.dir) faults.push("no lang or dir");
    if (!document.title.trim()) faults.push("no title");
    if (document.querySelector("[style], style, script:not([src])")) faults.push("inline style or script");
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    if (new Set(ids).size !== ids.length) faults.push("an id twice: " + ids);
    return faults;
"#;

#[test]
fn every_page() {
    every_page_in("en");
}

#[test]
fn every_page_in_arabic() {
    every_page_in("ar");
}

fn every_page_in(lang: &str) {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        browser.open(stack.at("/login")).await;
        choose(browser, "lang", lang).await;
        let mut gallery = Gallery {
            browser,
            pages: BTreeSet::new(),
        };
        picture_public_pages(stack, &mut gallery).await;
        picture_account_pages(stack, &mut gallery).await;
        owners_see(stack, &mut gallery).await;
        picture_second_factor_pages(stack, &mut gallery).await;
        assert!(gallery.pages.len() >= 22, "{:?}", gallery.pages);
    });
}

struct Gallery<'a> {
    browser: &'a Browser,
    pages: BTreeSet<&'static str>,
}

impl Gallery<'_> {
    async fn add(&mut self, page: &'static str) {
        assert!(self.pages.insert(page), "{page} twice");
        picture(self.browser, page).await;
    }
}

/// Takes pictures of the page in English and in Arabic, from right to left. A GET must be able to
/// show it again.
pub async fn picture_in_both(browser: &Browser, page: &str) {
    picture(browser, page).await;
    choose(browser, "lang", "ar").await;
    picture(browser, page).await;
    choose(browser, "lang", "en").await;
}

/// Checks the rules on the current page and saves pictures in both sizes and schemes. The file name
/// of a language other than English contains its code. A page in such a language has the elements and colors
/// of the English one, so axe-core reads it once.
pub async fn picture(browser: &Browser, page: &str) {
    let lang = browser
        .execute("return document.documentElement.lang;")
        .await;
    let translated = lang.as_str().filter(|lang| *lang != "en");
    let page = match translated {
        None => page.to_owned(),
        Some(lang) => format!("{page}-{lang}"),
    };
    fits(browser, &page, NARROWEST).await;
    for size in SIZES {
        fits(browser, &page, size).await;
        for scheme in [ColorScheme::Light, ColorScheme::Dark] {
            browser.prefer(scheme).await;
            let name = format!("{page}-{}-{}.png", size.0, scheme.as_str());
            browser.picture(&name).await;
            let is_first = size == SIZES[0];
            if translated.is_some() && !(is_first && scheme == ColorScheme::Light) {
                continue;
            }
            let state = format!("{page} at {} px, {}", size.0, scheme.as_str());
            match scheme {
                ColorScheme::Light => axe::finds_nothing(browser, &state).await,
                // The colors of a page do not depend on its width.
                ColorScheme::Dark if is_first => axe::finds_no_bad_color(browser, &state).await,
                ColorScheme::Dark => {}
            }
        }
    }
    let faults = browser.execute(LAYOUT_ERRORS).await;
    assert_eq!(faults, serde_json::json!([]), "{page}");
}

/// Returns what is wider than a window of this size, and the texts without space.
pub async fn unfit(browser: &Browser, page: &str, (width, height): (u32, u32)) -> Vec<String> {
    browser.resize(width, height).await;
    let mut found = Vec::new();
    if browser.overflows().await {
        let wide = browser.execute(WIDE).await;
        found.push(format!("{page} scrolls sideways at {width} px: {wide}"));
    }
    let crushed = browser.execute(CRUSHED).await;
    if crushed != serde_json::json!([]) {
        found.push(format!("{page} has no space at {width} px: {crushed}"));
    }
    found
}

async fn fits(browser: &Browser, page: &str, size: (u32, u32)) {
    assert_eq!(unfit(browser, page, size).await, Vec::<String>::new());
}

async fn picture_public_pages(stack: &Stack, gallery: &mut Gallery<'_>) {
    let browser = gallery.browser;
    browser.open(stack.at_tasks("/web/")).await;
    gallery.add("tasks-signed-out").await;
    browser.click("a[href='/web/login']").await;
    browser.find("#login").await;
    gallery.add("sign-in").await;
    sign_in_with(browser, "alice", "not the password").await;
    browser.find("[role=alert]").await;
    gallery.add("sign-in-error").await;
    browser.click("a[href^='/register']").await;
    browser.find("#register").await;
    gallery.add("register").await;
    browser.fill("[name=username]", "alice").await;
    browser.fill("[name=email]", "not an address").await;
    browser.fill("[name=password]", "password1234").await;
    browser.click("#register button.primary").await;
    browser.find("[role=alert]").await;
    gallery.add("register-error").await;
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    browser
        .open(request.with("redirect_uri", "https://evil.example/").url())
        .await;
    browser.click("summary.link").await;
    gallery.add("error").await;
    browser.open(stack.at("/no-such-page")).await;
    gallery.add("not-found").await;
    browser
        .open(stack.at_tasks("/web/callback?code=x&state=y"))
        .await;
    gallery.add("tasks-error").await;
}

/// Fills in all client settings that the consent page shows.
fn say_more(app: &mut Client) {
    app.consent.optional_scopes = Scope::parse("email tasks:delete").expect("names");
    app.consent.lifetime = Some(90 * 24 * 3600);
    app.consent.publisher = Some("Example Gardens Ltd".to_owned());
    app.consent.policy_uri = Some("https://gardens.example/privacy".to_owned());
    app.consent.tos_uri = Some("https://gardens.example/terms".to_owned());
}

async fn picture_account_pages(stack: &Stack, gallery: &mut Gallery<'_>) {
    let browser = gallery.browser;
    browser.open(stack.at_tasks("/web/login")).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/consent").await;
    gallery.add("consent").await;
    allow(browser).await;
    arrive(browser, "/web/").await;
    gallery.add("tasks-empty").await;
    for (title, priority, day) in [
        ("Water the plants", "low", ""),
        (
            "Write to Grandmother about the summer, the garden and the new cat",
            "high",
            "12/24/2026",
        ),
        (
            "Donaudampfschifffahrtsgesellschaftskapitänsmützenhalterung",
            "urgent",
            "",
        ),
    ] {
        browser.fill("#title", title).await;
        let choice = browser.find("#priority").await;
        choice.select_by_value(priority).await.unwrap();
        browser
            .find("#due_date")
            .await
            .send_keys(day)
            .await
            .unwrap();
        browser.click("form.add button").await;
        browser.find(&format!("ul.tasks .{priority}")).await;
    }
    browser
        .click("ul.tasks li:last-child form[action$='/status'] button")
        .await;
    browser.find("li.closed").await;
    gallery.add("tasks").await;
    browser.open(stack.at("/account")).await;
    gallery.add("account").await;
    let app = App::start();
    browser
        .open(
            app.authorization(stack)
                .with("prompt", "select_account")
                .url(),
        )
        .await;
    arrive(browser, "/select-account").await;
    gallery.add("select-account").await;
    browser.click("[value=current]").await;
    arrive(browser, "/consent").await;
    gallery.add("consent-small").await;
    stack.change_client(&stack.seed.native.id, say_more).await;
    let more = "openid email tasks:read tasks:delete offline_access";
    let request = app.authorization(stack).with("scope", more);
    browser.open(request.url()).await;
    arrive(browser, "/consent").await;
    gallery.add("consent-choice").await;
    allow(browser).await;
    arrive_at(browser, &app).await;
    browser
        .open(app.authorization(stack).with("prompt", "login").url())
        .await;
    arrive(browser, "/login").await;
    gallery.add("sign-in-again").await;
    browser.open(stack.at("/logout")).await;
    gallery.add("logout").await;
    browser.click("#logout button.primary").await;
    browser.find("main a[href='/login']").await;
    gallery.add("logged-out").await;
    assert!(!browser.source().await.contains(PASSWORD));
}

/// Takes pictures of the profile and account deletion pages.
async fn owners_see(stack: &Stack, gallery: &mut Gallery<'_>) {
    let browser = gallery.browser;
    browser.open(stack.at("/login")).await;
    sign_in(browser, "mona").await;
    arrive(browser, "/account").await;
    browser.click("nav a[href='/account/profile']").await;
    browser.find("#profile").await;
    gallery.add("profile").await;
    for field in ["birthdate", "website"] {
        unfold(browser, field).await;
    }
    browser.fill("#birthdate", "31.12.1985").await;
    browser.fill("#website", "mona.example").await;
    browser.click("#profile button.primary").await;
    browser.find("[role=alert]").await;
    gallery.add("profile-error").await;
    browser.open(stack.at("/account/data")).await;
    gallery.add("personal-data").await;
    browser.fill("#username", "mona").await;
    browser.click("#data-delete button").await;
    arrive(browser, "/account/keep").await;
    gallery.add("leaving").await;
    browser.click("#keep button").await;
    arrive(browser, "/account").await;
    browser.open(stack.at("/logout")).await;
    browser.click("#logout button.primary").await;
    browser.find("main a[href='/login']").await;
}

/// Takes pictures of the second-factor pages.
async fn picture_second_factor_pages(stack: &Stack, gallery: &mut Gallery<'_>) {
    use doorward_access::clock::Clock as _;
    let browser = gallery.browser;
    browser.open(stack.at("/login")).await;
    sign_in(browser, "bob").await;
    arrive(browser, "/account").await;
    browser.open(stack.at(two_factor::HOME)).await;
    gallery.add("two-factor-off").await;
    browser.click("form[action$='/start'] button").await;
    let app = two_factor::scan(browser).await;
    gallery.add("two-factor-set-up").await;
    let code = app.code_at(stack.clock.now());
    browser.fill("#code", &code).await;
    browser.click(two_factor::CONFIRM).await;
    browser.find("a[download]").await;
    gallery.add("recovery-codes").await;
    browser.open(stack.at(two_factor::HOME)).await;
    gallery.add("two-factor-on").await;
    browser.open(stack.at("/logout")).await;
    browser.click("#logout button.primary").await;
    browser.find("main a[href='/login']").await;
    browser.open(stack.at("/login")).await;
    sign_in(browser, "bob").await;
    arrive(browser, "/login/2fa").await;
    gallery.add("second-step").await;
    browser.fill("#code", &code).await;
    browser.click("#second-step button.primary").await;
    browser.find("[role=alert]").await;
    gallery.add("second-step-error").await;
}
