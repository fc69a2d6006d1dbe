//! Tests that every form of a sign-in or a sign-out leads to the client and onward, as the client
//! redirects: to a third origin, or to a private-use scheme. Chromium applies `form-action` of the
//! page with the form to the whole chain, and would stay on the page without a message.

use std::time::Duration;

use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::stack::HOST;
use doorward_testkit::{Authorization, Backend, Stack, TestClient, stack};
use url::Url;

use crate::app::App;
use crate::main_flow::register;
use crate::preferences::choose;
use crate::providers::{UPSTREAM, upstream_of};
use crate::steps::{allow, arrive, sign_in};
use crate::two_factor::{CONFIRM, scan};

const SETTINGS: &[(&str, &str)] = &[("DOORWARD__LOGIN__EMAIL_CODE", "true")];
const LOCALHOST: &[(&str, &str)] = &[(HOST, "localhost")];
/// Chromium's message about a policy violation.
const VIOLATION: &str = "violates the following Content Security Policy";
/// A private-use scheme (RFC 8252 §7.1).
const SCHEME: &str = "com.example.app";

/// The way from the server to the end of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The client's redirect URI redirects to a third origin.
    ThirdOrigin,
    /// The redirect URI has a private-use scheme.
    Scheme,
    /// The client's redirect URI redirects to a private-use scheme.
    SchemeAfterOrigin,
}

const WAYS: [Way; 3] = [Way::ThirdOrigin, Way::Scheme, Way::SchemeAfterOrigin];

/// The form that leads to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    SignIn,
    /// The language is changed before.
    SignInAfterPreference,
    FormPost,
    Consent,
    Denial,
    AccountChoice,
    Registration,
    EmailCode,
    EmailLink,
    SignOut,
    /// The page with the recovery codes of a required second factor, then the second factor.
    SecondFactor,
}

const EXITS: [Exit; 11] = [
    Exit::SignIn,
    Exit::SignInAfterPreference,
    Exit::FormPost,
    Exit::Consent,
    Exit::Denial,
    Exit::AccountChoice,
    Exit::Registration,
    Exit::EmailCode,
    Exit::EmailLink,
    Exit::SignOut,
    Exit::SecondFactor,
];

impl Exit {
    /// Returns the ways that are tested: one for each form, so that each run covers every form and every way, or
    /// all in the long run.
    fn ways(self) -> &'static [Way] {
        let one = self as usize % WAYS.len();
        match self {
            _ if Backend::both_requested() => &WAYS,
            // A form is not posted to an app.
            Self::FormPost => &WAYS[..1],
            _ => &WAYS[one..=one],
        }
    }
}

/// A client whose redirect URI leads one of the [`WAYS`].
struct World {
    third: App,
    to_third: App,
    to_scheme: App,
}

impl World {
    fn start() -> Self {
        let third = App::start();
        Self {
            to_third: App::onward_to(&third.callback()),
            to_scheme: App::onward_to(&format!("{SCHEME}:/callback")),
            third,
        }
    }

    fn uri(&self, way: Way) -> String {
        match way {
            Way::ThirdOrigin => self.to_third.callback(),
            Way::Scheme => format!("{SCHEME}:/callback"),
            Way::SchemeAfterOrigin => self.to_scheme.callback(),
        }
    }

    async fn register(&self, stack: &Stack, client: &TestClient) {
        let uris = WAYS.map(|way| self.uri(way)).to_vec();
        stack
            .change_client(&client.id, |client| {
                client.redirect_uris.clone_from(&uris);
                client.post_logout_redirect_uris = uris;
            })
            .await;
    }

    fn authorization(&self, stack: &Stack, client: &TestClient, way: Way) -> Authorization {
        Authorization::new(stack.issuer(), client).with("redirect_uri", &self.uri(way))
    }

    /// Waits until the browser is at the end of the chain, and returns the parameters there.
    async fn arrive(&self, browser: &Browser, way: Way, name: &str) -> Url {
        let at = if way == Way::ThirdOrigin {
            wait(async || Some(browser.url().await).filter(|url| self.third.is_at(url))).await
        } else {
            // No such app is installed; Chromium tries to open it.
            let is_opened = |url: &Url| url.scheme() == SCHEME;
            wait(async || browser.requests().await.into_iter().find(is_opened)).await
        };
        let Some(at) = at else {
            let (url, errors) = (browser.url().await, browser.console_errors().await);
            panic!("{name} {way:?} stays at {url}: {errors:?}");
        };
        let errors = browser.console_errors().await;
        let violation = errors.iter().find(|error| error.contains(VIOLATION));
        assert_eq!(violation, None, "{name} {way:?}");
        at
    }
}

