//! `cargo xtask interop`: third-party programs sign a user in.

use std::process::Command;

use crate::failure::Failure;
use crate::services::Services;
use crate::{compiled, debian_root, packages, relying_parties, run};

/// Directories of programs that need PostgreSQL or Redis.
const WITH_SERVICES: [&str; 3] = ["debian-saml", "go/miniflux", "netbox"];

/// Packages of the programs in a root of Debian, and those that sign users in there.
const IN_ROOT: [&str; 17] = [
    "apache2",
    "dokuwiki",
    "dovecot-imapd",
    "dovecot-ldap",
    "freeradius-ldap",
    "freeradius-utils",
    "libldap-common",
    "libnss-ldapd",
    "libnss-sss",
    "libpam-ldapd",
    "libpam-sss",
    "nslcd",
    "pamtester",
    "php-cli",
    "php-ldap",
    "squid",
    "sssd-ldap",
];

/// Builds the server and the harness, installs what the selected programs need, and runs them.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    run::to_end(&mut run::build(&[
        "--bin=doorward",
        "--bin=doorward-interop",
    ]))?;
    let built = run::target().join("debug");
    let harness = || {
        let mut command = Command::new(built.join("doorward-interop"));
        command
            .env("DOORWARD_BIN", built.join("doorward"))
            .args(arguments);
        command
    };
    let mut services = None;
    if !arguments.iter().any(|word| word == "--list") {
        let directories = run::output(harness().arg("--directories"))?;
        let directories: Vec<&str> = directories.lines().collect();
        // Programs with missing dependencies are skipped and name them.
        if let Err(failure) = packages::ensure_for_interop(&directories) {
            eprintln!("warning: {failure}");
        }
        relying_parties::ensure_for_interop(&directories);
        compiled::ensure(&directories);
        if directories.contains(&"ldap")
            && let Err(failure) = debian_root::ensure(&run::target().join("interop/ldap"), &IN_ROOT)
        {
            eprintln!("warning: {failure}");
        }
        if directories.iter().any(|name| WITH_SERVICES.contains(name)) {
            services = Some(Services::start()?);
        }
    }
    let environment = services.iter().flat_map(Services::environment);
    let environment = environment.map(|(name, value)| (name, value));
    run::to_end(harness().envs(environment))
}
