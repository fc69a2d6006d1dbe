//! `[tasks]`: the tasks API (`doorward tasks`), which knows only the issuer of the identity server.

use std::net::SocketAddr;

use doorward_protocol::signing_alg::SigningAlg;
use serde::{Deserialize, Serialize};

use super::key::{DAY, Key, Kind, MINUTE, ObjectKind};
use super::secret::SecretText;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tasks {
    pub listen: SocketAddr,
    pub database_url: SecretText,
    /// Issuer whose tokens are accepted; `None`: the top-level `issuer`.
    pub issuer: Option<String>,
    /// Audience required of a token; `None`: `{public_url}/api`.
    pub audience: Option<String>,
    pub public_url: String,
    /// Client ID for introspection at the issuer; `None`: API keys are not accepted.
    pub introspection_client_id: Option<String>,
    pub introspection_client_secret: Option<SecretText>,
    /// True if every access token must be bound to a key by DPoP.
    pub require_dpop: bool,
    pub algorithms: Vec<SigningAlg>,
    pub mcp: bool,
    /// Directory of the operator's policies; `None`: only the built-in policies.
    pub policy_dir: Option<String>,
    /// Origins whose pages may call the tasks API.
    pub allowed_origins: Vec<String>,
    /// Time zone of hours and days in policies, an IANA name.
    pub time_zone: String,
    pub decision_ttl: i64,
    pub audit_ttl: i64,
    pub limits: TasksLimits,
    pub web: TasksWeb,
}

/// Rate limits of one caller of the tasks API.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TasksLimits {
    /// Requests of a user or client per minute.
    pub requests: i64,
    /// Requests per minute by role, each `role=number`; the largest applies.
    pub roles: Vec<String>,
    /// Requests with one API key per hour.
    pub api_key: i64,
    pub owner_objects: i64,
    pub organization_objects: i64,
}

/// Settings of the web client of the tasks API, a relying party of the issuer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TasksWeb {
    /// Client ID; `None`: no web client.
    pub client_id: Option<String>,
    /// Client secret; `None`: a public client.
    pub client_secret: Option<SecretText>,
    pub scopes: Vec<String>,
}

/// The keys of `[tasks]`, `[tasks.limits]` and `[tasks.web]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "tasks.listen",
        Kind::Socket,
        "127.0.0.1:8401",
        "Address and port of the `doorward tasks` listener.",
    ),
    Key::new(
        "tasks.database_url",
        Kind::SecretUrl(&["sqlite", "postgres", "postgresql"]),
        "sqlite://tasks.sqlite",
        "Address of the tasks API's database, separate from the identity server's.",
    ),
    Key::optional(
        "tasks.issuer",
        Kind::Url,
        "Issuer whose access tokens are accepted. Unset: the top-level `issuer`.",
    ),
    Key::optional(
        "tasks.audience",
        Kind::Url,
        "Audience required in access tokens, registered as a resource at the identity server. \
         Unset: `{tasks.public_url}/api`.",
    ),
    Key::new(
        "tasks.public_url",
        Kind::Url,
        "http://localhost:8401",
        "Origin at which browsers and clients reach the tasks API.",
    ),
    Key::optional(
        "tasks.introspection_client_id",
        Kind::Text,
        "Client ID of the confidential client (`doorward client create --serves AUDIENCE`) with \
         which the tasks API introspects API keys and opaque access tokens at the issuer, and reads \
         the roles and groups that a large token omits. Unset: all three are rejected.",
    )
    .naming(ObjectKind::Client),
    Key::optional(
        "tasks.introspection_client_secret",
        Kind::Secret,
        "Secret of the introspection client.",
    ),
    Key::new(
        "tasks.require_dpop",
        Kind::Boolean,
        "false",
        "Requires access tokens to be bound to a key by DPoP (RFC 9449). `false`: bearer tokens \
         are accepted as well. API keys are not affected.",
    ),
    Key::new(
        "tasks.algorithms",
        Kind::OneOrMoreOf(&SigningAlg::NAMES),
        "RS256 PS256 ES256 EdDSA",
        "Accepted signature algorithms of access tokens. A key of the issuer verifies only its own \
         algorithm in any case. The list must contain the one that the issuer uses for this \
         resource.",
    ),
    Key::optional(
        "tasks.policy_dir",
        Kind::Path,
        "Path of the directory of your policies (`*.cedar`), which extend the built-in ones. A \
         change takes effect while the server runs. An invalid policy is reported in the log and on \
         `/readyz`, and the previous policies stay in effect. Unset: only the built-in policies.",
    ),
    Key::new(
        "tasks.mcp",
        Kind::Boolean,
        "false",
        "Enables the sample MCP server at `{tasks.public_url}/mcp`, which is a separate resource. \
         In `dev`: `true`.",
    ),
    Key::new(
        "tasks.allowed_origins",
        Kind::StringList,
        "",
        "Origins of other sites whose pages may call the tasks API from a browser (CORS), each \
         exactly as browsers send it: `https://app.example.org`, `http://localhost:3000`. \
         Wildcards are not supported; credentials such as cookies are never allowed.",
    ),
    Key::new(
        "tasks.time_zone",
        Kind::Text,
        "UTC",
        "Time zone of hours and days in policies, such as `Europe/Berlin`.",
    ),
    Key::new(
        "tasks.decision_ttl",
        Kind::duration(MINUTE, 365 * DAY),
        "30d",
        "Time for which a denial can be explained by its decision ID; then its record is deleted.",
    ),
    Key::new(
        "tasks.audit_ttl",
        Kind::duration(30 * DAY, 3650 * DAY),
        "365d",
        "Time for which the tasks API keeps audit events; then they are deleted. Export those that you \
         must keep longer.",
    ),
    Key::new(
        "tasks.limits.requests",
        Kind::number(1, 1_000_000),
        "600",
        "Maximum number of requests per minute of one user or client to the tasks API.",
    ),
    Key::new(
        "tasks.limits.roles",
        Kind::StringList,
        "admin=3000 manager=1200",
        "Maximum number of requests per minute by role, each `role=number`; the largest applies.",
    )
    .naming(ObjectKind::Role),
    Key::new(
        "tasks.limits.api_key",
        Kind::number(1, 1_000_000),
        "10000",
        "Maximum number of requests per hour with one API key to the tasks API.",
    ),
    Key::new(
        "tasks.limits.owner_objects",
        Kind::number(1, 1_000_000_000),
        "10000",
        "Maximum number of tasks that one user or client owns in an organization, and likewise of \
         projects and of articles. A creation beyond it is rejected; existing objects stay.",
    ),
    Key::new(
        "tasks.limits.organization_objects",
        Kind::number(1, 1_000_000_000),
        "5000000",
        "Maximum number of tasks in one organization, and likewise of projects and of articles. \
         Users outside of organizations count together.",
    ),
    Key::optional(
        "tasks.web.client_id",
        Kind::Text,
        "Client ID of the sample web client; its redirect URI is \
         `{tasks.public_url}/web/callback`. Unset: no web client.",
    )
    .naming(ObjectKind::Client),
    Key::optional(
        "tasks.web.client_secret",
        Kind::Secret,
        "Secret of the sample web client. Unset: it is a public client.",
    ),
    Key::new(
        "tasks.web.scopes",
        Kind::StringList,
        "openid profile email offline_access tasks:read tasks:write tasks:delete",
        "Scopes that the sample web client requests.",
    )
    .naming(ObjectKind::Scope),
];
