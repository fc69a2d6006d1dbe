use ldap3_proto::parse_ldap_filter_str;
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::dn::Dn;

fn filter(text: &str) -> Filter {
    Filter::read(&parse_ldap_filter_str(text).unwrap()).unwrap()
}

fn alice() -> Entry {
    Entry::new(Dn::parse("uid=alice,ou=users,dc=example").unwrap())
        .with("objectClass", ["top", "inetOrgPerson", "user"])
        .with("uid", ["alice"])
        .with("cn", ["Alice  van Dam"])
        .with("mail", ["Alice@Example.org"])
        .with("uidNumber", ["200007"])
        .with("userAccountControl", ["512"])
        .with("createTimestamp", ["20270131120000Z"])
        .with("memberOf", ["cn=staff,ou=groups,dc=example"])
}

#[rstest]
#[case("(uid=alice)", true)]
#[case("(UID=ALICE)", true)]
#[case("(uid=bob)", false)]
#[case("(mail=alice@example.org)", true)]
#[case("(objectClass=*)", true)]
#[case("(sn=*)", false)]
#[case("(cn=Ali*)", true)]
#[case("(cn=*DAM)", true)]
#[case("(cn=a*van*m)", true)]
#[case("(cn=*dam*van*)", false)]
#[case("(cn=ali*ali*)", false)]
#[case("(uidNumber=0200007)", true)]
#[case("(uidNumber>=200000)", true)]
#[case("(uidNumber<=99999)", false)]
#[case("(uidNumber>=x)", false)]
#[case("(createTimestamp>=20270101000000Z)", true)]
#[case("(createTimestamp<=20270101000000Z)", false)]
#[case("(memberOf=staff)", false)]
#[case("(userAccountControl:1.2.840.113556.1.4.803:=2)", false)]
#[case("(!(userAccountControl:1.2.840.113556.1.4.803:=2))", true)]
#[case("(userAccountControl:1.2.840.113556.1.4.804:=514)", true)]
#[case("(&(objectClass=user)(uid=alice))", true)]
#[case("(&(objectClass=group)(uid=alice))", false)]
#[case("(|(uid=bob)(uid=alice))", true)]
#[case("(!(uid=bob))", true)]
// RFC 4511 §4.5.1.7: a condition on an unknown attribute is neither true nor false.
#[case("(unknown=x)", false)]
#[case("(!(unknown=x))", false)]
#[case("(|(unknown=x)(uid=alice))", true)]
#[case("(&(unknown=x)(uid=alice))", false)]
#[case("(!(&(unknown=x)(uid=bob)))", true)]
fn filter_selects_entry(#[case] text: &str, #[case] expected: bool) {
    assert_eq!(filter(text).matches(&alice()), expected);
}

#[test]
fn values_are_compared_by_their_syntax() {
    let staff = "CN=Staff, OU=Groups, DC=Example";
    let chain = LdapMatchingRuleAssertion {
        matching_rule: Some(IN_CHAIN.to_owned()),
        type_: Some("memberOf".to_owned()),
        match_value: staff.to_owned(),
        dn_attributes: false,
    };
    for filter in [
        LdapFilter::Equality("cn".to_owned(), " alice van  dam".to_owned()),
        LdapFilter::Equality("memberOf".to_owned(), staff.to_owned()),
        LdapFilter::Extensible(chain),
    ] {
        assert!(
            Filter::read(&filter).unwrap().matches(&alice()),
            "{filter:?}"
        );
    }
}

#[test]
fn filters_have_bounds() {
    let deep = |depth: usize| {
        let mut filter = LdapFilter::Present("uid".to_owned());
        for _ in 1..depth {
            filter = LdapFilter::Not(Box::new(filter));
        }
        Filter::read(&filter)
    };
    assert!(deep(MAX_DEPTH).is_ok());
    assert_eq!(deep(MAX_DEPTH + 1), Err(TooComplex));
    let wide = |width: usize| {
        Filter::read(&LdapFilter::Or(vec![
            LdapFilter::Present("uid".to_owned());
            width
        ]))
    };
    assert!(wide(MAX_CONDITIONS - 1).is_ok());
    assert_eq!(wide(MAX_CONDITIONS), Err(TooComplex));
    let long = "a".repeat(MAX_VALUE + 1);
    assert_eq!(
        Filter::read(&LdapFilter::Equality("uid".to_owned(), long)),
        Err(TooComplex)
    );
}

