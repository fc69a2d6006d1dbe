//! Preparation of a change of the issuer's domain.

use doorward_admin::providers;
use doorward_egress::upstream;
use doorward_rules::issuer_change;
use doorward_rules::list_filter::ClientFilter;

use crate::command::prelude::*;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List what names an issuer that is to change: each client with its settings, each provider with
    /// its redirect URI, and the domain of passkeys
    Check(CheckArgs),
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Issuer that is to change [default: the first of `former_issuers.urls`, or `issuer`]
    #[arg(long, value_name = "ORIGIN")]
    from: Option<String>,
    #[command(flatten)]
    out: Output,
}

/// A value that names the issuer.
struct Row {
    kind: &'static str,
    id: String,
    setting: &'static str,
    value: String,
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let Verb::Check(args) = verb;
    let config = &installation.config;
    let former = config.former_issuers.urls.first();
    let from = args.from.as_ref().or(former).unwrap_or(&config.issuer);
    let operator = installation.operator();
    let mut rows = Vec::new();
    for client in clients::list(&operator, &ClientFilter::default()).await? {
        rows.extend(client_rows(&client, from));
    }
    for used in providers::list_used(&operator).await? {
        rows.push(Row {
            kind: "provider",
            id: used.provider.id.to_string(),
            setting: "redirect_uri",
            value: upstream::redirect_uri(from, &used.provider),
        });
    }
    rows.extend(config.passkey_host().map(|host| Row {
        kind: "passkeys",
        id: "-".to_owned(),
        setting: "rp_id",
        value: host,
    }));
    let header = ["KIND", "ID", "SETTING", "VALUE"];
    args.out.rows(&rows, document, header, |row| {
        [
            row.kind.to_owned(),
            row.id.clone(),
            row.setting.to_owned(),
            row.value.clone(),
        ]
    })
}

/// Returns the issuer that a client reads from its configuration, and its registered values there.
fn client_rows(client: &Client, from: &str) -> Vec<Row> {
    let named = issuer_change::settings_at(client, from).into_iter();
    let named = named.map(|named| (named.setting, named.value));
    std::iter::once(("issuer", from))
        .chain(named)
        .map(|(setting, value)| Row {
            kind: "client",
            id: client.id.to_string(),
            setting,
            value: value.to_owned(),
        })
        .collect()
}

fn document(row: &Row) -> Value {
    json!({ "kind": row.kind, "id": row.id, "setting": row.setting, "value": row.value })
}
