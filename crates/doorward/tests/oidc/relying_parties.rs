//! Relying parties by other hands, each in its own language: the `openidconnect` crate,
//! `openid-client` on Node, Authlib on Python. What each has to show is [`features::FEATURES`], and
//! `docs/guides/connect/README.md` says the same.

pub mod conversation;
mod crate_openidconnect;
mod features;
mod guide;
mod installed;
mod setup;

use doorward_testkit::{Stack, both_backends_with};
use tokio::process::Command;

use features::{Library, assert_shown};
use setup::Setup;

/// Apps register themselves with a token, and a proof of possession needs a nonce of the server.
const SETTINGS: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "token"),
    ("DOORWARD__TOKENS__REQUIRE_DPOP_NONCE", "true"),
];

both_backends_with!(
    SETTINGS;
    the_openidconnect_crate,
    openid_client_on_node,
    authlib_on_python,
);

async fn the_openidconnect_crate(stack: &Stack) {
    let setup = Setup::plant(stack).await;
    let seen = crate_openidconnect::run(&setup).await;
    assert_shown(Library::Openidconnect, &setup, &seen);
}

async fn openid_client_on_node(stack: &Stack) {
    let setup = Setup::plant(stack).await;
    let scripts = installed::node();
    let mut command = Command::new("node");
    command.arg(scripts.path().join("main.mjs"));
    let seen = conversation::hold(stack, command, &setup).await;
    assert_shown(Library::OpenidClient, &setup, &seen);
}

async fn authlib_on_python(stack: &Stack) {
    let setup = Setup::plant(stack).await;
    let mut command = Command::new(installed::python());
    // `-B`: nothing is written beside the scripts.
    command.arg("-B").arg(installed::sources("python/main.py"));
    let seen = conversation::hold(stack, command, &setup).await;
    assert_shown(Library::Authlib, &setup, &seen);
}
