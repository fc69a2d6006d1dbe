use rstest::rstest;

use super::*;
use crate::model::sample::strings;

#[rstest]
#[case(0, None)]
#[case(4, None)]
#[case(5, Some(60))]
#[case(9, Some(60))]
#[case(10, Some(300))]
#[case(14, Some(300))]
#[case(15, Some(900))]
#[case(20, Some(3600))]
#[case(99, Some(3600))]
#[case(u32::MAX, Some(3600))]
fn waits(#[case] failures: u32, #[case] expected: Option<i64>) {
    assert_eq!(Tolerance::times(1.0).wait_after(failures), expected);
}

#[rstest]
#[case(1.0, (5, 10, 100))]
#[case(2.5, (13, 25, 250))]
#[case(0.1, (1, 1, 10))]
#[case(0.0, (1, 1, 1))]
#[case(-3.0, (1, 1, 1))]
#[case(f64::NAN, (0, 0, 0))]
#[case(1e12, (u32::MAX / 2, u32::MAX / 2, u32::MAX / 2))]
fn a_factor_raises_all_of_them(#[case] factor: f64, #[case] expected: (u32, u32, u32)) {
    let Tolerance {
        before_wait,
        in_one_sign_in,
        in_all,
    } = Tolerance::times(factor);
    assert_eq!((before_wait, in_one_sign_in, in_all), expected);
}

#[test]
fn a_tolerance_of_nothing_waits_at_once() {
    let tolerance = Tolerance::times(f64::NAN);
    assert_eq!(tolerance.wait_after(0), Some(60));
    assert_eq!(tolerance.wait_after(3), Some(3600));
}

#[rstest]
#[case(&["admin"], &[], false)]
#[case(&["admin"], &["admin"], true)]
#[case(&["developer", "admin"], &["manager", "admin"], true)]
#[case(&["developer"], &["admin"], false)]
#[case(&[], &["admin"], false)]
#[case(&["Admin"], &["admin"], false)]
#[case(&[], &["*"], true)]
#[case(&["developer"], &["admin", "*"], true)]
#[case(&["*"], &["admin"], false)]
fn required_by_role(#[case] held: &[&str], #[case] required: &[&str], #[case] expected: bool) {
    let held = strings(held).into_iter().collect();
    assert_eq!(is_required(&held, &strings(required)), expected);
}
