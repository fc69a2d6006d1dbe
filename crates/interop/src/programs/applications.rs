//! Applications whose pages are scripts.

use super::program::{Application, Authentication, Check, Ecosystem, Program};

pub const PROGRAMS: &[Program] = &[
    Program {
        name: "jupyterhub",
        app: "jupyterhub",
        package: "jupyterhub",
        ecosystem: Ecosystem::Python,
        directory: "jupyterhub",
        start: &["start.py"],
        ready: "/hub/login",
        authentication: Authentication::Secret,
        options: &[],
        check: Check::Application(Application::JupyterHub),
    },
    Program {
        name: "synapse",
        app: "synapse",
        package: "matrix-synapse",
        ecosystem: Ecosystem::Python,
        directory: "synapse",
        start: &["start.py"],
        ready: "/_matrix/client/versions",
        authentication: Authentication::Secret,
        options: &[],
        check: Check::Application(Application::Synapse),
    },
    Program {
        name: "pgadmin",
        app: "pgadmin",
        package: "pgadmin4",
        ecosystem: Ecosystem::Python,
        directory: "pgadmin",
        start: &["start.py"],
        ready: "/login",
        authentication: Authentication::Secret,
        options: &[],
        check: Check::Application(Application::PgAdmin),
    },
    Program {
        name: "node-red",
        app: "node-red",
        package: "node-red",
        ecosystem: Ecosystem::Node,
        directory: "node-red",
        start: &["start.cjs"],
        ready: "/",
        authentication: Authentication::Secret,
        options: &[],
        check: Check::Application(Application::NodeRed),
    },
];
