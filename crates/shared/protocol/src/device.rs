//! The device authorization endpoint: requests and responses (RFC 8628 §3.1 and §3.2).

use serde::{Deserialize, Serialize};

use crate::authorization_details::AuthorizationDetails;
use crate::authorize::{organization, resources};
use crate::error::OAuthError;
use crate::params::Params;
use crate::scope::Scope;

/// A device authorization request (RFC 8628 §3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceAuthorizationRequest {
    /// The requested scope; empty if absent.
    pub scope: Scope,
    /// The slug of the organization that the user is to act in. A parameter of Doorward.
    pub organization: Option<String>,
    /// The requested resources (RFC 8707).
    pub resource: Vec<String>,
    /// The requested authorization details (RFC 9396 §2).
    pub authorization_details: AuthorizationDetails,
}

impl DeviceAuthorizationRequest {
    /// Reads the request.
    ///
    /// # Errors
    /// Returns `invalid_request` for a repeated parameter (except `resource`), and the errors of
    /// its parameters.
    pub fn parse(params: &Params) -> Result<Self, OAuthError> {
        params.reject_duplicates(&["resource"])?;
        Ok(Self {
            scope: Scope::parse(params.optional("scope")?.unwrap_or_default())?,
            organization: organization(params)?,
            resource: resources(params)?,
            authorization_details: AuthorizationDetails::from_params(params)?.unwrap_or_default(),
        })
    }
}

/// A device authorization response (RFC 8628 §3.2). `Debug` does not show the device code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceAuthorizationResponse {
    /// The code that the device polls with.
    pub device_code: String,
    /// The code that the user enters.
    pub user_code: String,
    /// The URL of the page where the user enters it.
    pub verification_uri: String,
    /// The verification URL with the code in it, for a QR code.
    pub verification_uri_complete: String,
    /// The time until both codes expire, in seconds.
    pub expires_in: i64,
    /// The minimum interval between two polls, in seconds.
    pub interval: i64,
}

crate::debug_fields!(DeviceAuthorizationResponse: verification_uri, expires_in, interval);

#[cfg(test)]
mod tests;
