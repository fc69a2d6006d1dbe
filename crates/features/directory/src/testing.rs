//! A directory for the unit tests.

#![allow(clippy::unwrap_used, reason = "these are parts of tests")]

#[path = "../tests/slapd.rs"]
mod slapd;

use std::path::Path;
use std::sync::Arc;

use doorward_egress::outgoing::{EgressClient, Networks, System};

pub use self::slapd::{BASE, PASSWORD, Slapd, free_port};
use crate::settings::{self, Directory};

/// Returns a directory that is not connected to.
pub fn directory() -> Directory {
    let text = "[corp]\nurls = [\"ldaps://localhost\"]\nbase = \"dc=example,dc=org\"\n";
    let all = settings::parse(text, Path::new(".")).unwrap();
    Arc::into_inner(all.into_iter().next().unwrap()).unwrap()
}

/// Returns a client that may reach this machine.
pub fn http() -> EgressClient {
    EgressClient::new(Networks::default().with_loopback(), Arc::new(System))
}

impl Slapd {
    pub fn directory(&self, more: &str) -> Directory {
        self.directory_at(&format!("{:?}", self.url()), more)
    }

    pub fn directory_at(&self, urls: &str, more: &str) -> Directory {
        let all = settings::parse(&self.text(urls, more), Path::new(".")).unwrap();
        Arc::into_inner(all.into_iter().next().unwrap()).unwrap()
    }
}
