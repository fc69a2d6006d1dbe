use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::error::{Cause, Reason};

mod corpus;

#[rstest]
#[case(
    "https://door:hunter2@app.example/cb?x=1",
    "https://***@app.example/cb?x=1"
)]
#[case("https://hunter2@app.example", "https://***@app.example")]
#[case("https://door:hunter@hunter2@app.example/", "https://***@app.example/")]
#[case("https://door:hun/ter2@app.example/cb", "https://***@app.example/cb")]
#[case(
    "https://door:hun?ter2@app.example:99999",
    "https://***@app.example:99999"
)]
#[case(
    "https://app.example:8443/@door/cb",
    "https://app.example:8443/@door/cb"
)]
#[case("https://[::1]:8443/@door", "https://[::1]:8443/@door")]
#[case("com.example.app:/callback", "com.example.app:/callback")]
fn passwords_are_not_shown(#[case] uri: &str, #[case] expected: &str) {
    assert_eq!(shown(uri), expected);
    let cause = Cause::from(Reason::Resource).received(uri);
    assert_eq!(cause.received.as_deref(), Some(expected));
}

#[rstest]
#[case("https://app.example/cb")]
#[case("https://app.example")]
#[case("https://app.example/")]
#[case("https://app.example:8443/cb?tenant=a%20b&x=1")]
#[case("https://xn--bcher-kva.example/cb")]
#[case("https://192.0.2.7/cb")]
#[case("https://[2001:db8::1]:8443/cb")]
#[case("https://app.example/a%20b/(c)/~d")]
#[case("http://127.0.0.1/cb")]
#[case("http://127.0.0.1:8080/cb")]
#[case("http://[::1]:8080/cb")]
#[case("http://localhost:8401/web/callback")]
#[case("com.example.app:/callback")]
#[case("com.example.app://callback/path")]
#[case("com.example.app://[::1]:80/path")]
#[case("com.example.app:///path")]
fn registration_2_may_be_registered(#[case] uri: &str) {
    assert_eq!(check_registration(uri, &[]), Ok(()));
    assert!(matches(uri, uri));
}

