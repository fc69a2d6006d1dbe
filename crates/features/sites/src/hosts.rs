//! The hosts of sites, and those that no site can have.

use doorward_admin::prelude::*;
use doorward_config::Config;
use doorward_domain::model::{Site, SiteId};
use url::Url;

use crate::canonical::{Host, parse_pattern};

/// Maximum number of hosts of a site.
const MAX: usize = 50;

/// Returns the site of a request to this host. A host of this server belongs to none, also below a wildcard.
#[boxed]
pub async fn find_site(
    conn: &Conn,
    config: Option<&Config>,
    host: &Host,
) -> Result<Option<Site>, StoreError> {
    if is_reserved(config, host) {
        return Ok(None);
    }
    let wildcard = host.wildcard();
    repo::sites::find_by_host(conn, &host.to_string(), wildcard.as_deref()).await
}

/// Returns true for the host of the issuer or of clients with certificates at any port, because cookies do not
/// separate ports, and for a host below the domain of organizations.
fn is_reserved(config: Option<&Config>, host: &Host) -> bool {
    let (Some(config), name) = (config, host.name()) else {
        return false;
    };
    let is_host_of = |url: &str| Url::parse(url).is_ok_and(|url| url.host_str() == Some(name));
    let is_below = |base: &str| {
        let parent = name.strip_suffix(base);
        parent.is_some_and(|parent| parent.is_empty() || parent.ends_with('.'))
    };
    is_host_of(&config.issuer)
        || config.mtls.public_url.as_deref().is_some_and(is_host_of)
        || config.organizations.base_domain().is_some_and(is_below)
}

/// Reads the hosts of a site. None of them is a host of this server, or of another site.
pub(crate) async fn check(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    own: SiteId,
    written: &[String],
) -> Result<Vec<String>> {
    let invalid = |at: usize, problem: String| AdminError::Invalid {
        field: "hosts",
        at: Some(at),
        problem,
    };
    let mut hosts = Vec::new();
    let domains = repo::organizations::list_domains(tx).await?;
    for (at, text) in written.iter().enumerate() {
        let host = parse_pattern(text.trim());
        let host = host.map_err(|error| invalid(at, format!("{text:?}: {}", error.as_str())))?;
        let is_domain = domains.iter().any(|(domain, _)| domain == host.name());
        if is_domain || is_reserved(context.settings.config(), &host) {
            return Err(invalid(at, format!("{host} is a host of this server")));
        }
        let host = host.to_string();
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    if hosts.is_empty() || hosts.len() > MAX {
        let problem = format!("a site has 1 to {MAX} hosts");
        return Err(AdminError::invalid("hosts", problem));
    }
    if let Some((host, site)) = repo::sites::find_taken(tx, &hosts, own).await? {
        let at = hosts.iter().position(|own| *own == host);
        let problem = format!("{host} is a host of the site {site}");
        return Err(invalid(at.unwrap_or_default(), problem));
    }
    Ok(hosts)
}
