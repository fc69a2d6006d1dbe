use doorward_domain::model::{
    AttemptId, FirstFactor, InteractionId, PendingSignIn, SessionId, TotpFactor, UserId,
};
use doorward_store::repo::{pending_sign_ins, recovery_codes, totp_factors, users};
use doorward_store::{Db, repo};
use uuid::Uuid;

use crate::fixtures::{NOW, hash, totp_factor, user};
use crate::harness::{on_both, on_two_replicas, race};
use crate::write;

/// Returns 22 random hexadecimal digits.
fn name() -> String {
    Uuid::new_v4().simple().to_string()[..22].to_owned()
}

/// Returns a sign-in that waits for its second factor.
pub fn pending(user_id: UserId) -> PendingSignIn {
    PendingSignIn {
        upstream: None,
        id: AttemptId::parse(&name()).unwrap(),
        browser_hash: hash("browser"),
        user_id,
        first: FirstFactor::Password,
        remember: true,
        interaction_id: Some(InteractionId::parse(&name()).unwrap()),
        next: Some("/account/security/2fa".to_owned()),
        created_at: NOW,
        expires_at: NOW + 600,
        tries: 0,
        done_at: None,
    }
}

/// Creates a user with a confirmed factor.
async fn enrolled(db: &Db, name: &str) -> UserId {
    let person = user(name);
    write!(db, users::insert, &person);
    assert!(write!(
        db,
        totp_factors::insert_unconfirmed,
        &totp_factor(person.id)
    ));
    assert!(write!(db, totp_factors::confirm, person.id, NOW, 7, NOW));
    person.id
}

#[tokio::test]
async fn secret_is_replaced_until_confirmed() {
    on_both(async |db| {
        let person = user("alice");
        write!(db, users::insert, &person);
        assert_eq!(
            totp_factors::find(db.read(), person.id).await.unwrap(),
            None
        );
        let first = totp_factor(person.id);
        assert!(write!(db, totp_factors::insert_unconfirmed, &first));
        let second = TotpFactor {
            secret_sealed: vec![9],
            created_at: NOW + 5,
            ..first.clone()
        };
        assert!(write!(db, totp_factors::insert_unconfirmed, &second));
        let found = totp_factors::find(db.read(), person.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(&second));

        assert!(!write!(
            db,
            totp_factors::confirm,
            person.id,
            NOW,
            3,
            NOW + 9
        ));
        assert!(write!(
            db,
            totp_factors::confirm,
            person.id,
            NOW + 5,
            3,
            NOW + 9
        ));
        assert!(!write!(
            db,
            totp_factors::confirm,
            person.id,
            NOW + 5,
            4,
            NOW + 9
        ));
        assert!(
            !write!(db, totp_factors::insert_unconfirmed, &first),
            "it stays"
        );
        let kept = TotpFactor {
            confirmed_at: Some(NOW + 9),
            last_step: 3,
            ..second
        };
        let found = totp_factors::find(db.read(), person.id).await.unwrap();
        assert_eq!(found, Some(kept));

        assert!(write!(db, totp_factors::remove, person.id));
        assert!(!write!(db, totp_factors::remove, person.id));
    })
    .await;
}

#[tokio::test]
async fn attempt_is_counted_before_code_is_read() {
    on_both(async |db| {
        let id = enrolled(db, "alice").await;
        for expected in 1..=3 {
            let counted = write!(db, totp_factors::record_attempt, id, 3, NOW).unwrap();
            assert_eq!(counted.failures, expected);
        }
        assert_eq!(
            write!(db, totp_factors::record_attempt, id, 3, NOW),
            None,
            "used up"
        );
        write!(db, totp_factors::forgive, id);
        write!(db, totp_factors::delay, id, NOW + 60);
        assert_eq!(
            write!(db, totp_factors::record_attempt, id, 3, NOW + 59),
            None
        );
        assert!(write!(db, totp_factors::record_attempt, id, 3, NOW + 60).is_some());

        assert!(write!(db, totp_factors::accept, id, 8));
        let found = totp_factors::find(db.read(), id).await.unwrap().unwrap();
        assert_eq!(
            (found.failures, found.locked_until, found.last_step),
            (0, None, 8)
        );
        assert!(
            !write!(db, totp_factors::accept, id, 8),
            "the same step again"
        );
        assert!(!write!(db, totp_factors::accept, id, 7), "an earlier one");
        assert!(write!(db, totp_factors::accept, id, 9));

        write!(db, totp_factors::set_codes_saved, id, Some(NOW));
        let found = totp_factors::find(db.read(), id).await.unwrap().unwrap();
        assert_eq!(found.codes_saved_at, Some(NOW));

        let anonymous_caller = user("bob");
        write!(db, users::insert, &anonymous_caller);
        assert_eq!(
            write!(
                db,
                totp_factors::record_attempt,
                anonymous_caller.id, 9, NOW
            ),
            None
        );
        write!(
            db,
            totp_factors::insert_unconfirmed,
            &totp_factor(anonymous_caller.id)
        );
        let unconfirmed = write!(
            db,
            totp_factors::record_attempt,
            anonymous_caller.id, 9, NOW
        );
        assert_eq!(unconfirmed, None);
    })
    .await;
}

