//! `[tls]`: HTTPS without a proxy.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::acme::Acme;
use super::key::Kind;

section! {
    pub struct Tls in "tls" {
        /// Path of the certificate chain of `listen` (PEM), the server's own certificate first. The
        /// listener then accepts only HTTPS. The server reads both files again every few seconds
        /// and serves a new certificate without a restart; a broken file keeps the former one.
        certificate: Option<PathBuf> = Kind::Path.unset();
        /// Path of the private key of that certificate (PEM). Only the user of the server may read
        /// it.
        private_key_file: Option<PathBuf> = Kind::Path.unset();
        /// Address and port of a second listener, such as `[::]:80`, that redirects plain HTTP to
        /// HTTPS, and answers the challenges of `tls.acme.challenge`. It accepts no form and no token
        /// request, so that nothing secret is sent twice.
        http_listen: Option<SocketAddr> = Kind::Socket.unset();
        section acme: Acme;
    }
}

impl Tls {
    /// Returns the files of the certificate and its key, if both are configured.
    pub fn files(&self) -> Option<(&Path, &Path)> {
        self.certificate
            .as_deref()
            .zip(self.private_key_file.as_deref())
    }
}
