//! Tests of the first start: the one-time link that creates the first administrator, and the link
//! that signs an administrator in instead of the password (decision 83).

use doorward_admin::operator::AdminContext;
use doorward_admin::{recover, setup, users};
use doorward_domain::model::{AuditEvent, AuditKind};
use doorward_testkit::{
    Authorization, Form, Page, Stack, UserAgent, both_backends, flows, jwt, rows,
};
use serde_json::json;
use tokio::task::JoinSet;
use url::Url;

use crate::password_reset::follow;
use crate::support::{NEW_PASSWORD, location};
use crate::two_factor::{self, enrol};

both_backends!(
    of_64_concurrent_uses_of_setup_link_only_first_counts,
    of_64_concurrent_uses_of_sign_in_link_only_first_counts,
);
flows!(
    setup_names_command_until_administrator_exists,
    setup_link_creates_first_administrator_once,
    setup_link_expires_and_newer_replaces_it,
    sign_in_link_opens_console_once,
    sign_in_link_is_followed_by_second_factor,
    sign_in_link_ends_with_time_newer_link_account_and_role,
    sign_in_link_ends_with_second_factor,
    link_scanners_do_not_consume_sign_in_link,
);

const SETUP: &str = "/setup";
const LIFETIME: i64 = 15 * 60;
/// A well-formed token that was never created.
const UNKNOWN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

async fn remove_administrators(stack: &Stack) {
    rows::execute(&stack.storage().identity, "DELETE FROM role_assignments").await;
}

/// Creates a link as `doorward admin open` does without an administrator.
async fn setup_url(stack: &Stack) -> String {
    let db = stack.db().await;
    let token = {
        let context = AdminContext::command_line(&db, &stack.clock);
        setup::issue_token(&context, LIFETIME).await.unwrap()
    };
    db.close().await.unwrap();
    stack.at(&format!("{SETUP}?token={}", token.expose()))
}

/// Creates a link as `doorward admin open --user admin` does.
async fn sign_in_url(stack: &Stack) -> Url {
    let db = stack.db().await;
    let token = {
        let context = AdminContext::command_line(&db, &stack.clock);
        let admin = users::get(&context, "admin").await.unwrap();
        let link = recover::sign_in_link(&context, &admin, LIFETIME).await;
        link.unwrap().token
    };
    db.close().await.unwrap();
    let url = stack.at(&format!("/login/operator?token={}", token.expose()));
    Url::parse(&url).unwrap()
}

/// Fills in the form of the first administrator.
fn filled(page: &Page, name: &str) -> Form {
    let form = page.form("#setup").with("username", name);
    let form = form.with("email", &format!("{name}@example.org"));
    let form = form.with("password", NEW_PASSWORD);
    form.with("password_confirm", NEW_PASSWORD)
}

fn has_change(events: &[AuditEvent], change: &str) -> bool {
    let changes = events.iter().map(|event| event.detail.get("change"));
    changes.flatten().any(|text| text == change)
}

async fn setup_names_command_until_administrator_exists(stack: &Stack) {
    let agent = UserAgent::new();
    let absent = agent.get(stack.at("/no-such-page")).await;
    let live = setup_url(stack).await;
    for url in [
        stack.at(SETUP),
        stack.at(&format!("{SETUP}?token={UNKNOWN}")),
        live,
    ] {
        let page = agent.get(&url).await;
        assert_eq!(page.status, 404, "{}", page.dump());
        assert_eq!(page.text_of("h1"), absent.text_of("h1"));
    }

    remove_administrators(stack).await;
    let login = agent.get(stack.at("/login")).await;
    let csrf = login.form("#login").value("csrf").unwrap().to_owned();
    let fields = [
        ("csrf", csrf.as_str()),
        ("token", UNKNOWN),
        ("username", "eve"),
        ("email", "eve@example.org"),
        ("password", NEW_PASSWORD),
        ("password_confirm", NEW_PASSWORD),
    ];
    for page in [
        agent.get(stack.at(SETUP)).await,
        agent.get(stack.at(&format!("{SETUP}?token=x"))).await,
        agent
            .get(stack.at(&format!("{SETUP}?token={UNKNOWN}")))
            .await,
        agent.post(stack.at(SETUP), &fields).await,
    ] {
        assert_eq!(page.status, 403, "{}", page.dump());
        assert!(page.text().contains("doorward admin open"));
        assert!(!page.has("#setup"), "{}", page.dump());
    }
    let found = rows::dump(&stack.storage().identity).await;
    assert!(!found["users"].iter().any(|row| row.contains("eve@")));
}

