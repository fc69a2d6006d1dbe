//! Registered resources (RFC 8707).

use doorward_domain::boxed;
use doorward_domain::model::Resource;

use super::prelude::*;
use crate::entity::resources::{ActiveModel, Column, Entity};
use crate::entity::{clients, grants, permissions, scopes};

/// Returns every registered resource, ordered by identifier.
#[boxed]
pub async fn list_all(conn: &Conn) -> Result<Vec<Resource>> {
    Entity::find()
        .order_by_asc(Column::Identifier)
        .load(conn)
        .await
}

#[boxed]
pub async fn find(conn: &Conn, identifier: &str) -> Result<Option<Resource>> {
    Entity::find_by_id(identifier).load_one(conn).await
}

/// Inserts a resource, or updates the settings of the one with this identifier.
#[boxed]
pub async fn upsert(tx: &WriteTx, resource: &Resource) -> Result<()> {
    upsert_row(
        tx,
        ActiveModel::try_from(resource)?,
        [Column::Identifier],
        [
            Column::Name,
            Column::TokenType,
            Column::TokenSigningAlg,
            Column::TokenClaims,
            Column::AccessTokenTtl,
        ],
    )
    .await
}

/// Changes the identifier of a resource in all tables: scopes, permissions, clients and grants. If
/// a resource with the new identifier exists, it takes over all of them.
#[boxed]
pub async fn rename(tx: &WriteTx, from: &str, to: &str) -> Result<()> {
    if let Some(former) = find(tx, from).await?
        && find(tx, to).await?.is_none()
    {
        let renamed = Resource {
            identifier: to.to_owned(),
            ..former
        };
        upsert(tx, &renamed).await?;
    }
    delete(tx, from).await?;
    scopes::Entity::update_many()
        .value(scopes::Column::Audience, to)
        .filter(scopes::Column::Audience.eq(from))
        .run(tx)
        .await?;
    permissions::Entity::update_many()
        .value(permissions::Column::Audience, to)
        .filter(permissions::Column::Audience.eq(from))
        .run(tx)
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
        .run(tx)
        .await?;
    let resources = grants::Column::Resources;
    grants::Entity::update_many()
        .col_expr(resources, replaced(Expr::col(resources)))
        .filter(resources.contains(&from))
        .run(tx)
        .await
}

#[boxed]
pub async fn delete(tx: &WriteTx, identifier: &str) -> Result<bool> {
    Entity::delete_by_id(identifier).change_one(tx).await
}
