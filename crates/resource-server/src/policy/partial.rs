//! What an expression of a policy comes to when everything is known but the object.

use ipnet::IpNet;

use super::facts::Value;
use super::filter::{Filter, Path};

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Partial {
    /// A value.
    Known(Value),
    /// Yes or no, depending on the object.
    Depends(Filter),
    /// An attribute of the object, or the object itself.
    Attribute(Path),
    /// The person.
    Person,
    /// The situation.
    Situation,
}

/// This expression has no translation; the engine itself must decide object by object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Untranslatable(pub &'static str);

impl Partial {
    /// As a condition.
    pub(super) fn into_filter(self) -> Result<Filter, Untranslatable> {
        match self {
            Self::Known(Value::Bool(true)) => Ok(Filter::Always),
            Self::Known(Value::Bool(false)) => Ok(Filter::Never),
            Self::Depends(filter) => Ok(filter),
            _ => Err(Untranslatable("a value where a condition is expected")),
        }
    }
}

impl From<Filter> for Partial {
    fn from(filter: Filter) -> Self {
        match filter {
            Filter::Always => Self::Known(Value::Bool(true)),
            Filter::Never => Self::Known(Value::Bool(false)),
            other => Self::Depends(other),
        }
    }
}

/// Whether `inner` lies in `outer`, both addresses or networks.
pub(super) fn in_range(inner: &IpNet, outer: &IpNet) -> bool {
    match (inner, outer) {
        (IpNet::V4(inner), IpNet::V4(outer)) => outer.contains(inner),
        (IpNet::V6(inner), IpNet::V6(outer)) => outer.contains(inner),
        _ => false,
    }
}
