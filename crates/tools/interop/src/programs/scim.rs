//! SCIM servers of applications that get users.

use super::program::{Authentication, Check, Ecosystem, Program};

pub const PROGRAMS: &[Program] = &[
    Program {
        name: "scimmy",
        app: "",
        package: "scimmy-routers",
        ecosystem: Ecosystem::Node,
        directory: "scim-node",
        start: &["scimmy.mjs"],
        ready: "/scim/v2/ServiceProviderConfig",
        authentication: Authentication::None,
        options: &[],
        check: Check::Scim,
    },
    Program {
        name: "elimity-scim",
        app: "",
        package: "github.com/elimity-com/scim",
        ecosystem: Ecosystem::Go,
        directory: "go/elimity-scim",
        start: &[],
        ready: "/scim/v2/ServiceProviderConfig",
        authentication: Authentication::None,
        options: &[],
        check: Check::Scim,
    },
];
