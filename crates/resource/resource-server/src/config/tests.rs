use rstest::rstest;

use super::{Config, WebClient};

fn good() -> Config {
    let mut config = Config::new(
        "sqlite::memory:",
        "http://localhost:8400",
        "http://localhost:8401/api",
        "http://localhost:8401",
    );
    config.web = Some(WebClient::new(
        "tasks-web",
        Some("s3cret".into()),
        "http://localhost:8401",
    ));
    config
}

#[test]
fn development_configuration_is_valid_and_masks_secret() {
    let config = good();
    assert_eq!(config.check(), Ok(()));
    assert!(!format!("{config:?}").contains("s3cret"));
}

type Change = fn(&mut Config);

#[rstest]
#[case::database("database_url", |c: &mut Config| c.database_url = "mysql://x".into())]
#[case::no_connections("database_max_connections", |c: &mut Config| c.database_max_connections = 0)]
#[case::issuer_in_clear("issuer", |c: &mut Config| c.issuer = "http://id.example.com".into())]
#[case::issuer_not_a_url("issuer", |c: &mut Config| c.issuer = "id".into())]
#[case::issuer_scheme("issuer", |c: &mut Config| c.issuer = "ftp://id.example.com".into())]
#[case::issuer_query("issuer", |c: &mut Config| c.issuer = "https://id.example.com/?a=b".into())]
#[case::issuer_user("issuer", |c: &mut Config| c.issuer = "https://a@id.example.com".into())]
#[case::localhost_subdomain("issuer", |c: &mut Config| c.issuer = "http://localhost.evil.example".into())]
#[case::audience("audience", |c: &mut Config| c.audience = "tasks".into())]
#[case::audience_fragment("audience", |c: &mut Config| c.audience = "https://a.example/#x".into())]
#[case::public_slash("public_url", |c: &mut Config| c.public_url = "http://localhost:8401/".into())]
#[case::public_path("public_url", |c: &mut Config| c.public_url = "http://localhost:8401/x".into())]
#[case::public_clear("public_url", |c: &mut Config| c.public_url = "http://tasks.example.com".into())]
#[case::zone("time_zone", |c: &mut Config| c.time_zone = "Mars/Olympus".into())]
#[case::redirect("web.redirect_uri", |c: &mut Config| if let Some(w) = &mut c.web { w.redirect_uri = "http://localhost:8401/cb".into() })]
#[case::openid("web.scopes", |c: &mut Config| if let Some(w) = &mut c.web { w.scopes.clear() })]
#[case::client("web.client_id", |c: &mut Config| if let Some(w) = &mut c.web { w.client_id.clear() })]
#[case::api("web.api_url", |c: &mut Config| if let Some(w) = &mut c.web { w.api_url = Some("http://10.0.0.1".into()) })]
fn unsafe_setting_is_rejected_by_name(#[case] key: &str, #[case] change: Change) {
    let mut config = good();
    change(&mut config);
    assert_eq!(config.check().unwrap_err().key, key);
}

#[rstest]
#[case("http://127.0.0.1:8400")]
#[case("http://[::1]:8400")]
#[case("https://id.example.com/realms/one")]
fn secure_issuer_is_accepted(#[case] issuer: &str) {
    let mut config = good();
    config.issuer = issuer.into();
    assert_eq!(config.check(), Ok(()));
}
