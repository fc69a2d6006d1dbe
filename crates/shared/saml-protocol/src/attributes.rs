//! Attributes of assertions: the claims of OpenID Connect, with the names that applications expect.

use doorward_domain::model::saml_client::AttributeNames;
use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// A line for each known claim, with its names.
const CLAIMS: &str = include_str!("../claims.txt");

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attribute {
    pub name: String,
    /// The kind of the name; absent for names that are no URI in the set of Microsoft.
    pub format: Option<&'static str>,
    pub friendly_name: Option<&'static str>,
    pub values: Vec<String>,
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

fn named(set: AttributeNames, claim: &str, values: Vec<String>) -> Attribute {
    let mut lines = CLAIMS.lines().map(str::split_whitespace);
    let known = lines.find_map(|mut words| (words.next() == Some(claim)).then_some(words));
    let names: Vec<&'static str> = known.into_iter().flatten().collect();
    let (name, format, friendly_name) = match (set, names.as_slice()) {
        (AttributeNames::Uri, [basic, uri, _]) => (*uri, Some("uri"), Some(*basic)),
        (AttributeNames::Basic, [basic, ..]) => (*basic, Some("basic"), None),
        (AttributeNames::Microsoft, [.., microsoft]) => (*microsoft, None, None),
        (AttributeNames::Microsoft, _) => (claim, None, None),
        _ => (claim, Some("basic"), None),
    };
    Attribute {
        name: name.to_owned(),
        format,
        friendly_name,
        values,
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
