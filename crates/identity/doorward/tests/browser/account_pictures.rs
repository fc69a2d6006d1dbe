//! Pictures of the account pages with data, in English and Arabic: several devices and locations,
//! clients, keys, and the pages of mail links.

use doorward_admin::operator::AdminContext;
use doorward_admin::profile_fields::{self, NewField};
use doorward_admin::user_change::UserChange;
use doorward_admin::users;
use doorward_domain::model::{FieldAudience, FieldEditor, FieldInput, FieldKind};
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Authorization, PASSWORD, Stack, UserAgent};

use crate::screenshots::picture;
use crate::steps::{arrive, sign_in, sign_in_with};
use crate::with_settings;

const SETTINGS: &[(&str, &str)] = &[
    ("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true"),
    ("DOORWARD__TRUSTED_PROXIES", "127.0.0.1/32"),
    (
        "DOORWARD__GEOIP__DATABASE",
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/accounts/places.mmdb"),
    ),
];
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const FIREFOX: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

#[test]
fn in_english() {
    with_settings(
        JavaScript::On,
        SETTINGS,
        async |stack: &Stack, browser: &Browser| {
            pictures(stack, browser, "en").await;
        },
    );
}

#[test]
fn in_arabic() {
    with_settings(
        JavaScript::On,
        SETTINGS,
        async |stack: &Stack, browser: &Browser| {
            pictures(stack, browser, "ar").await;
        },
    );
}

/// Creates custom profile fields: two that users edit, and one that only administrators edit, with
/// its value of alice.
async fn create_profile_fields(stack: &Stack) {
    let db = stack.db().await;
    let context = AdminContext::command_line(&db, &stack.clock);
    let text = FieldKind::Text { max_length: 40 };
    let offices = ["Bonn", "Paris"].map(str::to_owned).into();
    let office = FieldKind::Choice { choices: offices };
    for (label, kind, editable_by) in [
        ("Company", text.clone(), FieldEditor::User),
        ("Office", office, FieldEditor::User),
        ("Employee number", text, FieldEditor::Admin),
    ] {
        let new = NewField {
            name: label.to_lowercase().replace(' ', "_"),
            label: label.to_owned(),
            kind,
            editable_by,
            visible_to: FieldAudience::User,
        };
        profile_fields::create(&context, new).await.unwrap();
    }
    let alice = users::get(&context, "alice").await.unwrap();
    let number = FieldInput::Text("E-4711".to_owned());
    let change = UserChange {
        fields: [("employee_number".to_owned(), number)].into(),
        ..UserChange::default()
    };
    let id = alice.id.to_string();
    users::update(&context, &id, change).await.unwrap();
}

async fn sign_in_from(stack: &Stack, name: &str, ip: &str) -> UserAgent {
    let agent = UserAgent::named(name);
    let page = agent.get(stack.at("/login")).await;
    let csrf = page.form("#login").value("csrf").unwrap().to_owned();
    let fields = [
        ("csrf", csrf.as_str()),
        ("identifier", "alice"),
        ("password", PASSWORD),
    ];
    // Hashing threads have a low priority, and other tests use the same cores.
    for _ in 0..20 {
        let request = agent.http().post(stack.at("/login")).form(&fields);
        let request = request
            .header("origin", stack.issuer())
            .header("sec-fetch-site", "same-origin")
            .header("x-forwarded-for", ip);
        match agent.send(request).await.status {
            303 => return agent,
            status => assert_eq!(status, 503),
        }
    }
    panic!("the hashing threads are busy");
}

async fn connect(stack: &Stack, agent: &UserAgent) {
    for client in [&stack.seed.trusted, &stack.seed.web] {
        let request = Authorization::new(stack.issuer(), client);
        let request = request.with("scope", "openid profile email offline_access tasks:read");
        let code = request.complete(agent, "alice").await.code();
        assert_eq!(stack.exchange(client, &code).await.status, 200);
        stack.clock.advance(7200);
    }
}

async fn sign_out(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/logout")).await;
    browser.click("#logout button.primary").await;
    browser.find("main a[href='/login']").await;
}

async fn pictures(stack: &Stack, browser: &Browser, lang: &str) {
    let phone = sign_in_from(stack, SAFARI, "198.51.100.9").await;
    connect(stack, &phone).await;
    sign_in_from(stack, FIREFOX, "203.0.113.7").await;
    sign_in_from(stack, "curl/8", "2001:db8::1").await;
    stack.clock.advance(3 * 3600);
    browser.open(stack.at("/login")).await;
    let button = format!("button[name=lang][value={lang}]");
    browser
        .click(&format!("details:has({button}) summary"))
        .await;
    browser.click(&button).await;
    browser.find(&format!("html[lang={lang}]")).await;
    let shoot = async |page: &str| picture(browser, page).await;
    for (path, form, page) in [
        ("/register", "#register", "register"),
        ("/forgot-password", "#forgot", "forgot"),
    ] {
        browser.open(stack.at(path)).await;
        browser.find(form).await;
        shoot(page).await;
    }
    browser.fill("#forgot [name=identifier]", "alice").await;
    browser.click("#forgot button").await;
    browser.find("main a[href='/login']").await;
    shoot("forgot-sent").await;
    let link = stack.mail("alice@example.org").await.link(stack.issuer());
    browser.open(link.as_str()).await;
    browser.find("#new-password").await;
    shoot("reset").await;

    let sign_up = UserAgent::new();
    let page = sign_up.get(stack.at("/register")).await;
    let form = page.form("#register").with("username", "newcomer");
    let form = form.with("email", "newcomer@example.org");
    let form = form.with("password", crate::NEW_PASSWORD);
    sign_up
        .submit(&form.with("password_confirm", crate::NEW_PASSWORD))
        .await;
    let link = stack
        .mail("newcomer@example.org")
        .await
        .link(stack.issuer());
    browser.open(stack.at("/verify-email?sent=1")).await;
    shoot("verify-sent").await;
    browser.open(link.as_str()).await;
    arrive(browser, "/login").await;
    sign_in_with(browser, "newcomer", crate::NEW_PASSWORD).await;
    arrive(browser, "/verify-email").await;
    browser.find("#step").await;
    shoot("verify").await;
    browser.click("#step button").await;
    arrive(browser, "/account").await;
    sign_out(stack, browser).await;

    create_profile_fields(stack).await;
    browser.open(stack.at("/login")).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/account").await;
    shoot("account-full").await;
    for (path, page) in [
        ("/account/profile", "profile-full"),
        ("/account/activity", "activity-full"),
        ("/account/password", "change-password"),
        ("/account/email", "change-email"),
        ("/account/data", "data"),
        ("/account/api-keys", "api-keys-empty"),
        ("/account/api-keys/new", "new-key"),
    ] {
        browser.open(stack.at(path)).await;
        shoot(page).await;
    }
    browser
        .fill("[name=name]", "Backup of the tasks, each night")
        .await;
    browser.click("[name=scope][value='tasks:read']").await;
    browser.click("form button.primary").await;
    browser.find("#key").await;
    shoot("key-made").await;
    browser.open(stack.at("/account/api-keys")).await;
    shoot("api-keys-full").await;
}
