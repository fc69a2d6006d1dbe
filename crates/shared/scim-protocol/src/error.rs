//! Errors in the format of SCIM (RFC 7644 §3.12).

use serde_json::{Value, json};

use crate::urn;

doorward_protocol::words! {
    /// The keyword of an error (RFC 7644 §3.12, RFC 9865 §4).
    pub enum ScimType {
        InvalidFilter = "invalidFilter",
        TooMany = "tooMany",
        Uniqueness = "uniqueness",
        Mutability = "mutability",
        InvalidSyntax = "invalidSyntax",
        InvalidPath = "invalidPath",
        NoTarget = "noTarget",
        InvalidValue = "invalidValue",
        InvalidVersion = "invalidVers",
        InvalidCursor = "invalidCursor",
        InvalidCount = "invalidCount",
    }
}

/// A rejected request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScimError {
    pub status: u16,
    pub kind: Option<ScimType>,
    pub detail: String,
}

impl ScimError {
    pub fn new(status: u16, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self {
            status,
            kind: None,
            detail,
        }
    }

    /// Returns the error of a request that cannot be fulfilled.
    pub fn invalid(kind: ScimType, detail: impl Into<String>) -> Self {
        Self {
            kind: Some(kind),
            ..Self::new(400, detail)
        }
    }

    pub fn value(detail: impl Into<String>) -> Self {
        Self::invalid(ScimType::InvalidValue, detail)
    }

    pub fn syntax(detail: impl Into<String>) -> Self {
        Self::invalid(ScimType::InvalidSyntax, detail)
    }

    pub fn not_found(id: &str) -> Self {
        Self::new(404, format!("there is no resource {id:?}"))
    }

    /// Returns the error of a value that another resource has.
    pub fn taken(detail: impl Into<String>) -> Self {
        Self {
            kind: Some(ScimType::Uniqueness),
            ..Self::new(409, detail)
        }
    }

    pub fn document(&self) -> Value {
        let mut document = json!({
            "schemas": [urn::ERROR],
            "status": self.status.to_string(),
            "detail": self.detail,
        });
        if let Some(kind) = self.kind {
            document["scimType"] = kind.as_str().into();
        }
        document
    }
}
