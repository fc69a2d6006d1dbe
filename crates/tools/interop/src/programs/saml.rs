//! Service providers of SAML.

use super::program::{Authentication, Check, Ecosystem, Program, SignIn};

const ENTITY_ID: &str = "{base}/saml/metadata";
const CONSUMER: &str = "{base}/saml/acs";

/// Returns the options of a client whose answers to a sign-out go to this address.
const fn options(logout_url: &'static str) -> [&'static str; 6] {
    [
        "--entity-id",
        ENTITY_ID,
        "--acs",
        CONSUMER,
        "--logout-url",
        logout_url,
    ]
}

const OPTIONS: [&str; 6] = options("{base}/saml/sls");
const CREWJAM: [&str; 6] = options("{base}/saml/slo");
/// python3-saml demands both signatures here.
const BOTH: [&str; 8] = {
    let [a, b, c, d, e, f] = OPTIONS;
    [a, b, c, d, e, f, "--signed", "both"]
};
const CHECK: Check = Check::Saml(SignIn {
    login: "/login",
    home: "/",
    logout: "/logout",
    after_logout: Some("/"),
    shows_groups: false,
});

pub const PROGRAMS: &[Program] = &[
    Program {
        name: "pysaml2",
        app: "",
        package: "pysaml2",
        ecosystem: Ecosystem::Python,
        directory: "saml-python",
        start: &["pysaml2_app.py"],
        ready: "/",
        authentication: Authentication::None,
        options: &OPTIONS,
        check: CHECK,
    },
    Program {
        name: "python3-saml",
        app: "",
        package: "python3-saml",
        ecosystem: Ecosystem::Python,
        directory: "saml-python",
        start: &["python3_saml_app.py"],
        ready: "/",
        authentication: Authentication::None,
        options: &BOTH,
        check: CHECK,
    },
    Program {
        name: "node-saml",
        app: "",
        package: "@node-saml/node-saml",
        ecosystem: Ecosystem::Node,
        directory: "saml-node",
        start: &["node_saml.mjs"],
        ready: "/",
        authentication: Authentication::None,
        options: &OPTIONS,
        check: CHECK,
    },
    Program {
        name: "samlify",
        app: "",
        package: "samlify",
        ecosystem: Ecosystem::Node,
        directory: "saml-node",
        start: &["samlify.mjs"],
        ready: "/",
        authentication: Authentication::None,
        options: &OPTIONS,
        check: CHECK,
    },
    Program {
        name: "crewjam-saml",
        app: "",
        package: "github.com/crewjam/saml",
        ecosystem: Ecosystem::Go,
        directory: "go/crewjam-saml",
        start: &[],
        ready: "/",
        authentication: Authentication::None,
        options: &CREWJAM,
        check: CHECK,
    },
    Program {
        name: "mod_auth_mellon",
        app: "",
        package: "libapache2-mod-auth-mellon",
        ecosystem: Ecosystem::Apache,
        directory: "apache",
        start: &[
            "-f",
            concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/programs/apache/httpd-mellon.conf"
            ),
        ],
        ready: "/",
        authentication: Authentication::Certificate,
        options: &[
            "--entity-id",
            ENTITY_ID,
            "--acs",
            "{base}/mellon/postResponse",
            "--logout-url",
            "{base}/mellon/logout",
        ],
        check: Check::Saml(SignIn {
            login: "/secure/",
            home: "/secure/",
            logout: "/logout",
            after_logout: Some("/signed-out"),
            shows_groups: false,
        }),
    },
];
