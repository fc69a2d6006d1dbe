//! Checks of `[audit.streams]`: the targets, and keys without effect.

use doorward_protocol::setting_url;

use super::Finding;
use super::address::is_loopback;
use super::secret::EndpointUrl;
use super::settings::Config;

impl Config {
    /// Checks the targets of the streams. The certificate files are read when a stream starts.
    pub(super) fn check_audit_streams(&self, findings: &mut Vec<Finding>) {
        let streams = &self.audit.streams;
        if streams
            .syslog
            .as_deref()
            .is_some_and(|it| !is_host_and_port(it))
        {
            findings.push(self.error(
                "audit.streams.syslog",
                "not a host and a port",
                "write an address such as \"logs.example.org:6514\"",
            ));
        }
        let https = streams.https.as_ref().map(EndpointUrl::expose);
        if https.is_some_and(|it| !is_endpoint(it)) {
            findings.push(self.error(
                "audit.streams.https",
                "not an https URL without user, query and fragment",
                "write a URL such as \"https://logs.example.org/doorward\", and a token into audit.streams.https_token_file",
            ));
        }
        let has_certificate = streams.syslog_certificate.is_some();
        if has_certificate != streams.syslog_private_key.is_some() {
            let key = if has_certificate {
                "audit.streams.syslog_certificate"
            } else {
                "audit.streams.syslog_private_key"
            };
            findings.push(self.error(
                key,
                "a client certificate needs a chain and a private key",
                "set audit.streams.syslog_certificate and audit.streams.syslog_private_key_file, or neither",
            ));
        }
        let (syslog, https) = (streams.syslog.is_some(), streams.https.is_some());
        let without_effect = [
            (
                "audit.streams.syslog_certificate",
                has_certificate && !syslog,
            ),
            (
                "audit.streams.https_token",
                streams.https_token.is_some() && !https,
            ),
            (
                "audit.streams.ca",
                streams.ca.is_some() && !syslog && !https,
            ),
        ];
        for (key, _) in without_effect.into_iter().filter(|(_, found)| *found) {
            findings.push(self.error(
                key,
                "it has no effect without the target of its stream",
                "set audit.streams.syslog or audit.streams.https as well, or remove the key",
            ));
        }
    }
}

fn is_host_and_port(text: &str) -> bool {
    // The parser of URLs knows the forms of hosts.
    let url = setting_url::parse(&format!("syslog-tls://{text}")).ok();
    url.is_some_and(|url| {
        url.has_host()
            && url.port().is_some_and(|port| port > 0)
            && url.username().is_empty()
            && url.password().is_none()
            && !text.contains(['/', '?', '#'])
    })
}

fn is_endpoint(text: &str) -> bool {
    let url = setting_url::parse(text).ok();
    url.is_some_and(|url| {
        (url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url))
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    })
}

#[cfg(test)]
mod tests;
