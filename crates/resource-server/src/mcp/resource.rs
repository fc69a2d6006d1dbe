//! The resource that the server is (RFC 8707): where it is, and what its tokens are called.

use doorward_access::Access;

use crate::config::Config;

/// Where it is, below the public address.
pub(crate) const PATH: &str = "/mcp";
/// The scope that every call needs; what else a tool needs, it says itself.
pub(crate) const READ: &str = "mcp:read";
/// The scope of the tools that change something.
pub(crate) const WRITE: &str = "mcp:write";
/// Who authenticates the callers of this resource.
pub(crate) struct McpAccess(pub(crate) Access);

/// The identifier of this resource (RFC 8707 §2).
pub(crate) fn identifier(config: &Config) -> String {
    format!("{}{PATH}", config.public_url)
}

/// Where its metadata is (RFC 9728 §3.1).
pub(crate) fn metadata_url(config: &Config) -> String {
    format!(
        "{}/.well-known/oauth-protected-resource{PATH}",
        config.public_url
    )
}
