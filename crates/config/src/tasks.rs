//! `[tasks]`: the tasks API (`doorward tasks`), which knows the identity server by its issuer only.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::key::{DAY, Key, Kind, MINUTE};
use super::secret::SecretText;

/// The resource server and its web client.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tasks {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Its own database, `sqlite://…` or `postgres://…`.
    pub database_url: SecretText,
    /// The issuer whose tokens it accepts; `None`: the top-level `issuer`.
    pub issuer: Option<String>,
    /// The audience that a token must carry; `None`: `{public_url}/api`.
    pub audience: Option<String>,
    /// The origin under which browsers and clients reach it.
    pub public_url: String,
    /// As which client it asks the issuer about API keys; `None`: it accepts none.
    pub introspection_client_id: Option<String>,
    /// That client's secret.
    pub introspection_client_secret: Option<SecretText>,
    /// Whether a token opens nothing that is not bound to a key by DPoP.
    pub require_dpop: bool,
    /// Whether the sample MCP server is served.
    pub mcp: bool,
    /// The directory of the operator's own policies; `None`: only those of the program.
    pub policy_dir: Option<String>,
    /// Origins whose pages may call the tasks API.
    pub allowed_origins: Vec<String>,
    /// The time zone in which policies tell the hour, an IANA name.
    pub time_zone: String,
    /// For how many seconds a refusal can be explained by its decision id.
    pub decision_ttl: i64,
    /// How many requests a caller may send.
    pub limits: TasksLimits,
    /// The small web client.
    pub web: TasksWeb,
}

/// Requests of one caller of the tasks API.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TasksLimits {
    /// Of a person or a service, within a minute.
    pub requests: i64,
    /// Of who holds one of these roles, `role=number`; the largest counts.
    pub roles: Vec<String>,
    /// With one API key, within an hour.
    pub api_key: i64,
}

/// The web client of the tasks API, a relying party of the issuer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TasksWeb {
    /// Its client id; `None`: there is no web client.
    pub client_id: Option<String>,
    /// Its secret; `None`: a public client.
    pub client_secret: Option<SecretText>,
    /// What it asks for.
    pub scopes: Vec<String>,
}

/// The keys of `[tasks]` and `[tasks.web]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "tasks.listen",
        Kind::Socket,
        "127.0.0.1:8401",
        "The address and port that `doorward tasks` listens on.",
    ),
    Key::new(
        "tasks.database_url",
        Kind::SecretUrl(&["sqlite", "postgres", "postgresql"]),
        "sqlite://tasks.sqlite",
        "The tasks API's own database.",
    ),
    Key::optional(
        "tasks.issuer",
        Kind::Url,
        "The issuer whose access tokens are accepted. Unset: the top-level `issuer`.",
    ),
    Key::optional(
        "tasks.audience",
        Kind::Url,
        "The audience that an access token must carry, registered as a resource at the identity \
         server. Unset: `{tasks.public_url}/api`.",
    ),
    Key::new(
        "tasks.public_url",
        Kind::Url,
        "http://localhost:8401",
        "The origin under which browsers and clients reach the tasks API.",
    ),
    Key::optional(
        "tasks.introspection_client_id",
        Kind::Text,
        "The confidential client (`doorward client create --serves AUDIENCE`) as which the tasks API \
         asks the issuer about API keys and opaque access tokens. Unset: it accepts none of them.",
    ),
    Key::optional(
        "tasks.introspection_client_secret",
        Kind::Secret,
        "The secret of that client.",
    ),
    Key::new(
        "tasks.require_dpop",
        Kind::Boolean,
        "false",
        "Whether the tasks API accepts only access tokens that are bound to a key by DPoP (RFC 9449). \
         With `false`, bearer tokens work beside them. API keys are not concerned.",
    ),
    Key::optional(
        "tasks.policy_dir",
        Kind::Text,
        "A directory of your own policies (`*.cedar`), which add to those of the program. A change \
         takes effect while the server runs; a broken one is said in the log and on `/readyz`, \
         and the rules from before stay. Unset: only those of the program.",
    ),
    Key::new(
        "tasks.mcp",
        Kind::Boolean,
        "false",
        "Whether the sample MCP server is served at `{tasks.public_url}/mcp`, which is a resource of its \
         own. In `dev`: `true`.",
    ),
    Key::new(
        "tasks.allowed_origins",
        Kind::StringList,
        "",
        "The origins of other sites whose pages may call the tasks API from a browser (CORS), each exactly as \
         browsers send it: `https://app.example.org`, `http://localhost:3000`. No wildcards; cookies are never \
         allowed along.",
    ),
    Key::new(
        "tasks.time_zone",
        Kind::Text,
        "UTC",
        "The time zone in which policies tell the hour and the day, such as `Europe/Berlin`.",
    ),
    Key::new(
        "tasks.decision_ttl",
        Kind::Duration {
            min: MINUTE,
            max: 365 * DAY,
        },
        "30d",
        "For how long a refusal can be explained by its decision id; then it is forgotten.",
    ),
    Key::new(
        "tasks.limits.requests",
        Kind::Number {
            min: 1,
            max: 1_000_000,
        },
        "600",
        "How many requests a person or a service may send to the tasks API within a minute.",
    ),
    Key::new(
        "tasks.limits.roles",
        Kind::StringList,
        "admin=3000 manager=1200",
        "The same for who holds a role, written `role=number`; the largest counts.",
    ),
    Key::new(
        "tasks.limits.api_key",
        Kind::Number {
            min: 1,
            max: 1_000_000,
        },
        "10000",
        "How many requests may be sent to the tasks API with one API key within an hour.",
    ),
    Key::optional(
        "tasks.web.client_id",
        Kind::Text,
        "The client id of the small web client; its redirect URI is \
         `{tasks.public_url}/web/callback`. Unset: there is no web client.",
    ),
    Key::optional(
        "tasks.web.client_secret",
        Kind::Secret,
        "The secret of the small web client. Unset: it is a public client.",
    ),
    Key::new(
        "tasks.web.scopes",
        Kind::StringList,
        "openid profile email offline_access tasks:read tasks:write tasks:delete",
        "What the small web client asks for.",
    ),
];
