//! `[mtls]`: client certificates (RFC 8705).

use std::path::PathBuf;

use super::SecretText;
use super::key::Kind;

/// Value of `mtls.header` for no certificate header.
const OFF: &str = "off";

section! {
    pub struct Mtls in "mtls" {
        /// Address and port of a separate TLS listener that requests client certificates (RFC
        /// 8705). The main listener never requests them, so that browsers do not prompt users for a
        /// certificate. Requires `mtls.certificate`, `mtls.private_key` and `mtls.public_url`.
        listen: Option<std::net::SocketAddr> = Kind::Socket.unset();
        /// Path of the certificate chain of that listener (PEM), the server certificate first. Read
        /// at start.
        certificate: Option<PathBuf> = Kind::Path.unset();
        /// Private key of that listener (PEM), usually set as `private_key_file`.
        private_key: Option<SecretText> = Kind::Secret.unset();
        /// Origin of that listener, or of the proxy address that requests client certificates, such
        /// as `https://mtls.id.example.org`. Discovery lists its endpoints in
        /// `mtls_endpoint_aliases`. Unset: the proxy requests certificates at the issuer.
        public_url: Option<String> = Kind::Url.unset();
        /// Path of the certificate authorities (PEM) that may issue certificates to clients with
        /// `tls_client_auth`. Use a private authority, never public ones. Read at start. Unset:
        /// `tls_client_auth` is disabled, `self_signed_tls_client_auth` is enabled.
        client_ca: Option<PathBuf> = Kind::Path.unset();
        /// Header in which certificates arrive. `client-cert`: a proxy in `trusted_proxies` that
        /// terminates TLS forwards the certificate in `Client-Cert` and `Client-Cert-Chain` (RFC
        /// 9440), and removes both headers from requests of clients. From other senders they are
        /// ignored. The tasks API uses the same key.
        header: String = Kind::OneOf(&[OFF, "client-cert"]).default(OFF);
    }
}

impl Mtls {
    /// Returns true if a trusted proxy forwards certificates.
    pub fn by_header(&self) -> bool {
        self.header != OFF
    }

    /// Returns true if client certificates can arrive.
    pub fn is_on(&self) -> bool {
        self.listen.is_some() || self.by_header()
    }
}
