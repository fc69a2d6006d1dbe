use rstest::rstest;

use super::*;

const KEY: [u8; 32] = [7; 32];
const START: i64 = 15_000_000 * PERIOD;

#[rstest]
#[case(0, true)]
#[case(PERIOD - 1, true)]
#[case(PERIOD, true)]
#[case(2 * PERIOD - 1, true)]
#[case(2 * PERIOD, false)]
#[case(-1, false)]
fn rfc_9449_8_nonce_is_valid_in_own_and_next_period(#[case] later: i64, #[case] good: bool) {
    let nonce = current(&KEY, START);
    assert_eq!(is_current(&KEY, &nonce, START + later), good);
}

#[test]
fn rfc_9449_8_2_nonces_rotate_and_differ_per_deployment() {
    let nonce = current(&KEY, START);
    assert_eq!(nonce, current(&KEY, START + PERIOD - 1));
    assert_ne!(nonce, current(&KEY, START + PERIOD));
    assert!(!is_current(&[8; 32], &nonce, START));
    for other in ["", "a", "AAAA", &nonce[1..], &format!("{nonce}A")] {
        assert!(!is_current(&KEY, other, START), "{other}");
    }
}
