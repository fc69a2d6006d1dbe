use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use rstest::rstest;

use super::*;

#[rstest]
#[case("/wiki/Page?x=1&y=/z", "/wiki/Page?x=1&y=/z")]
#[case("/", "/")]
#[case("", "/")]
#[case("wiki", "/")]
#[case("//evil.example", "/")]
#[case("/\\evil.example", "/")]
#[case("https://evil.example/", "/")]
#[case("/%2f%2fevil.example", "/")]
#[case("/\tx", "/")]
#[case("/a\r\nSet-Cookie: x=y", "/")]
#[case("/a b", "/")]
#[case("/a#b", "/")]
#[case("/../x", "/")]
#[case("/.doorward/start?to=/x", "/")]
#[case("/.Doorward/sign-out", "/")]
#[case("/.doorwards", "/.doorwards")]
fn browser_returns_to_same_host_alone(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(own_target(text), expected);
}

#[test]
fn long_target_is_left_out() {
    assert_eq!(own_target(&format!("/{}", "a".repeat(MAX_TARGET))), "/");
}

#[rstest]
#[case::same("wiki.example.com", true, 0, true)]
#[case::other_host("mail.example.com", true, 0, false)]
#[case::other_browser("wiki.example.com", false, 0, false)]
#[case::late("wiki.example.com", true, TTL, false)]
fn state_is_bound(
    #[case] host: &str,
    #[case] is_same_browser: bool,
    #[case] later: i64,
    #[case] is_open: bool,
) {
    let random = Random::default();
    let mut rng = random.rng();
    let key = CookieKey::derive(&MasterKey::generate(&mut rng));
    let (browser, other) = (
        OpaqueToken::generate(&mut rng),
        OpaqueToken::generate(&mut rng),
    );
    let state = State::new("/x".to_owned(), &OpaqueToken::generate(&mut rng), 1_000);
    let host_of = |text: &str| Host::parse(text, Scheme::Https).unwrap();
    let place = bound_to(&host_of("wiki.example.com"), &browser);
    let text = key.seal_json(&state, &place, &mut rng).unwrap();
    let by = if is_same_browser { &browser } else { &other };
    let opened = State::open(&text, &key, &host_of(host), by, 1_000 + later);
    assert_eq!(opened, is_open.then_some(state));
}
