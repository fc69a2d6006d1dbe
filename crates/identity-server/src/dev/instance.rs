//! A prepared development instance, and the names of what is in it.

use doorward_domain::secret::Secret;

use doorward_config::Config;

/// The client of the small web client at the tasks API.
pub const WEB_CLIENT: &str = "tasks-web";
/// The client as which the tasks API asks about API keys.
pub const API_CLIENT: &str = "tasks-api";
/// A device without a browser, to try the device authorization grant with.
pub const DEVICE_CLIENT: &str = "demo-tv";

/// What AI tools may be let do with the sample MCP server.
pub const MCP_READ: &str = "mcp:read";
/// What they need beside that to change something.
pub const MCP_WRITE: &str = "mcp:write";

/// A prepared development instance.
#[derive(Debug)]
pub struct Instance {
    /// Both servers' configuration.
    pub config: Config,
    /// The password of every demo account.
    pub password: Secret<String>,
    /// The secret of [`WEB_CLIENT`].
    pub web_secret: Secret<String>,
    /// The secret of [`API_CLIENT`].
    pub api_secret: Secret<String>,
    /// Whether it was made just now.
    pub is_new: bool,
}
