//! The columns of a file, and the columns here that they are.

use super::super::found::shortened;
use super::super::{ReadError, Result};
use super::layout::Layout;
use super::names::{folded, suggestion};
use crate::prelude::*;

/// A column of the file that becomes one here.
#[derive(Clone, Debug)]
struct Column {
    target: String,
    at: usize,
    /// Position in the order of preference.
    rank: usize,
}

/// The columns of a file.
#[derive(Debug, Default)]
pub(super) struct Columns {
    carried: Vec<Column>,
    /// Names and positions of columns that are not carried.
    pub others: Vec<(String, usize)>,
}

impl Columns {
    /// Finds the columns.
    ///
    /// # Errors
    /// Names all columns at once that are probably misspelled, and those that occur twice.
    pub fn find(header: &[String], layout: &Layout) -> Result<Self> {
        let unusable = |text| Err(ReadError::Unusable(text));
        if header.is_empty() {
            return unusable("the file is empty".to_owned());
        }
        let mut seen = BTreeSet::new();
        let mut named = header.iter().filter(|name| !name.is_empty());
        if let Some(double) = named.find(|name| !seen.insert(folded(name))) {
            return unusable(format!("the column {} occurs twice", shortened(double)));
        }
        if let Some(missing) = layout
            .maps
            .keys()
            .find(|name| !seen.contains(&folded(name)))
        {
            let all: Vec<_> = header.iter().map(|name| shortened(name)).collect();
            return unusable(format!(
                "--map {missing}: the file has no such column; its columns are {}",
                all.join(", ")
            ));
        }
        let mut columns = Self::default();
        for (at, name) in header.iter().enumerate() {
            match layout.target(name) {
                _ if name.is_empty() || layout.ignores(name) => {}
                Some((rank, target)) => columns.carried.push(Column { target, at, rank }),
                None => columns.others.push((name.clone(), at)),
            }
        }
        columns
            .carried
            .sort_by_key(|column| (column.rank, column.at));
        if layout.product.is_none() {
            columns.check(header)?;
        }
        let has_other = columns.has("username") || columns.has("identifiers");
        if !columns.has("email") && (layout.product.is_none() || !has_other) {
            return unusable("there is no column email; --map NAME=email names it".to_owned());
        }
        Ok(columns)
    }

    fn check(&self, header: &[String]) -> Result<()> {
        let mut targets = BTreeMap::new();
        for column in &self.carried {
            if let Some(first) = targets.insert(column.target.as_str(), column.at) {
                return Err(ReadError::Unusable(format!(
                    "the columns {} and {} are both {}; leave one out with --ignore",
                    shortened(&header[first]),
                    shortened(&header[column.at]),
                    column.target
                )));
            }
        }
        let others = self.others.iter().map(|(name, _)| name);
        let guesses: Vec<_> = others.map(|name| (name, suggestion(name))).collect();
        if guesses.iter().all(|(_, guess)| guess.is_none()) {
            return Ok(());
        }
        let all: Vec<_> = guesses
            .iter()
            .map(|(name, guess)| match guess {
                Some(guess) => format!("{:?} ({guess}?)", shortened(name)),
                None => format!("{:?}", shortened(name)),
            })
            .collect();
        Err(ReadError::Unusable(format!(
            "unknown columns: {}; carry a column with --map NAME=COLUMN, or leave it out with --ignore NAME",
            all.join(", ")
        )))
    }

    pub fn has(&self, target: &str) -> bool {
        self.carried.iter().any(|column| column.target == target)
    }

    /// Returns the positions of a column here, in the order of preference.
    pub fn at<'a>(&'a self, target: &'a str) -> impl Iterator<Item = usize> + 'a {
        let found = self.carried.iter();
        let found = found.filter(move |column| column.target == target);
        found.map(|column| column.at)
    }

    /// Returns the column here at a position.
    pub fn target(&self, at: usize) -> Option<&str> {
        let mut carried = self.carried.iter();
        let found = carried.find(|column| column.at == at);
        found.map(|column| column.target.as_str())
    }

    /// Returns the columns about which the file decides.
    pub fn decided(&self) -> BTreeSet<String> {
        let all = self
            .carried
            .iter()
            .map(|column| match column.target.as_str() {
                "enabled" | "status" => "disabled",
                "verified_emails" => "email_verified",
                "name" => "given_name",
                other => other,
            });
        all.map(str::to_owned).collect()
    }
}
