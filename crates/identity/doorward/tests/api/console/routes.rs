//! Tests of every page of the console: who may open it, and what its forms require.

use doorward_testkit::stack::HOST;
use doorward_testkit::{Page, Stack, UserAgent, flows, flows_with, rows};
use reqwest::Method;

use super::budget_table::{address, console_rows};
use super::budgets::table_is_complete;
use super::objects::{grant, objects};
use super::support::{browser, comparable, csrf, location, open};
use crate::admin::world::World;

flows!(
    anonymous_caller_is_sent_to_sign_in,
    pages_do_not_exist_without_permission,
    owner_sees_only_own_organization,
    owner_of_other_organization_finds_nothing,
    forms_require_csrf_token,
    changes_require_recent_authentication,
    typed_values_survive_sign_in,
    files_require_recent_authentication,
    navigation_shows_permitted_sections,
    pages_have_no_inline_code,
    get_requests_change_nothing,
);

flows_with!(LOCALHOST; table_has_each_page);

/// A host name, so that passkeys work.
const LOCALHOST: &[(&str, &str)] = &[(HOST, "localhost")];

/// The pages that an owner of any organization may open: lists of the own organization, and forms
/// without an object.
const OPEN_TO_OWNERS: &[&str] = &[
    "/admin",
    "/admin/audit",
    "/admin/audit.csv",
    "/admin/audit.json",
    "/admin/find",
    "/admin/find?q=018f0000-0000-7000-8000-000000000000",
    "/admin/find?q=al",
    "/admin/find?q=dw_abcdefghijkl",
    "/admin/grants",
    "/admin/grants.csv",
    "/admin/grants.json",
    "/admin/grants/bulk",
    "/admin/groups",
    "/admin/groups.csv",
    "/admin/groups.json",
    "/admin/groups/new",
    "/admin/guides/{name}",
    "/admin/guides/{name}/{section}",
    "/admin/organizations",
    "/admin/organizations.csv",
    "/admin/organizations.json",
    "/admin/people",
    "/admin/people/bulk",
    "/admin/people.csv",
    "/admin/people.json",
    "/admin/people?columns=organizations+roles",
    "/admin/reviews",
    "/admin/reviews/new",
    "/admin/roles",
    "/admin/roles.csv",
    "/admin/roles.json",
    "/admin/roles/{id}",
    "/admin/roles/{id}/give",
    "/admin/support-code",
    "/admin/unused",
    "/admin/unused?kind=accounts",
];

/// The objects outside of the organization `zeta` that no page may show to its owner.
const OUTSIDE: &[&str] = &["ALICE", "HELPER", "GROUP", "GRANT", "EVENT", "INVITATION"];

/// The paths of all pages, forms and files, with the ids of existing objects. The test of budgets
/// compares its table with the routes of the server.
#[derive(Default)]
struct Routes {
    pages: Vec<String>,
    forms: Vec<String>,
    files: Vec<String>,
}

async fn routes(world: &World<'_>) -> Routes {
    let (stack, agent) = (world.stack, browser(world.stack, "alice").await);
    let named = objects(world).await;
    let mut routes = Routes::default();
    for (route, values, _) in console_rows().filter(|(route, ..)| !route.contains('?')) {
        let path = address(route, values, &named);
        let asked = agent.http().request(Method::OPTIONS, stack.at(&path));
        let page = agent.send(asked).await;
        let kind = if page.header("allow").is_some_and(|it| it.contains("POST")) {
            &mut routes.forms
        } else if route.contains('.') {
            &mut routes.files
        } else {
            &mut routes.pages
        };
        kind.push(path);
    }
    let numbers = [routes.pages.len(), routes.forms.len(), routes.files.len()];
    assert!(numbers.iter().min() > Some(&5), "{numbers:?}");
    routes
}

/// The tests of budgets, of rights and of languages read this table. This one is part of each landing.
async fn table_has_each_page(stack: &Stack) {
    table_is_complete(stack).await;
}

