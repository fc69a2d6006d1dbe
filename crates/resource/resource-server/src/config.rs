//! Configuration of the resource server: its database, issuer, audience, public URL and, if it
//! serves the web client, that client's registration.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use doorward_access::guard::AllowedOrigins;
use doorward_access::introspection::IntrospectionClient;
use doorward_access::signals::Signals;
use doorward_protocol::forwarded::ForwardedHeader;
use doorward_protocol::setting_url;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_tasks_database::Snapshots;
use ipnet::IpNet;
use jiff::tz::TimeZone;
use url::{Host, Url};

/// Settings of the resource server. Create them with [`Config::new`] and change fields as needed.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Config {
    /// Database URL: `sqlite://…` (the file is created) or `postgres://…`.
    pub database_url: String,
    pub database_max_connections: u32,
    /// Enables pending migrations in [`crate::Server::build`].
    pub migrate: bool,
    /// Copies of an SQLite database from before its migrations; `None`: no copies.
    pub snapshots: Option<Snapshots>,
    /// Issuer of accepted tokens: exactly their `iss`.
    pub issuer: String,
    /// Former issuers whose tokens are accepted as well; their keys are those of the issuer.
    pub former_issuers: Vec<String>,
    /// Identifier of this API, which `aud` of a token must contain (RFC 8707, RFC 9068 §4).
    pub audience: String,
    /// Public URL of this server: an origin without a path.
    pub public_url: String,
    /// Client credentials for introspection of API keys and reference tokens; without them, none
    /// are accepted.
    pub introspection: Option<IntrospectionClient>,
    /// Revocations that the issuer reports; `None`: a revoked token is accepted until it expires.
    pub signals: Option<Signals>,
    /// Requires tokens bound to a key by DPoP (RFC 9449).
    pub require_dpop: bool,
    /// Accepted signature algorithms of access tokens.
    pub algorithms: Vec<SigningAlg>,
    /// Enables the sample MCP server at `{public_url}/mcp`.
    pub mcp: bool,
    /// Factor for every limit on failures.
    pub limits_multiplier: f64,
    /// Number of worker threads; by default one per core.
    pub workers: Option<usize>,
    /// Registration of the web client at the issuer; without it `/web/` is not served.
    pub web: Option<WebClient>,
    /// Directory of the operator's policies, in addition to the built-in ones.
    pub policy_dir: Option<PathBuf>,
    /// Directory with the types of an application, on which only `AuthZEN` decides.
    pub authzen_dir: Option<PathBuf>,
    /// Time zone for the hour in policies, an IANA name.
    pub time_zone: String,
    /// Proxies whose `forwarded_header` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// Header in which they send the client's address; the other one is ignored.
    pub forwarded_header: ForwardedHeader,
    /// Accepts a client certificate that such a proxy passes in `Client-Cert` (RFC 9440).
    pub client_cert_header: bool,
    /// Retention of denial records in seconds.
    pub decision_ttl: i64,
    /// Retention of audit events in seconds, at least 30 days.
    pub audit_ttl: i64,
    pub limits: Limits,
    pub quotas: Quotas,
    /// Maximum time to receive the body of a request.
    pub body_timeout: Duration,
    /// Origins whose pages may call the API, such as `https://app.example.org`.
    pub allowed_origins: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Requests of a user or a service per minute.
    pub requests: u32,
    /// Requests per minute by role; the largest one applies.
    pub roles: Vec<(String, u32)>,
    /// Requests with one API key per hour.
    pub api_key: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests: 600,
            roles: vec![("admin".to_owned(), 3000), ("manager".to_owned(), 1200)],
            api_key: 10_000,
        }
    }
}

/// The maximum numbers of objects, of each kind separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Objects that a user or a service owns in an organization.
    pub owner: u64,
    /// Objects of an organization, or of all users outside of organizations.
    pub organization: u64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            owner: 10_000,
            organization: 5_000_000,
        }
    }
}

/// The registration of the web client at the issuer (OIDC Core §3.1.2.1).
#[derive(Clone)]
pub struct WebClient {
    pub client_id: String,
    /// `client_secret` at the issuer; `None` for a public client.
    pub client_secret: Option<String>,
    /// Registered redirect URI, `{public_url}/web/callback`.
    pub redirect_uri: String,
    /// Registered redirect URI after sign-out, `{public_url}/web/`.
    pub post_logout_redirect_uri: String,
    pub scopes: Vec<String>,
    /// URL at which the web client calls the API; by default the listening address of this server.
    pub api_url: Option<String>,
}

pub const WEB_SCOPES: [&str; 7] = [
    "openid",
    "profile",
    "email",
    "offline_access",
    "tasks:read",
    "tasks:write",
    "tasks:delete",
];

/// A rejected setting: its key, the problem and the correction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct ConfigError {
    /// Key as in [`Config`], dotted.
    pub key: &'static str,
    pub problem: String,
}

