//! Issuances from an authority in memory, which checks each request and makes the errors of a real one.

mod authority;

use rstest::rstest;

use super::*;
use crate::acme::{ChallengeKind, ExternalAccount};
use authority::{Authority, Faults};

const NOW: i64 = 1_800_000_000;

fn order(hosts: &[&str]) -> Order {
    Order {
        directory: authority::DIRECTORY.to_owned(),
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        kind: ChallengeKind::Http01,
        contacts: vec!["ops@example.org".to_owned()],
        external: None,
        replaces: None,
    }
}

fn account_key() -> AccountKey {
    AccountKey::from_pem(&AccountKey::generate().unwrap()).unwrap()
}

/// The result of an issuance: the certificate or the error, and the seconds that it waited.
struct Run {
    result: Result<Issued, AcmeError>,
    waited: u64,
    account: Option<String>,
}

fn run(authority: &mut Authority, order: Order, account: Option<&str>) -> Run {
    let account = account.map(str::to_owned);
    let mut issuance = Issuance::new(order, account_key(), account).unwrap();
    let mut waited = 0;
    let result = drive(authority, &mut issuance, &mut waited);
    let account = issuance.account().map(str::to_owned);
    Run {
        result,
        waited,
        account,
    }
}

fn drive(
    authority: &mut Authority,
    issuance: &mut Issuance,
    waited: &mut u64,
) -> Result<Issued, AcmeError> {
    for _ in 0..2_000 {
        match issuance.step()? {
            Step::Send(call) => match authority.answer(&call) {
                // The clock of this machine jumps with each answer.
                Some(answer) => issuance.receive(&answer, NOW - i64::from(answer.status) * 999)?,
                None => issuance.fail("connection refused")?,
            },
            Step::Wait(seconds) => *waited += seconds,
            Step::Serve(challenges) => authority.serve(challenges),
            Step::Done(issued) => return Ok(*issued),
        }
    }
    panic!("the issuance does not end");
}

fn names(issued: &Issued) -> Vec<String> {
    let pair = KeyPair::from_pem(&issued.chain, &issued.private_key).unwrap();
    pair.facts().unwrap().names
}

#[rstest]
#[case::good(Faults::default())]
#[case::bad_nonces(Faults { bad_nonces: 15, ..Faults::default() })]
#[case::every_second_nonce(Faults { each_second_nonce: true, ..Faults::default() })]
#[case::nonce_for_head_only(Faults { no_nonces: true, ..Faults::default() })]
#[case::slow_validation(Faults { polls: 40, ..Faults::default() })]
#[case::slow_order(Faults { order_polls: 40, ..Faults::default() })]
#[case::unavailable(Faults { unavailable: 4, ..Faults::default() })]
#[case::silent(Faults { silent: 4, ..Faults::default() })]
#[case::not_ready(Faults { not_ready: 3, ..Faults::default() })]
#[case::valid_authorizations(Faults { valid_authorizations: true, ..Faults::default() })]
fn certificate_is_issued(#[case] faults: Faults) {
    let mut authority = Authority::new(faults);
    let hosts = ["id.example.org", "acme.example.org"];
    let run = run(&mut authority, order(&hosts), None);
    let issued = run.result.unwrap();
    assert_eq!(names(&issued)[..2], hosts);
    assert_eq!(run.account.as_deref(), Some(authority::ACCOUNT));
    assert_eq!(authority.accounts, 1);
}

#[rstest]
#[case::nonces(Faults { bad_nonces: 1_000, ..Faults::default() }, "badNonce")]
#[case::validation(Faults { polls: 1_000, ..Faults::default() }, "not finished the challenge")]
#[case::order(Faults { order_polls: 1_000, ..Faults::default() }, "not finished the order")]
#[case::unavailable(Faults { unavailable: 1_000, ..Faults::default() }, "does not answer: status 503")]
#[case::silent(Faults { silent: 1_000, ..Faults::default() }, "connection refused")]
#[case::challenge(
    Faults { failed_challenge: Some("connection"), ..Faults::default() },
    "could not verify id.example.org by http-01: connection: what the authority saw"
)]
#[case::rejected(Faults { rejected_order: Some("rejectedIdentifier"), ..Faults::default() }, "rejectedIdentifier")]
#[case::certificate(Faults { invalid_order: true, ..Faults::default() }, "rejected the order")]
#[case::another_name(Faults { other_name: true, ..Faults::default() }, "it lacks id.example.org")]
#[case::no_challenge(Faults { offers_dns_only: true, ..Faults::default() }, "no http-01 challenge")]
#[case::external(Faults { external: true, ..Faults::default() }, "account that you have with it")]
#[case::no_directory(Faults { directory: "<html>", ..Faults::default() }, "not an ACME directory")]
fn failure_is_named(#[case] faults: Faults, #[case] expected: &str) {
    let mut authority = Authority::new(faults);
    let run = run(&mut authority, order(&["id.example.org"]), None);
    let error = run.result.unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
    assert!(!error.remediation().is_empty());
    assert!(run.waited < 2 * 60 * 60, "{} s", run.waited);
}

#[test]
fn rate_limit_has_time_of_next_attempt() {
    let faults = Faults {
        rejected_order: Some("rateLimited"),
        ..Faults::default()
    };
    let mut authority = Authority::new(faults);
    let error = run(&mut authority, order(&["id.example.org"]), None).result;
    let Err(AcmeError::RateLimited { retry_after, .. }) = error else {
        panic!("not limited")
    };
    assert_eq!(retry_after, Some(7_200));
}

#[test]
fn account_is_kept_and_replaced_if_unknown() {
    let mut authority = Authority::new(Faults::default());
    let hosts = order(&["id.example.org"]);
    let again = run(&mut authority, hosts.clone(), Some(authority::ACCOUNT));
    again.result.unwrap();
    assert_eq!(authority.accounts, 0);
    let unknown = run(
        &mut authority,
        hosts,
        Some("https://ca.example/account/lost"),
    );
    unknown.result.unwrap();
    assert_eq!(authority.accounts, 1);
    assert_eq!(unknown.account.as_deref(), Some(authority::ACCOUNT));
}

#[test]
fn external_account_is_bound() {
    let faults = Faults {
        external: true,
        ..Faults::default()
    };
    let mut authority = Authority::new(faults);
    let external = ExternalAccount {
        key_id: "kid-1".to_owned(),
        hmac_key: "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc".to_owned(),
    };
    let bound = Order {
        external: Some(external),
        ..order(&["id.example.org"])
    };
    run(&mut authority, bound, None).result.unwrap();
    assert_eq!(authority.bound_accounts, ["kid-1"]);
}

#[test]
fn rfc_9773_5_replaced_certificate_is_named_once() {
    for already_replaced in [false, true] {
        let faults = Faults {
            already_replaced,
            ..Faults::default()
        };
        let mut authority = Authority::new(faults);
        let renewal = Order {
            replaces: Some("aYhb.AIdl".to_owned()),
            ..order(&["id.example.org"])
        };
        run(&mut authority, renewal, None).result.unwrap();
        let expected = (!already_replaced).then(|| "aYhb.AIdl".to_owned());
        assert_eq!(authority.replaced, expected);
    }
}
