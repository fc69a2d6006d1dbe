//! Tests of the steps after the first administrator.

use doorward_admin::operator::AdminContext;
use doorward_admin::system;
use doorward_testkit::{Page, Stack, flows, flows_with};

use super::support::{browser, confirm, confirmed, open};
use crate::admin::world::World;

flows!(
    steps_show_state_from_data,
    own_address_that_is_not_public_is_not_fetched
);
flows_with!(REACHABLE; address_is_checked_from_browser_and_server);

const SETUP: &str = "/admin/setup";
const ISSUER: &str = "/admin/setup/issuer";
/// Lets the server fetch its own discovery document.
const REACHABLE: &[(&str, &str)] = &[("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8")];

/// Returns the name and the state of each step or check.
fn states(page: &Page) -> Vec<(String, String)> {
    let trimmed = |texts: Vec<String>| texts.into_iter().map(|text| text.trim().to_owned());
    let names = trimmed(page.texts_of("tbody th"));
    names.zip(trimmed(page.texts_of("tbody .pill"))).collect()
}

fn state_of(page: &Page, step: &str) -> String {
    let all = states(page);
    let found = all.iter().find(|(name, _)| name == step);
    found.unwrap_or_else(|| panic!("{step}: {all:?}")).1.clone()
}

async fn steps_show_state_from_data(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, SETUP).await;
    for (step, state) in [
        ("Create the first administrator", "Done"),
        ("Check the address of this site", "Check"),
        ("Send test mail", "Not done yet"),
        ("New app", "Done"),
        ("Make a backup", "Not done yet"),
    ] {
        assert_eq!(state_of(&page, step), state, "{step}");
    }
    assert_eq!(page.texts_of(".sub [aria-current]"), ["First steps"]);

    let notice = "The test mail is on its way.";
    let page = confirmed(stack, &admin, "/admin/setup/mail", notice).await;
    assert_eq!(page.url.path(), SETUP);
    assert_eq!(state_of(&page, "Send test mail"), "Done");
    assert!(
        world
            .has_event("system.changed", "admin", "test mail sent")
            .await
    );

    let page = open(stack, &admin, "/admin/setup/backup").await;
    let shown = page.text();
    let command = "doorward backup --key-file backup.key doorward-";
    assert!(shown.contains(command), "{}", page.dump());
    assert!(shown.contains("Never"), "{}", page.dump());
    let context = AdminContext::command_line(&world.db, &stack.clock);
    system::record_backup(&context).await.unwrap();
    let page = open(stack, &admin, SETUP).await;
    assert_eq!(state_of(&page, "Make a backup"), "Done");
    let page = open(stack, &admin, "/admin/setup/backup").await;
    assert!(!page.text().contains("Never"), "{}", page.dump());

    // Reading the state needs no permission to change it.
    world.let_hold("carol", "reader", &["system:read"]).await;
    let carol = browser(stack, "carol").await;
    open(stack, &carol, SETUP).await;
    for path in [ISSUER, "/admin/setup/mail"] {
        assert_eq!(carol.get(stack.at(path)).await.status, 404, "{path}");
    }
}

async fn address_is_checked_from_browser_and_server(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let page = confirm(stack, &admin, ISSUER, None).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let expected = [
        ("Your browser uses this address", "In order"),
        // The issuer of the test is an http URL on this machine.
        ("The address starts with https://", "Problem"),
        ("The server reaches the address", "In order"),
        ("The answer names the same address", "In order"),
        ("Its other addresses are complete", "In order"),
    ];
    let expected = expected.map(|(name, state)| (name.to_owned(), state.to_owned()));
    assert_eq!(states(&page), expected, "{}", page.dump());
    assert!(page.text().contains(stack.issuer()), "{}", page.dump());
    // The button repeats the check.
    let page = admin.submit(&page.form("form[action$='/issuer']")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn own_address_that_is_not_public_is_not_fetched(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let page = confirm(stack, &admin, ISSUER, None).await;
    assert_eq!(
        state_of(&page, "The server reaches the address"),
        "Not known"
    );
    assert!(page.text().contains("doorward doctor"), "{}", page.dump());
}
