use rstest::rstest;

use super::*;
use doorward_domain::model::sample::client;
use doorward_domain::model::{OauthEndpoints, ProviderId, ProviderSettings};

const KEYS: &str = "https://app.internal/jwks";
const LOGOUT: &str = "https://app.internal/logout";
const REQUEST: &str = "https://app.internal/request#hash";
const PING: &str = "https://app.internal/ping";
const OTHER: &str = "https://other.internal/x";

fn with_urls() -> Client {
    let mut client = client();
    client.jwks_uri = Some(KEYS.to_owned());
    client.logout.backchannel = Some(LOGOUT.to_owned());
    client.request_uris = vec![REQUEST.to_owned()];
    client.backchannel_client_notification_endpoint = Some(PING.to_owned());
    client
}

#[test]
fn settings_of_fetched_urls_are_listed() {
    let client = with_urls();
    let found: Vec<_> = fetched(&client).map(|(setting, _)| setting).collect();
    assert_eq!(found, FETCHED_SETTINGS);
}

#[rstest]
#[case::created_by_command(&[], &FETCHED_SETTINGS, true, &[KEYS, REQUEST, LOGOUT, PING])]
#[case::created_by_api(&[], &FETCHED_SETTINGS, false, &[])]
#[case::renamed_by_api(&[KEYS, LOGOUT], &[], false, &[KEYS, LOGOUT])]
#[case::renamed_by_command(&[], &[], true, &[])]
#[case::changed_by_api(&[OTHER, LOGOUT], &["jwks_uri"], false, &[LOGOUT])]
#[case::repeated_by_api(&[KEYS], &["jwks_uri"], false, &[KEYS])]
#[case::repeated_by_command(&[], &["jwks_uri"], true, &[KEYS])]
#[case::logout_by_command(&[KEYS], &["backchannel_logout_uri"], true, &[KEYS, LOGOUT])]
#[case::ping_by_command(&[], &["backchannel_client_notification_endpoint"], true, &[PING])]
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
    for url in [KEYS, LOGOUT, PING, "https://app.internal/request", OTHER] {
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

/// URLs in the metadata of a provider, and whether each is at the origin of the configured issuer.
const PLACES: [(&str, &str, bool); 20] = [
    ("same", "https://idp.internal:8443", true),
    ("capitals", "HTTPS://IDP.internal:8443", true),
    ("zeros", "https://idp.internal:08443", true),
    ("other_port", "https://idp.internal:8444", false),
    ("default_port", "https://idp.internal", false),
    ("named_default_port", "https://idp.internal:443", false),
    ("scheme", "http://idp.internal:8443", false),
    ("below", "https://x.idp.internal:8443", false),
    ("above", "https://internal:8443", false),
    ("suffix", "https://idp.internal.evil.example:8443", false),
    ("root_dot", "https://idp.internal.:8443", false),
    ("user", "https://idp.internal:8443@evil.example", false),
    ("other_host", "https://metadata.internal:8443", false),
    ("ipv4", "https://10.0.0.1:8443", false),
    ("ipv4_as_number", "https://167772161:8443", false),
    ("ipv6", "https://[fd00::1]:8443", false),
    ("mapped", "https://[::ffff:10.0.0.1]:8443", false),
    ("no_scheme", "idp.internal:8443", false),
    ("data", "data:idp.internal:8443", false),
    ("empty", "", false),
];

#[test]
fn metadata_of_provider_names_only_its_origin() {
    let named = provider("https://idp.internal:8443/realm", None);
    let by_address = provider("https://10.0.0.1:8443/realm", None);
    for endpoint in ["jwks", "token", "userinfo", "authorization"] {
        for (name, place, is_own) in PLACES {
            let url = format!("{place}/{endpoint}");
            let source = |provider| SourcedUrl::of_provider(provider, &url).source();
            assert_eq!(
                source(&named) == UrlSource::Operator,
                is_own,
                "{name}: {url}"
            );
            // One address in two notations is one origin, a name for it is another.
            let is_address = name == "ipv4" || name == "ipv4_as_number";
            let of_address = source(&by_address) == UrlSource::Operator;
            assert_eq!(of_address, is_address, "{name}: {url}");
        }
    }
}

#[rstest]
#[case::named("https://idp.internal", "https://idp.internal:443/keys", true)]
#[case::omitted("https://idp.internal:443", "https://idp.internal/keys", true)]
#[case::of_http("http://127.0.0.1", "http://127.0.0.1:80/keys", true)]
#[case::of_other_scheme("http://127.0.0.1:443", "https://127.0.0.1/keys", false)]
fn default_port_is_port_of_scheme(#[case] issuer: &str, #[case] url: &str, #[case] is_own: bool) {
    let provider = provider(issuer, None);
    let source = SourcedUrl::of_provider(&provider, url).source();
    assert_eq!(source == UrlSource::Operator, is_own);
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
