//! Partial evaluation of a policy's expression for an unknown object.

use ipnet::IpNet;

use super::attribute_values::Value;
use super::filter::{Filter, Path};
use super::principal::MembershipSet;

/// The result of a partial evaluation.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Partial {
    Known(Value),
    /// A Boolean that depends on the object.
    Depends(Filter),
    /// An attribute of the object, or the object itself.
    Attribute(Path),
    Person,
    /// A set of the principal's projects that conditions look up.
    Memberships(MembershipSet),
    Situation,
}

/// An expression without a translation; the engine must decide on each object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Untranslatable(pub &'static str);

impl Partial {
    /// Converts the result to a condition.
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

/// Returns true if `inner` is within `outer`; both are addresses or networks.
pub(super) fn in_range(inner: &IpNet, outer: &IpNet) -> bool {
    match (inner, outer) {
        (IpNet::V4(inner), IpNet::V4(outer)) => outer.contains(inner),
        (IpNet::V6(inner), IpNet::V6(outer)) => outer.contains(inner),
        _ => false,
    }
}
