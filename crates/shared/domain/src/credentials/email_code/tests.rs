use super::*;
use crate::model::AttemptId;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rstest::rstest;

#[test]
fn codes_are_eight_uniform_digits() {
    let mut rng = StdRng::seed_from_u64(7);
    let mut seen = [0_u32; 10];
    for _ in 0..2_000 {
        let code = EmailCode::generate(&mut rng);
        let plain = code.to_groups().replace(' ', "");
        assert_eq!(plain.len(), 8, "{plain}");
        for digit in plain.bytes() {
            seen[usize::from(digit - b'0')] += 1;
        }
    }
    // 1,600 each; a bias of `% 10` over whole bytes would give 0 to 5 four percent more.
    assert!(
        seen.iter().all(|count| (1_450..1_750).contains(count)),
        "{seen:?}"
    );
}

#[rstest]
#[case("12345678", true)]
#[case(" 1234 5678 ", true)]
#[case("1234-5678", true)]
#[case("1234\u{00a0}5678", true)]
#[case("1234567", false)]
#[case("123456789", false)]
#[case("1234567a", false)]
#[case("１２３４５６７８", true)]
#[case("", false)]
fn typed_codes(#[case] typed: &str, #[case] good: bool) {
    let read = EmailCode::parse(typed).map(|code| code.to_groups());
    assert_eq!(read.as_deref(), good.then_some("1234 5678"));
}

#[test]
fn hash_depends_on_key_sign_in_and_code() {
    let mut rng = StdRng::seed_from_u64(1);
    let (item, two) = (AttemptId::generate(&mut rng), AttemptId::generate(&mut rng));
    let code = EmailCode::parse("1234 5678").unwrap();
    let hash = code.hash(&[1; 32], &item);
    assert!(hash == EmailCode::parse("12345678").unwrap().hash(&[1; 32], &item));
    assert!(hash != code.hash(&[2; 32], &item));
    assert!(hash != code.hash(&[1; 32], &two));
    assert!(hash != EmailCode::parse("12345679").unwrap().hash(&[1; 32], &item));
    assert_eq!(format!("{code:?}"), "EmailCode(…)");
}
