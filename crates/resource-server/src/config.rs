//! What the resource server must be told: its database, the issuer it trusts, its audience, its
//! own address and, if it serves the web client, that client's registration.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use doorward_access::guard::AllowedOrigins;
use doorward_access::introspection::IntrospectionClient;
use doorward_protocol::forwarded::ForwardedHeader;
use ipnet::IpNet;
use jiff::tz::TimeZone;
use url::{Host, Url};

/// Settings of the resource server. Build one with [`Config::new`] and change what differs.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Config {
    /// `sqlite://…` (the file is created) or `postgres://…`.
    pub database_url: String,
    /// Connections in the pool.
    pub database_max_connections: u32,
    /// Whether [`crate::Server::build`] applies pending migrations.
    pub migrate: bool,
    /// The issuer whose tokens are accepted: exactly the `iss` of the tokens.
    pub issuer: String,
    /// The identifier of this API, which a token must carry in `aud` (RFC 8707, RFC 9068 §4).
    pub audience: String,
    /// The address under which people and programs reach this server: an origin without a path.
    pub public_url: String,
    /// As whom this server asks the issuer about API keys and reference tokens; without it, it
    /// accepts none.
    pub introspection: Option<IntrospectionClient>,
    /// Whether a token opens nothing that is not bound to a key by DPoP (RFC 9449).
    pub require_dpop: bool,
    /// Whether the sample MCP server is served, at `{public_url}/mcp`.
    pub mcp: bool,
    /// Multiplies every tolerated number of failures.
    pub limits_multiplier: f64,
    /// Worker threads; by default one per core.
    pub workers: Option<usize>,
    /// The web client's registration at the issuer; without one `/web/` is not served.
    pub web: Option<WebClient>,
    /// The operator's own policies, beside those of the program.
    pub policy_dir: Option<PathBuf>,
    /// In which zone policies tell the hour, an IANA name.
    pub time_zone: String,
    /// Proxies whose `forwarded_header` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they write the address of the client; the other one is ignored.
    pub forwarded_header: ForwardedHeader,
    /// Whether such a proxy passes on the certificate of a client in `Client-Cert` (RFC 9440).
    pub client_cert_header: bool,
    /// For how many seconds a refusal can be explained.
    pub decision_ttl: i64,
    /// How many requests a caller may send.
    pub limits: Limits,
    /// How long the body of a request may take to arrive.
    pub body_timeout: Duration,
    /// Origins whose pages may call the API, such as `https://app.example.org`.
    pub allowed_origins: Vec<String>,
}

/// Requests of one caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Of a person or a service, within a minute.
    pub requests: u32,
    /// Of who holds one of these roles; the largest counts.
    pub roles: Vec<(String, u32)>,
    /// With one API key, within an hour.
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

/// The web client's registration at the issuer (OIDC Core §3.1.2.1).
#[derive(Clone)]
pub struct WebClient {
    /// `client_id` at the issuer.
    pub client_id: String,
    /// `client_secret` at the issuer; a public client has none.
    pub client_secret: Option<String>,
    /// The registered redirect URI, `{public_url}/web/callback`.
    pub redirect_uri: String,
    /// The registered address to come back to after signing out, `{public_url}/web/`.
    pub post_logout_redirect_uri: String,
    /// The scopes asked for.
    pub scopes: Vec<String>,
    /// Where the web client reaches the API; by default this very server by its listening
    /// address.
    pub api_url: Option<String>,
}

/// The scopes that the web client asks for.
pub const WEB_SCOPES: [&str; 7] = [
    "openid",
    "profile",
    "email",
    "offline_access",
    "tasks:read",
    "tasks:write",
    "tasks:delete",
];

/// A setting that the server refuses to start with: which one, why, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct ConfigError {
    /// The key's name as in [`Config`], dotted.
    pub key: &'static str,
    /// What is wrong and what to write instead.
    pub problem: String,
}

impl Config {
    /// A configuration with defaults: migrations at start, no web client.
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
            issuer: issuer.into(),
            audience: audience.into(),
            public_url: public_url.into(),
            introspection: None,
            require_dpop: false,
            mcp: false,
            limits_multiplier: 1.0,
            workers: None,
            web: None,
            policy_dir: None,
            time_zone: "UTC".to_owned(),
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            client_cert_header: false,
            decision_ttl: 30 * 24 * 60 * 60,
            limits: Limits::default(),
            body_timeout: Duration::from_secs(10),
            allowed_origins: Vec::new(),
        }
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// The first setting that is unsafe or contradictory.
    pub fn check(&self) -> Result<(), ConfigError> {
        if !is_database_url(&self.database_url) {
            return Err(refuse(
                "database_url",
                "write sqlite://… or postgres://…".to_owned(),
            ));
        }
        if self.database_max_connections == 0 {
            return Err(refuse(
                "database_max_connections",
                "write at least 1".into(),
            ));
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
        match Url::parse(&self.audience) {
            Ok(url) if url.fragment().is_none() => {}
            _ => {
                let problem = format!("write an absolute URI, such as {}/api", self.public_url);
                return Err(refuse("audience", problem));
            }
        }
        if let Some(client) = &self.introspection
            && (client.client_id.is_empty() || client.client_secret.is_empty())
        {
            return Err(refuse(
                "introspection",
                "write both client_id and client_secret".into(),
            ));
        }
        self.web.as_ref().map_or(Ok(()), |web| web.check(self))
    }

    /// Reads [`Config::allowed_origins`].
    ///
    /// # Errors
    /// Returns the first text that is no origin.
    pub fn origins(&self) -> Result<AllowedOrigins, ConfigError> {
        AllowedOrigins::new(&self.allowed_origins)
            .map_err(|error| refuse("allowed_origins", error.to_string()))
    }

    /// The zone of [`Config::time_zone`].
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn zone(&self) -> Result<TimeZone, ConfigError> {
        TimeZone::get(&self.time_zone).map_err(|_| {
            refuse(
                "time_zone",
                "write an IANA name such as Europe/Berlin".into(),
            )
        })
    }

    /// Whether people reach this server over https, so that cookies can be `Secure`.
    pub(crate) fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

impl WebClient {
    /// The registration with the standard paths under `public_url` and the standard scopes.
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
            return Err(refuse("web.client_id", "write the client_id".into()));
        }
        let expected = format!("{}/web/callback", config.public_url);
        if self.redirect_uri != expected {
            return Err(refuse("web.redirect_uri", format!("write {expected}")));
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            // OIDC Core §3.1.2.1: without it there is no ID token to sign in with.
            return Err(refuse("web.scopes", "add openid".into()));
        }
        match &self.api_url {
            Some(url) => check_address("web.api_url", url).map(|_| ()),
            None => Ok(()),
        }
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

/// https, or http on this very machine: tokens must not cross a network in clear
/// (RFC 6750 §5.3).
fn check_address(key: &'static str, address: &str) -> Result<Url, ConfigError> {
    let url = Url::parse(address)
        .map_err(|_| refuse(key, "write an absolute URL, such as https://…".into()))?;
    let safe = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => url.host().is_some_and(|host| is_loopback(&host)),
        _ => false,
    };
    if !safe {
        return Err(refuse(
            key,
            "write https://… (http is for localhost only)".into(),
        ));
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

fn refuse(key: &'static str, problem: String) -> ConfigError {
    ConfigError { key, problem }
}

#[cfg(test)]
mod tests;
