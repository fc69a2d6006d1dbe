//! The notice, the read-only period and the mark of a copy, which are settings.

use doorward_domain::boxed;
use doorward_domain::model::{Notice, Period, ServerState};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::prelude::*;
use super::settings;
use crate::entity::settings::{Column, Entity};

const NOTICE: &str = "notice";
const READ_ONLY: &str = "read_only";
const COPIED_AT: &str = "copied_at";

#[boxed]
pub async fn read(conn: &Conn) -> Result<ServerState> {
    let keys = is_word(Expr::col(Column::Key), [NOTICE, READ_ONLY, COPIED_AT]);
    let mut state = ServerState::default();
    for row in Entity::find().filter(keys).all(conn).await? {
        match row.key.as_str() {
            NOTICE => state.notice = Some(value(&row.key, &row.value)?),
            READ_ONLY => state.read_only = Some(value(&row.key, &row.value)?),
            _ => state.copied_at = Some(value(&row.key, &row.value)?),
        }
    }
    Ok(state)
}

fn value<T: DeserializeOwned>(key: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt {
        table: "settings",
        column: "value",
        id: key.to_owned(),
    })
}

#[boxed]
pub async fn put_notice(tx: &WriteTx, notice: Option<&Notice>) -> Result<()> {
    put(tx, NOTICE, notice).await
}

#[boxed]
pub async fn put_read_only(tx: &WriteTx, period: Option<Period>) -> Result<()> {
    put(tx, READ_ONLY, period.as_ref()).await
}

/// Marks the database as a copy, and removes the notice, the read-only period and the certificates of the
/// original.
#[boxed]
pub async fn mark_copy(tx: &WriteTx, at: UnixSeconds) -> Result<()> {
    for key in [NOTICE, READ_ONLY, settings::ACME] {
        settings::remove(tx, key).await?;
    }
    put(tx, COPIED_AT, Some(&at)).await
}

async fn put<T: Serialize>(tx: &WriteTx, key: &str, value: Option<&T>) -> Result<()> {
    match value {
        Some(value) => settings::put(tx, key, &to_json(value)?).await,
        None => settings::remove(tx, key).await.map(drop),
    }
}
