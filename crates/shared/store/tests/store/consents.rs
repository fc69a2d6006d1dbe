use doorward_domain::model::Consent;
use doorward_store::repo::consents;
use tokio::task::JoinSet;

use crate::fixtures::{NOW, Scene, consent, details, scope};
use crate::harness::on_both;
use crate::write;

#[tokio::test]
async fn consent_is_extended_until_expiry_and_then_replaced() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let first = consent(&scene.user, &scene.client, "openid profile");
        let stored = async || {
            consents::find(db.read(), scene.user.id, &scene.client.id)
                .await
                .unwrap()
        };
        assert_eq!(stored().await, None);
        assert_eq!(write!(db, consents::upsert, &first), first);
        assert_eq!(stored().await, Some(first.clone()));

        let more = Consent {
            declined: scope("address profile"),
            resources: vec!["https://other.example".to_owned()],
            authorization_details: details(&["2"]),
            granted_at: NOW + 10,
            expires_at: None,
            ..consent(&scene.user, &scene.client, "tasks:read openid")
        };
        let both = Consent {
            id: first.id,
            scope: scope("openid profile tasks:read"),
            // A scope that is granted is not listed as declined, whatever a later page sent.
            declined: scope("phone address"),
            // The profile was not requested again: its consent lasts no longer.
            expires_at: first.expires_at,
            resources: vec![
                "https://other.example".to_owned(),
                "https://tasks.example/api".to_owned(),
            ],
            authorization_details: details(&["1", "2"]),
            ..more.clone()
        };
        assert_eq!(write!(db, consents::upsert, &more), both);
        assert_eq!(stored().await, Some(both.clone()));

        assert!(write!(
            db,
            consents::revoke,
            scene.user.id,
            &scene.client.id,
            NOW + 20
        ));
        assert!(!write!(
            db,
            consents::revoke,
            scene.user.id,
            &scene.client.id,
            NOW + 30
        ));
        assert_eq!(
            stored().await.and_then(|consent| consent.revoked_at),
            Some(NOW + 20)
        );
        assert_eq!(
            consents::list_for_user(db.read(), scene.user.id)
                .await
                .unwrap(),
            []
        );

        // A revoked consent does not return with a later, smaller one.
        let anew = consent(&scene.user, &scene.client, "openid");
        let anew_stored = Consent {
            id: first.id,
            ..anew.clone()
        };
        assert_eq!(write!(db, consents::upsert, &anew), anew_stored);
        let listed = consents::list_for_user(db.read(), scene.user.id)
            .await
            .unwrap();
        assert_eq!(listed, std::slice::from_ref(&anew_stored));

        // Neither does an expired one.
        let later = Consent {
            granted_at: anew_stored.expires_at.expect("it has an end"),
            ..consent(&scene.user, &scene.client, "email")
        };
        let later_stored = Consent {
            id: first.id,
            ..later.clone()
        };
        assert_eq!(write!(db, consents::upsert, &later), later_stored);
    })
    .await;
}

#[tokio::test]
async fn concurrent_consents_are_merged() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let mut tabs = JoinSet::new();
        for number in 0..16 {
            let db = db.clone();
            let one = consent(&scene.user, &scene.client, &format!("scope:{number}"));
            tabs.spawn(async move { write!(db, consents::upsert, &one) });
        }
        tabs.join_all().await;
        let found = consents::find(db.read(), scene.user.id, &scene.client.id)
            .await
            .unwrap();
        assert_eq!(found.expect("it is there").scope.len(), 16);
    })
    .await;
}
