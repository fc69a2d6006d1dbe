//! Own texts of pages and e-mail messages, which replace texts of the catalogs.

use super::{BrandOwner, ClientId};

/// The owner of own texts. Those of a client take precedence over those of an organization, and these
/// over those of the deployment.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TextOwner {
    Deployment,
    Client(ClientId),
    /// An organization, by slug.
    Organization(String),
}

impl TextOwner {
    /// Returns the key of the owner: its kind and identifier.
    pub fn key(&self) -> String {
        match self {
            Self::Deployment => "deployment".to_owned(),
            Self::Client(id) => BrandOwner::Client(id.clone()).key(),
            Self::Organization(slug) => BrandOwner::Organization(slug.clone()).key(),
        }
    }
}

impl From<BrandOwner> for TextOwner {
    fn from(owner: BrandOwner) -> Self {
        match owner {
            BrandOwner::Client(id) => Self::Client(id),
            BrandOwner::Organization(slug) => Self::Organization(slug),
        }
    }
}

/// A text that replaces one of the catalogs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnText {
    /// Code of the language, such as `de`.
    pub language: String,
    /// Key in the catalogs, such as `login-title`.
    pub key: String,
    /// The pattern of one message of Project Fluent.
    pub text: String,
}
