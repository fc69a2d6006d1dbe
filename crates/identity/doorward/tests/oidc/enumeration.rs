//! Tests that an unknown account and a wrong password give the same status, text, headers and
//! response time (ASVS 5.0 §6.3.8).

use std::time::{Duration, Instant};

use doorward_domain::credentials::foreign_hash::ForeignHash;
use doorward_store::repo;
use doorward_testkit::stack::{self, METRICS};
use doorward_testkit::{Backend, Page, Stack, UserAgent, flows, flows_with};

flows!(unknown_wrong_and_disabled_sign_ins_look_equal);
flows_with!(EXPENSIVE_HASH; unknown_and_known_user_take_equal_time);
flows_with!(MAILING; en_2_mail_requests_run_equal_statements_for_all_users);

/// Expensive password hashes, so that the load of other tests does not affect the measurement.
const EXPENSIVE_HASH: &[(&str, &str)] = &[
    ("DOORWARD__PASSWORDS__HASH_MEMORY_KIB", "19456"),
    ("DOORWARD__PASSWORDS__HASH_ITERATIONS", "8"),
];

const MAILING: &[(&str, &str)] = &[("DOORWARD__LOGIN__EMAIL_CODE", "true"), METRICS];

async fn attempt(stack: &Stack, identifier: &str, password: &str) -> (Page, Duration) {
    let agent = UserAgent::new();
    let login = agent.get(stack.at("/login")).await;
    let form = login.form("form:has([name=password])");
    let form = form
        .with("identifier", identifier)
        .with("password", password);
    let start = Instant::now();
    let page = agent.submit(&form).await;
    (page, start.elapsed())
}

/// Returns all comparable parts of a response.
fn look(page: &Page, identifier: &str) -> (u16, String, Vec<String>) {
    let mut names: Vec<String> = page.headers.keys().map(ToString::to_string).collect();
    names.sort();
    let words = page.text_of("main").unwrap_or_default();
    (page.status, words.replace(identifier, "NAME"), names)
}

async fn unknown_wrong_and_disabled_sign_ins_look_equal(stack: &Stack) {
    stack.disable_user("bob").await;
    let (unknown, _) = attempt(stack, "nobody", "correct horse battery").await;
    let (wrong, _) = attempt(stack, "alice", "correct horse battery").await;
    let (disabled, _) = attempt(stack, "bob", doorward_testkit::PASSWORD).await;
    let (by_mail, _) = attempt(stack, "nobody@example.org", "correct horse battery").await;
    assert!((400..500).contains(&wrong.status), "{}", wrong.dump());
    let expected = look(&wrong, "alice");
    assert_eq!(look(&unknown, "nobody"), expected);
    assert_eq!(look(&disabled, "bob"), expected);
    assert_eq!(look(&by_mail, "nobody@example.org"), expected);
    // The typed identifier stays, the password does not.
    let form = wrong.form("form:has([name=password])");
    assert_eq!(form.value("identifier"), Some("alice"));
    assert_eq!(form.value("password").unwrap_or_default(), "");
}

/// The minimum and maximum number of attempts.
const ROUNDS: std::ops::Range<usize> = 25..400;

async fn unknown_and_known_user_take_equal_time(stack: &Stack) {
    // The minimum of each: concurrent tests only add noise. On a busy machine, the two converge
    // later; a real difference stays.
    let (mut known, mut unknown) = (Duration::MAX, Duration::MAX);
    for round in 1..ROUNDS.end {
        known = known.min(attempt(stack, "alice", "correct horse battery").await.1);
        unknown = unknown.min(attempt(stack, "nobody", "correct horse battery").await.1);
        let ratio = unknown.as_secs_f64() / known.as_secs_f64();
        if round >= ROUNDS.start && (0.7..1.4).contains(&ratio) {
            return;
        }
    }
    panic!("unknown {unknown:?}, known {known:?}");
}

/// Stores the hash of an import for a user; no known password matches it.
async fn import_hash(stack: &Stack, name: &str, form: &str) {
    let db = stack.db().await;
    let user = repo::users::find_by_identifier(db.read(), name).await;
    let mut user = user.unwrap().expect("a user");
    user.password_hash = ForeignHash::dummy(form).unwrap().to_stored();
    let tx = db.begin_write().await.unwrap();
    repo::users::update(&tx, &user).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    stack.clear_caches();
}

#[test]
fn imported_accounts_take_equal_time() {
    stack::run_with(
        Backend::SqliteMemory,
        EXPENSIVE_HASH,
        check_imported_accounts,
    );
}

/// Checks that an unknown name, an account with a hash of this server, and imported accounts with
/// two costs take the same time, and that all take at least the costliest form's time. The
/// hashing pool takes the time, so one backend is enough.
async fn check_imported_accounts(stack: &Stack) {
    import_hash(stack, "alice", "$foreign1$bcrypt$v=2b,c=10$").await;
    import_hash(stack, "mona", "$foreign1$bcrypt$v=2b,c=6$").await;
    let names = ["nobody", "bob", "alice", "mona"];
    let mut fastest = [Duration::MAX; 4];
    for round in 1..ROUNDS.end {
        // Each round takes half a second.
        let is_enough = round >= ROUNDS.start / 3;
        for (name, fastest) in names.iter().zip(&mut fastest) {
            let (page, took) = attempt(stack, name, "correct horse battery").await;
            assert!((400..500).contains(&page.status), "{}", page.dump());
            *fastest = took.min(*fastest);
        }
        let (least, most) = (fastest.iter().min().unwrap(), fastest.iter().max().unwrap());
        if is_enough && most.as_secs_f64() / least.as_secs_f64() < 1.4 {
            return;
        }
    }
    panic!("{names:?}: {fastest:?}");
}

/// Returns the number of statements that POST requests to a path have run so far.
async fn statements(stack: &Stack, path: &str) -> u64 {
    let metrics = stack.metrics().await;
    let labels = format!(r#"{{http_request_method="POST",http_route="{path}"}} "#);
    let name = format!("doorward_request_statements_sum{labels}");
    let line = metrics.lines().find_map(|line| line.strip_prefix(&name));
    line.map_or(0, |count| count.parse().expect("a count"))
}

/// Checks that requests for a mail run the same number of statements; the worker looks the user up.
async fn en_2_mail_requests_run_equal_statements_for_all_users(stack: &Stack) {
    for (path, selector) in [
        ("/login/email", "#email-ask"),
        ("/forgot-password", "#forgot"),
    ] {
        let mut costs = Vec::new();
        for identifier in ["alice", "nobody", "alice@example.org", "n@example.org", "?"] {
            let agent = UserAgent::new();
            let form = agent.get(stack.at(path)).await.form(selector);
            let before = statements(stack, path).await;
            let page = agent.submit(&form.with("identifier", identifier)).await;
            let asked = statements(stack, path).await - before;
            // A wrong code costs the same whether a mail was sent or not.
            stack.wait_for_jobs().await;
            let page = agent.follow(page, "").await;
            let before = statements(stack, path).await;
            if let Some(form) = page.find_form("form:has([name=code])") {
                let page = agent.submit(&form.with("code", "0000 0000")).await;
                assert_eq!(page.status, 401, "{}", page.dump());
            }
            costs.push((asked, statements(stack, path).await - before));
        }
        assert!(costs[0].0 > 0, "{path}: no statements were counted");
        assert_eq!(costs[0].1 > 0, path == "/login/email", "{costs:?}");
        for cost in &costs[1..] {
            assert_eq!(cost, &costs[0], "{path}: {costs:?}");
        }
    }
}
