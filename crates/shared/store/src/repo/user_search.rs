//! Lists of users by a filter. Each property that few users have is a range of an index.

use doorward_domain::boxed;
use doorward_rules::list_filter::{UserFilter, UserState};
use doorward_rules::search as rule;
use uuid::Uuid;

use super::filtered_list::{FilteredList, IdRange, IdSet, ListPage};
use super::prefix_search::SHOWN_NAME;
use super::prelude::*;
use super::role_holders::RoleHolders;
use super::union_query::Figure;
use crate::entity::users::{Entity, Model};

const KEYS: [&str; 4] = ["username_key", "email_key", "display_key", "family_key"];
/// Keys that every user has.
const BY_EMAIL: &[&str] = &["email_key"];
const BY_NAME: &[&str] = &[SHOWN_NAME];
const DAY: i64 = 86_400;
const APP_SINCE: &str = "app_since";
const PASSKEY_SINCE: &str = "passkey_since";

#[derive(Clone, Copy, Debug)]
pub struct UserSearch<'a> {
    pub filter: &'a UserFilter,
    /// The organization to which the list is confined; `None`: all users.
    pub org: Option<&'a str>,
    pub now: UnixSeconds,
    /// The key and the ID of the last user before the page.
    pub after: Option<(&'a str, UserId)>,
    pub limit: u64,
}

/// A user, and which second factors the user has.
#[derive(Clone, PartialEq, Debug)]
pub struct UserWithFactors {
    pub user: User,
    /// True with a confirmed authenticator app.
    pub has_app: bool,
    pub has_passkey: bool,
}

/// Returns a page of users: in the order of the keys that match the text of the filter, otherwise by
/// ID (that is, by registration).
#[boxed]
pub async fn search(conn: &Conn, search: &UserSearch<'_>) -> Result<ListPage<User, UserId>> {
    rows(conn, search, &[], read, |user| user.id.as_uuid()).await
}

/// The order of a list of users. A search by text has its own, and the holders of a role are by ID, or
/// PostgreSQL would read all members of an organization.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UserOrder {
    /// By the shown name: the full name, or else the user name or the address.
    Name,
    Email,
    /// The newest first, by ID.
    Newest,
}

/// Returns a page in this order with the second factors of the users, in the same statement.
#[boxed]
pub async fn search_with_factors(
    conn: &Conn,
    search: &UserSearch<'_>,
    order: UserOrder,
) -> Result<ListPage<UserWithFactors, UserId>> {
    if search.has_own_order() {
        return rows(conn, search, &factor_times(), read_with_factors, id_of).await;
    }
    let list = search.ordered(conn.get_database_backend(), order);
    page(conn, &list, &factor_times(), read_with_factors, id_of).await
}

async fn rows<T>(
    conn: &Conn,
    search: &UserSearch<'_>,
    figures: &[Figure],
    read: fn(&QueryResult) -> Result<T>,
    id: fn(&T) -> Uuid,
) -> Result<ListPage<T, UserId>> {
    let prefix = rule::prefix(&search.filter.text);
    if prefix.is_none() && !search.filter.text.is_empty() {
        return Ok(ListPage::empty());
    }
    let list = search.list(conn.get_database_backend(), prefix.as_deref());
    page(conn, &list, figures, read, id).await
}

async fn page<T>(
    conn: &Conn,
    list: &FilteredList<'_>,
    figures: &[Figure],
    read: fn(&QueryResult) -> Result<T>,
    id: fn(&T) -> Uuid,
) -> Result<ListPage<T, UserId>> {
    let page = list.page::<Entity, _, _>(conn, figures, read, id).await?;
    page.map_id(|id| Ok(UserId::from_uuid(id)))
}

fn read(row: &QueryResult) -> Result<User> {
    User::try_from(Model::from_query_result(row, "")?)
}

fn id_of(found: &UserWithFactors) -> Uuid {
    found.user.id.as_uuid()
}

fn read_with_factors(row: &QueryResult) -> Result<UserWithFactors> {
    let app: Option<UnixSeconds> = row.try_get("", APP_SINCE)?;
    let passkey: Option<UnixSeconds> = row.try_get("", PASSKEY_SINCE)?;
    Ok(UserWithFactors {
        user: read(row)?,
        has_app: app.is_some(),
        has_passkey: passkey.is_some(),
    })
}

/// A property of a user, and the users that have it if an index contains them.
struct Property {
    ids: Option<IdSet>,
    check: Condition,
}

