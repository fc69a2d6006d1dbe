//! Entries as a directory sends them.

use std::collections::HashMap;

use ldap3::SearchEntry;

/// Length of an ID in bytes.
const ID_MAX: usize = 255;

/// Returns true for the attributes whose values are bytes.
pub fn is_binary(attribute: &str) -> bool {
    ["objectguid", "objectsid"].contains(&attribute.to_ascii_lowercase().as_str())
}

/// An entry. Names of attributes have no case.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Entry {
    pub dn: String,
    texts: HashMap<String, Vec<String>>,
    bytes: HashMap<String, Vec<Vec<u8>>>,
}

impl From<SearchEntry> for Entry {
    fn from(entry: SearchEntry) -> Self {
        let texts = entry.attrs.into_iter();
        let bytes = entry.bin_attrs.into_iter();
        Self {
            dn: entry.dn,
            texts: texts
                .map(|(name, values)| (name.to_ascii_lowercase(), values))
                .collect(),
            bytes: bytes
                .map(|(name, values)| (name.to_ascii_lowercase(), values))
                .collect(),
        }
    }
}

impl Entry {
    /// Returns the values of an attribute that are text.
    pub fn all(&self, name: &str) -> &[String] {
        let values = self.texts.get(&name.to_ascii_lowercase());
        values.map(Vec::as_slice).unwrap_or_default()
    }

    pub fn first(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }

    /// Returns the stable ID of the entry: bytes in hexadecimal, or the text.
    pub fn id(&self, attribute: &str) -> Option<String> {
        let id = if is_binary(attribute) {
            let key = attribute.to_ascii_lowercase();
            let bytes = self.bytes.get(&key).and_then(|values| values.first());
            // Bytes may be UTF-8 by chance.
            let text = self.first(attribute).map(str::as_bytes);
            let bytes = bytes.map(Vec::as_slice).or(text)?;
            let pairs = bytes.iter().map(|byte| format!("{byte:02x}"));
            pairs.collect::<Vec<_>>().concat()
        } else {
            self.first(attribute)?.to_owned()
        };
        (!id.is_empty() && id.len() <= ID_MAX).then_some(id)
    }

    /// Builds an entry of texts.
    #[cfg(test)]
    pub fn of(dn: &str, attributes: &[(&str, &str)]) -> Self {
        let mut entry = Self {
            dn: dn.to_owned(),
            ..Self::default()
        };
        for (name, value) in attributes {
            let values = entry.texts.entry(name.to_ascii_lowercase());
            values.or_default().push((*value).to_owned());
        }
        entry
    }
}
