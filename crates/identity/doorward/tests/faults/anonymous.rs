//! Trial R26: requests without a session or credentials create no more rows than the table of
//! routes allows. Every route of both servers is requested, so that a new route needs a row in the
//! table.

mod brand_routes;
mod people_routes;
mod requests;
mod route_table;
mod signal_routes;
mod site_routes;

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use doorward_resource_server::routes as tasks_routes;
use doorward_rules::limits::rate_limit::MAIL;
use doorward_testkit::addresses::{ID, PROVIDER, paths};
use doorward_testkit::rows::Counter;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, Stack, UserAgent, seed, stack};
use futures_util::StreamExt as _;
use reqwest::Method;
use serde_json::{Value, json};

use self::requests::AnonymousBrowser;
use self::route_table::{API_DENIED, Bound, Kind, table};

/// The number of concurrent requests.
const AT_ONCE: usize = 8;

/// The requests to an anonymous route in the test suite: more than the highest limit of an hour.
const PER_ROUTE: usize = 300;

/// Production limits, with every feature enabled that anonymous callers can use.
const SETTINGS: [(&str, &str); 6] = [
    ("DOORWARD__LIMITS__MULTIPLIER", "1"),
    ("DOORWARD__API__DEFAULT_CLIENT", seed::APP),
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "open"),
    ("DOORWARD__CLIENT_REGISTRATION__REDIRECT_HOSTS", "localhost"),
    ("DOORWARD__LOGIN__EMAIL_CODE", "true"),
    ("DOORWARD__FORWARD_AUTH__PROXIES", "127.0.0.0/8"),
];

/// Tables whose rows follow from those of others, or that only tests fill.
const DERIVED: [&str; 9] = [
    "audit_seals",
    "audit_waiting",
    "cleanup_steps",
    "dev_mail",
    "jobs",
    "leases",
    "monthly_reports",
    "settings",
    "stats",
];

#[test]
fn r26_anonymous_requests_leave_bounded_rows_sqlite_memory() {
    stack::block_on(anonymous(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r26_anonymous_requests_leave_bounded_rows_postgres_redis() {
    stack::block_on(anonymous(Backend::PostgresRedis, "postgres"));
}

/// A route of one of the servers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Route {
    pub is_tasks: bool,
    pub method: String,
    /// The path of the requests.
    pub path: String,
}

impl Route {
    /// Returns the name of the route in [`table`].
    fn name(&self) -> String {
        let server = if self.is_tasks { "tasks " } else { "" };
        let path = self.path.replace(ID, "{id}");
        let path = path.replace(&format!("/{PROVIDER}"), "/{provider}");
        format!("{server}{} {path}", self.method)
    }
}

async fn anonymous(backend: Backend, store: &'static str) {
    let trial = Trial::new("R26", store);
    let stack = Stack::start_with(backend, &SETTINGS).await;
    stack.start_tasks();
    site_routes::create_site(&stack).await;
    let routes = routes(&stack).await;
    let storage = stack.storage();
    let counters = [
        Counter::connect(&storage.identity).await,
        Counter::connect(&storage.tasks).await,
    ];
    let mut received = BTreeMap::new();
    let mut off = check_table(&routes);
    for (number, route) in routes.iter().enumerate() {
        let kind = kind_of(route);
        let many = match kind {
            Kind::Anonymous([]) => trial.size(30, 10_000),
            Kind::Anonymous(_) => trial.size(PER_ROUTE, 10_000),
            Kind::Session | Kind::Credentials => trial.size(10, 300),
        };
        let before = count_rows(&counters).await;
        let began = Instant::now();
        let statuses = send(&stack, route, number, many).await;
        // The worker executes the jobs that a request enqueued.
        stack.wait_for_jobs().await;
        let left = left(&before, &count_rows(&counters).await);
        off.extend(check(route, kind, &left, began.elapsed()));
        if !left.is_empty() {
            received.insert(route.name(), json!({ "statuses": statuses, "rows": left }));
        }
    }
    assert!(off.is_empty(), "{off:#?}");
    let asked = routes.len();
    trial.done(
        json!({ "routes": asked, "per_route": trial.size(PER_ROUTE, 10_000), "left": received }),
    );
}

/// Returns every route, as the servers report them.
async fn routes(stack: &Stack) -> BTreeSet<Route> {
    let mut found = BTreeSet::new();
    let agent = UserAgent::new();
    for path in paths() {
        let asked = agent.http().request(Method::OPTIONS, stack.at(&path));
        let page = agent.send(asked).await;
        let allowed = page.header("allow").unwrap_or_default().to_owned();
        for method in allowed
            .split(", ")
            .filter(|split| !matches!(*split, "" | "HEAD"))
        {
            found.insert(Route {
                is_tasks: false,
                method: method.to_owned(),
                path: path.clone(),
            });
        }
    }
    let document = agent.get(stack.at("/api/openapi.json")).await.json();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys();
        for method in methods.filter(|name| *name != "parameters") {
            found.insert(Route {
                is_tasks: false,
                method: method.to_uppercase(),
                path: filled(path),
            });
        }
    }
    // They answer every method, and so name none.
    for path in site_routes::PATHS {
        found.insert(Route {
            is_tasks: false,
            method: "GET".to_owned(),
            path: path.to_owned(),
        });
    }
    for route in tasks_routes::table(true).list() {
        found.insert(Route {
            is_tasks: true,
            method: route.method.clone(),
            path: filled(&route.path),
        });
    }
    assert!(found.len() > 250, "{} routes", found.len());
    found
}

/// Returns the path with an ID in place of each parameter.
fn filled(pattern: &str) -> String {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (_, after) = after.split_once('}').unwrap();
        path = format!("{path}{before}{ID}");
        rest = after;
    }
    path + rest
}