#[rstest]
#[case("", RedirectUriError::Length)]
#[case("/cb", RedirectUriError::NotAbsolute)]
#[case("//app.example/cb", RedirectUriError::NotAbsolute)]
#[case("app.example/cb", RedirectUriError::NotAbsolute)]
#[case("https:app.example/cb", RedirectUriError::NotAbsolute)]
#[case("https:/app.example/cb", RedirectUriError::NotAbsolute)]
#[case("https:///cb", RedirectUriError::Host)]
#[case("https://", RedirectUriError::NotAbsolute)]
#[case("https://?x", RedirectUriError::NotAbsolute)]
#[case("javascript:alert(1)", RedirectUriError::Scheme)]
#[case("JavaScript:alert(1)", RedirectUriError::Scheme)]
#[case("javascript://app.example/%0aalert(1)", RedirectUriError::Scheme)]
#[case("data:text/html,x", RedirectUriError::Scheme)]
#[case("vbscript:x", RedirectUriError::Scheme)]
#[case("file:///etc/passwd", RedirectUriError::Scheme)]
#[case("blob:https://app.example/1", RedirectUriError::Scheme)]
#[case("about:blank", RedirectUriError::Scheme)]
#[case("ftp://app.example/", RedirectUriError::Scheme)]
#[case("ws://app.example/", RedirectUriError::Scheme)]
#[case("urn:ietf:wg:oauth:2.0:oob", RedirectUriError::Scheme)]
#[case("myapp://callback", RedirectUriError::UnlistedScheme)]
#[case("com..app:/callback", RedirectUriError::Scheme)]
#[case(".example:/callback", RedirectUriError::Scheme)]
#[case("Com.Example.App:/callback", RedirectUriError::Scheme)]
#[case("HTTPS://app.example/cb", RedirectUriError::Scheme)]
#[case("com.example.app:callback", RedirectUriError::NotAbsolute)]
#[case("com.example.app:", RedirectUriError::NotAbsolute)]
#[case("http://app.example/cb", RedirectUriError::InsecureHttp)]
#[case("http://localhost.app.example/cb", RedirectUriError::InsecureHttp)]
#[case("http://127.0.0.1.app.example/cb", RedirectUriError::InsecureHttp)]
#[case("http://127.0.0.2/cb", RedirectUriError::InsecureHttp)]
#[case("http://10.0.0.1/cb", RedirectUriError::PrivateHttp)]
#[case("http://nas.local/cb", RedirectUriError::PrivateHttp)]
#[case("http://8.8.8.8/cb", RedirectUriError::InsecureHttp)]
#[case("http://[::ffff:127.0.0.1]/cb", RedirectUriError::Host)]
#[case("http://127.1/cb", RedirectUriError::Host)]
#[case("http://0x7f000001/cb", RedirectUriError::Host)]
#[case("http://2130706433/cb", RedirectUriError::Host)]
#[case("http://0177.0.0.1/cb", RedirectUriError::Host)]
#[case("http://[0:0:0:0:0:0:0:1]/cb", RedirectUriError::Host)]
#[case("http://LOCALHOST/cb", RedirectUriError::Host)]
#[case("https://App.Example/cb", RedirectUriError::Host)]
#[case("https://app.example./cb", RedirectUriError::Host)]
#[case("https://app%2eexample/cb", RedirectUriError::Host)]
#[case("https://app.example:/cb", RedirectUriError::Host)]
#[case("https://app.example:0443/cb", RedirectUriError::Host)]
#[case("https://app.example:0/cb", RedirectUriError::Host)]
#[case("https://app.example:99999/cb", RedirectUriError::NotAbsolute)]
#[case("https://user@app.example/cb", RedirectUriError::UserInfo)]
#[case("https://user:pw@app.example/cb", RedirectUriError::UserInfo)]
#[case("https://app.example@evil.example/cb", RedirectUriError::UserInfo)]
#[case("http://localhost:80@evil.example/cb", RedirectUriError::UserInfo)]
#[case("com.example.app://user@host/cb", RedirectUriError::UserInfo)]
#[case("com.example.app://[::0]/cb", RedirectUriError::Host)]
#[case("com.example.app://host:080/cb", RedirectUriError::Host)]
#[case("https://app.example/cb#", RedirectUriError::Fragment)]
#[case("https://app.example/cb#x", RedirectUriError::Fragment)]
#[case("https://*.example/cb", RedirectUriError::Wildcard)]
#[case("https://app.example/*", RedirectUriError::Wildcard)]
#[case("https://app.example/cb?x=*", RedirectUriError::Wildcard)]
#[case("https://app.example/cb x", RedirectUriError::Character)]
#[case(" https://app.example/cb", RedirectUriError::Character)]
#[case("https://app.example/cb\n", RedirectUriError::Character)]
#[case("https://app.exa\tmple/cb", RedirectUriError::Character)]
#[case("java\tscript:alert(1)", RedirectUriError::Character)]
#[case("https://app.example\\@evil.example/cb", RedirectUriError::Character)]
#[case("https:\\\\app.example/cb", RedirectUriError::Character)]
#[case("https://b\u{fc}cher.example/cb", RedirectUriError::Character)]
#[case(
    "https://app.example\u{3002}evil.example/cb",
    RedirectUriError::Character
)]
#[case("https://app.example/\u{202e}bc", RedirectUriError::Character)]
#[case("https://app.example/<script>", RedirectUriError::Character)]
#[case("https://app.example/%", RedirectUriError::Character)]
#[case("https://app.example/%zz", RedirectUriError::Character)]
#[case("https://app.example/cb?x=%0d%0a", RedirectUriError::Character)]
#[case("https://app.example/a/../cb", RedirectUriError::Path)]
#[case("https://app.example/./cb", RedirectUriError::Path)]
#[case("https://app.example/%2e%2e/cb", RedirectUriError::Path)]
#[case("https://app.example/a%2Fb", RedirectUriError::Path)]
#[case("https://app.example/a%5cb", RedirectUriError::Path)]
#[case("https://app.example/%252e%252e/cb", RedirectUriError::Path)]
#[case("https://app.example/cb;jsessionid=1", RedirectUriError::Path)]
#[case("https://app.example/cb%00", RedirectUriError::Path)]
#[case("https://app.example/cb%0a", RedirectUriError::Path)]
#[case("com.example.app:/a/../cb", RedirectUriError::Path)]
fn rfc_6749_3_1_2_may_not_be_registered(#[case] uri: &str, #[case] problem: RedirectUriError) {
    assert_eq!(check_registration(uri, &[]), Err(problem));
}

#[test]
fn length_is_bounded() {
    let uri = |n: usize| format!("https://a.example/{}", "a".repeat(n - 18));
    assert_eq!(check_registration(&uri(MAX_BYTES), &[]), Ok(()));
    assert_eq!(
        check_registration(&uri(MAX_BYTES + 1), &[]),
        Err(RedirectUriError::Length)
    );
}

