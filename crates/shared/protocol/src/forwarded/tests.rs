use rstest::rstest;

use super::ForwardedHeader;

#[rstest]
#[case("203.0.113.9", &["203.0.113.9"])]
#[case("1.2.3.4, [2001:db8::1]:443,203.0.113.9:80", &["1.2.3.4", "2001:db8::1", "203.0.113.9"])]
#[case("::ffff:203.0.113.9", &["203.0.113.9"])]
#[case("for=1.2.3.4", &["-"])]
#[case("1.2.3.4, nonsense, ", &["1.2.3.4", "-", "-"])]
fn x_forwarded_for(#[case] value: &str, #[case] expected: &[&str]) {
    assert_eq!(read(ForwardedHeader::XForwardedFor, value), expected);
}

/// RFC 7239 §4 and §6.
#[rstest]
#[case("for=203.0.113.9", &["203.0.113.9"])]
#[case("For=\"[2001:db8:cafe::17]:4711\"", &["2001:db8:cafe::17"])]
#[case("for=192.0.2.60;proto=http;by=203.0.113.43", &["192.0.2.60"])]
#[case("for=192.0.2.43, for=198.51.100.17", &["192.0.2.43", "198.51.100.17"])]
#[case("for=_hidden, for=unknown, proto=https", &["-", "-", "-"])]
#[case("for=192.0.2.43;for=198.51.100.17", &["-"])]
#[case("203.0.113.9", &["-"])]
fn forwarded_elements_are_parsed(#[case] value: &str, #[case] expected: &[&str]) {
    assert_eq!(read(ForwardedHeader::Forwarded, value), expected);
}

#[test]
fn repeated_fields_form_single_list() {
    let header = ForwardedHeader::XForwardedFor;
    let found = header.addresses([Some("192.0.2.1, 192.0.2.2"), None, Some("192.0.2.3")]);
    let found: Vec<_> = found.into_iter().map(|found| found.is_some()).collect();
    assert_eq!(found, [true, true, false, true]);
    assert!(header.addresses([]).is_empty());
}

#[test]
fn setting_names_round_trip() {
    for header in ForwardedHeader::ALL {
        assert_eq!(ForwardedHeader::parse(header.as_str()), Some(header));
    }
    assert_eq!(ForwardedHeader::parse("X-Forwarded-For"), None);
}

fn read(header: ForwardedHeader, value: &str) -> Vec<String> {
    let found = header.addresses([Some(value)]).into_iter();
    found
        .map(|address| address.map_or_else(|| "-".to_owned(), |address| address.to_string()))
        .collect()
}
