//! Filters and paths as trees, and their texts.

use std::fmt;

use serde_json::Value;

/// Maximum length of a filter or a path in bytes.
pub const MAX_LENGTH: usize = 4096;
/// Maximum depth of parentheses and brackets.
pub const MAX_DEPTH: usize = 12;
/// Maximum number of comparisons.
pub const MAX_TERMS: usize = 100;

/// The name of an attribute: `userName`, `name.givenName`, or after the name of its schema and a colon.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AttributePath {
    pub schema: Option<String>,
    pub name: String,
    pub sub: Option<String>,
}

doorward_protocol::words! {
    pub enum Operator {
        Equal = "eq",
        NotEqual = "ne",
        Contains = "co",
        StartsWith = "sw",
        EndsWith = "ew",
        Greater = "gt",
        GreaterOrEqual = "ge",
        Less = "lt",
        LessOrEqual = "le",
    }
}

#[derive(Clone, PartialEq, Debug)]
pub enum Filter {
    Present(AttributePath),
    Compare(AttributePath, Operator, Value),
    /// A value of the attribute fulfils the filter, whose paths are those of its parts.
    Any(AttributePath, Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
}

/// The target of a change: an attribute, those of its values that fulfil a filter, and a part of them.
#[derive(Clone, PartialEq, Debug)]
pub struct ChangePath {
    pub attribute: AttributePath,
    pub filter: Option<Filter>,
    pub sub: Option<String>,
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}:")?;
        }
        f.write_str(&self.name)?;
        match &self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    write!(f, " {word} ")?;
                }
                match part {
                    Self::And(_) | Self::Or(_) => write!(f, "({part})")?,
                    _ => write!(f, "{part}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::Present(path) => write!(f, "{path} pr"),
            Self::Compare(path, operator, value) => {
                write!(f, "{path} {} {value}", operator.as_str())
            }
            Self::Any(path, filter) => write!(f, "{path}[{filter}]"),
            Self::And(parts) => join(f, parts, "and"),
            Self::Or(parts) => join(f, parts, "or"),
            Self::Not(filter) => write!(f, "not ({filter})"),
        }
    }
}
