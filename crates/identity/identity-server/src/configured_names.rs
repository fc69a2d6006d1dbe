//! Names in the configuration that refer to nothing, as findings.

use doorward_admin::configured_names::find_missing;
use doorward_config::Finding;
use doorward_config::references::NamedObject;

use crate::prelude::*;

/// Maximum time for the database to respond.
const DEADLINE: Duration = Duration::from_secs(3);

/// Returns an error for each name in the configuration that refers to nothing. Where the database does
/// not exist yet or does not respond, it finds none; `doorward doctor` reports that.
#[boxed(?Send)]
pub async fn check(config: &Config, clock: &dyn Clock) -> Vec<Finding> {
    let missing = tokio::time::timeout(DEADLINE, read(config, clock)).await;
    let missing = missing.unwrap_or_default().into_iter();
    missing
        .map(|object| {
            let problem = format!(
                "names the {} {:?}, which does not exist",
                object.kind, object.name
            );
            let remediation = format!("correct the name, or create the {}", object.kind);
            config.error(object.key, &problem, &remediation)
        })
        .collect()
}

async fn read(config: &Config, clock: &dyn Clock) -> Vec<NamedObject> {
    let url = config.database.url.expose();
    if sqlite_path(url).is_some_and(|file| !Path::new(file).exists()) {
        return Vec::new();
    }
    let Ok(db) = Db::open(url, OpenOptions::default()).await else {
        return Vec::new();
    };
    // Without the tables of this version, nothing can be said.
    let missing = find_missing(&AdminContext::command_line(&db, clock), config).await;
    let _ = db.close().await;
    missing.unwrap_or_default()
}
