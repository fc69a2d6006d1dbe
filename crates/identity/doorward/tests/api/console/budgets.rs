//! Tests the number of statements and the size of every page of the console and of the account, with
//! few rows and with more than a page of them. A new page needs a row in the table, as a test of `routes` says.

use std::collections::{BTreeMap, BTreeSet};

use doorward_testkit::addresses::{ID, paths};
use doorward_testkit::stack::{HOST, METRICS};
use doorward_testkit::statements::of_two;
use doorward_testkit::{Page, Stack, UserAgent, flows_with};
use reqwest::Method;

use super::budget_data::add_many;
use super::budget_table::{FLOWS, LARGE, TABLE, address};
use super::objects::objects;
use super::support::browser;
use crate::admin::world::World;

flows_with!(SETTINGS; pages_stay_within_budgets, home_of_owner_stays_within_budget);

/// Counted statements, and a host name, so that passkeys work.
const SETTINGS: &[(&str, &str)] = &[METRICS, (HOST, "localhost")];

/// Largest page, and largest one that is not in [`LARGE`], in bytes.
const MAX: usize = 61_440;
const MAX_LIST: usize = 49_152;
/// Largest page after compression, and that of the home page with its style sheets and scripts.
const MAX_COMPRESSED: usize = 9_216;
const MAX_FIRST_LOAD: usize = 24_576;
/// The first data.
const FEW: &str = "few rows";
/// Most statements that fill caches, whatever the number of rows.
const FILLING: u32 = 12;

async fn pages_stay_within_budgets(stack: &Stack) {
    let mut world = World::new(stack).await;
    let (admin, _alice) = (browser(stack, "admin").await, browser(stack, "alice").await);
    let named = objects(&world).await;
    stack.seal_audit().await;
    let mut off = Vec::new();
    let few = measure(&world, &admin, &named, FEW, &mut off).await;
    add_many(&mut world, &named["BULK"]).await;
    stack.seal_audit().await;
    let many = measure(&world, &admin, &named, "many rows", &mut off).await;
    // A page without rows may need no statement for their names, and the latest events may name only users.
    for ((route, _, written), (few, many)) in TABLE.iter().zip(few.into_iter().zip(many)) {
        let most = few.max(many);
        if most < *written {
            off.push(format!("{route}: {most} statements, {written} written"));
        }
    }
    let first = first_load(stack, &admin).await;
    if first > MAX_FIRST_LOAD {
        off.push(format!("first load: {first} bytes compressed"));
    }
    assert!(off.is_empty(), "{}", off.join("\n"));
}

/// Asserts that the table has each page of the server.
pub async fn table_is_complete(stack: &Stack) {
    let found = routes(stack).await;
    let rows = TABLE.iter().map(|(route, ..)| pattern(route));
    let known: BTreeSet<String> = rows
        .chain(FLOWS.iter().copied())
        .map(str::to_owned)
        .collect();
    assert_eq!(found, known, "routes, and routes of the table");
}

async fn home_of_owner_stays_within_budget(stack: &Stack) {
    World::new(stack).await;
    let mona = browser(stack, "mona").await;
    let looked = async || {
        let page = mona.get(stack.at("/admin")).await;
        assert_eq!(page.text_of("h1").as_deref(), Some("ACME"));
    };
    let [_, ran] = of_two(stack, ("GET", "/admin"), looked).await;
    // With the organization, and its invitations.
    assert_eq!(ran, 4);
}

fn pattern(route: &str) -> &str {
    route.split('?').next().unwrap_or_default()
}

/// Returns the routes of pages, as the server reports them.
async fn routes(stack: &Stack) -> BTreeSet<String> {
    let agent = UserAgent::new();
    let mut found = BTreeSet::new();
    for path in paths() {
        let is_page = |root: &str| {
            let below = path.strip_prefix(root);
            below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
        };
        if !is_page("/admin") && !is_page("/account") {
            continue;
        }
        let asked = agent.http().request(Method::OPTIONS, stack.at(&path));
        let page = agent.send(asked).await;
        let allowed = page.header("allow").unwrap_or_default();
        if allowed.split(", ").any(|method| method == "GET") {
            found.insert(path.replace(ID, "{id}"));
        }
    }
    found
}

/// Opens every page, and describes those that exceed the table. Returns the number of statements of each.
async fn measure(
    world: &World<'_>,
    agent: &UserAgent,
    objects: &BTreeMap<&str, String>,
    rows: &str,
    off: &mut Vec<String>,
) -> Vec<u32> {
    let stack = world.stack;
    let mut all = Vec::new();
    for (route, values, written) in TABLE {
        let (path, pattern) = (address(route, values, objects), pattern(route));
        let (mut status, mut size) = (0, 0);
        let looked = async || {
            let page = agent.get(stack.at(&path)).await;
            let kind = page.header("content-type").unwrap_or_default();
            let is_page = kind.starts_with("text/html");
            (status, size) = (page.status, if is_page { page.body.len() } else { 0 });
        };
        let [first, ran] = of_two(stack, ("GET", pattern), looked).await;
        let written = *written;
        all.push(ran);
        if ran > written {
            off.push(format!(
                "{path}, {rows}: {ran} statements, {written} written"
            ));
        }
        // The path of the confirmation of bulk changes leads to the list without a form.
        let expected = if route.ends_with("/bulk") { 303 } else { 200 };
        if status != expected {
            off.push(format!("{path}, {rows}: status {status}"));
        }
        if first > written + FILLING {
            off.push(format!("{path}, {rows}: {first} with empty caches"));
        }
        let is_large = LARGE.contains(route);
        let limit = if is_large { MAX } else { MAX_LIST };
        if size > limit {
            off.push(format!("{path}, {rows}: {size} bytes, at most {limit}"));
        }
        if size > 0 && !is_large && rows != FEW {
            let sent = compressed(stack, agent, &path).await.body.len();
            if sent > MAX_COMPRESSED {
                let limit = MAX_COMPRESSED;
                off.push(format!(
                    "{path}, {rows}: {sent} bytes compressed, at most {limit}"
                ));
            }
        }
    }
    all
}

/// Fetches a page or a file as browsers do.
async fn compressed(stack: &Stack, agent: &UserAgent, path: &str) -> Page {
    let request = agent.http().get(stack.at(path));
    let page = agent.send(request.header("accept-encoding", "gzip")).await;
    assert_eq!(page.header("content-encoding"), Some("gzip"), "{path}");
    page
}

/// Returns the number of compressed bytes of the home page and its files, which browsers keep for the
/// other pages.
async fn first_load(stack: &Stack, agent: &UserAgent) -> usize {
    let page = agent.get(stack.at("/admin")).await;
    assert!(!page.has("img, iframe, object"), "{}", page.dump());
    let mut files = page.attributes("link[rel=stylesheet]", "href");
    files.extend(page.attributes("script", "src"));
    assert_eq!(files.len(), 4, "{files:?}");
    let mut size = compressed(stack, agent, "/admin").await.body.len();
    for path in files {
        let file = compressed(stack, agent, &path).await;
        let control = file.header("cache-control").unwrap_or_default();
        assert!(control.contains("immutable"), "{path}: {control}");
        size += file.body.len();
    }
    size
}
