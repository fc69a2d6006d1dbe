//! Tests that each account page runs at most two statements, whatever it shows and whatever the
//! operator requires.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use doorward_access::clock::Clock as _;
use doorward_domain::model::{
    AuditKind, LinkId, LinkedAccount, Passkey, PasskeyId, TrustedDevice, TrustedDeviceId, User,
};
use doorward_domain::secret::TokenHash;
use doorward_store::repo;
use doorward_testkit::stack::{self, METRICS};
use doorward_testkit::upstream::Upstream;
use doorward_testkit::{Authorization, Backend, PASSWORD, Stack, UserAgent};

use super::{FACTOR_REQUIRED, LOCALHOST, compare, of_one};

/// Enables trusted devices, so that there are some to list.
const TRUST: (&str, &str) = ("DOORWARD__MFA__TRUST_DEVICES_FOR", "30d");

#[test]
fn statements_of_each_page_sqlite_memory() {
    stack::run_with(Backend::SqliteMemory, &[METRICS, LOCALHOST, TRUST], pages);
}

#[test]
fn statements_of_each_page_postgres_redis() {
    stack::run_with(Backend::PostgresRedis, &[METRICS, LOCALHOST, TRUST], pages);
}

#[test]
fn statements_of_pages_with_required_factor_sqlite_memory() {
    let settings = [METRICS, LOCALHOST, TRUST, FACTOR_REQUIRED];
    stack::run_with(Backend::SqliteMemory, &settings, pages);
}

#[test]
fn statements_of_pages_with_required_factor_postgres_redis() {
    let settings = [METRICS, LOCALHOST, TRUST, FACTOR_REQUIRED];
    stack::run_with(Backend::PostgresRedis, &settings, pages);
}

/// The pages and their statements.
const PAGES: &[(&str, u32)] = &[
    ("/account", 2),
    ("/account/activity", 2),
    // The events are read while the file is sent.
    ("/account/activity.csv", 1),
    ("/account/api-keys", 2),
    ("/account/api-keys/new", 2),
    ("/account/apps", 2),
    ("/account/check-up", 2),
    ("/account/data", 1),
    ("/account/email", 1),
    ("/account/organizations", 2),
    ("/account/password", 1),
    ("/account/profile", 2),
    ("/account/providers", 2),
    ("/account/reviews", 2),
    ("/account/secure", 1),
    ("/account/secure/password", 1),
    ("/account/secure/review", 2),
    ("/account/security", 1),
    ("/account/security/2fa", 2),
    ("/account/security/passkeys", 2),
    ("/account/sessions", 2),
    ("/account/sessions/ended", 2),
    ("/account/support-code", 1),
];

/// The pages that exist only within a flow.
const FLOW_PAGES: &[&str] = &[
    "/account/api-keys/revoke",
    "/account/email/confirm",
    "/account/email/undo",
    "/account/keep",
    "/account/organizations/leave",
    "/account/reviews/lines",
    "/account/security/2fa/set-up",
];

/// The paths that only accept forms.
const FORMS: &[&str] = &[
    "/account/apps/remove",
    "/account/data/delete",
    "/account/data/export",
    "/account/profile/picture",
    "/account/profile/picture/remove",
    "/account/providers/add",
    "/account/providers/connect",
    "/account/providers/remove",
    "/account/security/2fa/codes",
    "/account/security/2fa/confirm",
    "/account/security/2fa/distrust",
    "/account/security/2fa/off",
    "/account/security/2fa/saved",
    "/account/security/2fa/start",
    "/account/security/passkeys/add",
    "/account/security/passkeys/later",
    "/account/security/passkeys/remove",
    "/account/security/passkeys/rename",
    "/account/sessions/end",
    "/account/sessions/end-others",
];

/// Checks that the lists above contain every page of the handlers.
#[test]
fn every_page_of_account_is_counted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = |folder: PathBuf| {
        std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path())
    };
    let features = files(root.join("../../features")).map(|feature| feature.join("src"));
    let mut named = BTreeSet::new();
    for path in features.chain([root.join("../pages/src")]).flat_map(files) {
        if path.extension().is_some_and(|kind| kind == "rs") {
            let text = std::fs::read_to_string(path).unwrap();
            let words = text.split('"').filter(|word| word.starts_with("/account"));
            let plain = words.filter_map(|word| word.split('?').next());
            named.extend(plain.filter(|word| !word.contains('{')).map(str::to_owned));
        }
    }
    let counted = PAGES.iter().map(|(page, _)| *page);
    let known: BTreeSet<String> = counted
        .chain(FLOW_PAGES.iter().chain(FORMS).copied())
        .map(str::to_owned)
        .collect();
    assert_eq!(named, known);
}

async fn pages(stack: &Stack) {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    request.complete(&agent, "alice").await.code();
    let mut found = Vec::new();
    for (page, written) in PAGES {
        found.push((*page, statements(stack, &agent, page).await, *written));
    }
    compare(&found);

    let upstream = Upstream::start(stack.clock.now());
    let alice = everything(stack, &agent, &upstream).await;
    let mut found = Vec::new();
    for (page, written) in PAGES {
        found.push((*page, statements(stack, &agent, page).await, *written));
    }
    let event = stack.audited(AuditKind::LoginSucceeded).await[0].id;
    let event = format!("/account/secure?event={event}");
    found.push(("an event", statements(stack, &agent, &event).await, 2));
    let key = key_of(stack, &alice).await;
    let key = format!("/account/api-keys/revoke?key={key}");
    found.push(("a key", statements(stack, &agent, &key).await, 2));
    let set_up = "/account/security/2fa/set-up";
    found.push((set_up, statements(stack, &agent, set_up).await, 1));
    for (link, written) in [("confirm", 2), ("undo", 2)] {
        let page = format!("/account/email/{link}");
        follow(stack, &agent, link).await;
        found.push((link, statements(stack, &agent, &page).await, written));
    }
    leave(stack, &agent).await;
    let keep = "/account/keep";
    found.push((keep, statements(stack, &agent, keep).await, 1));
    compare(&found);
}

