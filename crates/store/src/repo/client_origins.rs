//! Clients by the origins whose scripts may read their responses. The rows are written with the
//! client.

use std::collections::BTreeSet;

use doorward_domain::model::{Client, ClientId};
use doorward_rules::origin;

use super::prelude::*;
use crate::entity::client_origins::{ActiveModel, Column, Entity};
use crate::entity::clients;
use crate::entity::row::RowReader;

/// Returns up to `limit` enabled clients after this ID with an origin, ordered by ID.
pub async fn list_clients(
    conn: &Conn,
    origin: &str,
    after: Option<&ClientId>,
    limit: u64,
) -> Result<Vec<ClientId>> {
    let id = Expr::col((clients::Entity, clients::Column::Id));
    let enabled = select_one(clients::Entity)
        .and_where(id.equals((Entity, Column::ClientId)))
        .and_where(clients::Column::DisabledAt.is_null())
        .and_where(is_kept("clients"))
        .take();
    let query = Entity::find()
        .filter(Column::Origin.eq(origin))
        .filter(Expr::exists(enabled))
        .order_by_asc(Column::ClientId)
        .limit(limit)
        .apply_if(after, |query, after| {
            query.filter(Column::ClientId.gt(after.as_str()))
        });
    let read = |row: crate::entity::client_origins::Model| {
        let reader = RowReader::new("client_origins", &row.client_id);
        reader.read("client_id", ClientId::parse(&row.client_id))
    };
    query.all(conn).await?.into_iter().map(read).collect()
}

/// Stores the origins of a client instead of its former ones.
pub(super) async fn replace(tx: &WriteTx, client: &Client) -> Result<()> {
    let of_client = || Column::ClientId.eq(client.id.as_str());
    let stored = Entity::find().filter(of_client()).all(tx.conn()).await?;
    let stored: BTreeSet<String> = stored.into_iter().map(|row| row.origin).collect();
    let origins: BTreeSet<String> = origin::list_origins(client).into_iter().collect();
    if stored == origins {
        return Ok(());
    }
    Entity::delete_many().filter(of_client()).change(tx).await?;
    insert(tx, client).await
}

pub(super) async fn insert(tx: &WriteTx, client: &Client) -> Result<()> {
    let origins: BTreeSet<String> = origin::list_origins(client).into_iter().collect();
    let rows = origins.into_iter().map(|origin| ActiveModel {
        origin: Set(origin),
        client_id: Set(client.id.as_str().to_owned()),
    });
    insert_rows(tx, rows, None).await
}
