//! Statements on the rows of resources. Organization and policies are part of every statement: an
//! inaccessible object is not fetched and then hidden, but never found.

use doorward_policy::Action;
use sea_orm::{
    ActiveModelTrait, ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _,
    Iterable as _, QueryFilter as _,
};

use super::definition::Resource;
use super::quota;
use super::table_object::{Change, Column};
use crate::audit::{self, Event};
use crate::caller::Caller;
use crate::problem::{Problem, Result, is_dangling};
use crate::search;
use crate::state::State;

/// Inserts the object and its audit event, within the quotas.
pub(crate) async fn insert<R: Resource>(
    state: &State,
    new: &R,
    event: Option<Event>,
) -> Result<()> {
    let (_turn, tx) = state.begin().await?;
    add(&tx, new).await?;
    if let Some(event) = event {
        audit::insert(&tx, state, event).await?;
    }
    quota::commit(tx, state.quotas, R::NAME, &new.identity()).await
}

/// Inserts the object with the rows that belong to it.
pub(crate) async fn add<R: Resource, C: ConnectionTrait>(db: &C, new: &R) -> Result<(), DbErr> {
    let row = new.clone().into_active_model();
    R::Entity::insert(row).exec_without_returning(db).await?;
    index(db, new).await?;
    new.insert_related(db).await
}

/// Replaces `before` by `after` if it still has its version and the policies permit it. Returns false if
/// no row matched.
pub(crate) async fn update<R: Resource>(
    state: &State,
    caller: &Caller<'_>,
    before: &R,
    after: &R,
    event: Option<Event>,
) -> Result<bool, DbErr> {
    let selection = caller.select(Action::Update, R::KIND);
    // Only what changes: triggers react to other columns, such as those of the search index.
    let mut changes = <Change<R> as ActiveModelTrait>::default();
    for column in Column::<R>::iter() {
        let value = after.get(column);
        if value != before.get(column) {
            changes.try_set(column, value)?;
        }
    }
    let (_turn, tx) = state.begin().await?;
    let result = R::Entity::update_many()
        .set(changes)
        .filter(R::ID.eq(before.id()))
        .filter(R::within(caller, &selection)?)
        .filter(R::VERSION.eq(before.version()))
        .exec(&tx)
        .await?;
    if result.rows_affected != 1 {
        return Ok(false);
    }
    if after.texts() != before.texts() {
        index(&tx, after).await?;
    }
    if let Some(event) = event {
        audit::insert(&tx, state, event).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Deletes the object if it still has its version and the policies permit it. Returns false if no row
/// matched, and an error if other rows need the object.
pub(crate) async fn delete<R: Resource>(
    state: &State,
    caller: &Caller<'_>,
    object: &R,
    event: Option<Event>,
) -> Result<bool> {
    let selection = caller.select(Action::Delete, R::KIND);
    let (needed, detail) = R::needed(object.id()).unzip();
    let (_turn, tx) = state.begin().await?;
    let result = R::Entity::delete_many()
        .filter(R::ID.eq(object.id()))
        .filter(R::within(caller, &selection)?)
        .filter(R::VERSION.eq(object.version()))
        .filter(Condition::all().add_option(needed.clone().map(Condition::not)))
        .exec(&tx)
        .await;
    let is_needed = match &result {
        Ok(result) if result.rows_affected == 1 => {
            if let Some(event) = event {
                audit::insert(&tx, state, event).await?;
            }
            tx.commit().await?;
            return Ok(true);
        }
        Ok(_) => match needed {
            Some(needed) => {
                let stored = R::Entity::find().filter(R::ID.eq(object.id()));
                stored.filter(needed).one(&tx).await?.is_some()
            }
            None => false,
        },
        // A row was added meanwhile; the foreign key rejected the deletion.
        Err(cause) => is_dangling(cause),
    };
    match (detail, result) {
        (Some(detail), _) if is_needed => Err(Problem::still_needed(detail)),
        (_, result) => Ok(result.map(|_| false)?),
    }
}

async fn index<R: Resource, C: ConnectionTrait>(db: &C, object: &R) -> Result<(), DbErr> {
    let org = object.identity().org;
    search::index(db, R::NAME, org, object.id(), &object.texts()).await
}
