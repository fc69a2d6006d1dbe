//! The script of the pickers, with the keyboard only: the filter of checkboxes, the combobox of users,
//! and times in the reader's zone.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};
use fantoccini::key::Key;
use serde_json::json;

use crate::console_task::{open_console, reach};
use crate::keyboard::press;
use crate::with_browser;

/// Names of the checkboxes that the filter shows.
const SHOWN: &str = "return [...document.querySelectorAll('#permissions label')] \
    .filter(one => one.checkVisibility()).map(one => one.firstChild.value);";

/// Fills in a date and time, and returns the value that the form sends.
const SENT: &str = "document.getElementById('until').value = '2999-01-01T17:00'; \
    return new FormData(document.getElementById('entry')).get('until');";

const GIVE: &str = "/admin/roles/manager/give";

async fn open(stack: &Stack, browser: &Browser, path: &str) {
    browser.resize(1280, 900).await;
    open_console(stack, browser).await;
    browser.open(stack.at(path)).await;
    browser.find("#entry").await;
}

#[test]
fn permissions_are_filtered_and_chosen_by_keyboard() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        open(stack, browser, "/admin/roles/new").await;
        reach(browser, "#name").await;
        browser.press("night-watch").await;
        reach(browser, "#permissions [type=search]").await;
        browser.press("SESSIONS:").await;
        browser.find("#permissions output:not(:empty)").await;
        let shown = browser.execute(SHOWN).await;
        let names = shown.as_array().unwrap();
        assert!(!names.is_empty(), "{shown}");
        for name in names {
            assert!(name.as_str().unwrap().starts_with("sessions:"), "{shown}");
        }
        let count = browser.text("#permissions output").await;
        assert_eq!(count, format!("Found: {}", names.len()));
        // Enter in the search leaves the page alone.
        press(browser, Key::Enter).await;
        assert_eq!(browser.execute(SHOWN).await, shown);
        reach(browser, "#permissions [value='sessions:read']").await;
        press(browser, ' ').await;
        // A search that is still filled in does not keep the form from being saved.
        reach(browser, "#entry button.primary").await;
        press(browser, Key::Enter).await;
        let notice = browser.text(".notice").await;
        assert!(notice.contains("The role was created."), "{notice}");
        let facts = browser.text(".summary").await;
        assert!(facts.contains("sessions:read"), "{facts}");
    });
}

#[test]
fn user_is_chosen_from_suggestions_by_keyboard() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        open(stack, browser, GIVE).await;
        reach(browser, "#user").await;
        browser.press("ali").await;
        browser
            .find("#user[role=combobox][aria-expanded=true]")
            .await;
        browser.find("#user-list[role=listbox] [role=option]").await;
        press(browser, Key::Down).await;
        let marked = "#user[aria-activedescendant=user-list0]";
        browser.find(marked).await;
        browser.find("#user-list0[aria-selected=true]").await;
        // The first Escape closes the list and keeps the text.
        press(browser, Key::Escape).await;
        browser.find("#user[aria-expanded=false]").await;
        let typed = browser.property("#user", "value").await;
        assert_eq!(typed.as_deref(), Some("ali"));
        browser.press("c").await;
        browser.find("#user[aria-expanded=true]").await;
        press(browser, Key::Down).await;
        press(browser, Key::Enter).await;
        browser.find("#user[aria-expanded=false]").await;
        let chosen = browser.property("#user", "value").await;
        assert_eq!(chosen.as_deref(), Some("alice"));
        reach(browser, "#entry button.primary").await;
        press(browser, Key::Enter).await;
        let notice = browser.text(".notice").await;
        assert!(notice.contains("The role was assigned."), "{notice}");
    });
}

