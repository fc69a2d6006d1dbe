use super::read_days;

#[test]
fn days_are_separated_by_spaces_or_commas() {
    for (typed, expected) in [
        ("14 7 1", Some(vec![14, 7, 1])),
        ("14, 7,1", Some(vec![14, 7, 1])),
        ("", Some(Vec::new())),
        ("14d", None),
        ("-1", None),
    ] {
        assert_eq!(read_days(typed), expected, "{typed}");
    }
}
