//! The configuration of a proxy for a site, as a text for its administrator.
//!
//! Each one deletes the headers that the application believes from every request of a client, with all spellings
//! that programs treat alike, and lets nothing pass when this server does not answer.

use askama::Template;
use doorward_admin::json_member::{OneOf, word};
use doorward_admin::operation::{Operation, Shown};
use doorward_admin::prelude::*;
use doorward_domain::model::Site;
use doorward_services::error::ServerError;
use doorward_services::view;
use url::{Position, Url};

use crate::identity;
use crate::use_cases::get;

pub use crate::proxy::Proxy;

/// URL of the application if none is given.
const UPSTREAM: &str = "http://127.0.0.1:8080";
/// Headers of a request that this server reads.
const PASSED: &str = "cookie authorization user-agent accept accept-language origin \
    access-control-request-method sec-fetch-mode sec-fetch-site sec-websocket-key";

/// A site with its deployment and its application, as the texts read them.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    pub site: &'a Site,
    pub issuer: &'a Url,
    /// URL at which the proxy reaches this server.
    pub server: &'a Url,
    /// True if proxies have to send a secret. The text has a mark in its place.
    pub has_secret: bool,
    /// URL of the application.
    pub upstream: &'a Url,
}

impl Values<'_> {
    /// Returns the names of the headers that the application believes.
    fn headers(&self) -> Vec<String> {
        identity::header_names(&self.site.headers)
    }

    fn port(&self) -> &str {
        let host = self.site.hosts.first();
        let port = host.and_then(|host| host.rsplit_once(':'));
        port.map_or("443", |(_, port)| port)
    }
}

/// Returns the host of a URL, with its port unless that is the one of the scheme.
fn authority(url: &Url) -> &str {
    &url[Position::BeforeHost..Position::AfterPort]
}

/// Returns a URL without the slash at its end.
fn base(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

/// Returns the name of a host without its port.
fn name_of(host: &str) -> &str {
    host.split(':').next().unwrap_or(host)
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
                v: Values<'a>,
            }
        )+

        fn render(proxy: Proxy, v: Values<'_>) -> askama::Result<String> {
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
pub fn print(proxy: Proxy, values: Values<'_>) -> askama::Result<String> {
    // HAProxy takes a last line without an end for a truncated file.
    Ok(render(proxy, values)? + "\n")
}

type Proxies = OneOf<Proxy>;

view! {
    /// The configuration of a proxy for a site.
    #[schema(as = SiteProxyConfig)]
    pub ProxyConfigView(site: &Site, proxy: Proxy, text: String) {
        /// Name of the site.
        name: String = site.name.clone();
        /// Proxy.
        proxy: &'static str = proxy.as_str();
        /// Text of the configuration. `SECRET` is the place of `forward_auth.proxy_secret`, if that is set.
        text: String = text;
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
        let (issuer, config) = (context.settings.issuer(), context.settings.config());
        let values = Values {
            site: &site,
            issuer: &parse("issuer", issuer)?,
            server: &parse("server", self.server.as_deref().unwrap_or(issuer))?,
            has_secret: config.is_some_and(|config| config.forward_auth.proxy_secret.is_some()),
            upstream: &parse("upstream", self.upstream.as_deref().unwrap_or(UPSTREAM))?,
        };
        let text = print(self.proxy, values).map_err(ServerError::internal)?;
        let view = ProxyConfigView::new(&site, self.proxy, text);
        Ok(Shown::unversioned(view))
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
