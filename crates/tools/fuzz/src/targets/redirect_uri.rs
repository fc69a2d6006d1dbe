//! Redirect URIs (RFC 9700 §2.1, RFC 8252 §7.3): a second matcher agrees, and a browser goes to the
//! registered destination.

use doorward_protocol::redirect_uri;
use url::Url;

use crate::target::Target;

/// Target for redirect URIs. An input is the registered URI, a line break, and the presented one.
pub const TARGET: Target = Target {
    name: "redirect_uri",
    run,
    words: &[
        "http://127.0.0.1",
        "http://[::1]",
        "http://localhost",
        "https://app.example",
        "com.example.app:/",
        ":8080",
        ":0",
        ":080",
        ":65536",
        ":",
        "@",
        "/cb",
        "/../",
        "/%2e%2e/",
        "?",
        "#",
        "\\",
        "\n",
        "HTTP",
        "%00",
        "*",
        ".",
    ],
};

fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (registered, presented) = text.split_once('\n').unwrap_or((&text, &text));
    let verdict = redirect_uri::matches(registered, presented);
    assert_eq!(
        verdict,
        matches(registered, presented),
        "{registered} {presented}"
    );
    assert_eq!(verdict, redirect_uri::matches(presented, registered));
    let native = redirect_uri::matches_native(registered, presented);
    assert_eq!(
        native,
        verdict || differs_in_port(registered, presented, "http://localhost"),
        "{registered} {presented}"
    );
    assert_eq!(native, redirect_uri::matches_native(presented, registered));
    assert_eq!(
        redirect_uri::first_difference(registered, presented).is_none(),
        registered == presented
    );
    if redirect_uri::check_registration(registered, &[]).is_ok() {
        check_registered(registered);
        if native {
            check_destination(registered, presented);
        }
    }
    let _ = redirect_uri::destination(presented);
    let _ = redirect_uri::csp_source(presented);
}

/// Returns true if the registered URI equals the presented one with some port, as the second
/// matcher.
pub fn matches(registered: &str, presented: &str) -> bool {
    registered == presented
        || ["http://127.0.0.1", "http://[::1]"]
            .iter()
            .any(|host| differs_in_port(registered, presented, host))
}

/// Returns true if both URIs begin with this scheme and host, and differ in the port at most.
fn differs_in_port(registered: &str, presented: &str, host: &str) -> bool {
    let Some(after) = registered.strip_prefix(host) else {
        return false;
    };
    let tail = after.trim_start_matches(|letter: char| letter == ':' || letter.is_ascii_digit());
    let ports = [after, presented.strip_prefix(host).unwrap_or("?")].map(|after| {
        let digits = after.strip_prefix(':')?;
        let end = digits.find(|letter: char| !letter.is_ascii_digit());
        Some(digits[..end.unwrap_or(digits.len())].to_owned())
    });
    let written = |port: &Option<String>| match port {
        None => format!("{host}{tail}"),
        Some(port) => format!("{host}:{port}{tail}"),
    };
    let is_port = |port: &Option<String>| {
        let number = |port: &String| port.parse::<u16>().ok().filter(|it| *it > 0);
        let is_usual = |port: &String| number(port).is_some_and(|it| it.to_string() == *port);
        port.as_ref().is_none_or(is_usual)
    };
    (tail.is_empty() || tail.starts_with(['/', '?', '#']))
        && ports.iter().all(is_port)
        && written(&ports[0]) == registered
        && written(&ports[1]) == presented
}

/// Checks that a URI that can be registered has one spelling, and means the same to a browser and
/// to a reader.
fn check_registered(uri: &str) {
    let url = Url::parse(uri).unwrap_or_else(|error| panic!("{uri}: {error}"));
    assert!(
        url.fragment().is_none() && url.username().is_empty(),
        "{uri}"
    );
    assert!(url.password().is_none(), "{uri}");
    assert!(!["javascript", "data", "file", "blob"].contains(&url.scheme()));
    assert!(uri.starts_with(&format!("{}:", url.scheme())), "{uri}");
    if let Some(host) = url.host_str() {
        assert!(uri.contains(&format!("//{host}")), "{uri}");
    }
    if let Some(source) = redirect_uri::csp_source(uri) {
        assert!(!source.contains([';', ',', ' ', '\'', '*']), "{source}");
    }
    let answered = redirect_uri::with_query(uri, &[("code", "a b&c")]);
    let answer = Url::parse(&answered).unwrap();
    let place = |url: &Url| {
        (
            url.scheme().to_owned(),
            url.host_str().map(str::to_owned),
            url.port(),
        )
    };
    assert_eq!(place(&answer), place(&url));
    assert_eq!(answer.path(), url.path());
    let pairs: Vec<_> = answer.query_pairs().collect();
    assert_eq!(pairs.last().unwrap(), &("code".into(), "a b&c".into()));
    let before: Vec<_> = url.query_pairs().collect();
    assert_eq!(pairs[..pairs.len() - 1], before);
}

/// Checks that both have the same destination, except for the port of a loopback host.
fn check_destination(registered: &str, presented: &str) {
    let [mut one, mut other] = [registered, presented].map(|uri| Url::parse(uri).unwrap());
    if one.scheme() == "http" {
        one.set_port(None).unwrap();
        other.set_port(None).unwrap();
    }
    assert_eq!(one, other);
}
