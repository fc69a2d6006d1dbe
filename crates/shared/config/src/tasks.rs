//! `[tasks]`: the tasks API (`doorward tasks`), which knows only the issuer of the identity server.

use std::net::SocketAddr;

use doorward_protocol::signing_alg::SigningAlg;

use super::key::{DAY, Kind, MINUTE, ObjectKind};
use super::secret::SecretText;

/// Default address of the metrics listener.
pub const METRICS_LISTEN: &str = "127.0.0.1:9465";

section! {
    pub struct Tasks in "tasks" {
        /// Address and port of the `doorward tasks` listener.
        listen: SocketAddr = Kind::Socket.default("127.0.0.1:8401");
        /// Address and port of the metrics listener of the tasks API, as `metrics.listen` is that of
        /// `doorward serve`. `metrics.enabled` applies to both. If the default address is in use,
        /// the tasks API starts without metrics and logs a warning.
        metrics_listen: SocketAddr = Kind::Socket.default(METRICS_LISTEN);
        /// Address of the tasks API's database, separate from the identity server's.
        database_url: SecretText =
            Kind::SecretUrl(&["sqlite", "postgres", "postgresql"]).default("sqlite://tasks.sqlite");
        /// Issuer whose access tokens are accepted. Unset: the top-level `issuer`.
        issuer: Option<String> = Kind::Url.unset();
        /// Audience required in access tokens, registered as a resource at the identity server.
        /// Unset: `{tasks.public_url}/api`.
        audience: Option<String> = Kind::Url.unset();
        /// Origin at which browsers and clients reach the tasks API.
        public_url: String = Kind::Url.default("http://localhost:8401");
        /// Client ID of the confidential client (`doorward client create --serves AUDIENCE`) with
        /// which the tasks API introspects API keys and opaque access tokens at the issuer, and
        /// reads the roles and groups that a large token omits. Unset: all three are rejected.
        introspection_client_id: Option<String> = Kind::Text.unset().naming(ObjectKind::Client);
        /// Secret of the introspection client.
        introspection_client_secret: Option<SecretText> = Kind::Secret.unset();
        /// Requires access tokens to be bound to a key by DPoP (RFC 9449). `false`: bearer tokens
        /// are accepted as well. API keys are not affected.
        require_dpop: bool = Kind::Boolean.default("false");
        /// Accepted signature algorithms of access tokens. A key of the issuer verifies only its
        /// own algorithm in any case. The list must contain the one that the issuer uses for this
        /// resource.
        algorithms: Vec<SigningAlg> =
            Kind::OneOrMoreOf(&SigningAlg::NAMES).default("RS256 PS256 ES256 EdDSA");
        /// Path of the directory of your policies (`*.cedar`), which extend the built-in ones. A
        /// change takes effect while the server runs. An invalid policy is reported in the log and
        /// on `/readyz`, and the previous policies stay in effect. Unset: only the built-in
        /// policies.
        policy_dir: Option<String> = Kind::Path.unset();
        /// Path of the directory with the types of an application of yours, on which the tasks API
        /// decides for services that ask (AuthZEN): `schema.cedarschema`, rules in `*.cedar`, and
        /// `entities.json`. A change takes effect while the server runs. An invalid file is reported
        /// in the log and on `/readyz`, and the previous files stay in effect. Unset: decisions about
        /// tasks, projects and articles only.
        authzen_dir: Option<String> = Kind::Path.unset();
        /// Enables the sample MCP server at `{tasks.public_url}/mcp`, which is a separate resource.
        /// In `dev`: `true`.
        mcp: bool = Kind::Boolean.default("false");
        /// Origins of other sites whose pages may call the tasks API from a browser (CORS), each
        /// exactly as browsers send it: `https://app.example.org`, `http://localhost:3000`.
        /// Wildcards are not supported; credentials such as cookies are never allowed.
        allowed_origins: Vec<String> = Kind::StringList.default("");
        /// Time zone of hours and days in policies, such as `Europe/Berlin`.
        time_zone: String = Kind::Text.default("UTC");
        /// Time for which a denial can be explained by its decision ID; then its record is deleted.
        decision_ttl: i64 = Kind::Duration(MINUTE, 365 * DAY).default("30d");
        /// Time for which the tasks API keeps audit events; then they are deleted. Export those
        /// that you must keep longer.
        audit_ttl: i64 = Kind::Duration(30 * DAY, 3650 * DAY).default("365d");
        section limits: TasksLimits;
        section signals: TasksSignals;
        section web: TasksWeb;
    }
}

