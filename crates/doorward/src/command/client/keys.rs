//! The public keys of a client.

use std::path::PathBuf;

use clap::Args;
use doorward_domain::model::Client;
use serde_json::Value;

use crate::error::CliError;

/// A JWK Set or its URL.
#[derive(Debug, Args)]
pub(super) struct KeyArgs {
    /// File with the client's public keys as a JWK Set
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_uri")]
    jwks: Option<PathBuf>,
    /// URL of the client's JWK Set
    #[arg(long, value_name = "URL")]
    pub jwks_uri: Option<String>,
}

impl KeyArgs {
    /// Reads the document of `--jwks`.
    pub fn read(&self) -> Result<Option<String>, CliError> {
        let Some(path) = &self.jwks else {
            return Ok(None);
        };
        std::fs::read_to_string(path)
            .map(Some)
            .map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
    }
}

/// The required form of a new client's authorization requests, and its sender constraints.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are options of the command line"
)]
pub(super) struct FormArgs {
    /// Accept authorization requests only if they were pushed (RFC 9126)
    #[arg(long)]
    pub require_par: bool,
    /// Accept authorization requests only if they are signed (RFC 9101)
    #[arg(long)]
    pub require_request_object: bool,
    /// Issue only access tokens bound to a DPoP key (RFC 9449)
    #[arg(long)]
    pub require_dpop: bool,
    /// Issue only access tokens bound to the client's certificate (RFC 8705)
    #[arg(long)]
    pub bind_to_certificate: bool,
    /// Type of `authorization_details` that the client can request (RFC 9396) (repeatable)
    #[arg(long = "details-type", value_name = "TYPE")]
    pub details_types: Vec<String>,
}

/// Changes to the request form and the sender constraints of a client.
#[derive(Debug, Args)]
pub(super) struct FormChange {
    /// Requirement to push authorization requests (RFC 9126)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub require_par: Option<bool>,
    /// Requirement to sign authorization requests (RFC 9101)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub require_request_object: Option<bool>,
    /// Requirement that access tokens are bound to a DPoP key (RFC 9449)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub require_dpop: Option<bool>,
    /// Requirement that access tokens are bound to the client's certificate (RFC 8705)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub bind_to_certificate: Option<bool>,
    /// Type of `authorization_details` that the client can request (RFC 9396); replaces the whole
    /// list (repeatable), empty for none
    #[arg(long = "details-type", value_name = "TYPE")]
    pub details_types: Vec<String>,
}

impl FormChange {
    /// Returns the new list of types. Returns `None` if the option was not given.
    pub(super) fn details_types(&self) -> Option<Vec<String>> {
        let named = self.details_types.iter().filter(|name| !name.is_empty());
        (!self.details_types.is_empty()).then(|| named.cloned().collect())
    }
}

/// The signing of a client's authorization responses.
#[derive(Debug, Args)]
pub(super) struct ResponseArgs {
    /// Algorithm that signs every authorization response (JARM): `RS256`; empty to sign only when
    /// requested
    #[arg(long, value_name = "ALG")]
    pub authorization_signed_response_alg: Option<String>,
}

/// Describes the signing of authorization responses.
pub(super) fn response(client: &Client) -> String {
    let alg = client.authorization_signed_response_alg.as_deref();
    alg.map_or_else(
        || "as asked for".to_owned(),
        |alg| format!("signed with {alg}"),
    )
}

/// Describes the required form of authorization requests.
pub(super) fn form(client: &Client) -> String {
    let pushed = client.require_pushed_authorization_requests;
    let signed = client.require_signed_request_object;
    match (pushed, signed) {
        (false, false) => "any",
        (true, false) => "pushed",
        (false, true) => "signed",
        (true, true) => "pushed and signed",
    }
    .to_owned()
}

/// Describes the source of the client's keys.
pub(super) fn describe(client: &Client) -> String {
    match (&client.jwks, &client.jwks_uri) {
        (Some(_), _) => "registered".to_owned(),
        (None, Some(address)) => address.clone(),
        (None, None) => "-".to_owned(),
    }
}

/// Returns the registered keys as JSON.
pub(super) fn document(client: &Client) -> Option<Value> {
    serde_json::from_str(client.jwks.as_deref()?).ok()
}
