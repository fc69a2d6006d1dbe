//! Sessions at identity providers, and the sessions here that came from them.

use doorward_domain::boxed;
use doorward_domain::model::ProviderSession;
use sea_orm::prelude::Uuid;

use super::prelude::*;
use super::query;
use super::sessions::BATCH;
use crate::entity::provider_sessions::{Column, Entity};

/// The sessions at a provider that ended: one with this ID, all of this user, or that one if it is of this
/// user.
#[derive(Clone, Copy, Debug)]
pub enum EndedUpstream<'a> {
    Session(&'a str),
    User(&'a str),
    SessionOfUser { sid: &'a str, subject: &'a str },
}

/// Stores the session at the provider of a session here, in place of a former one.
#[boxed]
pub async fn put(tx: &WriteTx, session: &ProviderSession) -> Result<()> {
    Entity::delete_by_id(session.session_id.as_uuid())
        .run(tx)
        .await?;
    query::insert(tx, session).await
}

/// Returns up to [`BATCH`] sessions here that have not ended, with their users. With a time, without those that
/// signed in later.
#[boxed]
pub async fn list_unended<'a>(
    conn: &'a Conn,
    issuer: &'a str,
    ended: EndedUpstream<'a>,
    until: Option<UnixSeconds>,
) -> Result<Vec<(SessionId, UserId)>> {
    let (sid, subject) = match ended {
        EndedUpstream::Session(sid) => (Some(sid), None),
        EndedUpstream::User(subject) => (None, Some(subject)),
        EndedUpstream::SessionOfUser { sid, subject } => (Some(sid), Some(subject)),
    };
    let here = |column: &'static str| Expr::col(("sessions", column));
    let there = |column: Column| Expr::col(("provider_sessions", column));
    let query = Query::select()
        .column(("sessions", "id"))
        .column(("sessions", "user_id"))
        .from("provider_sessions")
        .inner_join(
            "sessions",
            here("id").equals(("provider_sessions", Column::SessionId)),
        )
        .and_where(there(Column::Issuer).eq(issuer))
        .and_where_option(sid.map(|sid| there(Column::Sid).eq(sid)))
        .and_where_option(subject.map(|subject| there(Column::Subject).eq(subject)))
        .and_where(here("ended_at").is_null())
        .and_where_option(until.map(|until| here("auth_time").lte(until)))
        .limit(BATCH)
        .take();
    read_all(conn, &query, |row| {
        let id = |name| row.try_get::<Uuid>("", name);
        Ok((
            SessionId::from_uuid(id("id")?),
            UserId::from_uuid(id("user_id")?),
        ))
    })
    .await
}
