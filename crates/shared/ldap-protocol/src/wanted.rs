//! The attributes that a client requests (RFC 4511 §4.5.1.8).

use ldap3_proto::proto::{LdapPartialAttribute, LdapSearchResultEntry};

use crate::entry::Entry;
use crate::filter::Filter;
use crate::schema;

/// Maximum number of requested attributes.
pub const MAX_ATTRIBUTES: usize = 200;

/// The requested attributes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    has_all: bool,
    has_operational: bool,
    /// Names of the schema, or unknown ones.
    names: Vec<String>,
    types_only: bool,
}

/// The facts that entries need for a filter and for the response, beside their rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Needs {
    pub numbers: bool,
    pub groups: bool,
    /// All members of a group, not only those that the filter names.
    pub members: bool,
}

impl Wanted {
    pub fn read(attributes: &[String], types_only: bool) -> Self {
        let mut wanted = Self {
            has_all: attributes.is_empty(),
            types_only,
            ..Self::default()
        };
        for name in attributes {
            match name.as_str() {
                "*" => wanted.has_all = true,
                "+" => wanted.has_operational = true,
                // RFC 4511 §4.5.1.8: no attributes.
                "1.1" => {}
                name => {
                    let known = schema::find(name).map_or(name, |known| known.name);
                    wanted.names.push(known.to_owned());
                }
            }
        }
        wanted
    }

    pub fn has(&self, name: &str) -> bool {
        let is_operational = schema::find(name).is_some_and(|known| known.is_operational);
        let by_group = if is_operational {
            self.has_operational
        } else {
            self.has_all
        };
        by_group
            || self
                .names
                .iter()
                .any(|wanted| wanted.eq_ignore_ascii_case(name))
    }

    pub fn needs(&self, filter: &Filter) -> Needs {
        let needs = |name: &str| self.has(name) || filter.names(name);
        let member = |name: &str| self.has(name) || filter.names_beyond_equality(name);
        Needs {
            numbers: needs("uidNumber") || needs("gidNumber"),
            groups: needs("memberOf"),
            members: member("member") || member("memberUid"),
        }
    }

    /// Returns the response with an entry. The attributes of the root and of the schema are shown with `+`, too.
    pub fn show(&self, entry: &Entry) -> LdapSearchResultEntry {
        let is_described = |name: &str| schema::find(name).is_none() && self.has_operational;
        let shown = entry
            .attributes()
            .iter()
            .filter(|(name, _)| self.has(name) || is_described(name));
        let attributes = shown.map(|(name, values)| LdapPartialAttribute {
            atype: (*name).to_owned(),
            vals: if self.types_only {
                Vec::new()
            } else {
                values
                    .iter()
                    .map(|value| value.clone().into_bytes())
                    .collect()
            },
        });
        LdapSearchResultEntry {
            dn: entry.dn.to_string(),
            attributes: attributes.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::dn::Dn;

    #[rstest]
    #[case(&[], &["cn", "memberOf"])]
    #[case(&["*"], &["cn", "memberOf"])]
    #[case(&["+"], &["entryUUID"])]
    #[case(&["*", "+"], &["cn", "memberOf", "entryUUID"])]
    #[case(&["CN", "entryuuid"], &["cn", "entryUUID"])]
    #[case(&["2.5.4.3", "unknown"], &["cn"])]
    #[case(&["1.1"], &[])]
    fn requested_attributes_are_shown(#[case] requested: &[&str], #[case] shown: &[&str]) {
        let entry = Entry::new(Dn::parse("cn=a").unwrap())
            .with("cn", ["a"])
            .with("memberOf", ["cn=b"])
            .with("entryUUID", ["1"]);
        let requested: Vec<String> = requested.iter().map(|name| (*name).to_owned()).collect();
        for types_only in [false, true] {
            let found = Wanted::read(&requested, types_only).show(&entry);
            let names: Vec<_> = found
                .attributes
                .iter()
                .map(|it| it.atype.as_str())
                .collect();
            assert_eq!(names, shown);
            assert!(
                found
                    .attributes
                    .iter()
                    .all(|it| it.vals.is_empty() == types_only)
            );
        }
    }
}
