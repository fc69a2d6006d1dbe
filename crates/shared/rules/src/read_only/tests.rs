//! The requests that go on, and those that are rejected.

use super::*;

#[test]
fn reads_go_on() {
    for method in ["GET", "HEAD", "OPTIONS"] {
        for path in ["/admin/people/new", "/api/admin/users", "/register", "/"] {
            assert!(!is_change(method, path), "{method} {path}");
        }
    }
}

#[test]
fn sign_ins_sessions_and_tokens_go_on() {
    for (method, path) in [
        ("POST", "/oauth2/token"),
        ("POST", "/oauth2/introspect"),
        ("POST", "/oauth2/revoke"),
        ("POST", "/oauth2/userinfo"),
        ("POST", "/oauth2/par"),
        ("POST", "/oauth2/logout"),
        ("POST", "/login"),
        ("POST", "/login/2fa"),
        ("POST", "/login/with/acme"),
        ("POST", "/login/callback/acme"),
        ("POST", "/login/logout/acme"),
        ("POST", "/login/signals/acme"),
        ("POST", "/logout"),
        ("POST", "/select-account"),
        // The answer can be a rejection; the handler checks an approval.
        ("POST", "/consent"),
        ("POST", "/device/confirm"),
        ("POST", "/account/sessions/end"),
        ("POST", "/account/data/export"),
        ("POST", "/api/auth/login/mfa"),
        ("POST", "/api/auth/token/refresh"),
        ("DELETE", "/api/auth/sessions/ses_1"),
        ("POST", "/api/admin/clients/photos/impact"),
        ("PUT", "/api/admin/read-only"),
        ("DELETE", "/api/admin/read-only"),
        ("POST", "/admin/read-only/end"),
        ("POST", "/dev/token"),
    ] {
        assert!(!is_change(method, path), "{method} {path}");
    }
}

#[test]
fn changes_are_rejected() {
    for (method, path) in [
        ("POST", "/oauth2/register"),
        ("PUT", "/oauth2/register/photos"),
        ("DELETE", "/oauth2/register/photos"),
        ("POST", "/register"),
        ("POST", "/login/new"),
        ("POST", "/setup"),
        ("POST", "/invitation"),
        ("POST", "/forgot-password"),
        ("POST", "/reset-password"),
        ("POST", "/verify-email"),
        ("POST", "/add-passkey"),
        ("POST", "/account/password"),
        ("POST", "/account/apps/remove"),
        ("POST", "/account/security/2fa/start"),
        ("POST", "/account/reviews/lines"),
        ("POST", "/api/auth/register"),
        ("PATCH", "/api/auth/profile"),
        ("POST", "/api/auth/api-keys"),
        ("POST", "/api/admin/users"),
        ("PATCH", "/api/admin/clients/photos"),
        ("DELETE", "/api/admin/roles/editor"),
        ("PUT", "/api/admin/notice"),
        ("POST", "/admin/people/new"),
        ("POST", "/admin/read-only/set"),
        // No route has these paths: what is not listed is a change.
        ("POST", "/login/"),
        ("POST", "/login/with/"),
        ("POST", "/login/with/acme/more"),
        ("POST", "/api/admin/clients/a/b/impact"),
        ("POST", "/later"),
        ("BREW", "/account"),
    ] {
        assert!(is_change(method, path), "{method} {path}");
    }
}
