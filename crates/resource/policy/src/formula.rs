//! Formulas of propositional logic over conditions that are known only as texts.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Maximum number of examined assignments; beyond it a formula counts as satisfiable.
const MAX_STEPS: u32 = 20_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Formula {
    Known(bool),
    /// A condition whose value is unknown; the same text always has the same value.
    Leaf(Arc<str>),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

/// Conditions that follow from others.
#[derive(Debug, Default)]
pub(super) struct Implications {
    /// If a key is true, conditions that begin with one of the texts are false.
    excluded: BTreeMap<String, Vec<String>>,
    /// If a key is true, these conditions are true.
    implied: BTreeMap<String, Vec<String>>,
}

impl Implications {
    /// Creates implications from conditions and the beginnings of those that they exclude.
    pub(super) fn new(excluded: impl IntoIterator<Item = (String, Vec<String>)>) -> Self {
        Self {
            excluded: excluded.into_iter().collect(),
            implied: BTreeMap::new(),
        }
    }

    /// Adds conditions that are true if `leaf` is.
    pub(super) fn add(&mut self, leaf: String, implied: Vec<String>) {
        self.implied.entry(leaf).or_default().extend(implied);
    }

    /// Returns the value of `other` that follows from the value of `leaf`.
    fn value(&self, leaf: &str, value: bool, other: &str) -> Option<bool> {
        if other == leaf {
            return Some(value);
        }
        if value && let Some(follows) = self.consequence(leaf, other) {
            return Some(follows);
        }
        // The contraposition: `other` is false if its consequence is not so.
        let follows = self.consequence(other, leaf)?;
        (follows != value).then_some(false)
    }

    /// Returns the value of `other` if `leaf` is true.
    fn consequence(&self, leaf: &str, other: &str) -> Option<bool> {
        let excluded = self.excluded.get(leaf);
        if excluded.is_some_and(|texts| texts.iter().any(|text| other.starts_with(text))) {
            return Some(false);
        }
        let implied = self.implied.get(leaf)?;
        implied.iter().any(|text| text == other).then_some(true)
    }
}

impl Formula {
    pub(super) fn leaf(text: String) -> Self {
        Self::Leaf(text.into())
    }

    /// Combines formulas that must all be true, in simplified form.
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::Known(true), Self::and)
    }

    /// Combines formulas of which one must be true, in simplified form.
    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::Known(false), Self::or)
    }

    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(false), _) | (_, Self::Known(false)) => Self::Known(false),
            (Self::Known(true), part) | (part, Self::Known(true)) => part,
            (Self::All(mut parts), part) => {
                parts.push(part);
                Self::All(parts)
            }
            (part, other) => Self::All(vec![part, other]),
        }
    }

    #[must_use]
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(true), _) | (_, Self::Known(true)) => Self::Known(true),
            (Self::Known(false), part) | (part, Self::Known(false)) => part,
            (Self::Any(mut parts), part) => {
                parts.push(part);
                Self::Any(parts)
            }
            (part, other) => Self::Any(vec![part, other]),
        }
    }

    #[must_use]
    pub(super) fn negate(self) -> Self {
        match self {
            Self::Known(value) => Self::Known(!value),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Returns true if some values of the conditions make the formula true.
    pub(super) fn is_satisfiable(&self, known: &Implications) -> bool {
        let mut steps = MAX_STEPS;
        self.search(known, &mut steps)
    }

    fn search(&self, known: &Implications, steps: &mut u32) -> bool {
        let Some(leaf) = self.first() else {
            return *self == Self::Known(true);
        };
        if *steps == 0 {
            return true;
        }
        *steps -= 1;
        [true, false]
            .into_iter()
            .any(|value| self.assign(&leaf, value, known).search(known, steps))
    }

    /// Returns the first condition; `None` if the formula is known.
    fn first(&self) -> Option<Arc<str>> {
        match self {
            Self::Known(_) => None,
            Self::Leaf(leaf) => Some(Arc::clone(leaf)),
            Self::Not(inner) => inner.first(),
            Self::All(parts) | Self::Any(parts) => parts.iter().find_map(Self::first),
        }
    }

    /// Returns the formula for this value of a condition.
    fn assign(&self, leaf: &str, value: bool, known: &Implications) -> Self {
        match self {
            Self::Known(value) => Self::Known(*value),
            Self::Leaf(other) => known
                .value(leaf, value, other)
                .map_or_else(|| self.clone(), Self::Known),
            Self::Not(inner) => inner.assign(leaf, value, known).negate(),
            Self::All(parts) => Self::all(parts.iter().map(|part| part.assign(leaf, value, known))),
            Self::Any(parts) => Self::any(parts.iter().map(|part| part.assign(leaf, value, known))),
        }
    }
}

#[cfg(test)]
mod tests;
