//! Tests every page path, read from the router registrations so that new paths are included: a GET
//! changes nothing, and forms of other origins are rejected.

use std::collections::BTreeMap;

use doorward_templates::assets;
use doorward_testkit::addresses::paths;
use doorward_testkit::{PASSWORD, Page, Stack, UserAgent, agent, flows, rows};

use crate::two_factor::first_step;

flows!(
    get_requests_change_nothing,
    head_is_answered_like_get,
    no_form_works_from_elsewhere,
    cross_site_post_only_starts_oauth_request,
);

/// The path that accepts forms of other sites (OAuth 2.0 Form Post Response Mode): it starts
/// nothing, and its parameters are valid only in the browser that started the sign-in.
const CROSS_SITE_PATH: &str = "/login/callback/acme";

/// Returns true for an endpoint of a protocol, which only starts a request by a form of another site.
fn is_endpoint(path: &str) -> bool {
    ["/oauth2/", "/ssf/", "/login/logout/", "/login/signals/"]
        .iter()
        .any(|start| path.starts_with(start))
        || path == "/saml/sso"
}

async fn truth(stack: &Stack) -> BTreeMap<String, Vec<String>> {
    let mut tables = rows::dump_lasting(&stack.storage().identity).await;
    // The cleanup, which runs beside the requests, writes its leases and steps.
    tables.retain(|name, _| !["leases", "cleanup_steps"].contains(&name.as_str()));
    assert!(tables["users"].len() >= 4, "{:?}", tables.keys());
    assert!(!tables["sessions"].is_empty());
    tables
}

#[track_caller]
fn assert_same(
    before: &BTreeMap<String, Vec<String>>,
    after: &BTreeMap<String, Vec<String>>,
    name: &str,
) {
    for (table, rows) in before {
        assert_eq!(rows, &after[table], "{name} changed {table}");
    }
}

/// Paths that are requested before the database is compared: reading all tables takes longer than a page.
const COMPARED: usize = 10;

/// Downloads that are recorded in the audit log.
const EXPORTS: [&str; 10] = [
    "/admin/audit.csv",
    "/admin/audit.json",
    "/admin/grants.csv",
    "/admin/grants.json",
    "/admin/people.csv",
    "/admin/people.json",
    "/admin/sessions.csv",
    "/admin/sessions.json",
    "/admin/sign-ins.csv",
    "/admin/sign-ins.json",
];

async fn get_requests_change_nothing(stack: &Stack) {
    let anonymous_caller = UserAgent::new();
    let person = UserAgent::new();
    first_step(stack, &person, "admin").await;
    stack.wait_for_jobs().await;
    let mut before = truth(stack).await;
    let all: Vec<String> = paths().into_iter().collect();
    for paths in all.chunks(COMPARED) {
        for path in paths {
            for agent in [&anonymous_caller, &person] {
                let head = agent.http().head(stack.at(path));
                assert!(agent.send(head).await.status < 500, "{path}");
                // With parameters that a link could contain, too.
                for query in [
                    "",
                    "?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&done=1&decision=allow",
                ] {
                    let page = agent.get(stack.at(&format!("{path}{query}"))).await;
                    assert!(page.status < 500, "{}", page.dump());
                }
            }
        }
        let after = truth(stack).await;
        let exports = paths.iter().filter(|path| EXPORTS.contains(&path.as_str()));
        if exports.clone().count() > 0 {
            let events = after["audit_events"].clone();
            let least = before["audit_events"].len() + exports.count();
            assert!(events.len() >= least, "{paths:?}");
            before.insert("audit_events".to_owned(), events);
        }
        assert_same(&before, &after, &paths.join(" "));
    }
    assert_eq!(person.get(stack.at("/account")).await.status, 200);
}

/// Checks RFC 9110 §9.3.2 at every path of both servers: HEAD has the status of GET and no body.
async fn head_is_answered_like_get(stack: &Stack) {
    let person = UserAgent::new();
    first_step(stack, &person, "admin").await;
    let tasks = [
        "/web/",
        "/web/login",
        "/api/tasks/",
        "/api/projects/",
        "/nothing",
    ];
    let api = [
        "/api/openapi.json",
        "/api/auth/user",
        "/api/admin/users",
        "/api/nothing",
    ];
    let file = assets::css_url();
    let styles = UserAgent::new().http().head(stack.at(file));
    assert_eq!(UserAgent::new().send(styles).await.status, 200);
    let own = paths().into_iter().chain(api.map(str::to_owned));
    let own = own.chain([file.to_owned()]);
    let addresses = own.map(|path| stack.at(&path));
    let addresses = addresses.chain(tasks.map(|path| stack.at_tasks(path)));
    for address in addresses {
        for agent in [&UserAgent::new(), &person] {
            let shown = agent.get(&address).await;
            let head = agent.send(agent.http().head(&address)).await;
            assert_eq!(head.status, shown.status, "{address}: {}", head.dump());
            assert!(head.body.is_empty(), "{address}: {}", head.dump());
            let allowed = head.header("allow").unwrap_or_default();
            assert!(!allowed.contains("GET"), "{address}: {allowed}");
        }
    }
}

/// The variants of a forged form.
const FORGERIES: [&str; 7] = [
    "no token",
    "the token of another browser",
    "another site",
    "another subdomain",
    "another origin",
    "no origin",
    "another type",
];

