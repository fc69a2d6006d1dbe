//! The configuration of a proxy for a site, as a text for its administrator.
//!
//! Each one deletes the headers that the application believes from every request of a client, with all spellings
//! that programs treat alike, and lets nothing pass when this server does not answer.

use askama::Template;
use doorward_domain::model::Site;
use doorward_protocol::displayed_text;
use url::Url;

use crate::canonical::Scheme;
use crate::identity;

doorward_protocol::words! {
    /// A text that is printed.
    #[derive(Default)]
    pub enum ProxyText {
        #[default]
        Nginx = "nginx",
        Caddy = "caddy",
        Traefik = "traefik",
        Haproxy = "haproxy",
        HaproxyLua = "haproxy-lua",
        Envoy = "envoy",
        IngressNginx = "ingress-nginx",
    }
}

/// Headers of a request that this server reads.
const PASSED: [&str; 10] = [
    "cookie",
    "authorization",
    "user-agent",
    "accept",
    "accept-language",
    "origin",
    "access-control-request-method",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-websocket-key",
];
/// Values that Envoy writes into headers, by their formatter.
const ENVOY: [(&str, &str); 4] = [
    ("x-forwarded-proto", "%REQ(:SCHEME)%"),
    ("x-forwarded-host", "%REQ(:AUTHORITY)%"),
    (
        "x-forwarded-for",
        "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    ),
    ("x-forwarded-uri", "%REQ(:PATH)%"),
];

/// A header that the application believes.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Header {
    name: String,
    lower: String,
    /// Name in a variable of nginx.
    variable: String,
    /// Other spellings that some programs treat as the same name: with underscores.
    twins: Vec<String>,
    /// Regular expression of all spellings.
    pattern: String,
}

impl Header {
    fn new(name: String) -> Self {
        let lower = name.to_ascii_lowercase();
        Self {
            variable: lower.replace('-', "_"),
            twins: twins(&name),
            pattern: lower.replace('-', "[-_]"),
            lower,
            name,
        }
    }
}

/// Returns the spellings of a name with underscores in place of one or more of its hyphens.
fn twins(name: &str) -> Vec<String> {
    let mut spellings = vec![String::new()];
    for character in name.chars() {
        let choices: &[char] = if character == '-' {
            &['-', '_']
        } else {
            &[character]
        };
        let longer = |choice: &char| {
            let choice = *choice;
            spellings
                .iter()
                .map(move |spelling| format!("{spelling}{choice}"))
                .collect::<Vec<_>>()
        };
        spellings = choices.iter().flat_map(longer).collect();
    }
    spellings.retain(|spelling| spelling != name);
    spellings
}

/// A host of the site.
#[derive(Clone, PartialEq, Eq, Debug)]
struct SiteHost {
    name: String,
    authority: String,
    /// Rule of Traefik.
    traefik: String,
}

impl SiteHost {
    fn new(authority: &str) -> Self {
        let name = authority.split(':').next().unwrap_or(authority).to_owned();
        let traefik = match name.strip_prefix("*.") {
            Some(parent) => format!(
                "HostRegexp(`^[a-z0-9-]+\\\\.{}$`)",
                parent.replace('.', "\\\\.")
            ),
            None => format!("Host(`{name}`)"),
        };
        Self {
            name,
            authority: authority.to_owned(),
            traefik,
        }
    }
}

/// The values of all texts.
#[derive(Clone, Debug)]
struct Values {
    name: String,
    /// Name of files and objects.
    key: String,
    /// Name of an action in Lua.
    variable: String,
    hosts: Vec<SiteHost>,
    port: String,
    /// Host of a request in nginx, as the site has it.
    nginx_host: String,
    headers: Vec<Header>,
    /// Regular expression of all spellings of all headers.
    pattern: String,
    /// Host of the issuer, with its port unless that is the one of the scheme.
    issuer_host: String,
    /// URL at which the proxy reaches this server.
    server: String,
    server_name: String,
    /// Host and port of that URL.
    server_address: String,
    is_https: bool,
    has_secret: bool,
    upstream: String,
    upstream_address: String,
    passed: &'static [&'static str],
    envoy: &'static [(&'static str, &'static str)],
}

macro_rules! texts {
    ($($name:ident = $path:literal,)+) => {$(
        #[derive(Template)]
        #[template(path = $path, escape = "none", whitespace = "preserve")]
        struct $name<'a> {
            v: &'a Values,
        }
    )+};
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

/// Returns the configuration of a proxy for a site.
///
/// # Errors
/// Returns the error of a template, which only a defect can cause.
pub fn print(text: ProxyText, site: &Site, around: Around<'_>) -> Result<String, askama::Error> {
    let v = &values(site, around);
    let mut printed = match text {
        ProxyText::Nginx => Nginx { v }.render(),
        ProxyText::Caddy => Caddy { v }.render(),
        ProxyText::Traefik => Traefik { v }.render(),
        ProxyText::Haproxy => Haproxy { v }.render(),
        ProxyText::HaproxyLua => HaproxyLua { v }.render(),
        ProxyText::Envoy => Envoy { v }.render(),
        ProxyText::IngressNginx => IngressNginx { v }.render(),
    }?;
    // HAProxy takes a last line without an end for a truncated file.
    printed.push('\n');
    Ok(printed)
}

fn values(site: &Site, around: Around<'_>) -> Values {
    let Around {
        issuer,
        server,
        has_secret,
        upstream,
    } = around;
    let key: String = site.name.chars().map(plain).collect();
    let host = site.hosts.first().map_or("", String::as_str);
    let (_, port) = host.rsplit_once(':').unwrap_or((host, "443"));
    let names = identity::header_names(&site.headers);
    let headers: Vec<Header> = names.into_iter().map(Header::new).collect();
    let patterns: Vec<&str> = headers
        .iter()
        .map(|header| header.pattern.as_str())
        .collect();
    let issuer_name = issuer.host_str().unwrap_or_default();
    Values {
        // A name has one line.
        name: site.name.replace(displayed_text::is_hidden, " "),
        variable: format!("doorward_{}", key.replace('-', "_")),
        key,
        hosts: site.hosts.iter().map(|host| SiteHost::new(host)).collect(),
        nginx_host: match port {
            "443" => "$host".to_owned(),
            port => format!("$host:{port}"),
        },
        port: port.to_owned(),
        pattern: format!("({})", patterns.join("|")),
        headers,
        issuer_host: match issuer.port() {
            Some(port) => format!("{issuer_name}:{port}"),
            None => issuer_name.to_owned(),
        },
        server: server.as_str().trim_end_matches('/').to_owned(),
        server_name: server.host_str().unwrap_or_default().to_owned(),
        server_address: address(server),
        is_https: server.scheme() == Scheme::Https.as_str(),
        has_secret,
        upstream: upstream.as_str().trim_end_matches('/').to_owned(),
        upstream_address: address(upstream),
        passed: &PASSED,
        envoy: &ENVOY,
    }
}

fn address(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    format!("{host}:{port}")
}

fn plain(character: char) -> char {
    if character.is_ascii_alphanumeric() {
        character.to_ascii_lowercase()
    } else {
        '-'
    }
}

#[cfg(test)]
mod tests;
