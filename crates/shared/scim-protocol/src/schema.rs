//! Schemas (RFC 7643 §7), and the reading of what clients send.

mod core;
mod reading;

use std::borrow::Cow;

use serde_json::{Map, Value, json};

pub use self::core::{group, user};
use crate::filter::is_same_name;
use crate::urn;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Text,
    Boolean,
    Number,
    Time,
    Reference,
    Complex,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Boolean => "boolean",
            Self::Number => "decimal",
            Self::Time => "dateTime",
            Self::Reference => "reference",
            Self::Complex => "complex",
        }
    }
}

/// An attribute of a schema. Its parts are those of a complex one.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are members of the document"
)]
pub struct Attribute {
    pub name: Cow<'static, str>,
    pub kind: Kind,
    pub description: Cow<'static, str>,
    pub is_multiple: bool,
    pub is_required: bool,
    pub is_exact: bool,
    pub is_read_only: bool,
    pub is_unique: bool,
    /// The values that it can have; all if empty.
    pub choices: Vec<String>,
    /// Examples of values.
    pub suggested: &'static [&'static str],
    pub parts: Vec<Self>,
    /// Types of the resources to which a reference leads.
    pub references: &'static [&'static str],
}

impl Attribute {
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        kind: Kind,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            name: name.into(),
            kind,
            description: description.into(),
            is_multiple: false,
            is_required: false,
            is_exact: false,
            is_read_only: false,
            is_unique: false,
            choices: Vec::new(),
            suggested: &[],
            parts: Vec::new(),
            references: &[],
        }
    }

    #[must_use]
    pub const fn multiple(mut self) -> Self {
        self.is_multiple = true;
        self
    }

    #[must_use]
    pub const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    #[must_use]
    pub const fn exact(mut self) -> Self {
        self.is_exact = true;
        self
    }

    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.is_read_only = true;
        self
    }

    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.is_unique = true;
        self
    }

    #[must_use]
    pub const fn suggested(mut self, values: &'static [&'static str]) -> Self {
        self.suggested = values;
        self
    }

    #[must_use]
    pub fn parts(mut self, parts: impl IntoIterator<Item = Self>) -> Self {
        self.parts = parts.into_iter().collect();
        self
    }

    #[must_use]
    pub const fn references(mut self, types: &'static [&'static str]) -> Self {
        self.references = types;
        self
    }

    fn document(&self) -> Value {
        let mut document = json!({
            "name": self.name,
            "type": self.kind.as_str(),
            "multiValued": self.is_multiple,
            "description": self.description,
            "required": self.is_required,
            "caseExact": self.is_exact,
            "mutability": if self.is_read_only { "readOnly" } else { "readWrite" },
            "returned": "default",
            "uniqueness": if self.is_unique { "server" } else { "none" },
        });
        if !self.choices.is_empty() {
            document["canonicalValues"] = self.choices.clone().into();
        } else if !self.suggested.is_empty() {
            document["canonicalValues"] = self.suggested.into();
        }
        if !self.references.is_empty() {
            document["referenceTypes"] = self.references.into();
        }
        if !self.parts.is_empty() {
            document["subAttributes"] = self.parts.iter().map(Self::document).collect();
        }
        document
    }
}

pub(crate) fn attribute<'a>(all: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    all.iter()
        .find(|attribute| is_same_name(&attribute.name, name))
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schema {
    pub id: &'static str,
    pub name: &'static str,
    pub description: &'static str,
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// Returns the document of a schema (RFC 7643 §7). `base` is the URL of the endpoints.
    pub fn document(&self, base: &str) -> Value {
        json!({
            "schemas": [urn::SCHEMA],
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "attributes": self.attributes.iter().map(Attribute::document).collect::<Vec<_>>(),
            "meta": {
                "resourceType": "Schema",
                "location": format!("{base}/Schemas/{}", self.id),
            },
        })
    }
}

/// A type of resources: its schema, and the extensions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resource {
    pub name: &'static str,
    pub endpoint: &'static str,
    pub core: Schema,
    pub extensions: Vec<Schema>,
}

impl Resource {
    pub fn schemas(&self) -> impl Iterator<Item = &Schema> {
        std::iter::once(&self.core).chain(&self.extensions)
    }

    /// Returns the extension with this name.
    pub fn extension(&self, id: &str) -> Option<&Schema> {
        self.extensions
            .iter()
            .find(|schema| is_same_name(schema.id, id))
    }

    /// Returns the document of a resource type (RFC 7643 §6).
    pub fn document(&self, base: &str) -> Value {
        let extensions = self.extensions.iter();
        let extensions = extensions.map(|schema| json!({ "schema": schema.id, "required": false }));
        json!({
            "schemas": [urn::RESOURCE_TYPE],
            "id": self.name,
            "name": self.name,
            "endpoint": self.endpoint,
            "description": self.core.description,
            "schema": self.core.id,
            "schemaExtensions": extensions.collect::<Vec<_>>(),
            "meta": {
                "resourceType": "ResourceType",
                "location": format!("{base}/ResourceTypes/{}", self.name),
            },
        })
    }

    /// Returns the names of the schemas of a resource.
    pub fn names_in(&self, resource: &Map<String, Value>) -> Vec<&'static str> {
        let used = self
            .extensions
            .iter()
            .filter(|schema| resource.contains_key(schema.id));
        std::iter::once(self.core.id)
            .chain(used.map(|schema| schema.id))
            .collect()
    }
}

#[cfg(test)]
mod tests;
