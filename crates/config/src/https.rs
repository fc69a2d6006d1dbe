//! HTTPS without a proxy: which settings belong together.

use url::Url;

use super::address::is_loopback;
use super::settings::Config;
use super::{Finding, Listen};

impl Config {
    /// Returns true if `listen` accepts HTTPS.
    pub fn serves_tls(&self) -> bool {
        self.tls.certificate.is_some()
    }

    /// Returns the host names that the certificate of `listen` must contain.
    pub fn certificate_hosts(&self) -> Vec<String> {
        let issuer = Url::parse(&self.issuer).ok();
        let host = issuer.as_ref().and_then(Url::host_str);
        host.map(str::to_owned).into_iter().collect()
    }

    pub(super) fn check_tls(&self, findings: &mut Vec<Finding>) {
        self.check_certificate_files(findings);
        if self.serves_tls() {
            self.check_https_listener(findings);
        } else if self.tls.http_listen.is_some() {
            findings.push(self.error(
                "tls.http_listen",
                "it has no effect without HTTPS",
                "set tls.certificate and tls.private_key_file, or remove the key",
            ));
        }
    }

    fn check_certificate_files(&self, findings: &mut Vec<Finding>) {
        let tls = &self.tls;
        let missing = match (&tls.certificate, &tls.private_key_file) {
            (Some(_), None) => "tls.private_key_file",
            (None, Some(_)) => "tls.certificate",
            _ => return,
        };
        let remediation = "set both tls.certificate and tls.private_key_file, or none of them";
        findings.push(self.error(missing, "not set", remediation));
    }

    fn check_https_listener(&self, findings: &mut Vec<Finding>) {
        let issuer = Url::parse(&self.issuer).ok();
        if issuer.as_ref().is_some_and(|url| url.scheme() == "http") {
            findings.push(self.error(
                "issuer",
                "plain http, but the listener accepts only HTTPS",
                &format!(
                    "write \"{}\"",
                    self.issuer.replacen("http://", "https://", 1)
                ),
            ));
        }
        match &self.listen {
            Listen::Unix(_) => findings.push(self.error(
                "listen",
                "a Unix socket is for a proxy, which terminates TLS",
                "write an address such as \"[::]:443\", or remove tls.certificate",
            )),
            Listen::Address(address) => {
                let is_remote = issuer.is_some_and(|url| !is_loopback(&url));
                if address.ip().is_loopback() && is_remote {
                    findings.push(self.warned(
                        "listen",
                        "only programs on this machine reach the HTTPS listener",
                        "write \"[::]:443\"",
                    ));
                }
            }
        }
        let Some(http) = self.tls.http_listen else {
            return;
        };
        let others = [
            ("listen", self.listen.address()),
            ("mtls.listen", self.mtls.listen),
        ];
        for (key, address) in others {
            if address == Some(http) {
                findings.push(self.error(
                    "tls.http_listen",
                    &format!("the same as {key}"),
                    "write another port: \"[::]:80\"",
                ));
            }
        }
    }
}
