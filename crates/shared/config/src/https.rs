//! HTTPS without a proxy: which settings belong together.

use url::{Host, Url};

use super::acme::HTTP_01;
use super::address::is_loopback;
use super::organizations::is_domain;
use super::settings::Config;
use super::{Finding, Listen};

impl Config {
    /// Returns true if `listen` accepts HTTPS.
    pub fn serves_tls(&self) -> bool {
        self.tls.certificate.is_some() || self.tls.acme.directory.is_some()
    }

    /// Returns the host names that the certificate of `listen` must contain, that of the issuer
    /// first.
    pub fn certificate_hosts(&self) -> Vec<String> {
        let issuer = Url::parse(&self.issuer).ok();
        let host = issuer.as_ref().and_then(Url::host_str);
        let mut hosts: Vec<String> = host.map(str::to_owned).into_iter().collect();
        for host in &self.tls.acme.hosts {
            if !hosts.contains(host) {
                hosts.push(host.clone());
            }
        }
        hosts
    }

    /// Returns the step that is left until clients reach the server; `None` for a loopback address.
    pub fn network_step(&self) -> Option<String> {
        let hosts = self.certificate_hosts();
        let host = hosts.first()?;
        if self.serves_tls() {
            let client = if self.tls.acme.directory.is_some() {
                "the authority and the clients"
            } else {
                "the clients"
            };
            let main = self.listen.address();
            let listeners = self.tls.http_listen.into_iter().chain(main);
            let ports: Vec<_> = listeners
                .map(|address| address.port().to_string())
                .collect();
            let noun = if ports.len() == 1 { "port" } else { "ports" };
            let ports = ports.join(" and ");
            return Some(format!(
                "Let the name {host} lead to this machine (A and AAAA records), and open the {noun} {ports} for {client}."
            ));
        }
        if !self.issuer.starts_with("https://") {
            return None;
        }
        let to = match &self.listen {
            Listen::Address(address) => format!("http://{address}"),
            Listen::Unix(path) => path.display().to_string(),
        };
        Some(format!(
            "Let the proxy of {host} pass its requests to {to}, with the header Host unchanged."
        ))
    }

    /// Returns the step that is left until browsers reach the domain of an organization.
    pub fn certificate_step(&self, domain: &str) -> &'static str {
        let is_requested = || self.certificate_hosts().iter().any(|host| host == domain);
        if !self.serves_tls() {
            "Let it lead to the proxy, with a certificate for it."
        } else if self.tls.acme.directory.is_none() {
            "Let it lead to this server, and add it to the certificate."
        } else if is_requested() {
            "Let it lead to this server."
        } else {
            "Let it lead to this server, add it to tls.acme.hosts, and restart the server."
        }
    }

    pub(super) fn check_tls(&self, findings: &mut Vec<Finding>) {
        self.check_certificate_files(findings);
        self.check_acme(findings);
        if self.serves_tls() {
            self.check_https_listener(findings);
        } else if self.tls.http_listen.is_some() {
            findings.push(self.error(
                "tls.http_listen",
                "it has no effect without HTTPS",
                "set tls.certificate and tls.private_key_file, or tls.acme.directory; or remove the key",
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

    fn check_acme(&self, findings: &mut Vec<Finding>) {
        let acme = &self.tls.acme;
        if acme.directory.is_none() {
            let set = [
                ("tls.acme.contacts", !acme.contacts.is_empty()),
                ("tls.acme.hosts", !acme.hosts.is_empty()),
                ("tls.acme.eab_key_id", acme.eab_key_id.is_some()),
                ("tls.acme.eab_hmac_key", acme.eab_hmac_key.is_some()),
            ];
            for (key, _) in set.into_iter().filter(|(_, is_set)| *is_set) {
                let remediation = "set tls.acme.directory as well, or remove the key";
                findings.push(self.error(
                    key,
                    "it has no effect without tls.acme.directory",
                    remediation,
                ));
            }
            return;
        }
        for (key, problem, remediation) in self.acme_problems() {
            findings.push(self.error(key, problem, remediation));
        }
        for host in &acme.hosts {
            if !is_domain(host) {
                findings.push(self.error(
                    "tls.acme.hosts",
                    &format!("{host:?} is not the name of a host"),
                    "write each host in full and in lower case: \"acme.example.org\"",
                ));
            }
        }
    }

    /// Returns the contradictions of the section: key, problem and remediation.
    fn acme_problems(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        let acme = &self.tls.acme;
        let issuer = Url::parse(&self.issuer).ok();
        let is_named = matches!(issuer.as_ref().and_then(Url::host), Some(Host::Domain(_)));
        let directory = acme
            .directory
            .as_deref()
            .and_then(|url| Url::parse(url).ok());
        let is_https = directory.is_some_and(|url| url.scheme() == "https" || is_loopback(&url));
        let problems = [
            (
                !is_https,
                "tls.acme.directory",
                "not an https address",
                "write the URL of a directory, such as \"https://acme-v02.api.letsencrypt.org/directory\"",
            ),
            (
                self.tls.certificate.is_some(),
                "tls.acme.directory",
                "tls.certificate is set, too",
                "keep one of the two",
            ),
            (
                !acme.accept_terms,
                "tls.acme.accept_terms",
                "the terms of service of the authority are not accepted",
                "read them at the authority, and write accept_terms = true",
            ),
            (
                !is_named && issuer.is_some(),
                "issuer",
                "an IP address, which tls.acme.directory issues no certificate for",
                "write an issuer with a host name, or use tls.certificate",
            ),
            (
                acme.challenge == HTTP_01 && self.tls.http_listen.is_none(),
                "tls.http_listen",
                "not set, but the challenge http-01 is answered there",
                "write http_listen = \"[::]:80\", or tls.acme.challenge = \"tls-alpn-01\"",
            ),
            (
                acme.eab_key_id.is_some() != acme.eab_hmac_key.is_some(),
                "tls.acme.eab_key_id",
                "the account at the authority needs two values",
                "set both tls.acme.eab_key_id and tls.acme.eab_hmac_key, or none of them",
            ),
        ];
        let found = problems.into_iter().filter(|(is_wrong, ..)| *is_wrong);
        found
            .map(|(_, key, problem, remediation)| (key, problem, remediation))
            .collect()
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
                "write an address such as \"[::]:443\", or remove tls.certificate and tls.acme.directory",
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
