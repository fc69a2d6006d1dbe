use std::net::IpAddr;
use std::time::Instant;

use rstest::rstest;
use tokio::runtime::Builder;

use super::client::TOTAL;
use super::*;

mod receivers;
mod trap;

use trap::{Answer, Script, Trap};

const JSON: FetchRequirements = FetchRequirements {
    types: &["application/json"],
    max_bytes: 1024,
};

/// Runs a test on a runtime with input and output; no test waits for the injected clock.
fn block(test: impl Future<Output = ()>) {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(test);
}

fn with([operator, third_party]: [Vec<IpNet>; 2], lookup: Arc<dyn Resolver>) -> EgressClient {
    let networks = Networks {
        operator,
        third_party,
    };
    EgressClient::new(networks, lookup)
}

fn strict(lookup: Arc<Script>) -> EgressClient {
    with([Vec::new(), Vec::new()], lookup)
}

fn at_home(lookup: Arc<Script>) -> EgressClient {
    with([loopback_networks(), loopback_networks()], lookup)
}

fn loopback_networks() -> Vec<IpNet> {
    address::loopback().to_vec()
}

fn nowhere() -> Arc<Script> {
    Script::new(&[&["127.0.0.1"]])
}

#[rstest]
#[case("0.0.0.0")]
#[case("10.1.2.3")]
#[case("100.64.0.1")]
#[case("100.127.255.255")]
#[case("127.0.0.1")]
#[case("127.255.255.254")]
#[case("169.254.169.254")]
#[case("172.16.0.1")]
#[case("172.31.255.255")]
#[case("192.0.0.170")]
#[case("192.0.2.1")]
#[case("192.88.99.1")]
#[case("192.168.0.1")]
#[case("198.19.255.255")]
#[case("198.51.100.7")]
#[case("203.0.113.7")]
#[case("224.0.0.1")]
#[case("239.255.255.250")]
#[case("240.0.0.1")]
#[case("255.255.255.255")]
#[case("::")]
#[case("::1")]
#[case("::7f00:1")]
#[case("::ffff:127.0.0.1")]
#[case("::ffff:93.184.216.34")]
#[case("64:ff9b::7f00:1")]
#[case("64:ff9b::5db8:d822")]
#[case("64:ff9b:1::1")]
#[case("100::1")]
#[case("2001::1")]
#[case("2001:db8::1")]
#[case("2002:7f00:1::")]
#[case("3fff::1")]
#[case("5f00::1")]
#[case("fc00::1")]
#[case("fd00:ec2::254")]
#[case("fe80::1")]
#[case("fec0::1")]
#[case("ff02::1")]
fn rejects_non_public_address(#[case] text: &str) {
    let ip: IpAddr = text.parse().unwrap();
    assert!(!Reach::Public.admits(ip, &[]), "{text}");
}

#[rstest]
#[case("1.1.1.1")]
#[case("9.255.255.255")]
#[case("11.0.0.0")]
#[case("100.63.255.255")]
#[case("100.128.0.0")]
#[case("172.15.255.255")]
#[case("172.32.0.0")]
#[case("223.255.255.255")]
#[case("2606:4700:4700::1111")]
#[case("2a00:1450:4001::1")]
fn public_address_is_admitted_only_as_public(#[case] text: &str) {
    let ip: IpAddr = text.parse().unwrap();
    assert!(Reach::Public.admits(ip, &[]), "{text}");
    assert!(!Reach::Inside.admits(ip, &[]), "{text}");
    assert!(
        !Reach::ThisMachine.admits(ip, &loopback_networks()),
        "{text}"
    );
}

#[test]
fn allowed_network_admits_only_own_addresses() {
    let allowed = [network_of("10.1.0.0/16")];
    for reach in [Reach::Public, Reach::Inside] {
        assert!(reach.admits("10.1.2.3".parse().unwrap(), &allowed));
        assert!(!reach.admits("10.2.0.1".parse().unwrap(), &allowed));
    }
    assert!(!Reach::ThisMachine.admits("10.1.2.3".parse().unwrap(), &allowed));
}