impl Config {
    /// Creates a configuration with defaults: migrations at start, no web client.
    pub fn new(
        database_url: impl Into<String>,
        issuer: impl Into<String>,
        audience: impl Into<String>,
        public_url: impl Into<String>,
    ) -> Self {
        Self {
            database_url: database_url.into(),
            database_max_connections: 8,
            migrate: true,
            snapshots: None,
            issuer: issuer.into(),
            former_issuers: Vec::new(),
            audience: audience.into(),
            public_url: public_url.into(),
            introspection: None,
            signals: None,
            require_dpop: false,
            algorithms: SigningAlg::ALL.to_vec(),
            mcp: false,
            limits_multiplier: 1.0,
            workers: None,
            web: None,
            policy_dir: None,
            authzen_dir: None,
            time_zone: "UTC".to_owned(),
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            client_cert_header: false,
            decision_ttl: 30 * 24 * 60 * 60,
            audit_ttl: 365 * 24 * 60 * 60,
            limits: Limits::default(),
            quotas: Quotas::default(),
            body_timeout: Duration::from_secs(10),
            allowed_origins: Vec::new(),
        }
    }

    /// Checks every setting. The error is the first one that is unsafe or contradictory.
    pub fn check(&self) -> Result<(), ConfigError> {
        if !is_database_url(&self.database_url) {
            return Err(refuse("database_url", "write sqlite://… or postgres://…"));
        }
        if self.database_max_connections == 0 {
            return Err(refuse("database_max_connections", "write at least 1"));
        }
        self.zone()?;
        self.origins()?;
        check_address("issuer", &self.issuer)?;
        let public = check_address("public_url", &self.public_url)?;
        if public.path() != "/" || self.public_url.ends_with('/') {
            let problem = format!(
                "write the origin only: {}",
                public.origin().ascii_serialization()
            );
            return Err(refuse("public_url", problem));
        }
        // RFC 8707 §2: a resource identifier is an absolute URI without a fragment.
        if setting_url::parse_resource(&self.audience).is_err() {
            let problem = format!("write an absolute URI, such as {}/api", self.public_url);
            return Err(refuse("audience", problem));
        }
        if let Some(client) = &self.introspection
            && (client.client_id.is_empty() || client.client_secret.is_empty())
        {
            return Err(refuse(
                "introspection",
                "write both client_id and client_secret",
            ));
        }
        self.web.as_ref().map_or(Ok(()), |web| web.check(self))
    }

    /// Parses [`Config::allowed_origins`]. The error names the first text that is not an origin.
    pub fn origins(&self) -> Result<AllowedOrigins, ConfigError> {
        AllowedOrigins::new(&self.allowed_origins)
            .map_err(|error| refuse("allowed_origins", error.to_string()))
    }

    pub fn zone(&self) -> Result<TimeZone, ConfigError> {
        TimeZone::get(&self.time_zone)
            .map_err(|_| refuse("time_zone", "write an IANA name such as Europe/Berlin"))
    }

    /// Returns true if the public URL uses https, so that cookies can be `Secure`.
    pub(crate) fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

impl WebClient {
    /// Creates a registration with the standard paths under `public_url` and the standard scopes.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: Option<String>,
        public_url: &str,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret,
            redirect_uri: format!("{public_url}/web/callback"),
            post_logout_redirect_uri: format!("{public_url}/web/"),
            scopes: WEB_SCOPES.map(str::to_owned).to_vec(),
            api_url: None,
        }
    }

    fn check(&self, config: &Config) -> Result<(), ConfigError> {
        if self.client_id.is_empty() {
            return Err(refuse("web.client_id", "write the client_id"));
        }
        let expected = format!("{}/web/callback", config.public_url);
        if self.redirect_uri != expected {
            return Err(refuse("web.redirect_uri", format!("write {expected}")));
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            // OIDC Core §3.1.2.1: without `openid` the response contains no ID token.
            return Err(refuse("web.scopes", "add openid"));
        }
        let api_url = self.api_url.as_deref();
        api_url.map_or(Ok(()), |url| check_address("web.api_url", url).map(drop))
    }
}

impl fmt::Debug for WebClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebClient")
            .field("client_id", &self.client_id)
            .field("client_secret", &self.client_secret.as_ref().map(|_| "…"))
            .field("redirect_uri", &self.redirect_uri)
            .field("post_logout_redirect_uri", &self.post_logout_redirect_uri)
            .field("scopes", &self.scopes)
            .field("api_url", &self.api_url)
            .finish()
    }
}

fn is_database_url(url: &str) -> bool {
    ["sqlite:", "postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
}

/// Checks that a URL uses https, or http on this machine: tokens must not cross a network
/// unencrypted (RFC 6750 §5.3).
fn check_address(key: &'static str, address: &str) -> Result<Url, ConfigError> {
    let url = setting_url::parse(address).map_err(|error| refuse(key, error.to_string()))?;
    let safe = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => url.host().is_some_and(|host| is_loopback(&host)),
        _ => false,
    };
    if !safe {
        return Err(refuse(key, "write https://… (http is for localhost only)"));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        let problem = "leave out the query, the fragment and the user name".to_owned();
        return Err(refuse(key, problem));
    }
    Ok(url)
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(ip) => IpAddr::V4(*ip).is_loopback(),
        Host::Ipv6(ip) => IpAddr::V6(*ip).is_loopback(),
    }
}

fn refuse(key: &'static str, problem: impl Into<String>) -> ConfigError {
    let problem = problem.into();
    ConfigError { key, problem }
}

#[cfg(test)]
mod tests;
