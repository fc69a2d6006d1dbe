//! The owners of brands: clients and organizations.

use serde::{Deserialize, Serialize};

use super::{ClientId, LogoId};
use crate::time::UnixSeconds;

/// The owner of a brand.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum BrandOwner {
    Client(ClientId),
    /// An organization, by slug.
    Organization(String),
}

impl BrandOwner {
    /// Returns the key of the brand: kind and identifier of the owner.
    pub fn key(&self) -> String {
        match self {
            Self::Client(id) => format!("client {id}"),
            Self::Organization(slug) => format!("organization {slug}"),
        }
    }
}

/// The client and the organization of a request, whose brands its pages and messages have.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BrandOwners {
    pub client: Option<ClientId>,
    /// The slug of the organization.
    pub organization: Option<String>,
}

impl BrandOwners {
    pub fn of_organization(slug: &str) -> Self {
        Self {
            organization: Some(slug.to_owned()),
            client: None,
        }
    }

    /// Returns the owners, first the one whose brand takes precedence: the client.
    pub fn by_precedence(&self) -> impl Iterator<Item = BrandOwner> {
        let client = self.client.clone().map(BrandOwner::Client);
        let organization = self.organization.clone().map(BrandOwner::Organization);
        client.into_iter().chain(organization)
    }
}

/// The picture of an own brand, re-encoded by the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BrandPicture {
    /// The identifier in its URL; a new picture gets a new one.
    pub id: LogoId,
    /// The key of the brand.
    pub brand: String,
    pub png: Vec<u8>,
    pub created_at: UnixSeconds,
}