async fn anonymous_caller_is_sent_to_sign_in(stack: &Stack) {
    let world = World::new(stack).await;
    let routes = routes(&world).await;
    let (pages, files) = (routes.pages.iter(), routes.files.iter());
    for path in pages.chain(&routes.forms).chain(files) {
        let page = UserAgent::new().get(stack.at(path)).await;
        assert_eq!(location(&page), format!("/login?next={path}"));
    }
    // The sign-in leads back.
    let (agent, path) = (UserAgent::new(), "/admin/people");
    let page = agent.get(stack.at(path)).await;
    let page = agent.follow(page, "").await;
    let form = page
        .form("#login")
        .with("identifier", "admin")
        .with("password", doorward_testkit::PASSWORD);
    let page = agent.submit(&form).await;
    assert_eq!(location(&page), path);
}

async fn pages_do_not_exist_without_permission(stack: &Stack) {
    let world = World::new(stack).await;
    let routes = routes(&world).await;
    let agent = browser(stack, "carol").await;
    let token = csrf(stack, &agent).await;
    let path = "/admin/absent/page";
    let page = agent.get(stack.at(path)).await;
    assert_eq!(page.status, 404);
    let absent = comparable(&page, path);
    let (pages, files) = (routes.pages.iter(), routes.files.iter());
    for path in pages.chain(&routes.forms).chain(files) {
        let page = agent.get(stack.at(path)).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
        assert_eq!(comparable(&page, path), absent, "{path}");
    }
    for path in &routes.forms {
        let page = agent.post(stack.at(path), &[("csrf", &token)]).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
        assert_eq!(comparable(&page, path), absent, "{path}");
    }
    // An administrator with other permissions gets the same, and the attempt is recorded.
    let helper = browser(stack, "helper").await;
    let page = helper.get(stack.at("/admin/keys")).await;
    assert_eq!(page.status, 404);
    let (denials, token) = (world.denials().await, csrf(stack, &helper).await);
    let path = "/admin/keys/rotate/RS256";
    let page = helper.post(stack.at(path), &[("csrf", &token)]).await;
    assert_eq!(page.status, 404, "{}", page.dump());
    assert_eq!(world.denials().await, denials + 1);
}

async fn owner_sees_only_own_organization(stack: &Stack) {
    let world = World::new(stack).await;
    let agent = browser(stack, "mona").await;
    let page = open(stack, &agent, "/admin/people").await;
    let names = page.texts_of("tbody th");
    assert_eq!(names.len(), 2, "{names:?}");
    let page = open(stack, &agent, "/admin/organizations").await;
    assert_eq!(page.texts_of("tbody th"), ["ACME"]);
    let page = open(stack, &agent, "/admin/organizations/acme").await;
    assert_eq!(page.texts_of("tbody th").len(), 2);
    let page = open(stack, &agent, "/admin/groups").await;
    assert_eq!(page.texts_of("tbody th"), ["/sales"]);
    assert!(page.text().contains("Only within"), "{}", page.dump());
    let alice = format!("/admin/people/{}", world.id("alice"));
    let page = open(stack, &agent, &alice).await;
    let give = format!("{alice}/access/give");
    assert_eq!(
        page.attributes(".actions a", "href"),
        [give],
        "an owner changes no account"
    );
    open(stack, &agent, &format!("{alice}/access")).await;

    // Users and groups elsewhere look like those that do not exist.
    let path = format!("/admin/people/{}", doorward_testkit::addresses::ID);
    let absent = comparable(&agent.get(stack.at(&path)).await, &path);
    for path in [
        format!("/admin/people/{}", world.id("bob")),
        format!("/admin/people/{}/access", world.id("bob")),
        format!("/admin/people/{}/access/give", world.id("bob")),
        format!("/admin/groups/{}", world.groups["zeta"]),
        format!("/admin/groups/{}", world.groups[""]),
        format!("/admin/groups/{}/edit", world.groups["zeta"]),
        format!("/admin/groups/{}/members/add", world.groups["zeta"]),
        format!("/admin/groups/{}/delete", world.groups["zeta"]),
        format!("{}/extend", grant(&world).await),
        format!("{}/remove", grant(&world).await),
        "/admin/organizations/zeta".to_owned(),
        // Members of the own organization, whose accounts belong to the deployment.
        format!("{alice}/sessions"),
        format!("{alice}/apps"),
        format!("{alice}/factors"),
        format!("{alice}/factors/app/remove"),
        format!("{alice}/disable"),
    ] {
        let page = agent.get(stack.at(&path)).await;
        assert_eq!(page.status, 404, "{path}: {}", page.dump());
        assert_eq!(comparable(&page, &path), absent, "{path}");
    }
    // The search does not reveal accounts elsewhere.
    for name in ["bob", "bob@example.com", "nobody"] {
        let page = open(stack, &agent, &format!("/admin/people?q={name}")).await;
        assert!(page.texts_of("tbody th").is_empty(), "{name}");
    }
}

