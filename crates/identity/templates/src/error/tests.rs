use std::collections::BTreeSet;

use super::*;
use crate::tests::samples::Sampled as _;

fn page(state: &str, lang: Lang) -> String {
    let found = ErrorPage::samples(&Layout::sample(lang))
        .into_iter()
        .find(|(name, _)| *name == state);
    found.unwrap().1.render().unwrap()
}

#[test]
fn each_error_has_own_title_and_matching_status() {
    let titles: BTreeSet<String> = ErrorPage::samples(&Layout::sample(Lang::En))
        .into_iter()
        .map(|(_, page)| {
            assert!((400..=503).contains(&page.kind.status()));
            page.render()
                .unwrap()
                .split_once("<h1>")
                .unwrap()
                .1
                .split_once('<')
                .unwrap()
                .0
                .to_owned()
        })
        .collect();
    assert_eq!(titles.len(), ErrorKind::ALL.len());
    assert!(page("unavailable", Lang::En).contains("Try again in a minute"));
    assert!(page("too_many_requests", Lang::En).contains("Wait 2 minutes"));
    assert!(page("redirect_mismatch", Lang::De).contains("invalid_request"));
    assert!(FALLBACK.contains("<h1>"));
}
