//! Tests of the lists of users and apps as files, and of the parts of a file.

use doorward_domain::model::{AuditEvent, Profile};
use doorward_store::repo;
use doorward_testkit::{
    Backend, CookieAgent, PASSWORD, Page, Stack, both_backends, rows as sql, stack,
};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::list_filters::seed;
use super::support::{browser, location, open};
use crate::admin::world::{World, ok};

both_backends!(
    file_of_users_has_harmless_cells_of_filter,
    file_of_users_is_sent_in_parts,
    part_of_file_is_small,
    file_of_apps_has_cells_of_filter,
    export_of_users_is_recorded,
    owner_exports_members_only,
);

/// Returns the rows of a file with the names of its columns.
pub fn rows(page: &Page) -> (Vec<String>, Vec<csv::StringRecord>) {
    let mut reader = csv::Reader::from_reader(page.body.as_slice());
    let columns = reader.headers().expect("the columns");
    let columns = columns.iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.expect("a row"));
    (columns, rows.collect())
}

/// Returns the events of exports of lists with data of users.
pub async fn exports(world: &World<'_>) -> Vec<AuditEvent> {
    let events = repo::audit::list(world.db.read(), None, 1000)
        .await
        .unwrap();
    let is_export = |event: &AuditEvent| event.kind.as_str() == "users.exported";
    events.into_iter().filter(is_export).collect()
}

async fn file_of_users_has_harmless_cells_of_filter(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    seed(&world).await;
    let path = format!("/api/admin/users/{}", world.id("carol"));
    let body = json!({ "first_name": "=HYPERLINK(\"https://evil.example\")" });
    ok(
        &world.change("admin", "PATCH", &path, Some(&body)).await,
        200,
    );
    let page = open(stack, &admin, "/admin/people.csv?state=disabled").await;
    assert_eq!(page.header("content-type"), Some("text/csv; charset=utf-8"));
    let disposition = page.header("content-disposition");
    assert_eq!(disposition, Some("attachment; filename=\"people.csv\""));
    let (columns, found) = rows(&page);
    assert_eq!(
        columns,
        [
            "id",
            "username",
            "email",
            "email_verified",
            "name",
            "state",
            "last_login",
            "created_at",
            "updated_at"
        ]
    );
    assert_eq!(found.len(), 1, "{}", page.text());
    let id = world.id("carol");
    let email = "carol@example.org";
    let name = "'=HYPERLINK(\"https://evil.example\")";
    let cells: Vec<_> = found[0].iter().take(6).collect();
    assert!(cells[4].starts_with(name), "{cells:?}");
    assert_eq!(cells[..4], [id.as_str(), "carol", email, "true"]);
    assert_eq!(cells[5], "disabled");
    // JSON contains the unchanged text.
    let page = open(stack, &admin, "/admin/people.json?state=disabled").await;
    assert_eq!(page.header("content-type"), Some("application/json"));
    let found = page.json();
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found[0]["id"], id.as_str());
    assert!(found[0]["name"].as_str().unwrap().starts_with('='));
    assert_eq!(found[0]["last_login"], json!(null));
    // Nothing is selected.
    let page = open(stack, &admin, "/admin/people.csv?q=nobody").await;
    assert_eq!(rows(&page).1.len(), 0, "{}", page.text());
    let page = open(stack, &admin, "/admin/people.json?q=nobody").await;
    assert_eq!(page.json(), json!([]));
    let page = admin.get(stack.at("/admin/people.csv?state=lost")).await;
    assert_eq!(page.status, 400);
}

async fn file_of_users_is_sent_in_parts(stack: &Stack) {
    let mut world = World::new(stack).await;
    // More than two parts.
    for number in 0..205 {
        world.create_user(&format!("walker{number}")).await;
    }
    let admin = browser(stack, "admin").await;
    let path = "/admin/people.csv?q=walker&state=active";
    let (_, found) = rows(&open(stack, &admin, path).await);
    let mut ids: Vec<&str> = found.iter().map(|row| &row[0]).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((found.len(), ids.len()), (205, 205));
    let page = open(stack, &admin, &path.replace("csv", "json")).await;
    assert_eq!(page.json().as_array().unwrap().len(), 205);
    let request = admin.http().head(stack.at(path));
    let page = admin.send(request).await;
    assert_eq!((page.status, page.body.len()), (200, 0));
}

/// Returns the sizes of the parts in which the server sends a file (RFC 9112 §7.1).
async fn part_sizes(stack: &Stack, agent: &CookieAgent, path: &str) -> Vec<usize> {
    let address = stack.issuer().trim_start_matches("http://");
    let cookies = agent.cookies.iter();
    let cookies: Vec<_> = cookies
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncookie: {}\r\n\r\n",
        cookies.join("; ")
    );
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer).await;
    read.expect("an answer");
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{path}");
    let mut ends = answer.windows(4);
    let head = ends.position(|end| end == b"\r\n\r\n").expect("a head");
    let mut rest = &answer[head + 4..];
    let mut sizes = Vec::new();
    loop {
        let mut ends = rest.windows(2);
        let line = ends.position(|end| end == b"\r\n").expect("a size");
        let size = std::str::from_utf8(&rest[..line]).expect("a size");
        let size = usize::from_str_radix(size, 16).expect("a size");
        if size == 0 {
            return sizes;
        }
        sizes.push(size);
        // The part is between two line ends.
        rest = &rest[line + 2 + size + 2..];
    }
}

