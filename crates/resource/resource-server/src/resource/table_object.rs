//! Objects of tables on which policies decide. Organization and policies are part of every statement.

use doorward_policy::{Action, Kind, Object, Selection};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IntoActiveModel,
    ModelTrait, QueryFilter,
};
use uuid::Uuid;

use crate::caller::Caller;
use crate::problem::{Problem, Result};
use crate::sql_condition::{ColumnMapper, condition};

pub(crate) type Column<T> = <<T as ModelTrait>::Entity as EntityTrait>::Column;
/// A partial change (RFC 7396): only columns that are set change.
pub(crate) type Change<T> = <<T as ModelTrait>::Entity as EntityTrait>::ActiveModel;

pub(crate) struct Identity<'a> {
    pub org: &'a str,
    pub owner: &'a str,
}

/// Implements what [`TableObject`] says about the columns that every such table has. `$owner` is the field
/// of the owner; others get their defaults in a draft, unless they are named.
macro_rules! common_columns {
    ($owner:ident $(, $field:ident: $value:expr)?) => {
        const ID: Column = Column::Id;
        const ORG: Column = Column::Org;
        const VERSION: Column = Column::Version;
        const UPDATED_AT: Column = Column::UpdatedAt;

        fn id(&self) -> Uuid {
            self.id
        }

        fn version(&self) -> i64 {
            self.version
        }

        fn identity(&self) -> Identity<'_> {
            Identity {
                org: &self.org,
                owner: &self.$owner,
            }
        }

        fn draft(id: Uuid, place: &Identity<'_>, now: i64) -> Self {
            Self {
                id,
                $owner: place.owner.to_owned(),
                org: place.org.to_owned(),
                created_at: now,
                updated_at: now,
                version: 1,
                $($field: $value,)?
                ..Self::default()
            }
        }
    };
}

pub(crate) use common_columns;

/// A row of a table as an object on which policies decide.
pub(crate) trait TableObject:
    ModelTrait<Entity: EntityTrait<Model = Self>> + FromQueryResult + IntoActiveModel<Change<Self>>
{
    const KIND: Kind;
    const ID: Column<Self>;
    const ORG: Column<Self>;
    const VERSION: Column<Self>;
    const UPDATED_AT: Column<Self>;
    const MAPPER: ColumnMapper;
    /// True if callers may change an object that they may not read.
    const IS_CHANGED_UNREAD: bool = false;

    fn id(&self) -> Uuid;

    fn version(&self) -> i64;

    fn identity(&self) -> Identity<'_>;

    fn draft(id: Uuid, place: &Identity<'_>, now: i64) -> Self;

    /// Returns the object as policies see it.
    async fn as_object<C: ConnectionTrait>(&self, db: &C) -> Result<Object, DbErr>;

    /// Returns the name in events and denials.
    fn resource_name(&self) -> String {
        format!("{}/{}", Self::KIND.as_str(), self.id())
    }

    /// Returns the condition of the caller's organization and the permitted objects.
    fn within(caller: &Caller<'_>, selection: &Selection) -> Result<Condition, DbErr> {
        Ok(Condition::all()
            .add(Self::ORG.eq(caller.org()))
            .add(condition(&selection.filter, Self::MAPPER)?))
    }

    /// Decides on the object if the condition was not exact.
    async fn allows(
        &self,
        caller: &Caller<'_>,
        action: Action,
        selection: &Selection,
    ) -> Result<bool, DbErr> {
        if selection.exact {
            return Ok(true);
        }
        let object = self.as_object(caller.db).await?;
        Ok(caller.decide(action, &object).await?.allowed)
    }

    /// Returns the object, if the policies permit the action.
    async fn find(caller: &Caller<'_>, id: Uuid, action: Action) -> Result<Option<Self>, DbErr> {
        let selection = caller.select(action, Self::KIND);
        let row = Self::Entity::find()
            .filter(Self::ID.eq(id))
            .filter(Self::within(caller, &selection)?)
            .one(caller.db)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let is_allowed = row.allows(caller, action, &selection).await?;
        Ok(is_allowed.then_some(row))
    }

    /// Returns the object, or the error of one that the caller may not read.
    async fn visible(caller: &Caller<'_>, id: Uuid) -> Result<Self> {
        if let Some(row) = Self::find(caller, id, Action::Read).await? {
            return Ok(row);
        }
        // To explain the denial. Other organizations' objects are never revealed.
        let own = Condition::all()
            .add(Self::ID.eq(id))
            .add(Self::ORG.eq(caller.org()));
        Err(caller.hide(Self::object_where(caller.db, own)).await?)
    }

    /// Returns the object if the policies permit the action, or the error response.
    async fn actionable(caller: &Caller<'_>, id: Uuid, action: Action) -> Result<Self> {
        if Self::IS_CHANGED_UNREAD
            && let Some(row) = Self::find(caller, id, action).await?
        {
            return Ok(row);
        }
        let row = Self::visible(caller, id).await?;
        caller
            .require(action, &row.as_object(caller.db).await?)
            .await?;
        Ok(row)
    }

    /// Checks the version that a request expects (RFC 9110 §13.1.1).
    fn check_version(&self, expected: Option<i64>) -> Result<()> {
        match expected {
            Some(version) if version != self.version() => Err(Problem::precondition_failed()),
            _ => Ok(()),
        }
    }

    /// Returns the object with this ID as policies see it, without an access check.
    async fn object_by_id<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Object>, DbErr> {
        Self::object_where(db, Condition::all().add(Self::ID.eq(id))).await
    }

    async fn object_where<C: ConnectionTrait>(
        db: &C,
        condition: Condition,
    ) -> Result<Option<Object>, DbErr> {
        match Self::Entity::find().filter(condition).one(db).await? {
            Some(row) => row.as_object(db).await.map(Some),
            None => Ok(None),
        }
    }
}
