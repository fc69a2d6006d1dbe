//! Sign-ins waiting for a mail: armed once, consumed once, invalid when replaced.

use doorward_domain::model::{AttemptId, EmailSignIn, User};
use doorward_store::repo::{email_sign_ins, users};
use tokio::task::JoinSet;

use crate::fixtures::{NOW, hash, user};
use crate::harness::on_both;
use crate::write;

fn id(letter: char) -> AttemptId {
    AttemptId::parse(&letter.to_string().repeat(22)).unwrap()
}

fn waiting(letter: char) -> EmailSignIn {
    EmailSignIn {
        id: id(letter),
        browser_hash: hash("browser"),
        remember: true,
        interaction_id: None,
        next: Some("/account/activity".to_owned()),
        user_id: None,
        email: None,
        mailed_at: None,
        code_hash: None,
        link_hash: None,
        created_at: NOW,
        expires_at: NOW + 100,
        tries: 0,
        used_at: None,
    }
}

/// Returns the sign-in after a mail to this user.
fn armed(before: &EmailSignIn, user: &User, at: i64) -> EmailSignIn {
    EmailSignIn {
        user_id: Some(user.id),
        email: Some(user.email.clone()),
        mailed_at: Some(at),
        code_hash: Some(hash(&format!("code {}", before.id))),
        link_hash: Some(hash(&format!("link {}", before.id))),
        ..before.clone()
    }
}

#[tokio::test]
async fn sign_in_is_armed_once_and_replaced_by_newer_mail() {
    on_both(async |db| {
        let alice = user("alice");
        write!(db, users::insert, &alice);
        let (first, second) = (waiting('a'), waiting('b'));
        write!(db, email_sign_ins::insert, &first);
        write!(db, email_sign_ins::insert, &second);
        let find = async |it: &EmailSignIn| email_sign_ins::find(db.read(), &it.id).await.unwrap();
        assert_eq!(find(&first).await.as_ref(), Some(&first));
        assert_eq!(find(&waiting('c')).await, None);

        for (it, at) in [(&first, NOW + 1), (&second, NOW + 2)] {
            let after = armed(it, &alice, at);
            let hashes = (&after.code_hash.unwrap(), &after.link_hash.unwrap());
            write!(db, email_sign_ins::disarm, alice.id);
            assert!(write!(db, email_sign_ins::arm, &it.id, &alice, hashes, at));
            assert!(
                !write!(db, email_sign_ins::arm, &it.id, &alice, hashes, at),
                "once"
            );
            assert_eq!(find(it).await, Some(after.clone()));
            let link = after.link_hash.unwrap();
            let found = email_sign_ins::find_by_link(db.read(), &link)
                .await
                .unwrap();
            assert_eq!(found, Some(after));
        }
        let left = find(&first).await.unwrap();
        assert_eq!((left.code_hash, left.link_hash), (None, None));
        assert_eq!(
            (left.user_id, left.used_at),
            (Some(alice.id), None),
            "as open as before"
        );
        let times = async |since, limit| {
            let times = email_sign_ins::times_since(db.read(), alice.id, since, limit);
            times.await.unwrap()
        };
        assert_eq!(times(NOW, 9).await, [NOW + 2, NOW + 1]);
        assert_eq!(times(NOW, 1).await, [NOW + 2]);
        assert_eq!(times(NOW + 1, 9).await, [NOW + 2]);

        let late = waiting('d');
        write!(db, email_sign_ins::insert, &late);
        let hashes = (&hash("x"), &hash("y"));
        assert!(
            !write!(db, email_sign_ins::arm, &late.id, &alice, hashes, NOW + 100),
            "over"
        );
        assert_eq!(write!(db, email_sign_ins::purge, NOW + 100, 1000), 0);
        assert_eq!(write!(db, email_sign_ins::purge, NOW + 101, 1000), 3);
    })
    .await;
}

#[tokio::test]
async fn try_is_counted_and_right_code_consumed() {
    on_both(async |db| {
        let alice = user("alice");
        write!(db, users::insert, &alice);
        let it = waiting('a');
        write!(db, email_sign_ins::insert, &it);
        let after = armed(&it, &alice, NOW);
        let code = after.code_hash.unwrap();
        let hashes = (&code, &after.link_hash.unwrap());
        write!(db, email_sign_ins::arm, &it.id, &alice, hashes, NOW);
        for attempts in 1..=2 {
            let counted = write!(db, email_sign_ins::record_attempt, &it.id, 2, NOW).unwrap();
            assert_eq!(
                counted,
                EmailSignIn {
                    tries: attempts,
                    ..after.clone()
                }
            );
        }
        assert_eq!(
            write!(db, email_sign_ins::record_attempt, &it.id, 2, NOW),
            None,
            "used up"
        );
        assert_eq!(
            write!(db, email_sign_ins::record_attempt, &it.id, 9, NOW + 100),
            None,
            "over"
        );
        assert!(!write!(
            db,
            email_sign_ins::consume,
            &it.id,
            &hash("other"),
            NOW
        ));
        assert!(
            !write!(db, email_sign_ins::consume, &it.id, &code, NOW + 100),
            "over"
        );
        assert!(write!(db, email_sign_ins::consume, &it.id, &code, NOW + 99));
        assert!(
            !write!(db, email_sign_ins::consume, &it.id, &code, NOW + 99),
            "used"
        );
        assert_eq!(
            write!(db, email_sign_ins::record_attempt, &it.id, 9, NOW),
            None,
            "used"
        );
        assert_eq!(
            write!(db, email_sign_ins::disarm, alice.id),
            0,
            "a used one stays"
        );
        // Deleted with its user.
        assert!(write!(db, users::delete, alice.id, NOW));
        assert_eq!(email_sign_ins::find(db.read(), &it.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn of_32_concurrent_uses_only_first_wins() {
    on_both(async |db| {
        let alice = user("alice");
        write!(db, users::insert, &alice);
        let it = waiting('a');
        write!(db, email_sign_ins::insert, &it);
        let code = hash("code");
        let hashes = (&code, &hash("link"));
        write!(db, email_sign_ins::arm, &it.id, &alice, hashes, NOW);
        let mut claims = JoinSet::new();
        for _ in 0..32 {
            let (db, id) = (db.clone(), it.id.clone());
            claims.spawn(async move { write!(db, email_sign_ins::consume, &id, &code, NOW) });
        }
        let claimed = claims.join_all().await;
        assert_eq!(claimed.iter().filter(|one| **one).count(), 1);
    })
    .await;
}
