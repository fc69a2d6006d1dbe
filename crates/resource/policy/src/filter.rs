//! Conditions on the attributes of an object: the rules, simplified for a known principal, action
//! and context.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::attribute_values::{Object, Value};
use super::principal::{MembershipSet, PolicyPrincipal};

/// Maximum number of branches that a condition is split into.
const MAX_BRANCHES: usize = 64;

/// A path to an attribute from the object: `["project", "confidentiality"]`. The object itself is
/// `[]`.
pub type Path = Vec<String>;

/// A value that an attribute is compared with; for a reference, its ID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scalar {
    Bool(bool),
    Long(i64),
    Text(String),
}

/// A comparison of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    Always,
    Never,
    /// Objects that match all of these conditions.
    All(Vec<Self>),
    /// Objects that match any of these conditions.
    Any(Vec<Self>),
    /// Objects that do not match this condition.
    Not(Box<Self>),
    /// Objects whose attribute is one of these values; shared, because a list is queried range by
    /// range.
    In(Path, Arc<BTreeSet<Scalar>>),
    /// Objects whose attribute compares in this way with a number.
    Compare(Path, Order, i64),
    /// Objects that have the attribute.
    Present(Path),
    /// Objects whose attribute is a project in which this user has a membership; looked up in the
    /// database, because a user may have very many.
    Member(Path, Arc<Member>),
}

/// A user's memberships of one kind in the projects of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub set: MembershipSet,
    /// Organization of the projects.
    pub org: String,
    /// `sub` of the user.
    pub subject: String,
}

impl Filter {
    /// Creates a condition that the attribute equals this value.
    pub fn equals(path: Path, value: Scalar) -> Self {
        Self::In(path, Arc::new(BTreeSet::from([value])))
    }

