//! Pages of a filtered list, each in one statement of bounded work.
//!
//! The candidates of a page are a range of one index, in its order: of the searched text, of one
//! property, or of the IDs. Every other property is checked for each of at most [`SCANNED`]
//! candidates. A page may thus have few rows, or none, although more follow.

use sea_orm::sea_query::{CaseStatement, CommonTableExpression, WithClause};
use sea_orm::{IdenStatic as _, TryGetable};

use super::prefix_search::{FOUND_ID, FOUND_KEY, PrefixSearch};
use super::prelude::*;
use super::role_holders::RoleHolders;
use super::union_query::Figure;

/// Maximum number of candidates that are checked for one page, with a text at least one thousand for
/// each of its keys.
pub(super) const SCANNED: u32 = 2_000;
const COUNTED: u32 = 1_000;

const SOURCE: &str = "source";
const SOURCE_ID: &str = "source_id";
const CHOSEN: &str = "chosen";
const START: &str = "start";
const CANDIDATES: &str = "candidates";
const MATCHES: &str = "matches";
const BOUNDS: &str = "bounds";
const SCANNED_ROWS: &str = "scanned_rows";
const MATCHED_ROWS: &str = "matched_rows";
const LAST_KEY: &str = "last_key";
const LAST_ID: &str = "last_id";
const FEW: &str = "few";
const PAGE: &str = "page";

#[derive(Clone, Debug)]
pub struct ListPage<T, I> {
    pub items: Vec<T>,
    /// The position of the next page; its key is empty in the order of the IDs. `None` on the last
    /// page.
    pub next: Option<(String, I)>,
    /// The number of rows of the list; only on the first page.
    pub count: Option<Count>,
}

/// A number of rows, counted up to a maximum.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Count {
    /// The number, at most 1,000.
    pub number: u64,
    /// True if there may be more.
    pub is_more: bool,
}

impl<T, I> ListPage<T, I> {
    pub(super) const fn empty() -> Self {
        Self {
            items: Vec::new(),
            next: None,
            count: Some(Count {
                number: 0,
                is_more: false,
            }),
        }
    }

    /// Returns true if the list has ended before this page.
    pub(super) const fn is_end(&self) -> bool {
        self.items.is_empty() && self.next.is_none()
    }

    /// Converts the ID of the position.
    pub(super) fn map_id<J>(self, convert: impl FnOnce(I) -> Result<J>) -> Result<ListPage<T, J>> {
        let convert = |(key, id)| Ok::<_, StoreError>((key, convert(id)?));
        Ok(ListPage {
            items: self.items,
            next: self.next.map(convert).transpose()?,
            count: self.count,
        })
    }
}

/// The IDs of the rows that have a property, in their order.
pub(super) enum IdSet {
    Range(IdRange),
    /// The users with a role, after this one.
    Holders(RoleHolders, Option<UserId>),
}

/// IDs as a range of an index.
pub(super) struct IdRange {
    pub table: &'static str,
    pub column: &'static str,
    pub condition: Condition,
    /// True if the column contains an ID more than once.
    pub repeats: bool,
    /// Last ID before the page.
    pub after: Option<Expr>,
}

impl IdRange {
    fn select(&self, after: Option<&Expr>, order: Order, limit: u32) -> SelectStatement {
        let column = || Expr::col((self.table, self.column));
        let is_after = |last: &Expr| match order {
            Order::Desc => column().lt(last.clone()),
            _ => column().gt(last.clone()),
        };
        let after = after.map(is_after);
        let mut select = Query::select();
        select
            .expr_as(column(), SOURCE_ID)
            .from(self.table)
            .cond_where(self.condition.clone())
            .order_by_expr(column(), order)
            .limit(limit.into());
        if self.repeats {
            select.distinct();
        }
        select.and_where_option(after);
        select
    }
}

impl IdSet {
    /// Returns the first `limit` IDs, or with `is_page` those after the last ID before the page. Those of
    /// [`Self::Holders`] are always ascending.
    fn select(&self, is_page: bool, order: Order, limit: u32) -> SelectStatement {
        match self {
            Self::Range(range) => {
                let after = range.after.as_ref().filter(|_| is_page);
                range.select(after, order, limit)
            }
            Self::Holders(holders, last) => holders.ids(SOURCE_ID, last.filter(|_| is_page), limit),
        }
    }

