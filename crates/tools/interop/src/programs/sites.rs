//! Applications that know no OpenID Connect, behind a proxy.

use super::program::{Authentication, Check, Ecosystem, Program, SiteApplication};

/// Radicale reads a name with `X-`.
const X_REMOTE_USER: &[&str] = &["--header", "user=X-Remote-User"];

const fn site(
    (name, package): (&'static str, &'static str),
    (ecosystem, directory): (Ecosystem, &'static str),
    start: &'static [&'static str],
    application: SiteApplication,
) -> Program {
    Program {
        name,
        app: "",
        package,
        ecosystem,
        directory,
        start,
        ready: "/",
        authentication: Authentication::None,
        options: &[],
        check: Check::Site(application),
    }
}

const COPYPARTY: &[&str] = &[
    "-m",
    "copyparty",
    "-i",
    "127.0.0.1",
    "-p",
    "{port}",
    "-c",
    "{directory}/copyparty.conf",
    "-v",
    "{directory}:/:r,@acct",
];

const RADICALE: &[&str] = &[
    "-m",
    "radicale",
    "--config",
    "{directory}/config",
    "--server-hosts",
    "127.0.0.1:{port}",
    "--storage-filesystem-folder",
    "{directory}/collections",
];

pub const PROGRAMS: &[Program] = &[
    site(
        ("site-copyparty", "copyparty"),
        (Ecosystem::Python, "copyparty"),
        COPYPARTY,
        SiteApplication {
            home: "/",
            user: ("GET", "/?h"),
            text: r#"<strong id="un">{user}</strong>"#,
            token: None,
            has_database: false,
        },
    ),
    site(
        ("site-miniflux", "miniflux.app/v2"),
        (Ecosystem::Go, "go/miniflux"),
        &["-config-file", "{directory}/miniflux.conf"],
        SiteApplication {
            home: "/",
            user: ("GET", "/keys"),
            text: "Username = <strong>{user}</strong>",
            token: None,
            has_database: true,
        },
    ),
    site(
        ("site-node-red", "node-red"),
        (Ecosystem::Node, "node-red"),
        &["start.cjs"],
        SiteApplication {
            home: "/",
            user: ("GET", "/settings"),
            text: r#""user":{"username":"{user}""#,
            token: Some("remote-token"),
            has_database: false,
        },
    ),
    site(
        ("site-pgadmin", "pgadmin4"),
        (Ecosystem::Python, "pgadmin"),
        &["start.py"],
        SiteApplication {
            home: "/browser/",
            user: ("GET", "/browser/js/utils.js"),
            text: "username: '{user}'",
            token: None,
            has_database: false,
        },
    ),
    Program {
        options: X_REMOTE_USER,
        ..site(
            ("site-radicale", "radicale"),
            (Ecosystem::Python, "radicale"),
            RADICALE,
            SiteApplication {
                home: "/.web/",
                user: ("PROPFIND", "/"),
                text: "<href>/{user}/</href>",
                token: None,
                has_database: false,
            },
        )
    },
];
