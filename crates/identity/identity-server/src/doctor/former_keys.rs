//! Checks what still needs a former secret key, while one is configured or kept keys exist.

use doorward_admin::secret_key::{self, ColumnState, RotationState};
use doorward_domain::secret::MasterKey;
use doorward_services::secret_keys;

use crate::prelude::*;
use doorward_process::doctor::report::{CheckResult, Part};

const SECRET_KEY: Part = Part("secret key");

pub(super) async fn check(config: &Config, db: &Db, clock: &dyn Clock) -> Option<CheckResult> {
    let master = secret_keys::configured(config).ok()??;
    let master = secret_keys::with_kept(master, db.read(), clock.now())
        .await
        .ok()?;
    if !master.is_changing() {
        return kept_keys(db, &master).await;
    }
    let state = secret_key::examine(db, &master).await.ok()?;
    Some(line(&master, &state))
}

/// Reports keys that are kept of former ones; `None` if there are none.
async fn kept_keys(db: &Db, master: &MasterKey) -> Option<CheckResult> {
    let records = repo::kept_keys::list(db.read()).await.ok()?;
    if records.is_empty() {
        return None;
    }
    let closed: Vec<&str> = records
        .iter()
        .filter(|record| master.open_kept(record).is_err())
        .map(|record| record.id.as_str())
        .collect();
    Some(if closed.is_empty() {
        SECRET_KEY.passed(format!(
            "{} keys are kept of former secret keys",
            records.len()
        ))
    } else {
        SECRET_KEY.bad(
            format!("kept keys cannot be opened: {}", closed.join(", ")),
            "add the secret key from before to former_secret_keys, and run `doorward key rotate-secret`",
        )
    })
}

fn line(master: &MasterKey, state: &RotationState) -> CheckResult {
    let waiting = |state: &&ColumnState| state.others > 0;
    let waiting = state.columns.iter().filter(waiting);
    let waiting: Vec<String> = waiting
        .map(|state| format!("{} {}", state.others, state.column.as_str()))
        .collect();
    if master.has_next() {
        return SECRET_KEY.warning(
            "next_secret_key only decrypts",
            "make it secret_key on every replica, and the present one the first of former_secret_keys",
        );
    }
    if !waiting.is_empty() {
        return SECRET_KEY.warning(
            format!("values need a former key: {}", waiting.join(", ")),
            "run `doorward key rotate-secret`; if it was run, a replica still has the former secret_key",
        );
    }
    if state.is_pending {
        return SECRET_KEY.warning(
            "tokens, codes and the audit log need a former key",
            "run `doorward key rotate-secret`",
        );
    }
    if state.unreadable() > 0 {
        return SECRET_KEY.warning(
            format!("no configured key opens {} values", state.unreadable()),
            "add the secret key that encrypted them to former_secret_keys, if it exists",
        );
    }
    SECRET_KEY.warning(
        "nothing needs a former key any more",
        "remove former_secret_keys from the configuration of every replica, and destroy the keys",
    )
}
