use std::sync::mpsc::{Sender, channel};
use std::time::Instant;

use actix_web::rt::{spawn, time::sleep};
use futures_util::future::join_all;
use rstest::rstest;

use super::verifier::thread_nanos;
use super::*;

const CHEAP: HashParams = HashParams { m: 64, t: 1, p: 1 };

/// Enough memory for every test.
const BUDGET: u32 = 131_072;

/// Checks a password of an open account, in a deployment without foreign hashes.
async fn ask(
    pool: &HashingPool,
    stored: Option<String>,
    password: Secret<String>,
) -> Result<bool, Busy> {
    let question = PasswordQuestion {
        stored,
        is_open: true,
        password,
        foreign: Arc::default(),
    };
    pool.verify(question).await
}

fn secret(text: &str) -> Secret<String> {
    Secret::from(text)
}

/// A pool of one thread, which stays busy until the sender is used or dropped.
fn blocked(queue: usize, wait: Duration) -> (Arc<HashingPool>, Sender<()>) {
    let pool = Arc::new(HashingPool::with(
        CHEAP,
        1,
        queue,
        wait,
        BUDGET,
        Random::default(),
    ));
    let (release, released) = channel::<()>();
    let (sender, running) = channel::<()>();
    let run = Box::new(move |_: &mut HashMemory| {
        sender.send(()).unwrap();
        let _ = released.recv();
    });
    pool.queue.try_send(Job { kib: 1, run }).unwrap();
    running.recv().unwrap();
    (pool, release)
}

#[actix_web::test]
async fn missing_threads_start_with_next_hash() {
    // The system gave no thread at the start.
    let mut pool = HashingPool::with(
        CHEAP,
        0,
        4,
        Duration::from_millis(50),
        BUDGET,
        Random::default(),
    );
    assert_eq!(ask(&pool, None, secret("x")).await, Err(Busy));
    pool.threads = 2;
    assert_eq!(ask(&pool, None, secret("x")).await, Ok(false));
    assert_eq!(*pool.started.lock().unwrap(), 2);
}

#[rstest]
#[case::cores_decide(2, 131_072, 19_456, 2)]
#[case::memory_decides(16, 131_072, 19_456, 6)]
#[case::exactly_one_fits(16, 19_456, 19_456, 1)]
#[case::at_least_one(16, 1_000, 19_456, 1)]
#[case::nonsense(4, 1_000, 0, 1)]
fn permits_follow_cores_and_memory(
    #[case] cores: usize,
    #[case] budget: u32,
    #[case] hash: u32,
    #[case] expected: usize,
) {
    assert_eq!(permits(cores, budget, hash), expected);
}

#[actix_web::test]
async fn only_correct_password_with_hash_verifies() {
    let pool = HashingPool::start(CHEAP, 1024, Random::default());
    let phc = pool.hash(secret("gravel otter")).await.unwrap();
    assert_eq!(
        ask(&pool, Some(phc.clone()), secret("gravel otter")).await,
        Ok(true)
    );
    assert_eq!(
        ask(&pool, Some(phc.clone()), secret("gravel 0tter")).await,
        Ok(false)
    );
    assert_eq!(ask(&pool, None, secret("gravel otter")).await, Ok(false));
    assert_eq!(
        ask(&pool, Some("damaged".into()), secret("x")).await,
        Ok(false)
    );
    assert!(!pool.needs_rehash(Some(&phc)));
    assert!(!pool.needs_rehash(None));
    assert!(
        HashingPool::start(HashParams { t: 2, ..CHEAP }, 1024, Random::default())
            .needs_rehash(Some(&phc))
    );
}

#[actix_web::test]
async fn hashing_threads_are_named_and_keep_memory() {
    let pool = HashingPool::with(CHEAP, 1, 4, WAIT, BUDGET, Random::default());
    pool.hash(secret("x")).await.unwrap();
    let seen = |memory: &mut HashMemory| {
        (
            std::thread::current().name().map(str::to_owned),
            memory.allocated_bytes(),
        )
    };
    let (name, held) = pool.run(CHEAP.m, seen).await.unwrap();
    assert_eq!(
        (name.as_deref(), held),
        (Some("hashing-0"), CHEAP.m as usize * 1024)
    );
    let expensive = HashParams { m: 4096, ..CHEAP };
    let imported = password::dummy_phc(&expensive).unwrap();
    assert_eq!(ask(&pool, Some(imported), secret("x")).await, Ok(false));
    let (_, held) = pool.run(CHEAP.m, seen).await.unwrap();
    assert_eq!(held, CHEAP.m as usize * 1024, "given back");
}

