//! Clients by the origins whose scripts may read their responses. The rows are written with the
//! client.

use std::collections::BTreeSet;

use doorward_domain::boxed;
use doorward_rules::origin;

use super::prelude::*;
use crate::entity::client_origins::{ActiveModel, Column, Entity};
use crate::entity::clients;
use crate::entity::row::RowReader;

/// Returns up to `limit` enabled clients after this ID with an origin, ordered by ID.
#[boxed]
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
        .page_after(Column::ClientId, after.map(ClientId::as_str), limit);
    let ids: Vec<String> = query.load_column(Column::ClientId, conn).await?;
    let read =
        |id: &String| RowReader::new("client_origins", id).read("client_id", ClientId::parse(id));
    ids.iter().map(read).collect()
}

pub(super) fn differ(before: &Client, after: &Client) -> bool {
    origins(before) != origins(after)
}

/// Stores the origins of a client instead of its former ones.
pub(super) async fn replace(tx: &WriteTx, client: &Client) -> Result<()> {
    let of_client = || Column::ClientId.eq(client.id.as_str());
    let stored = Entity::find().filter(of_client());
    let stored = stored.load_column(Column::Origin, tx).await?;
    if BTreeSet::from_iter(stored) == origins(client) {
        return Ok(());
    }
    Entity::delete_by(tx, of_client()).await?;
    insert(tx, client).await
}

pub(super) async fn insert(tx: &WriteTx, client: &Client) -> Result<()> {
    let rows = origins(client).into_iter().map(|origin| ActiveModel {
        origin: Set(origin),
        client_id: Set(client.id.as_str().to_owned()),
    });
    insert_rows(tx, rows, None).await
}

fn origins(client: &Client) -> BTreeSet<String> {
    origin::list_origins(client).into_iter().collect()
}