/// RFC 8252 §7.3: only a loopback IP literal, only http, only the port.
#[rstest]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", true)]
#[case("http://127.0.0.1:8080/cb", "http://127.0.0.1:51004/cb", true)]
#[case("http://127.0.0.1:8080/cb", "http://127.0.0.1/cb", true)]
#[case("http://[::1]:8080/cb?a=1", "http://[::1]:1/cb?a=1", true)]
#[case("http://127.0.0.1:8080", "http://127.0.0.1:65535", true)]
#[case("http://localhost:8401/cb", "http://localhost:8402/cb", false)]
#[case("http://localhost/cb", "http://localhost:8402/cb", false)]
#[case("http://127.0.0.1/cb", "http://[::1]/cb", false)]
#[case("http://127.0.0.1/cb", "http://localhost/cb", false)]
#[case("http://127.0.0.1/cb", "https://127.0.0.1/cb", false)]
#[case("https://127.0.0.1/cb", "https://127.0.0.1:8443/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:0/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:65536/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:080/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:+1/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1@evil.example/cb", false)]
#[case("http://127.0.0.1", "http://127.0.0.1:80@evil.example", false)]
#[case("http://127.0.0.1", "http://127.0.0.1.evil.example", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.2:8080/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:8080/cb/", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:8080/CB", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:8080/cb?x", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:8080/cb#x", false)]
#[case("http://127.0.0.1/cb", "http://127.0.0.1:8080\\cb", false)]
#[case("http://127.0.0.1/cb", "HTTP://127.0.0.1:8080/cb", false)]
#[case("http://127.0.0.1/cb", "http://127.1:8080/cb", false)]
#[case("http://[::1]/cb", "http://[::0001]:8080/cb", false)]
fn loopback_port_may_vary(
    #[case] registered: &str,
    #[case] presented: &str,
    #[case] expected: bool,
) {
    assert_eq!(matches(registered, presented), expected);
    assert_eq!(
        matches_native(registered, presented),
        expected || registered.starts_with("http://localhost")
    );
}

/// RFC 9700 §4.1.3: the port of `http://localhost` varies for native apps, and nothing else.
#[rstest]
#[case("http://localhost/callback", "http://localhost:51763/callback", true)]
#[case(
    "http://localhost:3118/callback",
    "http://localhost:3119/callback",
    true
)]
#[case("http://localhost:3118/callback", "http://localhost/callback", true)]
#[case("http://localhost", "http://localhost:8080", true)]
#[case("http://localhost/cb?a=1", "http://localhost:1/cb?a=1", true)]
#[case("http://localhost/callback", "http://localhost:51763/other", false)]
#[case(
    "http://localhost/callback",
    "http://localhost:51763/callback?x",
    false
)]
#[case("http://localhost/callback", "http://127.0.0.1:51763/callback", false)]
#[case("http://localhost/callback", "https://localhost:51763/callback", false)]
#[case(
    "https://localhost/callback",
    "https://localhost:51763/callback",
    false
)]
#[case("http://localhost/callback", "http://localhost:0/callback", false)]
#[case("http://localhost/callback", "http://localhost:080/callback", false)]
#[case(
    "http://localhost/callback",
    "http://localhost.evil.example/callback",
    false
)]
#[case(
    "http://localhost/callback",
    "http://localhost:1@evil.example/callback",
    false
)]
#[case("http://localhost/callback", "http://LOCALHOST:51763/callback", false)]
#[case("http://a.localhost/callback", "http://a.localhost:1/callback", false)]
fn localhost_port_varies_for_native_apps(
    #[case] registered: &str,
    #[case] presented: &str,
    #[case] expected: bool,
) {
    assert_eq!(matches_native(registered, presented), expected);
    assert!(!matches(registered, presented), "exact for other clients");
}

