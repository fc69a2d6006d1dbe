//! Tests of the cleanup loop: no test calls it directly, only the clock is moved.

use std::sync::atomic::{AtomicI64, Ordering};

use doorward_config::Config;
use doorward_domain::model::{
    AttemptId, AttemptOutcome, Authentication, ClientId, EndReason, FirstFactor, Job, JobId,
    JobKind, LastLogin, PendingSignIn, Profile, Session, SessionId, StatKind, User, UserId,
};
use doorward_domain::secret::{MasterKey, TokenHash};
use doorward_domain::time::Clock;
use doorward_oauth::client_registration::create;
use doorward_rules::stats::{self, Tally};
use doorward_store::repo::attempts::AttemptFilter;
use doorward_store::repo::stats::StatFilter;
use doorward_store::{Db, OpenOptions};

use super::steps::RETENTION;
use super::*;
use crate::server::simulation_context;

const NOW: i64 = 1_800_000_000;

#[derive(Debug)]
struct At(AtomicI64);

impl Clock for At {
    fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

async fn server(clock: &Arc<At>) -> Context {
    let db = Db::open("sqlite::memory:", OpenOptions::default()).await;
    let db = db.unwrap();
    db.migrate().await.unwrap();
    replica(db, clock)
}

fn replica(db: Db, clock: &Arc<At>) -> Context {
    let master = MasterKey::generate(&mut rand::rng());
    let secret = master.to_base64();
    let settings = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        ("DOORWARD_SECRET_KEY", secret.as_str()),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::load(None, settings).unwrap();
    simulation_context(config, db, clock.clone(), master).unwrap()
}

/// Creates a user whose account deletion is due at `due`.
async fn leaves(core: &Core, name: &str, due: i64) -> UserId {
    let user = User {
        id: UserId::generate(NOW, &mut rand::rng()),
        username: name.to_owned(),
        username_key: name.to_owned(),
        email: format!("{name}@example.org"),
        email_key: format!("{name}@example.org"),
        email_verified: true,
        password_hash: None,
        password_changed_at: None,
        profile: Profile::default(),
        is_staff: false,
        disabled_at: None,
        deletion_due_at: Some(due),
        password_change_required: false,
        password_withdrawn_at: None,
        last_login: LastLogin::default(),
        created_at: NOW,
        updated_at: NOW,
    };
    let tx = core.db.begin_write().await.unwrap();
    repo::users::insert(&tx, &user).await.unwrap();
    tx.commit().await.unwrap();
    user.id
}

async fn remembers(core: &Core, token: &str, until: i64) {
    let tx = core.db.begin_write().await.unwrap();
    repo::revoked_tokens::insert(&tx, token, until)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Waits until the loop makes the condition true.
async fn comes_true(name: &str, mut holds: impl AsyncFnMut() -> bool) {
    let soon = Duration::from_secs(30);
    let waiting = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    let done = tokio::time::timeout(soon, waiting).await;
    assert!(done.is_ok(), "{name} never came true");
}

#[tokio::test]
async fn accounts_are_deleted_within_minute_and_rest_within_ten() {
    let clock = Arc::new(At(AtomicI64::new(NOW)));
    let context = server(&clock).await;
    let alice = leaves(&context.core, "alice", NOW + 30).await;
    remembers(&context.core, "old", NOW - RETENTION - 1).await;
    remembers(&context.core, "young", NOW - 1).await;
    let is_there = async |id| {
        let found = repo::users::find_by_id(context.core.db.read(), id).await;
        found.unwrap().is_some()
    };
    let is_known = async |token| {
        let found = repo::revoked_tokens::exists(context.core.db.read(), token).await;
        found.unwrap()
    };
    let metrics = Metrics::new();
    let watch = async {
        comes_true("the first sweep", async || !is_known("old").await).await;
        assert!(is_known("young").await && is_there(alice).await);
        clock.0.fetch_add(60, Ordering::Relaxed);
        comes_true("alice's end", async || !is_there(alice).await).await;
        assert!(is_known("young").await);
        clock.0.fetch_add(RETENTION, Ordering::Relaxed);
        comes_true("the next sweep", async || !is_known("young").await).await;
    };
    tokio::select! {
        () = turn_by_turn(&context, &metrics, Duration::from_millis(2)) => unreachable!("it never ends"),
        () = watch => {}
    }
}

#[tokio::test]
async fn due_cleanup_runs_on_single_replica() {
    let clock = Arc::new(At(AtomicI64::new(NOW)));
    let one = server(&clock).await;
    let other = replica(one.core.db.clone(), &clock);
    let metrics = Metrics::new();
    for (due, first, second) in [(NOW, &one, &other), (NOW + 600, &other, &one)] {
        clock.0.store(due, Ordering::Relaxed);
        remembers(&one.core, "old", due - RETENTION - 1).await;
        assert!(take(first, &metrics).await.unwrap() > 0);
        remembers(&one.core, "older", due - RETENTION - 1).await;
        assert_eq!(
            take(second, &metrics).await.unwrap(),
            0,
            "it was done a moment ago"
        );
        clock.0.fetch_add(60, Ordering::Relaxed);
        let leaver = leaves(&one.core, &format!("leaver of {due}"), due + 60).await;
        take(second, &metrics).await.unwrap();
        let found = repo::users::find_by_id(one.core.db.read(), leaver).await;
        assert_eq!(found.unwrap(), None, "what is due each minute");
    }
}

#[tokio::test]
async fn unused_anonymous_client_is_deleted() {
    let clock = Arc::new(At(AtomicI64::new(NOW)));
    let context = server(&clock).await;
    let caller = doorward_services::caller::Caller::default();
    let wish = br#"{"redirect_uris":["https://app.example/cb"],"scope":""}"#;
    let created = create::register(&context, None, wish, &caller).await;
    let id = ClientId::parse(&created.unwrap().client_id).unwrap();
    let ttl = context.core.config.client_registration.unused_ttl;
    clock.0.store(NOW + ttl, Ordering::Relaxed);
    assert_eq!(create::drop_unused(&context.core).await.unwrap(), 0);
    clock.0.store(NOW + ttl + 1, Ordering::Relaxed);
    run_once(&context.core).await.unwrap();
    let found = repo::clients::find(context.core.db.read(), &id)
        .await
        .unwrap();
    assert_eq!(found, None);
    let events = repo::audit::list(context.core.db.read(), None, 10)
        .await
        .unwrap();
    let removed = |event: &doorward_domain::model::AuditEvent| {
        event.subject.as_deref() == Some(id.as_str()) && event.detail["change"] == "removed unused"
    };
    assert!(events.iter().any(removed), "{events:?}");
}

#[tokio::test]
async fn missing_second_factor_becomes_abandoned_attempt() {
    let clock = Arc::new(At(AtomicI64::new(NOW)));
    let context = server(&clock).await;
    let core = &context.core;
    let alice = leaves(core, "alice", NOW + RETENTION).await;
    let pending = |first, expires_at| PendingSignIn {
        upstream: None,
        id: AttemptId::generate(&mut rand::rng()),
        browser_hash: TokenHash::digest("browser"),
        user_id: alice,
        first,
        remember: false,
        interaction_id: None,
        next: None,
        created_at: NOW,
        expires_at,
        tries: 0,
        done_at: None,
    };
    let step_up = FirstFactor::Session(SessionId::generate(NOW, &mut rand::rng()));
    let tx = core.db.begin_write().await.unwrap();
    for pending in [
        pending(FirstFactor::Password, NOW - 1),
        pending(FirstFactor::Password, NOW + 60),
        pending(step_up, NOW - 1),
    ] {
        repo::pending_sign_ins::insert(&tx, &pending).await.unwrap();
    }
    tx.commit().await.unwrap();
    let metrics = Metrics::new();
    take(&context, &metrics).await.unwrap();
    let filter = AttemptFilter {
        user: Some(alice),
        ..AttemptFilter::default()
    };
    let found = repo::attempts::page(core.db.read(), &filter, None, 10).await;
    let found = found.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].outcome, AttemptOutcome::Abandoned);
    assert_eq!(
        (found[0].at, found[0].rule.as_str()),
        (NOW - 1, "factor_missing")
    );
}

