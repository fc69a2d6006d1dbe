//! The entry that describes the server (RFC 4512 §5.1), and that with the schema (RFC 4512 §4.2).

use ldap3_proto::proto::OID_WHOAMI;

use crate::entry::{Names, SUBSCHEMA};
use doorward_ldap_protocol::dn::Dn;
use doorward_ldap_protocol::entry::Entry;
use doorward_ldap_protocol::schema;

/// Pages of results (RFC 2696).
const PAGES: &str = "1.2.840.113556.1.4.319";
/// All operational attributes (RFC 3673), and filters that are always true or false (RFC 4526).
const FEATURES: [&str; 2] = ["1.3.6.1.4.1.4203.1.5.1", "1.3.6.1.4.1.4203.1.5.3"];

pub fn root(names: &Names) -> Entry {
    let base = names.base.to_string();
    Entry::new(Dn::default())
        .with("objectClass", ["top"])
        .with("namingContexts", [base.as_str()])
        .with("defaultNamingContext", [base.as_str()])
        .with("supportedLDAPVersion", ["3"])
        .with("supportedControl", [PAGES])
        .with("supportedExtension", [OID_WHOAMI])
        .with("supportedFeatures", FEATURES)
        .with("subschemaSubentry", [SUBSCHEMA])
        .with("vendorName", ["Doorward"])
}

pub fn schema() -> Entry {
    Entry::new(Dn::parse(SUBSCHEMA).unwrap_or_default())
        .with("objectClass", ["top", "subentry", "subschema"])
        .with("cn", ["subschema"])
        .with("attributeTypes", schema::attribute_types())
        .with("objectClasses", schema::object_classes())
}
