use doorward_domain::model::{SiteHeaders, SiteId, SiteSettings};
use rstest::rstest;

use super::*;

fn site(hosts: &[&str], headers: SiteHeaders) -> Site {
    Site {
        id: SiteId::parse("01890000-0000-7000-8000-000000000001").unwrap(),
        name: "Wiki".to_owned(),
        hosts: hosts.iter().map(ToString::to_string).collect(),
        rules: Vec::new(),
        headers,
        settings: SiteSettings::default(),
        version: 1,
        created_at: 0,
        updated_at: 0,
    }
}

fn printed(text: ProxyText, has_secret: bool) -> String {
    let headers = SiteHeaders {
        user: "X-Auth-User".to_owned(),
        ..SiteHeaders::default()
    };
    let site = site(&["wiki.example.com"], headers);
    let issuer = Url::parse("https://id.example.org").unwrap();
    let upstream = Url::parse("http://127.0.0.1:8080").unwrap();
    let around = Around {
        issuer: &issuer,
        server: &issuer,
        has_secret,
        upstream: &upstream,
    };
    print(text, &site, around).unwrap()
}

#[test]
fn twins_are_all_other_spellings() {
    assert_eq!(twins("Remote-User"), ["Remote_User"]);
    let three = twins("X-Auth-User");
    assert_eq!(three.len(), 3);
    for twin in ["X_Auth-User", "X-Auth_User", "X_Auth_User"] {
        assert!(three.contains(&twin.to_owned()), "{twin}");
    }
    assert!(twins("User").is_empty());
}

/// Each header of the application, in each spelling, is named; the Lua file only adds the answers.
#[rstest]
#[case(ProxyText::Nginx)]
#[case(ProxyText::Caddy)]
#[case(ProxyText::Traefik)]
#[case(ProxyText::Envoy)]
fn every_spelling_is_deleted(#[case] text: ProxyText) {
    let text = printed(text, false).to_lowercase();
    for name in [
        "X-Auth-User",
        "Remote-Groups",
        "Remote-Token",
        "Remote-Groups-Omitted",
    ] {
        for spelling in twins(name).into_iter().chain([name.to_owned()]) {
            assert!(
                text.contains(&spelling.to_lowercase()),
                "{spelling}\n{text}"
            );
        }
    }
}

#[test]
fn haproxy_deletes_by_pattern() {
    let text = printed(ProxyText::Haproxy, false);
    assert!(
        text.contains("del-header ^x[-_]auth[-_]user$ -m reg"),
        "{text}"
    );
    assert!(text.contains("deny deny_status 503 unless"), "{text}");
    assert!(printed(ProxyText::HaproxyLua, false).lines().count() <= 60);
}

#[rstest]
fn secret_is_sent_if_one_is_configured(
    #[values(
        ProxyText::Nginx,
        ProxyText::Caddy,
        ProxyText::Traefik,
        ProxyText::Haproxy,
        ProxyText::HaproxyLua,
        ProxyText::Envoy,
        ProxyText::IngressNginx
    )]
    text: ProxyText,
) {
    assert!(printed(text, true).contains("SECRET"), "{text:?}");
    assert!(!printed(text, false).contains("SECRET"), "{text:?}");
    assert!(!printed(text, true).contains("{{"), "{text:?}");
}

#[test]
fn wildcard_and_port_are_kept() {
    let host = SiteHost::new("*.example.com:8443");
    assert_eq!(
        (host.name.as_str(), host.authority.as_str()),
        ("*.example.com", "*.example.com:8443")
    );
    assert_eq!(host.traefik, r"HostRegexp(`^[a-z0-9-]+\\.example\\.com$`)");
}
