//! Output of client lists and secrets.

use doorward_admin::clients;
use doorward_domain::model::ClientId;
use doorward_domain::secret::OpaqueToken;
use serde_json::json;

use super::parse::grant_list;
use super::view::document;
use crate::error::CliError;
use crate::output;
use crate::target::Installation;

/// Prints every client.
pub(super) async fn list(installation: &Installation, as_json: bool) -> Result<(), CliError> {
    let clients = clients::list(&installation.operator()).await?;
    if as_json {
        return output::json(&clients.iter().map(document).collect::<Vec<_>>());
    }
    let rows: Vec<_> = clients
        .iter()
        .map(|client| {
            vec![
                client.id.to_string(),
                client.name.clone(),
                client.kind.as_str().to_owned(),
                grant_list(client),
                if client.is_active() {
                    "active"
                } else {
                    "disabled"
                }
                .to_owned(),
            ]
        })
        .collect();
    output::table(&["CLIENT_ID", "NAME", "KIND", "GRANTS", "STATE"], &rows)
}

/// Prints a client ID with its secret.
pub(super) fn show_secret(
    id: &ClientId,
    secret: Option<&OpaqueToken>,
    as_json: bool,
) -> Result<(), CliError> {
    if as_json {
        let mut shown = json!({ "client_id": id.as_str() });
        if let Some(secret) = secret {
            shown["client_secret"] = json!(secret.expose());
        }
        return output::json(&shown);
    }
    output::line(&format!("client_id      {id}"))?;
    if let Some(secret) = secret {
        output::line(&format!("client_secret  {}", secret.expose()))?;
        output::print_status("The secret is shown only now; Doorward keeps its hash alone.");
    }
    Ok(())
}
