//! Helpers for passkey tests: page flows with a software authenticator.

use doorward_testkit::authenticator::CeremonyData;
use doorward_testkit::{Authenticator, Form, Page, Stack, UserAgent, stack::HOST};
use serde_json::Value;

use crate::two_factor::password;

/// The path of the passkey page.
pub const KEYS: &str = "/account/security/passkeys";
/// The selector of the button that starts a passkey ceremony.
const BUTTON: &str = "[data-passkey]";
/// A host name: browsers do not create passkeys for IP addresses.
pub const LOCALHOST: &[(&str, &str)] = &[(HOST, "localhost")];

/// Returns the ceremony options of a page.
pub fn options(page: &Page) -> Value {
    let options = page.attributes(BUTTON, "data-options");
    serde_json::from_str(options.first().expect("options")).expect("JSON")
}

/// Returns the form of the passkey button with this credential response.
pub fn answered(page: &Page, answer: &str) -> Form {
    page.press(BUTTON).with("credential", answer)
}

/// Signs the challenge of a page correctly and submits the response.
pub async fn present(agent: &UserAgent, page: &Page, device: &mut Authenticator) -> Page {
    let origin = page.url.origin().ascii_serialization();
    let answer = device.sign(&options(page), &origin);
    agent.submit(&answered(page, &answer)).await
}

/// Signs the challenge of a page with a change in the response, and submits it.
pub async fn present_saying(
    agent: &UserAgent,
    page: &Page,
    device: &Authenticator,
    change: impl FnOnce(&mut CeremonyData),
) -> Page {
    let origin = page.url.origin().ascii_serialization();
    let mut said = CeremonyData::new(device, "webauthn.get", &options(page), &origin);
    change(&mut said);
    agent
        .submit(&answered(page, &device.sign_saying(&said)))
        .await
}

/// Creates the passkey that a page requests and submits it.
pub async fn make(agent: &UserAgent, page: &Page, device: &mut Authenticator) -> Page {
    let origin = page.url.origin().ascii_serialization();
    let answer = device.create(&options(page), &origin);
    agent.submit(&answered(page, &answer)).await
}

/// Signs in with the password and adds this passkey.
pub async fn enrol(stack: &Stack, agent: &UserAgent, who: &str, device: &mut Authenticator) {
    let page = agent.get(stack.at("/login")).await;
    let page = password(agent, &page, who).await;
    agent.follow(page, "").await;
    add(stack, agent, device).await;
}

/// Adds this passkey in a signed-in browser.
pub async fn add(stack: &Stack, agent: &UserAgent, device: &mut Authenticator) {
    let page = agent.get(stack.at(KEYS)).await;
    let page = make(agent, &page, device).await;
    let page = agent.follow(page, "").await;
    assert!(
        page.text().contains("The passkey was added."),
        "{}",
        page.dump()
    );
}

/// Signs in with a passkey at the sign-in page; returns the response.
pub async fn sign_in(stack: &Stack, agent: &UserAgent, device: &mut Authenticator) -> Page {
    let page = agent.get(stack.at("/login")).await;
    present(agent, &page, device).await
}
