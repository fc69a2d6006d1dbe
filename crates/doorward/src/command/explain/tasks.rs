//! Denials of the tasks API, which this program contains.

use doorward_resource_server::explain;
use serde_json::Value;
use uuid::Uuid;

use super::{access, remediation};
use crate::error::CliError;
use crate::target::Installation;

/// Explains a denial of the tasks API, with what would allow the request.
pub async fn decision(installation: &Installation, id: Uuid) -> Result<Value, CliError> {
    let database = installation.config.tasks.database_url.expose();
    let found = explain::decision(database, id).await;
    let found = found.map_err(|error| {
        CliError::failure(format!(
            "the identity server knows no decision {id}, and the tasks database cannot be read: \
             {error}"
        ))
    })?;
    let mut found = found.ok_or_else(|| {
        CliError::failure(format!(
            "there is no decision {id}, or it is too old: the identity server forgets after 30 \
             days, the tasks API after tasks.decision_ttl; a denial by another service is in its log"
        ))
    })?;
    let text = |name: &str| found[name].as_str().map(str::to_owned);
    let subject = text("subject");
    let whose = remediation::DeniedSubject {
        service: subject.is_some() && subject == text("client_id"),
        subject,
        org: text("organization").filter(|org| !org.is_empty()),
    };
    access::advise(installation, &whose, &mut found).await?;
    Ok(found)
}