/// The names of a text area are suggested for the line with the cursor.
#[test]
fn reviewers_are_chosen_line_by_line() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        open(stack, browser, "/admin/reviews/new").await;
        reach(browser, "#reviewers").await;
        for (text, number) in [("ali", 1), ("mon", 2)] {
            browser.press(text).await;
            browser
                .find("#reviewers-list:not([hidden]) [role=option]")
                .await;
            press(browser, Key::Down).await;
            press(browser, Key::Enter).await;
            browser.find("#reviewers-list[hidden]").await;
            let lines = browser.property("#reviewers", "value").await;
            assert_eq!(lines.unwrap().lines().count(), number);
            // The list is closed, so that this begins a line.
            press(browser, Key::Enter).await;
        }
        let lines = browser.property("#reviewers", "value").await;
        assert_eq!(lines.as_deref(), Some("alice\nmona\n"));
        crate::axe::finds_nothing(browser, "names line by line").await;
    });
}

#[test]
fn user_is_searched_without_scripts() {
    with_browser(JavaScript::Off, async |stack: &Stack, browser: &Browser| {
        open(stack, browser, GIVE).await;
        browser.fill("#user", "ali").await;
        browser.click("button[value=find-user]").await;
        browser.find("#user-found option[value=alice]").await;
        let typed = browser.property("#user", "value").await;
        assert_eq!(typed.as_deref(), Some("ali"));
        let found = browser.text("#user-found + div").await;
        assert!(found.contains("alice"), "{found}");
        browser.fill("#user", "nobody-here").await;
        browser.click("button[value=find-user]").await;
        let none = browser.text("#user-found + div").await;
        assert_eq!(none, "Nothing matches.");
        browser.fill("#user", "alice").await;
        browser.click("#entry button.primary").await;
        let notice = browser.text(".notice").await;
        assert!(notice.contains("The role was assigned."), "{notice}");
    });
}

#[test]
fn time_is_sent_with_offset_of_zone() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        open(stack, browser, GIVE).await;
        let zone = "return Intl.DateTimeFormat().resolvedOptions().timeZone;";
        let zone = browser.execute(zone).await;
        let hint = browser.text("#until-hint").await;
        assert!(hint.contains(zone.as_str().unwrap()), "{hint}");
        let sent = browser.execute(SENT).await;
        let sent = sent.as_str().unwrap();
        let (local, offset) = sent.split_at(19);
        assert_eq!(local, "2999-01-01T17:00:00");
        assert!(offset.len() == 6 && offset.contains(':'), "{sent}");
        let none = "document.getElementById('until').value = ''; \
            return new FormData(document.getElementById('entry')).get('until');";
        assert_eq!(browser.execute(none).await, json!(""));
    });
}

#[test]
fn escape_closes_suggestions_before_menu_around_them() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        browser.resize(1280, 900).await;
        open_console(stack, browser).await;
        browser.open(stack.at("/admin/sessions")).await;
        browser.click(".filters .fold summary").await;
        browser.click("#app").await;
        browser.press("web").await;
        browser.find("#app[aria-expanded=true]").await;
        press(browser, Key::Escape).await;
        browser
            .find(".filters .fold[open] #app[aria-expanded=false]")
            .await;
        press(browser, Key::Escape).await;
        browser.find(".filters .fold:not([open])").await;
    });
}

/// Opens a page and an object by the keyboard only, from any page.
#[test]
fn palette_opens_pages_and_objects() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        open(stack, browser, GIVE).await;
        browser
            .execute("dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }))")
            .await;
        browser.find("#find:focus").await;
        browser.press("audit l").await;
        browser.find("#find-list [role=option]").await;
        press(browser, Key::Down).await;
        browser.find("#find-list0[aria-selected=true]").await;
        press(browser, Key::Enter).await;
        browser
            .find(".side [aria-current=page][href='/admin/audit']")
            .await;
        // The only match is its page.
        reach(browser, "#find").await;
        browser.press("alice").await;
        browser.find("#find-list [role=option]").await;
        press(browser, Key::Down).await;
        press(browser, Key::Enter).await;
        browser
            .find(".side [aria-current][href='/admin/people']")
            .await;
    });
}