async fn setup_link_creates_first_administrator_once(stack: &Stack) {
    remove_administrators(stack).await;
    let url = setup_url(stack).await;
    let agent = UserAgent::new();
    let page = agent.get(&url).await;
    let form = filled(&page, "root");
    // An error keeps the link.
    let again = agent.submit(&form.clone().with("password", "short")).await;
    assert_eq!(again.status, 422, "{}", again.dump());
    let done = agent.submit(&form).await;
    assert_eq!(location(&done), "/admin/setup");
    let page = agent.follow(done, "").await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let steps = page.texts_of("tbody th");
    assert_eq!(steps[0].trim(), "Create the first administrator");

    for page in [
        UserAgent::new().get(&url).await,
        agent.submit(&form).await,
        agent.get(stack.at(SETUP)).await,
    ] {
        assert_eq!(page.status, 404, "{}", page.dump());
    }
    let used = stack.audited(AuditKind::SetupCompleted).await;
    assert_eq!(used.len(), 1, "{used:?}");
    let created = stack.audited(AuditKind::SystemChanged).await;
    assert!(has_change(&created, "setup link created"), "{created:?}");
    let token = url.split_once('=').unwrap().1;
    let stored = rows::dump(&stack.storage().identity).await;
    let is_stored = |rows: &Vec<String>| rows.iter().any(|row| row.contains(token));
    assert!(!stored.values().any(is_stored), "only a hash is stored");
}

async fn setup_link_expires_and_newer_replaces_it(stack: &Stack) {
    remove_administrators(stack).await;
    let agent = UserAgent::new();
    let old = setup_url(stack).await;
    let url = setup_url(stack).await;
    assert_eq!(agent.get(&old).await.status, 403);
    let named = agent.get(format!("{url}&email=ops%40example.org")).await;
    let email = named.form("#setup").value("email").map(str::to_owned);
    assert_eq!(email.as_deref(), Some("ops@example.org"));
    let page = agent.get(&url).await;
    let form = filled(&page, "root");
    stack.clock.advance(LIFETIME - 1);
    assert_eq!(agent.get(&url).await.status, 200);
    stack.clock.advance(1);
    assert_eq!(agent.get(&url).await.status, 403);
    assert_eq!(agent.submit(&form).await.status, 403);
}

async fn of_64_concurrent_uses_of_setup_link_only_first_counts(stack: &Stack) {
    remove_administrators(stack).await;
    let url = setup_url(stack).await;
    let mut ready = Vec::new();
    for number in 0..64 {
        let agent = UserAgent::new();
        let form = filled(&agent.get(&url).await, &format!("root{number}"));
        ready.push((agent, form));
    }
    let (won, lost) = race(ready).await;
    assert_eq!((won, lost.len()), (1, 63), "{lost:?}");
    // 503 means that the hashing queue was full.
    let is_rejected = |status: &u16| matches!(status, 403 | 404 | 503);
    assert!(lost.iter().all(is_rejected), "{lost:?}");
    let found = rows::dump(&stack.storage().identity).await;
    let created = found["users"].iter().filter(|row| row.contains("root"));
    assert_eq!(created.count(), 1);
}

/// Submits all forms at once; returns the number of successes and the other statuses.
async fn race(ready: Vec<(UserAgent, Form)>) -> (usize, Vec<u16>) {
    let mut attempts = JoinSet::new();
    for (agent, form) in ready {
        attempts.spawn(async move { agent.submit(&form).await.status });
    }
    let done = attempts.join_all().await;
    let (won, lost): (Vec<_>, Vec<_>) = done.into_iter().partition(|status| *status == 303);
    (won.len(), lost)
}

async fn sign_in_link_opens_console_once(stack: &Stack) {
    let url = sign_in_url(stack).await;
    let agent = UserAgent::new();
    let page = follow(&agent, &url).await;
    assert!(page.url.query().is_none(), "{}", page.url);
    assert!(page.text().contains("admin"), "{}", page.dump());
    let form = page.form("#step");
    let done = agent.submit(&form).await;
    assert_eq!(location(&done), "/admin");
    let page = agent.follow(done, "").await;
    assert_eq!(page.status, 200, "{}", page.dump());
    for page in [
        agent.submit(&form).await,
        follow(&UserAgent::new(), &url).await,
    ] {
        assert_eq!(page.status, 400, "{}", page.dump());
    }

    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client);
    let code = request.start(&agent).await.code();
    let tokens = stack.exchange(client, &code).await;
    let claims = jwt::claims(&tokens.member("id_token").expect("an ID token"));
    assert_eq!(claims["acr"], "aal1", "{claims}");
    assert_eq!(claims["amr"], json!(["operator"]), "{claims}");
    let created = stack.audited(AuditKind::UserChanged).await;
    assert!(has_change(&created, "sign-in link created"), "{created:?}");
    let used = stack.audited(AuditKind::LoginSucceeded).await;
    assert_eq!(used[0].detail["method"], "operator_link", "{used:?}");
}

