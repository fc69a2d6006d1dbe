//! All records for the overview page of an account, in one statement.

use std::cmp::Reverse;
use std::mem;

use doorward_domain::boxed;
use doorward_domain::model::{AuditEvent, Consent, EffectiveRoles, Invitation, Session};
use doorward_protocol::scope::Scope;

use super::audit::AuditFilter;
use super::prelude::*;
use super::query::is_active_organization;
use super::roles::role_column::{self, ANYWHERE, RoleColumns};
use super::union_query::{Lists, push, table};
use super::{api_keys, audit, client_users, consents, grants, invitations, sessions};
use crate::entity;
use crate::entity::row::RowReader;

#[derive(Clone, PartialEq, Debug, Default)]
pub struct Overview {
    /// Effective roles in any organization.
    pub roles: EffectiveRoles,
    pub api_keys: usize,
    /// Number of events to review in the check-up, counted up to its maximum.
    pub unreviewed: usize,
    /// Names of the queries of features that find something that waits for the user.
    pub waiting: Vec<&'static str>,
    /// Up to [`MAX_SESSIONS`] active sessions, last used first.
    pub sessions: Vec<Session>,
    pub consents: Vec<Consent>,
    /// Scopes, by client, of the grants that can still yield tokens: neither revoked nor expired,
    /// redeemed, and with a session that has not ended unless they outlive it (OIDC Core §11). At
    /// most [`MAX_GRANTED`], newest first.
    pub granted: Vec<Granted>,
    /// Time when each client last received tokens for the user: its last stored grant or refresh.
    pub last_uses: Vec<(ClientId, UnixSeconds)>,
    /// Newest audit events of the filter, newest first.
    pub events: Vec<AuditEvent>,
    /// Open invitations of the address to active organizations, each with the name of the
    /// organization, among the newest [`MAX_INVITATIONS`].
    pub invitations: Vec<(Invitation, String)>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Granted {
    pub client_id: ClientId,
    pub scope: Scope,
    /// Time of the first grant.
    pub since: UnixSeconds,
}

/// Selects what waits for a user at a time.
pub type Waiting = fn(UserId, UnixSeconds) -> SelectStatement;

/// Maximum number of sessions: a monitoring program may have thousands.
pub const MAX_SESSIONS: u64 = 4;

pub const MAX_GRANTED: u64 = 500;

/// Maximum number of open invitations that are read, also those that can no longer be answered.
pub const MAX_INVITATIONS: u64 = 10;

const KEYS: &str = "keys";
const UNREVIEWED: &str = "unreviewed";
const CLIENT: &str = "client";
const SCOPE: &str = "scope";
const LAST: &str = "last";
const ORGANIZATION: &str = "organization";

/// Returns the overview with up to `limit` events of the filter, and the invitations of the address
/// `invited`, if one is given.
#[boxed]
pub async fn find(
    conn: &Conn,
    user: UserId,
    (requested, limit): (&AuditFilter, u64),
    invited: Option<&str>,
    waiting: &[(&'static str, Waiting)],
    now: UnixSeconds,
) -> Result<Overview> {
    let backend = conn.get_database_backend();
    let mut lists = begin(backend, user, waiting, now);
    let live = sessions::active_of(user, now)
        .order_by_desc(entity::sessions::Column::LastSeenAt)
        .limit(MAX_SESSIONS)
        .into_query();
    lists.add_rows("sessions", live, "sessions");
    let active = consents::select_active(user).into_query();
    lists.add_rows("consents", active, "consents");
    let figures = [CLIENT, SCOPE, LAST].map(|name| (name, Expr::col(("granted", name))));
    let granted = Query::select()
        .from_subquery(granted(user, now), "granted")
        .take();
    lists.add("granted", granted, &[], &figures);
    for newest in audit::newest_parts(backend, requested, None, limit) {
        lists.add_rows("events", newest.into_query(), "audit_events");
    }
    let (by_client, last) = last_uses(user);
    let figures = [(CLIENT, Expr::col(("grants", "client_id"))), (LAST, last)];
    lists.add("last uses", by_client, &[], &figures);
    if let Some(email_key) = invited {
        let name = [(ORGANIZATION, Expr::col(("organizations", "name")))];
        let open = open_invitations(email_key, now);
        lists.add("invitations", open, &["invitations"], &name);
    }
    let mut found = Overview {
        waiting: waiting.iter().map(|(name, _)| *name).collect(),
        ..Overview::default()
    };
    for (list, row) in lists.rows(conn).await? {
        found.take(&list, &row)?;
    }
    found.sort(limit);
    Ok(found)
}

/// Builds the first row, which contains everything except the lists.
fn begin(
    backend: DbBackend,
    user: UserId,
    waiting: &[(&'static str, Waiting)],
    now: UnixSeconds,
) -> Lists {
    let who = Query::select()
        .expr_as(Expr::value(user.as_uuid()), "id")
        .take();
    let keys = select_one("api_keys")
        .cond_where(api_keys::live(user, now))
        .take();
    let unreviewed = audit::select_unreviewed(user, now);
    let held = role_column::expression(backend, RoleColumns::anywhere("who.id"), now);
    let mut columns = vec![
        (ANYWHERE, held),
        (KEYS, select_count(keys).into()),
        (UNREVIEWED, select_count(unreviewed).into()),
        (CLIENT, Expr::cust("CAST(NULL AS text)")),
        (SCOPE, Expr::cust("CAST(NULL AS text)")),
        (LAST, Expr::cust("CAST(NULL AS bigint)")),
        (ORGANIZATION, Expr::cust("CAST(NULL AS text)")),
    ];
    let waiting = waiting.iter();
    columns.extend(waiting.map(|(name, select)| (*name, select_count(select(user, now)).into())));
    Lists::begin(
        Query::select().from_subquery(who, "who").take(),
        vec![
            table::<entity::sessions::Entity>("s_"),
            table::<entity::consents::Entity>("c_"),
            table::<entity::audit_events::Entity>("a_"),
            table::<entity::invitations::Entity>("i_"),
        ],
        &columns,
    )
}

/// Selects the grants that can still yield tokens, by client and scope, with their first time.
fn granted(user: UserId, now: UnixSeconds) -> SelectStatement {
    let grant = |name: &'static str| Expr::col(("grants", name));
    Query::select()
        .expr_as(grant("client_id"), CLIENT)
        .expr_as(grant("scope"), SCOPE)
        .expr_as(Func::min(grant("created_at")), LAST)
        .from_subquery(
            grants::live(user, now)
                .filter(grants::redeemed())
                .into_query(),
            "grants",
        )
        .left_join("sessions", client_users::holds("grants", "sessions", now))
        .and_where(client_users::is_held("grants", "sessions"))
        .group_by_col(("grants", "client_id"))
        .group_by_col(("grants", "scope"))
        .order_by_expr(Func::min(grant("created_at")).into(), Order::Desc)
        .limit(MAX_GRANTED)
        .take()
}

fn open_invitations(email_key: &str, now: UnixSeconds) -> SelectStatement {
    let open = invitations::select_open(email_key, now, MAX_INVITATIONS).into_query();
    Query::select()
        .from_subquery(open, "invitations")
        .inner_join("organizations", is_active_organization("invitations"))
        .take()
}

/// Selects the last use by client, with its time.
fn last_uses(user: UserId) -> (SelectStatement, Expr) {
    let at = Func::coalesce([
        Expr::col(("grants", "refresh_issued_at")),
        Expr::col(("grants", "created_at")),
    ]);
    let mut query = Query::select();
    query
        .from("grants")
        .and_where(Expr::col(("grants", "user_id")).eq(user.as_uuid()))
        .group_by_col(("grants", "client_id"));
    (query, Func::max(at).into())
}

impl Overview {
    fn take(&mut self, list: &str, row: &QueryResult) -> Result<()> {
        match list {
            "sessions" => push::<entity::sessions::Model, _>(&mut self.sessions, row, "s_")?,
            "consents" => push::<entity::consents::Model, _>(&mut self.consents, row, "c_")?,
            "events" => push::<entity::audit_events::Model, _>(&mut self.events, row, "a_")?,
            "granted" => {
                let scope: String = row.try_get("", SCOPE)?;
                let client_id = client(row)?;
                let reader = RowReader::new("grants", &client_id);
                self.granted.push(Granted {
                    scope: reader.column("scope", scope)?,
                    since: row.try_get("", LAST)?,
                    client_id,
                });
            }
            "invitations" => {
                let invitation = joined::<entity::invitations::Model, _>(row, "i_")?;
                let name = row.try_get("", ORGANIZATION)?;
                self.invitations.push((invitation, name));
            }
            "last uses" => self.last_uses.push((client(row)?, row.try_get("", LAST)?)),
            _ => {
                let number = |name| -> Result<usize> {
                    Ok(usize::try_from(read_count(row, name)?).unwrap_or_default())
                };
                self.api_keys = number(KEYS)?;
                self.unreviewed = number(UNREVIEWED)?;
                let mut waiting = Vec::new();
                for name in mem::take(&mut self.waiting) {
                    waiting.extend((number(name)? > 0).then_some(name));
                }
                self.waiting = waiting;
                self.roles = role_column::read(row, ANYWHERE)?;
            }
        }
        Ok(())
    }

    /// Sorts the lists, and keeps the newest `events` events.
    fn sort(&mut self, events: u64) {
        self.sessions
            .sort_by_key(|session| Reverse(session.last_seen_at));
        self.consents
            .sort_by_key(|consent| Reverse(consent.granted_at));
        let age = |item: &Granted| (Reverse(item.since), item.scope.to_string());
        self.granted.sort_by_key(age);
        self.events
            .sort_by_key(|item| Reverse((item.at, item.id.as_uuid())));
        // An event of the user about the user is in two parts.
        self.events.dedup_by_key(|item| item.id);
        self.events
            .truncate(usize::try_from(events).unwrap_or(usize::MAX));
        self.invitations
            .sort_by_key(|(invitation, _)| Reverse(invitation.id.as_uuid()));
    }
}

fn client(row: &QueryResult) -> Result<ClientId> {
    let client: String = row.try_get("", CLIENT)?;
    let reader = RowReader::new("grants", &client);
    reader.read("client_id", ClientId::parse(&client))
}