    /// Returns the candidates in the order of the IDs. Their keys are empty.
    fn by_id(&self, order: Order, limit: u32) -> SelectStatement {
        Query::select()
            .expr_as(Expr::cust("CAST('' AS text)"), FOUND_KEY)
            .expr_as(source_id(), FOUND_ID)
            .from_subquery(self.select(true, order, limit), SOURCE)
            .take()
    }
}

fn source_id() -> Expr {
    Expr::col((SOURCE, SOURCE_ID))
}

pub(super) struct FilteredList<'a> {
    /// Column of the listed table with the IDs.
    pub id_column: &'static str,
    /// The searched columns and the folded prefix; `None` lists in the order of the IDs.
    pub search: Option<(&'a [&'static str], &'a str)>,
    /// A set that contains every row of the list, with its property as a condition for a row.
    pub set: Option<(IdSet, Condition)>,
    /// The other properties.
    pub checks: Condition,
    /// The key and the ID of the last row before the page.
    pub after: Option<(&'a str, Expr)>,
    pub limit: u64,
    /// The order of the IDs; ascending with a search.
    pub order: Order,
    /// Column with the ID of a user, whose columns have the prefix `u_`: only a member of the
    /// organization, if one is given.
    pub user: Option<(&'static str, Option<&'a str>)>,
}

