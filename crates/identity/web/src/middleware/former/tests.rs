use actix_web::test::TestRequest;
use rstest::rstest;

use super::*;

const ISSUER: &str = "https://id.example";

fn former() -> FormerIssuers {
    FormerIssuers {
        urls: vec!["https://old.example".to_owned()],
        until: Some("2027-06-30".to_owned()),
    }
}

fn ask(method: Method, target: &str, now: UnixSeconds) -> Result<Option<String>, MiddlewareError> {
    let request = TestRequest::with_uri(target)
        .method(method)
        .to_srv_request();
    let response = host_response(&request, &HostKind::Former(0), ISSUER, &former(), now)?;
    Ok(response.map(|response| {
        assert_eq!(response.status(), StatusCode::TEMPORARY_REDIRECT);
        let place = response.headers().get(LOCATION).unwrap();
        place.to_str().unwrap().to_owned()
    }))
}

#[rstest]
#[case(Method::GET, "/.well-known/openid-configuration")]
#[case(Method::GET, "/.well-known/webauthn")]
#[case(Method::GET, "/oauth2/jwks")]
#[case(Method::POST, "/oauth2/token")]
#[case(Method::POST, "/oauth2/introspect")]
#[case(Method::DELETE, "/oauth2/register/x")]
fn requests_of_clients_are_served(#[case] method: Method, #[case] target: &str) {
    assert_eq!(ask(method, target, 0), Ok(None));
}

#[rstest]
#[case(Method::GET, "/", "/")]
#[case(Method::GET, "/login?flow=x", "/login?flow=x")]
#[case(Method::HEAD, "/account", "/account")]
#[case(Method::GET, "/oauth2/logout?state=x", "/oauth2/logout?state=x")]
#[case(Method::POST, "/oauth2/logout", "/oauth2/logout")]
#[case(
    Method::GET,
    "/oauth2/authorize?client_id=a",
    "/oauth2/authorize?client_id=a&former_issuer=https%3A%2F%2Fold.example"
)]
#[case(
    Method::GET,
    "/oauth2/authorize",
    "/oauth2/authorize?former_issuer=https%3A%2F%2Fold.example"
)]
fn pages_are_redirected(#[case] method: Method, #[case] target: &str, #[case] expected: &str) {
    let place = ask(method, target, 0);
    assert_eq!(place, Ok(Some(format!("{ISSUER}{expected}"))));
}

#[rstest]
#[case::form(Method::POST, "/login", 0)]
#[case::authorization(Method::POST, "/oauth2/authorize", 0)]
#[case::api(Method::GET, "/api/auth/me", 0)]
#[case::ended(Method::GET, "/oauth2/jwks", 1_814_313_600)]
fn other_requests_are_rejected(
    #[case] method: Method,
    #[case] target: &str,
    #[case] now: UnixSeconds,
) {
    assert_eq!(ask(method, target, now), Err(MiddlewareError::UnknownHost));
}

#[rstest]
#[case::host("/oauth2/token", HostKind::Former(0), Some(0))]
#[case::parameter(
    "/oauth2/authorize?former_issuer=https://old.example",
    HostKind::Issuer,
    Some(0)
)]
#[case::unknown(
    "/oauth2/authorize?former_issuer=https://evil.example",
    HostKind::Issuer,
    None
)]
#[case::other_path(
    "/oauth2/token?former_issuer=https://old.example",
    HostKind::Issuer,
    None
)]
#[case::present("/oauth2/authorize", HostKind::Issuer, None)]
fn request_belongs_to_issuer(
    #[case] target: &str,
    #[case] served: HostKind,
    #[case] expected: Option<usize>,
) {
    let request = TestRequest::with_uri(target).to_srv_request();
    assert_eq!(position(&request, &served, &former()), expected);
}
