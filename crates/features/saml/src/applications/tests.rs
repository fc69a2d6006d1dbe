//! The catalogue is complete, and the guide lists it.

use doorward_saml_protocol::metadata::OwnAddresses;

use doorward_domain::model::saml_client::SamlSettings;

use super::{ALL, complete, configuration};
use crate::bodies::Values;

/// Returns the values of an application, and what to enter there.
fn completed(mut values: Values) -> (Values, Vec<String>) {
    let own = OwnAddresses::new("https://auth.example.com");
    complete(&mut values, &own).unwrap();
    let app = values.app.clone().zip(values.url.clone()).unwrap();
    let settings = SamlSettings {
        app: Some(app.into()),
        ..SamlSettings::default()
    };
    (values, configuration(&settings, &own))
}

fn named(app: &str, url: &str) -> Values {
    Values {
        app: Some(app.to_owned()),
        url: Some(url.to_owned()),
        ..Values::default()
    }
}

#[test]
fn every_application_is_complete_and_in_guide() {
    let guide = include_str!("../../../../../docs/guides/saml.md");
    assert_eq!(ALL.len(), 25);
    for application in ALL.iter() {
        let (values, settings) = completed(named(&application.id, "https://app.example.com/"));
        let row = format!(
            "| `{}` | [{}]({}) |",
            application.id, application.title, application.source
        );
        assert!(guide.contains(&row), "the guide lacks\n{row}");
        let consumers = values.acs.unwrap();
        assert!(consumers[0].starts_with("https://app.example.com/"));
        let texts = settings.iter().chain(&consumers).chain(&values.entity_id);
        for text in texts.chain(&values.logout_url) {
            let placeholders = ["{url}", "{host}", "{idp}", "{sso}", "{logout}"];
            assert!(!placeholders.iter().any(|it| text.contains(it)), "{text}");
        }
        let names_own = settings
            .iter()
            .any(|text| text.contains("https://auth.example.com/saml/"));
        assert!(names_own, "{}", application.id);
    }
}

#[test]
fn written_values_win() {
    let (values, settings) = completed(Values {
        entity_id: Some("urn:own".to_owned()),
        ..named("zabbix", "https://zabbix.example.com")
    });
    assert_eq!(values.entity_id.as_deref(), Some("urn:own"));
    let consumers = values.acs.unwrap();
    assert_eq!(consumers, ["https://zabbix.example.com/index_sso.php?acs"]);
    assert_eq!(
        settings[2],
        "SSO service URL: https://auth.example.com/saml/sso"
    );
}

#[test]
fn unknown_application_and_missing_url_are_rejected() {
    let own = OwnAddresses::new("https://auth.example.com");
    let error = |app: Option<&str>, url: Option<&str>| {
        let mut values = Values {
            app: app.map(str::to_owned),
            url: url.map(str::to_owned),
            ..Values::default()
        };
        complete(&mut values, &own).unwrap_err().to_string()
    };
    assert!(error(Some("zabix"), Some("https://a.example.com")).contains("zabbix"));
    assert!(error(Some("zabbix"), None).contains("URL"));
    assert!(error(None, Some("https://a.example.com")).contains("application"));
}