#[tokio::test]
async fn old_statistics_are_added_up_by_day() {
    const HOUR: i64 = 60 * 60;
    const DAYS: i64 = 24 * HOUR;
    let clock = Arc::new(At(AtomicI64::new(NOW)));
    let context = server(&clock).await;
    let core = &context.core;
    let mut tally = Tally::default();
    for at in [NOW, NOW + HOUR, NOW + 2 * DAYS] {
        tally.count(StatKind::SignIn, None, at);
    }
    let tx = core.db.begin_write().await.unwrap();
    repo::stats::add(&tx, &tally).await.unwrap();
    tx.commit().await.unwrap();
    let filter = StatFilter::default();
    let counts = async || {
        let found = repo::stats::page(core.db.read(), &filter, None, 10).await;
        let found = found.unwrap().into_iter();
        found.map(|count| (count.hour, count.n)).collect::<Vec<_>>()
    };
    let day = stats::day_of(NOW);
    clock.0.store(day + 91 * DAYS - 1, Ordering::Relaxed);
    run_once(core).await.unwrap();
    assert_eq!(counts().await.len(), 3, "the day is not over");
    clock.0.store(day + 91 * DAYS, Ordering::Relaxed);
    run_once(core).await.unwrap();
    assert_eq!(counts().await, [(day, 2), (NOW + 2 * DAYS, 1)]);
}

