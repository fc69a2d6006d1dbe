//! Tests of a Django site with sign-in by e-mail and a second factor in its own table: sign-ins after the
//! import, and what the site changes until it is cut over.

use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::model::{User, UsernameMode};
use doorward_import::item::{Decision, Kind};
use doorward_import::options::ImportOptions;
use doorward_import::read::django::{DjangoOptions, Dump, SiteTable};
use doorward_import::read::on_thread;
use doorward_import::report::Summary;
use doorward_import::sync::{Comparison, LeaverAction, SyncOptions, UserLimit};
use doorward_store::repo;
use doorward_testkit::{Stack, UserAgent, both_backends, flows_with};
use serde_json::{Value, json};

use super::{Items, import_compared};
use crate::support::{is_signed_in, sign_in};
use crate::two_factor::enter;

both_backends!(
    factor_and_backup_codes_of_the_site_work_once,
    state_of_the_site_is_listed_or_carried,
);

flows_with!(STRICT; guesses_of_backup_codes_are_limited);

const STRICT: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];
const PASSWORD: &str = "Correct-Horse-7";
const HASH: &str = "pbkdf2_sha256$1000$salt1234salt$745Jr92riHZZydyYkDuUUJGqE1nNGFqd6yXlRBv9OB4=";
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn person(pk: u64, name: &str) -> Value {
    json!({ "model": "people.person", "pk": pk, "fields": {
        "email": format!("{name}@site.example"), "password": HASH, "last_login": null, "is_active": true,
        "is_verified": true, "full_name": "Ann Miller", "groups": [], "user_permissions": [],
    }})
}

fn factor(user: &str) -> Value {
    let codes = ["A1B2-C3D4", "E5F6-G7H8"];
    json!({ "model": "people.twofactor", "pk": user.len(), "fields": {
        "user": [format!("{user}@site.example")], "secret": SECRET, "backup_codes": codes, "is_enabled": true,
    }})
}

/// Imports the rows. With `sync`, applies them to the users of an earlier run.
async fn run(stack: &Stack, rows: &[Value], sync: bool, is_dry: bool) -> (Items, Summary) {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("dump.json");
    std::fs::write(&path, json!(rows).to_string()).unwrap();
    let table = SiteTable::parse("people.twofactor:secret,backup_codes", 3).unwrap();
    let columns = [("email_verified", "is_verified"), ("name", "full_name")];
    let django = DjangoOptions {
        fields: columns
            .map(|(name, column)| (name.to_owned(), column.to_owned()))
            .into(),
        second_factors: vec![table],
        ..DjangoOptions::default()
    };
    let mut dump = Dump::open(&path, django).unwrap();
    let comparison = Comparison {
        file: dump.take_contents(),
        sync: sync.then_some(SyncOptions {
            leavers: LeaverAction::Disable,
            max_leavers: UserLimit::Percent(50),
            max_changes: None,
            notifies: true,
        }),
    };
    let options = ImportOptions {
        source: "django".to_owned(),
        usernames: UsernameMode::None,
        ..ImportOptions::default()
    };
    let records = on_thread(move |sink| dump.read(sink));
    let run = import_compared(stack, &options, records, is_dry, Some(&comparison));
    let done = Box::pin(run).await.unwrap();
    stack.clear_caches();
    done
}

async fn user(stack: &Stack, name: &str) -> User {
    let db = stack.db().await;
    let address = format!("{name}@site.example");
    let found = repo::users::find_by_identifier(db.read(), &address).await;
    found.unwrap().unwrap()
}

/// Signs in with the password and a code; returns whether a session exists.
async fn enters(stack: &Stack, name: &str, code: &str) -> bool {
    let agent = UserAgent::new();
    let page = sign_in(stack, &agent, &format!("{name}@site.example"), PASSWORD).await;
    let page = agent.follow(page, "").await;
    assert!(!is_signed_in(stack, &agent).await, "{}", page.dump());
    let page = enter(&agent, &page, code).await;
    if page.status == 303 {
        agent.follow(page, "").await;
    }
    is_signed_in(stack, &agent).await
}

