//! The configuration of a proxy for a site, as a text for its administrator.
//!
//! Each one deletes the headers that the application believes from every request of a client, with all spellings
//! that programs treat alike, and lets nothing pass when this server does not answer.

use askama::Template;
use doorward_admin::json_member::{OneOf, word};
use doorward_admin::operation::{Operation, Shown};
use doorward_admin::prelude::*;
use doorward_domain::model::Site;
use doorward_protocol::displayed_text::is_hidden;
use doorward_services::error::ServerError;
use doorward_services::view;
use url::{Position, Url};

use crate::canonical::Scheme;
use crate::identity;
use crate::use_cases::get;

pub use crate::proxy::Proxy;

/// URL of the application if none is given.
const UPSTREAM: &str = "http://127.0.0.1:8080";
/// Headers of a request that this server reads.
const PASSED: &str = "cookie authorization user-agent accept accept-language origin \
    access-control-request-method sec-fetch-mode sec-fetch-site sec-websocket-key";

/// The deployment and the application, for a configuration.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    pub issuer: &'a Url,
    /// URL at which the proxy reaches this server.
    pub server: &'a Url,
    /// True if proxies have to send a secret. The text has a mark in its place.
    pub has_secret: bool,
    /// URL of the application.
    pub upstream: &'a Url,
}

/// The values of all texts.
struct Values<'a> {
    name: String,
    /// Name of files and objects.
    key: String,
    /// Name of an action in Lua.
    variable: String,
    hosts: &'a [String],
    port: &'a str,
    /// Host of a request in nginx, as the site has it.
    nginx_host: String,
    /// Rule of Traefik for the hosts.
    traefik_hosts: String,
    /// Names of the headers that the application believes.
    headers: Vec<String>,
    /// Regular expression of all spellings of all headers.
    pattern: String,
    /// Host of the issuer, with its port unless that is the one of the scheme.
    issuer: &'a str,
    /// URL at which the proxy reaches this server, its host, and the host with the port.
    server: &'a str,
    server_name: &'a str,
    server_address: String,
    is_https: bool,
    has_secret: bool,
    upstream: &'a str,
    upstream_address: String,
    passed: &'static str,
}

impl<'a> Values<'a> {
    fn new(site: &'a Site, around: Around<'a>) -> Self {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        };
        let key: String = site.name.chars().map(plain).collect();
        let host = site.hosts.first().map_or("", String::as_str);
        let (_, port) = host.rsplit_once(':').unwrap_or((host, "443"));
        let rules: Vec<String> = site
            .hosts
            .iter()
            .map(|host| traefik(name_of(host)))
            .collect();
        let headers = identity::header_names(&site.headers);
        let patterns: Vec<String> = headers.iter().map(|name| pattern(name)).collect();
        let base = |url: &'a Url| url.as_str().trim_end_matches('/');
        let address = |url: &Url| {
            let port = url.port_or_known_default().unwrap_or_default();
            format!("{}:{port}", url.host_str().unwrap_or_default())
        };
        Self {
            // A name has one line.
            name: site.name.replace(is_hidden, " "),
            variable: format!("doorward_{}", key.replace('-', "_")),
            key,
            hosts: &site.hosts,
            nginx_host: match port {
                "443" => "$host".to_owned(),
                port => format!("$host:{port}"),
            },
            port,
            traefik_hosts: rules.join(" || "),
            pattern: format!("({})", patterns.join("|")),
            headers,
            issuer: &around.issuer[Position::BeforeHost..Position::AfterPort],
            server: base(around.server),
            server_name: around.server.host_str().unwrap_or_default(),
            server_address: address(around.server),
            is_https: around.server.scheme() == Scheme::Https.as_str(),
            has_secret: around.has_secret,
            upstream: base(around.upstream),
            upstream_address: address(around.upstream),
            passed: PASSED,
        }
    }
}

/// Returns the name of a host without its port.
fn name_of(host: &str) -> &str {
    host.split(':').next().unwrap_or(host)
}

fn traefik(name: &str) -> String {
    match name.strip_prefix("*.") {
        Some(parent) => format!(
            "HostRegexp(`^[a-z0-9-]+\\\\.{}$`)",
            parent.replace('.', "\\\\.")
        ),
        None => format!("Host(`{name}`)"),
    }
}

/// Returns a regular expression of all spellings of a name.
fn pattern(name: &str) -> String {
    name.to_ascii_lowercase().replace('-', "[-_]")
}

/// Returns the other spellings of a name, which some programs treat alike: with underscores in place of one or more
/// of its hyphens.
fn twins(name: &str) -> Vec<String> {
    spellings(name).split_off(1)
}

