//! Parts that features add to the ground.

use std::sync::OnceLock;

/// A list that is filled once, at the start of the program, and then only read.
#[derive(Debug)]
pub struct Added<T>(OnceLock<Vec<T>>);

impl<T> Added<T> {
    /// Creates the empty list.
    #[expect(clippy::new_without_default, reason = "a static needs a constant")]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Adds the parts of features, unless that was done before. Call it before the first use of the list.
    pub fn add(&self, parts: impl IntoIterator<Item = T>) {
        self.0.get_or_init(|| parts.into_iter().collect());
    }

    /// Returns the parts; none before they are added.
    pub fn all(&self) -> &[T] {
        self.0.get().map_or(&[], Vec::as_slice)
    }
}
