//! Lists of clients by a filter.

use doorward_domain::boxed;
use doorward_domain::model::RegisteredBy;
use doorward_rules::list_filter::{ClientFilter, ClientOrigin};
use doorward_rules::search as rule;

use super::filtered_list::{FilteredList, IdRange, IdSet, ListPage};
use super::prefix_search::NEWEST;
use super::prelude::*;
use super::union_query::Figure;
use crate::entity::clients::{Entity, Model};
use crate::entity::row::RowReader;

const TABLE: &str = "clients";
const KEYS: [&str; 2] = ["id", "name_key"];

/// The order of a list without a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientOrder {
    Name,
    /// The newest first.
    Newest,
}

impl ClientOrder {
    pub(super) const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["name_key"],
            Self::Newest => &[NEWEST],
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct ClientSearch<'a> {
    pub filter: &'a ClientFilter,
    /// The key and the ID of the last client before the page.
    pub after: Option<(&'a str, &'a ClientId)>,
    pub limit: u64,
}

/// Returns a page of clients: in the order of the keys that begin with the text of the filter, otherwise by
/// ID. If none begins with it, those that contain it, by name.
#[boxed]
pub async fn search(conn: &Conn, search: &ClientSearch<'_>) -> Result<ListPage<Client, ClientId>> {
    let id = |client: &Client| client.id.to_string();
    rows(conn, search, None, &[], read, id).await
}

fn read(row: &QueryResult) -> Result<Client> {
    Client::try_from(Model::from_query_result(row, "")?)
}

/// Returns the same page with further columns, as `read` reads them; `id` is the ID of a client. Without a
/// text, it has this order, if one is given.
pub(super) async fn rows<T>(
    conn: &Conn,
    search: &ClientSearch<'_>,
    order: Option<ClientOrder>,
    figures: &[Figure],
    read: fn(&QueryResult) -> Result<T>,
    id: fn(&T) -> String,
) -> Result<ListPage<T, ClientId>> {
    let prefix = rule::prefix(&search.filter.text);
    if prefix.is_none() && !search.filter.text.is_empty() {
        return Ok(ListPage::empty());
    }
    let keys = match &prefix {
        Some(text) => Some((&KEYS[..], text.as_str())),
        None => order.map(|order| (order.keys(), "")),
    };
    let list = search.list(keys);
    let mut page = list.page::<Entity, _, _>(conn, figures, read, id).await?;
    if let Some(text) = &prefix
        && page.is_end()
    {
        let all = search.list(Some((ClientOrder::Name.keys(), "")));
        let of = (conn.get_database_backend(), TABLE);
        let list = all.containing(of, &KEYS, text);
        page = list.page::<Entity, _, _>(conn, figures, read, id).await?;
    }
    page.map_id(|id| RowReader::new(TABLE, &id).read("id", ClientId::parse(&id)))
}

impl ClientSearch<'_> {
    fn list<'b>(&'b self, search: Option<(&'b [&'static str], &'b str)>) -> FilteredList<'b> {
        let (mut set, mut checks) = (None, Condition::all());
        for (check, has_index) in self.properties() {
            if has_index && set.is_none() {
                set = Some((self.ids(check.clone()), check));
            } else {
                checks = checks.add(check);
            }
        }
        FilteredList {
            id_column: "id",
            search,
            set,
            checks,
            after: self.after.map(|(key, id)| (key, Expr::value(id.as_str()))),
            limit: self.limit,
            order: Order::Asc,
            user: None,
        }
    }

    /// Returns the properties that the filter requires, and whether an index contains the clients
    /// with it.
    fn properties(&self) -> Vec<(Condition, bool)> {
        let disabled = self.filter.disabled.map(|disabled| {
            let at = Expr::col((TABLE, "disabled_at"));
            let is_so = if disabled {
                at.is_not_null()
            } else {
                at.is_null()
            };
            (Condition::from(is_so), disabled)
        });
        let kind = self.filter.kind.map(|kind| {
            let is_so = Expr::col((TABLE, "kind")).eq(kind.as_str());
            (Condition::from(is_so), false)
        });
        let by = |origin: RegisteredBy| Expr::col((TABLE, "registered_by")).eq(origin.as_str());
        let origin = self.filter.origin.map(|origin| match origin {
            ClientOrigin::Administrator => (by(RegisteredBy::Administrator).into(), true),
            ClientOrigin::Document => (by(RegisteredBy::Document).into(), true),
            // Two ranges of the index, which together have no order.
            ClientOrigin::Dynamic => {
                let either = Condition::any().add(by(RegisteredBy::Token));
                (either.add(by(RegisteredBy::Anonymous)), false)
            }
        });
        [disabled, origin, kind].into_iter().flatten().collect()
    }

    fn ids(&self, condition: Condition) -> IdSet {
        IdSet::Range(IdRange {
            table: TABLE,
            column: "id",
            condition,
            repeats: false,
            after: self.after.map(|(_, id)| Expr::value(id.as_str())),
        })
    }
}