/// Schemes without a dot: allowed only if the deployment lists them, and never one that belongs to no
/// app.
#[rstest]
#[case("cursor://anysphere.cursor-mcp/oauth/callback", Ok(()))]
#[case("cursor:/cb", Ok(()))]
#[case("cursor:cb", Err(RedirectUriError::NotAbsolute))]
#[case("cursor://a@b/cb", Err(RedirectUriError::UserInfo))]
#[case("cursor:/a/../cb", Err(RedirectUriError::Path))]
#[case("vscode://callback", Err(RedirectUriError::UnlistedScheme))]
#[case("Cursor://callback", Err(RedirectUriError::Scheme))]
#[case("javascript:/alert(1)", Err(RedirectUriError::Scheme))]
#[case("edu.kit.data.oidc-agent:/redirect", Ok(()))]
fn scheme_without_dot_has_to_be_listed(
    #[case] uri: &str,
    #[case] expected: Result<(), RedirectUriError>,
) {
    let listed = ["cursor", "javascript"].map(str::to_owned);
    assert_eq!(check_registration(uri, &listed), expected);
    if uri.starts_with("cursor") {
        let problem = check_registration(uri, &[]).unwrap_err();
        assert_eq!(problem, RedirectUriError::UnlistedScheme);
        assert!(
            problem
                .to_string()
                .contains("client_registration.redirect_schemes")
        );
        assert_eq!(private_use_scheme(uri), Some("cursor"));
    }
}

#[rstest]
#[case("https://a.example/cb", "https://a.example/cb", None)]
#[case("https://a.example/cb", "https://a.example/cb/", Some(20))]
#[case("https://a.example/cb", "https://a.example/c", Some(19))]
#[case("https://a.example/cb", "http://a.example/cb", Some(4))]
#[case("", "x", Some(0))]
fn first_difference_is_located(
    #[case] item: &str,
    #[case] other: &str,
    #[case] expected: Option<usize>,
) {
    assert_eq!(first_difference(item, other), expected);
}

#[rstest]
#[case("https://a.example/cb?x=1", Some("https://a.example"))]
#[case("https://a.example:443/cb", Some("https://a.example"))]
#[case("https://a.example:8443/cb", Some("https://a.example:8443"))]
#[case("http://127.0.0.1:5000/cb", Some("http://127.0.0.1:5000"))]
#[case("http://localhost:8401/web/callback", Some("http://localhost:8401"))]
#[case("http://[::1]:5000/cb", None)]
#[case("com.example.app:/cb", None)]
#[case("com.example.app://host/cb", None)]
#[case("https://a.example;script-src/cb", None)]
#[case("javascript:alert(1)", None)]
#[case("data:text/html,x", None)]
#[case("nonsense", None)]
fn csp_sources(#[case] uri: &str, #[case] expected: Option<&str>) {
    assert_eq!(csp_source(uri).as_deref(), expected);
}

#[rstest]
#[case(
    "https://a.example/cb",
    "https://a.example/cb?code=c+1&iss=https%3A%2F%2Fi"
)]
#[case(
    "https://a.example/cb?",
    "https://a.example/cb?code=c+1&iss=https%3A%2F%2Fi"
)]
#[case(
    "https://a.example/cb?t=1",
    "https://a.example/cb?t=1&code=c+1&iss=https%3A%2F%2Fi"
)]
#[case(
    "https://a.example/cb?t=1&",
    "https://a.example/cb?t=1&code=c+1&iss=https%3A%2F%2Fi"
)]
#[case(
    "com.example.app:/cb",
    "com.example.app:/cb?code=c+1&iss=https%3A%2F%2Fi"
)]
fn parameters_are_added(#[case] uri: &str, #[case] expected: &str) {
    assert_eq!(
        with_query(uri, &[("code", "c 1"), ("iss", "https://i")]),
        expected
    );
    assert_eq!(with_query(uri, &[]), uri);
}

#[test]
fn values_cannot_leave_query() {
    let uri = with_query(
        "https://a.example/cb",
        &[("state", "a&code=x#f\r\nSet-Cookie: \u{fc}")],
    );
    assert_eq!(
        uri,
        "https://a.example/cb?state=a%26code%3Dx%23f%0D%0ASet-Cookie%3A+%C3%BC"
    );
}

