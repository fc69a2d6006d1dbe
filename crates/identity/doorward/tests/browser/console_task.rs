//! A task of an administrator in the console, with the mouse or with the keyboard only. Its clicks
//! and fields are counted.

use std::time::Duration;

use doorward_testkit::Stack;
use doorward_testkit::browser::Browser;
use fantoccini::key::Key;
use serde_json::json;

use crate::keyboard::{gains_focus, has_focus, press, tab_to};
use crate::screenshots;
use crate::steps::{arrive, search_console, sign_in};

/// More options than any field has.
const MAX_OPTIONS: usize = 50;

/// Returns the elements that Tab reaches before an element on their left or above them, except those
/// of a column on the right. The skip link lies over the page. A list that scrolls ends at its edge.
const OUT_OF_ORDER: &str = r#"
    const all = document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]");
    const stops = [...all].filter((one) =>
        one.tabIndex >= 0 && !one.disabled && one.checkVisibility() && !one.matches(".skip"));
    const name = (one) => one.outerHTML.slice(0, 100);
    const place = (one, index) => {
        const rect = [...one.getClientRects()].at(index);
        const list = one.closest(".checks")?.getBoundingClientRect() ?? rect;
        const within = (y) => Math.min(Math.max(y, list.top), list.bottom);
        return {left: rect.left, top: within(rect.top), bottom: within(rect.bottom)};
    };
    const wrong = stops.filter((one) => one.tabIndex > 0).map(name);
    stops.slice(1).forEach((one, index) => {
        const before = place(stops[index], -1), after = place(one, 0);
        if (after.top < before.bottom - 1 && after.left <= before.left)
            wrong.push(name(stops[index]) + " before " + name(one));
    });
    return wrong;
"#;

/// The input device of the administrator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Input {
    /// The mouse, and the keyboard for texts.
    Mouse,
    /// The keyboard only.
    Keyboard,
}

/// Signs in as the administrator, which is not part of a task.
pub async fn open_console(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/admin")).await;
    sign_in(browser, "admin").await;
    arrive(browser, "/admin").await;
}

/// A task with its clicks and fields up to now. A search is a field and a click.
pub struct Task<'b> {
    browser: &'b Browser,
    input: Input,
    clicks: u32,
    fields: u32,
}

impl<'b> Task<'b> {
    /// Starts at a page of the console. The administrator is signed in.
    pub async fn start(stack: &Stack, browser: &'b Browser, input: Input, path: &str) -> Self {
        browser.open(stack.at(path)).await;
        browser.find(".side").await;
        Self {
            browser,
            input,
            clicks: 0,
            fields: 0,
        }
    }

    /// Activates a link or a button.
    pub async fn click(&mut self, selector: &str) {
        self.clicks += 1;
        self.activate(selector).await;
    }

    /// Does the same between the parts of a task, without counting it.
    pub async fn activate(&self, selector: &str) {
        match self.input {
            Input::Mouse => self.browser.click(selector).await,
            Input::Keyboard => {
                reach(self.browser, selector).await;
                press(self.browser, Key::Enter).await;
            }
        }
    }

    /// Types a text into an empty field.
    pub async fn fill(&mut self, selector: &str, text: &str) {
        self.fields += 1;
        match self.input {
            Input::Mouse => self.browser.fill(selector, text).await,
            Input::Keyboard => {
                reach(self.browser, selector).await;
                self.browser.press(text).await;
            }
        }
    }

    /// Selects an option of a field.
    pub async fn choose(&mut self, field: &str, value: &str) {
        self.fields += 1;
        match self.input {
            Input::Mouse => {
                let option = format!("{field} option[value={value}]");
                self.browser.click(&option).await;
            }
            Input::Keyboard => select(self.browser, field, value).await,
        }
    }

    /// Checks a checkbox.
    pub async fn check(&mut self, selector: &str) {
        self.fields += 1;
        match self.input {
            Input::Mouse => self.browser.click(selector).await,
            Input::Keyboard => {
                reach(self.browser, selector).await;
                press(self.browser, ' ').await;
            }
        }
    }

    /// Searches with the field in the header.
    pub async fn search(&mut self, text: &str) {
        self.fields += 1;
        self.clicks += 1;
        match self.input {
            Input::Mouse => search_console(self.browser, text).await,
            Input::Keyboard => {
                reach(self.browser, "header .find [name=q]").await;
                self.browser.press(text).await;
                press(self.browser, Key::Enter).await;
            }
        }
    }

    /// Takes pictures, for which the page needs no keyboard.
    pub async fn picture(&self, name: &str) {
        if self.input == Input::Mouse {
            screenshots::picture(self.browser, name).await;
        }
    }

    /// Asserts the clicks and fields.
    pub fn counted(&self, clicks: u32, fields: u32) {
        assert_eq!((self.clicks, self.fields), (clicks, fields));
    }

    /// Asserts that the answer to a form has the focus on its message or its heading.
    pub async fn answered(&self) {
        if self.input == Input::Keyboard {
            gains_focus(self.browser, "main .notice, main h1").await;
        }
    }

    /// Asserts the clicks and fields, and the notice after the last click.
    pub async fn took(&self, clicks: u32, fields: u32, notice: &str) {
        self.counted(clicks, fields);
        let shown = self.browser.text(".notice").await;
        assert!(shown.contains(notice), "{shown}");
        self.answered().await;
    }
}

/// Moves the focus to an element of a loaded page with Tab. The skip link leads to an element below
/// the navigation, unless the focus is there.
pub async fn reach(browser: &Browser, selector: &str) {
    browser.find(selector).await;
    while browser.execute("return document.readyState;").await != json!("complete") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let wrong = browser.execute(OUT_OF_ORDER).await;
    assert_eq!(wrong, json!([]), "before {selector}");
    if has_focus(browser, selector).await {
        return;
    }
    let is_far = format!(
        "const above = 'header, .side', target = document.querySelector({selector:?});
        return !target.closest(above) && !document.activeElement.closest('main');"
    );
    if browser.execute(&is_far).await == json!(true) {
        tab_to(browser, ".skip").await;
        press(browser, Key::Enter).await;
        gains_focus(browser, "main").await;
    }
    tab_to(browser, selector).await;
}

/// Selects an option with the arrow keys.
async fn select(browser: &Browser, field: &str, value: &str) {
    reach(browser, field).await;
    press(browser, Key::Home).await;
    for _ in 0..MAX_OPTIONS {
        let chosen = browser.property(field, "value").await;
        if chosen.as_deref() == Some(value) {
            return;
        }
        press(browser, Key::Down).await;
    }
    panic!("the arrow keys do not lead to {value} in {field}");
}
