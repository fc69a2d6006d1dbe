use rstest::rstest;

use super::*;
use doorward_domain::model::sample::client;
use doorward_domain::model::{OauthEndpoints, ProviderId, ProviderSettings};

const KEYS: &str = "https://app.internal/jwks";
const LOGOUT: &str = "https://app.internal/logout";
const REQUEST: &str = "https://app.internal/request#hash";
const OTHER: &str = "https://other.internal/x";

fn with_urls() -> Client {
    let mut client = client();
    client.jwks_uri = Some(KEYS.to_owned());
    client.logout.backchannel = Some(LOGOUT.to_owned());
    client.request_uris = vec![REQUEST.to_owned()];
    client
}

#[test]
fn settings_of_fetched_urls_are_listed() {
    let client = with_urls();
    let found: Vec<_> = fetched(&client).map(|(setting, _)| setting).collect();
    assert_eq!(found, FETCHED_SETTINGS);
}

#[rstest]
#[case::created_by_command(&[], &FETCHED_SETTINGS, true, &[KEYS, REQUEST, LOGOUT])]
#[case::created_by_api(&[], &FETCHED_SETTINGS, false, &[])]
#[case::renamed_by_api(&[KEYS, LOGOUT], &[], false, &[KEYS, LOGOUT])]
#[case::renamed_by_command(&[], &[], true, &[])]
#[case::changed_by_api(&[OTHER, LOGOUT], &["jwks_uri"], false, &[LOGOUT])]
#[case::repeated_by_api(&[KEYS], &["jwks_uri"], false, &[KEYS])]
#[case::repeated_by_command(&[], &["jwks_uri"], true, &[KEYS])]
#[case::logout_by_command(&[KEYS], &["backchannel_logout_uri"], true, &[KEYS, LOGOUT])]
#[case::requests_by_command(&[], &["request_uris"], true, &[REQUEST])]
#[case::removed(&[OTHER], &[], true, &[])]
fn only_commands_write_urls_of_operator(
    #[case] former: &[&str],
    #[case] written: &[&str],
    #[case] is_command: bool,
    #[case] expected: &[&str],
) {
    let former: Vec<String> = former.iter().map(|url| (*url).to_owned()).collect();
    let mut client = with_urls();
    client.operator_urls = operator_urls(&former, &client, written, is_command);
    assert_eq!(client.operator_urls, expected);
    for url in [KEYS, LOGOUT, "https://app.internal/request", OTHER] {
        let is_operators = expected
            .iter()
            .any(|known| known.split('#').next() == Some(url));
        let source = SourcedUrl::of_client(&client, url).source();
        assert_eq!(source == UrlSource::Operator, is_operators, "{url}");
    }
}

fn provider(issuer: &str, endpoints: Option<[&str; 4]>) -> Provider {
    let endpoints = endpoints.map(|endpoints| {
        let [authorization, token, userinfo, emails] = endpoints.map(str::to_owned);
        OauthEndpoints {
            authorization,
            token,
            userinfo,
            emails: Some(emails),
        }
    });
    let mut provider = Provider {
        id: ProviderId::parse("acme").unwrap(),
        name: "Acme".to_owned(),
        issuer: issuer.to_owned(),
        client_id: "doorward".to_owned(),
        secret_sealed: None,
        settings: ProviderSettings {
            endpoints,
            ..ProviderSettings::default()
        },
        operator_urls: Vec::new(),
        disabled_at: None,
        created_at: 0,
        updated_at: 0,
    };
    provider.operator_urls = operator_provider_urls(&[], &provider, true);
    provider
}

#[test]
fn settings_that_user_wrote_are_those_of_third_party() {
    let endpoints = ["authorize", "token", "userinfo", "emails"]
        .map(|name| format!("https://{name}.example/x"));
    let urls = || endpoints.iter().map(String::as_str);
    let of = |issuer: &str| {
        let texts: Vec<_> = urls().collect();
        provider(issuer, Some(texts.try_into().unwrap()))
    };
    let command = of("https://idp.internal");
    let written = |former: &[String], provider: &Provider| {
        let mut provider = provider.clone();
        provider.operator_urls = operator_provider_urls(former, &provider, false);
        provider
    };
    let created = written(&[], &command);
    let repeated = written(&command.operator_urls, &command);
    let moved = written(&command.operator_urls, &of("https://other.internal"));
    for url in urls().chain(["https://idp.internal/keys"]) {
        let source = |provider| SourcedUrl::of_provider(provider, url).source();
        assert_eq!(source(&created), UrlSource::ThirdParty, "{url}");
        assert_eq!(source(&repeated), UrlSource::Operator, "{url}");
        let is_left = !url.contains("internal");
        assert_eq!(source(&moved) == UrlSource::Operator, is_left, "{url}");
    }
    let keys = SourcedUrl::of_provider(&moved, "https://other.internal/keys");
    assert_eq!(keys.source(), UrlSource::ThirdParty);
}

#[rstest]
#[case::discovery("https://idp.internal/realm/.well-known/openid-configuration", true)]
#[case::keys("https://idp.internal/keys", true)]
#[case::capitals("https://IDP.internal/keys", true)]
#[case::port("https://idp.internal:8443/token", true)]
#[case::other_host("https://metadata.internal/latest", false)]
#[case::below("https://x.idp.internal/keys", false)]
#[case::above("https://internal/keys", false)]
#[case::suffix("https://idp.internal.evil.example/keys", false)]
#[case::dot("https://idp.internal./keys", false)]
#[case::user("https://idp.internal@evil.example/keys", false)]
#[case::number("https://10.0.0.1/keys", false)]
#[case::no_url("idp.internal", false)]
fn metadata_of_provider_names_only_its_host(#[case] url: &str, #[case] is_operators: bool) {
    let provider = provider("https://idp.internal/realm", None);
    let source = SourcedUrl::of_provider(&provider, url).source();
    assert_eq!(source == UrlSource::Operator, is_operators);
}

#[test]
fn configured_endpoints_are_those_of_operator() {
    let endpoints = [
        "https://a.example/x",
        "https://b.example/x",
        "https://c.example/x",
        "https://d.example/x",
    ];
    let configured = provider("https://idp.internal", Some(endpoints));
    let discovered = provider("https://idp.internal", None);
    for url in endpoints {
        let source = |provider| SourcedUrl::of_provider(provider, url).source();
        assert_eq!(source(&configured), UrlSource::Operator, "{url}");
        assert_eq!(source(&discovered), UrlSource::ThirdParty, "{url}");
    }
}
