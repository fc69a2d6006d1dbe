use super::BrowserToken;

#[test]
fn what_is_sealed_opens_for_this_browser_and_purpose_only() {
    let token = BrowserToken::generate().unwrap();
    let sealed = token.seal("session", b"tokens").unwrap();
    assert_eq!(
        token.open("session", &sealed).as_deref(),
        Some(b"tokens".as_slice())
    );
    assert_eq!(token.open("login", &sealed), None);
    let other = BrowserToken::generate().unwrap();
    assert_eq!(other.open("session", &sealed), None);
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert_eq!(token.open("session", &changed), None, "byte {at}");
        assert_eq!(token.open("session", &sealed[..at]), None, "prefix {at}");
    }
    assert_ne!(sealed, token.seal("session", b"tokens").unwrap());
}

#[test]
fn a_form_token_belongs_to_one_browser() {
    let token = BrowserToken::generate().unwrap();
    assert!(token.is_csrf(&token.csrf()));
    assert!(!token.is_csrf(""));
    assert!(!token.is_csrf(&BrowserToken::generate().unwrap().csrf()));
    assert!(!token.is_csrf(&format!("{}A", token.csrf())));
}

#[test]
fn only_canonical_cookies_are_read() {
    let text = BrowserToken::generate().unwrap().expose().to_owned();
    assert!(BrowserToken::parse(&text).is_some());
    assert!(BrowserToken::parse(&text[..42]).is_none());
    assert!(BrowserToken::parse(&format!("{text}A")).is_none());
    assert!(BrowserToken::parse(&format!("{}=", &text[..42])).is_none());
    // 43 characters carry two spare bits, which must be zero.
    assert!(BrowserToken::parse(&format!("{}B", "A".repeat(42))).is_none());
}
