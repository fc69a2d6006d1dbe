//! The layers of the HTTP layer of the identity server: `web`, and the parts that share it and stand
//! beside each other.

use crate::layers::{Layer, built_with, metadata};

/// The parts: none depends on another one.
const PARTS: [&str; 5] = [
    "doorward-oauth-http",
    "doorward-pages",
    "doorward-account-api",
    "doorward-admin-api",
    "doorward-console",
];

/// Libraries that no handler depends on.
const NEVER: [&str; 10] = [
    "sea-orm",
    "sqlx",
    "redis",
    "reqwest",
    "lettre",
    "moka",
    "webauthn-rs",
    "image",
    "openssl",
    "fluent-bundle",
];

pub static HTTP: [Layer; 20] = [
    Layer {
        name: "doorward-web",
        may_see: &[
            "doorward-protocol",
            "doorward-access",
            "doorward-domain",
            "doorward-rules",
            "doorward-store",
            "doorward-i18n",
            "doorward-config",
            "doorward-telemetry",
            "doorward-templates",
            "doorward-services",
            "doorward-oauth",
            "doorward-accounts",
            "doorward-first-party",
            "doorward-http-common",
        ],
        never: &NEVER,
    },
    Layer {
        name: "doorward-oauth-http",
        may_see: &[
            "doorward-protocol",
            "doorward-access",
            "doorward-domain",
            "doorward-rules",
            "doorward-i18n",
            "doorward-config",
            "doorward-templates",
            "doorward-services",
            "doorward-oauth",
            "doorward-accounts",
            "doorward-http-common",
            "doorward-web",
        ],
        never: &NEVER,
    },
    Layer {
        name: "doorward-pages",
        may_see: &[
            "doorward-protocol",
            "doorward-domain",
            "doorward-rules",
            "doorward-store",
            "doorward-i18n",
            "doorward-templates",
            "doorward-services",
            "doorward-oauth",
            "doorward-accounts",
            "doorward-admin",
            "doorward-web",
        ],
        never: &NEVER,
    },
    Layer {
        name: "doorward-account-api",
        may_see: &[
            "doorward-protocol",
            "doorward-domain",
            "doorward-rules",
            "doorward-templates",
            "doorward-services",
            "doorward-accounts",
            "doorward-first-party",
            "doorward-http-common",
            "doorward-web",
            "doorward-i18n",
        ],
        never: &NEVER,
    },
    Layer {
        name: "doorward-admin-api",
        may_see: &[
            "doorward-protocol",
            "doorward-domain",
            "doorward-rules",
            "doorward-store",
            "doorward-i18n",
            "doorward-services",
            "doorward-oauth",
            "doorward-admin",
            "doorward-http-common",
            "doorward-web",
        ],
        never: &NEVER,
    },
    Layer {
        name: "doorward-console-ui",
        may_see: &[
            "doorward-protocol",
            "doorward-domain",
            "doorward-rules",
            "doorward-store",
            "doorward-i18n",
            "doorward-templates",
            "doorward-services",
            "doorward-oauth",
            "doorward-accounts",
            "doorward-admin",
            "doorward-web",
        ],
        never: &NEVER,
    },
    Layer {
        name: "doorward-console",
        may_see: &[
            "doorward-protocol",
            "doorward-domain",
            "doorward-rules",
            "doorward-store",
            "doorward-templates",
            "doorward-services",
            "doorward-oauth",
            "doorward-accounts",
            "doorward-applications",
            "doorward-admin",
            "doorward-web",
            "doorward-console-ui",
            "doorward-i18n",
        ],
        never: &NEVER,
    },
    Layer {
        name: "doorward-access-reviews",
        may_see: &FEATURE,
        never: &NEVER,
    },
    Layer {
        name: "doorward-campaigns",
        may_see: &FEATURE,
        never: &NEVER,
    },
    Layer {
        name: "doorward-reports",
        may_see: &FEATURE,
        never: &NEVER,
    },
    Layer {
        name: "doorward-impersonation",
        may_see: &FEATURE,
        never: &NEVER,
    },
    Layer {
        name: "doorward-notices",
        may_see: &FEATURE,
        never: &NEVER,
    },
    Layer {
        name: "doorward-own-texts",
        may_see: &FEATURE_OF_OBJECTS,
        never: &NEVER,
    },
    Layer {
        name: "doorward-as-code",
        may_see: &FEATURE,
        never: &NEVER,
    },
    Layer {
        name: "doorward-saml",
        may_see: &FEATURE_OF_OBJECTS,
        never: &NEVER,
    },
    Layer {
        name: "doorward-scim",
        may_see: &FEATURE,
        never: &NEVER,
    },
    Layer {
        name: "doorward-signals",
        may_see: &FEATURE,
        never: &NEVER,
    },
    Layer {
        name: "doorward-directory",
        may_see: &FEATURE,
        never: &NEVER,
    },
    Layer {
        name: "doorward-sites",
        may_see: &FEATURE,
        never: &NEVER,
    },
    Layer {
        name: "doorward-ldap-server",
        may_see: &FEATURE,
        never: &NEVER,
    },
];

/// The crates that a feature may use: the ground, and no other feature.
const FEATURE: [&str; 21] = [
    "doorward-protocol",
    "doorward-access",
    "doorward-domain",
    "doorward-rules",
    "doorward-ldap-protocol",
    "doorward-saml-protocol",
    "doorward-scim-protocol",
    "doorward-store",
    "doorward-config",
    "doorward-egress",
    "doorward-https",
    "doorward-telemetry",
    "doorward-i18n",
    "doorward-templates",
    "doorward-services",
    "doorward-oauth",
    "doorward-accounts",
    "doorward-admin",
    "doorward-http-common",
    "doorward-web",
    "doorward-console-ui",
];

/// Those that a feature may use whose pages are below that of an object.
const FEATURE_OF_OBJECTS: [&str; 22] = {
    let mut crates = ["doorward-console"; 22];
    let (of_feature, _) = crates.split_at_mut(FEATURE.len());
    of_feature.copy_from_slice(&FEATURE);
    crates
};

#[test]
fn parts_stand_beside_each_other() {
    let mut wrong = Vec::new();
    for package in metadata().packages {
        let name = package.name.as_str();
        if name == "doorward-web" || PARTS.contains(&name) {
            let seen = built_with(&package);
            let parts = PARTS.iter().filter(|part| seen.contains(**part));
            wrong.extend(parts.map(|part| format!("{name} must not depend on {part}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The JSON APIs have an `OpenAPI` document; pages and endpoints of the protocol have none.
#[test]
fn only_json_apis_are_described() {
    for package in metadata().packages {
        let name = package.name.as_str();
        if PARTS.contains(&name) {
            let is_described = built_with(&package).contains("utoipa");
            assert_eq!(is_described, name.ends_with("-api"), "{name}");
        }
    }
}
