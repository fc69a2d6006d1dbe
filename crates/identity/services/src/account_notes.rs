//! Notes about work that waits for a user on a page of a feature, for the home of the account.

use std::sync::OnceLock;

use doorward_store::repo::overview::Waiting;

/// A card on the home of the account, while the query finds a row. Texts are keys of the catalog.
#[derive(Debug)]
pub struct AccountNote {
    /// ID of the card.
    pub id: &'static str,
    /// The page of the feature.
    pub path: &'static str,
    pub title: &'static str,
    pub text: &'static str,
    pub button: &'static str,
    /// Selects what waits for a user.
    pub waiting: Waiting,
}

static ADDED: OnceLock<Vec<&'static AccountNote>> = OnceLock::new();

/// Adds the notes of features, unless that was done before.
pub fn add(notes: impl IntoIterator<Item = &'static AccountNote>) {
    ADDED.get_or_init(|| notes.into_iter().collect());
}

pub fn all() -> &'static [&'static AccountNote] {
    ADDED.get().map_or(&[], Vec::as_slice)
}
