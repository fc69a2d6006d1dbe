use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case("", "")]
#[case("dc=example,dc=org", "dc=example,dc=org")]
#[case(
    " UID = Alice , OU=Users , DC=example ",
    "uid=Alice,ou=Users,dc=example"
)]
#[case("uid=a;ou=users", "uid=a,ou=users")]
#[case(r"cn=Smith\, Jo,dc=x", r"cn=Smith\, Jo,dc=x")]
#[case(r"cn=a\2cb", r"cn=a\,b")]
#[case(r"cn=M\c3\bcller", "cn=Müller")]
#[case(r"cn=\ a\ ", r"cn=\ a\ ")]
#[case(r"cn=\#1", r"cn=\#1")]
#[case("1.2.840.1=x", "1.2.840.1=x")]
#[case("cn=", "cn=")]
fn names_are_read_and_written(#[case] text: &str, #[case] written: &str) {
    let dn = Dn::parse(text).unwrap();
    assert_eq!(dn.to_string(), written);
    assert_eq!(Dn::parse(written), Some(dn));
}

#[rstest]
#[case("alice")]
#[case("=x")]
#[case("uid=a,")]
#[case("uid=a,,dc=x")]
#[case("uid=a+cn=b")]
#[case("uid=#04024869")]
#[case("uid=a\\")]
#[case("uid=a\\zz")]
#[case("uid=a\\f")]
#[case("uid=\\ff")]
#[case("uid=\"a\"")]
#[case("u d=a")]
fn malformed_names_are_rejected(#[case] text: &str) {
    assert_eq!(Dn::parse(text), None);
}

#[test]
fn long_names_are_rejected() {
    assert!(Dn::parse(&format!("uid={}", "a".repeat(2_000))).is_none());
    assert!(Dn::parse(&vec!["dc=x"; 21].join(",")).is_none());
}

#[rstest]
#[case("uid=alice,ou=users,dc=x", "UID=Alice, OU=USERS, DC=X", true)]
#[case("cn=a  b,dc=x", "cn=a b,dc=x", true)]
#[case("uid=alice,dc=x", "cn=alice,dc=x", false)]
#[case("uid=alice,dc=x", "dc=x", false)]
#[case("dc=x", "uid=alice,dc=x", false)]
fn names_match_without_case(#[case] one: &str, #[case] other: &str, #[case] same: bool) {
    let [one, other] = [one, other].map(|text| Dn::parse(text).unwrap());
    assert_eq!(one.matches(&other), same);
}

#[test]
fn entry_is_below_its_parents() {
    let base = Dn::parse("dc=example,dc=org").unwrap();
    let child = base.child("ou", "users").child("uid", "o'neil, jo");
    assert_eq!(
        child.to_string(),
        r"uid=o'neil\, jo,ou=users,dc=example,dc=org"
    );
    assert!(child.ends_with(&base) && base.ends_with(&base));
    assert!(!base.ends_with(&child));
    assert!(child.parent().unwrap().matches(&base.child("OU", "Users")));
    assert!(child.ends_with(&Dn::default()) && Dn::default().is_root());
}

proptest! {
    #[test]
    fn each_value_is_read_back(values in proptest::collection::vec("\\PC{0,20}|[ ,+=\"\\\\<>;#\\x00-\\x1f]{0,8}", 1..5)) {
        let dn = values.iter().fold(Dn::default(), |dn, value| dn.child("cn", value));
        prop_assert_eq!(Dn::parse(&dn.to_string()), Some(dn));
    }

    #[test]
    fn no_text_is_fatal(text in "\\PC{0,60}|[uidcn=,\\\\ ;a0f#\"]{0,40}") {
        if let Some(dn) = Dn::parse(&text) {
            prop_assert_eq!(Dn::parse(&dn.to_string()), Some(dn));
        }
    }
}
