//! A secret, as it is told once.

use serde::Serialize;
use utoipa::ToSchema;

/// A new secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientSecret {
    /// Shown this once; the old one stops working at once.
    pub(super) client_secret: String,
}
