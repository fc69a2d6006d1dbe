use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use rstest::rstest;

use super::*;
use crate::request::received_request::Tenant;

const ISSUER: &str = "https://id.example";

fn acme_host() -> HostKind {
    HostKind::Organization(Tenant {
        slug: "acme".to_owned(),
        host: "login.acme.example".to_owned(),
    })
}

fn ask(method: Method, target: &str) -> Result<Option<HttpResponse>, MiddlewareError> {
    let request = TestRequest::with_uri(target).method(method);
    let acme = acme_host();
    host_response(&request.to_srv_request(), &acme, ISSUER)
}

fn sent_to(target: &str) -> String {
    let response = ask(Method::GET, target).unwrap().unwrap();
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let place = response.headers().get(LOCATION).unwrap();
    place.to_str().unwrap().to_owned()
}

#[rstest]
#[case("", "organization=acme")]
#[case("scope=a+b&state=x%26y", "scope=a+b&state=x%26y&organization=acme")]
#[case("organization=acme&state=x", "state=x&organization=acme")]
#[case("organization=&state=x", "state=x&organization=acme")]
#[case::disagreement("organization=zeta", "organization=zeta&organization=acme")]
#[case::other_spelling("organization=ACME", "organization=ACME&organization=acme")]
#[case::twice(
    "organization=acme&organization=acme",
    "organization=acme&organization=acme&organization=acme"
)]
#[case::unreadable("state=%zz", "state=%zz")]
fn authorization_request_is_redirected_to_issuer(#[case] query: &str, #[case] sent: &str) {
    let path = sent_to(&format!("/oauth2/authorize?{query}"));
    assert_eq!(path, format!("{ISSUER}/oauth2/authorize?{sent}"));
}

#[rstest]
#[case("acme", "organization=acme")]
#[case("", "organization=acme")]
#[case::disagreement("zeta", "organization=acme&organization=")]
fn conflicting_tenant_header_is_passed_to_issuer(#[case] field: &str, #[case] sent: &str) {
    let request = TestRequest::with_uri("/oauth2/authorize").insert_header(("x-tenant-id", field));
    let acme = acme_host();
    let response = host_response(&request.to_srv_request(), &acme, ISSUER)
        .unwrap()
        .unwrap();
    let place = response.headers().get(LOCATION).unwrap().to_str().unwrap();
    assert_eq!(place, format!("{ISSUER}/oauth2/authorize?{sent}"));
}

#[rstest]
#[case("/", "/")]
#[case("/login", "/login")]
#[case("/account", "/account")]
#[case("/register", "/register")]
#[case("/forgot-password", "/forgot-password")]
#[case::next("/?next=https://evil.example", "/")]
#[case::other_organization("/login?organization=zeta", "/login")]
#[case::flow("/login?flow=x&token=y", "/login")]
#[case::unreadable("/login?%zz", "/login")]
fn pages_lead_to_issuer_with_organization(#[case] target: &str, #[case] path: &str) {
    assert_eq!(sent_to(target), format!("{ISSUER}{path}?organization=acme"));
}

#[rstest]
#[case("/oauth2/token")]
#[case("/api/auth/login")]
#[case("/api/auth/login/mfa")]
fn protocol_requests_are_served(#[case] path: &str) {
    assert!(matches!(ask(Method::POST, path), Ok(None)));
}

#[rstest]
#[case(Method::GET, "/login/")]
#[case(Method::GET, "/login/2fa")]
#[case(Method::GET, "/account/security")]
#[case(Method::GET, "/reset-password")]
#[case(Method::GET, "/verify-email")]
#[case(Method::GET, "/logout")]
#[case(Method::GET, "/consent")]
#[case(Method::GET, "/device")]
#[case(Method::GET, "/admin")]
#[case(Method::GET, "/brand/x.png")]
#[case(Method::GET, "/static/app.css")]
#[case(Method::GET, "/favicon.ico")]
#[case(Method::GET, "/oauth2/jwks")]
#[case(Method::GET, "/.well-known/openid-configuration")]
#[case(Method::GET, "/.well-known/oauth-authorization-server")]
#[case(Method::GET, "/.well-known/change-password")]
#[case(Method::GET, "/.well-known/webauthn")]
#[case(Method::GET, "//evil.example")]
#[case(Method::GET, "/oauth2/authorize/")]
#[case(Method::GET, "/api/auth/profile")]
#[case(Method::POST, "/login")]
#[case(Method::PUT, "/account")]
#[case(Method::POST, "/register")]
#[case(Method::POST, "/oauth2/authorize")]
#[case(Method::POST, "/")]
#[case(Method::POST, "/oauth2/revoke")]
#[case(Method::OPTIONS, "/oauth2/userinfo")]
fn unsupported_paths_are_misdirected(#[case] method: Method, #[case] path: &str) {
    let verdict = ask(method, path).map(|answered| answered.is_some());
    assert_eq!(verdict, Err(MiddlewareError::UnknownHost));
}

#[test]
fn issuer_host_is_unaffected() {
    let request = TestRequest::with_uri("/login").to_srv_request();
    assert!(matches!(
        host_response(&request, &HostKind::Issuer, ISSUER),
        Ok(None)
    ));
}

/// Returns the response of a host: `served`, `421`, or the URL of a redirect.
fn answer(host: &HostKind, method: Method, target: &str) -> String {
    let request = TestRequest::with_uri(target).method(method);
    match host_response(&request.to_srv_request(), host, ISSUER) {
        Ok(None) => "served".to_owned(),
        Ok(Some(response)) => {
            assert_eq!(response.status(), StatusCode::SEE_OTHER);
            let place = response.headers().get(LOCATION).unwrap();
            place.to_str().unwrap().to_owned()
        }
        Err(error) => {
            assert_eq!(error, MiddlewareError::UnknownHost);
            "421".to_owned()
        }
    }
}

/// The table of decision 42, for each kind of host.
#[test]
fn hosts_answer_as_decided() {
    let login: &str = &format!("{ISSUER}/login?organization=acme");
    let home: &str = &format!("{ISSUER}/?organization=acme");
    let authorize: &str = &format!("{ISSUER}/oauth2/authorize?organization=acme");
    let hosts = [
        HostKind::Issuer,
        acme_host(),
        HostKind::Unlisted("other.example".to_owned()),
        HostKind::Mtls,
    ];
    let discovery = "/.well-known/openid-configuration";
    for (method, target, expected) in [
        (Method::GET, "/", ["served", home, "421", "421"]),
        (Method::HEAD, "/", ["served", home, "421", "421"]),
        (Method::GET, "/login", ["served", login, "421", "421"]),
        (Method::POST, "/login", ["served", "421", "421", "421"]),
        (Method::GET, "/login/2fa", ["served", "421", "421", "421"]),
        (Method::GET, discovery, ["served", "421", "421", "421"]),
        (
            Method::GET,
            "/oauth2/authorize",
            ["served", authorize, "421", "421"],
        ),
        (
            Method::POST,
            "/api/auth/login",
            ["served", "served", "421", "served"],
        ),
        (
            Method::POST,
            "/oauth2/token",
            ["served", "served", "421", "served"],
        ),
    ] {
        for (host, expected) in hosts.iter().zip(expected) {
            let found = answer(host, method.clone(), target);
            assert_eq!(found, expected, "{host:?} {method} {target}");
        }
    }
}
