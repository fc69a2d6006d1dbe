use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use doorward_config::limits::Limits;
use doorward_domain::model::UserId;
use doorward_domain::secret::MasterKey;
use doorward_rules::limits::rate_limit::{ADDRESS, FAILED, LimitSubject, SIGN_IN};
use doorward_store::ephemeral::{EphemeralFailure, MemoryEphemeral};
use doorward_store::{Db, Ephemeral, Key, OpenOptions, StoreError};

use super::counter::RateLimiter;
use crate::error::{FlowError, FlowResult, ServerError};

/// An ephemeral store that is unavailable.
#[derive(Debug)]
struct Away;

fn away<T>() -> Result<T, StoreError> {
    Err(StoreError::Unavailable("no response".into()))
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

    async fn lower(&self, _: &Key) -> Result<(), StoreError> {
        away()
    }

    async fn failure(&self) -> Option<EphemeralFailure> {
        Some(EphemeralFailure::Unavailable)
    }
}

fn throttle(shared: Arc<dyn Ephemeral>, multiplier: f64) -> RateLimiter {
    let mut key = [0xa5; 32];
    key[0] = 1;
    let master = MasterKey::from_base64(&STANDARD.encode(key)).unwrap();
    RateLimiter::new(shared, &master, &limits(multiplier), Arc::default())
}

fn limits(multiplier: f64) -> Limits {
    Limits {
        multiplier,
        ..doorward_config::Config::defaults().unwrap().limits
    }
}

/// Returns the number of admitted attempts out of `attempts`.
async fn admitted(throttle: &RateLimiter, attempts: usize) -> usize {
    let mut admitted = 0;
    for _ in 0..attempts {
        admitted += usize::from(throttle.count(SIGN_IN, &["somebody"]).await.is_ok());
    }
    admitted
}

#[tokio::test]
async fn attempts_are_counted_down_and_then_rejected() {
    let throttle = throttle(Arc::new(MemoryEphemeral::new()), 1.0);
    let mut left = Vec::new();
    for _ in 0..5 {
        left.push(throttle.count(SIGN_IN, &["a"]).await.unwrap().remaining);
    }
    assert_eq!(left, [4, 3, 2, 1, 0]);
    let consumed = throttle.count(SIGN_IN, &["a"]).await.unwrap_err();
    assert_eq!((consumed.remaining, consumed.reset), (0, 60));
    assert!(consumed.is_exhausted);
    // Another subject, and another limit of the same subject, are not affected.
    assert!(throttle.count(SIGN_IN, &["b"]).await.is_ok());
    assert!(throttle.count(ADDRESS, &["a"]).await.is_ok());
    assert!(throttle.count(SIGN_IN, &["a", ""]).await.is_ok());
}

#[tokio::test]
async fn factor_raises_limit() {
    let throttle = throttle(Arc::new(MemoryEphemeral::new()), 3.0);
    assert_eq!(admitted(&throttle, 40).await, 15);
}

// Without the shared store, attempts are limited as well.
#[tokio::test]
async fn without_shared_store_half_as_much_is_admitted() {
    assert_eq!(admitted(&throttle(Arc::new(Away), 1.0), 40).await, 2);
    assert_eq!(admitted(&throttle(Arc::new(Away), 0.1), 40).await, 1);
    assert_eq!(admitted(&throttle(Arc::new(Away), 4.0), 40).await, 10);
}

/// Makes `right` right and `wrong` wrong attempts from one address; returns the number of admitted
/// wrong ones.
async fn from_one_address(throttle: &RateLimiter, right: usize, wrong: usize, now: i64) -> usize {
    for _ in 0..right {
        let failure = throttle
            .admit_failing(FAILED, "192.0.2.1", now)
            .await
            .unwrap();
        throttle.forgive_failure(&failure).await;
    }
    let mut admitted = 0;
    for _ in 0..wrong {
        admitted += usize::from(
            throttle
                .admit_failing(FAILED, "192.0.2.1", now)
                .await
                .is_ok(),
        );
    }
    admitted
}

#[tokio::test]
async fn only_failures_count_on_address() {
    for right in [0, 9, 40] {
        let throttle = throttle(Arc::new(MemoryEphemeral::new()), 1.0);
        assert_eq!(from_one_address(&throttle, right, 30, 600).await, 10);
        let consumed = throttle
            .admit_failing(FAILED, "192.0.2.1", 615)
            .await
            .unwrap_err();
        assert_eq!((consumed.limit.name, consumed.reset), ("failed", 45));
        assert!(
            throttle
                .admit_failing(FAILED, "192.0.2.2", 615)
                .await
                .is_ok()
        );
        // The next minute starts at zero, also after successes in this one.
        assert_eq!(from_one_address(&throttle, 0, 30, 660).await, 10);
    }
    assert_eq!(
        from_one_address(&throttle(Arc::new(Away), 1.0), 3, 30, 600).await,
        5,
        "alone, half as many"
    );
}

#[tokio::test]
async fn hour_of_api_is_halved_without_shared_store() {
    for (shared, expected) in [
        (Arc::new(MemoryEphemeral::new()) as Arc<dyn Ephemeral>, 100),
        (Arc::new(Away), 50),
    ] {
        let throttle = throttle(shared, 1.0);
        let limit = throttle.hourly.limit_for(LimitSubject::Anonymous);
        let mut admitted = 0;
        for _ in 0..200 {
            admitted += usize::from(throttle.count(limit, &["192.0.2.1"]).await.is_ok());
        }
        assert_eq!(admitted, expected);
    }
}

/// Checks the password of one account until the limit rejects it; returns the number of admitted checks.
async fn checked(throttle: &RateLimiter, outcome: &FlowResult<(), ()>, attempts: usize) -> usize {
    let url = "sqlite::memory:";
    let db = Db::open(url, OpenOptions::default()).await.unwrap();
    db.migrate().await.unwrap();
    let mut admitted = 0;
    for _ in 0..attempts {
        let user = UserId::parse("01900000-0000-7000-8000-000000000001").unwrap();
        let Ok(pass) = throttle.admit_proof(&db, user, 1_800_000_000).await else {
            continue;
        };
        admitted += 1;
        throttle.withdraw(&pass, outcome).await;
    }
    admitted
}

/// Every outcome of a check, and whether it counts. One that the server could not record does not, up to a
/// limit: a database that accepts some writes must not allow unlimited guesses.
#[tokio::test]
async fn failures_of_server_do_not_count() {
    let unavailable = || ServerError::Unavailable("disk full".to_owned());
    let internal = || ServerError::Internal("a defect".to_owned());
    for (outcome, expected) in [
        (Ok(()), 5),
        (Err(FlowError::Rejected(())), 5),
        (Err(FlowError::Server(unavailable())), 35),
        (Err(FlowError::Server(internal())), 35),
    ] {
        let throttle = throttle(Arc::new(MemoryEphemeral::new()), 1.0);
        assert_eq!(
            checked(&throttle, &outcome, 100).await,
            expected,
            "{outcome:?}"
        );
    }
    // Also while the process counts alone, with half of both limits.
    let outcome: FlowResult<(), ()> = Err(FlowError::Server(unavailable()));
    let throttle = throttle(Arc::new(Away), 1.0);
    assert_eq!(checked(&throttle, &outcome, 100).await, 17);
}