#[actix_web::test]
async fn full_queue_rejects_new_and_serves_waiting() {
    let (pool, release) = blocked(4, Duration::from_mins(1));
    let attempts = (0..20).map(|_| {
        let pool = Arc::clone(&pool);
        spawn(async move { ask(&pool, None, secret("x")).await })
    });
    let all = spawn(join_all(attempts.collect::<Vec<_>>()));
    sleep(Duration::from_millis(50)).await;
    release.send(()).unwrap();
    let outcomes: Vec<_> = all.await.unwrap().into_iter().map(Result::unwrap).collect();
    assert_eq!(outcomes.iter().filter(|o| **o == Ok(false)).count(), 4);
    assert_eq!(outcomes.iter().filter(|o| **o == Err(Busy)).count(), 16);
    assert_eq!(ask(&pool, None, secret("x")).await, Ok(false));
}

#[actix_web::test]
async fn full_queue_is_reported_beforehand() {
    let (pool, release) = blocked(2, Duration::from_mins(1));
    assert_eq!(pool.expect_room(), Ok(()));
    let waiting = (0..2).map(|_| {
        let pool = Arc::clone(&pool);
        spawn(async move { ask(&pool, None, secret("x")).await })
    });
    let waiting: Vec<_> = waiting.collect();
    while pool.queue.len() < 2 {
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(pool.expect_room(), Err(Busy));
    release.send(()).unwrap();
    for item in waiting {
        assert_eq!(item.await.unwrap(), Ok(false));
    }
    assert_eq!(pool.expect_room(), Ok(()));
}

/// The nineteenth field of `/proc/…/stat` (proc(5)).
#[cfg(target_os = "linux")]
#[actix_web::test]
async fn hashing_threads_have_lower_priority() {
    let niceness = || {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        let (_, rest) = stat.rsplit_once(')').unwrap();
        rest.split_whitespace()
            .nth(16)
            .unwrap()
            .parse::<i32>()
            .unwrap()
    };
    let pool = HashingPool::with(CHEAP, 1, 4, WAIT, BUDGET, Random::default());
    let theirs = pool.run(CHEAP.m, move |_| niceness()).await.unwrap();
    assert_eq!(theirs, (niceness() + NICENESS).min(19));
}

#[actix_web::test]
async fn real_limits_are_64_waiting_for_2_seconds() {
    let (pool, release) = blocked(QUEUE, WAIT);
    let attempts = (0..100).map(|_| {
        let pool = Arc::clone(&pool);
        spawn(async move {
            let started = Instant::now();
            (ask(&pool, None, secret("x")).await, started.elapsed())
        })
    });
    let outcomes = join_all(attempts.collect::<Vec<_>>()).await;
    let outcomes: Vec<_> = outcomes.into_iter().map(Result::unwrap).collect();
    assert!(outcomes.iter().all(|(outcome, _)| *outcome == Err(Busy)));
    let waited = outcomes.iter().filter(|(_, time)| *time >= WAIT).count();
    assert_eq!(waited, 64);
    drop(release);
    // The thread skips work without a waiting caller, then serves again.
    for _ in 0..1000 {
        match ask(&pool, None, secret("x")).await {
            Ok(decision) => return assert!(!decision),
            Err(Busy) => sleep(Duration::from_millis(1)).await,
        }
    }
    panic!("the pool did not recover");
}

#[actix_web::test]
async fn abandoned_work_is_skipped() {
    let (pool, release) = blocked(4, Duration::from_mins(1));
    let ran = Arc::new(AtomicBool::new(false));
    let waiting = spawn({
        let (pool, ran) = (Arc::clone(&pool), Arc::clone(&ran));
        async move {
            pool.run(CHEAP.m, move |_| ran.store(true, Ordering::SeqCst))
                .await
        }
    });
    sleep(Duration::from_millis(20)).await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    release.send(()).unwrap();
    assert_eq!(ask(&pool, None, secret("x")).await, Ok(false));
    assert!(!ran.load(Ordering::SeqCst));
}

#[actix_web::test]
async fn running_work_may_exceed_queue_timeout() {
    let pool = HashingPool::with(
        CHEAP,
        1,
        4,
        Duration::from_millis(500),
        BUDGET,
        Random::default(),
    );
    let slow = pool.run(CHEAP.m, |_| std::thread::sleep(Duration::from_millis(700)));
    assert_eq!(slow.await, Ok(()));
}

#[actix_web::test]
async fn panic_loses_response_and_keeps_thread() {
    let pool = HashingPool::with(CHEAP, 1, 4, WAIT, BUDGET, Random::default());
    assert_eq!(
        pool.run(CHEAP.m, |_| -> () { panic!("on purpose") }).await,
        Err(Busy)
    );
    assert_eq!(ask(&pool, None, secret("x")).await, Ok(false));
}

// An unknown account, a known one and one with a damaged hash take the same time. The test
// compares the fastest of many runs, which a busy machine disturbs least.
#[actix_web::test]
async fn known_and_unknown_accounts_take_equal_time() {
    let params = HashParams {
        m: 8192,
        t: 2,
        p: 1,
    };
    let pool = HashingPool::with(params, 1, 4, WAIT, BUDGET, Random::default());
    let phc = pool.hash(secret("gravel otter")).await.unwrap();
    let cases = [Some(phc), None, Some("damaged".to_owned())];
    let mut fastest = [Duration::MAX; 3];
    // Noise only adds time, so the minima of equal work meet, on a busy machine later.
    for round in 1..1000 {
        for (case, best) in cases.iter().zip(&mut fastest) {
            let started = Instant::now();
            assert_eq!(ask(&pool, case.clone(), secret("wrong")).await, Ok(false));
            *best = started.elapsed().min(*best);
        }
        let (least, max) = (fastest.iter().min().unwrap(), fastest.iter().max().unwrap());
        if round >= 40 && *max < *least * 5 / 4 {
            return;
        }
    }
    panic!("the times differ: {fastest:?}");
}

/// A hash of `gravel otter` by PBKDF2 with SHA-256, 1,000 iterations and the salt `salt`.
const FOREIGN: &str = "pbkdf2_sha256$1000$salt$pSfD/ee/BLTHfijq3XHvamcc7xAiy/52ylAZDi9ulwg=";

#[actix_web::test]
async fn foreign_hashes_verify_and_every_failure_takes_the_costliest_form() {
    let pool = HashingPool::with(CHEAP, 1, 4, WAIT, BUDGET, Random::default());
    let stored = ForeignHash::from_django(FOREIGN).unwrap().to_stored();
    let native = pool.hash(secret("gravel otter")).await.unwrap();
    assert!(pool.needs_rehash(stored.as_deref()));
    let forms = [
        "$foreign1$pbkdf2-sha256$i=1000$",
        "$foreign1$pbkdf2-sha256$i=20000$",
        "$foreign1$bcrypt$v=2b,c=5$",
    ];
    let dummies = forms.map(|form| ForeignHash::dummy(form).unwrap());
    let foreign = Arc::new(dummies.to_vec());
    let question = |stored: Option<&String>, password: &str, is_open| PasswordQuestion {
        stored: stored.cloned(),
        is_open,
        password: secret(password),
        foreign: Arc::clone(&foreign),
    };
    let open = question(stored.as_ref(), "gravel otter", true);
    assert_eq!(pool.verify(open).await, Ok(true));
    let weak = ForeignHash::dummy("$foreign1$bcrypt$v=2b,c=5$")
        .unwrap()
        .to_stored();
    // The least processor time of an answer. Processor time, since other threads may interrupt.
    let answer_nanos = |question: &dyn Fn() -> PasswordQuestion, is_right| {
        let mut memory = HashMemory::default();
        let measured = (0..5).map(|_| {
            let verifier = Verifier::new(question(), pool.dummy.clone(), Arc::clone(&pool.rates));
            let began = thread_nanos();
            assert_eq!(verifier.is_right(&mut memory), is_right);
            thread_nanos() - began
        });
        // The first answer may measure the rates.
        measured.reduce(f64::min).unwrap_or_default()
    };
    let cases = [
        (None, "gravel 0tter", true),
        (Some(&native), "gravel 0tter", true),
        (Some(&native), "gravel otter", false),
        (stored.as_ref(), "gravel 0tter", true),
        (stored.as_ref(), "gravel otter", false),
        (weak.as_ref(), "gravel 0tter", true),
    ];
    let wrong = cases.map(|(stored, password, is_open)| {
        answer_nanos(&|| question(stored, password, is_open), false)
    });
    let least = wrong.into_iter().reduce(f64::min).unwrap();
    let max = wrong.into_iter().reduce(f64::max).unwrap();
    assert!(max < least * 2.0, "{wrong:?}");
    let right = answer_nanos(&|| question(Some(&native), "gravel otter", true), true);
    assert!(
        right < least / 2.0,
        "a right password is answered at once: {right}, others: {wrong:?}"
    );
}
