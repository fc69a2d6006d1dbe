use ldap3_proto::proto::LdapSearchScope as Scope;
use rstest::rstest;

use super::*;

fn names() -> Names {
    Names {
        base: Dn::parse("dc=example,dc=org").unwrap(),
        host: "id.example.org".to_owned(),
        first_number: 200_000,
    }
}

fn found(base: &str, scope: &Scope) -> Result<Target, String> {
    let found = find(&names(), &Dn::parse(base).unwrap(), scope);
    found.map_err(|above| above.to_string())
}

#[rstest]
#[case("", Scope::Subtree, &["dc=example,dc=org", "ou=users", "ou=groups"], true, true)]
#[case("", Scope::OneLevel, &["dc=example,dc=org"], false, false)]
#[case("DC=Example,DC=org", Scope::Base, &["dc=example,dc=org"], false, false)]
#[case("dc=example,dc=org", Scope::OneLevel, &["ou=users", "ou=groups"], false, false)]
#[case("dc=example,dc=org", Scope::Subtree, &["dc=example,dc=org", "ou=users", "ou=groups"], true, true)]
#[case("dc=example,dc=org", Scope::Children, &["ou=users", "ou=groups"], true, true)]
#[case("ou=users,dc=example,dc=org", Scope::Base, &["ou=users"], false, false)]
#[case("ou=users,dc=example,dc=org", Scope::OneLevel, &[], true, false)]
#[case("ou=groups,dc=example,dc=org", Scope::Subtree, &["ou=groups"], false, true)]
fn scopes_name_parts_of_tree(
    #[case] base: &str,
    #[case] scope: Scope,
    #[case] containers: &[&str],
    #[case] has_users: bool,
    #[case] has_groups: bool,
) {
    let Ok(Target::Tree(tree)) = found(base, &scope) else {
        panic!("no tree");
    };
    let shown = tree.containers.iter().map(|entry| entry.dn.to_string());
    let expected = containers.iter().map(|text| match text.split_once(',') {
        Some(_) => (*text).to_owned(),
        None => format!("{text},dc=example,dc=org"),
    });
    assert!(shown.eq(expected), "{tree:?}");
    assert_eq!((tree.has_users, tree.has_groups), (has_users, has_groups));
}

#[rstest]
#[case("", Scope::Base, Target::Root)]
#[case("cn=Subschema", Scope::Base, Target::Schema)]
#[case("uid=alice,ou=users,dc=example,dc=org", Scope::Base, Target::User("alice".into()))]
#[case("uid=alice,ou=users,dc=example,dc=org", Scope::Subtree, Target::User("alice".into()))]
#[case(
    "uid=alice,ou=users,dc=example,dc=org",
    Scope::OneLevel,
    Target::Nothing
)]
#[case("cn=staff,ou=groups,dc=example,dc=org", Scope::Base, Target::Group("staff".into()))]
fn names_lead_to_entries(#[case] base: &str, #[case] scope: Scope, #[case] expected: Target) {
    assert_eq!(found(base, &scope), Ok(expected));
}

#[rstest]
#[case("dc=com", "")]
#[case("dc=org", "")]
#[case("ou=other,dc=example,dc=org", "dc=example,dc=org")]
#[case("cn=alice,ou=users,dc=example,dc=org", "ou=users,dc=example,dc=org")]
#[case("uid=a,uid=b,ou=users,dc=example,dc=org", "ou=users,dc=example,dc=org")]
fn other_names_do_not_exist(#[case] base: &str, #[case] above: &str) {
    assert_eq!(found(base, &Scope::Subtree), Err(above.to_owned()));
}
