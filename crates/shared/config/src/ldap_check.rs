//! Checks of `[ldap]`, and its certificate.

use std::path::Path;

use super::Finding;
use super::settings::Config;

impl Config {
    /// Returns the files of the certificate of the LDAP server and its key.
    pub fn ldap_files(&self) -> Option<(&Path, &Path)> {
        let own = self.ldap.certificate.as_deref();
        let own = own.zip(self.ldap.private_key_file.as_deref());
        own.or_else(|| self.tls.files())
    }

    pub(super) fn check_ldap(&self, findings: &mut Vec<Finding>) {
        let ldap = &self.ldap;
        let half = ldap.certificate.is_some() != ldap.private_key_file.is_some();
        if half {
            findings.push(self.error(
                "ldap.certificate",
                "the certificate or its key is not set",
                "set both ldap.certificate and ldap.private_key_file, or none of them",
            ));
        } else if ldap.is_enabled() && self.ldap_files().is_none() {
            findings.push(self.error(
                "ldap.certificate",
                "not set: the LDAP server accepts only TLS",
                "name the files of a certificate and its key by ldap.certificate and ldap.private_key_file",
            ));
        }
    }
}

#[cfg(test)]
mod tests;
