//! Checks of the issuer as clients reach it: over DNS, TLS and the proxy.

use openssl::asn1::Asn1Time;
use openssl::x509::X509;
use reqwest::redirect::Policy;
use reqwest::tls::TlsInfo;
use reqwest::{Client, Response};
use serde_json::Value;

use super::report::{CheckResult, Part};
use crate::prelude::*;

const PATIENCE: Duration = Duration::from_secs(5);
/// Minimum remaining days of a certificate; automatic renewal happens earlier.
const DAYS: i32 = 14;
const DISCOVERY: &str = "/.well-known/openid-configuration";
const ISSUER: Part = Part("issuer");
const CERTIFICATE: Part = Part("certificate");

/// Checks the issuer's discovery document and certificate, and that the default signing key `kid` is
/// published.
pub(super) async fn examine(
    config: &Config,
    clock: &dyn Clock,
    kid: Option<&str>,
    report: &mut Vec<CheckResult>,
) {
    match discover(config, clock, report).await {
        Err(problem) => report.push(problem),
        Ok((client, document)) => {
            let seen = format!("{}{DISCOVERY} has the same issuer", config.issuer);
            report.push(ISSUER.passed(seen));
            if let Some(kid) = kid {
                report.push(published(&client, &document, kid).await);
            }
        }
    }
}

async fn discover(
    config: &Config,
    clock: &dyn Clock,
    report: &mut Vec<CheckResult>,
) -> Result<(Client, Value), CheckResult> {
    let client = Client::builder()
        .redirect(Policy::none())
        .timeout(PATIENCE)
        .tls_info(true)
        .build()
        .map_err(|error| ISSUER.bad(error, "TLS cannot be initialized: check SSL_CERT_FILE"))?;
    let address = format!("{}{DISCOVERY}", config.issuer);
    let response = client.get(&address).send().await.map_err(|error| {
        ISSUER.bad(
            format!("no answer at {address}: {}", causes(&error)),
            "check that the server runs, that the name resolves to the proxy, and that the certificate chain is complete",
        )
    })?;
    report.extend(certificate(&response, clock.now()));
    let status = response.status();
    if status != 200 {
        return Err(ISSUER.bad(
            format!("{address} answers {status}"),
            "configure the proxy to forward every path with the original Host header",
        ));
    }
    let document: Value = response.json().await.map_err(|_| {
        ISSUER.bad(
            format!("{address} is not a JSON document"),
            "another service responds there: check the target of the proxy",
        )
    })?;
    if document["issuer"] != *config.issuer {
        return Err(ISSUER.bad(
            format!("the server there has the issuer {}", document["issuer"]),
            "another instance or configuration responds: set the same issuer in both",
        ));
    }
    Ok((client, document))
}

/// Checks that the server at the issuer publishes the signing key of this database.
async fn published(client: &Client, document: &Value, kid: &str) -> CheckResult {
    const KEYS: Part = Part("published keys");
    let Some(address) = document["jwks_uri"].as_str() else {
        let remediation = "update the server at the issuer";
        return KEYS.bad("discovery names no jwks_uri", remediation);
    };
    let response = async { client.get(address).send().await?.json::<Value>().await };
    match response.await {
        Ok(keys) if has(&keys, kid) => KEYS.passed("the signing key is published"),
        Ok(_) => KEYS.bad(
            "the signing key is not published",
            "the server at the issuer uses another database: compare database.url of both",
        ),
        Err(error) => KEYS.bad(
            format!("no keys at {address}: {}", causes(&error)),
            "configure the proxy to forward every path: clients verify tokens with these keys",
        ),
    }
}

fn has(keys: &Value, kid: &str) -> bool {
    let mut listed = keys["keys"].as_array().into_iter().flatten();
    listed.any(|key| key["kid"] == *kid)
}

/// Checks the expiry of the certificate; there is none on loopback.
fn certificate(response: &Response, now: UnixSeconds) -> Option<CheckResult> {
    let info = response.extensions().get::<TlsInfo>();
    let left = X509::from_der(info.and_then(TlsInfo::peer_certificate)?)
        .and_then(|certificate| Asn1Time::from_unix(now)?.diff(certificate.not_after()));
    Some(match left {
        Ok(left) => certificate_line(left.days),
        Err(error) => CERTIFICATE.warning(error, "inspect the certificate with `openssl x509`"),
    })
}

fn certificate_line(days: i32) -> CheckResult {
    if days < DAYS {
        let remediation = "renew it, and check why it was not renewed automatically";
        CERTIFICATE.warning(format!("it expires in {days} days"), remediation)
    } else {
        CERTIFICATE.passed(format!("valid for {days} days"))
    }
}

/// Returns the innermost cause of an error, or the error.
fn causes(error: &reqwest::Error) -> String {
    let first = std::error::Error::source(error);
    let causes = std::iter::successors(first, |cause| cause.source());
    let innermost = causes.last();
    innermost.map_or_else(|| error.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::report::CheckStatus;

    #[test]
    fn certificate_warning_starts_two_weeks_before_expiry() {
        let health = [90, 14, 13, -1].map(|days| certificate_line(days).health);
        let [good, warning] = [CheckStatus::Good, CheckStatus::Warning];
        assert_eq!(health, [good, good, warning, warning]);
    }
}