const INDEX: [&str; 3] = ["uid", "mail", "memberOf"];
const CLASSES: [&str; 2] = ["top", "inetorgperson"];

#[rstest]
#[case("(uid=Alice)", Some(vec![("uid", "alice")]))]
#[case("(&(objectClass=inetOrgPerson)(uid=alice))", Some(vec![("uid", "alice")]))]
#[case("(&(|(uid=a)(mail=a))(objectClass=*))", Some(vec![("uid", "a"), ("mail", "a")]))]
#[case("(&(uid=a)(|(uid=b)(mail=c)))", Some(vec![("uid", "a")]))]
#[case("(objectClass=groupOfNames)", Some(vec![]))]
#[case("(|(objectClass=groupOfNames)(uid=a))", Some(vec![("uid", "a")]))]
#[case("(|(uid=a)(cn=b))", None)]
#[case("(!(uid=a))", None)]
#[case("(uid=a*)", None)]
#[case("(unknown=a)", Some(vec![]))]
#[case("(&(unknown=a)(cn=b))", Some(vec![]))]
fn indexed_values_are_found(#[case] text: &str, #[case] expected: Option<Vec<(&str, &str)>>) {
    let expected = match expected {
        None => Candidates::All,
        Some(values) if values.is_empty() => Candidates::None,
        Some(values) => Candidates::With(
            values
                .iter()
                .map(|(name, value)| (schema::find(name).unwrap().name, (*value).to_owned()))
                .collect(),
        ),
    };
    assert_eq!(candidates(&filter(text), &INDEX, &CLASSES), expected);
}

#[test]
fn too_many_values_are_no_lookups() {
    let wide = vec!["(uid=a)"; MAX_LOOKUPS + 1].concat();
    let found = candidates(&filter(&format!("(|{wide})")), &INDEX, &CLASSES);
    assert_eq!(found, Candidates::All);
}

fn any_filter() -> impl Strategy<Value = LdapFilter> {
    let name = || {
        prop_oneof![
            Just("uid"),
            Just("cn"),
            Just("mail"),
            Just("unknown"),
            Just("objectClass")
        ]
    };
    let value = || prop_oneof![Just("alice"), Just("bob"), Just("user"), Just("")];
    let leaf = prop_oneof![
        (name(), value()).prop_map(|(name, value)| LdapFilter::Equality(name.into(), value.into())),
        name().prop_map(|name| LdapFilter::Present(name.into())),
        (name(), value())
            .prop_map(|(name, value)| LdapFilter::GreaterOrEqual(name.into(), value.into())),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(LdapFilter::And),
            prop::collection::vec(inner.clone(), 0..4).prop_map(LdapFilter::Or),
            inner.prop_map(|inner| LdapFilter::Not(Box::new(inner))),
        ]
    })
}

proptest! {
    /// Looking up the candidates never loses an entry that fulfills the filter.
    #[test]
    fn candidates_contain_each_match(filter in any_filter()) {
        let filter = Filter::read(&filter).unwrap();
        let classes = ["top", "inetorgperson", "user"];
        let entry = alice();
        let is_candidate = match candidates(&filter, &INDEX, &classes) {
            Candidates::None => false,
            Candidates::All => true,
            Candidates::With(values) => values.iter().any(|(name, value)| {
                let syntax = schema::find(name).unwrap().syntax;
                entry.values(name).any(|own| syntax.key(own).as_ref() == Some(value))
            }),
        };
        prop_assert!(is_candidate || !filter.matches(&entry));
    }
}
