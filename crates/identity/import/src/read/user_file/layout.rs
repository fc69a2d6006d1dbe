//! The operator's description of a file.

use doorward_domain::credentials::foreign_hash::FirebaseConfig;

use super::super::text::Encoding;
use super::names::{find, folded, known, suggestion};
use super::product::Product;
use crate::prelude::*;

/// The operator's description of a file.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub encoding: Option<&'static Encoding>,
    /// Product that has made the file.
    pub product: Option<&'static Product>,
    /// Columns here, by the column of the file.
    pub maps: BTreeMap<String, String>,
    /// Columns that are left out.
    pub ignored: Vec<String>,
    /// Parameters of the hashes of Firebase.
    pub firebase: Option<Arc<FirebaseConfig>>,
}

impl Layout {
    /// Returns the column here of a column of the file, with its position in the order of preference.
    pub fn target(&self, name: &str) -> Option<(usize, String)> {
        let wanted = folded(name);
        let mut maps = self.maps.iter();
        if let Some((_, target)) = maps.find(|(source, _)| folded(source) == wanted) {
            return Some((0, target.clone()));
        }
        let product = self.product.map_or(&[][..], |product| product.columns);
        let mut columns = product.iter().enumerate();
        let carried = columns.find(|(_, (source, _))| folded(source) == wanted);
        let carried = carried.map(|(rank, (_, target))| (rank + 1, (*target).to_owned()));
        let own = || Some((usize::MAX, find(name)?.to_owned()));
        carried.or_else(own)
    }

    pub fn ignores(&self, name: &str) -> bool {
        let wanted = folded(name);
        let own = self.product.map_or(&[][..], |product| product.ignored);
        let mut all = self
            .ignored
            .iter()
            .map(String::as_str)
            .chain(own.iter().copied());
        all.any(|one| folded(one) == wanted)
    }

    /// Returns the paths of members inside objects that the file is read for.
    pub fn paths(&self) -> BTreeSet<String> {
        let own = self.product.into_iter().flat_map(Product::paths);
        let named = self.maps.keys().chain(&self.ignored).cloned();
        own.chain(named.filter(|path| path.contains('.'))).collect()
    }
}

/// Reads the columns here by the columns of the file.
///
/// # Errors
/// Returns a sentence for the operator that names the column that is missing here.
pub fn read_maps(pairs: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, String> {
    let read = |(name, wanted): (String, String)| {
        if let Some(column) = find(&wanted) {
            return Ok((name, column.to_owned()));
        }
        let columns: Vec<_> = match suggestion(&wanted) {
            Some(column) => vec![column],
            None => known().collect(),
        };
        let columns = columns.join(", ");
        Err(format!(
            "--map {name}={wanted}: there is no column {wanted} here; write {columns}"
        ))
    };
    pairs.into_iter().map(read).collect()
}
