use doorward_domain::model::{SiteHeaders, SiteId};
use rstest::rstest;

use super::*;

fn site(hosts: &[&str], headers: SiteHeaders) -> Site {
    let id = SiteId::parse("01890000-0000-7000-8000-000000000001").unwrap();
    Site {
        hosts: hosts.iter().map(ToString::to_string).collect(),
        headers,
        ..Site::new(id, "wiki".to_owned(), 0)
    }
}

fn printed(text: Proxy, has_secret: bool) -> String {
    let headers = SiteHeaders {
        user: "X-Auth-User".to_owned(),
        ..SiteHeaders::default()
    };
    let site = site(&["wiki.example.com"], headers);
    let issuer = Url::parse("https://id.example.org").unwrap();
    let upstream = Url::parse("http://127.0.0.1:8080").unwrap();
    let values = Values {
        site: &site,
        issuer: &issuer,
        server: &issuer,
        has_secret,
        upstream: &upstream,
    };
    print(text, values).unwrap()
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
#[case(Proxy::Nginx)]
#[case(Proxy::Caddy)]
#[case(Proxy::Traefik)]
#[case(Proxy::Envoy)]
fn every_spelling_is_deleted(#[case] text: Proxy) {
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
    let text = printed(Proxy::Haproxy, false);
    assert!(
        text.contains("del-header ^x[-_]auth[-_]user$ -m reg"),
        "{text}"
    );
    assert!(text.contains("deny deny_status 503 unless"), "{text}");
    assert!(printed(Proxy::HaproxyLua, false).lines().count() <= 60);
}

#[rstest]
fn secret_is_sent_if_one_is_configured(
    #[values(
        Proxy::Nginx,
        Proxy::Caddy,
        Proxy::Traefik,
        Proxy::Haproxy,
        Proxy::HaproxyLua,
        Proxy::Envoy,
        Proxy::IngressNginx
    )]
    text: Proxy,
) {
    assert!(printed(text, true).contains("SECRET"), "{text:?}");
    assert!(!printed(text, false).contains("SECRET"), "{text:?}");
    assert!(!printed(text, true).contains("{{"), "{text:?}");
}

#[test]
fn wildcard_and_port_are_kept() {
    let hosts = ["*.example.com:8443", "wiki.example.com:8443"];
    let site = site(&hosts, SiteHeaders::default());
    let url = Url::parse("https://id.example.org").unwrap();
    let values = Values {
        site: &site,
        issuer: &url,
        server: &url,
        has_secret: false,
        upstream: &url,
    };
    let traefik = print(Proxy::Traefik, values).unwrap();
    let expected =
        r#"rule: "HostRegexp(`^[a-z0-9-]+\\.example\\.com$`) || Host(`wiki.example.com`)""#;
    assert!(traefik.contains(expected), "{traefik}");
    let nginx = print(Proxy::Nginx, values).unwrap();
    for line in [
        "server_name *.example.com wiki.example.com;",
        "Host $host:8443;",
    ] {
        assert!(nginx.contains(line), "{line}\n{nginx}");
    }
}

/// Indentation has a meaning in YAML.
#[test]
fn lines_keep_their_indentation() {
    let text = printed(Proxy::Traefik, true);
    for line in [
        "    wiki:\n",
        "          X-Auth-User: \"\"\n",
        "          Doorward-Proxy-Secret: \"SECRET\"\n",
    ] {
        assert!(text.contains(line), "{line:?}\n{text}");
    }
    assert!(text.ends_with('\n') && !text.contains("\n\n"), "{text}");
}
