//! Service providers of SAML.

use super::program::{Application, Authentication, Check, Ecosystem, Program, SignIn};

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

/// A library with the usual addresses.
const LIBRARY: Program = Program {
    name: "",
    app: "",
    package: "",
    ecosystem: Ecosystem::Python,
    directory: "saml-python",
    start: &[],
    ready: "/",
    authentication: Authentication::None,
    options: &OPTIONS,
    check: CHECK,
};
const SECURE: Check = Check::Saml(SignIn {
    login: "/secure/",
    home: "/secure/",
    logout: "/logout",
    after_logout: Some("/signed-out"),
    shows_groups: false,
});

pub const PROGRAMS: &[Program] = &[
    Program {
        name: "pysaml2",
        package: "pysaml2",
        start: &["pysaml2_app.py"],
        ..LIBRARY
    },
    Program {
        name: "python3-saml",
        package: "python3-saml",
        start: &["python3_saml_app.py"],
        options: &BOTH,
        ..LIBRARY
    },
    Program {
        name: "djangosaml2",
        package: "djangosaml2",
        start: &["djangosaml2_app.py"],
        options: &[
            "--entity-id",
            ENTITY_ID,
            "--acs",
            "{base}/saml2/acs/",
            "--logout-url",
            "{base}/saml2/ls/",
        ],
        check: Check::Saml(SignIn {
            login: "/saml2/login/",
            home: "/",
            logout: "/saml2/logout/",
            after_logout: Some("/"),
            shows_groups: false,
        }),
        ..LIBRARY
    },
    Program {
        name: "node-saml",
        package: "@node-saml/node-saml",
        ecosystem: Ecosystem::Node,
        directory: "saml-node",
        start: &["node_saml.mjs"],
        ..LIBRARY
    },
    Program {
        name: "samlify",
        package: "samlify",
        ecosystem: Ecosystem::Node,
        directory: "saml-node",
        start: &["samlify.mjs"],
        ..LIBRARY
    },
    Program {
        name: "crewjam-saml",
        package: "github.com/crewjam/saml",
        ecosystem: Ecosystem::Go,
        directory: "go/crewjam-saml",
        options: &CREWJAM,
        ..LIBRARY
    },
    Program {
        name: "gosaml2",
        package: "github.com/russellhaering/gosaml2",
        ecosystem: Ecosystem::Go,
        directory: "go/gosaml2",
        authentication: Authentication::Certificate,
        ..LIBRARY
    },
    Program {
        name: "mod_auth_mellon",
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
        authentication: Authentication::Certificate,
        options: &[
            "--entity-id",
            ENTITY_ID,
            "--acs",
            "{base}/mellon/postResponse",
            "--logout-url",
            "{base}/mellon/logout",
        ],
        check: SECURE,
        ..LIBRARY
    },
    Program {
        name: "shibboleth-sp",
        package: "libapache2-mod-shib",
        ecosystem: Ecosystem::Script,
        directory: "debian-saml",
        start: &["shibboleth.py"],
        authentication: Authentication::Certificate,
        options: &[
            "--entity-id",
            ENTITY_ID,
            "--acs",
            "{base}/Shibboleth.sso/SAML2/POST",
            "--logout-url",
            "{base}/Shibboleth.sso/SLO/Redirect",
        ],
        check: SECURE,
        ..LIBRARY
    },
    Program {
        name: "simplesamlphp",
        package: "simplesamlphp",
        ecosystem: Ecosystem::Script,
        directory: "debian-saml",
        start: &["simplesamlphp.py"],
        options: &[
            "--entity-id",
            ENTITY_ID,
            "--acs",
            "{base}/simplesaml/module.php/saml/sp/saml2-acs.php/default-sp",
            "--logout-url",
            "{base}/simplesaml/module.php/saml/sp/saml2-logout.php/default-sp",
        ],
        check: Check::Saml(SignIn {
            login: "/login.php",
            home: "/",
            logout: "/logout.php",
            after_logout: Some("/"),
            shows_groups: false,
        }),
        ..LIBRARY
    },
    Program {
        name: "node-red-saml",
        package: "node-red",
        ecosystem: Ecosystem::Node,
        directory: "node-red",
        start: &["start_saml.cjs"],
        options: &[
            "--entity-id",
            ENTITY_ID,
            "--acs",
            "{base}/auth/strategy/callback",
        ],
        check: Check::SamlApplication(Application::NodeRed),
        ..LIBRARY
    },
    Program {
        name: "synapse-saml",
        package: "matrix-synapse",
        directory: "synapse",
        start: &["start_saml.py"],
        ready: "/_matrix/client/versions",
        options: &[
            "--entity-id",
            "{base}/_synapse/client/saml2/metadata.xml",
            "--acs",
            "{base}/_synapse/client/saml2/authn_response",
            // What pysaml2 requires, unless its settings say otherwise.
            "--signed",
            "response",
        ],
        check: Check::SamlApplication(Application::SynapseSaml),
        ..LIBRARY
    },
    Program {
        name: "zabbix",
        app: "zabbix",
        package: "zabbix-frontend-php",
        ecosystem: Ecosystem::Script,
        directory: "debian-saml",
        start: &["zabbix.py"],
        ready: "/index.php",
        options: &[],
        check: Check::SamlApplication(Application::Zabbix),
        ..LIBRARY
    },
];
