//! `doorward key list|rotate|retire`.

use clap::{Args, Subcommand};
use doorward_admin::keys::{self, KeyState, Retirement};
use doorward_domain::keys::KeyRecord;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_services::context::settings::rotation_policy;
use doorward_services::signing_keys::Keys;
use serde_json::{Value, json};

use crate::{error::CliError, output, target::TargetArgs};

/// Manage signing keys.
#[derive(Debug, Args)]
pub struct KeyArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the signing keys and their states
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Create a signing key; it is published now and signs after `keys.publish_lead`
    Rotate {
        /// Algorithm of the key: `RS256`, `PS256`, `ES256` or `EdDSA`
        #[arg(long, value_name = "ALG", default_value = "RS256")]
        algorithm: SigningAlg,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Stop a key from signing immediately; it stays published until its last token has expired
    Retire {
        /// Key ID (`kid`)
        // A base64url thumbprint may start with a hyphen (one in 64 does).
        #[arg(value_name = "KID", allow_hyphen_values = true)]
        kid: String,
        /// Withdraw the key because it may be compromised: the tokens it signed become invalid
        #[arg(long)]
        compromised: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the subcommand.
pub async fn run(args: KeyArgs) -> Result<(), CliError> {
    let installation = args.target.open().await?;
    let operator = installation.operator();
    let policy = rotation_policy(&installation.config);
    match args.verb {
        Verb::List { json: as_json } => {
            let keys = keys::list(&operator, &policy).await?;
            if as_json {
                let documents = keys.iter().map(|(key, state)| document(key, *state));
                return output::json(&documents.collect::<Vec<_>>());
            }
            let rows: Vec<_> = keys
                .into_iter()
                .map(|(key, state)| row(&key, state))
                .collect();
            output::table(&["KID", "ALG", "STATE", "SIGNS FROM", "RETIRED"], &rows)
        }
        Verb::Rotate {
            algorithm,
            json: as_json,
        } => {
            let master = installation.master_key()?;
            let algorithms = installation.config.keys.algorithms.clone();
            let ring = Keys::new(master, policy, algorithms, operator.random.clone());
            let (key, _) = keys::rotate(&operator, &ring, algorithm).await?;
            let from = output::time(key.active_at);
            if as_json {
                return output::json(&json!({
                    "kid": key.kid, "algorithm": key.algorithm, "active_at": from,
                }));
            }
            output::line(&key.kid)?;
            output::print_status(&format!(
                "The new key is published now and signs from {from}."
            ));
            Ok(())
        }
        Verb::Retire {
            kid,
            compromised,
            json: as_json,
        } => {
            let (how, name) = if compromised {
                (Retirement::Withdrawn, "is withdrawn")
            } else {
                (Retirement::Published, "no longer signs")
            };
            keys::retire(&operator, None, &kid, how).await?;
            let keys = keys::list(&operator, &policy).await?;
            let retired = keys.iter().find(|(key, _)| key.kid == kid);
            let shown = retired.map_or_else(
                || json!({ "kid": kid, "state": "withdrawn" }),
                |(key, state)| document(key, *state),
            );
            output::print_result(as_json, &shown, &format!("The key {kid} {name}."))
        }
    }
}

fn document(key: &KeyRecord, state: KeyState) -> Value {
    json!({
        "kid": key.kid, "algorithm": key.algorithm, "state": state.as_str(),
        "created_at": output::time(key.created_at),
        "active_at": output::time(key.active_at),
        "retired_at": key.retired_at.map(output::time),
    })
}

fn row(key: &KeyRecord, state: KeyState) -> Vec<String> {
    vec![
        key.kid.clone(),
        key.algorithm.to_string(),
        state.as_str().to_owned(),
        output::time(key.active_at),
        output::time_or_dash(key.retired_at),
    ]
}
