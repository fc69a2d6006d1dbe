//! Pages of a list, with the policies in the WHERE clause.
//!
//! If several rules permit rows, each rule is queried separately, as one index range from the end
//! of the previous page, and the results are merged: the first page of ten thousand visible rows
//! out of a million reads little more than the rows of the page.

use sea_orm::sea_query::{
    Alias, Asterisk, Expr, ExprTrait, Order, Query, SelectStatement, UnionType,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseExecutor, DbBackend, DbErr, EntityTrait,
    Iterable, JoinType, Statement,
};

use crate::caller::Caller;
use crate::cursor::Position;
use crate::list_params::{Filters, ListQuery};
use crate::problem::Problem;
use crate::sql_condition::{ColumnMapper, condition};
use crate::state::State;
use doorward_policy::{Filter, Selection};

/// Maximum number of rows read for one page if the engine must decide on each.
const LOOKED_AT: usize = 2000;

/// The objects of one page, and its end if more follow.
pub(crate) struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<Position>,
}

/// The rows of a list and their order, without the policies.
pub(crate) struct Scan<E: EntityTrait> {
    /// Organization and filters of the request.
    pub asked: Condition,
    /// Sort column.
    pub key: E::Column,
    /// Tie-break column.
    pub id: E::Column,
    /// Descending order.
    pub descending: bool,
    /// End of the previous page.
    pub after: Option<Position>,
    /// Maximum number of objects on a page; one more row is read to detect a following page.
    pub limit: u8,
    /// Set if a search selects the rows, and not the rules.
    pub is_search: bool,
    /// Set if the index of each rule has this order and no other filter applies.
    pub is_plain: bool,
}

/// Returns the statement that selects a page; `None` if the filter permits no rows.
pub(crate) fn statement<E: EntityTrait>(
    scan: &Scan<E>,
    filter: &Filter,
    places: ColumnMapper,
    backend: DbBackend,
) -> Result<Option<Statement>, DbErr> {
    let mut asked = scan.asked.clone();
    if let Some(position) = &scan.after {
        asked = asked.add(beyond(scan, position));
    }
    let mut ranges = Vec::new();
    let branches = if scan.is_search {
        vec![filter.clone()]
    } else {
        filter.branches()
    };
    for branch in branches {
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
    /// Creates the scan of this query, sorted by this column and then by ID.
    pub(crate) fn parse<F: Filters>(
        query: &ListQuery<F>,
        (asked, is_search): (Condition, bool),
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
            is_search,
            is_plain: query.is_plain,
        }
    }

    /// Returns one page of the rows that the selection permits, each converted by `shown`; omits
    /// rows for which it returns nothing. The caller determines the cost of all but plain lists.
    pub(crate) async fn page<T>(
        self,
        state: &State,
        caller: &Caller,
        selection: &Selection,
        places: ColumnMapper,
        position: impl Fn(&E::Model) -> Position,
        shown: impl AsyncFn(E::Model) -> Result<Option<T>, DbErr>,
    ) -> Result<Page<T>, Problem> {
        let filter = &selection.filter;
        // Of a caller with many memberships each row is looked up.
        if self.is_plain && selection.exact && !filter.looks_up_members() {
            let page = self.page_of(&state.db, filter, places, position, shown);
            return Ok(page.await?);
        }
        let read = async |db: &DatabaseExecutor<'_>| {
            self.page_of(db, filter, places, position, shown).await
        };
        state.reads.run(caller.subject(), read).await
    }

    async fn page_of<C: ConnectionTrait, T>(
        mut self,
        db: &C,
        filter: &Filter,
        places: ColumnMapper,
        position: impl Fn(&E::Model) -> Position,
        shown: impl AsyncFn(E::Model) -> Result<Option<T>, DbErr>,
    ) -> Result<Page<T>, DbErr> {
        let requested = usize::from(self.limit);
        let (mut items, mut looked_at) = (Vec::new(), 0);
        loop {
            let found = match statement(&self, filter, places, db.get_database_backend())? {
                Some(statement) => E::find().from_raw_sql(statement).all(db).await?,
                None => Vec::new(),
            };
            looked_at += found.len();
            let mut left = found.len();
            for row in found.into_iter().take(requested) {
                left -= 1;
                self.after = Some(position(&row));
                items.extend(shown(row).await?);
                if items.len() == requested {
                    break;
                }
            }
            let more = left > 0;
            // With an exact filter the first round is the last one.
            if items.len() == requested || !more || looked_at >= LOOKED_AT {
                let next = self.after.filter(|_| more);
                return Ok(Page { items, next });
            }
        }
    }

    /// Selects the rows of one range.
    fn range(&self, range: &Condition) -> SelectStatement {
        let mut rows = Query::select();
        rows.columns(E::Column::iter())
            .from(E::default())
            .cond_where(range.clone());
        self.cut(rows)
    }

    /// Selects the IDs of the page and their rows. SQLite merges the parts of a union in the order
    /// of the whole, and reads each only to the end of the page.
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

    /// Selects the rows of each range to the end of the page. PostgreSQL merges them in order, so
    /// that duplicates are adjacent.
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

    /// Applies the order and the limit.
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

/// Selects rows after `position` in the scan's order: keyset paging, which neither repeats nor
/// skips a row after concurrent inserts or deletes. The bound of the sort key comes first, because
/// it starts an index range.
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

/// Returns the key for sorting, which is equal on every database.
pub(crate) fn sort_key(text: &str) -> String {
    text.to_lowercase()
}
