use rstest::rstest;

use super::*;

#[rstest]
#[case("/", true)]
#[case("/login", true)]
#[case("/login/2fa", true)]
#[case("/login/with/google", true)]
#[case("/register", true)]
#[case("/forgot-password", true)]
#[case("/reset-password", true)]
#[case("/verify-email/resend", true)]
#[case("/logout", true)]
#[case("/account", true)]
#[case("/account/security/2fa", true)]
#[case::client("/consent", false)]
#[case::client("/select-account", false)]
#[case::client("/oauth2/authorize", false)]
#[case::client("/oauth2/logout", false)]
#[case::device("/device", false)]
#[case::other_organization("/invitation", false)]
#[case::console("/admin", false)]
#[case::console("/admin/organizations/acme", false)]
#[case::file("/brand/x.png", false)]
#[case::longer_name("/accounts", false)]
#[case::longer_name("/login.html", false)]
#[case("", false)]
fn only_own_pages_have_look(#[case] path: &str, #[case] expected: bool) {
    assert_eq!(has_look(path), expected);
}

#[rstest]
#[case("", None)]
#[case("next=/account", None)]
#[case("organization=acme", Some("acme"))]
#[case("next=/account&organization=acme", Some("acme"))]
#[case::first("organization=acme&organization=zeta", Some("acme"))]
#[case::removed("organization=", Some(""))]
#[case::no_slug("organization=ACME", Some(""))]
#[case::no_slug("organization=//evil.example", Some(""))]
#[case::no_slug("organization=a%0d%0aSet-Cookie:x", Some(""))]
#[case::unreadable("organization=%zz", None)]
fn query_names_organization(#[case] query: &str, #[case] expected: Option<&str>) {
    assert_eq!(chosen(query).as_deref(), expected);
}
