//! `[mtls]`: clients that show certificates (RFC 8705).

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::SecretText;
use super::key::{Key, Kind};

/// Passes on no certificate of a client.
const OFF: &str = "off";

/// How certificates of clients arrive, and which authorities are trusted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mtls {
    /// Where the listener of its own is; none where there is none.
    pub listen: Option<std::net::SocketAddr>,
    /// The file with the certificate chain of that listener.
    pub certificate: Option<PathBuf>,
    /// The private key of that listener, in PEM.
    pub private_key: Option<SecretText>,
    /// The origin under which clients reach what asks them for certificates.
    pub public_url: Option<String>,
    /// The file with the authorities of `tls_client_auth`.
    pub client_ca: Option<PathBuf>,
    /// By which header a trusted proxy passes certificates on.
    pub header: String,
}

/// The keys of `[mtls]`.
pub const KEYS: &[Key] = &[
    Key::optional(
        "mtls.listen",
        Kind::Socket,
        "The address and port of a listener of its own, with TLS, that asks clients for certificates (RFC \
         8705). The usual listener never asks, so that no browser shows people a choice of certificates. \
         Needs `mtls.certificate`, `mtls.private_key` and `mtls.public_url`.",
    ),
    Key::optional(
        "mtls.certificate",
        Kind::Text,
        "The file with the certificate chain of that listener (PEM), the server's own first. It is read at \
         the start.",
    ),
    Key::optional(
        "mtls.private_key",
        Kind::Secret,
        "The private key of that listener (PEM); mostly as `private_key_file`.",
    ),
    Key::optional(
        "mtls.public_url",
        Kind::Url,
        "The origin under which clients reach that listener, or the place where the proxy asks them for \
         certificates, such as `https://mtls.id.example.org`. Discovery announces the endpoints there \
         (`mtls_endpoint_aliases`). Unset: the proxy asks at the issuer itself.",
    ),
    Key::optional(
        "mtls.client_ca",
        Kind::Text,
        "The file with the authorities (PEM) that may issue certificates to clients with \
         `tls_client_auth`: your own, never those of the web. It is read at the start. Unset: \
         `tls_client_auth` is not served, `self_signed_tls_client_auth` is.",
    ),
    Key::new(
        "mtls.header",
        Kind::OneOf(&[OFF, "client-cert"]),
        OFF,
        "`client-cert`: a proxy of `trusted_proxies` that ends TLS passes on the certificate that it has seen \
         in `Client-Cert` and `Client-Cert-Chain` (RFC 9440), and removes both from what clients send. From \
         anybody else they are ignored. The tasks API follows the same key.",
    ),
];

impl Mtls {
    /// Whether a trusted proxy passes certificates on.
    pub fn by_header(&self) -> bool {
        self.header != OFF
    }

    /// Whether certificates arrive in any way.
    pub fn is_on(&self) -> bool {
        self.listen.is_some() || self.by_header()
    }
}
