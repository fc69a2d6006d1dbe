//! The public keys of a client.

use std::path::PathBuf;

use clap::Args;
use doorward_domain::model::Client;
use serde_json::Value;

use crate::error::CliError;

/// The keys themselves, or where they are fetched.
#[derive(Debug, Args)]
pub(super) struct KeyArgs {
    /// The client's public keys: a file with a JWK Set
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_uri")]
    jwks: Option<PathBuf>,
    /// Where the client's public keys are fetched
    #[arg(long, value_name = "URL")]
    pub jwks_uri: Option<String>,
}

impl KeyArgs {
    /// The document of `--jwks`.
    pub fn read(&self) -> Result<Option<String>, CliError> {
        let Some(path) = &self.jwks else {
            return Ok(None);
        };
        std::fs::read_to_string(path)
            .map(Some)
            .map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
    }
}

/// In which form a new client has to send its authorization requests, and what it has to prove.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are options of the command line"
)]
pub(super) struct FormArgs {
    /// Accept its authorization requests only if they were pushed (RFC 9126)
    #[arg(long)]
    pub require_par: bool,
    /// Accept its authorization requests only if they are signed (RFC 9101)
    #[arg(long)]
    pub require_request_object: bool,
    /// Give it only access tokens that are bound to a key by DPoP (RFC 9449)
    #[arg(long)]
    pub require_dpop: bool,
    /// Give it only access tokens that are bound to its certificate (RFC 8705)
    #[arg(long)]
    pub bind_to_certificate: bool,
    /// A type of `authorization_details` that it may ask for (RFC 9396); repeat for more
    #[arg(long = "details-type", value_name = "TYPE")]
    pub details_types: Vec<String>,
}

/// The same for a client that is there.
#[derive(Debug, Args)]
pub(super) struct FormChange {
    /// Whether its authorization requests have to be pushed (RFC 9126)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub require_par: Option<bool>,
    /// Whether its authorization requests have to be signed (RFC 9101)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub require_request_object: Option<bool>,
    /// Whether it gets only access tokens that are bound to a key by DPoP (RFC 9449)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub require_dpop: Option<bool>,
    /// Whether it gets only access tokens that are bound to its certificate (RFC 8705)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub bind_to_certificate: Option<bool>,
    /// A type of `authorization_details` that it may ask for (RFC 9396), in place of those that there were;
    /// repeat for more, empty for none
    #[arg(long = "details-type", value_name = "TYPE")]
    pub details_types: Vec<String>,
}

impl FormChange {
    /// The whole new list of types; none where nothing is said of them.
    pub(super) fn details_types(&self) -> Option<Vec<String>> {
        let named = self.details_types.iter().filter(|name| !name.is_empty());
        (!self.details_types.is_empty()).then(|| named.cloned().collect())
    }
}

/// Whether its authorization responses are signed.
#[derive(Debug, Args)]
pub(super) struct ResponseArgs {
    /// Sign its authorization responses with this algorithm, whatever it asks for (JARM): `RS256`; empty
    /// for as it asks
    #[arg(long, value_name = "ALG")]
    pub authorization_signed_response_alg: Option<String>,
}

/// How its authorization responses are signed, in words.
pub(super) fn response(client: &Client) -> String {
    let alg = client.authorization_signed_response_alg.as_deref();
    alg.map_or_else(
        || "as asked for".to_owned(),
        |alg| format!("signed with {alg}"),
    )
}

/// The form that is demanded, in words.
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

/// Where the keys are, in a word.
pub(super) fn shown(client: &Client) -> String {
    match (&client.jwks, &client.jwks_uri) {
        (Some(_), _) => "registered".to_owned(),
        (None, Some(address)) => address.clone(),
        (None, None) => "-".to_owned(),
    }
}

/// The registered keys as JSON.
pub(super) fn document(client: &Client) -> Option<Value> {
    serde_json::from_str(client.jwks.as_deref()?).ok()
}
