//! Filters (RFC 4515), in which values are escaped.

use crate::entry::is_binary;
use crate::settings::Directory;

/// Returns the filter of the users of a directory with a login identifier.
pub fn by_login(directory: &Directory, identifier: &str) -> String {
    let value = ldap3::ldap_escape(identifier);
    let each = directory.login.iter();
    let each: Vec<_> = each.map(|name| format!("({name}={value})")).collect();
    format!("(&{}(|{}))", directory.filter, each.concat())
}

/// Returns the filter of the user with an ID.
pub fn by_id(directory: &Directory, id: &str) -> String {
    let value = if is_binary(&directory.id) {
        let pairs = id.as_bytes().chunks(2);
        let pairs = pairs.map(|pair| format!("\\{}", String::from_utf8_lossy(pair)));
        pairs.collect::<Vec<_>>().concat()
    } else {
        ldap3::ldap_escape(id).into_owned()
    };
    format!("(&{}({}={value}))", directory.filter, directory.id)
}

/// Returns the filter of the users in a group, with nested groups if the server follows them.
pub fn in_group(directory: &Directory, group: &str, is_nested: bool) -> String {
    let rule = if is_nested {
        ":1.2.840.113556.1.4.1941:"
    } else {
        ""
    };
    let group = ldap3::ldap_escape(group);
    format!("(&{}(memberOf{rule}={group}))", directory.filter)
}

/// Returns the filter of the groups that have a member.
pub fn groups_with(dn: &str, uid: Option<&str>) -> String {
    let dn = ldap3::ldap_escape(dn);
    let by_uid = uid.map(|uid| format!("(memberUid={})", ldap3::ldap_escape(uid)));
    format!(
        "(|(member={dn})(uniqueMember={dn}){})",
        by_uid.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::testing::directory;

    #[rstest]
    #[case("alice", "(uid=alice)(mail=alice)")]
    #[case("*", r"(uid=\2a)(mail=\2a)")]
    #[case("a)(uid=*", r"(uid=a\29\28uid=\2a)(mail=a\29\28uid=\2a)")]
    #[case("a\\b\0", r"(uid=a\5cb\00)(mail=a\5cb\00)")]
    fn identifiers_are_escaped(#[case] identifier: &str, #[case] expected: &str) {
        let filter = by_login(&directory(), identifier);
        assert_eq!(filter, format!("(&(objectClass=person)(|{expected}))"));
        ldap3::parse_filter(&filter).unwrap();
    }

    #[test]
    fn binary_ids_are_bytes_of_filters() {
        let mut of_ad = directory();
        of_ad.id = "objectGUID".to_owned();
        let filter = by_id(&of_ad, "00ff2a");
        assert_eq!(filter, r"(&(objectClass=person)(objectGUID=\00\ff\2a))");
        ldap3::parse_filter(&filter).unwrap();
    }
}
