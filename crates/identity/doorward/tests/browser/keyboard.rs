//! Tests sign-in and consent with the keyboard only, and the focus after an error (WCAG 2.1.1,
//! 2.4.3, 2.4.7).

use std::time::Duration;

use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{PASSWORD, Stack};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;

use crate::app::App;
use crate::steps::{arrive, arrive_at, sign_in_with};
use crate::with_browser;

#[test]
fn signing_in_and_allowing_take_no_mouse() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        browser.open(app.authorization(stack).url()).await;
        browser.find("#login").await;
        tab_to(browser, "[name=identifier]").await;
        browser.press("alice").await;
        tab_to(browser, "[name=password]").await;
        browser.press(PASSWORD).await;
        tab_to(browser, "#login button.primary").await;
        press(browser, Key::Enter).await;

        arrive(browser, "/consent").await;
        // The heading has the focus, so that an extra press of Enter approves nothing.
        gains_focus(browser, "h1").await;
        press(browser, Key::Enter).await;
        tab_to(browser, "#consent [value=allow]").await;
        press(browser, Key::Enter).await;
        arrive_at(browser, &app).await;
        assert!(app.answer().parameters.contains_key("code"));
    });
}

/// Checks the spacing of the sign-in page: one gap between fields, and the link in the row of its label.
#[test]
fn sign_in_page_has_one_spacing() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        browser.open(stack.at("/login")).await;
        browser.find("#login").await;
        for (width, height) in [(1280, 900), (390, 844)] {
            browser.resize(width, height).await;
            let script = "const box = css => document.querySelector(css).getBoundingClientRect(); \
                const middle = css => (box(css).top + box(css).bottom) / 2; \
                const parts = ['#identifier', 'label[for=password]', '#password', '[name=remember]', \
                '[name=remember]', '#login .primary'].map(box); \
                const gaps = [0, 2, 4].map(at => parts[at + 1].top - parts[at].bottom); \
                return [Math.max(...gaps) - Math.min(...gaps), \
                Math.abs(middle('.forgot') - middle('label[for=password]'))];";
            let found = browser.execute(script).await;
            for (number, name) in ["gaps", "rows"].into_iter().enumerate() {
                let difference = found[number].as_f64().expect("a number");
                assert!(difference < 4.0, "{name} at {width}: {found}");
            }
        }
    });
}

#[test]
fn error_summary_has_focus_and_links_to_field() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        browser.open(stack.at("/login")).await;
        browser.find("#login").await;
        // The field has the focus only if there is a mouse; a touch screen would open its keyboard
        // over the page.
        let fine = browser.execute("return matchMedia('(pointer:fine)').matches");
        if fine.await.as_bool().unwrap() {
            gains_focus(browser, "[name=identifier]").await;
        } else {
            assert!(!has_focus(browser, "[name=identifier]").await);
        }
        sign_in_with(browser, "alice", "not the password").await;
        browser.find("[role=alert]").await;
        let title = browser.client().title().await.unwrap();
        assert!(title.starts_with("Error: "), "{title}");
        gains_focus(browser, "[role=alert]").await;
        for (name, stored) in [("identifier", "alice"), ("password", "")] {
            let field = browser.find(&format!("[name={name}]")).await;
            let value = field.prop("value").await.unwrap();
            assert_eq!(value.as_deref(), Some(stored), "{name}");
            let invalid = field.attr("aria-invalid").await.unwrap();
            assert_eq!(invalid.as_deref(), Some("true"), "{name}");
        }
        tab_to(browser, "[role=alert] a").await;
        press(browser, Key::Enter).await;
        gains_focus(browser, "[name=identifier]").await;
    });
}

#[test]
fn shown_password_is_sent_as_password() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        browser.open(stack.at("/login")).await;
        browser.fill("[name=identifier]", "alice").await;
        browser.fill("[name=password]", PASSWORD).await;
        browser.click(".pw button").await;
        browser.find("[name=password][type=text]").await;
        browser.click(".pw button").await;
        browser.find("[name=password][type=password]").await;
        browser.click(".pw button").await;
        browser.click("#login button.primary").await;
        arrive(browser, "/account").await;
    });
}

/// The maximum number of Tab presses; more than any page has focusable elements.
const MAX_TABS: usize = 60;

/// Presses Tab until the element has the focus; asserts that each focused element is visibly
/// marked.
pub async fn tab_to(browser: &Browser, selector: &str) {
    // After the last element, Tab leaves the page and returns to its start.
    const FOCUS_IS_VISIBLE: &str = "if (document.activeElement === document.body) return true;
        const style = getComputedStyle(document.activeElement);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;";
    for _ in 0..MAX_TABS {
        if has_focus(browser, selector).await {
            return;
        }
        press(browser, Key::Tab).await;
        assert!(
            browser.execute(FOCUS_IS_VISIBLE).await.as_bool().unwrap(),
            "the focus is not visible before {selector}"
        );
    }
    panic!("Tab does not lead to {selector}");
}

/// Presses one key.
pub async fn press(browser: &Browser, key: impl Into<char>) {
    // Sends a key event to the focused element; text sent to a file field would be a file name.
    let value = key.into();
    let keys = KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value })
        .then(KeyAction::Up { value });
    let done = browser.client().perform_actions(keys).await;
    done.expect("a key");
}

/// Waits until the element has the focus: pages set it after rendering.
pub async fn gains_focus(browser: &Browser, selector: &str) {
    for _ in 0..200 {
        if has_focus(browser, selector).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let focused = browser.execute("return document.activeElement.outerHTML;");
    panic!("not {selector} has the focus, but {}", focused.await);
}

/// Returns true if the element has the focus.
pub async fn has_focus(browser: &Browser, selector: &str) -> bool {
    let script = format!("return document.activeElement.matches({selector:?});");
    browser.execute(&script).await.as_bool().unwrap()
}
