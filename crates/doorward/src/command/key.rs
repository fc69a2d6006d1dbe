use doorward_admin::keys::{self, KeyState, Retirement};
use doorward_admin::secret_key::{self, ColumnState, RotationState};
use doorward_domain::keys::KeyRecord;
use doorward_domain::secret::MasterKey;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_services::context::settings::rotation_policy;
use doorward_services::signing_keys::Keys;

use crate::command::prelude::*;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List the signing keys and their states
    List(Output),
    /// Create a signing key; it is published now and signs after `keys.publish_lead`
    Rotate {
        /// Algorithm of the key: `RS256`, `PS256`, `ES256` or `EdDSA`
        #[arg(long, value_name = "ALG", default_value = "RS256")]
        algorithm: SigningAlg,
        #[command(flatten)]
        out: Output,
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
        #[command(flatten)]
        out: Output,
    },
    /// Encrypt everything again with `secret_key`, while servers run, so that `former_secret_keys` can
    /// be removed; repeat it after an interruption
    RotateSecret(Output),
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let operator = installation.operator();
    let policy = rotation_policy(&installation.config);
    match verb {
        Verb::List(out) => {
            let keys = keys::list(&operator, &policy).await?;
            let columns = [
                ("KID", "kid"),
                ("ALG", "algorithm"),
                ("STATE", "state"),
                ("SIGNS FROM", "active_at"),
                ("RETIRED", "retired_at"),
            ];
            out.list(keys.iter().map(document), &columns)
        }
        Verb::Rotate { algorithm, out } => {
            let master = installation.master_key()?;
            let algorithms = installation.config.keys.algorithms.clone();
            let ring = Keys::new(master, policy, algorithms, operator.random.clone());
            let (key, _) = keys::rotate(&operator, &ring, algorithm).await?;
            let from = output::time(key.active_at);
            if !out.json {
                output::line(&key.kid)?;
            }
            let document = json!({ "kid": key.kid, "algorithm": key.algorithm, "active_at": from });
            let sentence = format!("The new key is published now and signs from {from}.");
            out.result(&document, &sentence)
        }
        Verb::RotateSecret(out) => rotate_secret(installation, &operator, out).await,
        Verb::Retire {
            kid,
            compromised,
            out,
        } => {
            let (how, name) = if compromised {
                (Retirement::Withdrawn, "is withdrawn")
            } else {
                (Retirement::Published, "no longer signs")
            };
            keys::retire(&operator, None, &kid, how).await?;
            let keys = keys::list(&operator, &policy).await?;
            let retired = keys.iter().find(|(key, _)| key.kid == kid);
            let withdrawn = || json!({ "kid": kid, "state": "withdrawn" });
            let shown = retired.map_or_else(withdrawn, document);
            out.result(&shown, &format!("The key {kid} {name}."))
        }
    }
}

async fn rotate_secret(
    installation: &Installation,
    operator: &AdminContext<'_>,
    out: Output,
) -> Result {
    let master = installation.master_key()?;
    let refresh_ttl = installation.config.tokens.refresh_absolute_ttl;
    let show = |done: &ColumnState| {
        if done.resealed > 0 {
            let (column, count) = (done.column.as_str(), done.resealed);
            output::print_status(&format!("{column}: {count} values encrypted again"));
        }
    };
    let state = secret_key::rotate(operator, &master, refresh_ttl, show).await?;
    if out.json {
        output::json(&rotation_document(&master, &state))?;
    }
    if state.others() > 0 {
        return Err(CliError::failure(
            "a replica still encrypts with a former key: restart it with the new secret_key, and \
             repeat the command",
        ));
    }
    if !out.json {
        output::print_status(&sentence_of(&master, &state));
    }
    Ok(())
}

fn rotation_document(master: &MasterKey, state: &RotationState) -> Value {
    let columns = state.columns.iter().map(|found| {
        json!({
            "column": found.column.as_str(),
            "newest": found.newest, "others": found.others,
            "unreadable": found.unreadable, "resealed": found.resealed,
        })
    });
    let kept = state.kept.iter().map(|kept| {
        json!({
            "purpose": kept.purpose.as_str(), "secret_key": kept.secret_key.as_str(),
            "kept_at": output::time(kept.kept_at),
            "expires_at": kept.expires_at.map(output::time),
        })
    });
    json!({
        "secret_key": master.id().as_str(),
        "complete": state.is_complete(),
        "columns": columns.collect::<Vec<_>>(),
        "kept": kept.collect::<Vec<_>>(),
    })
}

fn sentence_of(master: &MasterKey, state: &RotationState) -> String {
    let unreadable = match state.unreadable() {
        0 => String::new(),
        count => format!(" No configured key opens {count} values."),
    };
    if master.is_changing() {
        format!("The database needs no former secret key: remove former_secret_keys.{unreadable}")
    } else {
        format!("No former secret key is configured: nothing to encrypt again.{unreadable}")
    }
}

fn document((key, state): &(KeyRecord, KeyState)) -> Value {
    json!({
        "kid": key.kid, "algorithm": key.algorithm, "state": state.as_str(),
        "created_at": output::time(key.created_at),
        "active_at": output::time(key.active_at),
        "retired_at": key.retired_at.map(output::time),
    })
}