impl FilteredList<'_> {
    /// Returns the rows of this list whose columns contain the text, each candidate of which is checked.
    pub(super) fn containing(
        self,
        (backend, table): (DbBackend, &'static str),
        columns: &[&'static str],
        text: &str,
    ) -> Self {
        let position = match backend {
            DbBackend::Postgres => "strpos",
            _ => "instr",
        };
        let contains = |column: &&'static str| {
            let place = Func::cust(position).arg(Expr::col((table, *column)));
            Expr::from(place.arg(text)).gt(0)
        };
        let any = columns.iter().map(contains);
        let any = any.fold(Condition::any(), Condition::add);
        Self {
            checks: self.checks.add(any),
            ..self
        }
    }

    /// Returns the page of the rows of `E` with further columns, as `read` reads them; `id` is the ID
    /// of a row.
    pub(super) async fn page<E: EntityTrait, T, I: TryGetable>(
        &self,
        conn: &Conn,
        figures: &[Figure],
        read: fn(&QueryResult) -> Result<T>,
        id: fn(&T) -> I,
    ) -> Result<ListPage<T, I>> {
        let columns: Vec<String> = E::Column::iter()
            .map(|column| column.as_str().to_owned())
            .collect();
        let table = E::default().table_name();
        let select = self.select(conn.get_database_backend(), table, &columns, figures);
        let rows = conn.query_all(&select).await?;
        let Some(first) = rows.first() else {
            return Ok(ListPage::empty());
        };
        let scanned: i64 = first.try_get("", SCANNED_ROWS)?;
        let matched: i64 = first.try_get("", MATCHED_ROWS)?;
        let has_checks = !self.checks(conn.get_database_backend(), table).is_empty();
        let is_cut = has_checks && scanned >= i64::from(self.scanned());
        let mut found = Vec::new();
        for row in &rows {
            // A page without rows is one row of nulls.
            if let Some(key) = row.try_get::<Option<String>>("", FOUND_KEY)? {
                found.push((key, read(row)?));
            }
        }
        let limit = usize::try_from(self.limit()).unwrap_or(usize::MAX);
        // Rows of a set may have been deleted: the number of matches decides if more follow.
        let has_more = matched > i64::try_from(limit).unwrap_or(i64::MAX);
        let next = if found.len() > limit || (has_more && !found.is_empty()) {
            found.truncate(limit);
            found.last().map(|(key, item)| (key.clone(), id(item)))
        } else if is_cut || has_more {
            Some((first.try_get("", LAST_KEY)?, first.try_get("", LAST_ID)?))
        } else {
            None
        };
        let count = Count {
            number: matched.clamp(0, i64::from(COUNTED)).unsigned_abs(),
            is_more: is_cut || matched > i64::from(COUNTED),
        };
        Ok(ListPage {
            items: found.into_iter().map(|(_, item)| item).collect(),
            next,
            count: self.after.is_none().then_some(count),
        })
    }

    fn limit(&self) -> u64 {
        Ord::min(self.limit, PAGE_MAX)
    }

    /// Returns the statement. Each of its rows contains the numbers of candidates and of matches, the
    /// last candidate, and a row of the page.
    pub(super) fn select(
        &self,
        backend: DbBackend,
        table: &'static str,
        columns: &[String],
        figures: &[Figure],
    ) -> SelectStatement {
        // One more row than the page, to detect a next page.
        let rows = self.limit() + 1;
        let few = u32::try_from(rows).unwrap_or(u32::MAX);
        let matches = match self.after {
            Some(_) => few,
            None => Ord::max(few, COUNTED + 1),
        };
        let checks = self.checks(backend, table);
        let candidates = if checks.is_empty() {
            matches
        } else {
            self.scanned()
        };
        let mut with = WithClause::new();
        if let Some(chosen) = self.chosen(backend, table) {
            with.cte(named(CHOSEN, chosen));
        }
        with.cte(named(
            CANDIDATES,
            self.candidates(backend, table, candidates),
        ));
        let id = (table, self.id_column);
        let order = || self.order.clone();
        with.cte(named(MATCHES, matching(id, checks, order(), matches)));
        let mut select = Query::select();
        for name in [SCANNED_ROWS, MATCHED_ROWS, LAST_KEY, LAST_ID] {
            select.column((BOUNDS, name));
        }
        select.column((PAGE, FOUND_KEY));
        for column in columns {
            select.column((PAGE, Alias::new(column)));
        }
        for (name, _) in figures {
            select.column((PAGE, *name));
        }
        let page = page(id, columns, figures, (order(), rows));
        let bounds = bounds(&match self.order {
            Order::Desc => Order::Asc,
            _ => Order::Desc,
        });
        select.from_subquery(bounds, BOUNDS).join_subquery(
            JoinType::LeftJoin,
            page,
            PAGE,
            Expr::cust("1 = 1"),
        );
        if let Some((column, within)) = self.user {
            join_user(&mut select, "u_", Expr::col((PAGE, column)), within);
        }
        select
            .order_by_expr(Expr::col((PAGE, FOUND_KEY)), Order::Asc)
            .order_by_expr(Expr::col((PAGE, self.id_column)), order())
            .with_cte(with);
        select
    }

    /// Returns the maximum number of candidates. Each key of a row is a candidate, so that a first page
    /// counts as many rows as without a text.
    fn scanned(&self) -> u32 {
        let keys = self.search.map_or(1, |(keys, _)| keys.len());
        let keys = u32::try_from(keys).unwrap_or(u32::MAX);
        Ord::max(SCANNED, keys.saturating_mul(COUNTED + 1))
    }

    /// Returns what each candidate is checked for: that its key is the first of its row, and the
    /// properties. The range of a text may be chosen instead of the set; then the property of the set is
    /// checked as well.
    fn checks(&self, backend: DbBackend, table: &'static str) -> Condition {
        let mut checks = self.checks.clone();
        if let (Some(_), Some((_, property))) = (&self.search, &self.set) {
            checks = checks.add(property.clone());
        }
        match self.prefix(backend, table, SCANNED) {
            Some(prefix) if prefix.keys.len() > 1 => checks.add(prefix.is_first(CANDIDATES)),
            _ => checks,
        }
    }

    fn prefix(
        &self,
        backend: DbBackend,
        table: &'static str,
        limit: u32,
    ) -> Option<PrefixSearch<'_>> {
        let (keys, prefix) = self.search?;
        Some(PrefixSearch {
            backend,
            table,
            id_column: self.id_column,
            keys,
            prefix,
            after: self.after.clone(),
            limit: limit.into(),
        })
    }

    /// Returns the start of the range of the text. A small set is read instead of the range, which
    /// then is empty: it starts at its end.
    fn chosen(&self, backend: DbBackend, table: &'static str) -> Option<SelectStatement> {
        let prefix = self.prefix(backend, table, SCANNED)?;
        let (set, _) = self.set.as_ref()?;
        let counted = Query::select()
            .expr(Expr::col(Asterisk).count())
            .from_subquery(set.select(false, Order::Asc, SCANNED + 1), SOURCE)
            .take();
        let is_small = Expr::from(counted).lte(i64::from(SCANNED));
        let start = CaseStatement::new()
            .case(is_small, Expr::value(prefix.end()))
            .finally(Expr::value(prefix.start()));
        Some(Query::select().expr_as(start, START).take())
    }

    fn candidates(&self, backend: DbBackend, table: &'static str, limit: u32) -> SelectStatement {
        match (self.prefix(backend, table, limit), &self.set) {
            (Some(prefix), Some((set, _))) => {
                let start = || Query::select().column(START).from(CHOSEN).take();
                let ids = (set.select(false, Order::Asc, SCANNED), SOURCE);
                let mut small = prefix.among(ids, source_id());
                small.and_where(Expr::from(start()).eq(prefix.end()));
                prefix.select(Some(&start().into()), Some(small))
            }
            (Some(prefix), None) => prefix.select(None, None),
            (None, Some((set, _))) => set.by_id(self.order.clone(), limit),
            (None, None) => {
                let all = IdRange {
                    table,
                    column: self.id_column,
                    condition: Condition::all(),
                    repeats: false,
                    after: self.after.as_ref().map(|(_, id)| id.clone()),
                };
                IdSet::Range(all).by_id(self.order.clone(), limit)
            }
        }
    }
}