fn spellings(name: &str) -> Vec<String> {
    let Some((first, rest)) = name.split_once('-') else {
        return vec![name.to_owned()];
    };
    let rests = spellings(rest);
    let with = |mark: char| rests.iter().map(move |rest| format!("{first}{mark}{rest}"));
    with('-').chain(with('_')).collect()
}

macro_rules! texts {
    ($($name:ident = $path:literal,)+) => {
        $(
            #[derive(Template)]
            #[template(path = $path, escape = "none", whitespace = "preserve")]
            struct $name<'a> {
                v: &'a Values<'a>,
            }
        )+

        fn render(proxy: Proxy, v: &Values<'_>) -> askama::Result<String> {
            match proxy {
                $(Proxy::$name => $name { v }.render(),)+
            }
        }
    };
}

texts! {
    Nginx = "proxies/nginx.conf",
    Caddy = "proxies/Caddyfile",
    Traefik = "proxies/traefik.yaml",
    Haproxy = "proxies/haproxy.cfg",
    HaproxyLua = "proxies/haproxy.lua",
    Envoy = "proxies/envoy.yaml",
    IngressNginx = "proxies/ingress-nginx.yaml",
}

/// Returns the configuration of a proxy for a site.
///
/// # Errors
/// Returns the error of a template, which only a defect can cause.
pub fn print(proxy: Proxy, site: &Site, around: Around<'_>) -> askama::Result<String> {
    // HAProxy takes a last line without an end for a truncated file.
    Ok(render(proxy, &Values::new(site, around))? + "\n")
}

type Proxies = OneOf<Proxy>;

view! {
    /// The configuration of a proxy for a site.
    #[schema(as = SiteProxyConfig)]
    pub ProxyConfigView(site: Site, printed: (Proxy, String)) {
        /// Name of the site.
        name: String = site.name;
        /// Proxy.
        proxy: &'static str = printed.0.as_str();
        /// Text of the configuration. `SECRET` is the place of `forward_auth.proxy_secret`, if that is set.
        text: String = printed.1;
    }
}

/// A site and its proxy.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProxyConfig {
    /// Name of the site.
    pub name: String,
    /// Proxy; default: `nginx`. `haproxy` needs the Lua file of `haproxy-lua` too.
    #[serde(default, deserialize_with = "word")]
    #[schema(inline, value_type = Proxies)]
    pub proxy: Proxy,
    /// URL of the application; default: `http://127.0.0.1:8080`.
    #[schema(format = "uri")]
    pub upstream: Option<String>,
    /// URL at which the proxy reaches this server; default: the issuer.
    #[schema(format = "uri")]
    pub server: Option<String>,
}

impl Operation for ProxyConfig {
    const TITLE: &'static str = "Print the configuration of a proxy for a site";
    const TEXT: &'static str = "It deletes the headers with the identity of a user from requests of clients, and lets \
        nothing pass while this server does not answer. Configurations of Envoy and ingress-nginx are not run by the tests.";
    const CALL: &'static str = "GET sites/{name}/proxy-config";
    const COMMAND: &'static str = "site proxy-config SITE=name --proxy --upstream --server";
    const SECRET: &'static str = "text";
    const DONE: &'static str = "That is the configuration of {proxy} for the site {name}.";
    type Done = Shown<ProxyConfigView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let site = get(context, &self.name).await?;
        let text = self.text(context, &site)?;
        Ok(Shown::unversioned(ProxyConfigView::new(
            site,
            (self.proxy, text),
        )))
    }
}

impl ProxyConfig {
    /// Returns the configuration for this site.
    pub(crate) fn text(&self, context: &AdminContext<'_>, site: &Site) -> Result<String> {
        let issuer = context.settings.issuer();
        let config = context.settings.config();
        let around = Around {
            issuer: &parse("issuer", issuer)?,
            server: &parse("server", self.server.as_deref().unwrap_or(issuer))?,
            has_secret: config.is_some_and(|config| config.forward_auth.proxy_secret.is_some()),
            upstream: &parse("upstream", self.upstream.as_deref().unwrap_or(UPSTREAM))?,
        };
        let printed = print(self.proxy, site, around);
        Ok(printed.map_err(ServerError::internal)?)
    }
}

fn parse(field: &'static str, text: &str) -> Result<Url> {
    let is_plain = |url: &Url| {
        let origin = url.origin().ascii_serialization();
        matches!(url.scheme(), "http" | "https") && url.as_str() == format!("{origin}/")
    };
    let url = Url::parse(text).ok().filter(is_plain);
    url.ok_or_else(|| AdminError::invalid(field, "write http or https, a host and a port"))
}

#[cfg(test)]
mod tests;
