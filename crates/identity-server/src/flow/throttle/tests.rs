use async_trait::async_trait;
use base64::engine::general_purpose::STANDARD;

use super::*;

/// Redis, away.
#[derive(Debug)]
struct Away;

fn away<T>() -> Result<T, StoreError> {
    Err(StoreError::Unavailable("nobody answers".into()))
}

#[async_trait]
impl Ephemeral for Away {
    async fn get(&self, _: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        away()
    }

    async fn put(&self, _: &Key, _: &[u8], _: Duration) -> Result<(), StoreError> {
        away()
    }

    async fn put_new(&self, _: &Key, _: &[u8], _: Duration) -> Result<bool, StoreError> {
        away()
    }

    async fn take(&self, _: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        away()
    }

    async fn bump(&self, _: &Key, _: Duration) -> Result<u64, StoreError> {
        away()
    }
}

fn throttle(shared: Arc<dyn Ephemeral>, multiplier: f64) -> Throttle {
    let mut key = [0xa5; 32];
    key[0] = 1;
    let master = MasterKey::from_base64(&STANDARD.encode(key)).unwrap();
    Throttle::new(shared, &master, multiplier)
}

/// How many of so many tries are admitted.
async fn admitted(throttle: &Throttle, tries: usize) -> usize {
    let mut admitted = 0;
    for _ in 0..tries {
        admitted += usize::from(throttle.count(SIGN_IN, &["somebody"]).await.is_ok());
    }
    admitted
}

#[tokio::test]
async fn tries_are_counted_down_and_then_refused() {
    let throttle = throttle(Arc::new(MemoryEphemeral::new()), 1.0);
    let mut left = Vec::new();
    for _ in 0..5 {
        left.push(throttle.count(SIGN_IN, &["a"]).await.unwrap().remaining);
    }
    assert_eq!(left, [4, 3, 2, 1, 0]);
    let spent = throttle.count(SIGN_IN, &["a"]).await.unwrap_err();
    assert_eq!((spent.remaining, spent.reset), (0, 60));
    assert!(spent.is_spent);
    // Another subject, and another limit of the same subject, are untouched.
    assert!(throttle.count(SIGN_IN, &["b"]).await.is_ok());
    assert!(throttle.count(ADDRESS, &["a"]).await.is_ok());
    assert!(throttle.count(SIGN_IN, &["a", ""]).await.is_ok());
}

#[tokio::test]
async fn the_factor_raises_the_limit() {
    let throttle = throttle(Arc::new(MemoryEphemeral::new()), 3.0);
    assert_eq!(admitted(&throttle, 40).await, 15);
}

// RL-3: never unlimited.
#[tokio::test]
async fn without_the_shared_store_half_as_much_is_admitted() {
    assert_eq!(admitted(&throttle(Arc::new(Away), 1.0), 40).await, 2);
    assert_eq!(admitted(&throttle(Arc::new(Away), 0.1), 40).await, 1);
    assert_eq!(admitted(&throttle(Arc::new(Away), 4.0), 40).await, 10);
}

#[test]
fn parts_cannot_be_shifted_into_each_other() {
    let throttle = throttle(Arc::new(MemoryEphemeral::new()), 1.0);
    assert_ne!(
        throttle.keyed("x", &[b"ab", b"c"]),
        throttle.keyed("x", &[b"a", b"bc"])
    );
    assert_ne!(throttle.keyed("x", &[b"y"]), throttle.keyed("xy", &[]));
}
