//! The contract of the ephemeral store, in memory and on Redis.

use std::sync::Arc;
use std::time::{Duration, Instant};

use doorward_store::ephemeral::{MemoryEphemeral, RedisEphemeral};
use doorward_store::{Ephemeral, Key, StoreError, open_ephemeral};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Variable with the Redis URL; `off` skips Redis.
const REDIS_URL: &str = "DOORWARD_TEST_REDIS_URL";
const REDIS_DEFAULT: &str = "redis://127.0.0.1:6379";

const LONG: Duration = Duration::from_secs(30);

fn redis() -> Option<Arc<dyn Ephemeral>> {
    let url = std::env::var(REDIS_URL).unwrap_or_else(|_| REDIS_DEFAULT.to_owned());
    let prefix = format!("doorward-test-{}", Uuid::new_v4().simple());
    (url != "off").then(|| Arc::new(RedisEphemeral::open(&url, &prefix).unwrap()) as _)
}

async fn on_both(test: impl AsyncFn(Arc<dyn Ephemeral>)) {
    test(Arc::new(MemoryEphemeral::new())).await;
    if let Some(redis) = redis() {
        test(redis).await;
    }
}

#[tokio::test]
async fn values_are_kept_replaced_and_taken() {
    on_both(async |store| {
        let key = Key::new("cache", "a:b c");
        assert_eq!(store.get(&key).await.unwrap(), None);
        assert_eq!(store.take(&key).await.unwrap(), None);
        store.put(&key, b"\x00\xffone", LONG).await.unwrap();
        assert_eq!(
            store.get(&key).await.unwrap().as_deref(),
            Some(&b"\x00\xffone"[..])
        );
        store.put(&key, b"", LONG).await.unwrap();
        assert_eq!(store.get(&key).await.unwrap().as_deref(), Some(&b""[..]));
        assert!(!store.put_new(&key, b"two", LONG).await.unwrap());
        assert_eq!(store.take(&key).await.unwrap().as_deref(), Some(&b""[..]));
        assert!(store.put_new(&key, b"two", LONG).await.unwrap());
        assert_eq!(store.get(&key).await.unwrap().as_deref(), Some(&b"two"[..]));
        assert_eq!(store.get(&Key::new("other", "a:b c")).await.unwrap(), None);
        store.take(&key).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn counters_are_lowered_to_zero() {
    on_both(async |store| {
        let key = Key::new("count", "lowered");
        store.lower(&key).await.unwrap();
        assert_eq!(store.get(&key).await.unwrap(), None);
        for expected in [1, 2] {
            assert_eq!(store.bump(&key, LONG).await.unwrap(), expected);
        }
        for expected in ["1", "0", "0"] {
            store.lower(&key).await.unwrap();
            let found = store.get(&key).await.unwrap();
            assert_eq!(found.as_deref(), Some(expected.as_bytes()));
        }
        assert_eq!(store.bump(&key, LONG).await.unwrap(), 1);
        assert_eq!(store.failure().await, None);
    })
    .await;
}

#[tokio::test]
async fn values_expire() {
    on_both(async |store| {
        let short = Duration::from_millis(80);
        let [put, new, count] = ["put", "new", "count"].map(|name| Key::new("short", name));
        store.put(&put, b"x", short).await.unwrap();
        assert!(store.put_new(&new, b"x", short).await.unwrap());
        assert_eq!(store.bump(&count, short).await.unwrap(), 1);
        // A later increment does not change the expiry.
        assert_eq!(store.bump(&count, LONG).await.unwrap(), 2);
        tokio::time::sleep(Duration::from_millis(160)).await;
        assert_eq!(store.get(&put).await.unwrap(), None);
        assert_eq!(store.take(&put).await.unwrap(), None);
        assert!(store.put_new(&new, b"y", short).await.unwrap());
        assert_eq!(store.bump(&count, short).await.unwrap(), 1);
        // A replaced value gets the new expiry.
        store.put(&put, b"x", short).await.unwrap();
        store.put(&put, b"y", LONG).await.unwrap();
        tokio::time::sleep(Duration::from_millis(160)).await;
        assert_eq!(store.take(&put).await.unwrap().as_deref(), Some(&b"y"[..]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_concurrent_callers_first_takes_and_all_are_counted() {
    on_both(async |store| {
        let [existing, new, count] = ["taken", "new", "count"].map(|name| Key::new("race", name));
        store.put(&existing, b"x", LONG).await.unwrap();
        let mut callers = JoinSet::new();
        for _ in 0..64 {
            let store = Arc::clone(&store);
            let (existing, new, count) = (existing.clone(), new.clone(), count.clone());
            callers.spawn(async move {
                let took = store.take(&existing).await.unwrap().is_some();
                let put = store.put_new(&new, b"x", LONG).await.unwrap();
                (took, put, store.bump(&count, LONG).await.unwrap())
            });
        }
        let results = callers.join_all().await;
        assert_eq!(results.iter().filter(|(took, ..)| *took).count(), 1);
        assert_eq!(results.iter().filter(|(_, put, _)| *put).count(), 1);
        let mut counts: Vec<u64> = results.iter().map(|(.., count)| *count).collect();
        counts.sort_unstable();
        assert_eq!(counts, (1..=64).collect::<Vec<u64>>());
        store.take(&new).await.unwrap();
        store.take(&count).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn silent_redis_is_unavailable_within_second() {
    // Accepts connections and never responds.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!(
        "redis://127.0.0.1:{}",
        listener.local_addr().unwrap().port()
    );
    for url in [silent.as_str(), "redis://127.0.0.1:9"] {
        let store = open_ephemeral(Some(url)).unwrap();
        let key = Key::new("cache", "x");
        for _ in 0..3 {
            let began = Instant::now();
            let error = store.bump(&key, LONG).await.unwrap_err();
            assert!(error.is_unavailable(), "{error:?}");
            assert!(
                began.elapsed() < Duration::from_secs(1),
                "{:?}",
                began.elapsed()
            );
        }
        // During the pause, a failure returns almost immediately.
        let began = Instant::now();
        assert!(store.get(&key).await.unwrap_err().is_unavailable());
        assert!(
            began.elapsed() < Duration::from_millis(100),
            "{:?}",
            began.elapsed()
        );
    }
}

#[tokio::test]
async fn recovered_redis_is_used_again() {
    if redis().is_none() {
        return;
    }
    let upstream = std::env::var(REDIS_URL).unwrap_or_else(|_| REDIS_DEFAULT.to_owned());
    let address = upstream
        .trim_start_matches("redis://")
        .trim_end_matches('/')
        .to_owned();
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let prefix = format!("doorward-test-{}", Uuid::new_v4().simple());
    let store = RedisEphemeral::open(&format!("redis://127.0.0.1:{port}"), &prefix).unwrap();
    assert!(store.ping().await.unwrap_err().is_unavailable());

    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .unwrap();
    let relay = tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let Ok(mut far) = tokio::net::TcpStream::connect(&address).await else {
                break;
            };
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
        }
    });
    let began = Instant::now();
    while let Err(error) = store.ping().await {
        assert!(error.is_unavailable(), "{error:?}");
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "Redis is back, the store is not"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let key = Key::new("cache", "x");
    store.put(&key, b"x", Duration::from_secs(1)).await.unwrap();
    assert!(store.get(&key).await.unwrap().is_some());
    relay.abort();
}

#[tokio::test]
async fn store_without_url_is_in_memory_and_bad_url_is_explained() {
    let store = open_ephemeral(None).unwrap();
    assert_eq!(store.bump(&Key::new("count", 1), LONG).await.unwrap(), 1);
    let error = open_ephemeral(Some("http://user:s3cret@localhost")).unwrap_err();
    assert!(matches!(error, StoreError::Address(_)), "{error:?}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
}