/// Waits up to ten seconds for a value.
async fn wait<T>(ask: impl AsyncFn() -> Option<T>) -> Option<T> {
    for _ in 0..100 {
        let answer = ask().await;
        if answer.is_some() {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    None
}

/// Continues in another tab, without the sessions of the browser and what it has logged. After a
/// private-use scheme, a tab waits for the user's answer whether to open the app.
async fn forget(stack: &Stack, browser: &Browser) {
    let client = browser.client();
    let tab = browser.open_tab();
    client.close_window().await.unwrap();
    client.switch_to_window(tab).await.unwrap();
    browser.open(stack.at("/no-such-page")).await;
    browser.client().delete_all_cookies().await.unwrap();
    browser.requests().await;
    browser.console_errors().await;
}

async fn sign_in_first(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/login")).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/account").await;
}

/// Enters the code of the mail to this user, or opens its link, on the page that waits for it.
async fn answer_mail(stack: &Stack, browser: &Browser, name: &str, by_link: bool) {
    browser.click("a[href^='/login/email']").await;
    browser.fill("#email-ask [name=identifier]", name).await;
    browser.click("#email-ask button.primary").await;
    browser.find("#code").await;
    stack.wait_for_jobs().await;
    let mail = stack.mail(&format!("{name}@example.org")).await;
    if by_link {
        browser.open(mail.link(stack.issuer())).await;
        browser.click("#step button.primary").await;
    } else {
        let (code, _) = mail.subject.split_once(" is your code").expect("a code");
        browser.fill("#code", code).await;
        browser.click("#email-code button.primary").await;
    }
}

/// Sets up the second factor that the client requires, up to the page with the recovery codes.
async fn set_up(stack: &Stack, browser: &Browser) -> TotpSecret {
    arrive(browser, "/account/security/2fa").await;
    browser.click("form[action$='/start'] button").await;
    let app = scan(browser).await;
    browser.fill("#code", &app.code_at(stack.clock.now())).await;
    browser.click(CONFIRM).await;
    browser.click("[name=saved]").await;
    browser.click("form[action$='/saved'] button").await;
    app
}

async fn second_factor(
    stack: &Stack,
    browser: &Browser,
    world: &World,
    (name, way): (&str, Way),
    request: &Authorization,
) {
    sign_in(browser, name).await;
    let app = set_up(stack, browser).await;
    world.arrive(browser, way, "the recovery codes").await;
    forget(stack, browser).await;
    stack.clock.advance(30);
    browser.open(request.url()).await;
    sign_in(browser, name).await;
    arrive(browser, "/login/2fa").await;
    browser.fill("#code", &app.code_at(stack.clock.now())).await;
    browser.click("#second-step button.primary").await;
}

async fn sign_out(stack: &Stack, browser: &Browser, client: &TestClient, uri: &str) {
    sign_in_first(stack, browser).await;
    let fields = [
        ("client_id", client.id.as_str()),
        ("post_logout_redirect_uri", uri),
        ("state", "af0ifjsldkj"),
    ];
    let url = Url::parse_with_params(&stack.at("/oauth2/logout"), fields).unwrap();
    browser.open(url).await;
    browser.click("#logout button.primary").await;
}

/// Submits the form and returns the URL at the end of the chain.
async fn submit(stack: &Stack, browser: &Browser, world: &World, exit: Exit, way: Way) -> Url {
    let client = match exit {
        Exit::Consent | Exit::Denial => &stack.seed.web,
        _ => &stack.seed.trusted,
    };
    // Each user receives few codes an hour, and has one second factor.
    let name = match way {
        Way::ThirdOrigin => "alice",
        Way::Scheme => "bob",
        Way::SchemeAfterOrigin => "mona",
    };
    let request = world.authorization(stack, client, way);
    if exit == Exit::AccountChoice {
        sign_in_first(stack, browser).await;
        browser
            .open(request.with("prompt", "select_account").url())
            .await;
        browser.click("[name=choice][value=current]").await;
        return world.arrive(browser, way, "the account choice").await;
    }
    if exit == Exit::SignOut {
        sign_out(stack, browser, client, &world.uri(way)).await;
        return world.arrive(browser, way, "the sign-out").await;
    }
    let request = match exit {
        Exit::FormPost => request.with("response_mode", "form_post"),
        // A consent is remembered.
        Exit::Consent | Exit::Denial => request.with("prompt", "consent"),
        _ => request,
    };
    browser.open(request.url()).await;
    browser.find("#login").await;
    match exit {
        Exit::Registration => {
            browser.click("a[href^='/register']").await;
            register(browser, &format!("new-{name}")).await;
        }
        Exit::EmailCode | Exit::EmailLink => {
            answer_mail(stack, browser, name, exit == Exit::EmailLink).await;
        }
        Exit::SecondFactor => {
            second_factor(stack, browser, world, (name, way), &request).await;
        }
        Exit::SignInAfterPreference => {
            choose(browser, "lang", "de").await;
            sign_in(browser, "alice").await;
        }
        _ => sign_in(browser, "alice").await,
    }
    match exit {
        Exit::Consent => allow(browser).await,
        Exit::Denial => browser.click("#consent [value=deny]").await,
        Exit::FormPost if !browser.runs_scripts() => {
            let selector = format!("form[action='{}'] button", world.uri(way));
            browser.click(&selector).await;
        }
        _ => {}
    }
    world.arrive(browser, way, &format!("{exit:?}")).await
}

fn forms_lead_onward(javascript: JavaScript) {
    stack::run_with(Backend::SqliteMemory, SETTINGS, async |stack: &Stack| {
        let browser = Browser::start(javascript).await;
        let world = World::start();
        world.register(stack, &stack.seed.trusted).await;
        world.register(stack, &stack.seed.web).await;
        for exit in EXITS {
            if exit == Exit::SecondFactor {
                let require = |client: &mut doorward_domain::model::Client| {
                    client.require_mfa = true;
                };
                stack.change_client(&stack.seed.trusted.id, require).await;
            }
            for &way in exit.ways() {
                // A form is not posted to an app.
                if exit == Exit::FormPost && way == Way::Scheme {
                    continue;
                }
                forget(stack, &browser).await;
                let at = submit(stack, &browser, &world, exit, way).await;
                if exit != Exit::FormPost {
                    let query = at.query().unwrap_or_default();
                    assert!(query.contains("state=af0ifjsldkj"), "{exit:?}: {at}");
                }
            }
        }
    });
}

#[test]
fn forms_lead_over_client_to_third_origin_and_app() {
    forms_lead_onward(JavaScript::On);
}

#[test]
fn forms_lead_onward_without_javascript() {
    forms_lead_onward(JavaScript::Off);
}

#[test]
fn passkey_leads_over_client_to_third_origin_and_app() {
    stack::run_with(Backend::SqliteMemory, LOCALHOST, async |stack: &Stack| {
        let browser = Browser::start(JavaScript::On).await;
        let world = World::start();
        world.register(stack, &stack.seed.trusted).await;
        for way in WAYS {
            forget(stack, &browser).await;
            // The authenticator belongs to the tab.
            let device = browser.plug_in_authenticator().await;
            browser.set_presence(&device, true).await;
            sign_in_first(stack, &browser).await;
            browser.open(stack.at("/account/security/passkeys")).await;
            browser.click("[data-passkey]").await;
            browser.find("[role=status]").await;
            browser.client().delete_all_cookies().await.unwrap();
            browser.set_presence(&device, false).await;
            let request = world.authorization(stack, &stack.seed.trusted, way);
            browser.open(request.url()).await;
            browser.find("[data-passkey]").await;
            browser.set_presence(&device, true).await;
            browser.click("[data-passkey]").await;
            world.arrive(&browser, way, "the passkey").await;
        }
    });
}

fn provider_leads_onward(javascript: JavaScript) {
    stack::run_with(Backend::SqliteMemory, UPSTREAM, async |stack: &Stack| {
        let browser = Browser::start(javascript).await;
        let upstream = upstream_of(stack).await;
        let world = World::start();
        world.register(stack, &stack.seed.trusted).await;
        for (way, name) in WAYS.into_iter().zip(["alice", "bob", "mona"]) {
            forget(&upstream, &browser).await;
            forget(stack, &browser).await;
            let request = world.authorization(stack, &stack.seed.trusted, way);
            for account in ["a new account", "a linked account"] {
                forget(stack, &browser).await;
                browser.open(request.url()).await;
                browser.click("[formaction='/login/with/doorward']").await;
                if account == "a new account" {
                    // The provider's own form leads over this server to the client.
                    sign_in(&browser, name).await;
                    browser
                        .fill("#welcome [name=username]", &format!("{name}-x"))
                        .await;
                    let email = format!("{name}-x@elsewhere.example");
                    browser.fill("#welcome [name=email]", &email).await;
                    browser.click("#welcome button.primary").await;
                }
                world.arrive(&browser, way, account).await;
            }
            // Signs in at the provider, which leads to the linked account without a page here.
            forget(&upstream, &browser).await;
            forget(stack, &browser).await;
            browser.open(request.url()).await;
            browser.click("[formaction='/login/with/doorward']").await;
            sign_in(&browser, name).await;
            world.arrive(&browser, way, "the provider's form").await;
        }
    });
}

#[test]
fn provider_leads_over_client_to_third_origin_and_app() {
    provider_leads_onward(JavaScript::On);
}

#[test]
fn provider_leads_onward_without_javascript() {
    provider_leads_onward(JavaScript::Off);
}

/// Checks that the tests above can fail, and that the console keeps its protection.
#[test]
fn console_form_to_other_origin_is_blocked() {
    stack::run(Backend::SqliteMemory, async |stack: &Stack| {
        let browser = Browser::start(JavaScript::On).await;
        let other = App::start();
        browser.open(stack.at("/login?next=/admin")).await;
        sign_in(&browser, "admin").await;
        arrive(&browser, "/admin").await;
        browser.console_errors().await;
        let script = format!(
            "const form = document.createElement('form');
             form.method = 'post';
             form.action = {:?};
             document.body.append(form);
             form.submit();",
            other.callback()
        );
        browser.execute(&script).await;
        let rejected = wait(async || {
            let errors = browser.console_errors().await;
            errors.into_iter().find(|error| error.contains(VIOLATION))
        });
        assert!(rejected.await.is_some(), "not blocked");
        assert!(other.answers().is_empty());
    });
}
