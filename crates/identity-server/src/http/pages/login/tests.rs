use super::account_path;

#[test]
fn a_sign_in_leads_below_the_account_and_nowhere_else() {
    for path in [
        "/account",
        "/account/",
        "/account/security/2fa",
        "/account/password",
    ] {
        assert_eq!(account_path(path).as_deref(), Some(path));
        let within = format!("{path}?flow={}", "a".repeat(22));
        assert_eq!(account_path(&within), Some(within));
    }
    let long = format!("/account/{}", "a".repeat(100));
    for path in [
        "",
        "/",
        "/login",
        "account",
        "/accounts",
        "/account.evil.example",
        "//account",
        "/account//evil.example",
        "/account/../admin",
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
        long.as_str(),
    ] {
        assert_eq!(account_path(path), None, "{path}");
    }
}
