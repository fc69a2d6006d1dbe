//! The device authorization endpoint: requests and responses (RFC 8628 §3.1 and §3.2).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::authorization_details::AuthorizationDetails;
use crate::authorize::{organization, resources};
use crate::error::OAuthError;
use crate::params::Params;
use crate::scope::Scope;

/// A device authorization request (RFC 8628 §3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceAuthorizationRequest {
    /// The requested scope; empty when none was sent.
    pub scope: Scope,
    /// The organization in whose name the person is to act. Our own parameter.
    pub organization: Option<String>,
    /// The requested resources (RFC 8707).
    pub resource: Vec<String>,
    /// What is asked for in detail (RFC 9396 §2).
    pub authorization_details: AuthorizationDetails,
}

impl DeviceAuthorizationRequest {
    /// Reads the request. A repeated parameter (`resource` aside) is `invalid_request`.
    pub fn parse(params: &Params) -> Result<Self, OAuthError> {
        params.reject_duplicates(&["resource"])?;
        Ok(Self {
            scope: Scope::parse(params.one("scope")?.unwrap_or_default())?,
            organization: organization(params)?,
            resource: resources(params)?,
            authorization_details: AuthorizationDetails::of(params)?.unwrap_or_default(),
        })
    }
}

/// A device authorization response (RFC 8628 §3.2). `Debug` does not show the device code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceAuthorizationResponse {
    /// What the device polls with.
    pub device_code: String,
    /// What the person types.
    pub user_code: String,
    /// Where they type it.
    pub verification_uri: String,
    /// The same address with the code in it, for a picture that a telephone reads.
    pub verification_uri_complete: String,
    /// Seconds until both codes are over.
    pub expires_in: i64,
    /// The least number of seconds between two polls.
    pub interval: i64,
}

impl fmt::Debug for DeviceAuthorizationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceAuthorizationResponse")
            .field("verification_uri", &self.verification_uri)
            .field("expires_in", &self.expires_in)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
