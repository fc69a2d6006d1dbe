use actix_web::http::header::{HeaderName, HeaderValue};
use rstest::rstest;

use super::*;

const PROXY: &str = "10.0.0.1";

fn found(peer: &str, headers: &[(&str, &str)]) -> String {
    found_in(ForwardedHeader::XForwardedFor, peer, headers)
}

fn found_in(header: ForwardedHeader, peer: &str, headers: &[(&str, &str)]) -> String {
    let trusted = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        map.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    let peer = peer.parse().unwrap();
    client(peer, &map, header, &trusted)
        .unwrap_or(peer)
        .to_string()
}

#[rstest]
#[case::one("203.0.113.9", "203.0.113.9")]
#[case::forged_to_the_left("1.2.3.4, 203.0.113.9", "203.0.113.9")]
#[case::through_two_proxies("203.0.113.9, 10.0.0.2", "203.0.113.9")]
#[case::forged_as_a_proxy("10.9.9.9, 203.0.113.9, 10.0.0.2", "203.0.113.9")]
#[case::starts_with_internal("10.7.7.7, 10.0.0.2", "10.7.7.7")]
#[case::with_port("203.0.113.9:51000", "203.0.113.9")]
#[case::v6("2001:db8::1", "2001:db8::1")]
#[case::v6_in_brackets("[2001:db8::1]", "2001:db8::1")]
#[case::v6_with_port("[2001:db8::1]:443", "2001:db8::1")]
#[case::v4_in_v6("::ffff:203.0.113.9", "203.0.113.9")]
#[case::trusted_v6_proxy("2001:db8::1, fd00::5", "2001:db8::1")]
#[case::malformed_left_of_the_client("nonsense, 203.0.113.9", "203.0.113.9")]
#[case::malformed("nonsense", PROXY)]
#[case::malformed_right_of_the_client("203.0.113.9, nonsense", PROXY)]
#[case::malformed_behind_a_proxy("203.0.113.9, ;, 10.0.0.2", PROXY)]
#[case::empty("", PROXY)]
#[case::empty_element("203.0.113.9, ", PROXY)]
#[case::name("client.example", PROXY)]
#[case::number("3405803777", PROXY)]
#[case::sql("203.0.113.9' OR 1=1", PROXY)]
#[case::not_ascii("203.0.113.9é", PROXY)]
fn client_address_is_read_behind_trusted_proxy(#[case] sent: &str, #[case] expected: &str) {
    assert_eq!(found(PROXY, &[("x-forwarded-for", sent)]), expected);
}

#[rstest]
#[case("203.0.113.9", Some("203.0.113.9"))]
#[case("1.2.3.4, 203.0.113.9, 10.0.0.2", Some("203.0.113.9"))]
#[case("10.0.0.2", Some("10.0.0.2"))]
#[case("", None)]
#[case("203.0.113.9, nonsense", None)]
fn socket_has_address_of_header_alone(#[case] sent: &str, #[case] expected: Option<&str>) {
    let trusted = ["10.0.0.0/8".parse().unwrap()];
    let mut headers = HeaderMap::new();
    let name = HeaderName::from_static("x-forwarded-for");
    headers.append(name, sent.parse().unwrap());
    let address = client_of_socket(&headers, ForwardedHeader::XForwardedFor, &trusted);
    assert_eq!(address.map(|it| it.to_string()).as_deref(), expected);
}

#[rstest]
#[case(&[("x-forwarded-for", "1.2.3.4")])]
#[case(&[("forwarded", "for=1.2.3.4")])]
#[case(&[("x-real-ip", "1.2.3.4")])]
#[case(&[("x-forwarded-for", "10.0.0.1")])]
fn headers_of_untrusted_peer_are_ignored(#[case] headers: &[(&str, &str)]) {
    assert_eq!(found("198.51.100.7", headers), "198.51.100.7");
}

#[test]
fn thousand_forged_chains_from_untrusted_peer_share_client() {
    for n in 0..1000_u32 {
        let forged = format!(
            "{}, 10.0.0.{}",
            std::net::Ipv4Addr::from(n * 4_000_037),
            n % 256
        );
        assert_eq!(
            found("198.51.100.7", &[("x-forwarded-for", &forged)]),
            "198.51.100.7"
        );
    }
}

#[test]
fn repeated_header_fields_form_single_chain() {
    let lines = [
        ("x-forwarded-for", "1.2.3.4"),
        ("x-forwarded-for", "203.0.113.9, 10.0.0.2"),
    ];
    assert_eq!(found(PROXY, &lines), "203.0.113.9");
}

#[rstest]
#[case::plain("for=203.0.113.9", "203.0.113.9")]
#[case::more("for=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9")]
#[case::case_and_quotes("By=10.0.0.1; FOR=\"[2001:db8::1]:4711\"", "2001:db8::1")]
#[case::chain("for=1.2.3.4, for=203.0.113.9, for=10.0.0.2", "203.0.113.9")]
#[case::obfuscated("for=_hidden", PROXY)]
#[case::unknown("for=unknown", PROXY)]
#[case::twice("for=203.0.113.9;for=1.2.3.4", PROXY)]
#[case::none("proto=https", PROXY)]
#[case::broken_quotes("for=\"203.0.113.9", PROXY)]
fn selected_forwarded_header_is_read(#[case] sent: &str, #[case] expected: &str) {
    let headers = [("forwarded", sent)];
    let header = ForwardedHeader::Forwarded;
    assert_eq!(found_in(header, PROXY, &headers), expected);
    // The header counts only if the configuration selects it.
    assert_eq!(found(PROXY, &headers), PROXY);
}

#[test]
fn unselected_header_does_not_hide_client_address() {
    for lie in ["for=1.2.3.4", "nonsense", "for=10.0.0.1"] {
        let sent = [("forwarded", lie), ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(found(PROXY, &sent), "203.0.113.9", "{lie}");
    }
    for lie in ["1.2.3.4", "nonsense", "10.0.0.1"] {
        let sent = [("forwarded", "for=203.0.113.9"), ("x-forwarded-for", lie)];
        let header = ForwardedHeader::Forwarded;
        assert_eq!(found_in(header, PROXY, &sent), "203.0.113.9", "{lie}");
    }
}

#[test]
fn x_real_ip_is_ignored() {
    assert_eq!(found(PROXY, &[("x-real-ip", "1.2.3.4")]), PROXY);
}
