use rstest::rstest;

use super::*;
use crate::former_issuers::FormerIssuers;

#[rstest]
#[case::good(&["https://old.example"], Some("2027-06-30"), &[])]
#[case::same(&["https://id.example"], None, &["former_issuers.urls"])]
#[case::path(&["https://old.example/"], None, &["former_issuers.urls"])]
#[case::no_day(&["https://old.example"], Some("soon"), &["former_issuers.until"])]
fn former_issuers_are_checked(
    #[case] urls: &[&str],
    #[case] until: Option<&str>,
    #[case] expected: &[&str],
) {
    let mut config = Config::defaults().unwrap();
    config.issuer = "https://id.example".to_owned();
    config.former_issuers = FormerIssuers {
        urls: urls.iter().map(|url| (*url).to_owned()).collect(),
        until: until.map(str::to_owned),
    };
    let mut findings = Vec::new();
    config.check_former_issuers(&mut findings);
    let keys: Vec<_> = findings.iter().map(|found| found.key.as_str()).collect();
    assert_eq!(keys, expected);
}
