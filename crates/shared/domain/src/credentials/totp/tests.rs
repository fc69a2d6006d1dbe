use std::collections::BTreeSet;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rstest::rstest;

use super::*;
use crate::model::sample::{NOW, alice, bob};

const KEY: [u8; 32] = [7; 32];

fn rng() -> StdRng {
    StdRng::seed_from_u64(5)
}

/// Returns the secret of the test vectors: the ASCII digits 1 to 0, twice.
fn vector() -> TotpSecret {
    TotpSecret::from_base32("GEZD GNBV GY3T QOJQ gezd gnbv gy3t qojq").unwrap()
}

/// RFC 6238 appendix B (SHA-1), the last six of its eight digits.
#[rstest]
#[case(59, "287082")]
#[case(1_111_111_109, "081804")]
#[case(1_111_111_111, "050471")]
#[case(1_234_567_890, "005924")]
#[case(2_000_000_000, "279037")]
#[case(20_000_000_000, "353130")]
fn rfc_6238_vectors(#[case] now: UnixSeconds, #[case] code: &str) {
    assert_eq!(vector().code_at(now), code);
    assert_eq!(vector().step_of(code, now), Some(now / STEP));
}

/// Tolerates one step on either side, and returns the step of the code, not the current one.
#[rstest]
#[case(-61, None)]
#[case(-60, None)]
#[case(-31, None)]
#[case(-30, Some(0))]
#[case(0, Some(0))]
#[case(29, Some(0))]
#[case(30, Some(0))]
#[case(59, Some(0))]
#[case(60, None)]
fn one_time_step_is_tolerated_on_each_side(#[case] later: i64, #[case] expected: Option<i64>) {
    let start = NOW / STEP * STEP;
    let code = vector().code_at(start);
    let step = vector().step_of(&code, start + later);
    assert_eq!(step, expected.map(|offset| start / STEP + offset));
}

#[rstest]
#[case("287082", true)]
#[case("287 082", true)]
#[case(" 287-082\t", true)]
#[case("2 8 7 0 8 2", true)]
#[case("287\u{a0}082", true)]
#[case("28708", false)]
#[case("2870820", false)]
#[case("287083", false)]
#[case("", false)]
#[case("28708a", false)]
#[case("２８７０８２", true)]
#[case("٢٨٧٠٨٢", true)]
#[case("-87082", false)]
fn totp_code_spellings_are_normalized(#[case] typed: &str, #[case] good: bool) {
    assert_eq!(vector().step_of(typed, 59).is_some(), good);
}

#[test]
fn time_before_epoch_fits_no_code() {
    assert_eq!(vector().step_of("287082", -59), None);
}

#[test]
fn different_secrets_give_different_codes() {
    let mut rng = rng();
    let secrets = [(); 8].map(|()| TotpSecret::generate(&mut rng));
    let codes: BTreeSet<String> = secrets.iter().map(|secret| secret.code_at(NOW)).collect();
    assert!(codes.len() >= 7, "{codes:?}");
    let fits = secrets[1].step_of(&secrets[0].code_at(NOW), NOW);
    assert_eq!(fits, None);
}

#[test]
fn typed_key_is_secret_in_groups_of_four() {
    assert_eq!(
        vector().to_groups().as_str(),
        "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    );
    let secret = TotpSecret::generate(&mut rng());
    let again = TotpSecret::from_base32(&secret.to_groups()).unwrap();
    assert_eq!(again.code_at(NOW), secret.code_at(NOW));
}

#[rstest]
#[case("")]
#[case("GEZD")]
#[case("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ GEZD")]
#[case("1EZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")]
fn rejects_invalid_base32_key(#[case] text: &str) {
    assert!(TotpSecret::from_base32(text).is_none());
}

#[rstest]
#[case("Doorward", "alice", "Doorward:alice", "issuer=Doorward")]
#[case(
    "Big Corp",
    "a@b.example",
    "Big%20Corp:a%40b.example",
    "issuer=Big%20Corp"
)]
#[case("A: B", "c:d", "A%20B:cd", "issuer=A%20B")]
#[case(
    "Çava & Co",
    "x",
    "%C3%87ava%20%26%20Co:x",
    "issuer=%C3%87ava%20%26%20Co"
)]
#[case(":", "\n", "account:account", "issuer=account")]
fn uri_of_qr_code_has_label_and_issuer(
    #[case] site: &str,
    #[case] account: &str,
    #[case] label: &str,
    #[case] issuer: &str,
) {
    let uri = vector().uri(site, account);
    let rest = uri
        .strip_prefix("otpauth://totp/")
        .unwrap_or_else(|| panic!("{}", *uri));
    let (path, query) = rest.split_once('?').unwrap();
    assert_eq!(path, label);
    assert!(
        query.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
        "{query}"
    );
    assert!(query.contains(issuer), "{query}");
}

#[test]
fn secret_is_sealed_for_user_and_key() {
    let secret = TotpSecret::generate(&mut rng());
    let sealed = secret.seal(&KEY, alice(), &mut StdRng::seed_from_u64(6));
    let opened = TotpSecret::open([&KEY], &sealed, alice()).unwrap();
    assert_eq!(opened.code_at(NOW), secret.code_at(NOW));
    assert!(
        TotpSecret::open([&KEY], &sealed, bob()).is_err(),
        "moved to Bob's row"
    );
    assert!(TotpSecret::open([&[8; 32]], &sealed, alice()).is_err());
    assert!(TotpSecret::open([&[8; 32], &KEY], &sealed, alice()).is_ok());
    let short = seal(&KEY, &[1; 19], alice().as_uuid().as_bytes(), &mut rng());
    assert!(TotpSecret::open([&KEY], &short, alice()).is_err());
    assert!(
        !sealed
            .windows(4)
            .any(|part| secret.0.windows(4).any(|own| own == part))
    );
}

#[test]
fn debug_hides_secret() {
    assert_eq!(format!("{:?}", vector()), "TotpSecret(…)");
}