    /// Combines two conditions that must both match, in simplified form.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Always, entry) | (entry, Self::Always) => entry,
            (Self::All(mut some), Self::All(more)) => {
                some.extend(more);
                Self::All(some)
            }
            (Self::All(mut some), item) => {
                some.push(item);
                Self::All(some)
            }
            (item, Self::All(mut some)) => {
                some.insert(0, item);
                Self::All(some)
            }
            (item, other) => Self::All(vec![item, other]),
        }
    }

    /// Combines two conditions of which one must match, in simplified form.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Always, _) | (_, Self::Always) => Self::Always,
            (Self::Never, entry) | (entry, Self::Never) => entry,
            (Self::Any(mut some), Self::Any(more)) => {
                some.extend(more);
                Self::Any(some)
            }
            (Self::Any(mut some), item) => {
                some.push(item);
                Self::Any(some)
            }
            (item, Self::Any(mut some)) => {
                some.insert(0, item);
                Self::Any(some)
            }
            (item, other) => Self::Any(vec![item, other]),
        }
    }

    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Simplifies the condition for an attribute with a known value.
    #[must_use]
    pub fn assume(&self, known: &[String], value: &Scalar) -> Self {
        match self {
            Self::In(path, values) if path == known => {
                if values.contains(value) {
                    Self::Always
                } else {
                    Self::Never
                }
            }
            Self::Present(path) if path == known => Self::Always,
            Self::All(inner) => {
                let inner = inner.iter().map(|inner| inner.assume(known, value));
                inner.fold(Self::Always, Self::and)
            }
            Self::Any(inner) => {
                let inner = inner.iter().map(|inner| inner.assume(known, value));
                inner.fold(Self::Never, Self::or)
            }
            Self::Not(inner) => inner.assume(known, value).negate(),
            other => other.clone(),
        }
    }

    /// Splits the condition into several of which one must match, each with one value of an
    /// attribute if possible, so that each is one index range. Returns a single one if splitting
    /// does not help.
    pub fn branches(&self) -> Vec<Self> {
        let (alternatives, rest) = match self {
            Self::Any(some) => (some.clone(), Self::Always),
            Self::All(all) => match all.iter().position(|item| matches!(item, Self::Any(_))) {
                Some(at) => {
                    let rest = all.iter().enumerate().filter(|(other, _)| *other != at);
                    let rest = rest.map(|(_, item)| item.clone());
                    let Self::Any(some) = &all[at] else {
                        return vec![self.clone()];
                    };
                    (some.clone(), rest.fold(Self::Always, Self::and))
                }
                None => (vec![self.clone()], Self::Always),
            },
            other => (vec![other.clone()], Self::Always),
        };
        let branches: Vec<Self> = alternatives
            .into_iter()
            .flat_map(|alternative| alternative.and(rest.clone()).bound())
            .filter(|branch| *branch != Self::Never)
            .collect();
        if branches.len() <= MAX_BRANCHES {
            branches
        } else {
            vec![self.clone()]
        }
    }

    /// Returns this condition for each value of the first attribute that must be one of several.
    fn bound(self) -> Vec<Self> {
        let parts = match self {
            Self::All(parts) => parts,
            other => vec![other],
        };
        let bound = parts.iter().position(|part| matches!(part, Self::In(..)));
        let Some(at) = bound else {
            return vec![Self::All(parts)];
        };
        let Self::In(path, values) = &parts[at] else {
            return vec![Self::All(parts)];
        };
        let others = || {
            let rest = parts.iter().enumerate().filter(|(other, _)| *other != at);
            rest.map(|(_, part)| part)
        };
        let each = values.iter().map(|value| {
            let rest = others().map(|part| part.assume(path, value));
            rest.fold(Self::equals(path.clone(), value.clone()), Self::and)
        });
        each.collect()
    }

    /// Returns true if a part of the condition is a look-up of memberships.
    pub fn looks_up_members(&self) -> bool {
        match self {
            Self::Member(..) => true,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::looks_up_members),
            Self::Not(part) => part.looks_up_members(),
            _ => false,
        }
    }

    /// Returns true if the condition of this principal matches the object. A missing attribute equals
    /// no value.
    pub fn admits(&self, object: &Object, person: &PolicyPrincipal) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::All(inner) => inner.iter().all(|inner| inner.admits(object, person)),
            Self::Any(inner) => inner.iter().any(|inner| inner.admits(object, person)),
            Self::Not(inner) => !inner.admits(object, person),
            Self::In(path, values) => {
                resolve(object, path).is_some_and(|value| values.contains(&value))
            }
            Self::Compare(path, order, bound) => match resolve(object, path) {
                Some(Scalar::Long(value)) => order.holds(value, *bound),
                _ => false,
            },
            Self::Present(path) => resolve(object, path).is_some(),
            Self::Member(path, member) => match person.fact(member.set.as_str()) {
                Some(Value::Set(known)) => resolve(object, path)
                    .is_some_and(|id| known.iter().filter_map(scalar).any(|known| known == id)),
                _ => false,
            },
        }
    }
}

impl Order {
    pub(super) const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }

    /// Returns the comparison with both sides exchanged.
    #[must_use]
    pub(super) const fn flip(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }
}

fn resolve(object: &Object, path: &[String]) -> Option<Scalar> {
    let Some((name, rest)) = path.split_first() else {
        return Some(Scalar::Text(object.id.clone()));
    };
    let value = object.facts.get(name.as_str())?;
    match (value, rest) {
        (value, []) => scalar(value),
        (Value::Entity(kind, id), rest) => {
            let mut related = object.related.iter();
            resolve(
                related.find(|related| related.kind == *kind && related.id == *id)?,
                rest,
            )
        }
        _ => None,
    }
}

pub(super) fn scalar(value: &Value) -> Option<Scalar> {
    match value {
        Value::Bool(value) => Some(Scalar::Bool(*value)),
        Value::Long(value) => Some(Scalar::Long(*value)),
        Value::Text(text) | Value::Entity(_, text) => Some(Scalar::Text(text.clone())),
        Value::Set(_) | Value::Network(_) => None,
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Long(value) => value.fmt(f),
            Self::Text(value) => write!(f, "{value:?}"),
        }
    }
}
