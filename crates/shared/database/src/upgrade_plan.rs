//! The plan of an upgrade: the effect of the pending migrations on this database, without applying them.

use std::time::Duration;

use doorward_domain::boxed;
use doorward_migrations::has_table;
use doorward_migrations::identity::{Change, Description, FormerProgram, Work, describe};

use super::compatibility::{is_recorded, suffices};
use super::conn::Conn;
use super::database::Db;
use super::health::answer;
use super::migrate::MigrationStatus;
use super::sql::quoted;
use crate::error::Result;

/// Time for a row of a new index: a few seconds for each million rows.
const INDEX: Duration = Duration::from_micros(3);
/// Time for an update of a row with an index (docs/scale.md).
const REWRITE: Duration = Duration::from_micros(50);
/// Time for a migration without work for each row.
const STATEMENTS: Duration = Duration::from_millis(50);
/// Bytes of a copy of SQLite in a second.
const COPIED: u64 = 50 * 1024 * 1024;

/// A pending migration and its work.
#[derive(Clone, Debug)]
pub struct UpgradeStep {
    pub name: String,
    /// Estimated number of rows that it reads or changes.
    pub rows: u64,
    /// Estimated duration.
    pub duration: Duration,
    description: Option<&'static Description>,
}

impl UpgradeStep {
    /// Returns the effect in one sentence.
    pub fn effect(&self) -> &'static str {
        self.description.map_or("", |described| described.effect)
    }

    /// Returns the kind of change: `adds`, `rewrites` or `removes`.
    pub fn change(&self) -> &'static str {
        let change = self.description.map(|described| described.change);
        change.map_or("", Change::as_str)
    }
}

/// The effect of an upgrade on a database.
#[derive(Clone, Debug)]
pub struct UpgradePlan {
    pub status: MigrationStatus,
    /// The pending migrations, in order.
    pub steps: Vec<UpgradeStep>,
    /// Size of the database, which is that of a copy.
    pub bytes: u64,
    is_recorded: bool,
}

impl UpgradePlan {
    /// Returns the estimated duration of all migrations, without the copy of the database.
    pub fn duration(&self) -> Duration {
        self.steps.iter().map(|step| step.duration).sum()
    }

    /// Returns the estimated duration of a copy of an SQLite database.
    pub fn copy_duration(&self) -> Duration {
        Duration::from_secs(self.bytes.div_ceil(COPIED))
    }

    /// Returns the migrations beside whose result the former release cannot work.
    pub fn exclusive_steps(&self) -> Vec<&str> {
        let exclusive = self.steps.iter().filter(|step| {
            let former = step.description.map(|described| described.former);
            match former {
                Some(FormerProgram::Restarts | FormerProgram::WorksOn(_)) => false,
                Some(FormerProgram::Knows(name)) => {
                    !self.status.applied.iter().any(|at| at == name)
                }
                None => true,
            }
        });
        exclusive.map(|step| step.name.as_str()).collect()
    }

    /// Returns the reasons why the former release does not start on the new schema; none if it does, or
    /// if there was no release before.
    pub fn rollback_obstacles(&self) -> Vec<String> {
        if self.steps.is_empty() || self.status.applied.is_empty() {
            return Vec::new();
        }
        if !self.is_recorded {
            return vec!["the former release starts on no schema that it does not know".to_owned()];
        }
        let blocking = self.steps.iter().filter(|step| {
            let requires = step.description.map(Description::requires);
            !suffices(&self.status.applied, requires)
        });
        let reasons = blocking.map(|step| match step.description {
            Some(Description {
                former: FormerProgram::WorksOn(loss),
                ..
            }) => format!("{}: {loss}", step.name),
            _ => format!("{}: the former release cannot use its result", step.name),
        });
        reasons.collect()
    }
}

impl Db {
    /// Returns the effect of the pending migrations. Reads statistics instead of counting rows.
    ///
    /// # Errors
    /// Returns the errors of [`Db::check_schema`].
    #[boxed]
    pub async fn upgrade_plan(&self) -> Result<UpgradePlan> {
        let status = self.check_schema().await?;
        let conn = self.read();
        let mut steps = Vec::with_capacity(status.pending.len());
        for name in &status.pending {
            let description = describe(name);
            let (mut rows, mut duration) = (0, STATEMENTS);
            for work in description.into_iter().flat_map(|described| described.work) {
                let found = self.estimate_rows(work.table()).await?;
                rows += found;
                duration += work_duration(*work, found);
            }
            steps.push(UpgradeStep {
                name: name.clone(),
                rows,
                duration,
                description,
            });
        }
        Ok(UpgradePlan {
            status,
            steps,
            bytes: self.size(conn).await?,
            is_recorded: is_recorded(conn).await?,
        })
    }

    /// Estimates the number of rows of a table: the highest row number of SQLite, the statistics of
    /// PostgreSQL.
    async fn estimate_rows(&self, table: &str) -> Result<u64> {
        let conn = self.read();
        if !has_table(conn, table).await? {
            return Ok(0);
        }
        let ask = if self.is_postgres() {
            format!(
                "SELECT GREATEST(CAST(reltuples AS bigint), pg_stat_get_live_tuples(oid)) AS answer \
                 FROM pg_class WHERE oid = to_regclass('{}')",
                quoted(table)
            )
        } else {
            let table = quoted(table);
            format!("SELECT COALESCE(max(rowid), 0) AS answer FROM {table}")
        };
        let found = answer::<i64>(conn, &ask).await?;
        Ok(found.and_then(|rows| u64::try_from(rows).ok()).unwrap_or(0))
    }

    /// Returns the size of the database without free pages, in bytes.
    async fn size(&self, conn: &Conn) -> Result<u64> {
        let ask = if self.is_postgres() {
            "SELECT pg_database_size(current_database()) AS answer"
        } else {
            "SELECT (page_count - freelist_count) * page_size AS answer \
             FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
        };
        let bytes = answer::<i64>(conn, ask).await?;
        Ok(bytes
            .and_then(|bytes| u64::try_from(bytes).ok())
            .unwrap_or(0))
    }
}

fn work_duration(work: Work, rows: u64) -> Duration {
    let each = match work {
        Work::Index(_) => INDEX,
        Work::Rewrite(_) => REWRITE,
    };
    each.saturating_mul(u32::try_from(rows).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