#[cfg(test)]
mod tests {
    use doorward_domain::model::ClientKind;
    use sea_orm::DbBackend;

    use super::*;
    use crate::Db;
    use crate::repo::query_plan::{explain, migrated};

    /// Every combination of state, type and origin.
    fn filters() -> Vec<ClientFilter> {
        let mut all = Vec::new();
        for disabled in [None, Some(false), Some(true)] {
            for kind in [None, Some(ClientKind::Public)] {
                let origins = ClientOrigin::ALL.map(Some).into_iter().chain([None]);
                all.extend(origins.map(|origin| ClientFilter {
                    text: String::new(),
                    disabled,
                    kind,
                    origin,
                }));
            }
        }
        all
    }

    async fn plan(db: &Db, filter: &ClientFilter) -> Vec<String> {
        let prefix = rule::prefix(&filter.text);
        plan_of(db, filter, prefix.as_deref().map(|text| (&KEYS[..], text))).await
    }

    async fn plan_of(
        db: &Db,
        filter: &ClientFilter,
        keys: Option<(&[&'static str], &str)>,
    ) -> Vec<String> {
        let id = ClientId::parse("some-app").unwrap();
        let search = ClientSearch {
            filter,
            after: Some(("some", &id)),
            limit: 50,
        };
        let list = search.list(keys);
        let select = list.select(DbBackend::Sqlite, TABLE, &["id".to_owned()], &[]);
        explain(db, DbBackend::Sqlite.build(&select)).await
    }

    #[tokio::test]
    async fn each_order_is_range_of_index() {
        let db = migrated().await;
        let orders = [
            (ClientOrder::Name, "(name_key>? AND name_key<?)"),
            (
                ClientOrder::Newest,
                "search_clients_newest (<expr>>? AND <expr><?)",
            ),
        ];
        let all = filters();
        for (filter, (order, range)) in all.iter().flat_map(|one| orders.map(|order| (one, order)))
        {
            let lines = plan_of(&db, filter, Some((order.keys(), ""))).await;
            assert!(lines.iter().any(|line| line.contains(range)), "{lines:#?}");
            let mut scans = lines.iter().filter(|line| line.starts_with("SCAN clients"));
            let is_small = |line: &String| line.contains("ix_clients__id__disabled");
            assert!(scans.all(is_small), "{lines:#?}");
        }
    }

    #[tokio::test]
    async fn each_list_is_range_of_index() {
        let db = migrated().await;
        for filter in filters() {
            let lines = plan(&db, &filter).await;
            let first = lines.iter().find(|line| line.starts_with("SEARCH"));
            let first = first.expect("a search");
            let has_origin = matches!(
                filter.origin,
                Some(ClientOrigin::Administrator | ClientOrigin::Document)
            );
            let known = match filter.disabled {
                Some(true) => "ix_clients__id__disabled (id>?)",
                _ if has_origin => "(registered_by=? AND id>?)",
                _ => "sqlite_autoindex_clients_1 (id>?)",
            };
            assert!(first.contains(known), "{filter:?}: {lines:#?}");
            let text = "al".to_owned();
            let lines = plan(&db, &ClientFilter { text, ..filter }).await;
            for key in KEYS {
                let range = format!("({key}>? AND {key}<?)");
                let has_range = lines.iter().any(|line| line.contains(&range));
                assert!(has_range, "{lines:#?}");
            }
            // The index of the disabled clients is read up to its limit.
            let mut scans = lines.iter().filter(|line| line.starts_with("SCAN clients"));
            let is_small = |line: &String| line.contains("ix_clients__id__disabled");
            assert!(scans.all(is_small), "{lines:#?}");
        }
    }
}
