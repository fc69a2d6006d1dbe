//! The last use of identity providers, and the number of their linked accounts.

use doorward_domain::model::{AuditId, AuditKind, AuditRecord, Provider, ProviderId};
use doorward_store::Db;
use doorward_store::repo::provider_use::{self, UsedProvider};
use doorward_store::repo::{linked_accounts, providers, stats, users};
use uuid::Uuid;

use crate::fixtures::{NOW, user};
use crate::harness::on_both;
use crate::overview::{link, provider};
use crate::write;

const HOUR: i64 = 3_600;

fn sign_in(provider: &str, at: i64) -> AuditRecord {
    AuditRecord {
        id: AuditId::from_uuid(Uuid::new_v4()),
        at,
        kind: AuditKind::LoginSucceeded.as_str().to_owned(),
        actor: None,
        subject: None,
        client_id: None,
        ip: None,
        user_agent: None,
        success: true,
        detail: format!(r#"{{"method":"provider","provider":"{provider}"}}"#),
        request_id: None,
    }
}

async fn find(db: &Db, id: &str, limit: u64) -> Option<UsedProvider> {
    let id = ProviderId::parse(id).unwrap();
    provider_use::find(db.read(), &id, limit).await.unwrap()
}

#[tokio::test]
async fn use_is_recorded_once_an_hour() {
    on_both(async |db| {
        write!(db, providers::insert, &provider("acme"));
        write!(db, providers::insert, &provider("beta"));
        let new = find(db, "acme", 10).await.unwrap();
        assert_eq!(new.last_used_at, None);
        let later = NOW + HOUR;
        for (at, expected) in [
            (NOW, NOW),
            (NOW + HOUR - 1, NOW),
            (NOW - 2 * HOUR, NOW),
            (later, later),
        ] {
            let events = [sign_in("acme", at), sign_in("absent", at)];
            write!(db, stats::count_events, &events);
            let found = find(db, "acme", 10).await.unwrap();
            assert_eq!(found.last_used_at, Some(expected), "{at}");
        }
        // A change of the provider keeps it.
        let changed = Provider {
            name: "Acme".to_owned(),
            updated_at: later,
            ..provider("acme")
        };
        assert!(write!(db, providers::update, &changed));
        let found = find(db, "acme", 10).await.unwrap();
        assert_eq!(
            (found.last_used_at, &found.provider),
            (Some(later), &changed)
        );
        let all = provider_use::list(db.read(), 10).await.unwrap();
        assert_eq!(all[0], found);
        assert_eq!((all.len(), all[1].last_used_at), (2, None));
        assert_eq!(find(db, "absent", 10).await, None);
    })
    .await;
}

#[tokio::test]
async fn linked_accounts_are_counted_up_to_limit() {
    on_both(async |db| {
        write!(db, providers::insert, &provider("acme"));
        write!(db, providers::insert, &provider("beta"));
        for name in ["alice", "bob", "carol"] {
            let owner = user(name);
            write!(db, users::insert, &owner);
            let link = link(&owner, "https://acme.example", NOW);
            assert!(write!(db, linked_accounts::insert, &link));
        }
        for (limit, expected) in [(10, 3), (3, 3), (2, 2)] {
            let all = provider_use::list(db.read(), limit).await.unwrap();
            let numbers: Vec<u64> = all.iter().map(|item| item.linked).collect();
            assert_eq!(numbers, [expected, 0], "{limit}");
            let found = find(db, "acme", limit).await.unwrap();
            assert_eq!(found.linked, expected, "{limit}");
        }
    })
    .await;
}
