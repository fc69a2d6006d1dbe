//! Names in the configuration that refer to nothing, and sites that no proxy may ask about, as findings.

use doorward_admin::configured_names::find_missing;
use doorward_config::Finding;
use doorward_config::references::NamedObject;

use crate::prelude::*;

/// Maximum time for the database to respond.
const DEADLINE: Duration = Duration::from_secs(3);

/// Returns an error for each name in the configuration that refers to nothing, and one if there are sites and no
/// proxy is configured. Where the database does not exist yet or does not respond, it finds none;
/// `doorward doctor` reports that.
#[boxed(?Send)]
pub async fn check(config: &Config, clock: &dyn Clock) -> Vec<Finding> {
    let found = tokio::time::timeout(DEADLINE, read(config, clock)).await;
    let (missing, site) = found.unwrap_or_default();
    let mut findings: Vec<Finding> = missing
        .into_iter()
        .map(|object| {
            let problem = format!(
                "names the {} {:?}, which does not exist",
                object.kind, object.name
            );
            let remediation = format!("correct the name, or create the {}", object.kind);
            config.error(object.key, &problem, &remediation)
        })
        .collect();
    findings.extend(site.map(|site| {
        let problem =
            format!("not set, but there is the site {site:?}: its requests are all rejected");
        let remediation = "name the proxies, or set forward_auth.proxy_secret_file";
        config.error("forward_auth.proxies", &problem, remediation)
    }));
    findings
}

/// Returns the missing objects, and the name of a site without a proxy.
async fn read(config: &Config, clock: &dyn Clock) -> (Vec<NamedObject>, Option<String>) {
    let url = config.database.url.expose();
    if sqlite_path(url).is_some_and(|file| !Path::new(file).exists()) {
        return Default::default();
    }
    let Ok(db) = Db::open(url, OpenOptions::default()).await else {
        return Default::default();
    };
    // Without the tables of this version, nothing can be said.
    let missing = find_missing(&AdminContext::command_line(&db, clock), config).await;
    let mut site = None;
    if cfg!(feature = "sites") && !config.forward_auth.is_configured() {
        let sites = repo::sites::list(db.read(), None, 1).await;
        site = sites.unwrap_or_default().pop().map(|site| site.name);
    }
    let _ = db.close().await;
    (missing.unwrap_or_default(), site)
}
