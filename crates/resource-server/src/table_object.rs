//! Objects of tables on which policies decide. Organization and policies are part of every statement.

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::caller::Caller;
use crate::cursor::Position;
use crate::listing::{Page, Scan};
use crate::problem::Problem;
use crate::sql_condition::{ColumnMapper, condition};
use crate::state::State;
use doorward_policy::{Action, Kind, Object, Selection};

type Column<T> = <<T as TableObject>::Entity as EntityTrait>::Column;
type Row<T> = <<T as TableObject>::Entity as EntityTrait>::Model;

/// A row of a table as an object on which policies decide.
pub(crate) trait TableObject: Sized {
    /// The table.
    type Entity: EntityTrait;
    /// The kind of the object for policies.
    const KIND: Kind;
    /// The column of the ID.
    const ID: Column<Self>;
    /// The column of the organization.
    const ORG: Column<Self>;
    /// The columns of attributes.
    const MAPPER: ColumnMapper;

    /// Converts a row; an invalid value is an error that names the row.
    fn from_row(row: Row<Self>) -> Result<Self, DbErr>;

    /// Returns the version.
    fn version(&self) -> i64;

    /// Returns the object as policies see it.
    async fn as_object<C: ConnectionTrait>(&self, db: &C) -> Result<Object, DbErr>;

    /// Returns the condition of the caller's organization and the permitted objects.
    fn within(caller: &Caller, selection: &Selection) -> Result<Condition, DbErr> {
        Ok(Condition::all()
            .add(Self::ORG.eq(caller.org()))
            .add(condition(&selection.filter, Self::MAPPER)?))
    }

    /// Decides on the object if the condition was not exact.
    async fn allows(
        &self,
        state: &State,
        caller: &Caller,
        action: Action,
        selection: &Selection,
    ) -> Result<bool, DbErr> {
        if selection.exact {
            return Ok(true);
        }
        let object = self.as_object(&state.db).await?;
        Ok(caller.decide(state, action, &object).await?.allowed)
    }

    /// Returns one page of the objects that the policies permit the caller to read.
    async fn page(
        state: &State,
        caller: &Caller,
        scan: Scan<Self::Entity>,
        position: impl Fn(&Row<Self>) -> Position,
    ) -> Result<Page<Self>, Problem> {
        let selection = caller.select(state, Action::Read, Self::KIND);
        let shown = async |row: Row<Self>| {
            let found = Self::from_row(row)?;
            let shown = found
                .allows(state, caller, Action::Read, &selection)
                .await?;
            Ok(shown.then_some(found))
        };
        scan.page(state, caller, &selection, Self::MAPPER, position, shown)
            .await
    }

    /// Returns the object, if the policies permit the action.
    async fn find(
        state: &State,
        caller: &Caller,
        id: Uuid,
        action: Action,
    ) -> Result<Option<Self>, DbErr> {
        let selection = caller.select(state, action, Self::KIND);
        let row = Self::Entity::find()
            .filter(Self::ID.eq(id))
            .filter(Self::within(caller, &selection)?)
            .one(&state.db)
            .await?;
        let Some(found) = row.map(Self::from_row).transpose()? else {
            return Ok(None);
        };
        let allowed = found.allows(state, caller, action, &selection).await?;
        Ok(allowed.then_some(found))
    }

    /// Returns the object, or the error of one that the caller may not read.
    async fn visible(state: &State, caller: &Caller, id: Uuid) -> Result<Self, Problem> {
        if let Some(found) = Self::find(state, caller, id, Action::Read).await? {
            return Ok(found);
        }
        let find = Self::object_in(&state.db, caller.org(), id);
        Err(caller.hide(state, find).await?)
    }

    /// Returns the object at the requested version if the policies permit the action, or the error
    /// response.
    async fn actionable(
        state: &State,
        caller: &Caller,
        id: Uuid,
        action: Action,
        version: Option<i64>,
    ) -> Result<Self, Problem> {
        let found = Self::visible(state, caller, id).await?;
        let object = found.as_object(&state.db).await?;
        let decision = caller.decide(state, action, &object).await?;
        if !decision.allowed {
            return Err(caller.refuse(action, &object, &decision));
        }
        if version.is_some_and(|version| version != found.version()) {
            return Err(Problem::precondition_failed());
        }
        Ok(found)
    }

    /// Returns the object with this ID as policies see it, without an access check.
    async fn object_by_id<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Object>, DbErr> {
        Self::object_where(db, Condition::all().add(Self::ID.eq(id))).await
    }

    /// Returns the object of this organization as policies see it, without an access check, to explain
    /// a denial. Other organizations' objects are never revealed.
    async fn object_in<C: ConnectionTrait>(
        db: &C,
        org: &str,
        id: Uuid,
    ) -> Result<Option<Object>, DbErr> {
        let one = Condition::all().add(Self::ID.eq(id));
        Self::object_where(db, one.add(Self::ORG.eq(org))).await
    }

    /// Returns the object under this condition as policies see it.
    async fn object_where<C: ConnectionTrait>(
        db: &C,
        one: Condition,
    ) -> Result<Option<Object>, DbErr> {
        let row = Self::Entity::find().filter(one).one(db).await?;
        match row.map(Self::from_row).transpose()? {
            Some(found) => found.as_object(db).await.map(Some),
            None => Ok(None),
        }
    }
}
