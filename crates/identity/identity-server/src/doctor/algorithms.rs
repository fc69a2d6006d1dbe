//! Check of the signature algorithms: no client and no resource uses one without keys.

use doorward_config::Config;
use doorward_store::{Db, repo};

use doorward_process::doctor::report::{CheckResult, Part};

/// Reports the clients and resources whose signature algorithm is not offered. The server cannot
/// sign for them.
pub(super) async fn without_keys(config: &Config, db: &Db) -> Option<CheckResult> {
    let offered = &config.keys.algorithms;
    let clients = repo::clients::list_all(db.read()).await.ok()?;
    let resources = repo::resources::list_all(db.read()).await.ok()?;
    let of_clients = clients.iter().filter_map(|client| {
        let mut chosen = client.algorithms().into_iter().filter_map(|(_, alg)| alg);
        let missing = chosen.find(|alg| !offered.contains(alg))?;
        Some(format!("client {} needs {missing}", client.id))
    });
    let of_resources = resources.iter().filter_map(|resource| {
        let alg = resource.token_signing_alg;
        let is_missing = !offered.contains(&alg);
        is_missing.then(|| format!("resource {} needs {alg}", resource.identifier))
    });
    let found: Vec<String> = of_clients.chain(of_resources).collect();
    if found.is_empty() {
        return None;
    }
    let remediation = "add the algorithm to keys.algorithms, or choose another one for them";
    Some(Part("signature algorithms").bad(found.join("; "), remediation))
}
