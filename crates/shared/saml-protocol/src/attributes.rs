//! Attributes of assertions: the claims of OpenID Connect, with the names that applications expect.

use doorward_domain::model::saml_client::AttributeNames;
use serde_json::{Map, Value};

use crate::write::Node;

#[cfg(test)]
mod tests;

/// A claim with its names: the short one, the object identifier, and that of Microsoft.
struct Known {
    claim: &'static str,
    basic: &'static str,
    oid: &'static str,
    microsoft: &'static str,
}

const IDENTITY: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";
const FORMAT: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:";

const KNOWN: [Known; 8] = [
    known(
        "preferred_username",
        "uid",
        "0.9.2342.19200300.100.1.1",
        "upn",
    ),
    known("email", "mail", "0.9.2342.19200300.100.1.3", "emailaddress"),
    known("name", "displayName", "2.16.840.1.113730.3.1.241", "name"),
    known("given_name", "givenName", "2.5.4.42", "givenname"),
    known("family_name", "sn", "2.5.4.4", "surname"),
    known("phone_number", "telephoneNumber", "2.5.4.20", "otherphone"),
    known("groups", "isMemberOf", "1.3.6.1.4.1.5923.1.5.1.1", ""),
    known(
        "roles",
        "eduPersonEntitlement",
        "1.3.6.1.4.1.5923.1.1.1.7",
        "",
    ),
];

const fn known(
    claim: &'static str,
    basic: &'static str,
    oid: &'static str,
    microsoft: &'static str,
) -> Known {
    Known {
        claim,
        basic,
        oid,
        microsoft,
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attribute {
    pub name: String,
    /// The kind of the name; absent for names that are no URI in the set of Microsoft.
    format: Option<&'static str>,
    friendly_name: Option<&'static str>,
    pub values: Vec<String>,
}

impl Attribute {
    pub fn node(&self) -> Node {
        let values = self
            .values
            .iter()
            .map(|value| Node::new("saml:AttributeValue").text(value));
        let format = self.format.map(|format| format!("{FORMAT}{format}"));
        Node::new("saml:Attribute")
            .attribute("Name", &self.name)
            .maybe("NameFormat", format.as_deref())
            .maybe("FriendlyName", self.friendly_name)
            .children(values)
    }
}

/// Returns the attributes of claims. Claims without a name in the set keep their own; those about the sign-in,
/// objects and empty ones are left out.
pub fn attributes(names: AttributeNames, claims: &Map<String, Value>) -> Vec<Attribute> {
    let claims = claims.iter().filter(|(claim, _)| *claim != "sub");
    let attributes = claims.filter_map(|(claim, value)| {
        let values = texts(value);
        (!values.is_empty()).then(|| named(names, claim, values))
    });
    attributes.collect()
}

fn named(names: AttributeNames, claim: &str, values: Vec<String>) -> Attribute {
    let known = KNOWN.iter().find(|known| known.claim == claim);
    let (name, format, friendly_name) = match (names, known) {
        (AttributeNames::Uri, Some(known)) => {
            let name = format!("urn:oid:{}", known.oid);
            (name, Some("uri"), Some(known.basic))
        }
        (AttributeNames::Basic, Some(known)) => (known.basic.to_owned(), Some("basic"), None),
        (AttributeNames::Microsoft, Some(known)) => (microsoft(known), None, None),
        (AttributeNames::Uri | AttributeNames::Basic | AttributeNames::Claims, _) => {
            (claim.to_owned(), Some("basic"), None)
        }
        (AttributeNames::Microsoft, None) => (claim.to_owned(), None, None),
    };
    Attribute {
        name,
        format,
        friendly_name,
        values,
    }
}

fn microsoft(known: &Known) -> String {
    let of_2008 = "http://schemas.microsoft.com/ws/2008/06/identity/claims/";
    match known.claim {
        "groups" => format!("{of_2008}groups"),
        "roles" => format!("{of_2008}role"),
        _ => format!("{IDENTITY}{}", known.microsoft),
    }
}

/// Returns the texts of a value: those of a list one by one.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if text.is_empty() => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Bool(_) | Value::Number(_) => vec![value.to_string()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Null | Value::Object(_) => Vec::new(),
    }
}
