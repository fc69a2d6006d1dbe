use doorward_domain::model::sample;
use rstest::rstest;

use super::*;

fn names() -> Names {
    Names {
        base: Dn::parse("dc=example,dc=org").unwrap(),
        host: "id.example.org".to_owned(),
        first_number: 200_000,
    }
}

#[rstest]
#[case("/staff", None, "staff")]
#[case("/engineering/back-end", None, "engineering.back-end")]
#[case("/staff/leads", Some("acme"), "staff.leads@acme")]
fn common_name_of_group_is_read_back(
    #[case] path: &str,
    #[case] org: Option<&str>,
    #[case] name: &str,
) {
    let found = group_place(name);
    assert_eq!(found, (path.to_owned(), org));
}

#[rstest]
#[case("uid=alice,ou=users,dc=example,dc=org", Some("alice"))]
#[case("alice", Some("alice"))]
#[case("alice@ID.example.org", Some("alice"))]
#[case("alice@example.com", Some("alice@example.com"))]
#[case("cn=alice,ou=users,dc=example,dc=org", None)]
#[case("uid=alice,ou=users,dc=example,dc=com", None)]
fn users_bind_by_several_names(#[case] text: &str, #[case] identifier: Option<&str>) {
    assert_eq!(names().identifier(text).as_deref(), identifier);
}

#[test]
fn containers_describe_themselves() {
    let shown: Vec<String> = names()
        .containers()
        .iter()
        .map(|entry| entry.dn.to_string())
        .collect();
    assert_eq!(
        shown,
        [
            "dc=example,dc=org",
            "ou=users,dc=example,dc=org",
            "ou=groups,dc=example,dc=org"
        ]
    );
    let [base, ..] = names().containers();
    assert_eq!(base.values("dc").collect::<Vec<_>>(), ["example"]);
}

#[test]
fn user_has_names_of_each_dialect() {
    let user = sample::user();
    let facts = UserFacts {
        number: Some(7),
        groups: Vec::new(),
    };
    let entry = names().user_entry(&user, &facts);
    assert_eq!(entry.dn.to_string(), "uid=Alice,ou=users,dc=example,dc=org");
    for (name, value) in [
        ("uid", "Alice"),
        ("sAMAccountName", "Alice"),
        ("userPrincipalName", "Alice@id.example.org"),
        ("uidNumber", "200007"),
        ("gidNumber", "200007"),
        ("homeDirectory", "/home/Alice"),
        ("entryUUID", &user.id.to_string()),
    ] {
        assert_eq!(entry.values(name).collect::<Vec<_>>(), [value], "{name}");
    }
}
