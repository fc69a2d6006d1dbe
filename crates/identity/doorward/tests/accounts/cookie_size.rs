//! Tests that all cookies of a browser stay small: servers and proxies reject long request heads,
//! and the user could not even sign out.

use doorward_testkit::{CookieAgent, PASSWORD, Stack, flows};

use crate::support::NEW_PASSWORD;

flows!(all_cookies_together_stay_below_4096_bytes);

/// The number of accounts; more than a browser is remembered for.
const SIGN_UPS: usize = 7;
/// The length that `__Host-` or `__Secure-` adds to each cookie over HTTPS.
const PREFIX: usize = "__Secure-".len();

fn size(jar: &CookieAgent) -> usize {
    let cookies = jar.cookies.iter();
    cookies
        .map(|(name, value)| PREFIX + name.len() + "=".len() + value.len() + "; ".len())
        .sum()
}

async fn all_cookies_together_stay_below_4096_bytes(stack: &Stack) {
    let mut jar = CookieAgent::new();
    let longest = format!("/login?organization={}", "a".repeat(63));
    let page = jar.get(stack.at(&longest)).await;
    for button in [
        "button[name=lang][value=de]",
        "button[name=theme][value=dark]",
    ] {
        jar.submit(&page.press(button)).await;
    }
    let mut sizes = vec![size(&jar)];
    for n in 0..SIGN_UPS {
        let page = jar.get(stack.at("/register")).await;
        let name = format!("newcomer-{n}");
        let form = page.form("#register").with("username", &name);
        let form = form.with("email", &format!("{name}@example.org"));
        let form = form.with("password", NEW_PASSWORD);
        let page = jar
            .submit(&form.with("password_confirm", NEW_PASSWORD))
            .await;
        assert_eq!(page.status, 303, "{}", page.dump());
        sizes.push(size(&jar));
        let page = jar.get(stack.at("/logout")).await;
        jar.submit(&page.form("#logout")).await;
    }
    for name in ["alice", "bob"] {
        let page = jar.get(stack.at("/login")).await;
        let form = page.form("#login").with("identifier", name);
        let page = jar.submit(&form.with("password", PASSWORD)).await;
        assert_eq!(page.status, 303, "{}", page.dump());
        sizes.push(size(&jar));
        let page = jar.get(stack.at("/logout")).await;
        jar.submit(&page.form("#logout")).await;
    }
    stack.wait_for_jobs().await;
    let page = jar.get(stack.at("/forgot-password")).await;
    jar.submit(&page.form("#forgot").with("identifier", "alice"))
        .await;
    let link = stack.mail("alice@example.org").await.link(stack.issuer());
    jar.get(&link).await;
    sizes.push(size(&jar));

    let max = sizes.iter().max().copied().unwrap_or_default();
    assert!(max < 4096, "{sizes:?}: {:?}", jar.cookies);
    // They include the known-device cookies and the token of the mail link.
    assert!(jar.cookies.len() >= 5, "{:?}", jar.cookies);
    assert!(sizes[0] < max, "no cookie was added: {:?}", jar.cookies);
}
