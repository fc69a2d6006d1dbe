use std::collections::BTreeSet;

use doorward_domain::model::{ApiKey, Grant};
use doorward_rules::last_token::TokenSource;
use doorward_store::repo::{api_keys, grants, last_tokens, users};

use crate::fixtures::{NOW, Scene, api_key, code, grant, refresh_family, user};
use crate::harness::on_both;
use crate::write;

#[tokio::test]
async fn latest_uses_are_found_by_user_and_organization() {
    on_both(async |db| {
        // The grant of the scene has no code.
        let Scene {
            user: alice,
            client,
            session,
            ..
        } = Scene::store(db).await;
        let bob = user("Bob");
        write!(db, users::insert, &bob);
        let acme = Some("acme".to_owned());
        let unused = Grant {
            created_at: NOW + 90,
            code: Some(code("unused")),
            ..grant(&alice, &client, &session)
        };
        let exchanged = Grant {
            org: acme.clone(),
            code: Some(code("exchanged")),
            ..grant(&alice, &client, &session)
        };
        let refreshed = Grant {
            org: acme.clone(),
            code: Some(code("refreshed")),
            ..grant(&alice, &client, &session)
        };
        for item in [&unused, &exchanged, &refreshed] {
            write!(db, grants::insert, item);
        }
        assert!(write!(db, grants::redeem, exchanged.id, None, NOW + 20));
        let family = doorward_domain::model::RefreshFamily {
            issued_at: NOW + 30,
            ..refresh_family("first", 1)
        };
        let first = Some(&family);
        assert!(write!(db, grants::redeem, refreshed.id, first, NOW + 10));
        let key = ApiKey {
            last_used_at: Some(NOW + 40),
            ..api_key("4fG7hJ9kLmNp", alice.id)
        };
        let unused_key = ApiKey {
            org: Some("zeta".to_owned()),
            last_used_at: None,
            ..api_key("5fG7hJ9kLmNp", alice.id)
        };
        for key in [&key, &unused_key] {
            write!(db, api_keys::insert, key);
        }
        let found = last_tokens::list(db.read(), &[alice.id, bob.id]).await;
        let found = found.unwrap().into_iter();
        let found: BTreeSet<_> = found
            .map(|found| (found.user == alice.id, found.source, found.at))
            .collect();
        let expected = [
            (true, TokenSource::Token(None), NOW),
            (true, TokenSource::Token(None), NOW + 40),
            (true, TokenSource::Token(acme), NOW + 30),
            (true, TokenSource::Session, NOW),
        ];
        assert_eq!(found, BTreeSet::from(expected));
    })
    .await;
}
