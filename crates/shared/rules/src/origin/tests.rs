use rstest::rstest;

use super::*;
use doorward_domain::model::sample::client;

#[rstest]
#[case("https://app.example.org", Ok(()))]
#[case("https://app.example.org:8443", Ok(()))]
#[case("http://localhost:3000", Ok(()))]
#[case("http://127.0.0.1:3000", Ok(()))]
#[case("http://[::1]:3000", Ok(()))]
#[case("https://xn--bcher-kva.example", Ok(()))]
#[case("*", Err(OriginProblem::Wildcard))]
#[case("https://*.example.org", Err(OriginProblem::Wildcard))]
#[case("null", Err(OriginProblem::Scheme))]
#[case("", Err(OriginProblem::Scheme))]
#[case("app.example.org", Err(OriginProblem::Scheme))]
#[case("http://app.example.org", Err(OriginProblem::Scheme))]
#[case("http://localhost.example.org", Err(OriginProblem::Scheme))]
#[case("ftp://app.example.org", Err(OriginProblem::Scheme))]
#[case("file:///etc/passwd", Err(OriginProblem::Scheme))]
#[case("com.example.app:/callback", Err(OriginProblem::Scheme))]
#[case("https://app.example.org/", Err(OriginProblem::Spelling))]
#[case("https://app.example.org/path", Err(OriginProblem::Spelling))]
#[case("https://app.example.org?x", Err(OriginProblem::Spelling))]
#[case("https://app.example.org#x", Err(OriginProblem::Spelling))]
#[case("https://user@app.example.org", Err(OriginProblem::Spelling))]
#[case("https://app.example.org:443", Err(OriginProblem::Spelling))]
#[case("https://APP.example.org", Err(OriginProblem::Spelling))]
#[case("https://bücher.example", Err(OriginProblem::Spelling))]
#[case(" https://app.example.org", Err(OriginProblem::Spelling))]
#[case("https://app.example.org\r\nX: y", Err(OriginProblem::Scheme))]
fn origin_of_registration_is_validated(
    #[case] text: &str,
    #[case] expected: Result<(), OriginProblem>,
) {
    let found = check_registration(text);
    assert_eq!(found.is_ok(), expected.is_ok(), "{text:?}: {found:?}");
    if !text.contains('\n') {
        assert_eq!(found, expected, "{text:?}");
    }
}

#[rstest]
#[case::listed(ClientKind::Confidential, &["https://a.example"], &["https://b.example/cb"], &["https://a.example"])]
#[case::unlisted(ClientKind::Confidential, &[], &["https://b.example/cb"], &[])]
#[case::public_listed(ClientKind::Public, &["https://a.example"], &["https://b.example/cb"], &["https://a.example"])]
#[case::public_unlisted(
    ClientKind::Public, &[],
    &["https://b.example/cb", "https://b.example/other", "http://127.0.0.1:99/cb", "com.example.app:/cb"],
    &["http://127.0.0.1:99", "https://b.example"]
)]
fn client_origins_follow_kind_and_redirect_uris(
    #[case] kind: ClientKind,
    #[case] listed: &[&str],
    #[case] redirects: &[&str],
    #[case] expected: &[&str],
) {
    let owned = |list: &[&str]| list.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
    let mut client = client();
    client.kind = kind;
    client.allowed_origins = owned(listed);
    client.redirect_uris = owned(redirects);
    assert_eq!(list_origins(&client), expected);
    for origin in expected {
        assert!(admits(&client, origin));
        assert!(!admits(&client, &origin.to_uppercase()));
        assert!(!admits(&client, &format!("{origin}.evil.example")));
    }
    assert!(!admits(&client, "null"));
}
