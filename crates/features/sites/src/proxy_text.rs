//! The operation that prints the configuration of a proxy for a site.

use doorward_admin::json_member::{OneOf, word};
use doorward_admin::operation::{Operation, Shown};
use doorward_admin::prelude::*;
use doorward_domain::model::Site;
use doorward_services::error::ServerError;
use doorward_services::view;
use url::Url;

use crate::proxy_config::{Around, ProxyText, print};
use crate::use_cases::get;

/// URL of the application if none is given.
const UPSTREAM: &str = "http://127.0.0.1:8080";

type ProxyTexts = OneOf<ProxyText>;

view! {
    /// The configuration of a proxy for a site.
    #[schema(as = SiteProxyConfig)]
    pub ProxyConfigView(site: Site, printed: (ProxyText, String)) {
        /// Name of the site.
        name: String = site.name;
        /// Proxy.
        proxy: &'static str = printed.0.as_str();
        /// Text of the configuration. `SECRET` is the place of `forward_auth.proxy_secret`, if that is set.
        text: String = printed.1;
    }
}

/// A site and its proxy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProxyConfig {
    /// Name of the site.
    name: String,
    /// Proxy; default: `nginx`. `haproxy` needs the Lua file of `haproxy-lua` too.
    #[serde(default, deserialize_with = "word")]
    #[schema(inline, value_type = ProxyTexts)]
    proxy: ProxyText,
    /// URL of the application; default: `http://127.0.0.1:8080`.
    #[schema(format = "uri")]
    upstream: Option<String>,
    /// URL at which the proxy reaches this server; default: the issuer.
    #[schema(format = "uri")]
    server: Option<String>,
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
        let (upstream, server) = (self.upstream.as_deref(), self.server.as_deref());
        let text = text_of(context, &site, self.proxy, (upstream, server))?;
        let view = ProxyConfigView::new(site, (self.proxy, text));
        Ok(Shown::unversioned(view))
    }
}

/// Returns the configuration of a proxy for a site, its application, and this server.
pub(crate) fn text_of(
    context: &AdminContext<'_>,
    site: &Site,
    proxy: ProxyText,
    (upstream, server): (Option<&str>, Option<&str>),
) -> Result<String> {
    let issuer = context.settings.issuer();
    let config = context.settings.config();
    let around = Around {
        issuer: &parse("issuer", issuer)?,
        server: &parse("server", server.unwrap_or(issuer))?,
        has_secret: config.is_some_and(|config| config.forward_auth.proxy_secret.is_some()),
        upstream: &parse("upstream", upstream.unwrap_or(UPSTREAM))?,
    };
    let printed = print(proxy, site, around);
    Ok(printed.map_err(ServerError::internal)?)
}

fn parse(field: &'static str, text: &str) -> Result<Url> {
    let problem = "write http or https, a host and a port";
    let url = Url::parse(text).map_err(|_| AdminError::invalid(field, problem))?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.path() == "/";
    let is_plain = is_web && url.query().is_none() && url.fragment().is_none();
    if is_plain && url.username().is_empty() {
        return Ok(url);
    }
    Err(AdminError::invalid(field, problem))
}
