//! A self-signed certificate in files, for a measured server.

use doorward_testkit::proxy::certificate;
use tempfile::TempDir;

/// The files; deleted when dropped.
pub struct Certificate {
    /// Path of the certificate.
    pub chain: String,
    /// Path of its private key.
    pub key: String,
    _directory: TempDir,
}

impl Certificate {
    /// Creates a certificate for a host.
    pub fn new(host: &str) -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let (chain, key) = certificate(host);
        let write = |name: &str, text: &str| {
            let path = directory.path().join(name);
            std::fs::write(&path, text).expect("a file");
            path.display().to_string()
        };
        Self {
            chain: write("tls.pem", &chain),
            key: write("tls.key", &key),
            _directory: directory,
        }
    }
}
