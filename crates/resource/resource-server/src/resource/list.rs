//! Lists: their query string, and their pages with the policies in the WHERE clause. Unknown, repeated
//! and malformed parameters are rejected, because a silently ignored filter returns too many rows.
//!
//! If several rules permit rows, each rule is queried separately, as one index range from the end
//! of the previous page, and the results are merged: the first page of ten thousand visible rows
//! out of a million reads little more than the rows of the page.

use std::collections::BTreeSet;

use doorward_access::Principal;
use doorward_policy::{Action, Filter as Policy, Selection};
use sea_orm::sea_query::{
    Alias, Asterisk, Expr, ExprTrait, Order, Query, SelectStatement, UnionType,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseExecutor, DbBackend, DbErr, EntityTrait,
    Iterable, JoinType, Statement, Value,
};

use super::definition::{Filter, Resource};
use super::table_object::Column;
use crate::caller::Caller;
use crate::cursor::{CursorKey, Position};
use crate::date_time::NO_DAY;
use crate::list_params::{Reader, is_paging, is_unfiltered, parameters};
use crate::problem::Result;
use crate::request::parse_id;
use crate::search;
use crate::sql_condition::condition;
use crate::state::State;
use crate::value_list;

/// Maximum number of rows read for one page if the engine must decide on each.
const LOOKED_AT: usize = 2000;
/// Maximum length of a search text in characters.
const MAX_SEARCH: usize = 200;
/// Maximum length of a text that a column must equal in characters.
const MAX_TEXT: usize = 255;
pub(crate) const EVERY: [&str; 4] = ["cursor", "limit", "ordering", "search"];

/// A request for a page of a list.
#[derive(Debug)]
pub(crate) struct List<R: Resource> {
    asked: Condition,
    key: Column<R>,
    descending: bool,
    after: Option<Position>,
    /// Maximum number of objects on a page; one more row is read to detect a following page.
    limit: u8,
    /// Set if a search selects the rows, and not the rules.
    is_search: bool,
    /// Set for the newest objects without filters, which every index of a rule serves.
    is_plain: bool,
    /// Everything that determines the rows and their order: a cursor is valid only for this context.
    context: String,
}

struct Page<R> {
    items: Vec<R>,
    next: Option<Position>,
}

/// Returns the statement of the first page of the list with this query string under the selection;
/// `None` if it is empty.
pub(crate) fn first_page<R: Resource>(
    principal: &Principal,
    query: &str,
    selection: &Selection,
    backend: DbBackend,
) -> Result<Option<Statement>, DbErr> {
    let unused = CursorKey::new([0; 32]);
    List::<R>::parse(query, principal, &unused, backend)
        .map_err(|problem| DbErr::Custom(problem.to_string()))?
        .statement(&selection.filter, backend)
}

impl<R: Resource> List<R> {
    pub(crate) fn parse(
        query: &str,
        principal: &Principal,
        cursors: &CursorKey,
        backend: DbBackend,
    ) -> Result<Self> {
        let params = parameters(query)?;
        let own = R::PARAMETERS.iter().map(|(name, _)| *name);
        let known: BTreeSet<&str> = own.chain(EVERY).collect();
        let mut reader = Reader::new(&params, known);
        let org = principal.org.as_deref().unwrap_or_default();
        let search = reader.text("search", MAX_SEARCH);
        let search = search.filter(|text| !text.trim().is_empty());
        let mut asked = match &search {
            Some(text) => search::matching(backend, R::NAME, org, text),
            None => Condition::all().add(R::ORG.eq(org)),
        };
        for (name, filter) in R::PARAMETERS {
            asked = asked.add_option(select(name, filter, &mut reader));
        }
        let ((order, key), descending) = reader.ordering(R::SORT_KEYS);
        let limit = reader.limit();
        let mut filters: Vec<_> = params.iter().filter(|(name, _)| !is_paging(name)).collect();
        filters.sort_unstable();
        // Debug output quotes strings, so that no value can imitate another field.
        let context = format!(
            "{}/4 {org:?} {:?} {order} {descending} {filters:?}",
            R::NAME,
            principal.subject
        );
        let after = reader.cursor(cursors, &context);
        reader.finish()?;
        R::check_parameters(principal, &params)?;
        Ok(Self {
            asked,
            key: *key,
            descending,
            after,
            limit,
            is_search: search.is_some(),
            is_plain: is_unfiltered(&params) && *order == "created_at",
            context,
        })
    }

