//! The attributes of the entries, how their values are compared, and the schema that clients read (RFC 4512 §4.2).

use crate::dn::{Dn, normal};

/// The comparison of the values of an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    Text,
    Name,
    Integer,
    /// A time such as `20270131120000Z`, whose order is that of the text.
    Time,
}

/// An attribute of an entry.
#[derive(PartialEq, Eq, Debug)]
pub struct Attribute {
    pub name: &'static str,
    pub oid: &'static str,
    pub syntax: Syntax,
    /// True if a client gets it only by name, or by `+`.
    pub is_operational: bool,
}

const fn attribute(name: &'static str, oid: &'static str, syntax: Syntax) -> Attribute {
    Attribute {
        name,
        oid,
        syntax,
        is_operational: false,
    }
}

const fn operational(name: &'static str, oid: &'static str, syntax: Syntax) -> Attribute {
    Attribute {
        is_operational: true,
        ..attribute(name, oid, syntax)
    }
}

/// All attributes, by the names of RFC 4519, RFC 2798, RFC 2307bis and Active Directory.
pub static ATTRIBUTES: [Attribute; 30] = [
    attribute("objectClass", "2.5.4.0", Syntax::Text),
    attribute("uid", "0.9.2342.19200300.100.1.1", Syntax::Text),
    attribute("cn", "2.5.4.3", Syntax::Text),
    attribute("sn", "2.5.4.4", Syntax::Text),
    attribute("givenName", "2.5.4.42", Syntax::Text),
    attribute("displayName", "2.16.840.1.113730.3.1.241", Syntax::Text),
    attribute("mail", "0.9.2342.19200300.100.1.3", Syntax::Text),
    attribute(
        "preferredLanguage",
        "2.16.840.1.113730.3.1.39",
        Syntax::Text,
    ),
    attribute("description", "2.5.4.13", Syntax::Text),
    attribute("ou", "2.5.4.11", Syntax::Text),
    attribute("dc", "0.9.2342.19200300.100.1.25", Syntax::Text),
    attribute("o", "2.5.4.10", Syntax::Text),
    attribute("c", "2.5.4.6", Syntax::Text),
    attribute("member", "2.5.4.31", Syntax::Name),
    attribute("memberUid", "1.3.6.1.1.1.1.12", Syntax::Text),
    attribute("memberOf", "1.2.840.113556.1.2.102", Syntax::Name),
    attribute("uidNumber", "1.3.6.1.1.1.1.0", Syntax::Integer),
    attribute("gidNumber", "1.3.6.1.1.1.1.1", Syntax::Integer),
    attribute("homeDirectory", "1.3.6.1.1.1.1.3", Syntax::Text),
    attribute("loginShell", "1.3.6.1.1.1.1.4", Syntax::Text),
    attribute("gecos", "1.3.6.1.1.1.1.2", Syntax::Text),
    attribute("sAMAccountName", "1.2.840.113556.1.4.221", Syntax::Text),
    attribute("userPrincipalName", "1.2.840.113556.1.4.656", Syntax::Text),
    attribute(
        "userAccountControl",
        "1.2.840.113556.1.4.8",
        Syntax::Integer,
    ),
    operational("entryUUID", "1.3.6.1.1.16.4", Syntax::Text),
    operational("entryDN", "1.3.6.1.1.20", Syntax::Name),
    operational("createTimestamp", "2.5.18.1", Syntax::Time),
    operational("modifyTimestamp", "2.5.18.2", Syntax::Time),
    operational("structuralObjectClass", "2.5.21.9", Syntax::Text),
    operational("subschemaSubentry", "2.5.18.10", Syntax::Name),
];

