//! Tests pages about rejected authorization and logout requests, and the consent to scopes that
//! release the user's groups and roles.

use doorward_domain::model::{Client, RegisteredBy};
use doorward_protocol::scope::Scope;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Authorization, Stack, UserAgent};
use url::Url;

use crate::app::App;
use crate::screenshots::{picture, picture_in_both};
use crate::steps::{allow, arrive, arrive_at, heading, sign_in};
use crate::{NEW_PASSWORD, with_browser, with_settings};

/// A redirect URI of realistic length.
const LONG: &str = "https://staging.photos.example/accounts/oidc/doorward/login/callback/?next=/albums/2026/summer";

#[test]
fn wrong_redirect_uri_is_shown_without_registered_uri() {
    with_browser(JavaScript::On, async |stack, browser| {
        let register = |client: &mut Client| client.redirect_uris = vec![LONG.to_owned()];
        stack.change_client(&stack.seed.web.id, register).await;
        let request = Authorization::new(stack.issuer(), &stack.seed.web);
        let sent = LONG.replace("/?", "?");
        let request = request.with("redirect_uri", &sent);
        browser.open(request.url()).await;
        browser.click("summary.link").await;
        let shown = browser.visible_text().await;
        assert!(shown.contains(&sent) && !shown.contains(LONG), "{shown}");
        picture(browser, "error-addresses").await;
        crate::preferences::choose(browser, "lang", "ar").await;
        browser.click("summary.link").await;
        picture(browser, "error-addresses").await;
    });
}

#[test]
fn pushed_request_is_used_once() {
    with_browser(JavaScript::On, async |stack, browser| {
        let app = App::start();
        let request = app.authorization(stack);
        let pairs = request.pairs();
        let fields: Vec<_> = pairs
            .into_iter()
            .filter(|pair| pair.0 != "client_id")
            .collect();
        let native = &stack.seed.native;
        let pushed = stack.as_client("/oauth2/par", native, &fields).await;
        assert_eq!(pushed.status, 201, "{}", pushed.dump());
        let name = pushed.json()["request_uri"].as_str().unwrap().to_owned();
        let url = request.pushed_as(&name).url();
        browser.open(url.clone()).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        allow(browser).await;
        arrive_at(browser, &app).await;
        browser.open(url).await;
        assert_eq!(heading(browser).await, "This sign-in was used before");
        picture_in_both(browser, "request-used").await;
    });
}

fn logout(stack: &Stack, fields: &[(&str, &str)]) -> Url {
    Url::parse_with_params(&stack.at("/oauth2/logout"), fields).unwrap()
}

#[test]
fn sign_out_is_offered_despite_wrong_redirect_uri() {
    with_browser(JavaScript::On, async |stack, browser| {
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;
        let fields = [
            ("client_id", stack.seed.web.id.as_str()),
            ("post_logout_redirect_uri", "https://evil.example/bye"),
        ];
        browser.open(logout(stack, &fields)).await;
        browser.find("#logout").await;
        picture_in_both(browser, "logout-problem").await;
        browser.click("#logout button.primary").await;
        browser.find("main a[href='/login']").await;
        assert_eq!(heading(browser).await, "You are signed out");
        // The browser has no session any more.
        browser.open(logout(stack, &[])).await;
        assert_eq!(heading(browser).await, "You are not signed in");
        picture_in_both(browser, "logged-out-nobody").await;
    });
}

/// Changes the native client to a dynamically registered one.
async fn unverified(stack: &Stack, app: &App) {
    let bye = app.at("/bye");
    let change = |client: &mut Client| {
        client.registered_by = RegisteredBy::Anonymous;
        client.post_logout_redirect_uris = vec![bye];
    };
    stack.change_client(&stack.seed.native.id, change).await;
}

#[test]
fn unverified_client_is_not_redirected_to_automatically() {
    with_browser(JavaScript::On, async |stack, browser| {
        let app = App::start();
        unverified(stack, &app).await;
        let fields = [
            ("client_id", stack.seed.native.id.as_str()),
            ("post_logout_redirect_uri", &app.at("/bye")),
        ];
        browser.open(logout(stack, &fields)).await;
        browser.find("main .notice.warn").await;
        picture_in_both(browser, "logged-out-held").await;
        let wrong = app.authorization(stack).with("prompt", "none login");
        browser.open(wrong.url()).await;
        browser.find("main .notice.warn").await;
        picture_in_both(browser, "held").await;
        let form = wrong.with("response_mode", "form_post");
        browser.open(form.url()).await;
        let button = format!("form[action='{}'] button", app.callback());
        browser.find(&button).await;
        picture_in_both(browser, "held-form").await;
        assert!(
            app.answers().is_empty(),
            "the form is not submitted automatically"
        );
        browser.click(&button).await;
        arrive_at(browser, &app).await;
        assert_eq!(app.answer().parameters["error"], "invalid_request");
    });
}

#[test]
fn consent_names_groups_and_roles() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        let scopes = Scope::parse("openid profile groups roles").unwrap();
        let change = |client: &mut Client| client.scopes = scopes;
        stack.change_client(&stack.seed.native.id, change).await;
        let request = app.authorization(stack);
        let request = request.with("scope", "openid profile groups roles");
        browser.open(request.url()).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        let shown = browser.visible_text().await;
        for values in ["See the groups that you belong to", "See your roles"] {
            assert!(shown.contains(values), "{shown}");
        }
        picture_in_both(browser, "consent-groups").await;
    });
}

const VERIFY: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];

#[test]
fn mail_link_requires_sign_in_first() {
    with_settings(JavaScript::On, VERIFY, async |stack, browser| {
        let agent = UserAgent::new();
        let page = agent.get(stack.at("/register")).await;
        let email = "newcomer@example.org";
        let form = page.form("#register").with("username", "newcomer");
        let form = form.with("email", email).with("password", NEW_PASSWORD);
        agent
            .submit(&form.with("password_confirm", NEW_PASSWORD))
            .await;
        let link = stack.mail(email).await.link(stack.issuer());
        browser.open(link.as_str()).await;
        arrive(browser, "/login").await;
        picture_in_both(browser, "verify-sign-in").await;
    });
}
