use rstest::rstest;

use super::*;
use crate::testing;

#[rstest]
#[case(Some("id.example.org"), "/a?b=c", "https://id.example.org/a?b=c")]
#[case(Some("id.example.org:80"), "/", "https://id.example.org/")]
#[case(Some("acme.example.org"), "/login", "https://acme.example.org/login")]
#[case(Some("evil.example.com"), "/login", "https://id.example.org/login")]
#[case(
    Some("id.example.org@evil.example.com"),
    "/",
    "https://id.example.org/"
)]
#[case(Some("id.example.org/x"), "/", "https://id.example.org/")]
#[case(Some("[::1]"), "/", "https://id.example.org/")]
#[case(None, "//evil.example.com", "https://id.example.org//evil.example.com")]
fn redirects_stay_at_hosts_of_certificate(
    #[case] host: Option<&str>,
    #[case] target: &str,
    #[case] url: &str,
) {
    let certificates = Arc::new(Certificates::default());
    let redirect = RedirectTarget::new("https://id.example.org", None, Arc::clone(&certificates));
    // Until there is a certificate, every request goes to the issuer.
    let issuer = format!("https://id.example.org{target}");
    assert_eq!(redirect.url(host, target), issuer);
    certificates
        .set(&testing::pair(&["id.example.org", "*.example.org"]))
        .unwrap();
    assert_eq!(redirect.url(host, target), url);
}

#[test]
fn port_of_issuer_is_kept() {
    let certificates = Arc::new(Certificates::default());
    certificates.set(&testing::pair(&["localhost"])).unwrap();
    let redirect = RedirectTarget::new("https://id.example.org:8443", Some(8443), certificates);
    let urls = ["localhost:8080", "other"].map(|host| redirect.url(Some(host), "/"));
    assert_eq!(
        urls,
        ["https://localhost:8443/", "https://id.example.org:8443/"]
    );
}
