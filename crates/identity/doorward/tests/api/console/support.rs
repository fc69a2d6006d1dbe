//! Helpers of the console tests.

use doorward_testkit::{PASSWORD, Page, Stack, UserAgent};

use crate::admin::world::World;

/// Signs in on the page, as a user with the password of the seeded users.
pub async fn browser(stack: &Stack, name: &str) -> UserAgent {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let form = page
        .form("#login")
        .with("identifier", name)
        .with("password", PASSWORD);
    let page = agent.submit(&form).await;
    assert_eq!(location(&page), "/account");
    agent
}

/// Returns the target of a redirect as path and query.
#[track_caller]
pub fn location(page: &Page) -> String {
    assert_eq!(page.status, 303, "{}", page.dump());
    let location = page.location().expect("a location");
    match location.query() {
        Some(query) => format!("{}?{query}", location.path()),
        None => location.path().to_owned(),
    }
}

/// Opens a page that must exist.
pub async fn open(stack: &Stack, agent: &UserAgent, path: &str) -> Page {
    let page = agent.get(stack.at(path)).await;
    assert_eq!(page.status, 200, "{path}: {}", page.dump());
    assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
    page
}

/// Fills in a form and submits it.
pub async fn submit(stack: &Stack, agent: &UserAgent, path: &str, fields: &[(&str, &str)]) -> Page {
    let page = open(stack, agent, path).await;
    let mut form = page.form("#entry");
    for (name, value) in fields {
        form = form.with(name, value);
        // Checkboxes share a name.
        form.fields
            .retain(|(other, kept)| other != name || kept == value);
    }
    agent.submit(&form).await
}

/// Returns the path of the page of a user.
pub fn page_of(world: &World<'_>, name: &str) -> String {
    format!("/admin/people/{}", world.id(name))
}

/// Confirms an action on its page, with the name to type if there is one, and returns the answer.
pub async fn confirm(stack: &Stack, agent: &UserAgent, path: &str, name: Option<&str>) -> Page {
    let page = open(stack, agent, path).await;
    let form = page.form("#confirm");
    let form = match name {
        Some(name) => form.with("name", name),
        None => form,
    };
    agent.submit(&form).await
}

/// Confirms an action, and asserts that the next page has this notice.
pub async fn confirmed(stack: &Stack, agent: &UserAgent, path: &str, notice: &str) -> Page {
    let page = confirm(stack, agent, path, None).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let page = agent.follow(page, "").await;
    let shown = page.text_of(".notice").unwrap_or_default();
    assert!(shown.contains(notice), "{notice}: {}", page.dump());
    page
}

/// Returns a CSRF token of the browser.
pub async fn csrf(stack: &Stack, agent: &UserAgent) -> String {
    let page = agent.get(stack.at("/account")).await;
    let page = agent.follow(page, "").await;
    let form = page.form("form:has([name=csrf])");
    form.value("csrf").expect("a token").to_owned()
}

/// Returns the text of a page without what differs between two requests for the same page.
pub fn comparable(page: &Page, path: &str) -> String {
    let mut text = page.text().replace(path, "PATH");
    for selector in ["[name=csrf]", "[name=return_to]"] {
        for value in page.attributes(selector, "value") {
            text = text.replace(&value, "VALUE");
        }
    }
    let id = page.header("x-request-id").unwrap_or_default();
    let text = text.replace(id, "ID");
    let (before, rest) = text.split_once("<time").expect("the time of the error");
    let (_, after) = rest.split_once("</time>").expect("its end");
    format!("{before}{after}")
}
