//! Helpers for second-factor tests: an authenticator app and the page flows.

use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_testkit::{PASSWORD, Page, Stack, UserAgent};
use url::Url;

/// The path of the second-factor page.
pub const HOME: &str = "/account/security/2fa";
/// The selector of a form for a code, on any page.
pub const CODE: &str = "form:has([name=code])";

/// A user's authenticator app with the saved recovery codes.
#[derive(Clone, Debug)]
pub struct App {
    pub secret: TotpSecret,
    pub recovery: Vec<String>,
}

impl App {
    /// Returns the current code of the app.
    pub fn code(&self, stack: &Stack) -> String {
        self.secret.code_at(stack.clock.now())
    }

    /// Returns a code that no time step within the tolerance accepts.
    pub fn wrong_code(&self, stack: &Stack) -> String {
        let now = stack.clock.now();
        (0..1_000_000)
            .map(|number| format!("{number:06}"))
            .find(|code| self.secret.step_of(code, now).is_none())
            .expect("a wrong code")
    }

    /// Advances the clock by one time step and returns the next code.
    pub fn next_code(&self, stack: &Stack) -> String {
        stack.clock.advance(30);
        self.code(stack)
    }
}

/// Submits the password form of a page.
pub async fn password(agent: &UserAgent, page: &Page, who: &str) -> Page {
    let form = page.form("form:has([name=password])");
    let form = form.with("identifier", who).with("password", PASSWORD);
    agent.submit(&form).await
}

/// Signs in by password at the sign-in page; returns the next page after redirects.
pub async fn first_step(stack: &Stack, agent: &UserAgent, who: &str) -> Page {
    let page = agent.get(stack.at("/login")).await;
    let page = password(agent, &page, who).await;
    agent.follow(page, "").await
}

/// Submits a code on a page that asks for one; returns the response.
pub async fn enter(agent: &UserAgent, page: &Page, code: &str) -> Page {
    agent.submit(&page.form(CODE).with("code", code)).await
}

/// Signs in with both factors; returns the last page after redirects.
pub async fn sign_in(stack: &Stack, agent: &UserAgent, who: &str, code: &str) -> Page {
    let page = first_step(stack, agent, who).await;
    let page = enter(agent, &page, code).await;
    agent.follow(page, "").await
}

/// Enrolls an authenticator app in a signed-in browser, starting at a page that offers it.
pub async fn set_up(stack: &Stack, agent: &UserAgent, offer: &Page) -> (App, Page) {
    let page = agent
        .submit(&offer.form("form[action$='/2fa/start']"))
        .await;
    let page = agent.follow(page, "").await;
    // Reads the secret from the QR code, as a telephone does.
    let uri = Url::parse(&crate::qr::read(&page)).expect("an address");
    assert_eq!((uri.scheme(), uri.host_str()), ("otpauth", Some("totp")));
    assert!(uri.path().starts_with("/Doorward:"), "{uri}");
    assert_eq!(parameter(&uri, "issuer"), "Doorward");
    let key = parameter(&uri, "secret");
    let typed = page.text_of("#key").expect("the key");
    assert_eq!(
        typed.replace(' ', ""),
        key,
        "the typed key equals the QR code"
    );
    let secret = TotpSecret::from_base32(&key).expect("base32");
    let mut app = App {
        secret,
        recovery: Vec::new(),
    };
    let page = enter(agent, &page, &app.code(stack)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    app.recovery = recovery_codes(&page);
    (app, page)
}

fn parameter(uri: &Url, requested: &str) -> String {
    let found = uri.query_pairs().find(|(name, _)| name == requested);
    found.expect("the parameter").1.into_owned()
}

/// Returns the recovery codes that a page shows.
pub fn recovery_codes(page: &Page) -> Vec<String> {
    let shown = page.text_of("ul.pair").expect("recovery codes");
    shown.split(' ').map(str::to_owned).collect()
}

/// Signs a user in and enrolls an authenticator app.
pub async fn enrol(stack: &Stack, agent: &UserAgent, who: &str) -> App {
    let page = first_step(stack, agent, who).await;
    assert!(is_account(&page), "{}", page.dump());
    let offer = agent.get(stack.at(HOME)).await;
    set_up(stack, agent, &offer).await.0
}

/// Returns true if this is the account page.
pub fn is_account(page: &Page) -> bool {
    page.status == 200 && page.url.path() == "/account"
}

/// Returns true if the browser is signed in.
pub async fn is_signed_in(stack: &Stack, agent: &UserAgent) -> bool {
    is_account(&agent.get(stack.at("/account")).await)
}
