//! Sessions of browsers at the hosts of sites.

use doorward_domain::boxed;
use doorward_domain::model::{Grant, Session, SiteSession};

use super::prelude::*;
use crate::entity::site_sessions::{Column, Entity, Model};
use crate::entity::{grants, sessions, users};

pub use super::query::insert;

/// A session at a host with the records that its validity depends on.
#[derive(Clone, PartialEq, Debug)]
pub struct FoundSiteSession {
    pub site_session: SiteSession,
    pub grant: Grant,
    pub session: Session,
    pub user: User,
}

/// Returns the session at a host with this cookie, with its grant, the session at this server and the user,
/// whether they are active or not, in one statement.
#[boxed]
pub async fn find(conn: &Conn, token_hash: &TokenHash) -> Result<Option<FoundSiteSession>> {
    let mut query = Query::select();
    select_all::<Entity>(&mut query, "site_sessions", "p_");
    select_all::<grants::Entity>(&mut query, "grants", "g_");
    select_all::<sessions::Entity>(&mut query, "sessions", "s_");
    select_all::<users::Entity>(&mut query, "users", "u_");
    let of = |table: &'static str, column: &'static str| Expr::col((table, column));
    query
        .from("site_sessions")
        .inner_join(
            "grants",
            of("grants", "id").equals(("site_sessions", "grant_id")),
        )
        .inner_join(
            "sessions",
            of("sessions", "id").equals(("site_sessions", "session_id")),
        )
        .inner_join("users", is_owner("sessions"))
        .and_where(of("site_sessions", "token_hash").eq(to_bytes(token_hash)));
    read_first(conn, &query, |row| {
        Ok(FoundSiteSession {
            site_session: joined::<Model, _>(row, "p_")?,
            grant: joined::<grants::Model, _>(row, "g_")?,
            session: joined::<sessions::Model, _>(row, "s_")?,
            user: joined::<users::Model, _>(row, "u_")?,
        })
    })
    .await
}

/// Deletes the session at a host with this cookie. Returns false if there is none.
#[boxed]
pub async fn delete(tx: &WriteTx, token_hash: &TokenHash) -> Result<bool> {
    let this = Column::TokenHash.eq(to_bytes(token_hash));
    Ok(Entity::delete_by(tx, this).await? > 0)
}
