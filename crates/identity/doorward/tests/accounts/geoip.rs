//! Tests of the approximate location of an address on the account page, the activity page and in
//! notifications; the operator supplies the database.

use doorward_testkit::{PASSWORD, Page, Stack, UserAgent};

use crate::rate_limit::support::{form, post};
use doorward_testkit::flows_with;

flows_with!(GEOIP;
    place_of_address_is_shown_and_mailed,
    unknown_and_private_addresses_have_no_location,
);
flows_with!(PROXY; locations_are_absent_without_database);

const PROXY: &[(&str, &str)] = &[("DOORWARD__TRUSTED_PROXIES", "127.0.0.1/32")];
/// The test database; `places.mmdb.txt` lists its content.
const GEOIP: &[(&str, &str)] = &[
    ("DOORWARD__TRUSTED_PROXIES", "127.0.0.1/32"),
    (
        "DOORWARD__GEOIP__DATABASE",
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/accounts/places.mmdb"),
    ),
];
const ALICE: &str = "alice@example.org";
const BERLIN: &str = "203.0.113.7";
const MUNICH: &str = "198.51.100.9";

/// Signs in with a new browser at this address.
async fn sign_in_from(stack: &Stack, ip: &str) -> UserAgent {
    let agent = UserAgent::new();
    let form = form(stack, &agent, "alice", PASSWORD).await;
    let page = post(stack, &agent, stack.issuer(), &form, Some(ip)).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    agent
}

/// Opens a page in a language that the user has chosen; it takes precedence over the browser's
/// language.
async fn page_in(stack: &Stack, agent: &UserAgent, path: &str, lang: &str) -> Page {
    let page = agent.get(stack.at(path)).await;
    let form = page.form("form[action='/preferences']").with("lang", lang);
    agent.submit(&form).await;
    agent.get(stack.at(path)).await
}

async fn place_of_address_is_shown_and_mailed(stack: &Stack) {
    sign_in_from(stack, MUNICH).await;
    stack.clock.advance(60);
    let agent = sign_in_from(stack, BERLIN).await;
    for path in ["/account", "/account/activity"] {
        let page = page_in(stack, &agent, path, "en").await;
        let words = page.text_of("main").expect("main");
        for place in [
            "203.0.113.7 · near Berlin, Germany",
            "198.51.100.9 · near Munich, Germany",
        ] {
            assert!(words.contains(place), "{path}, {place}: {words}");
        }
        let words = page_in(stack, &agent, path, "de").await.text();
        assert!(words.contains("nahe München, Deutschland"), "{path}");
    }
    // Only the list of sessions: the account page also lists recent activity.
    let page = page_in(stack, &agent, "/account", "en").await;
    let sessions = page
        .text_of("[aria-labelledby=sessions]")
        .expect("sessions");
    assert!(
        sessions.contains("203.0.113.7 · near Berlin, Germany"),
        "{sessions}"
    );

    let mail = stack.mail(ALICE).await;
    assert_eq!(mail.subject, "New sign-in to your account");
    for part in [&mail.text, &mail.html] {
        let place = ", near Berlin, Germany (address 203.0.113.7), at ";
        assert!(part.contains(place), "{part}");
    }
}

async fn unknown_and_private_addresses_have_no_location(stack: &Stack) {
    // The database contains the last three, but they are not public addresses.
    for ip in ["203.0.114.1", "10.1.2.3", "127.0.0.9", "fd00::1"] {
        let agent = sign_in_from(stack, ip).await;
        let page = agent.get(stack.at("/account")).await;
        let words = page.text_of("main").expect("main");
        assert!(words.contains(ip) && !words.contains("near "), "{words}");
        assert!(!words.contains("Nowhere"), "{words}");
        stack.end_sessions("alice").await;
    }
    let mail = stack.mail(ALICE).await;
    assert!(mail.text.contains(", address "), "{}", mail.text);
    assert!(!mail.text.contains("near "), "{}", mail.text);
}

async fn locations_are_absent_without_database(stack: &Stack) {
    sign_in_from(stack, MUNICH).await;
    let agent = sign_in_from(stack, BERLIN).await;
    for path in ["/account", "/account/activity"] {
        let words = agent.get(stack.at(path)).await.text();
        assert!(words.contains(BERLIN), "{path}");
        assert!(
            !words.contains("Berlin,") && !words.contains("Germany"),
            "{path}"
        );
    }
    let mail = stack.mail(ALICE).await;
    assert!(
        mail.text.contains(", address 203.0.113.7, at "),
        "{}",
        mail.text
    );
}
