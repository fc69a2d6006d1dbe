//! One page of a list, with the rules in the WHERE clause.
//!
//! What several rules let somebody see is looked up rule by rule, each as one range of one index
//! from where the page before ended, and put together: the first page of ten thousand visible rows
//! out of a million reads a page of each, not the million.

use sea_orm::sea_query::{Alias, Order, Query, UnionType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use crate::cursor::Position;
use crate::policy::Filter;
use crate::select::{Places, condition};

/// Which rows in which order, but for the rules.
#[derive(Clone)]
pub(crate) struct Scan<E: EntityTrait> {
    /// The tenant and what the caller asked for.
    pub asked: Condition,
    /// What it is sorted by.
    pub key: E::Column,
    /// The tie-break.
    pub id: E::Column,
    /// The other way round.
    pub descending: bool,
    /// Where the page before ended.
    pub after: Option<Position>,
    /// Most rows.
    pub limit: u64,
}

/// The rows that the filter lets through.
pub(crate) async fn rows<E, C>(
    db: &C,
    scan: &Scan<E>,
    filter: &Filter,
    places: Places,
) -> Result<Vec<E::Model>, DbErr>
where
    E: EntityTrait,
    C: ConnectionTrait,
{
    match statement(scan, filter, places)? {
        Some(select) => select.all(db).await,
        None => Ok(Vec::new()),
    }
}

/// The statement that finds them; none if the filter lets nothing through.
pub(crate) fn statement<E: EntityTrait>(
    scan: &Scan<E>,
    filter: &Filter,
    places: Places,
) -> Result<Option<Select<E>>, DbErr> {
    let order = || {
        if scan.descending {
            Order::Desc
        } else {
            Order::Asc
        }
    };
    let mut asked = scan.asked.clone();
    if let Some(position) = &scan.after {
        asked = asked.add(beyond(scan, position));
    }
    let branches = filter.branches();
    let select = match branches.as_slice() {
        [] => return Ok(None),
        [one] => E::find().filter(asked).filter(condition(one, places)?),
        several => {
            let mut union: Option<sea_orm::sea_query::SelectStatement> = None;
            for (number, branch) in several.iter().enumerate() {
                let range = Query::select()
                    .column(scan.id)
                    .from(E::default())
                    .cond_where(asked.clone())
                    .cond_where(condition(branch, places)?)
                    .order_by(scan.key, order())
                    .order_by(scan.id, order())
                    .limit(scan.limit)
                    .take();
                // SQLite takes an ORDER BY inside a union only in a subquery of its own.
                let range = Query::select()
                    .column(scan.id)
                    .from_subquery(range, Alias::new(format!("range_{number}")))
                    .take();
                union = Some(match union {
                    None => range,
                    Some(mut before) => before.union(UnionType::Distinct, range).take(),
                });
            }
            let ids = union.unwrap_or_default();
            E::find().filter(scan.id.in_subquery(ids))
        }
    };
    let select = select
        .order_by(scan.key, order())
        .order_by(scan.id, order())
        .limit(scan.limit);
    Ok(Some(select))
}

/// Rows after `position` in the scan's order: keyset paging, which neither repeats nor skips a
/// row when others are inserted or deleted meanwhile.
fn beyond<E: EntityTrait>(scan: &Scan<E>, position: &Position) -> Condition {
    let column = scan.key;
    let (further, same, id) = match position {
        Position::Number(number, id) if scan.descending => {
            (column.lt(*number), column.eq(*number), id)
        }
        Position::Number(number, id) => (column.gt(*number), column.eq(*number), id),
        Position::Text(text, id) if scan.descending => (column.lt(text), column.eq(text), id),
        Position::Text(text, id) => (column.gt(text), column.eq(text), id),
    };
    let next_id = if scan.descending {
        scan.id.lt(*id)
    } else {
        scan.id.gt(*id)
    };
    Condition::any()
        .add(further)
        .add(Condition::all().add(same).add(next_id))
}

/// The wildcards of LIKE lose their meaning (sea-orm's own `contains` leaves it to them).
pub(crate) fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// What is searched and sorted by, the same on every database.
pub(crate) fn search_key(text: &str) -> String {
    text.to_lowercase()
}