fn network_of(text: &str) -> IpNet {
    text.parse().unwrap()
}

/// Forbidden addresses: each URL must be rejected before any connection.
#[rstest]
#[case("https://127.0.0.1/")]
#[case("https://127.1/")]
#[case("https://2130706433/")]
#[case("https://0x7f000001/")]
#[case("https://0x7f.1/")]
#[case("https://0177.0.0.1/")]
#[case("https://017700000001/")]
#[case("https://127.0.0.1./")]
#[case("https://%31%32%37.0.0.1/")]
#[case("https://①②⑦.0.0.1/")]
#[case("https://[::1]/")]
#[case("https://[::ffff:127.0.0.1]/")]
#[case("https://[::ffff:7f00:1]/")]
#[case("https://[0:0:0:0:0:ffff:7f00:0001]/")]
#[case("https://[64:ff9b::7f00:1]/")]
#[case("https://0/")]
#[case("https://169.254.169.254/latest/meta-data/")]
#[case("https://2852039166/")]
#[case("https://[fd00:ec2::254]/")]
#[case("https://10.0.0.1/")]
#[case("https://1.1.1.1:8443/")]
#[case("http://1.1.1.1/")]
#[case("http://127.0.0.1/")]
#[case("http://[::1]/")]
#[case("http://example.com/")]
#[case("https://user:secret@example.com/")]
#[case("https://user@example.com/")]
#[case("https://example.com/#fragment")]
#[case("https://exam ple.com/")]
#[case("https://")]
#[case("https:///x")]
#[case("https:////example.com/")]
#[case("https:/example.com/")]
#[case("https:example.com/")]
#[case("https:\\\\example.com/")]
#[case("https://\\example.com/")]
#[case("https://example.com\\x")]
#[case("https://@example.com/")]
#[case("https://:@example.com/")]
#[case("http:///127.0.0.1/")]
#[case("ftp://example.com/")]
#[case("file:///etc/passwd")]
#[case("gopher://127.0.0.1:6379/_INFO")]
#[case("data:application/json,{}")]
#[case("//example.com/")]
#[case("example.com")]
#[case("")]
fn rejects_unusual_or_internal_url_before_lookup(#[case] url: &str) {
    block(async {
        let script = nowhere();
        let refused = strict(Arc::clone(&script))
            .get(SourcedUrl::of_operator(url), &JSON)
            .await;
        assert!(
            matches!(refused, Err(EgressError::Address(_))),
            "{url}: {refused:?}"
        );
        assert_eq!(script.asked(), 0, "{url}");
    });
}

#[rstest]
#[case("https://example.com", "example.com")]
#[case("https://example.com/a//b?c=@#", "")]
#[case("https://example.com/a//b?c=@", "example.com")]
#[case("HTTPS://example.com:8443/@me", "example.com")]
#[case("http://[::1]:80/", "[::1]")]
fn registered_url_keeps_spelling(#[case] text: &str, #[case] host: &str) {
    let checked = check_address(text);
    let named = checked.as_ref().ok().and_then(Url::host_str);
    assert_eq!(named.unwrap_or_default(), host, "{checked:?}");
}

#[test]
fn rejects_internal_name_without_connection() {
    block(async {
        let trap = Trap::set(Answer::Text("")).await;
        for answer in [
            &["127.0.0.1"][..],
            &["169.254.169.254"],
            &["::1"],
            &["1.1.1.1", "127.0.0.1"],
            &["127.0.0.1", "1.1.1.1"],
            &[],
        ] {
            let script = Script::new(&[answer]);
            let outgoing = strict(Arc::clone(&script));
            let refused = outgoing
                .get(SourcedUrl::of_operator("https://trap.example/"), &JSON)
                .await;
            let Err(EgressError::Unreachable(reason)) = refused else {
                panic!("{answer:?}: {refused:?}");
            };
            assert!(reason.contains("may not be reached"), "{reason}");
            assert_eq!(script.asked(), 1);
        }
        assert_eq!(trap.visits(), 0);
    });
}

