//! Trusted devices: for one user, until they expire, deleted with all sessions.

use doorward_domain::model::{EndReason, TrustedDevice, TrustedDeviceId, User};
use doorward_store::repo::{sessions, trusted_devices, users};
use uuid::Uuid;

use crate::fixtures::{NOW, hash, user};
use crate::harness::on_both;
use crate::write;

fn device(number: u128, owner: &User, token: &str) -> TrustedDevice {
    TrustedDevice {
        id: TrustedDeviceId::from_uuid(Uuid::from_u128(number)),
        user_id: owner.id,
        token_hash: hash(token),
        user_agent: "Firefox".to_owned(),
        ip: "192.0.2.7".to_owned(),
        created_at: NOW + i64::try_from(number).unwrap(),
        last_used_at: None,
        expires_at: NOW + 100,
    }
}

#[tokio::test]
async fn trusted_device_is_bound_to_user_until_expiry() {
    on_both(async |db| {
        let (alice, bob) = (user("alice"), user("bob"));
        write!(db, users::insert, &alice);
        write!(db, users::insert, &bob);
        let (item, two) = (device(1, &alice, "one"), device(2, &alice, "two"));
        let bobs = device(3, &bob, "bob");
        for row in [&item, &two, &bobs] {
            write!(db, trusted_devices::insert, row);
        }
        let list = async |owner: &User, now| {
            trusted_devices::list(db.read(), owner.id, now)
                .await
                .unwrap()
        };
        assert_eq!(list(&alice, NOW + 99).await, [two.clone(), item.clone()]);
        assert_eq!(list(&alice, NOW + 100).await, []);

        let known = [hash("bob"), hash("one")];
        let used = write!(db, trusted_devices::record_use, alice.id, &known, NOW + 99);
        assert_eq!(used, Some(item.id));
        let used_at = list(&alice, NOW).await[1].last_used_at;
        assert_eq!(used_at, Some(NOW + 99));
        for (tokens, now) in [
            (&known[..], NOW + 100),
            (&known[..1], NOW),
            (&[][..], NOW),
            (&[hash("none")][..], NOW),
        ] {
            assert_eq!(
                write!(db, trusted_devices::record_use, alice.id, tokens, now),
                None
            );
        }

        assert!(
            !write!(db, trusted_devices::remove, alice.id, bobs.id),
            "not hers"
        );
        assert!(write!(db, trusted_devices::remove, alice.id, item.id));
        assert!(!write!(db, trusted_devices::remove, alice.id, item.id));
        assert_eq!(write!(db, trusted_devices::remove_all, alice.id), 1);
        assert_eq!(list(&bob, NOW).await, [bobs]);
        assert_eq!(write!(db, trusted_devices::purge, NOW + 100, 1000), 0);
        assert_eq!(write!(db, trusted_devices::purge, NOW + 101, 1000), 1);
    })
    .await;
}

#[tokio::test]
async fn ending_all_sessions_ends_device_trust() {
    on_both(async |db| {
        let (alice, bob) = (user("alice"), user("bob"));
        write!(db, users::insert, &alice);
        write!(db, users::insert, &bob);
        write!(db, trusted_devices::insert, &device(1, &alice, "one"));
        write!(db, trusted_devices::insert, &device(2, &bob, "two"));
        let (reason, now) = (EndReason::PasswordChanged, NOW);
        write!(db, sessions::end_all_for_user, alice.id, None, reason, now);
        let left = async |owner: &User| {
            let list = trusted_devices::list(db.read(), owner.id, NOW).await;
            list.unwrap().len()
        };
        assert_eq!((left(&alice).await, left(&bob).await), (0, 1));
        assert!(write!(db, users::delete, bob.id, NOW));
        assert_eq!(left(&bob).await, 0);
    })
    .await;
}