fn named(name: &'static str, select: SelectStatement) -> CommonTableExpression {
    let mut table = CommonTableExpression::new();
    table.table_name(name).query(select);
    table
}

/// Returns the keys and IDs of a table in this order. The keys of a list by ID are empty.
fn ordered(table: &'static str, order: Order) -> SelectStatement {
    let column = |name: &'static str| Expr::col((table, name));
    Query::select()
        .expr_as(column(FOUND_KEY), FOUND_KEY)
        .expr_as(column(FOUND_ID), FOUND_ID)
        .from(table)
        .order_by_expr(column(FOUND_KEY), order.clone())
        .order_by_expr(column(FOUND_ID), order)
        .take()
}

/// Returns at most `limit` candidates that pass the checks; `id` is the table with its column.
fn matching(
    id: (&'static str, &'static str),
    checks: Condition,
    order: Order,
    limit: u32,
) -> SelectStatement {
    let mut select = ordered(CANDIDATES, order);
    if !checks.is_empty() {
        let same = Expr::col(id).equals((CANDIDATES, FOUND_ID));
        select.inner_join(id.0, same).cond_where(checks);
    }
    select.limit(limit.into());
    select
}

/// Returns the numbers of candidates and of matches, and the last candidate: the first in the other order.
fn bounds(other: &Order) -> SelectStatement {
    let count = |table: &'static str| {
        let mut rows = Query::select();
        rows.expr(Expr::col(Asterisk).count()).from(table);
        rows
    };
    let last = |name: &'static str| {
        let last = ordered(CANDIDATES, other.clone()).limit(1).take();
        let mut value = Query::select();
        value.column(name).from_subquery(last, SOURCE);
        value
    };
    Query::select()
        .expr_as(count(CANDIDATES), SCANNED_ROWS)
        .expr_as(count(MATCHES), MATCHED_ROWS)
        .expr_as(last(FOUND_KEY), LAST_KEY)
        .expr_as(last(FOUND_ID), LAST_ID)
        .take()
}

/// Returns the first `limit` matches with the columns of their rows, and the figures.
fn page(
    id: (&'static str, &'static str),
    columns: &[String],
    figures: &[Figure],
    (order, limit): (Order, u64),
) -> SelectStatement {
    let few = ordered(MATCHES, order).limit(limit).take();
    // Every listed table marks deleted rows.
    let same = Expr::col(id).equals((FEW, FOUND_ID)).and(is_kept(id.0));
    let mut select = Query::select();
    select
        .column((FEW, FOUND_KEY))
        .from_subquery(few, FEW)
        .inner_join(id.0, same);
    for column in columns {
        select.column((id.0, Alias::new(column)));
    }
    for (name, value) in figures {
        select.expr_as(value.clone(), *name);
    }
    select
}
