//! Tests that names of users and clients are escaped: markup is stored in every field, and every
//! page that shows one is opened.

use doorward_domain::model::{ClientId, User};
use doorward_store::repo;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{PASSWORD, Stack, UserAgent};

use crate::app::App;
use crate::steps::{arrive, sign_in};
use crate::two_factor;
use crate::with_settings;

/// Markup that ends an attribute, a text and a script, and a template expression.
const MARKUP: &str =
    "\"'></title></script><svg onload=alert(1)><img src=x onerror=alert(2)>{{7*7}}";
const BRANDED: &[(&str, &str)] = &[("DOORWARD__BRANDING__NAME", MARKUP)];

/// A script that counts the elements that only this markup creates.
const ACTIVE_MARKUP: &str =
    "return document.querySelectorAll('[onload],[onerror],img[src=x]').length;";

#[test]
fn markup_in_every_field_stays_text() {
    // A dialog would fail the next command, and a script blocked by the policy is an error in the
    // console.
    with_settings(JavaScript::On, BRANDED, crawl);
}

/// Stores the markup in every name, bypassing validation.
async fn store_markup(stack: &Stack) {
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice: User = alice.unwrap().unwrap();
    let mut profile = alice.profile.clone();
    profile.given_name = Some(MARKUP.to_owned());
    profile.family_name = Some(MARKUP.to_owned());
    profile.middle_name = Some(MARKUP.to_owned());
    profile.nickname = Some(MARKUP.to_owned());
    profile.website = Some(MARKUP.to_owned());
    let changed = User {
        username: MARKUP.to_owned(),
        email: format!("{MARKUP}@example.org"),
        profile,
        ..alice
    };
    let id = ClientId::parse(&stack.seed.native.id).unwrap();
    let client = repo::clients::find(db.read(), &id).await.unwrap();
    let mut client = client.unwrap();
    MARKUP.clone_into(&mut client.name);
    let mut scopes = repo::scopes::list_all(db.read()).await.unwrap();
    let tx = db.begin_write().await.unwrap();
    assert!(repo::users::update(&tx, &changed).await.unwrap());
    assert!(repo::clients::update(&tx, &client).await.unwrap());
    for scope in &mut scopes {
        MARKUP.clone_into(&mut scope.description);
        repo::scopes::upsert(&tx, scope).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

/// Asserts that the page shows the name as text.
async fn is_inert(browser: &Browser, page: &str) {
    let alive = browser.execute(ACTIVE_MARKUP).await;
    assert_eq!(
        alive,
        serde_json::json!(0),
        "{page}: {}",
        browser.source().await
    );
    let words = browser
        .execute("return document.documentElement.textContent;")
        .await;
    let words = words.as_str().unwrap_or_default();
    assert!(
        words.contains("<svg onload=alert(1)>"),
        "{page} shows it: {words}"
    );
    assert!(words.contains("{{7*7}}"), "{page}: {words}");
}

async fn open(stack: &Stack, browser: &Browser, path: &str) {
    browser.open(stack.at(path)).await;
    is_inert(browser, path).await;
}

async fn crawl(stack: &Stack, browser: &Browser) {
    let app = App::start();
    store_markup(stack).await;
    // A session with this user agent.
    let agent = UserAgent::named(MARKUP);
    let page = agent.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "alice");
    agent.submit(&form.with("password", PASSWORD)).await;

    for path in ["/login", "/register", "/forgot-password", "/no-such-page"] {
        open(stack, browser, path).await;
    }
    browser.open(app.authorization(stack).url()).await;
    is_inert(browser, "sign-in for the app").await;
    sign_in(browser, "alice").await;
    arrive(browser, "/consent").await;
    is_inert(browser, "consent").await;
    browser.click("#consent [value=allow]").await;
    browser.wait_for_url("the app", |url| app.is_at(url)).await;
    let chosen = app.authorization(stack).with("prompt", "select_account");
    browser.open(chosen.url()).await;
    arrive(browser, "/select-account").await;
    is_inert(browser, "select-account").await;
    for path in [
        "/account",
        "/account/apps",
        "/account/sessions",
        "/account/email",
        "/account/password",
        two_factor::HOME,
        "/logout",
    ] {
        open(stack, browser, path).await;
    }
    browser.open(stack.at(two_factor::HOME)).await;
    browser.click("form[action$='/start'] button").await;
    browser.find("svg.qr path").await;
    is_inert(browser, "set-up").await;

    // A mail, in the inbox and as mail programs show it.
    browser.open(stack.at("/account/password")).await;
    for (field, text) in [
        ("current_password", PASSWORD),
        ("password", crate::NEW_PASSWORD),
        ("password_confirm", crate::NEW_PASSWORD),
    ] {
        browser
            .fill(&format!("#new-password [name={field}]"), text)
            .await;
    }
    browser.click("#new-password button.primary").await;
    arrive(browser, "/account").await;
    stack.wait_for_jobs().await;
    open(stack, browser, "/dev/mail").await;
    browser.click(".rows li:first-child a").await;
    is_inert(browser, "a mail").await;
    browser.click("a[href$='/html']").await;
    is_inert(browser, "the HTML part").await;
}
