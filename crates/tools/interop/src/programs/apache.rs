//! Modules of the Apache HTTP server.

use super::program::{Api, Authentication, Check, Ecosystem, Program, SignIn, TokenType};

pub const PROGRAMS: &[Program] = &[MOD_AUTH_OPENIDC, MOD_OAUTH2];

const MOD_AUTH_OPENIDC: Program = Program {
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
};

/// The resource server: `/api` requires an access token.
const MOD_OAUTH2: Program = Program {
    name: "mod_oauth2",
    app: "mod-oauth2",
    package: "libapache2-mod-oauth2",
    start: &[
        "-f",
        concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/programs/apache/httpd-oauth2.conf"
        ),
    ],
    check: Check::Api(Api {
        path: "/api/",
        token_type: TokenType::AtJwt,
        calls: &[],
    }),
    ..MOD_AUTH_OPENIDC
};
