//! Deletion of expired rows, of the oldest denials of too many, and of the members of deleted projects,
//! in the background: in batches of at most some milliseconds, so that no request waits. Any number of
//! processes may run it: each batch takes rows that no other one has.

use std::time::{Duration, Instant};

use actix_web::web as actix;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, Statement, Value};
use uuid::Uuid;

use crate::state::State;

const MAX_DECISIONS: u64 = 100_000;
/// Aim for the duration of a batch, which is a transaction.
const BATCH: Duration = Duration::from_millis(20);
const FIRST: u32 = 50;
const LARGEST: u32 = 2000;

/// Retention of records in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retention {
    pub decisions: i64,
    pub audit: i64,
}

/// A table with rows that expire: its name, its key, and the column of the time.
struct Expiring(&'static str, &'static str, &'static str);

const DECISIONS: Expiring = Expiring("decisions", "id", "created_at");
const AUDIT: Expiring = Expiring("tasks_audit", "id", "created_at");
const PROOFS: Expiring = Expiring("tasks_used_proofs", "name", "expires_at");
const SESSIONS: Expiring = Expiring("web_sessions", "token_hash", "expires_at");

pub(crate) async fn run(state: actix::Data<State>, retention: Retention, every: Duration) {
    let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + every, every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = state.clock.now();
        let db = &state.db;
        // Each step fails alone; the next run repeats it.
        let expired = now.saturating_sub(retention.decisions);
        report("decisions", expire(db, &DECISIONS, expired).await);
        report("decisions beyond the maximum", excess(db).await);
        let expired = now.saturating_sub(retention.audit);
        report("audit events", expire(db, &AUDIT, expired).await);
        report("members of deleted projects", members(db).await);
        report("used proofs", expire(db, &PROOFS, now).await);
        report("web sessions", expire(db, &SESSIONS, now).await);
    }
}

fn report(rows: &'static str, done: Result<u64, DbErr>) {
    match done {
        Ok(0) => {}
        Ok(number) => tracing::debug!(rows, number, "cleaned up"),
        Err(cause) => tracing::error!(rows, %cause, "cleanup failed; it is repeated"),
    }
}

async fn expire(db: &DatabaseConnection, rows: &Expiring, before: i64) -> Result<u64, DbErr> {
    let Expiring(_, _, time) = rows;
    let condition = format!("{time} < $1");
    delete(db, rows, &condition, &[before.into()]).await
}

async fn excess(db: &DatabaseConnection) -> Result<u64, DbErr> {
    let oldest = format!(
        "SELECT created_at, id FROM decisions ORDER BY created_at DESC, id DESC \
         LIMIT 1 OFFSET {MAX_DECISIONS}"
    );
    let oldest = Statement::from_string(db.get_database_backend(), oldest);
    let Some(row) = db.query_one_raw(oldest).await? else {
        return Ok(0);
    };
    let (created_at, id): (i64, Uuid) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let condition = "created_at < $1 OR (created_at = $1 AND id <= $2)";
    delete(db, &DECISIONS, condition, &[created_at.into(), id.into()]).await
}

async fn delete(
    db: &DatabaseConnection,
    rows: &Expiring,
    condition: &str,
    values: &[Value],
) -> Result<u64, DbErr> {
    let Expiring(table, key, time) = rows;
    let (backend, lock) = (db.get_database_backend(), lock(db));
    let sql = format!(
        "DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {condition} \
         ORDER BY {time} LIMIT "
    );
    in_batches(async |limit| {
        let sql = format!("{sql}{limit}{lock})");
        let delete = Statement::from_sql_and_values(backend, sql, values.to_vec());
        Ok(db.execute_raw(delete).await?.rows_affected())
    })
    .await
}

/// Deletes the members of deleted projects, one project after the other.
async fn members(db: &DatabaseConnection) -> Result<u64, DbErr> {
    let (backend, lock) = (db.get_database_backend(), lock(db));
    in_batches(async |limit| {
        let next = "SELECT id FROM deleted_projects ORDER BY id LIMIT 1";
        let next = Statement::from_string(backend, next);
        let Some(row) = db.query_one_raw(next).await? else {
            return Ok(0);
        };
        let project: Uuid = row.try_get_by_index(0)?;
        let delete = async |sql: &str| {
            let delete = Statement::from_sql_and_values(backend, sql, [project.into()]);
            Ok::<_, DbErr>(db.execute_raw(delete).await?.rows_affected())
        };
        let some = format!(
            "DELETE FROM project_members WHERE project_id = $1 AND subject IN (SELECT subject FROM \
             project_members WHERE project_id = $1 LIMIT {limit}{lock})"
        );
        let deleted = delete(&some).await?;
        if deleted > 0 {
            return Ok(deleted);
        }
        // Another process may be deleting the last ones.
        delete(
            "DELETE FROM deleted_projects WHERE id = $1 AND NOT EXISTS \
             (SELECT 1 FROM project_members WHERE project_id = $1)",
        )
        .await
    })
    .await
}

/// Returns the clause with which a batch takes rows that no other one has.
fn lock(db: &DatabaseConnection) -> &'static str {
    match db.get_database_backend() {
        DbBackend::Postgres => " FOR UPDATE SKIP LOCKED",
        _ => "",
    }
}

/// Repeats a batch until it finds no more rows. The number of its rows follows its duration, and a
/// pause of the same duration gives requests their turn.
async fn in_batches(batch: impl AsyncFn(u32) -> Result<u64, DbErr>) -> Result<u64, DbErr> {
    let (mut total, mut limit) = (0, FIRST);
    loop {
        let began = Instant::now();
        let done = batch(limit).await?;
        total += done;
        if done == 0 {
            return Ok(total);
        }
        let took = began.elapsed();
        limit = next_limit(limit, took);
        tokio::time::sleep(took.max(Duration::from_millis(1))).await;
    }
}

fn next_limit(limit: u32, took: Duration) -> u32 {
    if took > BATCH {
        (limit / 2).max(1)
    } else if took < BATCH / 4 {
        limit.saturating_mul(2).min(LARGEST)
    } else {
        limit
    }
}

#[cfg(test)]
mod tests;
