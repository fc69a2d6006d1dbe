//! Programs in Go.

use super::program::{Authentication, Check, Ecosystem, Program, SignIn};

pub const PROGRAMS: &[Program] = &[
    Program {
        name: "go-oidc",
        app: "go-oidc",
        package: "github.com/coreos/go-oidc/v3",
        ecosystem: Ecosystem::Go,
        directory: "go/go-oidc",
        start: &[],
        ready: "/",
        authentication: Authentication::Secret,
        options: &[],
        check: Check::SignIn(SignIn {
            login: "/login",
            home: "/",
            logout: "/logout",
            after_logout: Some("/"),
            shows_groups: false,
        }),
    },
    Program {
        name: "zitadel-rp",
        app: "zitadel-oidc",
        package: "github.com/zitadel/oidc/v3",
        ecosystem: Ecosystem::Go,
        directory: "go/zitadel-rp",
        start: &[],
        ready: "/",
        authentication: Authentication::Secret,
        options: &[],
        check: Check::SignIn(SignIn {
            login: "/login",
            home: "/",
            logout: "/logout",
            after_logout: Some("/"),
            shows_groups: false,
        }),
    },
    Program {
        name: "goth",
        app: "goth",
        package: "github.com/markbates/goth",
        ecosystem: Ecosystem::Go,
        directory: "go/goth",
        start: &[],
        ready: "/",
        authentication: Authentication::Secret,
        options: &[],
        check: Check::SignIn(SignIn {
            login: "/auth/openid-connect",
            home: "/",
            logout: "/logout/openid-connect",
            after_logout: Some("/"),
            shows_groups: false,
        }),
    },
];
