//! Distinguished names: accepted ones are written so that they are read as the same name.

use doorward_ldap_protocol::dn::{Dn, normal};

use crate::target::Target;

pub const TARGET: Target = Target {
    name: "ldap_name",
    run,
    words: &[
        "uid=", "cn=", "ou=users", "dc=", ",", ";", "+", "=", "\\", "\\2c", "\\c3\\bc", "\"", "#",
        " ", "2.5.4.3=", "\\ ", "\u{a0}",
    ],
};

fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let Some(dn) = Dn::parse(text) else {
        return;
    };
    let written = dn.to_string();
    let again = Dn::parse(&written).expect("an own name");
    assert_eq!(again, dn);
    assert!(dn.matches(&again) && dn.ends_with(&again));
    assert_eq!(again.to_string(), written);
    if let Some(first) = dn.first() {
        let parent = dn.parent().expect("a parent");
        assert_eq!(parent.child(&first.attribute, &first.value), dn);
        assert_eq!(normal(&normal(&first.value)), normal(&first.value));
    }
}
