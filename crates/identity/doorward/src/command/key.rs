use doorward_admin::secret_key::{self, ColumnState, RotationState};
use doorward_domain::secret::MasterKey;

use crate::command::prelude::*;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Encrypt everything again with `secret_key`, while servers run, so that `former_secret_keys` can
    /// be removed; repeat it after an interruption
    RotateSecret(Output),
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let Verb::RotateSecret(out) = verb;
    rotate_secret(installation, &installation.operator(), out).await
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
