//! The tasks of administrators with the keyboard only (WCAG 2.1.1, 2.4.3, 2.4.7), and the shortcut
//! key of the search (2.1.4).

use std::sync::Arc;

use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Backend, Stack, stack};
use fantoccini::key::Key;

use crate::console_providers::{NoNames, add_google};
use crate::console_task::{Input, open_console, reach};
use crate::console_tasks::{self, HOME};
use crate::keyboard::{gains_focus, has_focus, press};
use crate::{stayed_clean, with_browser};

/// A window in which the navigation is beside the content.
const WIDE: (u32, u32) = (1280, 900);

const SEARCH: &str = "header .find [name=q]";

async fn start(stack: &Stack, browser: &Browser) {
    browser.resize(WIDE.0, WIDE.1).await;
    open_console(stack, browser).await;
}

#[test]
fn tasks_about_users_take_no_mouse() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        start(stack, browser).await;
        console_tasks::end_sessions(stack, browser, Input::Keyboard).await;
        console_tasks::find_reason(stack, browser, Input::Keyboard).await;
        console_tasks::give_role(stack, browser, Input::Keyboard).await;
        console_tasks::give_role_until(stack, browser, Input::Keyboard).await;
        console_tasks::create_role(stack, browser, Input::Keyboard).await;
        console_tasks::reset_second_factor(stack, browser, Input::Keyboard).await;
        console_tasks::invite_address(stack, browser, Input::Keyboard).await;
        console_tasks::show_yesterday(stack, browser, Input::Keyboard).await;
    });
}

#[test]
fn tasks_about_apps_take_no_mouse() {
    stack::block_on(async {
        let names = Arc::new(NoNames);
        let stack = Stack::start_with_names(Backend::SqliteMemory, &[], names).await;
        let browser = Browser::start(JavaScript::On).await;
        start(&stack, &browser).await;
        switch_search_key(&stack, &browser).await;
        console_tasks::create_app(&stack, &browser, Input::Keyboard).await;
        console_tasks::create_known_app(&stack, &browser, Input::Keyboard).await;
        console_tasks::undo_change(&stack, &browser, Input::Keyboard).await;
        console_tasks::rotate_secret(&stack, &browser, Input::Keyboard).await;
        add_google(&stack, &browser, Input::Keyboard).await;
        console_tasks::rotate_key(&stack, &browser, Input::Keyboard).await;
        stayed_clean(&browser).await;
    });
}

/// Presses the button in the footer that sets the key to the opposite of this state.
async fn switch(browser: &Browser, from: &str, to: &str) {
    let button = |value| format!("button[name=search_key][value={value}]");
    reach(browser, &button(from)).await;
    press(browser, Key::Enter).await;
    // The script of the next page has run when this returns.
    reach(browser, &button(to)).await;
}

/// Uses the shortcut key of the search, types it in a field, and switches it off and on.
async fn switch_search_key(stack: &Stack, browser: &Browser) {
    browser.open(stack.at(HOME)).await;
    reach(browser, ".side a[href='/admin/audit']").await;
    press(browser, '/').await;
    gains_focus(browser, SEARCH).await;
    let typed = async || browser.property(SEARCH, "value").await;
    assert_eq!(typed().await.as_deref(), Some(""));
    press(browser, '/').await;
    assert_eq!(typed().await.as_deref(), Some("/"));
    switch(browser, "off", "on").await;
    press(browser, '/').await;
    assert!(!has_focus(browser, SEARCH).await);
    switch(browser, "on", "off").await;
    press(browser, '/').await;
    gains_focus(browser, SEARCH).await;
}
