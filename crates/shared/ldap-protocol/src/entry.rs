//! Entries, with the attributes that a search needs.

use crate::dn::Dn;

/// An entry with all attributes that a search needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub dn: Dn,
    attributes: Vec<(&'static str, Vec<String>)>,
}

impl Entry {
    pub const fn new(dn: Dn) -> Self {
        Self {
            dn,
            attributes: Vec::new(),
        }
    }

    /// Adds an attribute, unless it has no value.
    #[must_use]
    pub fn with<T: Into<String>>(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        if !values.is_empty() {
            self.attributes.push((name, values));
        }
        self
    }

    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let all = self
            .attributes
            .iter()
            .filter(move |(known, _)| *known == name);
        all.flat_map(|(_, values)| values).map(String::as_str)
    }

    pub fn attributes(&self) -> &[(&'static str, Vec<String>)] {
        &self.attributes
    }
}
