//! Programs in Go.

use super::program::{Authentication, Check, Ecosystem, Program, Refresh, SignIn};

/// Options of a client whose tokens expire while the program is checked.
const SHORT: [&str; 4] = ["--access-token-ttl", "4s", "--id-token-ttl", "4s"];

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
    Program {
        name: "oauth2-proxy",
        app: "oauth2-proxy",
        package: "github.com/oauth2-proxy/oauth2-proxy/v7",
        ecosystem: Ecosystem::Go,
        directory: "go/oauth2-proxy",
        start: &[
            "--config={directory}/oauth2-proxy.cfg",
            "--http-address=127.0.0.1:{port}",
            "--cookie-secure=false",
            // The ID token is renewed when its session is older than this.
            "--cookie-refresh=2s",
            "--set-authorization-header=true",
        ],
        ready: "/ping",
        authentication: Authentication::Secret,
        options: &SHORT,
        check: Check::Refresh(Refresh {
            login: "/oauth2/start?rd=/oauth2/userinfo",
            call: "/oauth2/auth",
            has_url: true,
            needs_https: false,
        }),
    },
    Program {
        name: "kubernetes",
        app: "kubelogin",
        package: "k8s.io/apiserver",
        ecosystem: Ecosystem::Go,
        directory: "go/kubernetes",
        start: &[],
        ready: "/",
        authentication: Authentication::Secret,
        options: &[
            SHORT[0],
            SHORT[1],
            SHORT[2],
            SHORT[3],
            "--redirect-uri",
            "{base}",
        ],
        check: Check::Refresh(Refresh {
            login: "/login",
            call: "/call",
            has_url: false,
            needs_https: true,
        }),
    },
];