impl UserSearch<'_> {
    fn has_own_order(&self) -> bool {
        !self.filter.text.is_empty() || self.filter.role.is_some()
    }

    /// Returns the list in this order.
    fn ordered(&self, backend: DbBackend, order: UserOrder) -> FilteredList<'_> {
        match order {
            UserOrder::Name => self.list_of(backend, Some((BY_NAME, ""))),
            UserOrder::Email => self.list_of(backend, Some((BY_EMAIL, ""))),
            UserOrder::Newest => FilteredList {
                order: Order::Desc,
                ..self.list_of(backend, None)
            },
        }
    }

    fn list<'b>(&'b self, backend: DbBackend, prefix: Option<&'b str>) -> FilteredList<'b> {
        let is_id = UserId::parse(&self.filter.text).is_some();
        let search = prefix.filter(|_| !is_id).map(|text| (&KEYS[..], text));
        self.list_of(backend, search)
    }

    /// Returns the list in the order of these keys with a prefix, or of the IDs.
    fn list_of<'b>(
        &'b self,
        backend: DbBackend,
        search: Option<(&'b [&'static str], &'b str)>,
    ) -> FilteredList<'b> {
        let id = UserId::parse(&self.filter.text);
        let (mut set, mut checks) = (None, Condition::all());
        for property in self.properties(backend, id) {
            match property.ids {
                Some(ids) if set.is_none() => set = Some((ids, property.check)),
                _ => checks = checks.add(property.check),
            }
        }
        FilteredList {
            id_column: "id",
            search,
            set,
            checks,
            after: self.after.map(|(key, id)| (key, Expr::value(id.as_uuid()))),
            limit: self.limit,
            order: Order::Asc,
            user: None,
        }
    }

    /// Returns the properties that the filter requires. Those that usually select fewer users are
    /// first, because their index is read.
    fn properties(&self, backend: DbBackend, id: Option<UserId>) -> Vec<Property> {
        let filter = self.filter;
        let chosen = filter.org.as_deref().filter(|org| self.org != Some(*org));
        let all = [
            id.map(|id| self.own(user("id").eq(id.as_uuid()).into(), true)),
            self.org.map(|org| self.member(org)),
            filter.locked.then(|| self.locked()),
            chosen.map(|org| self.member(org)),
            filter
                .role
                .as_deref()
                .map(|role| self.holder(backend, role)),
            filter.state.map(|state| self.state(state)),
            filter.no_factor.then(|| self.own(without_factor(), false)),
            filter.unused_days.map(|days| self.unused(days)),
        ];
        all.into_iter().flatten().collect()
    }

    /// Returns a property that the row of the user contains.
    fn own(&self, check: Condition, has_index: bool) -> Property {
        let ids = has_index.then(|| {
            IdSet::Range(IdRange {
                column: "id",
                condition: check.clone(),
                ..self.ids("users")
            })
        });
        Property { ids, check }
    }

    fn ids(&self, table: &'static str) -> IdRange {
        IdRange {
            table,
            column: "user_id",
            condition: Condition::all(),
            repeats: false,
            after: self.after.map(|(_, id)| Expr::value(id.as_uuid())),
        }
    }

    /// Returns the property that a table has a row about the user that fulfils a condition; `repeats` if it
    /// may have several.
    fn related_row(&self, table: &'static str, condition: Condition, repeats: bool) -> Property {
        let check = Expr::exists(related(table, condition.clone())).into();
        let ids = IdRange {
            condition,
            repeats,
            ..self.ids(table)
        };
        Property {
            ids: Some(IdSet::Range(ids)),
            check,
        }
    }

    fn state(&self, state: UserState) -> Property {
        let (disabled, deletion) = (user("disabled_at"), user("deletion_due_at"));
        let all = Condition::all();
        let (check, has_index) = match state {
            UserState::Active => (all.add(disabled.is_null()).add(deletion.is_null()), false),
            UserState::Disabled => (all.add(disabled.is_not_null()), true),
            UserState::PendingDeletion => (
                all.add(deletion.is_not_null()).add(disabled.is_null()),
                true,
            ),
            // The condition of the index; both databases know that they are the same.
            UserState::Unverified => (
                all.add(Expr::cust("NOT \"users\".\"email_verified\"")),
                true,
            ),
        };
        self.own(check, has_index)
    }

    fn member(&self, org: &str) -> Property {
        const TABLE: &str = "organization_members";
        let condition = Condition::all().add(Expr::col((TABLE, "org")).eq(org));
        self.related_row(TABLE, condition, false)
    }

    fn locked(&self) -> Property {
        const TABLE: &str = "login_failures";
        let ends = Expr::col((TABLE, "locked_until"));
        let condition = Condition::all()
            .add(Expr::col((TABLE, "user_id")).is_not_null())
            .add(ends.gt(self.now));
        self.related_row(TABLE, condition, true)
    }

    /// Returns the property that the user has a role: within the organization if the list is confined.
    fn holder(&self, backend: DbBackend, role: &str) -> Property {
        let holders = RoleHolders::of_role(backend, role, self.org, self.now);
        Property {
            check: holders.is_holder(),
            ids: Some(IdSet::Holders(holders, self.after.map(|(_, id)| id))),
        }
    }

    fn unused(&self, days: u32) -> Property {
        let last = Func::coalesce([user("last_login_at"), user("created_at")]);
        let since = self.now - i64::from(days) * DAY;
        self.own(Expr::from(last).lt(since).into(), false)
    }
}