/// Inserts sessions of a user that expire at `end`.
async fn signs_in(core: &Core, user: UserId, end: i64, count: u128) {
    let tx = core.db.begin_write().await.unwrap();
    for number in 0..count {
        let session = Session {
            id: SessionId::generate(NOW, &mut rand::rng()),
            token_hash: TokenHash::digest(&format!("{user} {number}")),
            user_id: user,
            created_at: NOW,
            last_seen_at: NOW,
            idle_expires_at: end,
            expires_at: end,
            authentication: Authentication {
                auth_time: NOW,
                acr: "1".to_owned(),
                amr: vec!["pwd".to_owned()],
            },
            remember: false,
            user_agent: String::new(),
            ip: String::new(),
            ended_at: None,
            end_reason: None,
        };
        repo::sessions::insert(&tx, &session).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn sessions_of_downtime_end_in_one_pass() {
    let clock = Arc::new(At(AtomicI64::new(NOW)));
    let context = server(&clock).await;
    let core = &context.core;
    let alice = leaves(core, "alice", NOW + 2 * RETENTION).await;
    // Several batches, and more sessions than a statement of a debug build can have values.
    signs_in(core, alice, NOW + 60, 1_000).await;
    clock.0.store(NOW + 60, Ordering::Relaxed);
    take(&context, &Metrics::new()).await.unwrap();
    let listed = repo::sessions::list_for_user(core.db.read(), alice, NOW).await;
    assert!(listed.unwrap().is_empty());
    let page = repo::sessions::ended_page_for_user(core.db.read(), alice, None, 1_000, NOW).await;
    let reason = |session: &Session| session.end_reason == Some(EndReason::Expired);
    let page = page.unwrap();
    assert_eq!(page.iter().filter(|session| reason(session)).count(), 1_000);
}

#[tokio::test]
async fn others_write_between_batches() {
    let clock = Arc::new(At(AtomicI64::new(NOW)));
    let context = server(&clock).await;
    let core = &context.core;
    let tx = core.db.begin_write().await.unwrap();
    for number in 0..20_000 {
        let token = number.to_string();
        repo::revoked_tokens::insert(&tx, &token, NOW - RETENTION)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let mut writes = 0;
    let others = async {
        loop {
            remembers(core, &format!("other {writes}"), NOW + RETENTION).await;
            writes += 1;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let removed = tokio::select! {
        removed = run_once(core) => removed.unwrap(),
        () = others => unreachable!("it never ends"),
    };
    assert!(removed >= 20_000, "{removed}");
    assert!(writes > 3, "{writes} writes beside the cleanup");
}

/// Returns true if the metrics show this number of overdue steps.
fn shows_overdue(metrics: &Metrics, steps: u64) -> bool {
    let text = String::from_utf8(metrics.render().unwrap()).unwrap();
    let line = format!("doorward_cleanup_overdue_steps {steps}");
    text.lines().any(|other| other == line)
}

/// Creates a message that failed once, or was sent.
async fn mail(core: &Core, at: i64, is_sent: bool) {
    let id = JobId::generate(at, &mut rand::rng());
    let job = Job {
        id,
        kind: JobKind::Mail,
        payload_sealed: Vec::new(),
        run_at: at,
        attempts: 1,
        lease_until: None,
        created_at: at,
        destination: None,
    };
    let tx = core.db.begin_write().await.unwrap();
    repo::jobs::insert(&tx, &job).await.unwrap();
    if is_sent {
        assert!(repo::jobs::complete(&tx, &job, at).await.unwrap());
    } else {
        let next = Some(NOW + 3_600);
        let failed = repo::jobs::fail(&tx, &job, "451 not now", next, at);
        assert!(failed.await.unwrap());
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn mail_fails_while_old_message_waits_without_later_delivery() {
    let clock = Arc::new(At(AtomicI64::new(NOW)));
    let context = server(&clock).await;
    let (core, metrics) = (&context.core, Metrics::new());
    let steps = [
        (NOW - 2_000, true, false),
        // Within its time.
        (NOW - 800, false, false),
        (NOW - 1_000, false, true),
        // Sent after the waiting one was created.
        (NOW - 950, true, false),
    ];
    for (at, is_sent, is_failing) in steps {
        mail(core, at, is_sent).await;
        take(&context, &metrics).await.unwrap();
        assert_eq!(context.delivery.jobs.is_mail_failing(), is_failing, "{at}");
        let text = String::from_utf8(metrics.render().unwrap()).unwrap();
        let line = format!("doorward_mail_failing {}\n", u8::from(is_failing));
        assert!(text.contains(&line), "{text}");
        assert!(text.contains("doorward_redis_up 1\n"), "{text}");
    }
    let text = String::from_utf8(metrics.render().unwrap()).unwrap();
    for line in [
        "doorward_mail_waiting{lane=\"awaited\"} 2\n",
        "doorward_mail_waiting{lane=\"notification\"} 0\n",
        "doorward_mail_empty_seconds inf\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[tokio::test]
async fn failed_turn_shows_overdue_steps() {
    let file = format!("doorward-cleanup-{}.sqlite", std::process::id());
    let file = std::env::temp_dir().join(file);
    let url = format!("sqlite://{}", file.display());
    let db = Db::open(&url, OpenOptions::default()).await.unwrap();
    db.migrate().await.unwrap();
    let clock = Arc::new(At(AtomicI64::new(NOW)));
    let context = replica(db, &clock);
    let (core, metrics) = (&context.core, Metrics::new());
    let tx = core.db.begin_write().await.unwrap();
    let steps = [("interactions", true)];
    repo::cleanup_steps::record(&tx, &steps, NOW - 3_601)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    // No lease can be acquired while another one writes.
    let other = core.db.begin_write().await.unwrap();
    let taken = take(&context, &metrics).await;
    assert!(taken.is_err());
    assert!(shows_overdue(&metrics, 1));
    other.rollback().await.unwrap();
    take(&context, &metrics).await.unwrap();
    assert!(shows_overdue(&metrics, 0));
    core.db.close().await.unwrap();
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
}
