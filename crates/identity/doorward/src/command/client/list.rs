//! Output of client lists and secrets.

use doorward_domain::model::{ClientId, ClientKind};
use doorward_domain::secret::OpaqueToken;
use doorward_rules::list_filter::{ClientFilter, ClientOrigin};

use super::parse::grant_list;
use super::view::document;
use crate::command::prelude::*;
use crate::command::values::{one_of, word};

/// The filter of a list.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Prefix of the client ID or the name
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// State: active or disabled
    #[arg(long, value_name = "STATE", value_parser = disabled)]
    state: Option<bool>,
    /// Client type: confidential or public
    #[arg(long, value_name = "KIND", value_parser = word(ClientKind::parse, KINDS))]
    kind: Option<ClientKind>,
    /// Origin: administrator, dynamic (dynamic registration) or document (client metadata document)
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    registered_by: Option<ClientOrigin>,
    #[command(flatten)]
    out: Output,
}

fn disabled(text: &str) -> Result<bool, String> {
    match text {
        "active" => Ok(false),
        "disabled" => Ok(true),
        _ => Err("write active or disabled".to_owned()),
    }
}

const KINDS: &str = "write confidential or public";

fn origin(text: &str) -> Result<ClientOrigin, String> {
    let words = ClientOrigin::ALL.map(ClientOrigin::as_str);
    one_of(ClientOrigin::parse(text), "origins", words)
}

pub(super) async fn list(operator: &AdminContext<'_>, args: ListArgs) -> Result {
    let filter = ClientFilter {
        text: args.search.unwrap_or_default(),
        disabled: args.state,
        kind: args.kind,
        origin: args.registered_by,
    };
    let clients = clients::list(operator, &filter).await?;
    let header = ["CLIENT_ID", "NAME", "KIND", "GRANTS", "STATE"];
    args.out.rows(&clients, document, header, |client| {
        [
            client.id.to_string(),
            client.name.clone(),
            client.kind.as_str().to_owned(),
            grant_list(client),
            output::state(client.is_active()),
        ]
    })
}

/// Says that a secret cannot be shown again.
pub(super) const SHOWN_ONCE: &str = "The secret is shown only now; Doorward keeps its hash alone.";

pub(super) fn show_secret(id: &ClientId, secret: Option<&OpaqueToken>, out: Output) -> Result {
    let secret = secret.map(OpaqueToken::expose);
    if out.json {
        let mut shown = json!({ "client_id": id.as_str() });
        if let Some(secret) = secret {
            shown["client_secret"] = json!(secret);
        }
        return output::json(&shown);
    }
    print_credentials(id, secret)?;
    if secret.is_some() {
        output::print_status(SHOWN_ONCE);
    }
    Ok(())
}

pub(super) fn print_credentials(id: &ClientId, secret: Option<&str>) -> Result {
    output::line(&format!("client_id      {id}"))?;
    match secret {
        Some(secret) => output::line(&format!("client_secret  {secret}")),
        None => Ok(()),
    }
}
