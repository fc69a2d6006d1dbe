use rstest::rstest;

use super::*;

#[rstest]
#[case::plain(1.0, 5)]
#[case::lowered(0.5, 2)]
#[case::at_least_one(0.1, 1)]
#[case::raised(2.5, 12)]
#[case::load_run(1_000_000.0, 5_000_000)]
fn multiplier_scales_each_limit(#[case] multiplier: f64, #[case] quota: u64) {
    let limit = SIGN_IN.scaled(multiplier);
    assert_eq!(limit, Limit { quota, ..SIGN_IN });
    assert!(limit.admits(quota));
    assert!(!limit.admits(quota + 1));
}

#[test]
fn half_limit_is_never_none() {
    assert_eq!(SIGN_IN.halved().quota, 2);
    assert_eq!(ADDRESS.halved().quota, 15);
    assert_eq!(SIGN_IN.scaled(0.1).halved().quota, 1);
}

#[rstest]
#[case(1, 4)]
#[case(5, 0)]
#[case(6, 0)]
#[case(u64::MAX, 0)]
fn remaining_attempts_are_never_negative(#[case] count: u64, #[case] remaining: u64) {
    assert_eq!(SIGN_IN.remaining(count), remaining);
}

#[rstest]
#[case::case("Alice", "alice")]
#[case::space("  alice\u{a0}", "alice")]
#[case::width("ＡＬＩＣＥ", "alice")]
#[case::address("ALICE@Example.ORG", "alice@example.org")]
#[case::no_account_could_be_called_that(" Not A Name ", "not a name")]
fn spelling_does_not_evade(#[case] typed: &str, #[case] key: &str) {
    assert_eq!(account_key(None, typed), format!("typed {key}"));
}

#[test]
fn identifiers_of_same_account_share_key() {
    let id = UserId::parse("0190f6a0-0000-7000-8000-000000000000").unwrap();
    let key = account_key(Some(id), "alice");
    assert_eq!(account_key(Some(id), "alice@example.org"), key);
    // No typed text has the key of an account.
    assert_ne!(account_key(None, &key), key);
}

#[rstest]
#[case::v4("192.0.2.7", "192.0.2.7")]
#[case::v4_in_v6("::ffff:192.0.2.7", "192.0.2.7")]
#[case::v6("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::/64")]
#[case::v6_same_network("2001:db8:1:2::1", "2001:db8:1:2::/64")]
#[case::v6_next_network("2001:db8:1:3::1", "2001:db8:1:3::/64")]
fn address_key_covers_network(#[case] address: &str, #[case] key: &str) {
    assert_eq!(address_key(Some(address.parse().unwrap())), key);
}

#[test]
fn missing_address_has_single_key() {
    assert_eq!(address_key(None), "unknown");
}

#[rstest]
#[case::anonymous(LimitSubject::Anonymous, "anonymous", 100)]
#[case::token(LimitSubject::Token, "token", 1_000)]
#[case::client(LimitSubject::Client, "client", 1_000)]
#[case::no_role(LimitSubject::Account(&roles(&[])), "signed-in", 1_000)]
#[case::other_role(LimitSubject::Account(&roles(&["developer"])), "signed-in", 1_000)]
#[case::role(LimitSubject::Account(&roles(&["developer", "admin"])), "signed-in", 5_000)]
#[case::lower(LimitSubject::Account(&roles(&["guest"])), "signed-in", 10)]
#[case::highest(LimitSubject::Account(&roles(&["guest", "admin"])), "signed-in", 5_000)]
fn hourly_limit_depends_on_subject_and_role(
    #[case] requester: LimitSubject<'_>,
    #[case] name: &str,
    #[case] quota: u64,
) {
    let hourly = Hourly {
        anonymous: 100,
        account: 1_000,
        roles: [("admin".to_owned(), 5_000), ("guest".to_owned(), 10)].into(),
    };
    let limit = hourly.limit_for(requester);
    assert_eq!((limit.name, limit.quota, limit.window), (name, quota, 3600));
    assert_eq!(limit.scaled(0.5).quota, quota / 2);
    assert_eq!(limit.halved().quota, quota / 2);
}

fn roles(names: &[&str]) -> std::collections::BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}
