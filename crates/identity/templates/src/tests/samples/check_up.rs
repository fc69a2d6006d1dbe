use super::Sampled;
use super::activity::sample_rows;
use crate::check_up::CheckUp;
use crate::layout::Layout;

impl Sampled for CheckUp {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let at = |number: usize| Self {
            layout: layout.with_return_to("/account/check-up"),
            row: sample_rows().into_iter().nth(number),
            left: 3,
            now: 1_795_000_000,
        };
        let nothing = Self {
            row: None,
            left: 0,
            ..at(0)
        };
        // The ninth sample is an action of an administrator.
        vec![("normal", at(0)), ("admin", at(8)), ("nothing", nothing)]
    }
}