#[tokio::test]
async fn recovery_codes_are_bound_to_user_and_single_use() {
    on_both(async |db| {
        let (alice, bob) = (user("alice"), user("bob"));
        write!(db, users::insert, &alice);
        write!(db, users::insert, &bob);
        let hashes = [hash("one"), hash("two"), hash("three")];
        write!(db, recovery_codes::replace, alice.id, &hashes, NOW);
        assert!(!write!(
            db,
            recovery_codes::consume,
            bob.id, &hashes[0], NOW
        ));
        assert!(write!(
            db,
            recovery_codes::consume,
            alice.id, &hashes[0], NOW
        ));
        assert!(!write!(
            db,
            recovery_codes::consume,
            alice.id, &hashes[0], NOW
        ));
        assert!(!write!(
            db,
            recovery_codes::consume,
            alice.id,
            &hash("none"),
            NOW
        ));
        let left = async |id| recovery_codes::count_unused(db.read(), id).await.unwrap();
        assert_eq!((left(alice.id).await, left(bob.id).await), (2, 0));

        write!(db, recovery_codes::replace, alice.id, &[hash("four")], NOW);
        assert!(
            !write!(db, recovery_codes::consume, alice.id, &hashes[1], NOW),
            "dead"
        );
        assert_eq!(left(alice.id).await, 1);
        write!(db, recovery_codes::remove_all, alice.id);
        assert_eq!(left(alice.id).await, 0);
    })
    .await;
}

#[tokio::test]
async fn pending_sign_in_ends_by_time_attempts_or_completion() {
    on_both(async |db| {
        let person = user("alice");
        write!(db, users::insert, &person);
        let mut first = pending(person.id);
        let mut second = PendingSignIn {
            first: FirstFactor::Session(SessionId::from_uuid(Uuid::new_v4())),
            interaction_id: None,
            next: None,
            remember: false,
            ..pending(person.id)
        };
        write!(db, pending_sign_ins::insert, &first);
        write!(db, pending_sign_ins::insert, &second);
        let found = pending_sign_ins::find(db.read(), &second.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(&second));

        (first.tries, second.tries) = (1, 1);
        let counted = write!(db, pending_sign_ins::record_attempt, &first.id, 2, NOW);
        assert_eq!(counted.as_ref(), Some(&first));
        assert!(write!(db, pending_sign_ins::record_attempt, &first.id, 2, NOW).is_some());
        assert_eq!(
            write!(db, pending_sign_ins::record_attempt, &first.id, 2, NOW),
            None
        );

        let late = write!(
            db,
            pending_sign_ins::record_attempt,
            &second.id,
            2,
            NOW + 600
        );
        assert_eq!(late, None, "over");
        assert!(write!(db, pending_sign_ins::complete, &second.id, NOW));
        assert!(!write!(db, pending_sign_ins::complete, &second.id, NOW));
        assert_eq!(
            write!(db, pending_sign_ins::record_attempt, &second.id, 9, NOW),
            None
        );

        assert_eq!(write!(db, pending_sign_ins::purge, NOW + 600, 1000), 0);
        assert_eq!(write!(db, pending_sign_ins::purge, NOW + 601, 1000), 2);
        write!(db, pending_sign_ins::insert, &pending(person.id));
        assert_eq!(write!(db, pending_sign_ins::remove_all, person.id), 1);
    })
    .await;
}

#[tokio::test]
async fn factors_are_deleted_with_user() {
    on_both(async |db| {
        let id = enrolled(db, "alice").await;
        write!(db, recovery_codes::replace, id, &[hash("one")], NOW);
        let waiting = pending(id);
        write!(db, pending_sign_ins::insert, &waiting);
        assert!(write!(db, users::delete, id, NOW));
        assert_eq!(totp_factors::find(db.read(), id).await.unwrap(), None);
        assert_eq!(
            recovery_codes::count_unused(db.read(), id).await.unwrap(),
            0
        );
        let found = pending_sign_ins::find(db.read(), &waiting.id)
            .await
            .unwrap();
        assert_eq!(found, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_32_concurrent_uses_on_two_replicas_first_wins() {
    on_two_replicas(async |replicas| {
        let id = enrolled(&replicas[0], "alice").await;
        write!(
            replicas[0],
            recovery_codes::replace,
            id,
            &[hash("one")],
            NOW
        );
        let waiting = pending(id);
        write!(replicas[0], pending_sign_ins::insert, &waiting);

        let step = race(replicas, |db| async move {
            write!(db, repo::totp_factors::accept, id, 50)
        });
        assert_eq!(step.await, 1, "one time step");
        let code = race(replicas, |db| async move {
            write!(db, repo::recovery_codes::consume, id, &hash("one"), NOW)
        });
        assert_eq!(code.await, 1, "one recovery code");
        let attempt = waiting.id.clone();
        let done = race(replicas, move |db| {
            let attempt = attempt.clone();
            async move { write!(db, repo::pending_sign_ins::complete, &attempt, NOW) }
        });
        assert_eq!(done.await, 1, "one completion");
        let counted = race(replicas, |db| async move {
            write!(db, repo::totp_factors::record_attempt, id, 5, NOW).is_some()
        });
        assert_eq!(counted.await, 5, "as many tries as are borne, and no more");
    })
    .await;
}
