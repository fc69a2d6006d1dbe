//! Notes about work that waits for a user on a page of a feature, for the home of the account.

use doorward_protocol::added::Added;
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

/// The notes of features.
pub static ADDED: Added<&AccountNote> = Added::new();
