//! Sign-in attempts are listed by filter and page, and are removed with time or with the user.

use doorward_domain::model::{AttemptOutcome, AttemptStep, SignInAttempt, SignInAttemptId, UserId};
use doorward_store::repo::attempts::{self, AttemptFilter};
use doorward_store::repo::{pending_sign_ins, personal_data, users};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::fixtures::{NOW, user};
use crate::harness::on_both;
use crate::second_factor::pending;
use crate::write;

/// Returns an id of this time (RFC 9562 §5.7).
fn id(at: i64) -> SignInAttemptId {
    let millis = u128::try_from(at * 1000).unwrap();
    let rest = Uuid::new_v4().as_u128() >> 48;
    SignInAttemptId::from_uuid(Uuid::from_u128(millis << 80 | rest))
}

fn attempt(at: i64, user_id: Option<UserId>) -> SignInAttempt {
    let mut detail = Map::new();
    detail.insert("wait".to_owned(), json!(60));
    SignInAttempt {
        id: id(at),
        at,
        step: AttemptStep::Password,
        outcome: AttemptOutcome::Failed,
        rule: "wrong_password".to_owned(),
        reason: "the password is wrong".to_owned(),
        user_id,
        name_hash: user_id.is_none().then_some([7; 32]),
        client_id: Some("app".to_owned()),
        request_id: Some(format!("request-{at}")),
        address: None,
        detail,
    }
}

#[tokio::test]
async fn attempts_are_listed_by_filter_and_page() {
    on_both(async |db| {
        let alice = user("alice");
        write!(db, users::insert, &alice);
        // Several in one second, so that pages are cut between them.
        let of_alice: Vec<_> = (0..10)
            .map(|n| attempt(NOW + n / 4, Some(alice.id)))
            .collect();
        let unknown = SignInAttempt {
            outcome: AttemptOutcome::Rejected,
            client_id: None,
            ..attempt(NOW + 50, None)
        };
        write!(db, attempts::insert_all, &of_alice);
        write!(db, attempts::insert_all, std::slice::from_ref(&unknown));

        let filter = AttemptFilter {
            user: Some(alice.id),
            ..AttemptFilter::default()
        };
        let (mut seen, mut last) = (Vec::new(), None);
        loop {
            let page = attempts::page(db.read(), &filter, last, 3).await.unwrap();
            let Some(end) = page.last() else { break };
            last = Some(end.id);
            seen.extend(page);
        }
        let mut expected = of_alice.clone();
        expected.sort_by_key(|attempt| std::cmp::Reverse((attempt.at, attempt.id)));
        assert_eq!(seen, expected);
        let found = attempts::page_with_users(db.read(), &filter, None, 20).await;
        let named = |attempt: &SignInAttempt| (attempt.clone(), Some(alice.clone()));
        let named: Vec<_> = expected.iter().map(named).collect();
        assert_eq!(found.unwrap(), named);
        let exported = personal_data::attempts(db.read(), alice.id, None).await;
        let exported = exported.unwrap();
        assert_eq!(exported, expected);

        let rejected = AttemptFilter {
            outcome: Some(AttemptOutcome::Rejected),
            ..AttemptFilter::default()
        };
        let failed = AttemptFilter {
            failures: true,
            since: Some(NOW + 50),
            ..AttemptFilter::default()
        };
        let either = AttemptFilter {
            request_id: Some("nobody".to_owned()),
            name_hash: unknown.name_hash,
            ..AttemptFilter::default()
        };
        let late = AttemptFilter {
            since: Some(NOW + 50),
            until: Some(NOW + 51),
            ..AttemptFilter::default()
        };
        for filter in [rejected, failed, either, late] {
            let found = attempts::page(db.read(), &filter, None, 20).await.unwrap();
            assert_eq!(found, std::slice::from_ref(&unknown), "{filter:?}");
        }
        let filter = AttemptFilter {
            client_id: Some("app".to_owned()),
            until: Some(NOW + 1),
            ..AttemptFilter::default()
        };
        let found = attempts::page(db.read(), &filter, None, 20).await.unwrap();
        assert_eq!(found.len(), 4);

        assert_eq!(write!(db, attempts::purge, NOW + 1, 1000), 4);
        assert!(write!(db, users::delete, alice.id, NOW));
        let left = AttemptFilter::default();
        let left = attempts::page(db.read(), &left, None, 20).await.unwrap();
        assert_eq!(left, [unknown]);
    })
    .await;
}

#[tokio::test]
async fn only_unfinished_expired_sign_ins_are_removed() {
    on_both(async |db| {
        let alice = user("alice");
        write!(db, users::insert, &alice);
        let (open, over) = (pending(alice.id), pending(alice.id));
        let done = pending(alice.id);
        for one in [&open, &over, &done] {
            write!(db, pending_sign_ins::insert, one);
        }
        assert!(write!(db, pending_sign_ins::complete, &done.id, NOW));
        let at_end = over.expires_at;
        let removed = write!(db, pending_sign_ins::remove_unfinished, at_end, 1000);
        assert!(removed.is_empty());
        let removed = write!(db, pending_sign_ins::remove_unfinished, at_end + 1, 1000);
        assert_eq!(removed.len(), 2);
        let found = pending_sign_ins::find(db.read(), &done.id).await.unwrap();
        assert!(found.is_some());
        let found = pending_sign_ins::find(db.read(), &open.id).await.unwrap();
        assert!(found.is_none());
    })
    .await;
}