async fn sign_in_link_is_followed_by_second_factor(stack: &Stack) {
    let app = enrol(stack, &UserAgent::new(), "admin").await;
    let url = sign_in_url(stack).await;
    let agent = UserAgent::new();
    let page = follow(&agent, &url).await;
    let done = agent.submit(&page.form("#step")).await;
    assert!(location(&done).starts_with("/login/2fa?attempt="));
    let page = agent.follow(done, "").await;
    let console = agent.get(stack.at("/admin")).await;
    assert_eq!(location(&console), "/login?next=/admin");
    let wrong = two_factor::enter(&agent, &page, &app.wrong_code(stack)).await;
    assert_eq!(wrong.status, 401, "{}", wrong.dump());
    let done = two_factor::enter(&agent, &page, &app.next_code(stack)).await;
    assert_eq!(location(&done), "/admin");
    assert_eq!(agent.follow(done, "").await.status, 200);
}

/// Returns the status of the last page that a link leads to.
async fn use_link(url: &Url) -> u16 {
    let agent = UserAgent::new();
    let page = follow(&agent, url).await;
    match page.find_form("#step") {
        Some(form) => agent.submit(&form).await.status,
        None => page.status,
    }
}

async fn sign_in_link_ends_with_time_newer_link_account_and_role(stack: &Stack) {
    let old = sign_in_url(stack).await;
    let url = sign_in_url(stack).await;
    assert_eq!(use_link(&old).await, 400, "a newer link replaces it");
    stack.clock.advance(LIFETIME);
    assert_eq!(use_link(&url).await, 400, "expired");

    let url = sign_in_url(stack).await;
    let link_of_purpose = url.as_str().replace("/login/operator", "/reset-password");
    let page = follow(&UserAgent::new(), &Url::parse(&link_of_purpose).unwrap()).await;
    assert_eq!(page.status, 400, "it sets no password: {}", page.dump());
    remove_administrators(stack).await;
    assert_eq!(use_link(&url).await, 400, "no administrator any more");

    stack.give_role("admin", "admin").await;
    let url = sign_in_url(stack).await;
    stack.disable_user("admin").await;
    assert_eq!(use_link(&url).await, 400, "disabled");
}

async fn sign_in_link_ends_with_second_factor(stack: &Stack) {
    let agent = UserAgent::new();
    enrol(stack, &agent, "admin").await;
    let url = sign_in_url(stack).await;
    let home = agent.get(stack.at(two_factor::HOME)).await;
    let page = agent.submit(&home.form("form[action$='/2fa/off']")).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    assert_eq!(use_link(&url).await, 400, "it relied on the factor");
}

async fn of_64_concurrent_uses_of_sign_in_link_only_first_counts(stack: &Stack) {
    let url = sign_in_url(stack).await;
    let mut ready = Vec::new();
    for _ in 0..64 {
        let agent = UserAgent::new();
        let form = follow(&agent, &url).await.form("#step");
        ready.push((agent, form));
    }
    let (won, lost) = race(ready).await;
    assert_eq!((won, lost.len()), (1, 63), "{lost:?}");
    assert!(lost.iter().all(|status| *status == 400), "{lost:?}");
    let used = stack.audited(AuditKind::LoginSucceeded).await;
    let by_link = used
        .iter()
        .filter(|event| event.detail["method"] == "operator_link");
    assert_eq!(by_link.count(), 1);
}

async fn link_scanners_do_not_consume_sign_in_link(stack: &Stack) {
    let url = sign_in_url(stack).await;
    let scanner = UserAgent::new();
    for number in 0..20 {
        let page = match number % 2 {
            0 => scanner.send(scanner.http().head(url.clone())).await,
            _ => follow(&scanner, &url).await,
        };
        assert!(page.status < 400, "{}", page.dump());
    }
    assert_eq!(use_link(&url).await, 303);
}
