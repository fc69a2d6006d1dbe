//! The clicks of further tasks, from the home page as those in `console_tasks`. Typing a text and choosing a
//! value are none.

use doorward_access::clock::Clock as _;
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};
use time::OffsetDateTime;
use url::Url;

use crate::console_task::{Input, Task, open_console};
use crate::console_tasks::HOME;
use crate::with_browser;

/// Does a task with and without JavaScript.
fn from_home(task: &impl AsyncFn(&Stack, &Browser, &mut Task<'_>)) {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_console(stack, browser).await;
            let mut started = Task::start(stack, browser, Input::Mouse, HOME).await;
            task(stack, browser, &mut started).await;
        });
    }
}

/// Returns the keys of a day in two weeks at 17:00, in the order of American English.
fn in_two_weeks(stack: &Stack) -> String {
    let at = stack.clock.now() + 14 * 86_400;
    let day = OffsetDateTime::from_unix_timestamp(at).unwrap();
    let (year, month, day) = (day.year(), u8::from(day.month()), day.day());
    format!("{month:02}{day:02}{year}\u{e004}0500PM")
}

/// Waits for a page below this path, and asserts the clicks up to it.
async fn arrives_below(browser: &Browser, task: &Task<'_>, path: &str, clicks: u32, fields: u32) {
    let is_below = |url: &Url| url.path().starts_with(path) && !url.path().ends_with("/new");
    browser.wait_for_url(path, is_below).await;
    browser.find(".summary").await;
    task.counted(clicks, fields);
}

#[test]
fn user_is_disabled_in_three_clicks() {
    from_home(&async |_, browser, task| {
        task.search("alice").await;
        task.click(".danger a[href$='/disable']").await;
        task.click("#confirm button.risky").await;
        task.took(3, 1, "The account was disabled.").await;
        browser.find(".head .pill.warn").await;
    });
}

#[test]
fn user_is_offboarded_in_four_clicks() {
    from_home(&async |_, browser, task| {
        task.search("alice").await;
        task.click(".danger a[href$='/offboard']").await;
        task.click("#entry button.primary").await;
        task.click("#confirm button.risky").await;
        task.counted(4, 1);
        browser.find(".notice.good").await;
        browser.find(".head .pill.warn").await;
    });
}

#[test]
fn streams_are_seen_in_one_click() {
    from_home(&async |_, browser, task| {
        task.click(".side a[href='/admin/streams']").await;
        let text = browser.text("main").await;
        assert!(text.contains("There is no stream yet."), "{text}");
        task.counted(1, 0);
    });
}

#[test]
fn app_gets_brand_in_four_clicks() {
    from_home(&async |stack, browser, task| {
        task.search(&stack.seed.web.id).await;
        task.click(".sub a[href$='/users']").await;
        task.click(".sub a[href$='/branding']").await;
        task.fill("#accent", "#1f4fd1").await;
        task.click("#entry button.primary").await;
        task.took(4, 2, "The change was saved.").await;
        let accent = browser.property("#accent", "value").await;
        assert_eq!(accent.as_deref(), Some("#1f4fd1"));
    });
}

#[test]
fn review_is_created_in_three_clicks() {
    from_home(&async |stack, browser, task| {
        task.click(".side a[href='/admin/reviews']").await;
        task.click(".actions a[href='/admin/reviews/new']").await;
        task.fill("#name", "Managers").await;
        task.fill("#scope_id", "manager").await;
        task.fill("#reviewers", "alice").await;
        task.fill("#until", &in_two_weeks(stack)).await;
        task.click("#entry button.primary").await;
        arrives_below(browser, task, "/admin/reviews/", 3, 4).await;
    });
}

#[test]
fn campaign_is_started_in_three_clicks() {
    from_home(&async |stack, browser, task| {
        task.click(".side a[href='/admin/campaigns']").await;
        task.click(".actions a[href='/admin/campaigns/new']").await;
        task.choose("#target", "all").await;
        task.fill("#from", &in_two_weeks(stack)).await;
        task.click("#entry button.primary").await;
        arrives_below(browser, task, "/admin/campaigns/", 3, 2).await;
    });
}
