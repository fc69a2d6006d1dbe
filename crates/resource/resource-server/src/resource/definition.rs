//! The properties of a kind of objects that have routes of their own.

use doorward_access::Principal;
use doorward_access::guard::RouteGuard;
use doorward_policy::Action;
use doorward_protocol::params::Params;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue, Condition, ConnectionTrait, DbErr, Iterable as _, Value,
};
use serde::Serialize;
use uuid::Uuid;

use super::table_object::{Change, Column, TableObject};
use crate::audit::Event;
use crate::caller::Caller;
use crate::fields::Fields;
use crate::problem::Result;
use crate::words::Word;

/// A query parameter of a list that selects rows, by its name.
pub(crate) type Parameter<C> = (&'static str, Filter<C>);

/// The rows that a query parameter selects.
pub(crate) enum Filter<C> {
    Text(C),
    /// Rows with this ID. A text that is not an ID selects none.
    Id(C),
    /// Rows with one of the words, which are converted for the column.
    Words(C, &'static [&'static str], fn(&str) -> Option<Value>),
    /// Rows with a value (`true`) or without one (`false`).
    Presence(C),
    /// Rows until this date, inclusive.
    Until(C),
    /// Rows from this date on, except those without a date.
    From(C),
}

impl<C> Filter<C> {
    pub(crate) const fn words<W: Word + Into<Value>>(column: C) -> Self {
        Self::Words(column, W::WORDS, |word| W::parse(word).map(Into::into))
    }
}

/// A kind of objects with the routes `/api/{NAME}s/` and `/api/{NAME}s/{id}`.
pub(crate) trait Resource: TableObject + 'static {
    type Read: RouteGuard;
    type Write: RouteGuard;
    type Delete: RouteGuard;
    type View<'a>: Serialize
    where
        Self: 'a;

    /// True if PUT replaces an object.
    const IS_REPLACEABLE: bool = true;
    /// Name in paths, events, quotas and the search index.
    const NAME: &'static str;
    /// The members of a response that a body must not have.
    const READ_ONLY: &'static [&'static str];
    /// The member that every object needs, and the error without it.
    const TITLE: (&'static str, &'static str);
    /// The query parameters of a list, in addition to those of every list.
    const PARAMETERS: &'static [Parameter<Column<Self>>];
    /// The sort keys of a list; the first one is `created_at`.
    const SORT_KEYS: &'static [(&'static str, Column<Self>)];

    fn read(fields: &mut Fields, now: i64) -> Change<Self>;

    /// Returns the texts that a search finds.
    fn texts(&self) -> Vec<&str>;

    /// Checks whether the principal may use the query parameters.
    fn check_parameters(_principal: &Principal, _params: &Params) -> Result<()> {
        Ok(())
    }

    fn creating(&self) -> &'static [Action] {
        &[Action::Create]
    }

    /// Checks the objects to which `after` refers and `before` did not.
    async fn check_references(
        _caller: &Caller<'_>,
        _before: Option<&Self>,
        _after: &Self,
    ) -> Result<()> {
        Ok(())
    }

    /// Returns the columns that a replacement without them resets to their defaults.
    async fn replaced(
        &self,
        _caller: &Caller<'_>,
        _change: &Change<Self>,
    ) -> Result<Vec<Column<Self>>> {
        Ok(Vec::new())
    }

    fn changed(&self, change: &Change<Self>) -> Result<Self, DbErr> {
        apply(self, change)
    }

    /// Checks the change of an object that the caller may change.
    async fn check_change(
        caller: &Caller<'_>,
        before: &Self,
        change: &Change<Self>,
        after: &Self,
    ) -> Result<()>;

    /// Returns the audit event of a creation (without `before`), a change, or a deletion (without
    /// `after`).
    fn event(_caller: &Caller<'_>, _before: Option<&Self>, _after: Option<&Self>) -> Option<Event> {
        None
    }

    async fn insert_related<C: ConnectionTrait>(&self, _db: &C) -> Result<(), DbErr> {
        Ok(())
    }

    /// Returns the condition under which other rows need the object, and the error of its deletion.
    fn needed(_id: Uuid) -> Option<(Condition, &'static str)> {
        None
    }

    /// Returns true if the reading of the object is recorded.
    fn is_restricted(&self) -> bool {
        false
    }

    /// Returns the IDs of those objects whose reading is recorded.
    async fn restricted(_caller: &Caller<'_>, objects: &[Self]) -> Result<Vec<Uuid>> {
        let restricted = objects.iter().filter(|object| object.is_restricted());
        Ok(restricted.map(Self::id).collect())
    }

    async fn views<'a>(caller: &Caller<'_>, objects: &'a [Self]) -> Result<Vec<Self::View<'a>>>;

    /// Returns the object for the caller; `path` is that of the request.
    async fn view(&self, caller: &Caller<'_>, path: &str) -> Result<Self::View<'_>>;
}

pub(crate) fn apply<R: Resource>(object: &R, change: &Change<R>) -> Result<R, DbErr> {
    let mut changed = object.clone();
    for column in Column::<R>::iter() {
        if let ActiveValue::Set(value) = change.get(column) {
            changed.try_set(column, value)?;
        }
    }
    Ok(changed)
}

/// Returns the key for sorting, which is equal on every database.
pub(crate) fn sort_key(text: &str) -> String {
    text.to_lowercase()
}

/// Returns a column that is set if the body has the member.
pub(crate) fn given<V: Into<Value>>(value: Option<V>) -> ActiveValue<V> {
    value.map_or(ActiveValue::NotSet, ActiveValue::Set)
}
