use doorward_rules::list_filter::UserState;

use super::*;

#[test]
fn each_parameter_of_list_is_read() {
    let query = "q=+al%40&state=disabled&organization=acme&role=helper&second_factor=none\
                 &unused_days=30&locked=true";
    let expected = UserFilter {
        text: "al@".to_owned(),
        state: Some(UserState::Disabled),
        org: Some("acme".to_owned()),
        role: Some("helper".to_owned()),
        no_factor: true,
        unused_days: Some(30),
        locked: true,
    };
    assert_eq!(parse(query).unwrap(), expected);
    for all in ["", "q=", "q=&state="] {
        assert_eq!(parse(all).unwrap(), UserFilter::default(), "{all}");
    }
}

#[test]
fn unknown_repeated_or_invalid_parameter_is_rejected() {
    let long = "q=".to_owned() + &"a".repeat(1000);
    for wrong in [
        "absent=1",
        "q=a&cursor=x",
        "q=a&q=b",
        "q=&q=a",
        "state=lost",
        "q=%",
        &long,
    ] {
        let found = parse(wrong);
        let is_named = matches!(
            found,
            Err(AdminError::Invalid {
                field: "filter",
                ..
            })
        );
        assert!(is_named, "{wrong}");
    }
}
