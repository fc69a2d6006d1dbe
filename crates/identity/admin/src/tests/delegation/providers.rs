//! Identity providers, which authenticate users and give roles (decision 36), also by functions without a route.

use doorward_domain::derived_keys::ProviderKey;
use doorward_domain::model::EffectiveRoles;
use doorward_rules::delegation::DelegationRule::MoreThanHeld;

use super::*;
use crate::providers::{self, ProviderSpec};

#[tokio::test]
async fn provider_changes_require_full_power() {
    let company = Company::new().await;
    let clerk = ["providers:read", "providers:write"];
    company.hold("carol", "clerk", &clerk).await;
    let key = ProviderKey::derive(&MasterKey::generate(&mut rand::rng()));
    let spec = ProviderSpec {
        issuer: Some("https://login.acme.example".to_owned()),
        client_id: "doorward".to_owned(),
        ..ProviderSpec::default()
    };
    let line = company.world.op();
    let (created, _) = providers::put(&line, &key, "acme", &spec).await.unwrap();
    let clerk = company.context("carol").await;
    let all = [("acme".to_owned(), spec.clone())];
    denied(
        providers::put(&clerk, &key, "acme", &spec).await,
        MoreThanHeld,
    );
    denied(
        providers::put_all(&clerk, &key, &all, true).await,
        MoreThanHeld,
    );
    denied(
        providers::create(&clerk, &key, "other", &spec).await,
        MoreThanHeld,
    );
    denied(
        providers::update(&clerk, &key, "acme", &spec).await,
        MoreThanHeld,
    );
    denied(providers::plan(&clerk, &created, &spec).await, MoreThanHeld);
    let replaced = providers::replace_secret(&clerk, &key, "acme", "stolen").await;
    denied(replaced, MoreThanHeld);
    for on in [false, true] {
        denied(providers::switch(&clerk, "acme", on).await, MoreThanHeld);
    }
    denied(providers::delete(&clerk, "acme").await, MoreThanHeld);
    let stored = providers::get(&line, "acme").await.unwrap();
    assert_eq!(stored, created);
    // A role without its permissions does not allow mapping more permissions than the administrator
    // has.
    let mut admin = company.context("carol").await;
    if let Some(own) = &mut admin.authority {
        own.held = EffectiveRoles {
            roles: [ADMIN_ROLE.to_owned()].into(),
            ..own.held.clone()
        };
    }
    let mapping = ProviderSpec {
        roles: Some([("everybody".to_owned(), "admin".to_owned())].into()),
        ..spec.clone()
    };
    denied(
        providers::put(&admin, &key, "acme", &mapping).await,
        MoreThanHeld,
    );
    denied(
        providers::plan(&admin, &created, &mapping).await,
        MoreThanHeld,
    );
    providers::put(&admin, &key, "acme", &spec).await.unwrap();
}
