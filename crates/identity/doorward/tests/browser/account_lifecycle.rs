//! Tests an account from registration to password reset as its user sees it: e-mail
//! verification, the second factor from the QR code on the page, both kinds of codes, and the reset
//! that ends every session.

use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Stack, UserAgent};
use rqrr::PreparedImage;
use url::Url;

use crate::inbox::follow_newest;
use crate::main_flow::register;
use crate::steps::{arrive, heading, sign_in_with};
use crate::two_factor::{CONFIRM, HOME};
use crate::{NEW_PASSWORD, with_settings};

const VERIFY: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];
const OTHER_PASSWORD: &str = "copper meadow 19 lantern frost";

#[test]
fn from_registration_to_end_of_every_session() {
    with_settings(JavaScript::On, VERIFY, register_to_password_reset);
}

#[test]
fn from_registration_to_session_end_without_javascript() {
    with_settings(JavaScript::Off, VERIFY, register_to_password_reset);
}

/// Reads the QR code from a screenshot of the page, as a telephone does.
async fn photograph(browser: &Browser) -> Url {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("page.png");
    browser.find("svg.qr path").await;
    browser.screenshot(&file).await;
    let picture = image::open(&file).expect("a picture").to_luma8();
    let (width, height) = picture.dimensions();
    let shade = |x: usize, y: usize| {
        let place = [x, y].map(|side| u32::try_from(side).expect("a side"));
        picture.get_pixel(place[0], place[1]).0[0]
    };
    let sides = [width, height].map(|side| usize::try_from(side).expect("a side"));
    let mut prepared = PreparedImage::prepare_from_greyscale(sides[0], sides[1], shade);
    let codes = prepared.detect_grids();
    assert_eq!(codes.len(), 1, "one code on the page");
    let (_, text) = codes[0].decode().expect("a readable code");
    Url::parse(&text).expect("an address")
}

async fn sign_out(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/logout")).await;
    browser.click("#logout button.primary").await;
    browser.find("main a[href='/login']").await;
}

async fn prove_code(browser: &Browser, code: &str) {
    browser.fill("#code", code).await;
    browser.click("#second-step button.primary").await;
}

/// Enrolls an authenticator app; returns its secret and the first recovery code.
async fn set_up(stack: &Stack, browser: &Browser) -> (TotpSecret, String) {
    browser.click("a[href='/account/security/2fa']").await;
    browser.click("form[action$='/start'] button").await;
    arrive(browser, "/account/security/2fa/set-up").await;
    let uri = photograph(browser).await;
    assert_eq!((uri.scheme(), uri.host_str()), ("otpauth", Some("totp")));
    let secret = uri.query_pairs().find(|(name, _)| name == "secret");
    let secret = secret.expect("a secret").1.into_owned();
    let typed = browser.text("#key").await;
    assert_eq!(
        typed.replace(' ', ""),
        secret,
        "the typed key equals the QR code"
    );
    let app = TotpSecret::from_base32(&secret).expect("base32");
    browser.fill("#code", &app.code_at(stack.clock.now())).await;
    browser.click(CONFIRM).await;
    browser.find("a[download]").await;
    let recovery = browser.text("ul.pair code").await;
    browser.click("[name=saved]").await;
    browser.click("form[action$='/saved'] button").await;
    arrive(browser, HOME).await;
    (app, recovery)
}

/// Signs in with both factors in another browser.
async fn another_device(stack: &Stack, code: &str) -> UserAgent {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "newcomer");
    let page = agent.submit(&form.with("password", NEW_PASSWORD)).await;
    let page = agent.follow(page, "").await;
    let form = page.form("#second-step").with("code", code);
    agent.submit(&form).await;
    assert_eq!(agent.get(stack.at("/account")).await.status, 200);
    agent
}

async fn register_to_password_reset(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/register")).await;
    register(browser, "newcomer").await;
    arrive(browser, "/verify-email").await;
    follow_newest(stack, browser).await;
    arrive(browser, "/login").await;
    sign_in_with(browser, "newcomer", NEW_PASSWORD).await;
    arrive(browser, "/verify-email").await;
    browser.click("#step button").await;
    arrive(browser, "/account").await;
    let (app, recovery) = set_up(stack, browser).await;

    // A code of the app, then a recovery code.
    for way in ["app", "recovery"] {
        sign_out(stack, browser).await;
        browser.open(stack.at("/login")).await;
        sign_in_with(browser, "newcomer", NEW_PASSWORD).await;
        arrive(browser, "/login/2fa").await;
        if way == "app" {
            stack.clock.advance(30);
            prove_code(browser, &app.code_at(stack.clock.now())).await;
        } else {
            browser.click("a[href$='way=recovery']").await;
            browser.find("input[name=way][value=recovery]").await;
            prove_code(browser, &recovery).await;
        }
        arrive(browser, "/account").await;
    }
    browser.open(stack.at(HOME)).await;
    let words = browser.visible_text().await;
    assert!(words.contains("9 recovery codes are left"), "{words}");

    // The mail link sets a new password, and every session ends.
    stack.clock.advance(30);
    let elsewhere = another_device(stack, &app.code_at(stack.clock.now())).await;
    browser.open(stack.at("/forgot-password")).await;
    browser.fill("#forgot [name=identifier]", "newcomer").await;
    browser.click("#forgot button").await;
    browser.find("main a[href='/login']").await;
    follow_newest(stack, browser).await;
    arrive(browser, "/reset-password").await;
    for field in ["password", "password_confirm"] {
        let selector = format!("#new-password [name={field}]");
        browser.fill(&selector, OTHER_PASSWORD).await;
    }
    browser.click("#new-password button.primary").await;
    browser.find("main a[href='/login']").await;
    assert_eq!(heading(browser).await, "Your password is set");
    browser.open(stack.at("/account")).await;
    arrive(browser, "/login").await;
    let page = elsewhere.get(stack.at("/account")).await;
    assert_eq!(page.status, 303, "{}", page.dump());

    // The new password is only the first factor (ASVS 5.0 §6.4.3).
    sign_in_with(browser, "newcomer", OTHER_PASSWORD).await;
    arrive(browser, "/login/2fa").await;
    stack.clock.advance(30);
    prove_code(browser, &app.code_at(stack.clock.now())).await;
    arrive(browser, "/account").await;
}
