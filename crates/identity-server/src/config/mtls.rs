//! `[mtls]`: clients that show certificates (RFC 8705).

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};
use super::{Config, Finding, SecretText};
use crate::client_certificate::Authorities;

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

impl Config {
    pub(super) fn check_mtls(&self, findings: &mut Vec<Finding>) {
        let mtls = &self.mtls;
        if let Some(listen) = mtls.listen {
            self.check_mtls_listener(listen, findings);
        } else {
            let set = [
                ("mtls.certificate", mtls.certificate.is_some()),
                ("mtls.private_key", mtls.private_key.is_some()),
            ];
            for (key, _) in set.into_iter().filter(|(_, is_set)| *is_set) {
                let remedy = "set mtls.listen as well, or remove the key";
                findings.push(self.refused(key, "of no use without mtls.listen", remedy));
            }
        }
        if mtls.by_header() && self.trusted_proxies.is_empty() {
            findings.push(self.refused(
                "mtls.header",
                "no proxy is trusted, so that the header is never believed",
                "list the proxy in trusted_proxies, or write mtls.header = \"off\"",
            ));
        }
        if let Some(origin) = &mtls.public_url {
            self.check_origin("mtls.public_url", origin, findings);
            if *origin == self.issuer {
                findings.push(self.refused(
                    "mtls.public_url",
                    "the same as the issuer",
                    "write another origin, or remove the key where the proxy asks at the issuer itself",
                ));
            }
        }
        if !mtls.is_on() {
            let set = [
                ("mtls.public_url", mtls.public_url.is_some()),
                ("mtls.client_ca", mtls.client_ca.is_some()),
            ];
            for (key, _) in set.into_iter().filter(|(_, is_set)| *is_set) {
                findings.push(self.refused(
                    key,
                    "no certificate arrives",
                    "set mtls.listen, or mtls.header = \"client-cert\" behind a proxy; or remove the key",
                ));
            }
        }
        if let Err(error) = Authorities::read(mtls.client_ca.as_deref()) {
            findings.push(self.refused(
                "mtls.client_ca",
                &error.to_string(),
                "name a file with one or more certificates of authorities (PEM)",
            ));
        }
    }

    fn check_mtls_listener(&self, listen: std::net::SocketAddr, findings: &mut Vec<Finding>) {
        let mtls = &self.mtls;
        for (key, is_set, remedy) in [
            (
                "mtls.certificate",
                mtls.certificate.is_some(),
                "name the file with the certificate of the listener (PEM)",
            ),
            (
                "mtls.private_key",
                mtls.private_key.is_some(),
                "name the file with its key: mtls.private_key_file",
            ),
            (
                "mtls.public_url",
                mtls.public_url.is_some(),
                "write where clients reach the listener, such as \"https://mtls.id.example.org\"",
            ),
        ] {
            if !is_set {
                findings.push(self.refused(key, "mtls.listen needs it", remedy));
            }
        }
        if listen == self.listen {
            findings.push(self.refused(
                "mtls.listen",
                "the same as listen",
                "choose another port: browsers must not be asked for certificates",
            ));
        }
        if let Some(origin) = &mtls.public_url
            && !origin.starts_with("https://")
        {
            findings.push(self.refused(
                "mtls.public_url",
                "the listener speaks TLS",
                "write an https origin",
            ));
        }
        if mtls.certificate.is_some()
            && mtls.private_key.is_some()
            && let Err(problem) = crate::client_certificate::acceptor(mtls)
        {
            findings.push(self.refused(
                "mtls.certificate",
                &problem.to_string(),
                "name a chain and the key that belongs to it, both PEM",
            ));
        }
    }
}
