//! Filters of searches (RFC 4511 §4.5.1.7): bounded, evaluated with three values, and translated into the few
//! values by which statements find entries. No text of a filter is part of a statement.

use ldap3_proto::proto::{LdapFilter, LdapMatchingRuleAssertion, LdapSubstringFilter};

use crate::entry::Entry;
use crate::schema::{self, Attribute, Syntax};

/// Maximum number of conditions of a filter.
const MAX_CONDITIONS: usize = 200;
/// Maximum depth of a filter.
const MAX_DEPTH: usize = 20;
/// Maximum length of a value in bytes.
const MAX_VALUE: usize = 1_000;
/// Maximum number of values that a statement may look up for one search.
pub const MAX_LOOKUPS: usize = 50;

/// The rule that compares bits of a number in Active Directory.
const BIT_AND: &str = "1.2.840.113556.1.4.803";
const BIT_OR: &str = "1.2.840.113556.1.4.804";
/// The rule that follows groups in groups in Active Directory.
const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";

/// A filter within the bounds. A condition on an unknown attribute is [`Filter::Undefined`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Filter {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Present(&'static Attribute),
    /// The value is in the form that [`Syntax::key`] returns.
    Equal(&'static Attribute, String),
    AtLeast(&'static Attribute, String),
    AtMost(&'static Attribute, String),
    Substring(&'static Attribute, Substring),
    /// All of these bits of a number, or one of them.
    Bits(&'static Attribute, i64, BitRule),
    Undefined,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BitRule {
    All,
    Any,
}

/// Parts of a text in their order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Substring {
    initial: String,
    any: Vec<String>,
    last: String,
}

/// A filter beyond the bounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooComplex;

impl Filter {
    /// Reads a filter of a request.
    ///
    /// # Errors
    /// Returns [`TooComplex`] for one with more conditions, levels or bytes than the maximum.
    pub fn read(filter: &LdapFilter) -> Result<Self, TooComplex> {
        let mut left = MAX_CONDITIONS;
        read(filter, MAX_DEPTH, &mut left)
    }

    /// Returns true if the filter names this attribute.
    pub fn names(&self, name: &str) -> bool {
        match self {
            Self::And(all) | Self::Or(all) => all.iter().any(|part| part.names(name)),
            Self::Not(part) => part.names(name),
            Self::Present(attribute)
            | Self::Equal(attribute, _)
            | Self::AtLeast(attribute, _)
            | Self::AtMost(attribute, _)
            | Self::Substring(attribute, _)
            | Self::Bits(attribute, ..) => attribute.name == name,
            Self::Undefined => false,
        }
    }

    /// Returns true if the filter names this attribute otherwise than by a whole value.
    pub fn names_beyond_equality(&self, name: &str) -> bool {
        match self {
            Self::And(all) | Self::Or(all) => {
                all.iter().any(|part| part.names_beyond_equality(name))
            }
            Self::Not(part) => part.names_beyond_equality(name),
            Self::Equal(..) => false,
            _ => self.names(name),
        }
    }

    /// Returns the values that this attribute is compared with as a whole.
    pub fn values_of<'a>(&'a self, name: &str, found: &mut Vec<&'a str>) {
        match self {
            Self::And(all) | Self::Or(all) => {
                for part in all {
                    part.values_of(name, found);
                }
            }
            Self::Not(part) => part.values_of(name, found),
            Self::Equal(attribute, value) if attribute.name == name => found.push(value),
            _ => {}
        }
    }

    /// Returns true if an entry fulfills the filter.
    pub fn matches(&self, entry: &Entry) -> bool {
        self.evaluate(entry) == Some(true)
    }

    /// Evaluates the filter; `None` is "Undefined".
    fn evaluate(&self, entry: &Entry) -> Option<bool> {
        match self {
            Self::And(all) => {
                let mut result = Some(true);
                for part in all {
                    match part.evaluate(entry) {
                        Some(false) => return Some(false),
                        None => result = None,
                        Some(true) => {}
                    }
                }
                result
            }
            Self::Or(all) => {
                let mut result = Some(false);
                for part in all {
                    match part.evaluate(entry) {
                        Some(true) => return Some(true),
                        None => result = None,
                        Some(false) => {}
                    }
                }
                result
            }
            Self::Not(part) => part.evaluate(entry).map(|result| !result),
            Self::Present(attribute) => Some(entry.values(attribute.name).next().is_some()),
            Self::Equal(attribute, value) => {
                Some(any_key(entry, attribute, |key| key == value.as_str()))
            }
            Self::AtLeast(attribute, bound) => Some(any_key(entry, attribute, |key| {
                order(attribute, key, bound).is_ge()
            })),
            Self::AtMost(attribute, bound) => Some(any_key(entry, attribute, |key| {
                order(attribute, key, bound).is_le()
            })),
            Self::Substring(attribute, parts) => {
                Some(any_key(entry, attribute, |key| parts.is_in(key)))
            }
            Self::Bits(attribute, bits, rule) => Some(any_key(entry, attribute, |key| {
                let number: i64 = key.parse().unwrap_or_default();
                match rule {
                    BitRule::All => number & bits == *bits,
                    BitRule::Any => number & bits != 0,
                }
            })),
            Self::Undefined => None,
        }
    }
}

fn any_key(entry: &Entry, attribute: &Attribute, matches: impl Fn(&str) -> bool) -> bool {
    let mut values = entry.values(attribute.name);
    values.any(|value| attribute.syntax.key(value).is_some_and(|key| matches(&key)))
}

fn order(attribute: &Attribute, key: &str, bound: &str) -> std::cmp::Ordering {
    if attribute.syntax == Syntax::Integer {
        let number = |text: &str| text.parse::<i64>().unwrap_or_default();
        return number(key).cmp(&number(bound));
    }
    key.cmp(bound)
}

fn read(filter: &LdapFilter, depth: usize, left: &mut usize) -> Result<Filter, TooComplex> {
    let depth = depth.checked_sub(1).ok_or(TooComplex)?;
    *left = left.checked_sub(1).ok_or(TooComplex)?;
    let mut all = |parts: &[LdapFilter]| -> Result<Vec<Filter>, TooComplex> {
        parts.iter().map(|part| read(part, depth, left)).collect()
    };
    Ok(match filter {
        LdapFilter::And(parts) => Filter::And(all(parts)?),
        LdapFilter::Or(parts) => Filter::Or(all(parts)?),
        LdapFilter::Not(part) => Filter::Not(Box::new(read(part, depth, left)?)),
        LdapFilter::Present(name) => schema::find(name).map_or(Filter::Undefined, Filter::Present),
        LdapFilter::Equality(name, value) | LdapFilter::Approx(name, value) => {
            compare(name, value, Filter::Equal)?
        }
        LdapFilter::GreaterOrEqual(name, value) => compare(name, value, Filter::AtLeast)?,
        LdapFilter::LessOrEqual(name, value) => compare(name, value, Filter::AtMost)?,
        LdapFilter::Substring(name, parts) => substring(name, parts)?,
        LdapFilter::Extensible(rule) => extensible(rule)?,
    })
}

fn compare(
    name: &str,
    value: &str,
    make: fn(&'static Attribute, String) -> Filter,
) -> Result<Filter, TooComplex> {
    if value.len() > MAX_VALUE {
        return Err(TooComplex);
    }
    let found = schema::find(name).and_then(|known| Some((known, known.syntax.key(value)?)));
    Ok(found.map_or(Filter::Undefined, |(known, key)| make(known, key)))
}

fn substring(name: &str, parts: &LdapSubstringFilter) -> Result<Filter, TooComplex> {
    let texts = parts.initial.iter().chain(&parts.any).chain(&parts.final_);
    if texts.map(String::len).sum::<usize>() > MAX_VALUE || parts.any.len() > MAX_LOOKUPS {
        return Err(TooComplex);
    }
    // Spaces at the ends of a part count (RFC 4518 §2.6.1).
    let key = |text: &str| text.to_lowercase();
    let optional = |text: &Option<String>| text.as_deref().map(key).unwrap_or_default();
    let known =
        schema::find(name).filter(|known| matches!(known.syntax, Syntax::Text | Syntax::Time));
    Ok(known.map_or(Filter::Undefined, |known| {
        let parts = Substring {
            initial: optional(&parts.initial),
            any: parts.any.iter().map(|text| key(text)).collect(),
            last: optional(&parts.final_),
        };
        Filter::Substring(known, parts)
    }))
}

fn extensible(assertion: &LdapMatchingRuleAssertion) -> Result<Filter, TooComplex> {
    let (Some(name), Some(rule)) = (&assertion.type_, &assertion.matching_rule) else {
        return Ok(Filter::Undefined);
    };
    let value = &assertion.match_value;
    let bits = |rule| {
        let known = schema::find(name).filter(|known| known.syntax == Syntax::Integer);
        let found = known.and_then(|known| Some((known, value.trim().parse().ok()?)));
        found.map_or(Filter::Undefined, |(known, bits)| {
            Filter::Bits(known, bits, rule)
        })
    };
    match rule.as_str() {
        IN_CHAIN => compare(name, value, Filter::Equal),
        BIT_AND => Ok(bits(BitRule::All)),
        BIT_OR => Ok(bits(BitRule::Any)),
        _ => Ok(Filter::Undefined),
    }
}

impl Substring {
    fn is_in(&self, text: &str) -> bool {
        let Some(mut rest) = text.strip_prefix(self.initial.as_str()) else {
            return false;
        };
        for part in &self.any {
            match rest.find(part.as_str()) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(self.last.as_str())
    }
}

/// The entries that can fulfill a filter, by the values of attributes with an index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Candidates {
    None,
    /// Those with one of these values, at most [`MAX_LOOKUPS`].
    With(Vec<(&'static str, String)>),
    All,
}

/// Returns the entries that can fulfill a filter. `indexed` are the attributes with an index, and `classes` the
/// classes of all entries, in lower case.
pub fn candidates(filter: &Filter, indexed: &[&str], classes: &[&str]) -> Candidates {
    match filter {
        Filter::And(all) => {
            let parts = all.iter().map(|part| candidates(part, indexed, classes));
            let mut best = Candidates::All;
            for part in parts {
                best = match (best, part) {
                    (Candidates::None, _) | (_, Candidates::None) => return Candidates::None,
                    (Candidates::All, other) | (other, Candidates::All) => other,
                    (Candidates::With(one), Candidates::With(other)) => {
                        Candidates::With(if other.len() < one.len() { other } else { one })
                    }
                };
            }
            best
        }
        Filter::Or(all) => {
            let mut found = Vec::new();
            for part in all {
                match candidates(part, indexed, classes) {
                    Candidates::All => return Candidates::All,
                    Candidates::None => {}
                    Candidates::With(values) => found.extend(values),
                }
            }
            if found.is_empty() {
                Candidates::None
            } else if found.len() > MAX_LOOKUPS {
                Candidates::All
            } else {
                Candidates::With(found)
            }
        }
        Filter::Equal(attribute, value) if attribute.name == "objectClass" => {
            if classes.contains(&value.as_str()) {
                Candidates::All
            } else {
                Candidates::None
            }
        }
        Filter::Equal(attribute, value) if indexed.contains(&attribute.name) => {
            Candidates::With(vec![(attribute.name, value.clone())])
        }
        Filter::Undefined => Candidates::None,
        _ => Candidates::All,
    }
}

#[cfg(test)]
mod tests;
