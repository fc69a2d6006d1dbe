use doorward_domain::model::{EmailPurpose, EmailToken, UserId};
use doorward_store::repo::{email_tokens, users};
use tokio::task::JoinSet;

use crate::fixtures::{NOW, hash, user};
use crate::harness::{on_both, on_both_databases};
use crate::write;

fn token(owner: UserId, purpose: EmailPurpose, text: &str) -> EmailToken {
    EmailToken {
        hash: hash(text),
        user_id: owner,
        purpose,
        email: "Zoë@Example.org".to_owned(),
        created_at: NOW,
        expires_at: NOW + 100,
        used_at: None,
    }
}

#[tokio::test]
async fn link_is_claimed_once_and_in_time() {
    on_both(async |db| {
        let alice = user("alice");
        write!(db, users::insert, &alice);
        let link = token(alice.id, EmailPurpose::Reset, "one");
        write!(db, email_tokens::insert, &link);
        let found = email_tokens::find(db.read(), &link.hash).await.unwrap();
        assert_eq!(found, Some(link.clone()));

        assert!(
            !write!(db, email_tokens::consume, &link.hash, NOW + 100),
            "over"
        );
        assert!(write!(db, email_tokens::consume, &link.hash, NOW + 99));
        assert!(
            !write!(db, email_tokens::consume, &link.hash, NOW + 99),
            "used"
        );
        assert!(!write!(db, email_tokens::consume, &hash("none"), NOW));
        let used = email_tokens::find(db.read(), &link.hash).await.unwrap();
        assert_eq!(used.unwrap().used_at, Some(NOW + 99));

        assert_eq!(write!(db, email_tokens::purge, NOW + 100, 1000), 0);
        assert_eq!(write!(db, email_tokens::purge, NOW + 101, 1000), 1);
    })
    .await;
}

#[tokio::test]
async fn links_are_counted_and_revoked_by_account_and_purpose() {
    on_both(async |db| {
        let (alice, bob) = (user("alice"), user("bob"));
        write!(db, users::insert, &alice);
        write!(db, users::insert, &bob);
        for (number, purpose) in EmailPurpose::ALL.into_iter().enumerate() {
            for owner in [alice.id, bob.id] {
                let link = token(owner, purpose, &format!("{number}{owner}"));
                write!(db, email_tokens::insert, &link);
            }
        }
        let reset = EmailPurpose::Reset;
        let conn = db.read();
        let count = async |since| {
            let created = email_tokens::times_since(conn, alice.id, reset, since, 9);
            created.await.unwrap().len()
        };
        assert_eq!(count(NOW - 1).await, 1);
        assert_eq!(count(NOW).await, 0);

        let removed = [EmailPurpose::Reset, EmailPurpose::Verify];
        assert_eq!(
            write!(
                db,
                email_tokens::revoke_for_user,
                alice.id,
                &removed,
                NOW + 1
            ),
            2
        );
        assert_eq!(
            write!(
                db,
                email_tokens::revoke_for_user,
                alice.id,
                &removed,
                NOW + 1
            ),
            0
        );
        for (owner, purpose, live) in [
            (alice.id, EmailPurpose::Reset, false),
            (alice.id, EmailPurpose::Undo, true),
            (bob.id, EmailPurpose::Reset, true),
        ] {
            let found = email_tokens::exists_live(db.read(), owner, purpose, NOW + 2).await;
            assert_eq!(found.unwrap(), live, "{purpose:?}");
        }
        let over = email_tokens::exists_live(db.read(), bob.id, reset, NOW + 100).await;
        assert!(!over.unwrap());
        // Sent links count in any state; deleting the account deletes its links.
        assert_eq!(count(NOW - 1).await, 1);
        assert!(write!(db, users::delete, alice.id, NOW));
        assert_eq!(count(NOW - 1).await, 0);
    })
    .await;
}

#[tokio::test]
async fn of_50_concurrent_uses_only_first_wins() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.unwrap();
        let alice = user("alice");
        write!(db, users::insert, &alice);
        let link = token(alice.id, EmailPurpose::Verify, "raced");
        write!(db, email_tokens::insert, &link);
        let mut attempts = JoinSet::new();
        for _ in 0..50 {
            let (db, hash) = (db.clone(), link.hash);
            attempts.spawn(async move { write!(db, email_tokens::consume, &hash, NOW) });
        }
        let won = attempts
            .join_all()
            .await
            .into_iter()
            .filter(|won| *won)
            .count();
        assert_eq!(won, 1);
        db.close().await.unwrap();
    })
    .await;
}
