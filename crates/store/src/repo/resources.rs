//! Registered resources (RFC 8707).

use doorward_domain::model::Resource;
use sea_orm::sea_query::{Expr, Func, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::query::ChangeRows as _;
use crate::db::{Conn, WriteTx};
use crate::entity::resources::{ActiveModel, Column, Entity};
use crate::entity::stored::to_json;
use crate::entity::{clients, grants, permissions, scopes};
use crate::error::StoreError;

/// Returns every registered resource, ordered by identifier.
pub async fn list_all(conn: &Conn) -> Result<Vec<Resource>, StoreError> {
    let rows = Entity::find()
        .order_by_asc(Column::Identifier)
        .all(conn)
        .await?;
    rows.into_iter().map(Resource::try_from).collect()
}

pub async fn find(conn: &Conn, identifier: &str) -> Result<Option<Resource>, StoreError> {
    let row = Entity::find_by_id(identifier).one(conn).await?;
    row.map(Resource::try_from).transpose()
}

/// Inserts a resource, or updates the settings of the one with this identifier.
pub async fn upsert(tx: &WriteTx, resource: &Resource) -> Result<(), StoreError> {
    let mut replace = OnConflict::column(Column::Identifier);
    replace.update_columns([
        Column::Name,
        Column::TokenType,
        Column::TokenSigningAlg,
        Column::TokenClaims,
        Column::AccessTokenTtl,
    ]);
    Entity::insert(ActiveModel::try_from(resource)?)
        .on_conflict(replace)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Changes the identifier of a resource in all tables: scopes, permissions, clients and grants. If
/// a resource with the new identifier exists, it takes over all of them.
pub async fn rename(tx: &WriteTx, from: &str, to: &str) -> Result<(), StoreError> {
    if let Some(former) = find(tx, from).await?
        && find(tx, to).await?.is_none()
    {
        let identifier = to.to_owned();
        upsert(
            tx,
            &Resource {
                identifier,
                ..former
            },
        )
        .await?;
    }
    delete(tx, from).await?;
    scopes::Entity::update_many()
        .col_expr(scopes::Column::Audience, Expr::value(to))
        .filter(scopes::Column::Audience.eq(from))
        .exec(tx.conn())
        .await?;
    permissions::Entity::update_many()
        .col_expr(permissions::Column::Audience, Expr::value(to))
        .filter(permissions::Column::Audience.eq(from))
        .exec(tx.conn())
        .await?;
    // Lists are JSON: the identifier occurs in them as a whole string.
    let (from, to) = (to_json(&from)?, to_json(&to)?);
    let replaced = |column: Expr| {
        let words = [column, Expr::value(from.clone()), Expr::value(to.clone())];
        Expr::from(Func::cust("REPLACE").args(words))
    };
    let (serves, exchange) = (clients::Column::Serves, clients::Column::TokenExchange);
    clients::Entity::update_many()
        .col_expr(serves, replaced(Expr::col(serves)))
        .col_expr(exchange, replaced(Expr::col(exchange)))
        .exec(tx.conn())
        .await?;
    let resources = grants::Column::Resources;
    grants::Entity::update_many()
        .col_expr(resources, replaced(Expr::col(resources)))
        .filter(resources.contains(&from))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Deletes a resource. Returns false if it does not exist.
pub async fn delete(tx: &WriteTx, identifier: &str) -> Result<bool, StoreError> {
    Entity::delete_by_id(identifier).change_one(tx).await
}
