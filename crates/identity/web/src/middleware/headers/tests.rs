use rstest::rstest;

use super::*;

fn secured(content_type: &str, path: &str, https: bool, is_public: bool) -> HttpResponse {
    let mut response = HttpResponse::Ok().content_type(content_type).finish();
    secure(&mut response, path, https, is_public);
    response
}

fn header<'a>(response: &'a HttpResponse, name: &str) -> Option<&'a str> {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap())
}

#[test]
fn page_carries_every_header() {
    let response = secured("text/html; charset=utf-8", "/login", true, false);
    assert_eq!(
        header(&response, "content-security-policy"),
        Some(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
             connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
    );
    assert_eq!(header(&response, "x-frame-options"), Some("DENY"));
    assert_eq!(header(&response, "x-content-type-options"), Some("nosniff"));
    assert_eq!(header(&response, "referrer-policy"), Some("no-referrer"));
    assert_eq!(
        header(&response, "cross-origin-opener-policy"),
        Some("same-origin")
    );
    assert_eq!(
        header(&response, "cross-origin-resource-policy"),
        Some("same-origin")
    );
    assert_eq!(
        header(&response, "strict-transport-security"),
        Some("max-age=31536000")
    );
    assert_eq!(header(&response, "cache-control"), Some("no-store"));
    assert_eq!(header(&response, "pragma"), Some("no-cache"));
    assert!(
        header(&response, "permissions-policy")
            .unwrap()
            .contains("camera=()")
    );
}

#[test]
fn plain_http_has_no_hsts_and_data_no_page_policy() {
    let response = secured("application/json", "/admin", false, false);
    assert_eq!(header(&response, "strict-transport-security"), None);
    assert_eq!(
        header(&response, "content-security-policy"),
        Some("default-src 'none'; frame-ancestors 'none'")
    );
    assert_eq!(header(&response, "cache-control"), Some("no-store"));
}

#[rstest]
#[case(true, "cross-origin")]
#[case(false, "same-origin")]
fn only_public_documents_are_cross_origin(#[case] is_public: bool, #[case] expected: &str) {
    let response = secured(
        "application/json",
        "/.well-known/openid-configuration",
        true,
        is_public,
    );
    assert_eq!(
        header(&response, "cross-origin-resource-policy"),
        Some(expected)
    );
}

#[test]
fn headers_of_handler_are_kept() {
    let mut response = HttpResponse::Ok()
        .insert_header(("cache-control", "public, max-age=300"))
        .insert_header(("content-security-policy", "sandbox"))
        .insert_header(("referrer-policy", "origin"))
        .finish();
    secure(&mut response, "/login", true, true);
    assert_eq!(
        header(&response, "cache-control"),
        Some("public, max-age=300")
    );
    assert_eq!(header(&response, "pragma"), None);
    assert_eq!(
        header(&response, "content-security-policy"),
        Some("sandbox")
    );
    assert_eq!(header(&response, "referrer-policy"), Some("origin"));
}

#[rstest]
#[case("/", false)]
#[case("/login", false)]
#[case("/login/2fa", false)]
#[case("/consent", false)]
#[case("/select-account", false)]
#[case("/logout", false)]
#[case("/oauth2/authorize", false)]
#[case("/oauth2/logout", false)]
#[case("/account/providers", false)]
#[case("/administer", false)]
#[case("/admin", true)]
#[case("/admin/", true)]
#[case("/admin/apps/web", true)]
fn only_console_restricts_forms(#[case] path: &str, #[case] expected: bool) {
    let response = secured("text/html", path, true, false);
    let policy = header(&response, "content-security-policy").unwrap();
    assert_eq!(policy.contains("form-action 'self'"), expected, "{policy}");
    assert!(policy.starts_with(PAGE_POLICY), "{policy}");
}

#[test]
fn frame_src_lists_only_frame_origins() {
    let mut response = HttpResponse::Ok().content_type("text/html").finish();
    let frames = [
        "https://b.example/out?sid=1",
        "https://a.example:8443/out",
        "https://b.example/other",
        "http://[::1]:8080/out",
        "https://c.example;script-src*/out",
    ];
    allow_frames(&mut response, &frames.map(str::to_owned));
    secure(&mut response, "/logout", true, false);
    let policy = header(&response, "content-security-policy").unwrap();
    let expected = format!("{PAGE_POLICY}; frame-src https://a.example:8443 https://b.example");
    assert_eq!(policy, expected);
}

#[test]
fn page_without_frames_allows_no_frame_src() {
    let mut response = HttpResponse::Ok().content_type("text/html").finish();
    allow_frames(&mut response, &[]);
    secure(&mut response, "/logout", true, false);
    assert_eq!(
        header(&response, "content-security-policy"),
        Some(PAGE_POLICY)
    );
}
