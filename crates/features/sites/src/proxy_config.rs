//! The configuration of a proxy for a site, as a text for its administrator.
//!
//! Each one deletes the headers that the application believes from every request of a client, with all spellings
//! that programs treat alike, and lets nothing pass when this server does not answer.

use askama::Template;
use doorward_domain::model::Site;
use doorward_protocol::displayed_text;
use url::{Position, Url};

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
const PASSED: &str = "cookie authorization user-agent accept accept-language origin \
    access-control-request-method sec-fetch-mode sec-fetch-site sec-websocket-key";

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

/// Returns the other spellings of a name: with underscores in place of one or more of its hyphens.
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

/// A URL in the forms that configurations write.
#[derive(Clone, Copy, Debug)]
struct Place<'a>(&'a Url);

impl<'a> Place<'a> {
    fn base(self) -> &'a str {
        self.0.as_str().trim_end_matches('/')
    }

    fn name(self) -> &'a str {
        self.0.host_str().unwrap_or_default()
    }

    /// Returns the host, with its port unless that is the one of the scheme.
    fn authority(self) -> &'a str {
        &self.0[Position::BeforeHost..Position::AfterPort]
    }

    fn address(self) -> String {
        let port = self.0.port_or_known_default().unwrap_or_default();
        format!("{}:{port}", self.name())
    }
}

/// The values of all texts.
#[derive(Clone, Debug)]
struct Values<'a> {
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
    issuer: Place<'a>,
    /// URL at which the proxy reaches this server.
    server: Place<'a>,
    is_https: bool,
    has_secret: bool,
    upstream: Place<'a>,
    passed: &'static str,
}

macro_rules! texts {
    ($($name:ident = $path:literal,)+) => {$(
        #[derive(Template)]
        #[template(path = $path, escape = "none", whitespace = "preserve")]
        struct $name<'a> {
            v: &'a Values<'a>,
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

fn values<'a>(site: &Site, around: Around<'a>) -> Values<'a> {
    let key: String = site.name.chars().map(plain).collect();
    let host = site.hosts.first().map_or("", String::as_str);
    let (_, port) = host.rsplit_once(':').unwrap_or((host, "443"));
    let names = identity::header_names(&site.headers).into_iter();
    let headers: Vec<Header> = names.map(Header::new).collect();
    let patterns = headers.iter().map(|header| header.pattern.as_str());
    let patterns: Vec<&str> = patterns.collect();
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
        issuer: Place(around.issuer),
        server: Place(around.server),
        is_https: around.server.scheme() == Scheme::Https.as_str(),
        has_secret: around.has_secret,
        upstream: Place(around.upstream),
        passed: PASSED,
    }
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
