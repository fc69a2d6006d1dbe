//! The addresses of `deploy/conformance.toml`.

use serde::Deserialize;
use url::Url;

use crate::failure::Failure;

/// The configuration of Doorward for a run.
pub const CONFIGURATION: &str = include_str!("../../../../../deploy/conformance.toml");
/// The types of authorization details that it names.
pub const DETAILS: &str = include_str!("../../../../../deploy/conformance-details.toml");

/// The addresses of the configuration.
#[derive(Deserialize)]
pub struct Addresses {
    pub issuer: Url,
    /// Address of `doorward serve`, behind a proxy.
    pub listen: String,
    /// Listener that requests client certificates.
    pub mtls: Service,
    /// Tasks API.
    pub tasks: Service,
    /// Server for the messages to the users of CIBA.
    pub mail: Mail,
}

/// Delivery of messages.
#[derive(Deserialize)]
pub struct Mail {
    /// Address of the mail server of a run.
    pub smtp_url: Url,
}

/// A server beside the issuer.
#[derive(Deserialize)]
pub struct Service {
    /// Address of the process.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a test compares it with the proxy")
    )]
    pub listen: String,
    /// Address that the suite uses.
    pub public_url: Url,
}

impl Addresses {
    /// Reads the addresses.
    ///
    /// # Errors
    ///
    /// Returns an error if a setting is missing.
    pub fn read() -> Result<Self, Failure> {
        toml::from_str(CONFIGURATION).map_err(|error| format!("deploy/conformance.toml: {error}"))
    }

    /// Returns the issuer's origin, without a slash at the end.
    pub fn origin(&self) -> String {
        self.issuer.origin().ascii_serialization()
    }

    /// Returns the host with the port, as in a `Host` header.
    pub fn host(&self) -> &str {
        let origin = ..url::Position::BeforePath;
        let whole = &self.issuer[origin];
        whole.split_once("//").map_or(whole, |(_, host)| host)
    }
}

/// Returns the URL of a path at the origin of a URL.
pub fn at(origin: &Url, path: &str) -> String {
    format!("{}{path}", origin.origin().ascii_serialization())
}
