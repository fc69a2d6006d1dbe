//! One page of a list, with the rules in the WHERE clause.
//!
//! What several rules let somebody see is looked up rule by rule, each as one range of one index
//! from where the page before ended, and merged: the first page of ten thousand visible rows out
//! of a million reads little more than the rows of the page.

use sea_orm::sea_query::{
    Alias, Asterisk, Expr, ExprTrait, Order, Query, SelectStatement, UnionType,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, Iterable, JoinType,
    Statement,
};

use crate::cursor::Position;
use crate::list_params::{Filters, ListQuery};
use crate::policy::Filter;
use crate::sql_condition::{Places, condition};

/// Rows that are looked at for one page when the engine must decide on each.
const LOOKED_AT: usize = 2000;

/// The objects of one page, and where it ended if more follow.
pub(crate) struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<Position>,
}

/// Which rows in which order, but for the rules.
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
    /// Most objects on a page; one row more tells whether another page follows.
    pub limit: u8,
}

/// The statement that finds them; none if the filter lets nothing through.
pub(crate) fn statement<E: EntityTrait>(
    scan: &Scan<E>,
    filter: &Filter,
    places: Places,
    backend: DbBackend,
) -> Result<Option<Statement>, DbErr> {
    let mut asked = scan.asked.clone();
    if let Some(position) = &scan.after {
        asked = asked.add(beyond(scan, position));
    }
    let mut ranges = Vec::new();
    for branch in filter.branches() {
        ranges.push(asked.clone().add(condition(&branch, places)?));
    }
    let select = match (ranges.len(), backend) {
        (0, _) => return Ok(None),
        (1, _) => scan.range(&ranges.remove(0)),
        (_, DbBackend::Sqlite) => scan.of_ids(&ranges),
        _ => scan.of_rows(&ranges),
    };
    Ok(Some(backend.build(&select)))
}

impl<E: EntityTrait> Scan<E> {
    /// The rows that this query is about, sorted by this column and then by the id.
    pub(crate) fn of<F: Filters>(
        query: &ListQuery<F>,
        asked: Condition,
        key: E::Column,
        id: E::Column,
    ) -> Self {
        Self {
            asked,
            key,
            id,
            descending: query.ordering.descending,
            after: query.after.clone(),
            limit: query.limit,
        }
    }

    /// One page of the rows that the filter lets through, each as `shown` makes it; a row of
    /// which that makes nothing is left out.
    pub(crate) async fn page<C: ConnectionTrait, T>(
        mut self,
        db: &C,
        filter: &Filter,
        places: Places,
        position: impl Fn(&E::Model) -> Position,
        shown: impl AsyncFn(E::Model) -> Result<Option<T>, DbErr>,
    ) -> Result<Page<T>, DbErr> {
        let wanted = usize::from(self.limit);
        let (mut items, mut looked_at) = (Vec::new(), 0);
        loop {
            let found = match statement(&self, filter, places, db.get_database_backend())? {
                Some(statement) => E::find().from_raw_sql(statement).all(db).await?,
                None => Vec::new(),
            };
            looked_at += found.len();
            let mut left = found.len();
            for row in found.into_iter().take(wanted) {
                left -= 1;
                self.after = Some(position(&row));
                items.extend(shown(row).await?);
                if items.len() == wanted {
                    break;
                }
            }
            let more = left > 0;
            // With exact rules the first round is the last one.
            if items.len() == wanted || !more || looked_at >= LOOKED_AT {
                let next = self.after.filter(|_| more);
                return Ok(Page { items, next });
            }
        }
    }

    /// The rows of one range.
    fn range(&self, range: &Condition) -> SelectStatement {
        let mut rows = Query::select();
        rows.columns(E::Column::iter())
            .from(E::default())
            .cond_where(range.clone());
        self.cut(rows)
    }

    /// The ids of the page, and their rows. SQLite merges the parts of a union in the order that
    /// is asked of the whole, and reads each only as far as the page goes.
    fn of_ids(&self, ranges: &[Condition]) -> SelectStatement {
        let parts = ranges.iter().map(|range| {
            let mut ids = Query::select();
            ids.columns([self.key, self.id]).from(E::default());
            ids.cond_where(range.clone()).take()
        });
        let ids = self.cut(union(parts, UnionType::Distinct));
        let page = || Alias::new("page");
        let row = Expr::col(self.id.as_column_ref());
        Query::select()
            .columns(E::Column::iter().map(|column| column.as_column_ref()))
            .from(E::default())
            .join_subquery(
                JoinType::InnerJoin,
                ids,
                page(),
                row.equals((page(), self.id)),
            )
            .order_by((page(), self.key), self.order())
            .order_by((page(), self.id), self.order())
            .take()
    }

    /// The rows of each range as far as a page goes. PostgreSQL merges them in their order, so
    /// that what is found twice is found side by side.
    fn of_rows(&self, ranges: &[Condition]) -> SelectStatement {
        let parts = ranges.iter().enumerate().map(|(number, range)| {
            let mut rows = Query::select();
            rows.column(Asterisk)
                .from(E::default())
                .cond_where(range.clone());
            let name = Alias::new(format!("range_{number}"));
            let mut part = Query::select();
            part.column(Asterisk).from_subquery(self.cut(rows), name);
            part
        });
        let mut page = Query::select();
        page.distinct_on([self.key, self.id])
            .columns(E::Column::iter())
            .from_subquery(union(parts, UnionType::All), Alias::new("page"));
        self.cut(page)
    }

    /// In this order, and no more than these.
    fn cut(&self, mut rows: SelectStatement) -> SelectStatement {
        rows.order_by(self.key, self.order())
            .order_by(self.id, self.order())
            .limit(u64::from(self.limit) + 1);
        rows
    }

    const fn order(&self) -> Order {
        if self.descending {
            Order::Desc
        } else {
            Order::Asc
        }
    }
}

fn union(mut parts: impl Iterator<Item = SelectStatement>, how: UnionType) -> SelectStatement {
    let mut all = parts.next().unwrap_or_default();
    for part in parts {
        all.union(how, part);
    }
    all
}

/// Rows after `position` in the scan's order: keyset paging, which neither repeats nor skips a
/// row when others are inserted or deleted meanwhile. The bound of the key alone stands first,
/// because that one begins a range of an index.
fn beyond<E: EntityTrait>(scan: &Scan<E>, position: &Position) -> Condition {
    let column = scan.key;
    let (within, further, id) = match position {
        Position::Number(number, id) if scan.descending => {
            (column.lte(*number), column.lt(*number), id)
        }
        Position::Number(number, id) => (column.gte(*number), column.gt(*number), id),
        Position::Text(text, id) if scan.descending => (column.lte(text), column.lt(text), id),
        Position::Text(text, id) => (column.gte(text), column.gt(text), id),
    };
    let next_id = if scan.descending {
        scan.id.lt(*id)
    } else {
        scan.id.gt(*id)
    };
    Condition::all()
        .add(within)
        .add(Condition::any().add(further).add(next_id))
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
