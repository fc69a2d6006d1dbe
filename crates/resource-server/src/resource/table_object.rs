//! Objects of tables on which policies decide. Organization and policies are part of every statement.

use doorward_policy::{Action, Kind, Object, Selection};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, ModelTrait,
    QueryFilter,
};
use uuid::Uuid;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::sql_condition::{ColumnMapper, condition};
use crate::state::State;

pub(crate) type Column<T> = <<T as ModelTrait>::Entity as EntityTrait>::Column;

/// A row of a table as an object on which policies decide.
pub(crate) trait TableObject:
    ModelTrait<Entity: EntityTrait<Model = Self>> + FromQueryResult
{
    /// The kind of the object for policies.
    const KIND: Kind;
    const ID: Column<Self>;
    /// The column of the organization.
    const ORG: Column<Self>;
    const VERSION: Column<Self>;
    /// The columns of attributes.
    const MAPPER: ColumnMapper;
    /// True if callers may change an object that they may not read.
    const IS_CHANGED_UNREAD: bool = false;

    fn id(&self) -> Uuid;

    fn version(&self) -> i64;

    /// Returns the object as policies see it.
    async fn as_object<C: ConnectionTrait>(&self, db: &C) -> Result<Object, DbErr>;

    /// Returns the name in events and denials.
    fn resource_name(&self) -> String {
        format!("{}/{}", Self::KIND.as_str(), self.id())
    }

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

    /// Returns the object, if the policies permit the action.
    async fn find(
        state: &State,
        caller: &Caller,
        id: Uuid,
        action: Action,
    ) -> Result<Option<Self>, DbErr> {
        let selection = caller.select(state, action, Self::KIND);
        let found = Self::Entity::find()
            .filter(Self::ID.eq(id))
            .filter(Self::within(caller, &selection)?)
            .one(&state.db)
            .await?;
        let Some(found) = found else {
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

    /// Returns the object if the policies permit the action, or the error response.
    async fn actionable(
        state: &State,
        caller: &Caller,
        id: Uuid,
        action: Action,
    ) -> Result<Self, Problem> {
        if Self::IS_CHANGED_UNREAD
            && let Some(found) = Self::find(state, caller, id, action).await?
        {
            return Ok(found);
        }
        let found = Self::visible(state, caller, id).await?;
        let object = found.as_object(&state.db).await?;
        caller.require(state, action, &object).await?;
        Ok(found)
    }

    /// Checks the version that a request expects (RFC 9110 §13.1.1).
    fn check_version(&self, expected: Option<i64>) -> Result<(), Problem> {
        match expected {
            Some(version) if version != self.version() => Err(Problem::precondition_failed()),
            _ => Ok(()),
        }
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
        match Self::Entity::find().filter(one).one(db).await? {
            Some(found) => found.as_object(db).await.map(Some),
            None => Ok(None),
        }
    }
}
