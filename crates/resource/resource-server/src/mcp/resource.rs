//! The resource of the MCP server (RFC 8707): its path and its scopes.

use doorward_access::Access;

use crate::config::Config;

pub(crate) const PATH: &str = "/mcp";
/// Scope required for every call; tools may require more.
pub(crate) const READ: &str = "mcp:read";
/// Scope of the tools that change data.
pub(crate) const WRITE: &str = "mcp:write";
pub(crate) struct McpAccess(pub(crate) Access);

/// Returns the identifier of this resource (RFC 8707 §2).
pub(crate) fn identifier(config: &Config) -> String {
    format!("{}{PATH}", config.public_url)
}

/// Returns the URL of the resource's metadata (RFC 9728 §3.1).
pub(crate) fn metadata_url(config: &Config) -> String {
    format!(
        "{}/.well-known/oauth-protected-resource{PATH}",
        config.public_url
    )
}