async fn factor_and_backup_codes_of_the_site_work_once(stack: &Stack) {
    let (items, _) = run(stack, &[person(1, "ann"), factor("ann")], false, false).await;
    assert_eq!(items.find(Kind::User, "1").decision, Decision::Import);
    let ann = user(stack, "ann").await;
    assert!(ann.email_verified && ann.username.is_empty());
    let secret = TotpSecret::from_base32(SECRET).unwrap();
    assert!(enters(stack, "ann", &secret.code_at(stack.clock.now())).await);
    // As the user typed it at the site, and once.
    assert!(enters(stack, "ann", "a1b2 c3d4").await);
    assert!(!enters(stack, "ann", "A1B2-C3D4").await);
    assert!(!enters(stack, "ann", "A1B2-C3D5").await);
    assert!(enters(stack, "ann", "E5F6G7H8").await);
    let db = stack.db().await;
    let left = repo::recovery_codes::count_unused(db.read(), ann.id).await;
    assert_eq!(left.unwrap(), 0);
}

async fn guesses_of_backup_codes_are_limited(stack: &Stack) {
    let rows = [
        person(1, "ann"),
        factor("ann"),
        person(2, "benedict"),
        factor("benedict"),
    ];
    run(stack, &rows, false, false).await;
    let agent = UserAgent::new();
    let page = sign_in(stack, &agent, "ann@site.example", PASSWORD).await;
    let page = agent.follow(page, "").await;
    for number in 0..5 {
        let answer = enter(&agent, &page, &format!("0000-{number:04}")).await;
        assert_eq!(answer.status, 401, "{}", answer.dump());
    }
    // A right code does not help during the lockout, which another user does not have.
    enter(&agent, &page, "A1B2-C3D4").await;
    assert!(!is_signed_in(stack, &agent).await);
    assert!(enters(stack, "benedict", "A1B2-C3D4").await);
    stack.clock.advance(61);
    assert!(enters(stack, "ann", "A1B2-C3D4").await);
}

async fn state_of_the_site_is_listed_or_carried(stack: &Stack) {
    let people = ["ann", "ben", "cem", "dora"];
    let mut rows: Vec<_> = (1..)
        .zip(people)
        .map(|(pk, name)| person(pk, name))
        .collect();
    run(stack, &rows, false, false).await;
    let (items, _) = run(stack, &rows, false, false).await;
    assert_eq!(items.find(Kind::User, "1").decision, Decision::Unchanged);

    // Until the cut-over, the site deactivates Ann, renames Ben and deletes Dora.
    rows[0]["fields"]["is_active"] = json!(false);
    rows[1]["fields"]["full_name"] = json!("Ben Other");
    rows.truncate(3);
    for is_dry in [true, false] {
        let (items, _) = run(stack, &rows, false, is_dry).await;
        let ann = items.find(Kind::User, "1");
        assert_eq!(ann.decision, Decision::Differs);
        assert_eq!(ann.changes[0].field, "disabled");
        assert_eq!(items.find(Kind::User, "2").decision, Decision::Differs);
        assert_eq!(items.find(Kind::User, "3").decision, Decision::Unchanged);
        assert_eq!(items.find(Kind::User, "4").decision, Decision::Missing);
        assert!(user(stack, "ann").await.is_active());
    }
    let (_, summary) = run(stack, &rows, true, false).await;
    let sync = summary.sync.unwrap();
    assert_eq!((sync.changed, sync.left, sync.unchanged), (2, 1, 1));
    for (name, is_active) in [
        ("ann", false),
        ("ben", true),
        ("cem", true),
        ("dora", false),
    ] {
        assert_eq!(user(stack, name).await.is_active(), is_active, "{name}");
    }
    let ben = user(stack, "ben").await;
    assert_eq!(ben.profile.family_name.as_deref(), Some("Other"));
    // Everything is as the site says now.
    let (items, _) = run(stack, &rows, false, false).await;
    for id in ["1", "2", "3"] {
        assert_eq!(items.find(Kind::User, id).decision, Decision::Unchanged);
    }
}
