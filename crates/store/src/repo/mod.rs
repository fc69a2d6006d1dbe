//! What can be asked of the data and done to it, one module for each noun.
//!
//! `find` answers an `Option`, `list` a vector; `insert`, `update`, `revoke` and `purge` change
//! rows, and take a [`WriteTx`](crate::WriteTx) so that nothing is written outside a transaction;
//! `claim` uses something up, once. All answers are facts: what they mean is for the domain rules.

pub mod api_keys;
pub mod audit;
pub mod audit_chain;
pub mod avatars;
pub mod client_logos;
pub mod client_registrations;
pub mod clients;
pub mod codes;
pub mod consents;
pub mod dev_mail;
pub mod device_requests;
pub mod email_sign_ins;
pub mod email_tokens;
pub mod grants;
pub mod groups;
pub mod idempotency;
pub mod interactions;
pub mod invitations;
pub mod jobs;
pub mod keys;
pub mod leases;
pub mod linked_accounts;
mod lists;
pub mod login_failures;
pub mod logout_notices;
pub mod newcomers;
pub mod organizations;
pub mod overview;
pub mod passkeys;
pub mod pending_sign_ins;
pub mod personal_data;
pub mod providers;
pub mod pushed_requests;
pub mod recovery_codes;
pub mod reference_tokens;
pub mod refresh_tokens;
pub mod refusals;
pub mod registration_tokens;
pub mod resources;
pub mod revoked_tokens;
pub mod roles;
pub mod scopes;
pub mod sessions;
pub mod settings;
pub mod totp_factors;
pub mod trusted_devices;
pub mod used_jtis;
pub mod users;

use doorward_domain::mutant::{self, Guard};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::IntoCondition;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, Select,
};

use crate::db::{Conn, WriteTx};
use crate::error::StoreError;

/// The most rows that a list gives at once.
pub const PAGE_MAX: u64 = 1000;

/// Every row as a model, or the first that is none.
fn models<R, M: TryFrom<R, Error = StoreError>>(rows: Vec<R>) -> Result<Vec<M>, StoreError> {
    rows.into_iter().map(M::try_from).collect()
}

/// The condition, unless this build runs without that guard (decision 66).
fn guarded(guard: Guard, condition: impl IntoCondition) -> Condition {
    if mutant::without(guard) {
        Condition::all()
    } else {
        condition.into_condition()
    }
}

/// Removes the rows whose time in `column` lies before `before`; says how many.
async fn purge_older<E: EntityTrait>(
    tx: &WriteTx,
    column: E::Column,
    before: UnixSeconds,
) -> Result<u64, StoreError> {
    let deleted = E::delete_many().filter(column.lt(before)).exec(tx).await?;
    Ok(deleted.rows_affected)
}

/// The times in `column` of these rows that lie after `since`, the newest first, at most `limit`.
async fn times_after<C: Conn, E: EntityTrait>(
    conn: &C,
    rows: Select<E>,
    column: E::Column,
    since: UnixSeconds,
    limit: u64,
) -> Result<Vec<UnixSeconds>, StoreError> {
    let times = rows
        .filter(column.gt(since))
        .order_by_desc(column)
        .limit(limit)
        .select_only()
        .column(column)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(times)
}

/// The row whose columns were selected with this prefix.
fn joined<R, M>(row: &QueryResult, prefix: &str) -> Result<M, StoreError>
where
    R: FromQueryResult,
    M: TryFrom<R, Error = StoreError>,
{
    M::try_from(R::from_query_result(row, prefix)?)
}

/// The same for an outer join, which may have found nothing.
fn joined_optional<R, M>(row: &QueryResult, prefix: &str) -> Result<Option<M>, StoreError>
where
    R: FromQueryResult,
    M: TryFrom<R, Error = StoreError>,
{
    Option::<R>::from_query_result(row, prefix)?
        .map(M::try_from)
        .transpose()
}