/// Mutates a URI so that it still resembles the registered one.
fn mutated(uri: &str) -> impl Strategy<Value = String> + use<> {
    let uri = uri.to_owned();
    let length = uri.len();
    (0..length, 0..12_u8, any::<char>()).prop_map(move |(at, kind, c)| {
        let (head, tail) = uri.split_at(at);
        let (first, rest) = tail.split_at(1);
        match kind {
            0 => format!("{head}%{:02x}{rest}", first.as_bytes()[0]),
            1 => format!("{head}%{:02X}{rest}", first.as_bytes()[0]),
            2 => format!("{head}{}{rest}", first.to_uppercase()),
            3 => format!("{head}{rest}"),
            4 => format!("{head}{c}{tail}"),
            5 => format!("{head}/../{tail}"),
            6 => format!("{head}\\{tail}"),
            7 => format!("{head}{first}{tail}"),
            8 => format!("{head}@{tail}"),
            9 => format!("{head}#{tail}"),
            10 => format!("{head}\t{tail}"),
            _ => format!("{head}{c}{rest}"),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn accepted_means_byte_equal(presented in mutated("https://app.example:8443/a/cb?t=1")) {
        let registered = "https://app.example:8443/a/cb?t=1";
        prop_assert_eq!(matches(registered, &presented), registered == presented);
    }

    #[test]
    fn loopback_uri_matches_except_port(presented in mutated("http://127.0.0.1:8080/a/cb?t=1")) {
        let registered = "http://127.0.0.1:8080/a/cb?t=1";
        // An independent implementation: cut out the port, and compare the rest.
        let port_aside = presented
            .strip_prefix("http://127.0.0.1")
            .and_then(|rest| rest.split_once('/'))
            .is_some_and(|(port, path)| {
                let digits = port.strip_prefix(':').unwrap_or("80");
                path == "a/cb?t=1"
                    && (port.is_empty() || port.starts_with(':'))
                    && digits.chars().all(|c| c.is_ascii_digit())
                    && digits.parse::<u32>().is_ok_and(|n| (1..=65535).contains(&n))
                    && !digits.starts_with('0')
            });
        prop_assert_eq!(matches(registered, &presented), registered == presented || port_aside);
    }

    #[test]
    fn any_two_texts(registered in ".{0,40}", presented in ".{0,40}") {
        prop_assert_eq!(matches(&registered, &presented), registered == presented);
        prop_assert_eq!(first_difference(&registered, &presented).is_none(), registered == presented);
    }

    #[test]
    fn arbitrary_uri_is_validated_without_panic(uri in "[a-z:/@%?#\\[\\]\\\\.*;0-9\u{0}-\u{20}\u{fc}]{0,60}") {
        if check_registration(&uri, &[]).is_ok() {
            prop_assert!(url::Url::parse(&uri).is_ok());
            prop_assert!(destination(&uri).is_some());
        }
    }
}

#[test]
fn destination_is_origin_or_custom_scheme() {
    for (uri, expected) in [
        ("https://app.example/cb?x=1", Some("https://app.example")),
        (
            "https://app.example:8443/cb",
            Some("https://app.example:8443"),
        ),
        ("https://[2001:db8::1]/cb", Some("https://[2001:db8::1]")),
        ("http://localhost:3000/cb", Some("http://localhost:3000")),
        ("http://127.0.0.1:51004/cb", Some("http://127.0.0.1")),
        ("http://[::1]/cb", Some("http://[::1]")),
        ("com.example.app:/cb", Some("com.example.app:")),
        ("cursor://host/cb", Some("cursor:")),
        ("javascript:alert(1)", None),
        ("no uri", None),
    ] {
        assert_eq!(destination(uri).as_deref(), expected, "{uri}");
    }
}

/// Plain HTTP is allowed to hosts that only a private network has, and only if the deployment allows it.
#[rstest]
#[case("http://192.168.1.20:8080/cb", true)]
#[case("http://10.0.0.1/cb", true)]
#[case("http://172.16.0.1/cb", true)]
#[case("http://169.254.7.7/cb", true)]
#[case("http://[fd12:3456::1]:8123/cb", true)]
#[case("http://[fe80::1]/cb", true)]
#[case("http://nas/cb", true)]
#[case("http://nas.local/cb", true)]
#[case("http://nas.lan:5000/cb", true)]
#[case("http://home.home.arpa/cb", true)]
#[case("http://wiki.internal/cb", true)]
#[case("http://172.32.0.1/cb", false)]
#[case("http://192.169.0.1/cb", false)]
#[case("http://100.64.0.1/cb", false)]
#[case("http://8.8.8.8/cb", false)]
#[case("http://127.0.0.2/cb", false)]
#[case("http://0.0.0.0/cb", false)]
#[case("http://[2001:db8::1]/cb", false)]
#[case("http://app.example/cb", false)]
#[case("http://local.example/cb", false)]
#[case("http://nas.local.example/cb", false)]
#[case("http://notlocal/../cb", false)]
#[case("http://u@nas.local/cb", false)]
#[case("http://NAS.local/cb", false)]
#[case("http://nas.local./cb", false)]
fn private_http_needs_private_host_and_setting(#[case] uri: &str, #[case] is_private: bool) {
    let private_http = Allowed {
        private_http: true,
        ..Allowed::default()
    };
    assert!(check_registration(uri, Allowed::default()).is_err());
    assert_eq!(check_registration(uri, private_http).is_ok(), is_private);
}
