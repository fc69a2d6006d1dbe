//! Rotation of a client secret with an overlap: two secrets are accepted, at most for a time.

use doorward_domain::model::{Client, SecretUses};
use doorward_domain::time::UnixSeconds;

/// Maximum time for which a replaced secret is accepted, in seconds.
pub const OVERLAP_MAX: i64 = 90 * 24 * 60 * 60;
/// Time for which console and command line keep a replaced secret, if no other is chosen, in seconds.
pub const OVERLAP_DEFAULT: i64 = 7 * 24 * 60 * 60;
/// Interval between two records of the use of one secret, in seconds.
pub const USE_RECORDED_EVERY: i64 = 60 * 60;
/// Seconds without use after which a former secret can be ended.
const UNUSED_AFTER: i64 = 24 * 60 * 60;

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OverlapError {
    #[error("must be in the future")]
    Past,
    #[error("must be at most 90 days ahead")]
    TooLong,
    #[error("the imported secret has not been used here yet, so it cannot be kept")]
    Imported,
    #[error("the client has no secret to keep")]
    NoSecret,
    #[error("two secrets are accepted already; end the former one first")]
    TwoSecrets,
}

/// Checks that the present secret of a client can be kept until `until`.
pub fn check_overlap(
    client: &Client,
    until: UnixSeconds,
    now: UnixSeconds,
) -> Result<(), OverlapError> {
    check_client(client, now)?;
    match until - now {
        ..=0 => Err(OverlapError::Past),
        1..=OVERLAP_MAX => Ok(()),
        _ => Err(OverlapError::TooLong),
    }
}

/// Returns true if the present secret of a client can be kept beside a new one.
pub fn can_overlap(client: &Client, now: UnixSeconds) -> bool {
    check_client(client, now).is_ok()
}

fn check_client(client: &Client, now: UnixSeconds) -> Result<(), OverlapError> {
    if client.secret_hash.is_none() {
        return Err(if client.foreign_secret.is_some() {
            OverlapError::Imported
        } else {
            OverlapError::NoSecret
        });
    }
    match client.live_former_secret(now) {
        Some(_) => Err(OverlapError::TwoSecrets),
        None => Ok(()),
    }
}

/// Returns true if the former secret is still accepted and was not used for a day: it can be ended.
pub fn can_end_former(client: &Client, uses: SecretUses, now: UnixSeconds) -> bool {
    let last = uses.former.at.max(client.secret_made_at);
    // A use may be an interval later than its record.
    let unused = last.is_some_and(|at| now - at >= UNUSED_AFTER + USE_RECORDED_EVERY);
    unused && client.live_former_secret(now).is_some()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use doorward_domain::model::SecretUse;
    use doorward_domain::model::sample::{NOW, SECRET, client};
    use doorward_domain::secret::TokenHash;

    const DAY: i64 = 24 * 60 * 60;
    const HOUR: i64 = 60 * 60;

    #[rstest]
    #[case::a_second(1, Ok(()))]
    #[case::a_week(7 * DAY, Ok(()))]
    #[case::longest(90 * DAY, Ok(()))]
    #[case::longer(90 * DAY + 1, Err(OverlapError::TooLong))]
    #[case::now(0, Err(OverlapError::Past))]
    #[case::past(-1, Err(OverlapError::Past))]
    fn overlap_is_in_future_and_limited(
        #[case] seconds: i64,
        #[case] expected: Result<(), OverlapError>,
    ) {
        assert_eq!(check_overlap(&client(), NOW + seconds, NOW), expected);
    }

    #[test]
    fn only_one_known_secret_can_be_kept() {
        let until = NOW + 2 * DAY;
        let mut two = client();
        two.replace_secret(TokenHash::digest("new"), Some(NOW + DAY), NOW);
        let check = |client: &Client, now| check_overlap(client, until, now);
        assert_eq!(check(&two, NOW), Err(OverlapError::TwoSecrets));
        assert_eq!(check(&two, NOW + DAY), Ok(()), "the former one has ended");
        let mut none = client();
        none.secret_hash = None;
        assert_eq!(check(&none, NOW), Err(OverlapError::NoSecret));
        none.foreign_secret = Some("$foreign1$".to_owned());
        assert_eq!(check(&none, NOW), Err(OverlapError::Imported));
    }

    #[rstest]
    #[case::just_rotated(None, 0, false)]
    #[case::never_used_since(None, 25 * HOUR, true)]
    #[case::used_soon_after(Some(HOUR), 25 * HOUR, false)]
    #[case::unused_for_day(Some(HOUR), 26 * HOUR, true)]
    #[case::used_before_rotation(Some(-DAY), 24 * HOUR, false)]
    #[case::ended(None, 10 * DAY, false)]
    fn former_secret_can_end_after_day_without_use(
        #[case] used: Option<i64>,
        #[case] later: i64,
        #[case] expected: bool,
    ) {
        let mut client = client();
        client.replace_secret(TokenHash::digest("new"), Some(NOW + 7 * DAY), NOW);
        let uses = SecretUses {
            former: SecretUse {
                at: used.map(|used| NOW + used),
                ..SecretUse::default()
            },
            ..SecretUses::default()
        };
        assert_eq!(can_end_former(&client, uses, NOW + later), expected);
    }

    fn hash(text: &str) -> TokenHash {
        TokenHash::digest(text)
    }

    #[test]
    fn former_secret_is_accepted_until_its_end() {
        let mut client = client();
        client.replace_secret(hash("new"), Some(NOW + 60), NOW);
        for (now, accepted) in [(NOW, true), (NOW + 59, true), (NOW + 60, false)] {
            assert_eq!(client.accepts_secret(&hash(SECRET), now), accepted, "{now}");
            assert!(client.accepts_secret(&hash("new"), now));
            assert!(!client.accepts_secret(&hash("other"), now));
        }
    }

    #[test]
    fn immediate_replacement_ends_every_secret() {
        let mut client = client();
        client.replace_secret(hash("second"), Some(NOW + 60), NOW);
        client.replace_secret(hash("third"), None, NOW + 1);
        assert_eq!(client.former_secret, None);
        let accepted = [SECRET, "second", "third"];
        let accepted = accepted.map(|text| client.accepts_secret(&hash(text), NOW + 1));
        assert_eq!(accepted, [false, false, true]);
    }

    #[test]
    fn first_secret_has_no_former_one() {
        let mut client = client();
        client.remove_secrets();
        assert!(!client.has_secret() && !client.accepts_secret(&hash(SECRET), NOW));
        client.replace_secret(hash("first"), Some(NOW + 60), NOW);
        assert_eq!(client.former_secret, None);
        assert_eq!(client.secret_made_at, Some(NOW));
    }
}
