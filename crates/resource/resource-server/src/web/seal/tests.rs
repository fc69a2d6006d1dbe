use super::BrowserToken;

#[test]
fn sealed_value_opens_only_in_same_browser_and_purpose() {
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
fn form_token_is_bound_to_browser() {
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
    // 43 characters have two spare bits, which must be zero.
    assert!(BrowserToken::parse(&format!("{}B", "A".repeat(42))).is_none());
}

#[test]
fn sign_in_resumes_in_same_browser_until_expiry() {
    let browser = BrowserToken::generate().unwrap();
    let (state, secrets) = browser.seal_sign_in(1_000).unwrap();
    assert_eq!(browser.resume_sign_in(&state, 999), Some(secrets));
    assert_eq!(browser.resume_sign_in(&state, 1_000), None);
    let other = BrowserToken::generate().unwrap();
    assert_eq!(other.resume_sign_in(&state, 999), None);
    // Two sign-ins of one browser have different secrets.
    let (second, others) = browser.seal_sign_in(1_000).unwrap();
    let secrets = browser.resume_sign_in(&state, 999).unwrap();
    assert_ne!(state, second);
    assert!(secrets.nonce != others.nonce && secrets.verifier != others.verifier);
    assert_ne!(secrets.nonce, secrets.verifier);
    for at in 0..state.len() {
        let mut changed = state.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(browser.resume_sign_in(&changed, 0), None, "character {at}");
    }
    for text in [
        "",
        "A",
        &state[..42],
        &format!("{state}A"),
        &format!("{state}="),
    ] {
        assert_eq!(browser.resume_sign_in(text, 0), None, "{text}");
    }
}