fn user(column: &'static str) -> Expr {
    Expr::col(("users", column))
}

/// Returns the rows of a table about the user that fulfil a condition.
fn related(table: &'static str, condition: Condition) -> SelectStatement {
    let own = Expr::col((table, "user_id")).equals(("users", "id"));
    select_one(table)
        .and_where(own)
        .cond_where(condition)
        .take()
}

pub(super) fn without_factor() -> Condition {
    let confirmed = Expr::col(("totp_factors", "confirmed_at")).is_not_null();
    let app = related("totp_factors", confirmed.into());
    let passkey = related("passkeys", Condition::all());
    Condition::all()
        .add(Expr::exists(app).not())
        .add(Expr::exists(passkey).not())
}

/// Returns the time of the authenticator app, and of one of the passkeys, as columns of a user.
fn factor_times() -> [Figure; 2] {
    let time = |table: &'static str, column: &'static str| -> Expr {
        let is_set = Expr::col((table, column)).is_not_null();
        let mut rows = related(table, is_set.into());
        rows.clear_selects().column((table, column)).limit(1);
        rows.into()
    };
    [
        (APP_SINCE, time("totp_factors", "confirmed_at")),
        (PASSKEY_SINCE, time("passkeys", "created_at")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Db;
    use crate::repo::query_plan::{explain, migrated};

    /// Filters without a text, with the range of an index that lists them. The state `active` and
    /// the others without an own index are checked for the users in the order of their IDs.
    fn filters() -> Vec<(&'static str, UserFilter)> {
        let base = UserFilter::default;
        let state = |state| UserFilter {
            state: Some(state),
            ..base()
        };
        let (acme, helper) = (Some("acme".to_owned()), Some("helper".to_owned()));
        let org = UserFilter {
            org: acme.clone(),
            ..base()
        };
        let role = UserFilter {
            role: helper,
            ..base()
        };
        let locked = UserFilter {
            locked: true,
            ..base()
        };
        let no_factor = UserFilter {
            no_factor: true,
            ..base()
        };
        let unused = UserFilter {
            unused_days: Some(90),
            ..base()
        };
        let each = UserFilter {
            org: acme,
            no_factor: true,
            unused_days: Some(90),
            state: Some(UserState::Active),
            ..role.clone()
        };
        let holders = UserFilter {
            org: None,
            ..each.clone()
        };
        let by_id = "sqlite_autoindex_users_1 (id>?)";
        vec![
            (by_id, base()),
            (by_id, state(UserState::Active)),
            ("ix_users__id__disabled (id>?)", state(UserState::Disabled)),
            (
                "ix_users__id__deletion (id>?)",
                state(UserState::PendingDeletion),
            ),
            (
                "ix_users__id__unverified (id>?)",
                state(UserState::Unverified),
            ),
            ("(org=? AND user_id>?)", org),
            ("(role=? AND subject_kind=? AND subject_id>?)", role),
            ("(role=? AND subject_kind=? AND subject_id>?)", holders),
            ("ix_login_failures__user_id (user_id>?)", locked),
            (by_id, no_factor),
            (by_id, unused),
            ("(org=? AND user_id>?)", each),
        ]
    }

    async fn plan(db: &Db, filter: &UserFilter, org: Option<&str>) -> Vec<String> {
        plan_with(db, filter, org, &[]).await
    }

    async fn plan_with(
        db: &Db,
        filter: &UserFilter,
        org: Option<&str>,
        figures: &[Figure],
    ) -> Vec<String> {
        let search = UserSearch {
            filter,
            org,
            now: 5,
            after: Some(("alice", UserId::from_uuid(Uuid::from_u128(7)))),
            limit: 50,
        };
        let prefix = rule::prefix(&filter.text);
        let list = search.list(DbBackend::Sqlite, prefix.as_deref());
        let select = list.select(DbBackend::Sqlite, "users", &["id".to_owned()], figures);
        explain(db, DbBackend::Sqlite.build(&select)).await
    }

    /// Asserts that each table is read by an index. The other lines read at most as many rows as
    /// there are candidates.
    #[track_caller]
    fn reads_indexes_only(plan: &[String], filter: &UserFilter) {
        const BOUNDED: [&str; 18] = [
            "CONSTANT",
            "chosen",
            "candidates",
            "matches",
            "bounds",
            "few",
            "page",
            "source",
            "found",
            "by_",
            "direct",
            "firsts",
            "giving",
            "holders",
            "sorted",
            "walk",
            // A small index, up to its limit.
            "users USING INDEX ix_users__id__",
            "users USING COVERING INDEX ix_users__id__",
        ];
        for line in plan {
            let Some(scanned) = line.strip_prefix("SCAN ") else {
                continue;
            };
            let is_bounded = BOUNDED.iter().any(|name| scanned.starts_with(name));
            assert!(is_bounded, "{line}: {filter:?}: {plan:#?}");
        }
        assert!(
            !plan.iter().any(|line| line.contains("AUTOMATIC")),
            "{plan:#?}"
        );
    }

    #[tokio::test]
    async fn each_list_is_range_of_index() {
        let db = migrated().await;
        for (range, filter) in filters() {
            let lines = plan(&db, &filter, None).await;
            reads_indexes_only(&lines, &filter);
            // The first table that is read contains the candidates.
            let first = lines.iter().find(|line| line.starts_with("SEARCH"));
            let first = first.expect("a search");
            assert!(first.contains(range), "{filter:?}: {lines:#?}");
            // An organization is the smallest set.
            let lines = plan(&db, &filter, Some("zeta")).await;
            reads_indexes_only(&lines, &filter);
            let first = lines.iter().find(|line| line.starts_with("SEARCH"));
            let first = first.expect("a search");
            assert!(first.contains("(org=? AND user_id>?)"), "{lines:#?}");
        }
    }

    #[tokio::test]
    async fn each_order_is_range_of_index() {
        let db = migrated().await;
        for (_, filter) in filters() {
            let search = UserSearch {
                filter: &filter,
                org: None,
                now: 5,
                after: Some(("alice", UserId::from_uuid(Uuid::from_u128(7)))),
                limit: 50,
            };
            if search.has_own_order() {
                continue;
            }
            for (order, ranges) in [
                (
                    UserOrder::Name,
                    &["search_users_shown_name (<expr>>? AND <expr><?)"][..],
                ),
                (UserOrder::Email, &["(email_key>? AND email_key<?)"]),
                (UserOrder::Newest, &["(id<?)", "user_id<?)"]),
            ] {
                let list = search.ordered(DbBackend::Sqlite, order);
                let select = list.select(DbBackend::Sqlite, "users", &["id".to_owned()], &[]);
                let lines = explain(&db, DbBackend::Sqlite.build(&select)).await;
                reads_indexes_only(&lines, &filter);
                let is_range = |line: &String| ranges.iter().any(|range| line.contains(range));
                assert!(
                    lines.iter().any(is_range),
                    "{order:?} {filter:?}: {lines:#?}"
                );
            }
        }
    }

    #[tokio::test]
    async fn factors_are_read_by_index() {
        let db = migrated().await;
        let all = UserFilter::default();
        let lines = plan_with(&db, &all, None, &factor_times()).await;
        reads_indexes_only(&lines, &all);
        for table in ["totp_factors", "passkeys"] {
            let search = format!("SEARCH {table} ");
            let has_search = lines.iter().any(|line| line.starts_with(&search));
            assert!(has_search, "{lines:#?}");
        }
    }

    #[tokio::test]
    async fn each_search_is_range_of_index() {
        let db = migrated().await;
        for (_, filter) in filters() {
            let filter = UserFilter {
                text: "al".to_owned(),
                ..filter
            };
            for org in [None, Some("zeta")] {
                // With the columns of the console, this is the statement with the most values.
                let lines = plan_with(&db, &filter, org, &factor_times()).await;
                reads_indexes_only(&lines, &filter);
                for key in KEYS {
                    let range = format!("({key}>? AND {key}<?)");
                    let has_range = lines.iter().any(|line| line.contains(&range));
                    assert!(has_range, "{filter:?}: {lines:#?}");
                }
            }
        }
    }
}
