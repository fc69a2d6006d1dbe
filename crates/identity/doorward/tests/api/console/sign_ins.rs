//! Tests of the sign-in attempts: administrators see why an attempt failed, users see one message.

use std::time::{Duration, Instant};

use doorward_domain::model::{AttemptStep, SignInAttempt};
use doorward_store::repo;
use doorward_testkit::{PASSWORD, Page, Stack, UserAgent, flows, seed};
use serde_json::json;

use super::objects::{attempt, lock_out, objects};
use super::support::{browser, confirmed, location, open};
use crate::admin::world::World;
use crate::support::{post, problem};

flows!(
    failed_sign_ins_show_reason_to_administrators_only,
    rejected_requests_show_values_and_app,
    lockout_leads_to_unlock_until_its_end,
    case_leads_to_simulation_provider_and_text,
    successful_sign_ins_are_listed,
    unknown_filters_and_cases_are_rejected,
);

/// The time within which attempts are written.
const PATIENCE: Duration = Duration::from_secs(30);

/// Opens a list once it has this number of rows.
pub async fn list(stack: &Stack, agent: &UserAgent, path: &str, rows: usize) -> Page {
    let start = Instant::now();
    loop {
        let page = open(stack, agent, path).await;
        let found = page.texts_of("tbody tr").len();
        if found == rows {
            return page;
        }
        let is_late = start.elapsed() > PATIENCE;
        assert!(!is_late, "{found} rows in {path}: {}", page.dump());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Opens the case of the only row of a list.
async fn case(stack: &Stack, agent: &UserAgent, path: &str) -> Page {
    let page = list(stack, agent, path, 1).await;
    let href = page.attributes("tbody th a", "href").pop().expect("a link");
    open(stack, agent, &href).await
}

/// Stores an attempt, and returns the path of its case.
async fn store(world: &World<'_>, attempt: SignInAttempt) -> String {
    let path = format!("/admin/sign-ins/{}", attempt.id);
    let tx = world.db.begin_write().await.unwrap();
    let inserted = repo::attempts::insert_all(&tx, &[attempt]).await;
    inserted.unwrap();
    tx.commit().await.unwrap();
    path
}

async fn failed_sign_ins_show_reason_to_administrators_only(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let carol = format!("/admin/people/{}", world.id("carol"));
    let notice = "The account was disabled.";
    confirmed(stack, &admin, &format!("{carol}/disable"), notice).await;
    let mut details = Vec::new();
    for (name, password) in [("carol", PASSWORD), ("alice", "wrong"), ("nobody", "wrong")] {
        let credentials = json!({ "username": name, "password": password });
        let page = post(stack, "/api/auth/login", credentials).await;
        details.push(problem(&page, 401, "sign-in-rejected")["detail"].clone());
    }
    details.dedup();
    assert_eq!(details.len(), 1, "{details:?}");

    let page = list(stack, &admin, "/admin/sign-ins?outcome=failed", 3).await;
    let mut reasons = page.texts_of("tbody th");
    reasons.sort();
    let expected = [
        "The account is disabled",
        "The password is wrong",
        "Unknown username or email",
    ];
    assert_eq!(reasons, expected);
    assert!(page.text().contains(seed::APP), "{}", page.dump());
    assert!(
        !page.text().contains("nobody"),
        "a typed name is not stored"
    );

    let page = case(stack, &admin, "/admin/sign-ins?q=carol").await;
    let links = page.attributes(".actions a", "href");
    assert!(links.contains(&format!("{carol}/enable")), "{links:?}");
    // A typed name is found by its hash, in any spelling.
    let page = case(stack, &admin, "/admin/sign-ins?q=NOBODY").await;
    assert!(page.text().contains("unknown_user"), "{}", page.dump());
    list(stack, &admin, "/admin/sign-ins?q=nobody2", 0).await;
    // The page of a user links to their attempts.
    let page = open(stack, &admin, &carol).await;
    let path = format!("/admin/sign-ins?q={}", world.id("carol"));
    assert!(page.attributes(".sub a", "href").contains(&path));
    list(stack, &admin, &path, 1).await;
}

async fn rejected_requests_show_values_and_app(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let client = stack.seed.trusted.id.clone();
    let path = format!(
        "/oauth2/authorize?response_type=code&scope=openid&client_id={client}\
         &redirect_uri=https%3A%2F%2Fevil.example%2Fcb"
    );
    let page = UserAgent::new().get(stack.at(&path)).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    let id = page
        .header("x-request-id")
        .expect("a request id")
        .to_owned();
    let page = case(stack, &admin, &format!("/admin/sign-ins?q={id}")).await;
    for shown in [
        "https://evil.example/cb",
        "https://trusted.example/cb",
        "redirect_uri",
    ] {
        assert!(page.text().contains(shown), "{shown}: {}", page.dump());
    }
    let app = format!("/admin/apps/{client}");
    let settings = format!("{app}/edit/sign-in");
    assert!(page.attributes(".actions a", "href").contains(&settings));
    // The page of the app links to the same attempt.
    let page = open(stack, &admin, &app).await;
    let link = format!("/admin/sign-ins?client={client}");
    assert!(page.attributes(".sub a", "href").contains(&link));
    let page = list(stack, &admin, &format!("{link}&outcome=rejected"), 1).await;
    assert_eq!(
        page.attributes(".tools .actions a:not([href*='/sign-ins.'])", "href"),
        ["/admin/sign-ins?outcome=rejected"]
    );
    list(stack, &admin, &format!("{link}&outcome=abandoned"), 0).await;

    // A rejected token request.
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "no-such-app"),
        ("client_secret", "wrong"),
    ];
    let page = UserAgent::new()
        .post(stack.at("/oauth2/token"), &form)
        .await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let id = page
        .header("x-request-id")
        .expect("a request id")
        .to_owned();
    let page = case(stack, &admin, &format!("/admin/sign-ins?q={id}")).await;
    assert!(page.text().contains("unknown_client"), "{}", page.dump());
    // There is no page of this app.
    let links = page.attributes(".actions a", "href");
    assert!(!links.iter().any(|link| link.starts_with("/admin/apps/")));
}

