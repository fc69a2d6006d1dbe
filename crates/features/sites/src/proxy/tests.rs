use std::net::SocketAddr;

use actix_web::test::TestRequest;
use doorward_config::{Config, SecretText};
use rstest::rstest;

use super::*;

const PROXY: &str = "10.0.0.7:4000";

fn config(proxies: &[&str], secret: Option<&str>) -> Config {
    let mut config = Config::defaults().unwrap();
    config.forward_auth.proxies = proxies.iter().map(|text| text.parse().unwrap()).collect();
    config.forward_auth.proxy_secret = secret.map(SecretText::new);
    config
}

fn request(peer: &str, fields: &[(&'static str, &str)]) -> HttpRequest {
    let peer: SocketAddr = peer.parse().unwrap();
    let request = TestRequest::get()
        .uri("/forward-auth/nginx")
        .peer_addr(peer);
    let add = |request: TestRequest, (name, value): &(&'static str, &str)| {
        request.append_header((*name, *value))
    };
    fields.iter().fold(request, add).to_http_request()
}

const GOOD: [(&str, &str); 5] = [
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "Wiki.Example.com:443"),
    ("x-forwarded-uri", "/wiki/A%20B?x=//y"),
    ("x-forwarded-method", "GET"),
    ("x-forwarded-for", "192.0.2.9"),
];

#[rstest]
#[case::nothing(&[], None, PROXY, None, Err(true))]
#[case::network(&["10.0.0.7/32"], None, PROXY, None, Ok(()))]
#[case::other_network(&["10.0.0.8/32"], None, PROXY, None, Err(true))]
#[case::secret(&[], Some("s3cret"), PROXY, Some("s3cret"), Ok(()))]
#[case::no_secret(&[], Some("s3cret"), PROXY, None, Err(true))]
#[case::wrong_secret(&[], Some("s3cret"), PROXY, Some("S3cret"), Err(true))]
#[case::both(&["10.0.0.7/32"], Some("s3cret"), PROXY, Some("s3cret"), Ok(()))]
#[case::network_alone(&["10.0.0.7/32"], Some("s3cret"), PROXY, None, Err(true))]
#[case::secret_alone(&["10.0.0.8/32"], Some("s3cret"), PROXY, Some("s3cret"), Err(true))]
#[case::mapped_address(&["10.0.0.7/32"], None, "[::ffff:10.0.0.7]:4000", None, Ok(()))]
fn only_configured_proxy_is_accepted(
    #[case] proxies: &[&str],
    #[case] secret: Option<&str>,
    #[case] peer: &str,
    #[case] sent: Option<&str>,
    #[case] expected: Result<(), bool>,
) {
    let config = config(proxies, secret);
    let fields: Vec<(&str, &str)> = sent.map(|sent| (SECRET, sent)).into_iter().collect();
    let checked = check_sender(&request(peer, &fields), &config);
    assert_eq!(checked.map_err(|error| error.is_about_sender), expected);
}

#[test]
fn repeated_secret_is_rejected() {
    let config = config(&[], Some("s3cret"));
    let sent = request(PROXY, &[(SECRET, "s3cret"), (SECRET, "s3cret")]);
    let refusal = check_sender(&sent, &config).unwrap_err();
    assert_eq!(refusal.reason, "the proxy sends no secret, or another one");
}

#[test]
fn description_is_canonical() {
    let config = config(&["10.0.0.7/32"], None);
    let sent = request(PROXY, &GOOD);
    let (facts, target) = describe(&sent, &config, Proxy::Nginx).unwrap();
    assert_eq!(facts.arrival.origin(), "https://wiki.example.com");
    assert_eq!(facts.path.as_str(), "/wiki/A B");
    assert_eq!(target, "/wiki/A%20B?x=//y");
    assert_eq!(facts.arrival.address.to_string(), "192.0.2.9");
}

/// A header that replaces the good one, or is added to it.
#[rstest]
#[case::twice("x-forwarded-host", "wiki.example.com", true)]
#[case::trailing_dot("x-forwarded-host", "wiki.example.com.", false)]
#[case::two_hosts("x-forwarded-host", "wiki.example.com, evil.example", false)]
#[case::two_paths("x-forwarded-uri", "/public", true)]
#[case::absolute_form("x-forwarded-uri", "https://wiki.example.com/x", false)]
#[case::dots("x-forwarded-uri", "/public/%2e%2e/admin", false)]
#[case::slashes("x-forwarded-uri", "//admin", false)]
#[case::dot_segment("x-forwarded-uri", "/./admin", false)]
#[case::parameter("x-forwarded-uri", "/admin;x=1", false)]
#[case::encoded_slash("x-forwarded-uri", "/public%2f..%2fadmin", false)]
#[case::backslash("x-forwarded-uri", "/public\\..\\admin", false)]
#[case::two_methods("x-forwarded-method", "POST", true)]
#[case::small_method("x-forwarded-method", "get", false)]
#[case::plain("x-forwarded-proto", "http", false)]
#[case::other_scheme("x-forwarded-proto", "ftp", false)]
#[case::no_address("x-forwarded-for", "unknown", false)]
fn ambiguous_description_is_rejected(
    #[case] name: &'static str,
    #[case] value: &str,
    #[case] is_added: bool,
) {
    let config = config(&["10.0.0.7/32"], None);
    let others = GOOD.into_iter().filter(|(own, _)| is_added || *own != name);
    let fields: Vec<(&str, &str)> = others.chain([(name, value)]).collect();
    let sent = request(PROXY, &fields);
    let described = describe(&sent, &config, Proxy::Caddy);
    assert!(described.is_err_and(|error| !error.is_about_sender));
}

#[rstest]
#[case("x-forwarded-proto")]
#[case("x-forwarded-host")]
#[case("x-forwarded-uri")]
#[case("x-forwarded-method")]
#[case("x-forwarded-for")]
fn missing_value_is_rejected(#[case] name: &str) {
    let config = config(&["10.0.0.7/32"], None);
    let fields: Vec<(&str, &str)> = GOOD.into_iter().filter(|(own, _)| *own != name).collect();
    assert!(describe(&request(PROXY, &fields), &config, Proxy::Traefik).is_err());
}

/// Neither the header that another proxy uses, nor a method override, has an effect.
#[test]
fn other_headers_have_no_effect() {
    let config = config(&["10.0.0.7/32"], None);
    let others = [
        ("x-original-url", "https://evil.example/public"),
        ("x-original-uri", "/public"),
        ("x-rewrite-url", "/public"),
        ("x-http-method-override", "DELETE"),
        ("x-original-method", "DELETE"),
        ("forwarded", "for=203.0.113.1;host=evil.example"),
        ("x-real-ip", "203.0.113.1"),
    ];
    let fields: Vec<(&str, &str)> = GOOD.into_iter().chain(others).collect();
    let (with, without) = (request(PROXY, &fields), request(PROXY, &GOOD));
    let with = describe(&with, &config, Proxy::Nginx).unwrap();
    let without = describe(&without, &config, Proxy::Nginx).unwrap();
    assert_eq!(format!("{with:?}"), format!("{without:?}"));
}

#[test]
fn ingress_nginx_describes_by_url() {
    let config = config(&["10.0.0.7/32"], None);
    let fields = [
        ("x-original-url", "https://wiki.example.com/a?b"),
        ("x-original-method", "POST"),
        ("x-forwarded-for", "192.0.2.9"),
    ];
    let sent = request(PROXY, &fields);
    let (facts, target) = describe(&sent, &config, Proxy::IngressNginx).unwrap();
    assert_eq!(facts.arrival.origin(), "https://wiki.example.com");
    assert_eq!((target, facts.method.as_str()), ("/a?b", "POST"));
}

#[rstest]
#[case::navigation("GET", &[("sec-fetch-mode", "navigate"), ("accept", "text/html")], true)]
#[case::head("HEAD", &[("sec-fetch-mode", "navigate")], true)]
#[case::old_browser("GET", &[("accept", "text/html,*/*")], true)]
#[case::form("POST", &[("sec-fetch-mode", "navigate"), ("accept", "text/html")], false)]
#[case::script("GET", &[("sec-fetch-mode", "cors"), ("accept", "text/html")], false)]
#[case::same_origin_script("GET", &[("sec-fetch-mode", "same-origin")], false)]
#[case::picture("GET", &[("sec-fetch-mode", "no-cors"), ("accept", "image/*")], false)]
#[case::socket("GET", &[("sec-fetch-mode", "websocket")], false)]
#[case::old_socket("GET", &[("sec-websocket-key", "x"), ("accept", "text/html")], false)]
#[case::program("GET", &[("accept", "application/json")], false)]
#[case::health_check("GET", &[("user-agent", "GoogleHC/1.0")], false)]
fn only_navigation_is_redirected(
    #[case] method: &str,
    #[case] fields: &[(&'static str, &'static str)],
    #[case] expected: bool,
) {
    let add =
        |request: TestRequest, field: &(&'static str, &'static str)| request.insert_header(*field);
    let request = fields
        .iter()
        .fold(TestRequest::get(), add)
        .to_http_request();
    assert_eq!(is_navigation(request.headers(), method), expected);
}
