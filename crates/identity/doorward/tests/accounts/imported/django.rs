//! Tests with a Django project: a thousand users in six hash formats, second factors, linked
//! accounts and OAuth clients. Its packages are those of `django/requirements.txt`.

use std::path::{Path, PathBuf};
use std::process::Command;

use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_import::item::{Decision, Kind};
use doorward_import::options::ImportOptions;
use doorward_import::read::django::{Database, DjangoOptions, Dump};
use doorward_import::read::on_thread;
use doorward_store::repo;
use doorward_testkit::{Backend, Stack, TestClient, UserAgent, flows};
use serde_json::Value;

use super::{import, number};
use crate::support::{is_signed_in, sign_in};
use crate::two_factor::enter;

flows!(users_of_each_format_sign_in_as_before);

/// Users of each format that sign in after the import. Verifying their hashes is slow.
const EACH: usize = 5;
/// Those of the dump in the long run.
const EACH_OF_DUMP: usize = 50;

fn sources(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/accounts/imported/django")
        .join(name)
}

/// Returns the interpreter with the packages, which `cargo xtask test` installs.
pub fn python() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let place = target.join("import/django");
    let wanted = std::fs::read_to_string(sources("requirements.txt")).unwrap();
    let installed = std::fs::read_to_string(place.join("installed")).unwrap_or_default();
    assert!(
        installed == wanted,
        "the packages of Django are not installed: run `cargo xtask test`, or `cargo xtask \
         services` beside, which install them"
    );
    place.join("bin/python")
}

async fn users_of_each_format_sign_in_as_before(stack: &Stack) {
    let place = tempfile::TempDir::new().unwrap();
    let made = Command::new(python())
        .arg("-B")
        .arg(sources("make.py"))
        .arg(place.path())
        .output()
        .unwrap();
    let complaints = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{complaints}");
    let users = std::fs::read(place.path().join("users.json")).unwrap();
    let users: Vec<Value> = serde_json::from_slice(&users).unwrap();
    assert_eq!(users.len(), 1_000);

    let options = ImportOptions {
        source: "django".to_owned(),
        ..ImportOptions::default()
    };
    // One backend reads the dump, the other the database.
    let db = stack.db().await;
    let records = if db.is_postgres() {
        let url = format!("sqlite://{}", place.path().join("db.sqlite3").display());
        let database = Database::open(&url, DjangoOptions::default()).await;
        database.unwrap().records()
    } else {
        let dump = Dump::open(&place.path().join("dump.json"), DjangoOptions::default()).unwrap();
        on_thread(move |sink| dump.read(sink))
    };
    let (items, summary) = import(stack, &options, records, false).await;
    let imported = [Decision::Import, Decision::Change];
    let count: u64 = imported
        .iter()
        .map(|decision| number(&summary, *decision))
        .sum();
    assert_eq!(count, 1_001);
    assert_eq!(items.codes(Kind::Client, "old"), ["implicit_grant"]);
    assert_eq!(items.find(Kind::Client, "shop").decision, Decision::Change);
    assert_eq!(
        items.codes(Kind::Source, "authtoken.token"),
        ["not_carried"]
    );
    let superuser = items.0.iter().find(|item| item.name == "root@shop.example");
    let notes: Vec<_> = superuser
        .unwrap()
        .notes
        .iter()
        .map(|note| note.code)
        .collect();
    assert!(
        notes.contains(&"superuser") && notes.contains(&"staff"),
        "{notes:?}"
    );

    hashed_secret_is_accepted(stack).await;
    let each = if Backend::both_requested() && !db.is_postgres() {
        EACH_OF_DUMP
    } else {
        EACH
    };
    let mut seen = std::collections::BTreeMap::<&str, usize>::new();
    for user in &users {
        let count = seen.entry(user["format"].as_str().unwrap()).or_default();
        if *count < each {
            *count += 1;
            check(stack, user).await;
        }
    }
    assert!(
        seen.len() == 6 && seen.values().all(|count| *count == each),
        "{seen:?}"
    );
}

/// Checks that the hash of a client secret is replaced at its first use.
async fn hashed_secret_is_accepted(stack: &Stack) {
    let shop = TestClient {
        id: "shop".to_owned(),
        secret: Some("shop-secret-0123456789".to_owned()),
        ..stack.seed.web.clone()
    };
    stack
        .change_client(&shop.id, |client| {
            assert_eq!(client.secret_hash, None);
            let stored = client.foreign_secret.as_deref().unwrap();
            assert!(stored.starts_with("$foreign1$"), "{stored}");
        })
        .await;
    let wrong = TestClient {
        secret: Some("shop-secret-0123456780".to_owned()),
        ..shop.clone()
    };
    let page = stack.refresh(&wrong, "x").await;
    assert_eq!(page.member("error").as_deref(), Some("invalid_client"));
    let page = stack.refresh(&shop, "x").await;
    assert_eq!(page.member("error").as_deref(), Some("invalid_grant"));
    stack
        .change_client(&shop.id, |client| {
            assert!(client.secret_hash.is_some() && client.foreign_secret.is_none());
        })
        .await;
}

async fn check(stack: &Stack, expected: &Value) {
    let name = expected["username"].as_str().unwrap();
    let password = expected["password"].as_str().unwrap();
    let db = stack.db().await;
    let user = repo::users::find_by_identifier(db.read(), name)
        .await
        .unwrap();
    let user = user.expect(name);
    assert_eq!(user.email_verified, expected["verified"].as_bool().unwrap());
    let links = repo::linked_accounts::list(db.read(), user.id)
        .await
        .unwrap();
    assert_eq!(!links.is_empty(), expected["google"].as_bool().unwrap());
    let agent = UserAgent::new();
    let page = sign_in(stack, &agent, name, password).await;
    assert_eq!(page.status, 303, "{name}: {}", page.dump());
    let page = agent.follow(page, "").await;
    if let Some(secret) = expected["totp"].as_str() {
        assert!(!is_signed_in(stack, &agent).await, "{name}");
        let secret = TotpSecret::from_bytes(secret.as_bytes()).unwrap();
        let page = enter(&agent, &page, &secret.code_at(stack.clock.now())).await;
        assert_eq!(page.status, 303, "{name}: {}", page.dump());
        agent.follow(page, "").await;
    }
    if user.email_verified {
        assert!(is_signed_in(stack, &agent).await, "{name}");
    }
    // A second sign-in meets the new hash.
    let after = repo::users::find_by_id(db.read(), user.id)
        .await
        .unwrap()
        .unwrap();
    let hash = after.password_hash.unwrap();
    assert!(hash.starts_with("$argon2id$"), "{name}");
}