    /// Returns the objects of the page that the policies permit the caller to read, and the cursor of the
    /// next one. The caller determines the cost of all but plain lists.
    pub(crate) async fn page(
        self,
        state: &State,
        caller: &Caller<'_>,
    ) -> Result<(Vec<R>, Option<String>)> {
        let context = self.context.clone();
        let turn = caller.subject();
        let (items, next) = self.permitted(state, caller, Action::Read, turn).await?;
        Ok((items, next.map(|end| state.cursors.seal(&end, &context))))
    }

    /// Creates the list of all objects of an organization, the newest first.
    pub(crate) fn of_organization(org: &str, limit: u8, after: Option<Position>) -> Self {
        let (_, key) = R::SORT_KEYS[0];
        Self {
            asked: Condition::all().add(R::ORG.eq(org)),
            key,
            descending: true,
            after,
            limit,
            is_search: false,
            is_plain: true,
            context: String::new(),
        }
    }

    /// Returns the objects of the page on which the policies permit the caller an action, and the
    /// position of the next page. Lists with the same `turn` run one at a time.
    pub(crate) async fn permitted(
        self,
        state: &State,
        caller: &Caller<'_>,
        action: Action,
        turn: &str,
    ) -> Result<(Vec<R>, Option<Position>)> {
        let selection = caller.select(action, R::KIND);
        // Of a caller with many memberships each row is looked up.
        let is_cheap = self.is_plain && selection.exact && !selection.filter.looks_up_members();
        let page = if is_cheap {
            self.rows(caller.db, caller, action, &selection).await?
        } else {
            let read =
                async |db: &DatabaseExecutor<'_>| self.rows(db, caller, action, &selection).await;
            state.reads.run(turn, read).await?
        };
        Ok((page.items, page.next))
    }

