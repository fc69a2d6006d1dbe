//! Programs that sign users in by LDAP.

use super::program::{Authentication, Check, Ecosystem, Ldap, Program};

/// A program of Debian, in a root of Debian: some change how the system finds users.
const fn debian(
    name: &'static str,
    package: &'static str,
    start: &'static [&'static str],
) -> Program {
    Program {
        name,
        app: "",
        package,
        ecosystem: Ecosystem::Root,
        directory: "ldap",
        start,
        ready: "",
        authentication: Authentication::None,
        options: &[],
        check: Check::Ldap(Ldap { other: "user" }),
    }
}

pub const PROGRAMS: &[Program] = &[
    debian("sssd", "sssd-ldap", &["sssd"]),
    debian("nslcd", "nslcd", &["nslcd"]),
    debian("freeradius", "freeradius-ldap", &["freeradius"]),
    Program {
        // It has no groups: its filter rejects the user.
        check: Check::Ldap(Ldap { other: "no" }),
        ..debian("dovecot", "dovecot-ldap", &["dovecot"])
    },
    debian("apache-ldap", "apache2", &["apache"]),
    debian("squid", "squid", &["squid"]),
    debian("dokuwiki", "dokuwiki", &["dokuwiki"]),
    Program {
        ecosystem: Ecosystem::Python,
        directory: "ldap-python",
        ..debian("python-ldap", "python-ldap", &["python_ldap.py"])
    },
    Program {
        ecosystem: Ecosystem::Python,
        directory: "ldap-python",
        ..debian("radicale-ldap", "radicale", &["radicale_calendar.py"])
    },
    Program {
        ecosystem: Ecosystem::Node,
        directory: "ldap-node",
        ..debian("ldapts", "ldapts", &["ldapts.mjs"])
    },
];