/// Opens every page with objects of `acme` or of the deployment as the owner of `zeta`, and sends
/// every form.
async fn owner_of_other_organization_finds_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    browser(stack, "alice").await;
    let (named, owner) = (objects(&world).await, browser(stack, "bob").await);
    let (token, path) = (csrf(stack, &owner).await, "/admin/absent/page");
    let absent = comparable(&owner.get(stack.at(path)).await, path);
    for (route, values, _) in console_rows() {
        let path = address(route, values, &named);
        if OPEN_TO_OWNERS.contains(route) {
            let page = owner.get(stack.at(&path)).await;
            assert!(page.status < 400, "{path}: {}", page.dump());
            let is_shown = |name: &&&str| page.text().contains(&named[**name]);
            let shown = OUTSIDE.iter().find(is_shown);
            assert_eq!(shown, None, "{path}: {}", page.dump());
            continue;
        }
        let segments = route.split('/');
        let is_parameter = |segment: &str| segment.starts_with('{');
        let other = segments.map(|it| if is_parameter(it) { "absent" } else { it });
        let other = other.collect::<Vec<_>>().join("/");
        for path in [path, other] {
            let page = owner.get(stack.at(&path)).await;
            assert_eq!(page.status, 404, "{path}: {}", page.dump());
            assert_eq!(comparable(&page, &path), absent, "{path}");
            let page = owner.post(stack.at(&path), &[("csrf", &token)]).await;
            // Pages without a form accept no POST.
            if page.status != 405 {
                assert_eq!(page.status, 404, "POST {path}: {}", page.dump());
                assert_eq!(comparable(&page, &path), absent, "POST {path}");
            }
        }
    }
}

async fn forms_require_csrf_token(stack: &Stack) {
    let world = World::new(stack).await;
    let agent = browser(stack, "admin").await;
    for path in routes(&world).await.forms {
        for token in ["", "AAAA"] {
            let page = agent.post(stack.at(&path), &[("csrf", token)]).await;
            assert_eq!(page.status, 400, "{path}: {}", page.dump());
        }
    }
    let alice = format!("/admin/people/{}", world.id("alice"));
    let page = open(stack, &agent, &alice).await;
    assert_eq!(page.text_of(".head .pill").unwrap().trim(), "Active");
}

async fn changes_require_recent_authentication(stack: &Stack) {
    let world = World::new(stack).await;
    let agent = browser(stack, "admin").await;
    let (routes, token) = (routes(&world).await, csrf(stack, &agent).await);
    stack.clock.advance(901);
    for path in &routes.pages {
        open(stack, &agent, path).await;
    }
    for path in &routes.forms {
        // The form is opened without it, and sent with it.
        let page = agent.get(stack.at(path)).await;
        assert!(!page.has("#login") && page.status < 400, "{}", page.dump());
        let page = agent.post(stack.at(path), &[("csrf", &token)]).await;
        assert_eq!(location(&page), format!("/login?next={path}"));
    }
}

/// Gives the password again on the page to which an answer leads, and opens the form again.
async fn confirm(agent: &UserAgent, answer: Page) -> Page {
    let page = agent.follow(answer, "").await;
    assert!(!page.has("a[href^='/register']"), "{}", page.dump());
    let form = page.form("#login");
    let form = form.with("password", doorward_testkit::PASSWORD);
    let page = agent.submit(&form).await;
    agent.follow(page, "").await
}

