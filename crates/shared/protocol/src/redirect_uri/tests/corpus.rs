//! Presented URIs that some server once accepted, or that look acceptable: none is the registered
//! one.

use rstest::rstest;

use super::super::matches;

const REGISTERED: &str = "https://app.example/oauth/cb";

#[rstest]
// Paths
#[case("https://app.example/oauth/cb/")]
#[case("https://app.example/oauth/cb/evil")]
#[case("https://app.example/oauth/cb/../../evil")]
#[case("https://app.example/oauth/x/../cb")]
#[case("https://app.example/oauth/./cb")]
#[case("https://app.example//oauth/cb")]
#[case("https://app.example/oauth//cb")]
#[case("https://app.example/oauth/%2e%2e/oauth/cb")]
#[case("https://app.example/oauth/..%2foauth/cb")]
#[case("https://app.example/oauth/%252e%252e/oauth/cb")]
#[case("https://app.example/oauth/..;/oauth/cb")]
#[case("https://app.example/oauth%2Fcb")]
#[case("https://app.example/oauth/c%62")]
#[case("https://app.example/%6fauth/cb")]
#[case("https://app.example/OAuth/cb")]
#[case("https://app.example/oauth/CB")]
#[case("https://app.example/oauth\\cb")]
#[case("https://app.example/oauth/cb;jsessionid=1")]
#[case("https://app.example/oauth/cb%00")]
#[case("https://app.example/oauth/cb%20")]
#[case("https://app.example/oauth/cb.")]
#[case("https://app.example/oauth/c")]
#[case("https://app.example/oauth/")]
#[case("https://app.example")]
// Query and fragment
#[case("https://app.example/oauth/cb?")]
#[case("https://app.example/oauth/cb?x=1")]
#[case("https://app.example/oauth/cb&x=1")]
#[case("https://app.example/oauth/cb?next=https://evil.example")]
#[case("https://app.example/oauth/cb#")]
#[case("https://app.example/oauth/cb#@evil.example")]
#[case("https://app.example/oauth/cb%23")]
#[case("https://app.example/oauth/cb?#")]
// Host
#[case("https://appXexample/oauth/cb")]
#[case("https://evil.app.example/oauth/cb")]
#[case("https://app.example.evil.example/oauth/cb")]
#[case("https://app.example.:443/oauth/cb")]
#[case("https://app.example./oauth/cb")]
#[case("https://APP.example/oauth/cb")]
#[case("https://app.example:443/oauth/cb")]
#[case("https://app.example:/oauth/cb")]
#[case("https://app.example:8443/oauth/cb")]
#[case("https://app%2Eexample/oauth/cb")]
#[case("https://app.example%00.evil.example/oauth/cb")]
#[case("https://app.example%2F.evil.example/oauth/cb")]
#[case("https://app.example\u{3002}evil.example/oauth/cb")]
#[case("https://\u{430}pp.example/oauth/cb")]
#[case("https://xn--pp-6kc.example/oauth/cb")]
#[case("https://\u{ff41}pp.example/oauth/cb")]
#[case("https://app\u{ad}.example/oauth/cb")]
#[case("https://app.example\u{200b}/oauth/cb")]
// User information
#[case("https://user@app.example/oauth/cb")]
#[case("https://app.example@evil.example/oauth/cb")]
#[case("https://app.example:443@evil.example/oauth/cb")]
#[case("https://evil.example\\@app.example/oauth/cb")]
#[case("https://evil.example#@app.example/oauth/cb")]
#[case("https://evil.example?@app.example/oauth/cb")]
#[case("https://@app.example/oauth/cb")]
#[case("https://app.example%40evil.example/oauth/cb")]
// Scheme
#[case("http://app.example/oauth/cb")]
#[case("HTTPS://app.example/oauth/cb")]
#[case("https:app.example/oauth/cb")]
#[case("https:/app.example/oauth/cb")]
#[case("https:///app.example/oauth/cb")]
#[case("https:\\\\app.example/oauth/cb")]
#[case("//app.example/oauth/cb")]
#[case("javascript:alert(1)//https://app.example/oauth/cb")]
#[case("data:text/html,https://app.example/oauth/cb")]
#[case("view-source:https://app.example/oauth/cb")]
// White space, controls, several values
#[case(" https://app.example/oauth/cb")]
#[case("https://app.example/oauth/cb ")]
#[case("https://app.example/oauth/cb\n")]
#[case("\thttps://app.example/oauth/cb")]
#[case("https://app.example/oauth/c\tb")]
#[case("ht\ntps://app.example/oauth/cb")]
#[case("https://app.example/oauth/cb\0")]
#[case("https://app.example/oauth/cb%0d%0aLocation:%20x")]
#[case("https://app.example/oauth/cb,https://evil.example/")]
#[case("https://app.example/oauth/cb https://evil.example/")]
#[case("https://app.example/oauth/cb\u{202e}")]
#[case("https%3A%2F%2Fapp.example%2Foauth%2Fcb")]
// Patterns
#[case("*")]
#[case("https://*/oauth/cb")]
#[case("https://app.example/*")]
#[case("https://.*")]
#[case("^https://app.example/oauth/cb$")]
#[case("")]
fn rejects_unregistered_uri(#[case] presented: &str) {
    assert!(!matches(REGISTERED, presented));
}

/// A registered URI is literal text, never a pattern (CVE-2024-52289).
#[rstest]
#[case("https://app.example/*", "https://app.example/evil")]
#[case("https://*.example/cb", "https://evil.example/cb")]
#[case("https://app.example/.*", "https://app.example/evil")]
#[case("*", "https://evil.example/")]
#[case("", "https://evil.example/")]
#[case("https://app.example", "https://app.example/")]
#[case("https://app.example/", "https://app.example")]
fn registered_uri_is_no_pattern(#[case] registered: &str, #[case] presented: &str) {
    assert!(!matches(registered, presented));
}
