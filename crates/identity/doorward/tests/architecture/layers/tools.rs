//! The layers of tools and tests.

use super::table::{DATA, Layer};

pub static TOOLS: [Layer; 5] = [
    Layer {
        name: "doorward-user-agent",
        may_see: &[],
        never: &DATA,
    },
    Layer {
        name: "doorward-testkit",
        may_see: &[
            "doorward-user-agent",
            "doorward-protocol",
            "doorward-access",
            "doorward-domain",
            "doorward-rules",
            "doorward-store",
            "doorward-i18n",
            "doorward-config",
            "doorward-telemetry",
            "doorward-egress",
            "doorward-templates",
            "doorward-email",
            "doorward-services",
            "doorward-admin",
            "doorward-campaigns",
            "doorward-identity-server",
            "doorward-policy",
            "doorward-resource-server",
        ],
        never: &[],
    },
    Layer {
        name: "doorward-fuzz",
        may_see: &[
            "doorward-protocol",
            "doorward-access",
            "doorward-domain",
            "doorward-rules",
            "doorward-ldap-protocol",
            "doorward-saml-protocol",
            "doorward-scim-protocol",
        ],
        // The tests use other libraries than the verified code for signing and parsing.
        never: &["josekit", "serde_json", "base64"],
    },
    Layer {
        name: "doorward-interop",
        may_see: &["doorward-user-agent"],
        never: &DATA,
    },
    Layer {
        name: "doorward-xtask",
        may_see: &[],
        never: &[],
    },
];
