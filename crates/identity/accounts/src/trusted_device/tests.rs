use super::*;

fn tokens(count: usize) -> Vec<OpaqueToken> {
    (0..count)
        .map(|_| OpaqueToken::generate(&mut rand::rng()))
        .collect()
}

#[test]
fn cookie_reads_back_and_keeps_latest_five() {
    let mut cookie = TrustCookie::default();
    let all = tokens(7);
    for token in &all {
        cookie = cookie.with(token.clone());
    }
    let read = TrustCookie::parse(&cookie.to_cookie()).expect("its own form");
    let latest: Vec<_> = all.iter().rev().take(5).map(OpaqueToken::hash).collect();
    assert!(read.hashes() == latest);
}

#[test]
fn malformed_cookie_is_rejected() {
    let six: Vec<_> = tokens(6)
        .iter()
        .map(|token| token.expose().to_owned())
        .collect();
    for text in [
        "",
        ".",
        "short",
        &six.join("."),
        &six[..2].join(" "),
        &format!("{}.", six[0]),
    ] {
        assert!(TrustCookie::parse(text).is_none(), "{text}");
    }
}
