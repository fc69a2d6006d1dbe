use super::*;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rstest::rstest;

#[test]
fn codes_are_eight_uniform_characters() {
    let mut rng = StdRng::seed_from_u64(7);
    let mut seen = [0_u32; 128];
    for _ in 0..4_000 {
        let plain = SupportCode::generate(&mut rng).to_groups();
        assert_eq!(plain.len(), 9, "{plain}");
        for byte in plain.bytes().filter(|byte| *byte != b'-') {
            seen[usize::from(byte)] += 1;
        }
    }
    for letter in ALPHABET {
        // 1,000 each.
        let count = seen[usize::from(*letter)];
        assert!((850..1_150).contains(&count), "{letter}: {count}");
    }
    assert_eq!(seen.iter().sum::<u32>(), 32_000, "no other character");
}

#[rstest]
#[case("ABCD-EFGH", Some("ABCD-EFGH"))]
#[case(" abcd efgh ", Some("ABCD-EFGH"))]
#[case("AB-CD-EF-GH", Some("ABCD-EFGH"))]
#[case("0oO1-iIlL", Some("0001-1111"))]
#[case("ABCD-EFG", None)]
#[case("ABCD-EFGHJ", None)]
#[case("ABCD-EFGU", None)]
#[case("ABCD-EFGé", None)]
#[case("", None)]
fn typed_codes(#[case] typed: &str, #[case] expected: Option<&str>) {
    let read = SupportCode::parse(typed).map(|code| code.to_groups());
    assert_eq!(read.as_deref(), expected);
}

#[test]
fn hash_depends_on_key_and_code() {
    let code = SupportCode::parse("ABCD-EFGH").unwrap();
    let hash = code.hash(&[1; 32]);
    assert!(hash == SupportCode::parse("abcdefgh").unwrap().hash(&[1; 32]));
    assert!(hash != code.hash(&[2; 32]));
    assert!(hash != SupportCode::parse("ABCD-EFGJ").unwrap().hash(&[1; 32]));
    assert_eq!(format!("{code:?}"), "SupportCode(…)");
}