async fn case_leads_to_simulation_provider_and_text(stack: &Stack) {
    let world = World::new(stack).await;
    browser(stack, "alice").await;
    let named = objects(&world).await;
    let admin = browser(stack, "admin").await;
    let path = format!("/admin/sign-ins/{}", named["ATTEMPT"]);
    let page = open(stack, &admin, &path).await;
    let (app, user) = (&stack.seed.trusted.id, world.id("alice"));
    let simulation = format!("/admin/apps/{app}/test?user={user}");
    let links = page.attributes(".actions a", "href");
    assert!(links.contains(&simulation), "{links:?}");
    let tested = open(stack, &admin, &simulation).await;
    assert!(tested.has("#user"), "{}", tested.dump());
    let text = page.text_of("pre[data-copy]").expect("a text");
    for part in ["The password is wrong", "wrong_password", "request-0"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // An attempt at a provider leads to its page.
    let mut failed = SignInAttempt {
        step: AttemptStep::Provider,
        rule: "provider_closed".to_owned(),
        ..attempt(&world, 1)
    };
    failed.detail.insert("provider".to_owned(), json!("acme"));
    let path = store(&world, failed).await;
    let page = open(stack, &admin, &path).await;
    let links = page.attributes(".actions a", "href");
    let provider = "/admin/providers/acme".to_owned();
    assert!(links.contains(&provider), "{links:?}");
}

async fn lockout_leads_to_unlock_until_its_end(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let failed = SignInAttempt {
        rule: "lockout".to_owned(),
        ..attempt(&world, 0)
    };
    let path = store(&world, failed).await;
    let alice = format!("/admin/people/{}", world.id("alice"));
    let page = open(stack, &admin, &path).await;
    let links = page.attributes(".actions a", "href");
    assert_eq!(links[0], format!("{alice}/reset-password"));
    lock_out(&world, Some("alice")).await;
    let page = open(stack, &admin, &path).await;
    let links = page.attributes(".actions a", "href");
    assert_eq!(links[0], format!("{alice}/unlock"));
}

async fn successful_sign_ins_are_listed(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let path = "/admin/sign-ins?q=admin&outcome=succeeded";
    let page = case(stack, &admin, path).await;
    assert_eq!(page.text_of(".head .pill").unwrap().trim(), "Signed in");
}

async fn unknown_filters_and_cases_are_rejected(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let page = admin.get(stack.at("/admin/sign-ins?outcome=lost")).await;
    assert_eq!(page.status, 400);
    for id in ["unknown", doorward_testkit::addresses::ID] {
        let page = admin.get(stack.at(&format!("/admin/sign-ins/{id}"))).await;
        assert_eq!(page.status, 404, "{id}");
    }
    let path = "/admin/sign-ins";
    let page = UserAgent::new().get(stack.at(path)).await;
    assert_eq!(location(&page), format!("/login?next={path}"));
}
