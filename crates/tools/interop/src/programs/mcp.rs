//! AI tools, and the requests that they send with their default settings: MCP clients that register
//! themselves at `doorward dev`, and MCP servers that the catalogue registers.

use super::program::{
    Authentication, Check, Defaults, Ecosystem, McpClient, McpServer, Program, Registration,
};

/// Text that a client prints after it has added a task.
const ADDED_TASK: &str = "\"title\":\"{name}\"";
/// Scopes in the metadata of the sample, with the one for a refresh token.
const SCOPES_OF_SAMPLE: &[&str] = &["mcp:read", "mcp:write", "offline_access"];

const fn client(
    name: &'static str,
    package: &'static str,
    (ecosystem, directory): (Ecosystem, &'static str),
    start: &'static [&'static str],
    check: McpClient,
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
        check: Check::Mcp(check),
    }
}

/// An MCP client that follows the MCP specification.
const BY_SPECIFICATION: McpClient = McpClient {
    defaults: Defaults {
        registration: Registration::Dynamic,
        resource: Some("/mcp"),
        scopes: SCOPES_OF_SAMPLE,
    },
    result: ADDED_TASK,
};

/// A server with `FastMCP`: it passes the `resource` of the MCP client on.
const fn fastmcp(
    name: &'static str,
    start: &'static [&'static str],
    scopes: &'static [&'static str],
) -> Program {
    Program {
        name,
        app: "fastmcp",
        package: "fastmcp",
        ecosystem: Ecosystem::Python,
        directory: "fastmcp",
        start,
        ready: "/",
        authentication: Authentication::Secret,
        options: &[],
        check: Check::McpServer(McpServer {
            client: "client.py",
            defaults: Defaults {
                registration: Registration::Catalogue,
                resource: Some("/mcp"),
                scopes,
            },
        }),
    }
}

pub const PROGRAMS: &[Program] = &[
    client(
        "mcp-remote",
        "mcp-remote",
        (Ecosystem::Node, "mcp-node"),
        &["mcp_remote.mjs"],
        BY_SPECIFICATION,
    ),
    client(
        "mcp-inspector",
        "@modelcontextprotocol/inspector",
        (Ecosystem::Node, "mcp-node"),
        &["inspector.mjs"],
        BY_SPECIFICATION,
    ),
    client(
        "mcp-python-sdk",
        "mcp",
        (Ecosystem::Python, "mcp-python"),
        &["mcp_sdk.py"],
        BY_SPECIFICATION,
    ),
    client(
        "fastmcp-client",
        "fastmcp",
        (Ecosystem::Python, "fastmcp"),
        &["client.py"],
        BY_SPECIFICATION,
    ),
    client(
        "opencode",
        "opencode-linux-x64",
        (Ecosystem::Node, "mcp-tools"),
        &["opencode.mjs"],
        McpClient {
            result: "✓sample",
            ..BY_SPECIFICATION
        },
    ),
    client(
        "codex",
        "@openai/codex",
        (Ecosystem::Node, "mcp-tools"),
        &["codex.mjs"],
        McpClient {
            defaults: Defaults {
                registration: Registration::Document,
                ..BY_SPECIFICATION.defaults
            },
            result: "",
        },
    ),
    fastmcp(
        "fastmcp",
        &[
            "-m",
            "fastmcp.cli",
            "run",
            "{directory}/server.py",
            "--transport=http",
            "--port={port}",
        ],
        &["openid", "offline_access", "HOST:use"],
    ),
    fastmcp(
        "fastmcp-basic",
        &[
            "-m",
            "fastmcp.cli",
            "run",
            "basic.py",
            "--transport=http",
            "--port={port}",
        ],
        &[],
    ),
];
