//! Modules of the Apache HTTP server.

use super::program::{Authentication, Check, Ecosystem, Program, SignIn};

pub const PROGRAMS: &[Program] = &[Program {
    name: "mod_auth_openidc",
    app: "apache-mod-auth-openidc",
    package: "libapache2-mod-auth-openidc",
    ecosystem: Ecosystem::Apache,
    directory: "apache",
    start: &[
        "-f",
        concat!(env!("CARGO_MANIFEST_DIR"), "/programs/apache/httpd.conf"),
    ],
    ready: "/",
    authentication: Authentication::Secret,
    options: &[],
    check: Check::SignIn(SignIn {
        login: "/secure/",
        home: "/secure/",
        logout: "/logout",
        after_logout: Some("/signed-out"),
        shows_groups: false,
    }),
}];
