//! Monthly reports, and the numbers that they consist of. Each number is read in portions of a range of an
//! index, so that a report grows with neither users nor events in one statement.

use doorward_domain::boxed;
use doorward_domain::model::{AuditKind, FactorCount, MonthlyReport, StatCount};
use sea_orm::Value;
use uuid::Uuid;

use super::prelude::*;
use crate::entity::monthly_reports::{ActiveModel, Column, Entity};
use crate::entity::stats;

/// Returns the report of the month that begins at this time.
#[boxed]
pub async fn find(conn: &Conn, month: UnixSeconds) -> Result<Option<MonthlyReport>> {
    Entity::find_by_id(month).load_one(conn).await
}

/// Returns up to `limit` reports before this month, the newest first.
#[boxed]
pub async fn list(
    conn: &Conn,
    before: Option<UnixSeconds>,
    limit: u64,
) -> Result<Vec<MonthlyReport>> {
    let earlier = before.map(|month| Column::Month.lt(month));
    Entity::find()
        .filter(Condition::all().add_option(earlier))
        .order_by_desc(Column::Month)
        .limit(Ord::min(limit, PAGE_MAX))
        .load(conn)
        .await
}

/// Stores a report, which replaces that of the same month.
#[boxed]
pub async fn put(tx: &WriteTx, report: &MonthlyReport) -> Result<()> {
    let row = ActiveModel::try_from(report)?;
    let changed = [Column::CountedAt, Column::Figures, Column::Apps];
    upsert_row(tx, row, [Column::Month], changed).await
}

/// Returns the sums of the statistics of each client, and of the whole deployment, between two times.
#[boxed]
pub async fn sum_stats(conn: &Conn, [from, to]: [UnixSeconds; 2]) -> Result<Vec<StatCount>> {
    let sql = "SELECT client_id, kind, MIN(hour) AS hour, CAST(SUM(n) AS bigint) AS n FROM stats \
               WHERE hour >= $1 AND hour < $2 GROUP BY client_id, kind";
    let found = rows(conn, sql, [from.into(), to.into()]).await?;
    let read = |row: QueryResult| stats::Model::from_query_result(&row, "")?.try_into();
    found.into_iter().map(read).collect()
}

/// Returns the users who signed in between two times, by the IDs in the events.
#[boxed]
pub async fn active_users(conn: &Conn, [from, to]: [UnixSeconds; 2]) -> Result<Vec<UserId>> {
    let sql = "SELECT DISTINCT subject FROM audit_events \
               WHERE LOWER(kind) = $1 AND at >= $2 AND at < $3 AND subject IS NOT NULL";
    let kind = AuditKind::LoginSucceeded.as_str();
    let mut users = Vec::new();
    for row in rows(conn, sql, [kind.into(), from.into(), to.into()]).await? {
        users.extend(UserId::parse(&row.try_get::<String>("", "subject")?));
    }
    Ok(users)
}

/// Returns the numbers of successful events of a kind between two times by the change that they name, which
/// may be none.
#[boxed]
pub async fn count_changes(
    conn: &Conn,
    kind: AuditKind,
    [from, to]: [UnixSeconds; 2],
) -> Result<Vec<(Option<String>, i64)>> {
    let change = match conn.get_database_backend() {
        DbBackend::Postgres => r#"substring(detail from '"change":"([^"\\]+)"')"#,
        _ => "CASE WHEN json_valid(detail) THEN json_extract(detail, '$.change') END",
    };
    let sql = format!(
        "SELECT {change} AS change, COUNT(*) AS n FROM audit_events \
         WHERE LOWER(kind) = $1 AND at >= $2 AND at < $3 AND success GROUP BY 1"
    );
    let values = [kind.as_str().into(), from.into(), to.into()];
    let read = |row: QueryResult| Ok((row.try_get("", "change")?, row.try_get("", "n")?));
    let found = rows(conn, &sql, values).await?;
    found.into_iter().map(read).collect()
}

/// Adds the users of a portion, those after this one in the order of IDs, to the count. Returns the last of
/// them; `None` after the last portion. Disabled users are left out.
#[boxed]
pub async fn count_factors(
    conn: &Conn,
    after: Option<UserId>,
    portion: u64,
    count: &mut FactorCount,
) -> Result<Option<UserId>> {
    let after = after.map_or(Uuid::nil(), |user| user.as_uuid());
    let last = format!(
        "SELECT id FROM users WHERE id > $1 ORDER BY id LIMIT 1 OFFSET {}",
        portion.saturating_sub(1)
    );
    let last = rows(conn, &last, [after.into()]).await?.pop();
    let last = last.map(|row| row.try_get::<Uuid>("", "id")).transpose()?;
    let end = last.unwrap_or(Uuid::max());
    let found = rows(conn, FACTORS, [after.into(), end.into()]).await?.pop();
    if let Some(row) = found {
        let add = |sum: &mut i64, name| -> Result<()> {
            *sum += row.try_get::<i64>("", name)?;
            Ok(())
        };
        add(&mut count.users, "users")?;
        add(&mut count.password, "password")?;
        add(&mut count.passkey, "passkey")?;
        add(&mut count.authenticator, "authenticator")?;
        add(&mut count.provider, "provider")?;
        add(&mut count.second_factor, "second_factor")?;
    }
    Ok(last.map(UserId::from_uuid))
}

/// Counts the users between two IDs by their sign-in methods.
const FACTORS: &str = "SELECT COUNT(*) AS users, \
     COUNT(CASE WHEN password THEN 1 END) AS password, \
     COUNT(CASE WHEN passkey THEN 1 END) AS passkey, \
     COUNT(CASE WHEN authenticator THEN 1 END) AS authenticator, \
     COUNT(CASE WHEN provider THEN 1 END) AS provider, \
     COUNT(CASE WHEN passkey OR authenticator THEN 1 END) AS second_factor FROM (\
     SELECT password_hash IS NOT NULL AS password, \
     EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = users.id) AS passkey, \
     EXISTS (SELECT 1 FROM totp_factors t WHERE t.user_id = users.id \
     AND t.confirmed_at IS NOT NULL) AS authenticator, \
     EXISTS (SELECT 1 FROM linked_accounts l WHERE l.user_id = users.id) AS provider \
     FROM users WHERE id > $1 AND id <= $2 AND deleted_at IS NULL AND disabled_at IS NULL) AS portion";

async fn rows(
    conn: &Conn,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>> {
    let backend = conn.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    Ok(conn.query_all_raw(statement).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    #[tokio::test]
    async fn users_of_portion_are_range_of_key() {
        let db = migrated().await;
        let values = [Uuid::nil().into(), Uuid::max().into()];
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, FACTORS, values);
        let plan = explain(&db, statement).await;
        let has_range = plan.iter().any(|line| line.contains("(id>? AND id<?)"));
        assert!(has_range, "{plan:#?}");
        assert!(
            !plan.iter().any(|line| line.starts_with("SCAN p")),
            "{plan:#?}"
        );
    }
}
