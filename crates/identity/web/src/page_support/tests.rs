use super::account_path;

#[test]
fn sign_in_leads_below_account_and_nowhere_else() {
    for path in [
        "/account",
        "/account/",
        "/account/security/2fa",
        "/account/password",
        "/invitation",
    ] {
        assert_eq!(account_path(path).as_deref(), Some(path));
        let within = format!("{path}?flow={}", "a".repeat(22));
        assert_eq!(account_path(&within), Some(within));
    }
    let (slug, id) = ("a".repeat(63), "018f0000-0000-7000-8000-000000000000");
    let longest = format!("/admin/organizations/{slug}/members/{id}/make-member");
    for path in ["/admin", "/admin/keys/Abc_-9/retire", &longest] {
        assert_eq!(account_path(path).as_deref(), Some(path));
    }
    for path in ["/device", "/device?user_code=WDJB-MJHT"] {
        assert_eq!(account_path(path).as_deref(), Some(path));
    }
    let typed = account_path("/device?user_code=wdjb mjht");
    assert_eq!(typed.as_deref(), Some("/device?user_code=WDJB-MJHT"));
    let long = format!("/account/{}", "a".repeat(100));
    let longer = format!("/admin/{}", "a".repeat(200));
    for path in [
        "",
        "/",
        "/login",
        "account",
        "/accounts",
        "/invitations",
        "/invitation/x",
        "/invitation?done=accepted",
        "/account.evil.example",
        "//account",
        "/account//evil.example",
        "/account/../admin",
        "/admin/../account",
        "/admin//evil.example",
        "/admins",
        "/admin?q=x",
        "/account/\\evil.example",
        "/account?next=x",
        "/account?flow=",
        "/account?flow=x&next=//evil.example",
        "//evil.example?flow=aaaaaaaaaaaaaaaaaaaaaa",
        "/account#x",
        "/account/a b",
        "/account/%2e%2e",
        "/account/\r\nSet-Cookie:x",
        "https://evil.example/account",
        "/Account",
        "/devices",
        "/device/confirm",
        "/device?user_code=",
        "/device?user_code=WDJB-MJHT&next=//evil.example",
        "/device//evil.example",
        long.as_str(),
        longer.as_str(),
    ] {
        assert_eq!(account_path(path), None, "{path}");
    }
}