async fn part_of_file_is_small(stack: &Stack) {
    let mut world = World::new(stack).await;
    for number in 0..205 {
        world.create_user(&format!("walker{number}")).await;
    }
    // The longest names: 100 rows are larger than a part.
    let name = Some("名".repeat(100));
    let profile = Profile {
        given_name: name.clone(),
        middle_name: name.clone(),
        family_name: name,
        ..Profile::default()
    };
    let profile = serde_json::to_string(&profile).unwrap();
    let update = format!("UPDATE users SET profile = '{profile}'");
    doorward_testkit::rows::execute(&stack.storage().identity, &update).await;
    let mut agent = CookieAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "admin");
    let page = agent.submit(&form.with("password", PASSWORD)).await;
    assert_eq!(location(&page), "/account");
    for end in ["csv", "json"] {
        let path = format!("/admin/people.{end}?q=walker");
        let sizes = part_sizes(stack, &agent, &path).await;
        assert!(sizes.len() >= 4, "{path}: {sizes:?}");
        assert!(sizes.iter().sum::<usize>() > 200_000, "{path}: {sizes:?}");
        assert_eq!(sizes.iter().max(), Some(&65_536), "{path}: {sizes:?}");
    }
}

async fn file_of_apps_has_cells_of_filter(stack: &Stack) {
    let world = World::new(stack).await;
    let new = json!({ "id": "quokka", "name": "@Zebra", "kind": "public",
                      "redirect_uris": ["https://app.example/cb"] });
    let list = "/api/admin/clients";
    ok(&world.call("admin", "POST", list, Some(&new)).await, 201);
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin/apps.csv?q=quo&kind=public").await;
    let (columns, found) = rows(&page);
    assert_eq!(columns.len(), 7);
    let cells: Vec<_> = found[0].iter().take(5).collect();
    let expected = ["quokka", "'@Zebra", "public", "active", "administrator"];
    assert_eq!((cells, found.len()), (expected.to_vec(), 1));
    let page = open(stack, &admin, "/admin/apps.json?q=quo").await;
    assert_eq!(page.json()[0]["name"], "@Zebra");
    assert!(exports(&world).await.is_empty());
}

async fn export_of_users_is_recorded(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let path = "/admin/people.csv?q=carol&state=active&organization=acme";
    let page = admin.send(admin.http().head(stack.at(path))).await;
    assert_eq!(page.status, 200);
    assert!(exports(&world).await.is_empty());
    open(stack, &admin, path).await;
    let recorded = exports(&world).await;
    assert_eq!(recorded.len(), 1);
    assert_eq!(
        recorded[0].actor.as_deref(),
        Some(world.id("admin").as_str())
    );
    let detail = &recorded[0].detail;
    let filter = json!({ "state": "active", "organization": "acme" });
    assert_eq!(detail["filter"], filter, "{detail:?}");
    assert_eq!(detail["has_text"], true);
    // The searched text may be personal data.
    let text = serde_json::to_string(detail).unwrap();
    assert!(!text.contains("carol"), "{text}");
}

async fn owner_exports_members_only(stack: &Stack) {
    let world = World::new(stack).await;
    let owner = browser(stack, "mona").await;
    let (_, found) = rows(&open(stack, &owner, "/admin/people.csv").await);
    let mut names: Vec<&str> = found.iter().map(|row| &row[1]).collect();
    names.sort_unstable();
    assert_eq!(names, ["alice", "mona"]);
    let page = open(stack, &owner, "/admin/people.csv?organization=zeta").await;
    assert_eq!(rows(&page).1.len(), 0);
    let recorded = exports(&world).await;
    assert_eq!(recorded.len(), 2);
    assert!(recorded.iter().all(|event| event.detail["org"] == "acme"));
}

/// Checks that a file of more rows than any list has on its pages is whole. One backend is enough: the
/// parts are read as on both.
#[test]
fn file_of_many_rows_is_whole() {
    stack::run(Backend::SqliteMemory, async |stack: &Stack| {
        let admin = browser(stack, "admin").await;
        let copy = "INSERT INTO sessions (id, token_hash, user_id, created_at, last_seen_at, \
                    idle_expires_at, expires_at, auth_time, acr, amr, remember, user_agent, ip) \
                    WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 100500) \
                    SELECT randomblob(16), randomblob(32), user_id, created_at, last_seen_at, \
                    idle_expires_at, expires_at, auth_time, acr, amr, remember, user_agent, ip \
                    FROM sessions CROSS JOIN s";
        sql::execute(&stack.storage().identity, copy).await;
        let (_, found) = rows(&open(stack, &admin, "/admin/sessions.csv").await);
        let ids: std::collections::HashSet<&str> = found.iter().map(|row| &row[0]).collect();
        assert_eq!((found.len(), ids.len()), (100_501, 100_501));
    });
}
