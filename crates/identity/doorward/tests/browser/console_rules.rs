//! Rules for all pages of the administration console: the files that the browser fetches, longer texts,
//! and the colors of a high-contrast theme.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};
use serde_json::json;

use crate::axe;
use crate::console_task::open_console;
use crate::languages::{CONSOLE_PAGES, NARROWEST};
use crate::with_browser;

/// Returns the addresses of the files of the page that were not taken from the cache.
const FETCHED: &str = r#"
    const files = performance.getEntriesByType("resource");
    return files.filter((file) => file.transferSize > 0).map((file) => file.name);
"#;

/// Returns the number of the files of the page without its icon.
const FILES: &str = r#"
    const files = performance.getEntriesByType("resource");
    return files.filter((file) => !file.name.includes("favicon")).length;
"#;

/// Adds 40 % to the length of each text that is translated, as the language `Pseudo` does.
const LENGTHEN: &str = r#"
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    const translated = texts.filter((text) =>
        /\p{L}/u.test(text.data) && !text.parentElement.closest("bdi, code, pre, script, time"));
    for (const text of translated) {
        const extra = Math.floor(text.data.trim().length * 2 / 5);
        for (let index = 0; index < extra; index++)
            text.data += index % 7 === 0 && extra > 3 ? " " : "~";
    }
    return translated.length;
"#;

/// Returns the elements that only a color or a shadow would distinguish, which a high-contrast theme
/// removes.
const INDISTINCT: &str = r#"
    const marked = ".btn, .pill, .notice, input:not([type=hidden], [type=checkbox]), select, textarea, main nav [aria-current], "
        + ".side [aria-current], .presets [aria-current]";
    const shown = [...document.querySelectorAll(marked)].filter((one) => one.checkVisibility());
    const bare = (one) => {
        const style = getComputedStyle(one);
        return style.borderStyle === "none" && style.outlineStyle === "none";
    };
    return shown.filter(bare).map((one) => one.outerHTML.slice(0, 120));
"#;

/// Replaces the names of roles in a table by a long word, and returns the number of names and of those
/// that break.
const BROKEN: &str = r#"
    const names = [...document.querySelectorAll("tbody a[href^='/admin/roles/'] bdi")];
    for (const name of names) name.textContent = "organizationauditors";
    const lines = (name) => name.offsetHeight / parseFloat(getComputedStyle(name).lineHeight);
    return [names.length, names.filter((name) => lines(name) > 1.5).length];
"#;

/// Checks that the first page takes five requests with its own, and each further page one.
#[test]
fn files_are_fetched_once() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        open_console(stack, browser).await;
        browser.find(".figures").await;
        assert_eq!(browser.execute(FILES).await, json!(4), "with the page: 5");
        for path in ["/admin/people", "/admin/audit", "/admin"] {
            browser.open(stack.at(path)).await;
            browser.find("main table").await;
            assert_eq!(browser.execute(FETCHED).await, json!([]), "{path}");
        }
    });
}

#[test]
fn longer_texts_fit_at_each_width() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        open_console(stack, browser).await;
        browser.resize(NARROWEST.0, NARROWEST.1).await;
        for path in CONSOLE_PAGES {
            browser.open(stack.at(path)).await;
            let translated = browser.execute(LENGTHEN).await;
            assert!(translated.as_u64() > Some(20), "{path}: {translated}");
            assert!(!browser.overflows().await, "{path}");
        }
        browser.resize(1280, 900).await;
        browser.open(stack.at("/admin/grants")).await;
        let [names, broken]: [u64; 2] =
            serde_json::from_value(browser.execute(BROKEN).await).unwrap();
        assert!(names > 0 && broken == 0, "{broken} of {names} names break");
        assert!(!browser.overflows().await, "a table with longer names");
    });
}

#[test]
fn pages_are_distinct_in_forced_colors() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        open_console(stack, browser).await;
        browser.force_colors().await;
        let is_forced = "return matchMedia('(forced-colors: active)').matches;";
        for path in CONSOLE_PAGES {
            browser.open(stack.at(path)).await;
            assert_eq!(browser.execute(is_forced).await, json!(true));
            assert_eq!(browser.execute(INDISTINCT).await, json!([]), "{path}");
            axe::finds_no_bad_color(browser, path).await;
            let picture = format!("console-forced{}.png", path.replace('/', "-"));
            browser.picture(&picture).await;
        }
    });
}
