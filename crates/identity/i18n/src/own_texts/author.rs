//! The authors of own texts: which administrators may replace which text. The author of a text by which
//! users decide has power over the decision.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::feature_texts;

doorward_protocol::words! {
    /// The administrators who may replace a text, of the deployment, an organization and a client alike.
    pub enum TextAuthor {
        /// Those who may change the brand of the owner: names, greetings, help and links.
        Brand = "brand",
        /// Only those with the role `admin`: texts by which a user decides, or that a user trusts.
        Admin = "admin",
        /// No administrator: buttons whose meaning decides.
        Nobody = "nobody",
    }
}

/// Returns the lines of the table, those of features last.
fn lines() -> impl Iterator<Item = &'static str> {
    let added = feature_texts::added().iter();
    let tables = [include_str!("authors.txt")].into_iter();
    let lines = tables.chain(added.map(|texts| texts.authors));
    let lines = lines.flat_map(str::lines);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Returns each key with its author.
fn entries() -> impl Iterator<Item = (&'static str, TextAuthor)> {
    let lines = lines();
    let lines = lines.filter_map(|line| line.split_once(": "));
    lines.flat_map(|(author, keys)| {
        let author = TextAuthor::parse(author).unwrap_or(TextAuthor::Nobody);
        keys.split_whitespace().map(move |key| (key, author))
    })
}

/// Returns the author of a text of pages and messages. No administrator replaces a text without an
/// entry in the table.
pub fn author(key: &str) -> TextAuthor {
    static KNOWN: OnceLock<BTreeMap<&'static str, TextAuthor>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| entries().collect());
    known.get(key).copied().unwrap_or(TextAuthor::Nobody)
}

#[cfg(test)]
mod tests;
