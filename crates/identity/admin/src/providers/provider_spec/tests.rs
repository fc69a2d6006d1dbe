use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_rules::provider_change::{ProviderSetting, SETTINGS};
use rstest::rstest;
use serde_json::json;

use super::*;

/// Builds a provider of this kind with a secret.
fn stored(kind: &str) -> (Provider, ProviderKey) {
    let key = ProviderKey::derive(&MasterKey::generate(&mut rand::rng()));
    let endpoints = OauthEndpoints {
        authorization: "https://forge.example/authorize".to_owned(),
        token: "https://forge.example/token".to_owned(),
        userinfo: "https://forge.example/user".to_owned(),
        emails: None,
    };
    let spec = ProviderSpec {
        kind: Some(kind.to_owned()),
        issuer: Some("https://login.acme.example".to_owned()),
        client_id: "doorward".to_owned(),
        client_secret: Some("kept".to_owned()),
        endpoints: (kind == "oauth2").then_some(endpoints),
        roles: Some([("a=b".to_owned(), "helper".to_owned())].into()),
        disabled: true,
        ..ProviderSpec::default()
    };
    let id = ProviderId::parse("acme").unwrap();
    let random = Random::default();
    let built = build(&id, &spec, None, &key, 7, &mut random.rng());
    (built.unwrap(), key)
}

#[rstest]
#[case("oidc")]
#[case("oauth2")]
#[case("google")]
#[case("github")]
#[case("microsoft")]
#[case("facebook")]
fn description_of_stored_provider_builds_it_again(#[case] kind: &str) {
    let (before, key) = stored(kind);
    let spec = ProviderSpec::from(&before);
    let random = Random::default();
    let built = build(&before.id, &spec, Some(&before), &key, 7, &mut random.rng());
    assert_eq!(built.unwrap(), before);
}

#[test]
fn values_replace_members() {
    let (before, _) = stored("github");
    let mut values = Map::new();
    values.insert("name".to_owned(), json!("Forge"));
    values.insert("claims.email".to_owned(), json!("mail"));
    values.insert("endpoints.emails".to_owned(), Value::Null);
    values.insert("roles".to_owned(), json!({}));
    let spec = ProviderSpec::from(&before).with_values(values).unwrap();
    let after = describe(&before.id, &spec, Some(&before), 7).unwrap();
    let mut expected = before.clone();
    expected.name = "Forge".to_owned();
    expected.settings.claims.email = "mail".to_owned();
    if let Some(endpoints) = &mut expected.settings.endpoints {
        endpoints.emails = None;
    }
    expected.settings.roles.clear();
    expected.secret_sealed = None;
    assert_eq!(after, expected);
    let mut wrong = Map::new();
    wrong.insert("scopes".to_owned(), json!("openid"));
    let error = ProviderSpec::from(&before).with_values(wrong).err();
    assert!(matches!(error, Some(AdminError::Body(_))));
}

#[rstest]
#[case("oidc")]
#[case("oauth2")]
#[case("github")]
fn values_of_audit_log_restore_provider(#[case] kind: &str) {
    let (before, _) = stored(kind);
    let mut changed = before.clone();
    changed.name = "Other".to_owned();
    changed.settings.roles.clear();
    changed.settings.claims.email = "mail".to_owned();
    let former = provider_change::values(&before);
    let member = |setting: &ProviderSetting| {
        let value = former.get(setting.member)?;
        Some((setting.member.to_owned(), setting.member_value(value)))
    };
    let values = SETTINGS.iter().filter_map(member).collect();
    let spec = ProviderSpec::from(&changed).with_values(values).unwrap();
    assert_eq!(rebuild(&spec, &changed, 7).unwrap(), before);
}

#[test]
fn secret_of_other_client_is_not_kept() {
    let (before, _) = stored("oidc");
    let mut spec = ProviderSpec::from(&before);
    spec.client_id = "other".to_owned();
    let error = rebuild(&spec, &before, 7).err();
    assert!(matches!(
        error,
        Some(AdminError::Invalid {
            field: "client_secret",
            ..
        })
    ));
}