#[test]
fn rebinding_name_is_resolved_and_checked_each_time() {
    block(async {
        let trap = Trap::set(Answer::Text("")).await;
        // Documentation addresses are never routed: the connection fails, and no other address is
        // tried.
        let allowed = vec![network_of("203.0.113.0/24")];
        let script = Script::new(&[&["203.0.113.1"], &["127.0.0.1"]]);
        let outgoing = with(
            [allowed, Vec::new()],
            Arc::clone(&script) as Arc<dyn Resolver>,
        );
        let url = format!("https://rebind.example:{}/", trap.port);
        let first = outgoing.get(SourcedUrl::of_operator(&url), &JSON).await;
        assert!(
            matches!(first, Err(EgressError::Unreachable(_))),
            "{first:?}"
        );
        assert_eq!(script.asked(), 1, "checking and connecting use one answer");
        let Err(EgressError::Unreachable(reason)) =
            outgoing.get(SourcedUrl::of_operator(&url), &JSON).await
        else {
            panic!("the second answer is an internal address");
        };
        assert!(reason.contains("may not be reached"), "{reason}");
        assert_eq!(trap.visits(), 0);
        // The trap works: an allowed client reaches it.
        let home = at_home(nowhere());
        let _ = home.get(SourcedUrl::of_operator(&url), &JSON).await;
        assert_eq!(trap.visits(), 1);
    });
}

#[test]
fn document_of_allowed_network_is_fetched() {
    block(async {
        let trap = Trap::set(Answer::Text(
            "HTTP/1.1 200 OK\r\nContent-Type: Application/JSON; charset=utf-8\r\n\
             Set-Cookie: a=b\r\nCache-Control: public, max-age=77\r\nContent-Length: 2\r\n\r\n{}",
        ))
        .await;
        let outgoing = at_home(nowhere());
        for _ in 0..2 {
            let fetched = outgoing
                .get(SourcedUrl::of_operator(&trap.url()), &JSON)
                .await
                .unwrap();
            assert_eq!(fetched.body, b"{}");
            assert_eq!(fetched.max_age, Some(77));
        }
        // A host name is resolved, also one of this machine with plain http.
        let named = format!("http://localhost:{}/jwks", trap.port);
        assert!(
            outgoing
                .get(SourcedUrl::of_operator(&named), &JSON)
                .await
                .is_ok()
        );
        assert_eq!(trap.visits(), 3);
        let heard = trap.heard.lock().unwrap().to_ascii_lowercase();
        assert!(!heard.contains("cookie"), "{heard}");
        assert!(!heard.contains("authorization"), "{heard}");
        // A client without this machine among its allowed networks does not reach it.
        let refused = strict(nowhere())
            .get(SourcedUrl::of_operator(&trap.url()), &JSON)
            .await;
        assert!(matches!(refused, Err(EgressError::Address(_))));
        assert_eq!(trap.visits(), 3);
    });
}

#[test]
fn redirect_is_not_followed() {
    block(async {
        let goal = Trap::set(Answer::Text("")).await;
        for location in [
            "http://169.254.169.254/latest/meta-data/".to_owned(),
            goal.url(),
        ] {
            let text =
                format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
            let trap = Trap::set(Answer::Text(text.leak())).await;
            let got = at_home(nowhere())
                .get(SourcedUrl::of_operator(&trap.url()), &JSON)
                .await;
            assert!(matches!(got, Err(EgressError::Status(302))), "{got:?}");
            let posted = at_home(nowhere())
                .post_form(SourcedUrl::of_operator(&trap.url()), &[])
                .await;
            assert_eq!(posted.unwrap().status, 302);
        }
        assert_eq!(goal.visits(), 0);
    });
}

