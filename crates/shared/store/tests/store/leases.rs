//! Leases: one holder until the lease expires.

use doorward_store::repo::leases;

use crate::fixtures::NOW;
use crate::harness::{on_both, on_two_replicas, race};
use crate::write;

#[tokio::test]
async fn lease_has_single_holder_until_expiry() {
    on_both(async |db| {
        assert!(write!(db, leases::acquire, "sweep", NOW, 60).is_some());
        assert!(write!(db, leases::acquire, "sweep", NOW, 60).is_none());
        assert!(write!(db, leases::acquire, "sweep", NOW + 59, 60).is_none());
        assert!(write!(db, leases::acquire, "other", NOW, 60).is_some());
        assert!(write!(db, leases::acquire, "sweep", NOW + 60, 60).is_some());
        // Leases by clocks that are half a minute ahead, as on another replica, or an hour.
        assert!(write!(db, leases::acquire, "ahead", NOW + 30, 60).is_some());
        assert!(write!(db, leases::acquire, "ahead", NOW, 60).is_none());
        assert!(write!(db, leases::acquire, "far ahead", NOW + 3600, 60).is_some());
        assert!(write!(db, leases::acquire, "far ahead", NOW, 60).is_some());
        assert!(write!(db, leases::acquire, "far ahead", NOW, 60).is_none());
    })
    .await;
}

#[tokio::test]
async fn lease_is_extended_and_released_by_its_holder_only() {
    on_both(async |db| {
        let first = write!(db, leases::acquire, "acme", NOW, 60).unwrap();
        let lease = write!(db, leases::extend, &first, NOW + 120).unwrap();
        assert_eq!(write!(db, leases::acquire, "acme", NOW + 119, 60), None);
        // The process stopped, and another one acquired the lease.
        let other = write!(db, leases::acquire, "acme", NOW + 120, 60).unwrap();
        assert_eq!(write!(db, leases::extend, &lease, NOW + 300), None);
        write!(db, leases::release, &lease);
        assert_eq!(write!(db, leases::acquire, "acme", NOW + 121, 60), None);
        write!(db, leases::release, &other);
        assert!(write!(db, leases::acquire, "acme", NOW + 121, 60).is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_32_concurrent_claims_on_two_replicas_first_wins() {
    on_two_replicas(async |replicas| {
        // The first iteration inserts the row, later ones update it.
        for now in [NOW, NOW + 60, NOW + 120] {
            let claimed = race(replicas, move |db| async move {
                write!(db, leases::acquire, "sweep", now, 60).is_some()
            });
            assert_eq!(claimed.await, 1, "at {now}");
        }
    })
    .await;
}
