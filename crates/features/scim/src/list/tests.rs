use rstest::rstest;

use super::*;

#[rstest]
#[case(r#"userName eq "a""#, "userName", "", Some("a"))]
#[case(r#"USERNAME eq "a" and active eq true"#, "userName", "", Some("a"))]
#[case(r#"userName eq "a" or active eq true"#, "userName", "", None)]
#[case(r#"not (userName eq "a")"#, "userName", "", None)]
#[case(r#"userName sw "a""#, "userName", "", None)]
#[case(r#"emails eq "a""#, "emails", "value", Some("a"))]
#[case(r#"emails.value eq "a""#, "emails", "value", Some("a"))]
#[case(r#"emails.type eq "a""#, "emails", "value", None)]
#[case(
    r#"emails[type eq "work" and value eq "a"]"#,
    "emails",
    "value",
    Some("a")
)]
#[case(r#"emails[type eq "work"].value eq "a""#, "emails", "value", Some("a"))]
#[case(r#"emails[type eq "work"]"#, "emails", "value", None)]
fn text_of_every_match_is_found(
    #[case] text: &str,
    #[case] name: &str,
    #[case] part: &str,
    #[case] expected: Option<&str>,
) {
    let filter = filter::parse(text).unwrap();
    assert_eq!(wanted_text(&filter, name, part), expected);
}

#[rstest]
#[case(Parameters { count: Some("x".into()), ..Parameters::default() })]
#[case(Parameters { start_index: Some("1.5".into()), ..Parameters::default() })]
#[case(Parameters { start_index: Some("100001".into()), ..Parameters::default() })]
#[case(Parameters { sort_by: Some("name.familyName".into()), ..Parameters::default() })]
#[case(Parameters { filter: Some("userName".into()), ..Parameters::default() })]
#[case(Parameters { attributes: Some("a".into()), excluded_attributes: Some("b".into()), ..Parameters::default() })]
fn malformed_parameters_are_rejected(#[case] sent: Parameters) {
    assert!(Query::parse(&sent).is_err());
}

#[rstest]
#[case(None, None, 0, DEFAULT_COUNT)]
#[case(Some("0"), Some("-1"), 0, 0)]
#[case(Some("3"), Some("100000"), 2, MAX_COUNT)]
fn page_has_bounds(
    #[case] start: Option<&str>,
    #[case] count: Option<&str>,
    #[case] skip: usize,
    #[case] expected: usize,
) {
    let sent = Parameters {
        start_index: start.map(str::to_owned),
        count: count.map(str::to_owned),
        ..Parameters::default()
    };
    let query = Query::parse(&sent).unwrap();
    assert_eq!((query.skip, query.count), (skip, expected));
}