impl Tasks {
    pub fn has_default_metrics_address(&self) -> bool {
        METRICS_LISTEN.parse() == Ok(self.metrics_listen)
    }
}

section! {
    /// Rate limits of one caller of the tasks API.
    pub struct TasksLimits in "tasks.limits" {
        /// Maximum number of requests per minute of one user or client to the tasks API.
        requests: i64 = Kind::Number(1, 1_000_000).default("600");
        /// Maximum number of requests per minute by role, each `role=number`; the largest applies.
        roles: Vec<String> =
            Kind::StringList.default("admin=3000 manager=1200").naming(ObjectKind::Role);
        /// Maximum number of requests per hour with one API key to the tasks API.
        api_key: i64 = Kind::Number(1, 1_000_000).default("10000");
        /// Maximum number of tasks that one user or client owns in an organization, and likewise of
        /// projects and of articles. A creation beyond it is rejected; existing objects stay.
        owner_objects: i64 = Kind::Number(1, 1_000_000_000).default("10000");
        /// Maximum number of tasks in one organization, and likewise of projects and of articles.
        /// Users outside of organizations count together.
        organization_objects: i64 = Kind::Number(1, 1_000_000_000).default("5000000");
    }
}

section! {
    /// Revocations that the issuer reports to the tasks API.
    pub struct TasksSignals in "tasks.signals" {
        /// Listens to the revocations that the issuer reports (Shared Signals), as the introspection
        /// client: the token of an ended session, a locked user or a lost role is rejected within a
        /// second, and not only when it expires. `false`, without an introspection client, or if the
        /// issuer does not offer signals: a revoked token is accepted until it expires.
        enabled: bool = Kind::Boolean.default("true");
        /// Choice for signed access tokens while the tasks API has not heard from the issuer for
        /// longer than `max_age`. `continue` accepts them as without signals; `introspect` asks the
        /// issuer about each, with a cache of 30 seconds, and answers 503 if it does not respond;
        /// `reject` answers 503.
        when_cut: String = Kind::OneOf(&["continue", "introspect", "reject"]).default("continue");
        /// Age of the knowledge of revocations from which `when_cut` applies. The issuer responds at
        /// least every 20 seconds.
        max_age: i64 = Kind::Duration(25, 60 * MINUTE).default("30s");
        /// Longest life of an access token: the largest lifetime that the issuer gives any
        /// (`tokens.access_ttl_max`). Older tokens are rejected, because their revocations may have
        /// been forgotten.
        token_life: i64 = Kind::Duration(MINUTE, DAY).default("1h");
    }
}

section! {
    /// Settings of the web client of the tasks API, a relying party of the issuer.
    pub struct TasksWeb in "tasks.web" {
        /// Client ID of the sample web client; its redirect URI is
        /// `{tasks.public_url}/web/callback`. Unset: no web client.
        client_id: Option<String> = Kind::Text.unset().naming(ObjectKind::Client);
        /// Secret of the sample web client. Unset: it is a public client.
        client_secret: Option<SecretText> = Kind::Secret.unset();
        /// Scopes that the sample web client requests.
        scopes: Vec<String> = Kind::StringList
            .default("openid profile email offline_access tasks:read tasks:write tasks:delete")
            .naming(ObjectKind::Scope);
    }
}
