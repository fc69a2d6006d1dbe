//! Helpers of the account tests.

use doorward_testkit::{Page, Stack, UserAgent};

/// A password that the policy accepts, different from that of the seeded users.
pub const NEW_PASSWORD: &str = "quartz-bicycle-lemon-42";

/// Submits the registration form.
pub async fn register(stack: &Stack, agent: &UserAgent, name: &str, email: &str) -> Page {
    let page = agent.get(stack.at("/register")).await;
    let form = page
        .form("#register")
        .with("username", name)
        .with("email", email)
        .with("password", NEW_PASSWORD)
        .with("password_confirm", NEW_PASSWORD);
    agent.submit(&form).await
}

/// Submits the sign-in form.
pub async fn sign_in(stack: &Stack, agent: &UserAgent, name: &str, password: &str) -> Page {
    let page = agent.get(stack.at("/login")).await;
    let form = page
        .form("#login")
        .with("identifier", name)
        .with("password", password);
    agent.submit(&form).await
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

/// Returns true if the browser is signed in and may see its account page.
pub async fn is_signed_in(stack: &Stack, agent: &UserAgent) -> bool {
    agent.get(stack.at("/account")).await.status == 200
}

/// Returns all that an attacker could compare: status, location, text, header names, cookie names.
pub fn look(page: &Page, secrets: &[&str]) -> (u16, String, String, Vec<String>) {
    let mut names: Vec<String> = page.headers.keys().map(ToString::to_string).collect();
    let cookies = page.headers.get_all("set-cookie").iter();
    names.extend(cookies.filter_map(|value| {
        let text = value.to_str().ok()?;
        text.split('=').next().map(str::to_owned)
    }));
    names.sort();
    let mut words = page.text_of("main").unwrap_or_default();
    for secret in secrets {
        words = words.replace(secret, "X");
    }
    let place = page.header("location").unwrap_or_default().to_owned();
    (page.status, place, words, names)
}
