//! MCP clients, which register themselves at `doorward dev`.

use super::program::{Authentication, Check, Ecosystem, Program};

const fn client(
    name: &'static str,
    package: &'static str,
    ecosystem: Ecosystem,
    directory: &'static str,
    start: &'static [&'static str],
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
        check: Check::Mcp,
    }
}

pub const PROGRAMS: &[Program] = &[
    client(
        "mcp-remote",
        "mcp-remote",
        Ecosystem::Node,
        "mcp-node",
        &["mcp_remote.mjs"],
    ),
    client(
        "mcp-inspector",
        "@modelcontextprotocol/inspector",
        Ecosystem::Node,
        "mcp-node",
        &["inspector.mjs"],
    ),
    client(
        "mcp-python-sdk",
        "mcp",
        Ecosystem::Python,
        "mcp-python",
        &["mcp_sdk.py"],
    ),
];
