use rstest::rstest;

use super::*;

const GOOD: &str = r#"
[[issuer]]
issuer = "https://ci.example"
jwks_uri = "https://ci.example/jwks"
clients = ["deployer"]
audiences = ["https://tasks.example/api"]
scope = "tasks:read tasks:write"

[issuer.subjects]
"job:1" = "0197a1f8-1770-70f4-a5da-000000000042"
"#;

#[test]
fn file_lists_trusted_issuers() {
    let [one] = &parse(GOOD).unwrap()[..] else {
        panic!("one issuer");
    };
    assert_eq!(one.max_lifetime, LIFETIME);
    assert!(!one.disabled && !one.usernames);
    let linked = one.linked("job:1").unwrap();
    assert_eq!(linked.to_string(), "0197a1f8-1770-70f4-a5da-000000000042");
    assert_eq!(one.linked("job:2"), None);
    assert_eq!(parse("").unwrap(), []);
    assert_eq!(read(None).unwrap(), []);
    assert!(read(Some(Path::new("/nowhere/issuers.toml"))).is_err());
}

/// A partly invalid file is rejected entirely; no entry is skipped silently.
#[rstest]
#[case(
    "issuer = \"https://ci.example\"",
    "issuer = \"http://ci.example\"",
    "https"
)]
#[case(
    "issuer = \"https://ci.example\"",
    "issuer = \"https://ci.example?x\"",
    "query"
)]
#[case("jwks_uri = \"https://ci.example/jwks\"", "", "jwks")]
#[case("jwks_uri =", "jwks = \"{}\"\njwks_uri =", "either")]
#[case("jwks_uri = \"https://ci.example/jwks\"", "jwks = \"{}\"", "JWK Set")]
#[case("https://ci.example/jwks", "http://ci.example/jwks", "jwks_uri")]
#[case("[\"deployer\"]", "[]", "clients")]
#[case("[\"https://tasks.example/api\"]", "[]", "audiences")]
#[case("tasks:read tasks:write", "", "scope")]
#[case("scope =", "max_lifetime = 0\nscope =", "max_lifetime")]
#[case("scope =", "max_lifetime = 3601\nscope =", "max_lifetime")]
#[case("scope =", "unknown = 1\nscope =", "unknown")]
#[case(
    "\"job:1\" = \"0197a1f8-1770-70f4-a5da-000000000042\"",
    "",
    "no subject"
)]
#[case("0197a1f8-1770-70f4-a5da-000000000042", "alice@example.org", "UUID")]
fn invalid_issuer_file_is_rejected(#[case] from: &str, #[case] to: &str, #[case] expected: &str) {
    let text = GOOD.replacen(from, to, 1);
    assert_ne!(text, GOOD);
    let problem = parse(&text).unwrap_err();
    assert!(problem.contains(expected), "{problem}");
}

#[test]
fn issuer_is_unique() {
    let problem = parse(&format!("{GOOD}{GOOD}")).unwrap_err();
    assert!(problem.contains("twice"), "{problem}");
}