/// The classes, each with its OID, its kind and its attributes.
const CLASSES: [(&str, &str, &str, &str); 11] = [
    ("top", "2.5.6.0", "ABSTRACT", "MUST objectClass"),
    (
        "person",
        "2.5.6.6",
        "STRUCTURAL",
        "MUST ( sn $ cn ) MAY description",
    ),
    ("organizationalPerson", "2.5.6.7", "STRUCTURAL", "MAY ou"),
    (
        "inetOrgPerson",
        "2.16.840.1.113730.3.2.2",
        "STRUCTURAL",
        "MAY ( displayName $ givenName $ mail $ preferredLanguage $ uid )",
    ),
    (
        "posixAccount",
        "1.3.6.1.1.1.2.0",
        "AUXILIARY",
        "MUST ( cn $ uid $ uidNumber $ gidNumber $ homeDirectory ) MAY ( loginShell $ gecos $ description )",
    ),
    (
        "posixGroup",
        "1.3.6.1.1.1.2.2",
        "AUXILIARY",
        "MUST gidNumber MAY ( memberUid $ description )",
    ),
    (
        "groupOfNames",
        "2.5.6.9",
        "STRUCTURAL",
        "MUST cn MAY ( member $ description )",
    ),
    (
        "user",
        "1.2.840.113556.1.5.9",
        "AUXILIARY",
        "MAY ( sAMAccountName $ userPrincipalName $ userAccountControl $ memberOf )",
    ),
    (
        "group",
        "1.2.840.113556.1.5.8",
        "AUXILIARY",
        "MAY ( sAMAccountName $ member )",
    ),
    (
        "organizationalUnit",
        "2.5.6.5",
        "STRUCTURAL",
        "MUST ou MAY description",
    ),
    (
        "domain",
        "0.9.2342.19200300.100.4.13",
        "STRUCTURAL",
        "MUST dc MAY description",
    ),
];

/// Returns the attribute with this name or OID, whatever the case and without options (`;binary`).
pub fn find(name: &str) -> Option<&'static Attribute> {
    let name = name.split(';').next().unwrap_or_default();
    ATTRIBUTES
        .iter()
        .find(|known| known.name.eq_ignore_ascii_case(name) || known.oid == name)
}

impl Syntax {
    /// Returns a value in the form in which equal ones are the same; `None` if it is malformed.
    pub fn key(self, value: &str) -> Option<String> {
        match self {
            Self::Text | Self::Time => Some(normal(value)),
            Self::Name => {
                let dn = Dn::parse(value)?;
                Some(normal(&dn.to_string()))
            }
            Self::Integer => value
                .trim()
                .parse::<i64>()
                .ok()
                .map(|number| number.to_string()),
        }
    }

    const fn oid(self) -> &'static str {
        match self {
            Self::Text => "1.3.6.1.4.1.1466.115.121.1.15",
            Self::Name => "1.3.6.1.4.1.1466.115.121.1.12",
            Self::Integer => "1.3.6.1.4.1.1466.115.121.1.27",
            Self::Time => "1.3.6.1.4.1.1466.115.121.1.24",
        }
    }

    const fn equality(self) -> &'static str {
        match self {
            Self::Text => "caseIgnoreMatch",
            Self::Name => "distinguishedNameMatch",
            Self::Integer => "integerMatch",
            Self::Time => "generalizedTimeMatch",
        }
    }
}

/// Returns the values of `attributeTypes` of the schema.
pub fn attribute_types() -> Vec<String> {
    let describe = |known: &Attribute| {
        let usage = if known.is_operational {
            " NO-USER-MODIFICATION USAGE directoryOperation"
        } else {
            ""
        };
        format!(
            "( {} NAME '{}' EQUALITY {} SYNTAX {}{usage} )",
            known.oid,
            known.name,
            known.syntax.equality(),
            known.syntax.oid()
        )
    };
    ATTRIBUTES.iter().map(describe).collect()
}

/// Returns the values of `objectClasses` of the schema.
pub fn object_classes() -> Vec<String> {
    let describe = |(name, oid, kind, rest): &(&str, &str, &str, &str)| {
        format!("( {oid} NAME '{name}' {kind} {rest} )")
    };
    CLASSES.iter().map(describe).collect()
}
