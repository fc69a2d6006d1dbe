//! Quotas: the maximum number of tasks, projects and articles of an owner and of an organization.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, Statement};

use super::Identity;
use crate::config::Quotas;
use crate::problem::{Problem, Result};

/// Commits the transaction of an insertion, or rolls it back if a quota is exceeded. Other insertions
/// of the organization wait for its end, so that no two exceed a quota together.
pub(super) async fn commit(
    tx: DatabaseTransaction,
    quotas: Quotas,
    kind: &str,
    place: &Identity<'_>,
) -> Result<()> {
    match check(&tx, quotas, kind, place).await {
        Ok(()) => Ok(tx.commit().await?),
        Err(problem) => {
            tx.rollback().await?;
            Err(problem)
        }
    }
}

async fn check(
    tx: &DatabaseTransaction,
    quotas: Quotas,
    kind: &str,
    place: &Identity<'_>,
) -> Result<()> {
    let Identity { org, owner } = *place;
    // The total of the organization has no owner.
    let totals = Statement::from_sql_and_values(
        tx.get_database_backend(),
        "SELECT owner, total FROM tasks_counts \
         WHERE kind = $1 AND org = $2 AND owner IN ('', $3) ORDER BY owner DESC",
        [kind.into(), org.into(), owner.into()],
    );
    for row in tx.query_all_raw(totals).await? {
        let (counted, total): (String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let (quota, subject, key) = if counted.is_empty() {
            let key = "organization_objects";
            (quotas.organization, "The organization has", key)
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
