//! The ID and the secret of a client.

use doorward_admin::operation::Entry;
use doorward_domain::model::ClientId;

use crate::command::prelude::*;
use crate::operation;

/// Reads a client ID.
pub fn client_id(text: &str) -> Result<ClientId> {
    ClientId::parse(text)
        .ok_or_else(|| CliError::usage("a client id is 1 to 255 visible ASCII characters"))
}

/// Prints the ID and the secret of a client.
pub fn print_credentials(id: &str, secret: Option<&str>) -> Result {
    output::line(&format!("client_id      {id}"))?;
    match secret {
        Some(secret) => output::line(&format!("client_secret  {secret}")),
        None => Ok(()),
    }
}

/// Runs an operation that returns a client with its secret, and prints both.
pub async fn show_credentials(
    entry: &Entry,
    body: &Value,
    operator: &AdminContext<'_>,
    out: Output,
) -> Result {
    let done = operation::run(entry, body, operator).await?;
    if out.json {
        return output::json(&done.document);
    }
    let id = done.document["id"].as_str().unwrap_or_default();
    print_credentials(id, done.document[entry.secret].as_str())?;
    if let Some(note) = &done.note {
        output::print_status(note);
    }
    Ok(())
}
