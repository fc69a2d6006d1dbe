//! The credentials of a service at the issuer.

/// The credentials of a confidential client at the issuer.
#[derive(Clone)]
pub struct ClientCredentials {
    /// Client ID at the issuer.
    pub client_id: String,
    /// Client secret.
    pub client_secret: String,
}

doorward_protocol::debug_fields!(ClientCredentials: client_id);
