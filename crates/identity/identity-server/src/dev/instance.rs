//! A prepared development instance, and the names of its clients and scopes.

use doorward_domain::secret::Secret;

use doorward_config::Config;

/// Client ID of the sample web client at the tasks API.
pub const WEB_CLIENT: &str = "tasks-web";
/// Client ID with which the tasks API introspects API keys.
pub const API_CLIENT: &str = "tasks-api";
/// Client ID of a sample device without a browser, for the device authorization grant.
pub const DEVICE_CLIENT: &str = "demo-tv";

/// Scope for AI tools to read from the sample MCP server.
pub const MCP_READ: &str = "mcp:read";
/// Scope for AI tools to change data, in addition to [`MCP_READ`].
pub const MCP_WRITE: &str = "mcp:write";

#[derive(Debug)]
pub struct Instance {
    pub config: Config,
    pub password: Secret<String>,
    pub web_secret: Secret<String>,
    pub api_secret: Secret<String>,
    /// True if no start has completed it yet ([`super::finish`]).
    pub is_new: bool,
}
