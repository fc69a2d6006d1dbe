use rstest::rstest;

use super::*;

#[rstest]
#[case("ada", false, "ada")]
#[case("Ada Lovelace", false, "Ada Lovelace")]
#[case("Zoë", false, "Zo%C3%AB")]
#[case("Zoë", true, "Zoë")]
#[case("50%", false, "50%25")]
#[case("50%", true, "50%")]
#[case(" a ", false, "%20a%20")]
#[case("a\r\nRemote-User: root", false, "a%0D%0ARemote-User: root")]
#[case("a\r\nRemote-User: root", true, "a%0D%0ARemote-User: root")]
#[case("a\u{85}b", true, "a%C2%85b")]
fn value_is_one_line(#[case] text: &str, #[case] is_raw: bool, #[case] expected: &str) {
    assert_eq!(encode(text, is_raw, ""), expected);
}

#[test]
fn comma_in_group_adds_no_group() {
    assert_eq!(encode("sales,admins", false, ","), "sales%2Cadmins");
    assert_eq!(encode("sales,admins", true, ","), "sales%2Cadmins");
}

#[test]
fn names_that_are_left_out_are_not_listed() {
    let headers = SiteHeaders {
        email: String::new(),
        ..SiteHeaders::default()
    };
    let expected = [
        "Remote-User",
        "Remote-Groups",
        "Remote-Name",
        "Remote-Token",
        "Remote-Groups-Omitted",
    ];
    assert_eq!(header_names(&headers), expected);
}

#[test]
fn names_are_plain_and_without_other_meaning() {
    for name in [
        "",
        "Remote-User",
        "X-WEBAUTH-USER",
        "X-Forwarded-User",
        "A-B-C-D-E-F-G",
        "U2",
    ] {
        assert_eq!(check(name), Ok(()), "{name}");
    }
    let long = "a".repeat(65);
    for name in [
        "Remote_User",
        "-User",
        "2User",
        "Remote User",
        "Remote-User:",
        "Ümlaut",
        "Cookie",
        "AUTHORIZATION",
        "x-forwarded-for",
        "Host",
        "X-Original-URL",
        "A-B-C-D-E-F-G-H",
        &long,
    ] {
        assert!(check(name).is_err(), "{name}");
    }
}

#[test]
fn names_are_set_by_fact_and_differ_whatever_case() {
    for (changes, expected) in [
        (
            &[][..],
            "Remote-User Remote-Groups Remote-Email Remote-Name Remote-Token",
        ),
        (
            &[("user", "X-User"), ("name", "")],
            "X-User Remote-Groups Remote-Email  Remote-Token",
        ),
        (
            &[("user", ""), ("name", "")],
            " Remote-Groups Remote-Email  Remote-Token",
        ),
        (
            &[("user", "Remote-Email"), ("email", "Remote-User")],
            "Remote-Email Remote-Groups Remote-User Remote-Name Remote-Token",
        ),
        (&[("user", "X-User"), ("name", "x-user")], "two headers"),
        (&[("user", "remote-groups")], "two headers"),
        (&[("role", "X-Role")], "is none of"),
        (&[("user", "Cookie")], "another meaning"),
    ] {
        let changes = changes
            .iter()
            .map(|(fact, name)| ((*fact).to_owned(), (*name).to_owned()));
        let mut headers = SiteHeaders::default();
        match set_names(&changes.collect(), &mut headers) {
            Ok(()) => assert_eq!(headers.by_fact().map(|(_, name)| name).join(" "), expected),
            Err(problem) => assert!(problem.contains(expected), "{problem}"),
        }
    }
}
