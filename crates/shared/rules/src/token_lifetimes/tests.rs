use rstest::rstest;

use super::*;
use doorward_domain::model::sample;

const LIFETIMES: TokenLifetimes = TokenLifetimes {
    access: 300,
    access_max: 3_600,
    id: 300,
    id_max: 7_200,
};

fn resources() -> Vec<Resource> {
    let known = [
        ("plain", None),
        ("brief", Some(60)),
        ("long", Some(1_800)),
        ("other", Some(900)),
    ];
    let resource = |(name, access_token_ttl): (&str, Option<i64>)| Resource {
        access_token_ttl,
        ..Resource::new(name.to_owned(), name.to_owned(), 0)
    };
    known.map(resource).into()
}

fn client(access_token_ttl: Option<i64>, id_token_ttl: Option<i64>) -> Client {
    Client {
        access_token_ttl,
        id_token_ttl,
        ..sample::client()
    }
}

#[rstest]
#[case::deployment(None, &[], 300)]
#[case::resource_without(None, &["plain"], 300)]
#[case::unknown_resource(None, &["elsewhere"], 300)]
#[case::client(Some(900), &[], 900)]
#[case::client_at_resource_without(Some(900), &["plain"], 900)]
#[case::shorter_resource(Some(900), &["brief"], 60)]
#[case::longer_resource(Some(900), &["long"], 900)]
#[case::resource(None, &["long"], 1_800)]
#[case::brief_resource(None, &["brief"], 60)]
#[case::resource_beside_one_without(None, &["long", "plain"], 300)]
#[case::client_and_mixed(Some(1_200), &["long", "plain"], 1_200)]
#[case::shortest_of_several(None, &["long", "other"], 900)]
#[case::shortest_of_all(Some(120), &["long", "brief"], 60)]
#[case::beyond_the_maximum(Some(9_000), &["plain"], 3_600)]
fn access_token_lives_shortest(
    #[case] own: Option<i64>,
    #[case] audience: &[&str],
    #[case] expected: i64,
) {
    let audience: Vec<String> = audience.iter().map(|name| (*name).to_owned()).collect();
    let found = LIFETIMES.access_token(&client(own, None), &audience, &resources());
    assert_eq!(found, expected);
    assert!(found <= LIFETIMES.longest_access_token(&client(own, None), &resources()));
}

#[rstest]
#[case(None, 300)]
#[case(Some(60), 60)]
#[case(Some(7_200), 7_200)]
#[case(Some(7_201), 7_200)]
fn id_token_follows_client(#[case] own: Option<i64>, #[case] expected: i64) {
    assert_eq!(LIFETIMES.id_token(&client(None, own)), expected);
}

#[rstest]
#[case(None, true)]
#[case(Some(1), true)]
#[case(Some(3_600), true)]
#[case(Some(0), false)]
#[case(Some(-1), false)]
#[case(Some(3_601), false)]
fn maximum_limits_choice(#[case] ttl: Option<i64>, #[case] is_accepted: bool) {
    assert_eq!(LIFETIMES.check_access(ttl).is_ok(), is_accepted);
    let other = TokenLifetimes {
        id_max: 3_600,
        ..LIFETIMES
    };
    assert_eq!(other.check_id(ttl).is_ok(), is_accepted);
}

/// A deployment whose own lifetime is longer than the maximum of clients keeps it.
#[test]
fn lifetime_of_deployment_is_always_allowed() {
    let long = TokenLifetimes {
        access: 7_200,
        ..LIFETIMES
    };
    assert_eq!(long.access_token(&client(None, None), &[], &[]), 7_200);
    assert!(long.check_access(Some(7_200)).is_ok());
    assert_eq!(long.longest(), 7_200);
    let error = LIFETIMES.check_access(Some(7_200)).unwrap_err().to_string();
    assert_eq!(
        error,
        "write from 1 to 3600 seconds; tokens.access_ttl_max sets the limit"
    );
}