/// Returns the entries of the table without a route, and the routes without an entry.
fn check_table(routes: &BTreeSet<Route>) -> Vec<String> {
    let names: BTreeSet<String> = routes.iter().map(Route::name).collect();
    let is_known = |name: &str| table().any(|(route, _)| *route == name);
    let needs_row = |route: &&Route| !is_known(&route.name()) && !asks_for_token(route);
    let missing = routes.iter().filter(needs_row);
    let missing = missing.map(|route| format!("{} has no row in TABLE", route.name()));
    let removed = table().filter(|(name, _)| !names.contains(*name));
    let removed = removed.map(|(name, _)| format!("{name} of TABLE is no route"));
    missing.chain(removed).collect()
}

/// Returns true for an API operation; without a row in the table, it must deny every request
/// without a token.
fn asks_for_token(route: &Route) -> bool {
    route.path.starts_with("/api/") || route.path.starts_with("/mcp")
}

fn kind_of(route: &Route) -> Kind {
    let name = route.name();
    let row = table().find(|(known, _)| *known == name);
    row.map_or(Kind::Credentials, |(_, kind)| *kind)
}

/// Sends `many` requests from a separate address; returns the number of responses by status.
async fn send(stack: &Stack, route: &Route, number: usize, many: usize) -> BTreeMap<u16, usize> {
    let octet = |number: usize| u8::try_from(number + 1).unwrap();
    let address = Ipv4Addr::new(127, 26, octet(number / 250), octet(number % 250));
    let asker = AnonymousBrowser::new(stack, address).await;
    let asker = &asker;
    let pending = futures_util::stream::iter(0..many).map(|n| async move {
        let response = asker.request(route, n).send().await.expect("an answer");
        let status = response.status().as_u16();
        response.bytes().await.expect("a complete response");
        status
    });
    let mut statuses = BTreeMap::new();
    let mut answers = pending.buffer_unordered(AT_ONCE);
    while let Some(status) = answers.next().await {
        *statuses.entry(status).or_default() += 1;
    }
    statuses
}

/// Returns the number of rows of each table of both servers.
async fn count_rows(counters: &[Counter; 2]) -> BTreeMap<String, u64> {
    let mut tables = counters[0].read().await;
    tables.extend(counters[1].read().await);
    tables
}

/// Returns the tables that have grown, with the number of new rows.
fn left(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let more = |(name, count): (&String, &u64)| {
        let more = count.saturating_sub(before.get(name).copied().unwrap_or(0));
        (more > 0 && !DERIVED.contains(&name.as_str())).then(|| (name.clone(), more))
    };
    after.iter().filter_map(more).collect()
}

/// Returns the deviations from the table.
fn check(route: &Route, kind: Kind, left: &BTreeMap<String, u64>, lasted: Duration) -> Vec<String> {
    let bounds = match kind {
        Kind::Anonymous(bounds) => bounds,
        Kind::Session | Kind::Credentials => &[],
    };
    let minutes = lasted.as_secs() / 60 + 1;
    let mut off = Vec::new();
    for (table, count) in left {
        let bound = bounds
            .iter()
            .chain(&API_DENIED)
            .find(|(name, _)| name == table);
        let max = match bound {
            Some((_, Bound::Minute(max))) => max * minutes,
            Some((_, Bound::Hour(max))) => *max,
            None => 0,
        };
        if *count > max {
            off.push(format!(
                "{}: {count} rows in {table}, not {max}",
                route.name()
            ));
        }
    }
    off
}

/// Checks the hourly numbers in `docs/reliability.md`.
#[test]
fn anonymous_routes_have_hourly_bounds() {
    let mut worst: BTreeMap<&str, u64> = BTreeMap::new();
    for (route, kind) in table() {
        let Kind::Anonymous(bounds) = kind else {
            continue;
        };
        for (table, bound) in *bounds {
            let hourly = bound.hourly();
            assert!(
                hourly > 0 && hourly <= 12_000,
                "{route}: {hourly} in {table}"
            );
            let max = worst.entry(*table).or_default();
            *max = hourly.max(*max);
        }
    }
    assert_eq!(worst["email_sign_ins"], MAIL.quota * 60);
    println!(
        "{}",
        worst
            .into_iter()
            .map(|(table, max)| (table, json!(max)))
            .collect::<Value>()
    );
}