#[test]
fn body_is_read_up_to_limit() {
    block(async {
        let trap = Trap::set(Answer::Endless).await;
        let got = at_home(nowhere())
            .get(SourcedUrl::of_operator(&trap.url()), &JSON)
            .await;
        assert!(matches!(got, Err(EgressError::TooLarge)), "{got:?}");
        let posted = at_home(nowhere())
            .post_form(SourcedUrl::of_operator(&trap.url()), &[])
            .await;
        assert!(posted.unwrap().body.is_empty());
    });
}

#[test]
fn slow_body_is_timed_out() {
    block(async {
        let trap = Trap::set(Answer::Slow).await;
        let start = Instant::now();
        let got = at_home(nowhere())
            .get(SourcedUrl::of_operator(&trap.url()), &JSON)
            .await;
        assert!(matches!(got, Err(EgressError::Unreachable(_))), "{got:?}");
        assert!(start.elapsed() < TOTAL * 2, "{:?}", start.elapsed());
    });
}

#[test]
fn wrong_media_type_or_status_is_rejected() {
    block(async {
        let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n{}";
        let bare = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        for text in [html, bare] {
            let trap = Trap::set(Answer::Text(text)).await;
            let got = at_home(nowhere())
                .get(SourcedUrl::of_operator(&trap.url()), &JSON)
                .await;
            assert!(matches!(got, Err(EgressError::MediaType)), "{got:?}");
        }
        let removed = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        let trap = Trap::set(Answer::Text(removed)).await;
        let got = at_home(nowhere())
            .get(SourcedUrl::of_operator(&trap.url()), &JSON)
            .await;
        assert!(matches!(got, Err(EgressError::Status(404))), "{got:?}");
    });
}

#[test]
fn form_is_posted_encoded() {
    block(async {
        let trap = Trap::set(Answer::Text(
            "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
        ))
        .await;
        let fields = [("logout_token", "a.b&c=é")];
        let reply = at_home(nowhere())
            .post_form(SourcedUrl::of_operator(&trap.url()), &fields)
            .await;
        assert_eq!(reply.unwrap().status, 204);
        let heard = trap.heard.lock().unwrap();
        assert!(heard.contains("content-type: application/x-www-form-urlencoded"));
        assert!(heard.ends_with("logout_token=a.b%26c%3D%C3%A9"), "{heard}");
    });
}

#[test]
fn allowed_networks_apply_to_urls_of_operator_only() {
    block(async {
        let answer =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        let trap = Trap::set(Answer::Text(answer)).await;
        let named = format!("http://localhost:{}/jwks", trap.port);
        let inside = [loopback_networks(), Vec::new()];
        let outgoing = with(inside, nowhere());
        assert!(!outgoing.allows_loopback());
        for (visits, url) in [trap.url(), named].iter().enumerate() {
            let refused = outgoing.get(SourcedUrl::of_third_party(url), &JSON).await;
            assert!(refused.is_err(), "{url}: {refused:?}");
            assert!(
                outgoing
                    .post_form(SourcedUrl::of_third_party(url), &[])
                    .await
                    .is_err()
            );
            assert_eq!(trap.visits(), visits, "{url}");
            assert!(
                outgoing
                    .get(SourcedUrl::of_operator(url), &JSON)
                    .await
                    .is_ok()
            );
        }
        // Conversely, the networks of third parties do not apply to URLs of the operator.
        let outgoing = with([Vec::new(), loopback_networks()], nowhere());
        assert!(
            outgoing
                .get(SourcedUrl::of_third_party(&trap.url()), &JSON)
                .await
                .is_ok()
        );
        assert!(
            outgoing
                .get(SourcedUrl::of_operator(&trap.url()), &JSON)
                .await
                .is_err()
        );
    });
}