async fn send(
    stack: &Stack,
    agent: &UserAgent,
    path: &str,
    own: &str,
    other: &str,
    way: &str,
) -> Page {
    let csrf = match way {
        "no token" => "",
        "the token of another browser" => other,
        _ => own,
    };
    let fields = [
        ("csrf", csrf),
        ("decision", "allow"),
        ("identifier", "admin"),
        ("password", PASSWORD),
        ("current_password", PASSWORD),
        ("email", "eve@evil.example"),
        ("lang", "de"),
        ("theme", "dark"),
        ("saved", "on"),
    ];
    let (kind, body) = match (way, path) {
        ("another type", _) => ("text/plain", agent::encode(fields)),
        (_, UPLOAD) => ("multipart/form-data; boundary=sweep", parts(&fields)),
        _ => ("application/x-www-form-urlencoded", agent::encode(fields)),
    };
    let request = agent
        .http()
        .post(stack.at(path))
        .header("content-type", kind)
        .body(body);
    let request = match way {
        "another site" => request.header("sec-fetch-site", "cross-site"),
        "another subdomain" => request.header("sec-fetch-site", "same-site"),
        "another origin" => request.header("origin", "https://evil.example"),
        "no origin" => request.header("origin", "null"),
        _ => request.header("sec-fetch-site", "same-origin"),
    };
    agent.send(request).await
}

/// The form that is sent as `multipart/form-data` only. That of a logo may have no file.
const UPLOAD: &str = "/account/profile/picture";

/// Returns the fields as a multipart body (RFC 7578).
fn parts(fields: &[(&str, &str)]) -> String {
    let part = |(name, value): &(&str, &str)| {
        format!("--sweep\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    fields.iter().map(part).collect::<String>() + "--sweep--\r\n"
}

async fn csrf(stack: &Stack, agent: &UserAgent) -> String {
    let page = agent.get(stack.at("/account")).await;
    let page = agent.follow(page, "").await;
    let form = page.form("form:has([name=csrf])");
    form.value("csrf").expect("a token").to_owned()
}

/// Returns true if the path accepts POST requests.
async fn takes_forms(stack: &Stack, agent: &UserAgent, path: &str) -> bool {
    let options = agent
        .http()
        .request(reqwest::Method::OPTIONS, stack.at(path));
    let page = agent.send(options).await;
    page.header("allow")
        .is_some_and(|allowed| allowed.contains("POST"))
}

async fn no_form_works_from_elsewhere(stack: &Stack) {
    let person = UserAgent::new();
    first_step(stack, &person, "admin").await;
    let (own, other) = (
        csrf(stack, &person).await,
        csrf(stack, &UserAgent::new()).await,
    );
    stack.wait_for_jobs().await;
    let before = truth(stack).await;
    let mut swept = Vec::new();
    let mut compared = 0;
    for path in paths()
        .into_iter()
        .filter(|path| !is_endpoint(path) && path != CROSS_SITE_PATH)
    {
        if !takes_forms(stack, &person, &path).await {
            continue;
        }
        for way in FORGERIES {
            let page = send(stack, &person, &path, &own, &other, way).await;
            if way == "another type" {
                assert_eq!(page.status, 415, "{path}: {}", page.dump());
            } else {
                assert_eq!(page.status, 400, "{path}, {way}: {}", page.dump());
                // A multipart form is rejected at its first part, before the page could be shown
                // again.
                assert!(
                    path == UPLOAD || page.text().contains("This page is too old"),
                    "{path}, {way}"
                );
            }
            assert!(page.header("set-cookie").is_none(), "{path}, {way}");
        }
        swept.push(path);
        if swept.len() >= compared + COMPARED {
            let names = swept[compared..].join(" ");
            assert_same(&before, &truth(stack).await, &names);
            compared = swept.len();
        }
    }
    let names = swept[compared..].join(" ");
    assert_same(&before, &truth(stack).await, &names);
    assert!(swept.len() > 20, "only {swept:?}");
    // The same forms from this origin are accepted, so the rejection was caused by the forgery.
    for path in &swept {
        let page = send(stack, &person, path, &own, &other, "here").await;
        assert!(
            !page.text().contains("This page is too old"),
            "{path}: {}",
            page.dump()
        );
        assert!(page.status < 500, "{path}: {}", page.dump());
        if path == "/logout" {
            first_step(stack, &person, "admin").await;
        }
    }
    let after = truth(stack).await;
    assert_ne!(before, after, "none of the forms changed anything");
}

/// Checks that other sites can start an authorization or logout request by POST (OIDC Core
/// §3.1.2.1, RP-Initiated Logout §2), and nothing else.
async fn cross_site_post_only_starts_oauth_request(stack: &Stack) {
    let person = UserAgent::new();
    first_step(stack, &person, "admin").await;
    stack.wait_for_jobs().await;
    let before = truth(stack).await;
    let mut swept = 0;
    for path in paths().into_iter().filter(|path| is_endpoint(path)) {
        let page = send(stack, &person, &path, "", "", "another site").await;
        assert!(page.status < 500, "{path}: {}", page.dump());
        assert_same(&before, &truth(stack).await, &path);
        swept += 1;
    }
    assert!(swept >= 6, "{swept}");
    assert_eq!(person.get(stack.at("/account")).await.status, 200);
}
