//! Comparison of certificates with registered clients (RFC 8705 §2): the names only. The chain to
//! an authority is checked elsewhere.

use std::net::IpAddr;

use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::setting_url;

use doorward_domain::credentials::client_certificate::{ClientCertificate, DistinguishedName};

/// The maximum length of a registered name, in bytes.
const LONGEST: usize = 1024;

/// Returns true if the certificate has the registered subject of the client (RFC 8705 §2.1.2).
pub fn names(registered: &CertificateSubject, presented: &ClientCertificate) -> bool {
    let names = &presented.names;
    match registered {
        CertificateSubject::Dn(text) => {
            DistinguishedName::parse(text).is_some_and(|name| name == presented.subject)
        }
        // No wildcards: `*` in a certificate or a registration matches only itself.
        CertificateSubject::Dns(text) => names.dns.iter().any(|dn| dn.eq_ignore_ascii_case(text)),
        CertificateSubject::Uri(text) => names.uri.contains(text),
        // Compares binary values, because an address has several text forms.
        CertificateSubject::Ip(text) => text
            .parse::<IpAddr>()
            .is_ok_and(|address| names.ip.contains(&address)),
        CertificateSubject::Email(text) => {
            names.email.iter().any(|email| same_mailbox(email, text))
        }
    }
}

/// Compares mailboxes by RFC 5280 §7.5: the host case-insensitively, the local part exactly.
fn same_mailbox(item: &str, other: &str) -> bool {
    match (item.rsplit_once('@'), other.rsplit_once('@')) {
        (Some((name, host)), Some((other, other_host))) => {
            name == other && host.eq_ignore_ascii_case(other_host)
        }
        _ => false,
    }
}

/// Checks a certificate subject that is to be registered; the error is an instruction for the user.
pub fn check_subject(subject: &CertificateSubject) -> Result<(), &'static str> {
    let text = subject.value();
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let (is_good, advice) = match subject {
        CertificateSubject::Dn(text) => (
            DistinguishedName::parse(text).is_some(),
            "write the subject as in RFC 4514, such as CN=billing,O=Example,C=NL; \
             `openssl x509 -noout -subject -nameopt RFC2253 -in FILE` prints it",
        ),
        CertificateSubject::Dns(text) => (
            is_host(text),
            "write one host in full, such as billing.example.org",
        ),
        CertificateSubject::Uri(text) => (
            setting_url::parse(text).is_ok(),
            "write an absolute URI, such as spiffe://example.org/billing",
        ),
        CertificateSubject::Ip(text) => (
            text.parse::<IpAddr>().is_ok(),
            "write an IP address, such as 192.0.2.7 or 2001:db8::7",
        ),
        CertificateSubject::Email(text) => {
            let parts = text.rsplit_once('@');
            let is_mailbox = parts.is_some_and(|(name, host)| !name.is_empty() && is_host(host));
            (
                plain && is_mailbox,
                "write an e-mail address, such as billing@example.org",
            )
        }
    };
    (is_good && text.len() <= LONGEST)
        .then_some(())
        .ok_or(advice)
}

fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=63).contains(&label.len()) && label.bytes().all(letters)
    };
    text.len() <= 253 && text.split('.').all(label)
}

#[cfg(test)]
mod tests;
