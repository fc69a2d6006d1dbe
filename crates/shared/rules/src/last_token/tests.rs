use uuid::Uuid;

use super::*;

fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

fn uses() -> TokenUses {
    let token = |org: Option<&str>| TokenSource::Token(org.map(str::to_owned));
    let all = [
        (user(1), token(None), 50),
        (user(1), token(Some("acme")), 30),
        // A grant and an API key of the same organization.
        (user(1), token(Some("acme")), 40),
        (user(1), TokenSource::Session, 60),
        (user(2), TokenSource::Session, 70),
    ];
    let found = all.into_iter();
    let found = found.map(|(user, source, at)| TokenUse { user, source, at });
    found.collect()
}

#[test]
fn last_token_is_latest_that_may_contain_role() {
    let uses = uses();
    for (number, org, since, is_own, expected) in [
        // A role that applies everywhere is in every token.
        (1, None, 0, false, Some(50)),
        (1, None, 0, true, Some(60)),
        (1, Some("acme"), 0, false, Some(40)),
        (1, Some("acme"), 0, true, Some(60)),
        (1, Some("zeta"), 0, false, None),
        // The assignment is younger than the last token.
        (1, None, 50, false, Some(50)),
        (1, None, 51, false, None),
        (2, None, 0, false, None),
        (2, None, 0, true, Some(70)),
        (3, None, 0, true, None),
    ] {
        let role = HeldRole {
            user: user(number),
            org,
            since,
            is_own,
        };
        assert_eq!(uses.last_token(&role), expected, "{role:?}");
    }
}
