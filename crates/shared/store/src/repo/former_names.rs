//! Former names of roles, permissions and scopes, which tokens and requests may use until their date.

use doorward_domain::boxed;
use doorward_domain::model::former_name::{FormerName, NameKind};

use super::deletions::{self, Deletion};
use super::former_roles::{self, IS_LEFT};
use super::prelude::*;
use crate::entity::former_names::{ActiveModel, Column, Entity, Model};

/// Returns the former names whose date has not passed, by kind and name. There are few.
#[boxed]
pub async fn list(conn: &Conn, now: UnixSeconds) -> Result<Vec<FormerName>> {
    load(conn, Entity::find().filter(Column::ExpiresAt.gt(now))).await
}

/// Returns the former names of an object whose date has not passed.
#[boxed]
pub async fn of(
    conn: &Conn,
    kind: NameKind,
    name: &str,
    now: UnixSeconds,
) -> Result<Vec<FormerName>> {
    let named = Column::Kind.eq(kind.as_str()).and(Column::Name.eq(name));
    let live = Entity::find().filter(named.and(Column::ExpiresAt.gt(now)));
    load(conn, live).await
}

/// Returns true if the name is a former one of another object of this kind.
#[boxed]
pub async fn is_former(conn: &Conn, kind: NameKind, name: &str, now: UnixSeconds) -> Result<bool> {
    let named = Column::Kind.eq(kind.as_str()).and(Column::Former.eq(name));
    Entity::has(conn, named.and(Column::ExpiresAt.gt(now))).await
}

async fn load(conn: &Conn, names: Select<Entity>) -> Result<Vec<FormerName>> {
    let rows = names
        .order_by_asc(Column::Kind)
        .order_by_asc(Column::Former)
        .all(conn)
        .await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Model) -> Result<FormerName> {
    let kind = NameKind::parse(&row.kind).ok_or_else(|| corrupt(&row.former))?;
    Ok(FormerName {
        kind,
        former: row.former,
        name: row.name,
        expires_at: row.expires_at,
    })
}

pub(super) fn corrupt(id: &str) -> StoreError {
    StoreError::Corrupt {
        table: "former_names",
        column: "kind",
        id: id.to_owned(),
    }
}

/// Records that an object has another name. Earlier names of it lead to the new one; the new name is no
/// former one any more. The old name remains known until this time.
pub(super) async fn follow(
    tx: &WriteTx,
    kind: NameKind,
    (former, name): (&str, &str),
    until: Option<UnixSeconds>,
) -> Result<()> {
    let of_kind = || Condition::all().add(Column::Kind.eq(kind.as_str()));
    Entity::delete_by(tx, of_kind().add(Column::Former.eq(name))).await?;
    Entity::update_many()
        .value(Column::Name, name)
        .filter(of_kind().add(Column::Name.eq(former)))
        .run(tx)
        .await?;
    let Some(until) = until else {
        return Ok(());
    };
    let row = ActiveModel {
        kind: Set(kind.as_str().to_owned()),
        former: Set(former.to_owned()),
        name: Set(name.to_owned()),
        expires_at: Set(until),
    };
    let changed = [Column::Name, Column::ExpiresAt];
    upsert_row(tx, row, [Column::Kind, Column::Former], changed).await
}

/// Deletes the former names of an object that is deleted. What waits for the present name of a role is deleted
/// with it.
pub(super) async fn forget(tx: &WriteTx, kind: NameKind, name: &str) -> Result<()> {
    if kind == NameKind::Role {
        former_roles::abandon(tx, name).await?;
    }
    let named = Column::Kind.eq(kind.as_str()).and(Column::Name.eq(name));
    Entity::delete_by(tx, named).await.map(drop)
}

/// Ends a former name. Returns false if there is none.
#[boxed]
pub async fn end(tx: &WriteTx, kind: NameKind, former: &str) -> Result<bool> {
    let named = Column::Kind
        .eq(kind.as_str())
        .and(Column::Former.eq(former));
    if kind == NameKind::Role && deletions::is_pending(tx, Deletion::Role(former)).await? {
        // Assignments still wait for the present name.
        let end = Entity::update_many().value(Column::ExpiresAt, 0_i64);
        return Ok(end.filter(named).change(tx).await? > 0);
    }
    Entity::delete_one_by(tx, named).await
}

/// Deletes up to `limit` names that ended before `before`, the oldest first, unless assignments of a role
/// wait for the present one. Returns their number.
#[boxed]
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64> {
    let ended = Condition::all().add(Column::ExpiresAt.lt(before));
    let left = ended.add(Expr::cust(IS_LEFT));
    // On PostgreSQL each deletion counts as a change of the registries, also one of no row.
    if !Entity::has(tx.conn(), left.clone()).await? {
        return Ok(0);
    }
    purge_some::<Entity>(tx, left, Column::ExpiresAt, limit).await
}
