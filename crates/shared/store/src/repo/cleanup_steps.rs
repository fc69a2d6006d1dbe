//! The last success of each step of the cleanup, for all replicas and for the commands.

use doorward_domain::boxed;
use doorward_rules::cleanup::{self, StepTimes};

use super::prelude::*;
use crate::entity::cleanup_steps::{ActiveModel, Column, Entity};

/// Records that these steps ran, each with true if it succeeded. Deletes steps that no longer run.
#[boxed]
pub async fn record(tx: &WriteTx, steps: &[(&str, bool)], now: UnixSeconds) -> Result<()> {
    Entity::delete_by(tx, Column::LastAt.lt(now - cleanup::FORGOTTEN)).await?;
    for (step, has_succeeded) in steps {
        let row = ActiveModel {
            step: Set((*step).to_owned()),
            first_at: Set(now),
            last_at: Set(now),
            succeeded_at: Set(has_succeeded.then_some(now)),
        };
        let changed: &[Column] = if *has_succeeded {
            &[Column::LastAt, Column::SucceededAt]
        } else {
            &[Column::LastAt]
        };
        upsert_row(tx, row, [Column::Step], changed.iter().copied()).await?;
    }
    Ok(())
}

/// Returns the steps that have not succeeded for too long ([`cleanup::is_overdue`]), by name.
#[boxed]
pub async fn list_overdue(conn: &Conn, now: UnixSeconds) -> Result<Vec<String>> {
    // As many rows as the program has steps.
    let rows = Entity::find().order_by_asc(Column::Step).all(conn).await?;
    let overdue = rows.into_iter().filter(|row| {
        let times = StepTimes {
            first_at: row.first_at,
            succeeded_at: row.succeeded_at,
        };
        cleanup::is_overdue(times, now)
    });
    Ok(overdue.map(|row| row.step).collect())
}