async fn typed_values_survive_sign_in(stack: &Stack) {
    let world = World::new(stack).await;
    let agent = browser(stack, "admin").await;
    let user = format!("/admin/people/{}", world.id("alice"));
    let (disable, enable) = (format!("{user}/disable"), format!("{user}/enable"));
    stack.clock.advance(901);
    let page = open(stack, &agent, &disable).await;
    let form = page.form("#confirm").with("reason", "Asked by phone");
    let page = confirm(&agent, agent.submit(&form).await).await;
    assert_eq!(
        page.form("#confirm").value("reason"),
        Some("Asked by phone")
    );
    // Nothing was changed by the sign-in.
    let details = open(stack, &agent, &user).await;
    assert_eq!(details.text_of(".head .pill").unwrap().trim(), "Active");
    let page = agent.submit(&page.form("#confirm")).await;
    assert!(location(&page).starts_with(&user));
    // It is shown once, and on its own page only.
    stack.clock.advance(901);
    let page = open(stack, &agent, &enable).await;
    let form = page.form("#confirm").with("reason", "By mistake");
    let answer = agent.submit(&form).await;
    let other = open(stack, &agent, &format!("{user}/edit")).await;
    assert!(!other.text().contains("By mistake"));
    assert!(!other.has("[value='By mistake']"));
    let page = confirm(&agent, answer).await;
    assert_eq!(page.form("#confirm").value("reason"), Some("By mistake"));
    let page = open(stack, &agent, &enable).await;
    assert_eq!(page.form("#confirm").value("reason"), Some(""));
}

async fn navigation_shows_permitted_sections(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "auditor", &["audit:read"]).await;
    let agent = browser(stack, "carol").await;
    let page = open(stack, &agent, "/admin/audit").await;
    assert_eq!(page.texts_of(".side a"), ["Home", "Sign-ins", "Audit log"]);
    let current = page.texts_of(".side [aria-current=page]");
    assert_eq!(current, ["Audit log"]);
    assert!(page.has("a.skip[href='#main']") && page.has("details.sections nav"));
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, "/admin").await;
    assert_eq!(page.texts_of(".side a").len(), 20);
    assert!(
        page.has(".side a[href='/admin/reviews']"),
        "{}",
        page.dump()
    );
    assert!(
        page.has(".side a[href='/admin/campaigns']"),
        "{}",
        page.dump()
    );
}

async fn pages_have_no_inline_code(stack: &Stack) {
    let world = World::new(stack).await;
    let agent = browser(stack, "admin").await;
    for path in routes(&world).await.pages {
        let page = open(stack, &agent, &path).await;
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("style-src 'self'"), "{policy}");
        assert!(policy.ends_with("form-action 'self'"), "{policy}");
        assert!(!page.has("[style], style, script:not([src])"), "{path}");
        assert!(page.body.len() <= 49_152, "{path}: {}", page.body.len());
    }
}

async fn files_require_recent_authentication(stack: &Stack) {
    let world = World::new(stack).await;
    let agent = browser(stack, "admin").await;
    let files = routes(&world).await.files;
    for path in &files {
        open(stack, &agent, path).await;
    }
    stack.clock.advance(901);
    for path in &files {
        let page = agent.get(stack.at(path)).await;
        assert!(location(&page).starts_with("/login?next=/admin/"), "{path}");
    }
}

/// Downloads that are recorded in the audit log.
const RECORDED: [&str; 10] = [
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
    let world = World::new(stack).await;
    let agent = browser(stack, "admin").await;
    let routes = routes(&world).await;
    stack.seal_audit().await;
    stack.wait_for_jobs().await;
    let database = &stack.storage().identity;
    let mut before = rows::dump_lasting(database).await;
    let (pages, files) = (routes.pages.iter(), routes.files.iter());
    let paths: Vec<_> = pages.chain(&routes.forms).chain(files).collect();
    // Reading all tables takes longer than a page.
    for paths in paths.chunks(10) {
        for path in paths {
            let page = agent.get(stack.at(path)).await;
            assert!(page.status < 400, "{path}: {}", page.dump());
        }
        let after = rows::dump_lasting(database).await;
        let recorded =
            |path: &&&String| RECORDED.contains(&path.as_str()) || path.ends_with("/failures.csv");
        let recorded = paths.iter().filter(recorded).count();
        if recorded > 0 {
            let events = after["audit_events"].clone();
            let expected = before["audit_events"].len() + recorded;
            assert_eq!(events.len(), expected, "{paths:?}");
            before.insert("audit_events".to_owned(), events);
        }
        for (table, rows) in &before {
            assert_eq!(rows, &after[table], "{paths:?} changed {table}");
        }
    }
}
