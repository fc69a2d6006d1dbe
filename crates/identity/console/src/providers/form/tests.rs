use doorward_domain::model::{ProviderId, ProviderSettings};
use doorward_protocol::params::Params;
use doorward_rules::provider::Preset;

use super::*;

fn provider(settings: ProviderSettings) -> Provider {
    Provider {
        id: ProviderId::parse("acme").unwrap(),
        name: "Acme".to_owned(),
        issuer: "https://login.acme.example".to_owned(),
        client_id: "doorward".to_owned(),
        secret_sealed: None,
        settings,
        operator_urls: Vec::new(),
        disabled_at: None,
        created_at: 0,
        updated_at: 0,
    }
}

#[track_caller]
fn draft(provider: &Provider, fields: &[(&str, &str)]) -> Draft<Field> {
    let form = Params::from_pairs(fields.iter().copied());
    let Ok(draft) = Draft::typed(super::fields(provider), &form) else {
        panic!("no field is repeated");
    };
    draft
}

#[track_caller]
fn values(provider: &Provider, fields: &[(&str, &str)]) -> Result<Json, FieldError> {
    super::values(&draft(provider, fields)).map(Json::Object)
}

#[test]
fn stored_texts_are_no_change() {
    let mut provider = provider(Preset::Github.settings());
    let roles = [("CN=Staff, O=Acme", "helper"), ("boss", "admin")];
    provider.settings.roles = roles
        .map(|(name, role)| (name.to_owned(), role.to_owned()))
        .into();
    let draft = draft(&provider, &[]);
    let texts = draft.0.iter();
    let texts: Vec<_> = texts
        .map(|(field, text)| (field.id(), text.replace('\n', "\r\n")))
        .collect();
    let fields: Vec<_> = texts
        .iter()
        .map(|(member, text)| (*member, text.as_str()))
        .collect();
    assert_eq!(values(&provider, &fields), Ok(json!({})));
    assert!(draft.hidden().is_empty());
}

#[test]
fn changed_texts_are_values_of_members() {
    let mut github = provider(Preset::Github.settings());
    github.settings.roles = [("CN=Staff".to_owned(), "helper".to_owned())].into();
    let fields = [
        ("name", " Forge "),
        ("scopes", "user\r\n email"),
        ("registers", "no"),
        ("roles", "CN=Staff=admin\r\nCN=Boss,O=Acme = owner"),
        ("authorization_parameters", "prompt=a=b"),
        ("endpoints.emails", ""),
        ("claims.email", "mail"),
        // Only OpenID Connect has it.
        ("trusts_mfa", "yes"),
    ];
    let expected = json!({
        "name": "Forge",
        "scopes": ["user", "email"],
        "registers": false,
        "roles": { "CN=Staff": "admin", "CN=Boss,O=Acme": "owner" },
        "authorization_parameters": { "prompt": "a=b" },
        "endpoints.emails": null,
        "claims.email": "mail",
    });
    assert_eq!(values(&github, &fields), Ok(expected));
}

#[test]
fn lines_of_map_have_name_and_value_once() {
    let plain = provider(ProviderSettings::default());
    for member in ["roles", "authorization_parameters"] {
        for wrong in ["staff", "=helper", "staff=", "a=b\na=c"] {
            let found = values(&plain, &[(member, wrong)]);
            let expected = Err((member, "console-user-fields-invalid"));
            assert_eq!(found, expected, "{wrong}");
        }
    }
}

#[test]
fn error_of_object_is_at_changed_field() {
    let github = provider(Preset::Github.settings());
    let stored = draft(&github, &[]);
    let first = Some("endpoints.authorization");
    assert_eq!(field_of(&stored, "endpoints"), first);
    assert_eq!(field_of(&stored, "issuer"), Some("issuer"));
    assert_eq!(field_of(&stored, "claim"), None);
    assert_eq!(field_of(&stored, "trusts_mfa"), None);
    let typed = draft(&github, &[("endpoints.token", "http://forge.example")]);
    assert_eq!(field_of(&typed, "endpoints"), Some("endpoints.token"));
}
