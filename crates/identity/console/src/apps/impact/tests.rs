use super::*;

#[test]
fn capped_numbers_are_lower_limits() {
    for (lang, count, is_capped, text) in [
        (Lang::En, 0, false, "0"),
        (Lang::En, 1_000, false, "1,000"),
        (Lang::En, 1_001, true, "1,000+"),
        (Lang::En, 3, true, "3+"),
        (Lang::De, 1_000, false, "1.000"),
        (Lang::De, 1_001, true, "Mehr als 1.000"),
    ] {
        assert_eq!(number(lang, count, is_capped), text);
    }
}