/// Returns the number of statements of an existing page.
async fn statements(stack: &Stack, agent: &UserAgent, page: &str) -> u32 {
    let route = page.split('?').next().unwrap_or_default();
    let looked = async || {
        let response = agent.get(stack.at(page)).await;
        assert_eq!(response.status, 200, "{page}: {}", response.dump());
    };
    of_one(stack, ("GET", route), looked).await
}

/// Creates one of everything for alice: sessions, clients, an API key, a passkey, a linked account,
/// a trusted device, and an unconfirmed authenticator app.
async fn everything(stack: &Stack, agent: &UserAgent, upstream: &Upstream) -> User {
    for client in [&stack.seed.trusted, &stack.seed.web, &stack.seed.post] {
        let request = Authorization::new(stack.issuer(), client);
        let other = UserAgent::new();
        let code = request.complete(&other, "alice").await.code();
        assert_eq!(stack.exchange(client, &code).await.status, 200);
        let page = other.get(stack.at("/logout")).await;
        if client.id == stack.seed.post.id {
            // This session has ended.
            other.submit(&page.form("form[action$='/logout']")).await;
        }
    }
    stack.put_provider("acme", &upstream.spec()).await;
    let beta = Upstream::start(stack.clock.now());
    stack.put_provider("beta", &beta.spec()).await;
    let alice = belongings(stack, upstream).await;

    let page = agent.get(stack.at("/account/api-keys/new")).await;
    let mut form = page.form("#new-key").with("name", "Laptop");
    form.fields
        .push(("scope".to_owned(), "tasks:read".to_owned()));
    let page = agent.submit(&form).await;
    assert!(page.has("#key"), "{}", page.dump());
    let page = agent.get(stack.at("/account/security/2fa")).await;
    let form = page.form("form[action$='/2fa/start']");
    assert_eq!(agent.submit(&form).await.status, 303);
    for (path, button, many) in [
        ("/account/apps", "button[name=client_id]", 3),
        ("/account/sessions", "button[name=session]", 2),
    ] {
        let page = agent.get(stack.at(path)).await;
        let found = page.attributes(button, "value").len();
        assert_eq!(found, many, "{}", page.dump());
    }
    alice
}

/// Stores what would otherwise need a device or another server.
async fn belongings(stack: &Stack, upstream: &Upstream) -> User {
    let (db, now) = (stack.db().await, stack.clock.now());
    let tx = db.begin_write().await.unwrap();
    let alice = repo::users::find_by_identifier(&tx, "alice").await;
    let alice = alice.unwrap().expect("alice");
    let passkey = Passkey {
        id: PasskeyId::generate(now, &mut rand::rng()),
        user_id: alice.id,
        handle: None,
        credential_id: vec![7; 16],
        name: "Passkey".to_owned(),
        credential: "{}".to_owned(),
        backup_eligible: true,
        backed_up: true,
        created_at: now,
        last_used_at: None,
        suspected_at: None,
    };
    assert!(repo::passkeys::insert(&tx, &passkey).await.unwrap());
    let link = LinkedAccount {
        id: LinkId::from_uuid(uuid::Uuid::now_v7()),
        user_id: alice.id,
        issuer: upstream.issuer().to_owned(),
        subject: "alice".to_owned(),
        label: "alice".to_owned(),
        roles: Vec::new(),
        created_at: now,
        last_used_at: None,
    };
    assert!(repo::linked_accounts::insert(&tx, &link).await.unwrap());
    let device = TrustedDevice {
        id: TrustedDeviceId::from_uuid(uuid::Uuid::now_v7()),
        user_id: alice.id,
        token_hash: TokenHash::digest("a browser"),
        user_agent: "Firefox".to_owned(),
        ip: "192.0.2.7".to_owned(),
        created_at: now,
        last_used_at: None,
        expires_at: now + 86_400,
    };
    repo::trusted_devices::insert(&tx, &device).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    alice
}

async fn key_of(stack: &Stack, user: &User) -> String {
    let db = stack.db().await;
    let keys = repo::api_keys::list_live(db.read(), user.id, stack.clock.now()).await;
    let id = keys.unwrap()[0].id.as_str().to_owned();
    db.close().await.unwrap();
    id
}

/// Opens the link that confirms an address change, or the one that undoes it.
async fn follow(stack: &Stack, agent: &UserAgent, link: &str) {
    let (old, new) = ("alice@example.org", "alice@new.example");
    let to = if link == "confirm" {
        let page = agent.get(stack.at("/account/email")).await;
        let form = page.form("#change-email").with("email", new);
        let page = agent.submit(&form.with("current_password", PASSWORD)).await;
        assert_eq!(page.status, 303, "{}", page.dump());
        new
    } else {
        let page = agent.get(stack.at("/account/email/confirm")).await;
        let page = agent.submit(&page.form("#step")).await;
        assert_eq!(page.status, 303, "{}", page.dump());
        old
    };
    let link = stack.mail(to).await.link(stack.issuer());
    assert_eq!(agent.get(&link).await.status, 303);
}

/// Requests the deletion of the account.
async fn leave(stack: &Stack, agent: &UserAgent) {
    let page = agent.get(stack.at("/account/data")).await;
    let form = page.form("form[action$='/data/delete']");
    let page = agent.submit(&form.with("username", "alice")).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}
