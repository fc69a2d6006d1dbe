//! Sessions of browsers at the hosts of sites.

use doorward_domain::boxed;
use doorward_domain::model::{EffectiveRoles, Grant, Session, SiteSession};
use sea_orm::Value;

use super::prelude::*;
use super::query::active_organization;
use super::roles::role_column::{self, Counts, ROLES, RoleColumns};
use super::statement_text::StatementText;
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
    /// The organization, if the user is a member of it and it is active.
    pub member_of: Option<String>,
    /// The roles of the user outside organizations and in this one.
    pub held: EffectiveRoles,
}

const MEMBER_OF: &str = "member_of";
const IS_ACTIVE: &str = concat!(
    "EXISTS (SELECT 1 FROM organizations o WHERE o.slug = member.org AND ",
    active_organization!(),
    ")"
);

/// Returns the session at a host with this cookie, with its grant, the session at this server and the user,
/// whether they are active or not, and the user's roles at `now`, in one statement.
#[boxed]
pub async fn find<'a>(
    conn: &'a Conn,
    token_hash: &TokenHash,
    organization: Option<&'a str>,
    now: UnixSeconds,
) -> Result<Option<FoundSiteSession>> {
    static TEXT: StatementText = StatementText::new();
    let backend = conn.get_database_backend();
    let token_hash = to_bytes(token_hash);
    let select = || {
        let whose = RoleColumns {
            user: "users.id",
            place: Counts::AlsoIn("member.org"),
            prepared: false,
        };
        let mut query = Query::select();
        select_all::<Entity>(&mut query, "site_sessions", "p_");
        select_all::<grants::Entity>(&mut query, "grants", "g_");
        select_all::<sessions::Entity>(&mut query, "sessions", "s_");
        select_all::<users::Entity>(&mut query, "users", "u_");
        query.expr_as(Expr::col(("member", "org")), MEMBER_OF);
        role_column::select(&mut query, backend, (ROLES, whose), now);
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
            .join_as(
                JoinType::LeftJoin,
                "organization_members",
                "member",
                of("member", "org")
                    .eq(organization)
                    .and(of("member", "user_id").equals(("users", "id")))
                    .and(Expr::cust(IS_ACTIVE)),
            )
            .and_where(of("site_sessions", "token_hash").eq(token_hash.clone()));
        query
    };
    let mut values = vec![Value::from(now); role_column::TIMES];
    values.extend([organization.into(), token_hash.clone().into()]);
    let statement = TEXT.statement(backend, values, select);
    let Some(row) = conn.query_one_raw(statement).await? else {
        return Ok(None);
    };
    Ok(Some(FoundSiteSession {
        site_session: joined::<Model, _>(&row, "p_")?,
        grant: joined::<grants::Model, _>(&row, "g_")?,
        session: joined::<sessions::Model, _>(&row, "s_")?,
        user: joined::<users::Model, _>(&row, "u_")?,
        member_of: row.try_get("", MEMBER_OF)?,
        held: role_column::read(&row, ROLES)?,
    }))
}

/// Deletes the session at a host with this cookie. Returns false if there is none.
#[boxed]
pub async fn delete(tx: &WriteTx, token_hash: &TokenHash) -> Result<bool> {
    let this = Column::TokenHash.eq(to_bytes(token_hash));
    Ok(Entity::delete_by(tx, this).await? > 0)
}
