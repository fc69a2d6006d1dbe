//! Check of the certificate from an ACME authority: its dates, and why the last attempt failed.

use doorward_config::Config;
use doorward_domain::time::UnixSeconds;
use doorward_https::CertificateFacts;
use doorward_store::Db;

use crate::acme::{State, find_state};
use doorward_process::doctor::report::{CheckResult, Part};

const AUTHORITY: Part = Part("certificate authority");
const DAY: i64 = 24 * 60 * 60;
/// Days before the end of a certificate from which a failure is urgent.
const URGENT: i64 = 7;

pub(super) async fn check(config: &Config, db: &Db, now: UnixSeconds) -> Option<CheckResult> {
    config.tls.acme.directory.as_ref()?;
    Some(match find_state(db).await {
        Ok(state) => line(&state, now),
        Err(error) => AUTHORITY.bad(error, "restore the database from a backup"),
    })
}

fn line(state: &State, now: UnixSeconds) -> CheckResult {
    let stored = state.certificate.as_ref();
    let facts = stored.map(|stored| CertificateFacts::from_pem(stored.chain.as_bytes()));
    let facts = facts.and_then(Result::ok);
    let days = facts
        .as_ref()
        .map(|facts| facts.remaining(now).div_euclid(DAY));
    if let Some(failure) = &state.failure {
        let minutes = (failure.next_attempt - now).max(0) / 60;
        let seen = format!(
            "attempt {} failed: {}; the next one is in {minutes} minutes",
            failure.count, failure.text
        );
        return if days.is_some_and(|days| days >= URGENT) {
            AUTHORITY.warning(seen, &failure.remediation)
        } else {
            AUTHORITY.bad(seen, &failure.remediation)
        };
    }
    let (Some(facts), Some(days)) = (facts, days) else {
        return AUTHORITY.warning(
            "no certificate was issued yet",
            "start `doorward serve`, and look at its log",
        );
    };
    let renewal = (state.schedule(&facts, 0).renew_at() - now).div_euclid(DAY);
    AUTHORITY.passed(format!(
        "the certificate is valid for {days} days, and is renewed in {} days",
        renewal.max(0)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acme::Failure;
    use doorward_process::doctor::report::CheckStatus;

    const NOW: UnixSeconds = 1_800_000_000;

    #[test]
    fn failed_attempt_is_explained() {
        let state = State {
            failure: Some(Failure {
                at: NOW,
                count: 2,
                next_attempt: NOW + 600,
                text: "the authority could not verify id.example.org".to_owned(),
                remediation: "check its A and AAAA records".to_owned(),
            }),
            ..State::default()
        };
        let found = line(&state, NOW);
        assert_eq!(found.health, CheckStatus::Bad);
        assert!(found.seen.contains("attempt 2 failed"), "{found:?}");
        assert!(found.seen.contains("in 10 minutes"), "{found:?}");
        assert!(found.suggestion.unwrap().contains("AAAA"));
        // A clock that jumped shows no negative time.
        assert!(line(&state, NOW + 601).seen.contains("in 0 minutes"));
    }

    #[test]
    fn missing_certificate_is_warning() {
        let found = line(&State::default(), NOW);
        assert_eq!(found.health, CheckStatus::Warning);
    }
}
