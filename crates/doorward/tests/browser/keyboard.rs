//! Without a mouse: the sign-in form from the keyboard alone, and where the focus goes after an
//! error (WCAG 2.1.1, 2.4.3).

use doorward_testkit::browser::JavaScript;
use doorward_testkit::{PASSWORD, Stack};
use fantoccini::key::Key;

use crate::with_browser;

#[test]
fn signing_in_takes_no_mouse() {
    with_browser(JavaScript::On, async |stack: &Stack, browser| {
        browser.open(stack.at("/login")).await;
        let field = browser.find("[name=identifier]").await;
        field.send_keys("alice").await.unwrap();
        let password = browser.find("[name=password]").await;
        let typed = format!("{PASSWORD}{}", char::from(Key::Enter));
        password.send_keys(&typed).await.unwrap();
        browser
            .wait_for_url("the account", |url| url.path() == "/account")
            .await;
        assert!(browser.words().await.contains("Alice"));
    });
}

#[test]
fn an_error_is_announced_and_tied_to_its_field() {
    with_browser(JavaScript::On, async |stack: &Stack, browser| {
        browser.open(stack.at("/login")).await;
        browser.fill("[name=identifier]", "alice").await;
        browser.fill("[name=password]", "not the password").await;
        browser.click("#login button.primary").await;
        browser.find("[role=alert]").await;
        let title = browser.client().title().await.unwrap();
        assert!(title.starts_with("Error: "), "{title}");
        let kept = browser
            .find("[name=identifier]")
            .await
            .prop("value")
            .await
            .unwrap();
        assert_eq!(kept.as_deref(), Some("alice"));
        let password = browser
            .find("[name=password]")
            .await
            .prop("value")
            .await
            .unwrap();
        assert_eq!(
            password.as_deref(),
            Some(""),
            "a password is never sent back"
        );
    });
}
