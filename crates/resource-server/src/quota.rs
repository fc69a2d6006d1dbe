//! Quotas: the maximum number of tasks, projects and articles of an owner and of an organization.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement};

use crate::config::Quotas;
use crate::problem::Problem;

/// Commits the transaction of an insertion, or rolls it back if a quota is exceeded. Other insertions
/// of the organization wait for its end, so that no two exceed a quota together.
pub(crate) async fn commit(
    tx: DatabaseTransaction,
    quotas: Quotas,
    kind: &str,
    (org, owner): (&str, &str),
) -> Result<(), Problem> {
    match check(&tx, quotas, kind, org, owner).await {
        Ok(()) => Ok(tx.commit().await?),
        Err(problem) => {
            tx.rollback().await?;
            Err(problem)
        }
    }
}

async fn check<C: ConnectionTrait>(
    tx: &C,
    quotas: Quotas,
    kind: &str,
    org: &str,
    owner: &str,
) -> Result<(), Problem> {
    let totals = totals(tx, kind, org, owner).await?;
    for (counted, total) in totals {
        let (quota, subject, key) = if counted.is_empty() {
            (
                quotas.organization,
                "The organization has",
                "organization_objects",
            )
        } else {
            (quotas.owner, "You own", "owner_objects")
        };
        if u64::try_from(total).unwrap_or(0) > quota {
            tracing::info!(
                owner,
                org,
                quota,
                setting = format!("tasks.limits.{key}"),
                "{kind} not created: quota reached"
            );
            let detail = format!(
                "{subject} {quota} {kind}s, the maximum. Delete some that are no longer needed, or \
                 ask the operator to raise tasks.limits.{key}."
            );
            return Err(Problem::quota_reached(detail));
        }
    }
    Ok(())
}

/// Returns the totals of the owner and of the organization, whose owner is empty.
async fn totals<C: ConnectionTrait>(
    tx: &C,
    kind: &str,
    org: &str,
    owner: &str,
) -> Result<Vec<(String, i64)>, DbErr> {
    let query = Statement::from_sql_and_values(
        tx.get_database_backend(),
        "SELECT owner, total FROM tasks_counts \
         WHERE kind = $1 AND org = $2 AND owner IN ('', $3) ORDER BY owner DESC",
        [kind.into(), org.into(), owner.into()],
    );
    let rows = tx.query_all_raw(query).await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect()
}
