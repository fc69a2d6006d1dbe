//! Tests with third-party client libraries: the `openidconnect` crate, `openid-client` on Node,
//! Authlib on Python. [`features::FEATURES`] lists the expected results, and
//! `docs/guides/connect/README.md` has the same table.

pub mod conversation;
mod crate_openidconnect;
mod features;
mod guide;
mod installed;
mod setup;

use doorward_testkit::{Stack, flows_with};
use tokio::process::Command;

use features::{Library, assert_shown};
use setup::Setup;

/// Enables registration with a token, and requires server nonces for DPoP.
const SETTINGS: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "token"),
    ("DOORWARD__TOKENS__REQUIRE_DPOP_NONCE", "true"),
];

flows_with!(
    SETTINGS;
    openidconnect_in_rust,
    openid_client_on_node,
    authlib_on_python,
);

async fn openidconnect_in_rust(stack: &Stack) {
    let setup = Setup::register(stack).await;
    let seen = crate_openidconnect::run(&setup).await;
    assert_shown(Library::Openidconnect, &setup, &seen);
}

async fn openid_client_on_node(stack: &Stack) {
    let setup = Setup::register(stack).await;
    let scripts = installed::node();
    let mut command = Command::new("node");
    command.arg(scripts.path().join("main.mjs"));
    let seen = conversation::hold(stack, command, &setup).await;
    assert_shown(Library::OpenidClient, &setup, &seen);
}

async fn authlib_on_python(stack: &Stack) {
    let setup = Setup::register(stack).await;
    let mut command = Command::new(installed::python());
    // `-B`: Python writes no files beside the scripts.
    command.arg("-B").arg(installed::sources("python/main.py"));
    let seen = conversation::hold(stack, command, &setup).await;
    assert_shown(Library::Authlib, &setup, &seen);
}
