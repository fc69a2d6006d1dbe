//! What the overview of an account shows of everything, in one statement.

use std::cmp::Reverse;

use doorward_domain::model::{
    AuditEvent, ClientId, Consent, EffectiveRoles, Grant, Session, UserId,
};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{DbBackend, QueryResult, QueryTrait};

use super::audit::Wanted;
use super::lists::{Lists, table};
use super::roles::held::{self, ANYWHERE, Whose};
use super::{api_keys, audit, consents, grants, joined, joined_optional, sessions};
use crate::db::Conn;
use crate::entity::{self, Place};
use crate::error::StoreError;

/// The lists and figures of one person.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Overview {
    /// All that they hold in whichever place.
    pub held: EffectiveRoles,
    /// How many of their API keys are neither revoked nor over.
    pub api_keys: usize,
    /// Their live sessions, the last used first.
    pub sessions: Vec<Session>,
    /// Their consents that were not withdrawn.
    pub consents: Vec<Consent>,
    /// Their grants from which tokens may still come, the newest first: neither revoked nor over, and
    /// their session has not ended or they outlive it (OIDC Core §11).
    pub grants: Vec<Grant>,
    /// When each client last got tokens in their name: at its last grant or refresh that is still
    /// remembered.
    pub last_uses: Vec<(ClientId, UnixSeconds)>,
    /// The newest of the wanted lines of the audit log, the newest first.
    pub events: Vec<AuditEvent>,
}

const KEYS: &str = "keys";
const CLIENT: &str = "client";
const LAST: &str = "last";

/// Reads it, with at most `limit` of the wanted lines.
pub async fn find<C: Conn>(
    conn: &C,
    user: UserId,
    (wanted, limit): (&Wanted, u64),
    now: UnixSeconds,
) -> Result<Overview, StoreError> {
    let mut lists = begin(conn.get_database_backend(), user, now);
    let of = |rows: SelectStatement, table: &'static str| {
        Query::select().from_subquery(rows, table).take()
    };
    let live = sessions::live_of(user, now).into_query();
    lists.add("sessions", of(live, "sessions"), &["sessions"], &[]);
    let standing = consents::standing(user).into_query();
    lists.add("consents", of(standing, "consents"), &["consents"], &[]);
    let with_session = with_session(of(grants::live(user, now).into_query(), "grants"));
    lists.add("grants", with_session, &["grants", "sessions"], &[]);
    let newest = audit::newest_of(wanted, limit).into_query();
    let events = of(newest, "audit_events");
    lists.add("events", events, &["audit_events"], &[]);
    let (by_client, last) = last_uses(user);
    let client = Expr::col(("grants", "client_id"));
    lists.add(
        "last uses",
        by_client,
        &[],
        &[(CLIENT, client), (LAST, last)],
    );
    let mut found = Overview::default();
    for (list, row) in lists.rows(conn).await? {
        found.take(&list, &row, now)?;
    }
    found.sort();
    Ok(found)
}

/// The first row: what is no list.
fn begin(backend: DbBackend, user: UserId, now: UnixSeconds) -> Lists {
    let who = Query::select()
        .expr_as(Expr::value(user.as_uuid()), Alias::new("id"))
        .take();
    let keys = Query::select()
        .expr(Expr::col(Asterisk).count())
        .from("api_keys")
        .cond_where(api_keys::live(user, now))
        .take();
    let held = held::expression(backend, Whose::anywhere("who.id"), now);
    Lists::begin(
        Query::select().from_subquery(who, "who").take(),
        vec![
            table::<entity::sessions::Entity>("s_"),
            table::<entity::consents::Entity>("c_"),
            table::<entity::grants::Entity>("g_"),
            table::<entity::audit_events::Entity>("a_"),
        ],
        &[
            (ANYWHERE, held),
            (KEYS, keys.into()),
            (CLIENT, Expr::cust("CAST(NULL AS text)")),
            (LAST, Expr::cust("CAST(NULL AS bigint)")),
        ],
    )
}

/// Each grant with the session that it began in, where that has not ended.
fn with_session(mut grants: SelectStatement) -> SelectStatement {
    let column = |name: &'static str| Expr::col(("sessions", name));
    let own = column("id")
        .equals(("grants", "session_id"))
        .and(column("user_id").equals(("grants", "user_id")))
        .and(column("ended_at").is_null());
    grants.left_join("sessions", own);
    grants
}

/// By client, and when it was.
fn last_uses(user: UserId) -> (SelectStatement, Expr) {
    let at = Func::coalesce([
        Expr::col(("refresh_tokens", "created_at")),
        Expr::col(("grants", "created_at")),
    ]);
    let mut query = Query::select();
    query
        .from("grants")
        .left_join(
            "refresh_tokens",
            Expr::col(("refresh_tokens", "grant_id")).equals(("grants", "id")),
        )
        .and_where(Expr::col(("grants", "user_id")).eq(user.as_uuid()))
        .group_by_col(("grants", "client_id"));
    (query, Func::max(at).into())
}

impl Overview {
    fn take(&mut self, list: &str, row: &QueryResult, now: UnixSeconds) -> Result<(), StoreError> {
        match list {
            "sessions" => {
                let session = joined::<entity::sessions::Model, _>(row, "s_")?;
                self.sessions.push(session);
            }
            "consents" => {
                let consent = joined::<entity::consents::Model, _>(row, "c_")?;
                self.consents.push(consent);
            }
            "grants" => {
                let grant: Grant = joined::<entity::grants::Model, _>(row, "g_")?;
                let session: Option<Session> =
                    joined_optional::<entity::sessions::Model, _>(row, "s_")?;
                if grant.is_offline() || session.is_some_and(|one| one.holds_grants(now)) {
                    self.grants.push(grant);
                }
            }
            "events" => {
                let event = joined::<entity::audit_events::Model, _>(row, "a_")?;
                self.events.push(event);
            }
            "last uses" => {
                let client: String = row.try_get("", CLIENT)?;
                let place = Place::new("grants", &client);
                let client = place.read("client_id", ClientId::parse(&client))?;
                self.last_uses.push((client, row.try_get("", LAST)?));
            }
            _ => {
                let keys: i64 = row.try_get("", KEYS)?;
                self.api_keys = usize::try_from(keys).unwrap_or_default();
                self.held = held::read(row, ANYWHERE)?;
            }
        }
        Ok(())
    }

    fn sort(&mut self) {
        self.sessions.sort_by_key(|one| Reverse(one.last_seen_at));
        self.consents.sort_by_key(|one| Reverse(one.granted_at));
        let age = |one: &Grant| Reverse((one.created_at, one.id.as_uuid()));
        self.grants.sort_by_key(age);
        self.events.sort_by_key(|one| Reverse(one.id.as_uuid()));
    }
}