    async fn rows<C: ConnectionTrait>(
        mut self,
        db: &C,
        caller: &Caller<'_>,
        action: Action,
        selection: &Selection,
    ) -> Result<Page<R>, DbErr> {
        let requested = usize::from(self.limit);
        let (mut items, mut looked_at) = (Vec::new(), 0);
        let backend = db.get_database_backend();
        loop {
            let rows: Vec<R> = match self.statement(&selection.filter, backend)? {
                Some(statement) => R::Entity::find().from_raw_sql(statement).all(db).await?,
                None => Vec::new(),
            };
            looked_at += rows.len();
            let mut left = rows.len();
            for object in rows.into_iter().take(requested) {
                left -= 1;
                self.after = Some(position(&object, self.key)?);
                if object.allows(caller, action, selection).await? {
                    items.push(object);
                }
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

    /// Returns the statement that selects a page; `None` if the filter permits no rows.
    fn statement(&self, filter: &Policy, backend: DbBackend) -> Result<Option<Statement>, DbErr> {
        let mut asked = self.asked.clone();
        if let Some(position) = &self.after {
            asked = asked.add(self.beyond(position));
        }
        let branches = if self.is_search {
            vec![filter.clone()]
        } else {
            filter.branches()
        };
        let mut ranges = Vec::new();
        for branch in branches {
            ranges.push(asked.clone().add(condition(&branch, R::MAPPER)?));
        }
        let select = match (ranges.len(), backend) {
            (0, _) => return Ok(None),
            (1, _) => self.range(&ranges.remove(0)),
            (_, DbBackend::Sqlite) => self.of_ids(&ranges),
            _ => self.of_rows(&ranges),
        };
        Ok(Some(backend.build(&select)))
    }

    fn range(&self, range: &Condition) -> SelectStatement {
        let mut rows = Query::select();
        rows.columns(Column::<R>::iter())
            .from(R::Entity::default())
            .cond_where(range.clone());
        self.cut(rows)
    }

    /// Selects the IDs of the page and their rows. SQLite merges the parts of a union in the order
    /// of the whole, and reads each only to the end of the page.
    fn of_ids(&self, ranges: &[Condition]) -> SelectStatement {
        let parts = ranges.iter().map(|range| {
            let mut ids = Query::select();
            ids.columns([self.key, R::ID]).from(R::Entity::default());
            ids.cond_where(range.clone()).take()
        });
        let ids = self.cut(union(parts, UnionType::Distinct));
        let page = || Alias::new("page");
        let row = Expr::col(R::ID.as_column_ref());
        Query::select()
            .columns(Column::<R>::iter().map(|column| column.as_column_ref()))
            .from(R::Entity::default())
            .join_subquery(
                JoinType::InnerJoin,
                ids,
                page(),
                row.equals((page(), R::ID)),
            )
            .order_by((page(), self.key), self.order())
            .order_by((page(), R::ID), self.order())
            .take()
    }

    /// Selects the rows of each range to the end of the page. PostgreSQL merges them in order, so
    /// that duplicates are adjacent.
    fn of_rows(&self, ranges: &[Condition]) -> SelectStatement {
        let parts = ranges.iter().enumerate().map(|(number, range)| {
            let mut rows = Query::select();
            rows.column(Asterisk)
                .from(R::Entity::default())
                .cond_where(range.clone());
            let name = Alias::new(format!("range_{number}"));
            let mut part = Query::select();
            part.column(Asterisk).from_subquery(self.cut(rows), name);
            part
        });
        let mut page = Query::select();
        page.distinct_on([self.key, R::ID])
            .columns(Column::<R>::iter())
            .from_subquery(union(parts, UnionType::All), Alias::new("page"));
        self.cut(page)
    }

    fn cut(&self, mut rows: SelectStatement) -> SelectStatement {
        rows.order_by(self.key, self.order())
            .order_by(R::ID, self.order())
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

    /// Selects rows after `position` in the order of the list: keyset paging, which neither repeats nor
    /// skips a row after concurrent inserts or deletes. The bound of the sort key comes first, because
    /// it starts an index range.
    fn beyond(&self, position: &Position) -> Condition {
        let (value, id): (Value, _) = match position {
            Position::Number(number, id) => ((*number).into(), *id),
            Position::Text(text, id) => (text.clone().into(), *id),
        };
        let key = self.key;
        let (within, further, next_id) = if self.descending {
            (key.lte(value.clone()), key.lt(value), R::ID.lt(id))
        } else {
            (key.gte(value.clone()), key.gt(value), R::ID.gt(id))
        };
        Condition::all()
            .add(within)
            .add(Condition::any().add(further).add(next_id))
    }
}

fn select<C: ColumnTrait>(
    name: &str,
    filter: &Filter<C>,
    reader: &mut Reader<'_>,
) -> Option<Condition> {
    let expression = match filter {
        Filter::Text(column) => column.eq(reader.text(name, MAX_TEXT)?),
        Filter::Id(column) => column.eq(parse_id(reader.optional(name)?).unwrap_or_default()),
        Filter::Words(column, _, value) => value_list::is_known(*column, reader.list(name, value)?),
        Filter::Presence(column) => {
            let presence = reader.list(name, |word| word.parse().ok())?;
            let presence: BTreeSet<bool> = presence.into_iter().collect();
            let any = presence.into_iter().map(|is_present| {
                if is_present {
                    column.is_not_null()
                } else {
                    column.is_null()
                }
            });
            return Some(any.fold(Condition::any(), Condition::add));
        }
        Filter::Until(column) => column.lte(reader.date(name)?.to_julian_day()),
        Filter::From(column) => {
            let day = reader.date(name)?.to_julian_day();
            column.gte(day).and(column.ne(NO_DAY))
        }
    };
    Some(Condition::all().add(expression))
}

fn position<R: Resource>(object: &R, key: Column<R>) -> Result<Position, DbErr> {
    let id = object.id();
    match object.get(key) {
        Value::Int(Some(number)) => Ok(Position::Number(number.into(), id)),
        Value::BigInt(Some(number)) => Ok(Position::Number(number, id)),
        Value::String(Some(text)) => Ok(Position::Text(text, id)),
        other => Err(DbErr::Type(format!("no list is sorted by {other:?}"))),
    }
}

fn union(mut parts: impl Iterator<Item = SelectStatement>, how: UnionType) -> SelectStatement {
    let mut all = parts.next().unwrap_or_default();
    for part in parts {
        all.union(how, part);
    }
    all
}

#[cfg(test)]
mod tests;
