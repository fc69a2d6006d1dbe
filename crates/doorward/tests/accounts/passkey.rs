//! What the themes about passkeys share: the walk through pages with a software authenticator.

use doorward_testkit::authenticator::Said;
use doorward_testkit::{Authenticator, Form, Page, Stack, UserAgent, stack::HOST};
use serde_json::Value;

use crate::two_factor::password;

/// The page of the passkeys.
pub const KEYS: &str = "/account/security/passkeys";
/// The field of a form that asks for a passkey.
const BUTTON: &str = "[data-passkey]";
/// Browsers make passkeys for names alone.
pub const NAMED: &[(&str, &str)] = &[(HOST, "localhost")];

/// What a page asks the browser for.
pub fn options(page: &Page) -> Value {
    let options = page.attributes(BUTTON, "data-options");
    serde_json::from_str(options.first().expect("options")).expect("JSON")
}

/// The form of the button that asks for a passkey, with this answer.
pub fn answered(page: &Page, answer: &str) -> Form {
    page.press(BUTTON).with("credential", answer)
}

/// Signs what a page asks for, truly.
pub async fn present(agent: &UserAgent, page: &Page, device: &mut Authenticator) -> Page {
    let origin = page.url.origin().ascii_serialization();
    let answer = device.sign(&options(page), &origin);
    agent.submit(&answered(page, &answer)).await
}

/// The same with something changed.
pub async fn present_saying(
    agent: &UserAgent,
    page: &Page,
    device: &Authenticator,
    change: impl FnOnce(&mut Said),
) -> Page {
    let origin = page.url.origin().ascii_serialization();
    let mut said = Said::of(device, "webauthn.get", &options(page), &origin);
    change(&mut said);
    agent
        .submit(&answered(page, &device.sign_saying(&said)))
        .await
}

/// Makes what a page asks for, truly.
pub async fn make(agent: &UserAgent, page: &Page, device: &mut Authenticator) -> Page {
    let origin = page.url.origin().ascii_serialization();
    let answer = device.make(&options(page), &origin);
    agent.submit(&answered(page, &answer)).await
}

/// Signs in with the password and adds this passkey.
pub async fn enrol(stack: &Stack, agent: &UserAgent, who: &str, device: &mut Authenticator) {
    let page = agent.get(stack.at("/login")).await;
    let page = password(agent, &page, who).await;
    agent.follow(page, "").await;
    add(stack, agent, device).await;
}

/// Adds this passkey in a browser that is signed in.
pub async fn add(stack: &Stack, agent: &UserAgent, device: &mut Authenticator) {
    let page = agent.get(stack.at(KEYS)).await;
    let page = make(agent, &page, device).await;
    let page = agent.follow(page, "").await;
    assert!(
        page.text().contains("The passkey was added."),
        "{}",
        page.shown()
    );
}

/// Signs in with a passkey at the sign-in page; the answer as it is.
pub async fn sign_in(stack: &Stack, agent: &UserAgent, device: &mut Authenticator) -> Page {
    let page = agent.get(stack.at("/login")).await;
    present(agent, &page, device).await
}
