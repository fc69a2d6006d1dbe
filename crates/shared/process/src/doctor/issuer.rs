//! Checks of the issuer as clients reach it: over DNS, TLS and the proxy.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::http::header::HttpDate;
use openssl::asn1::Asn1Time;
use openssl::x509::X509;
use reqwest::header::DATE;
use reqwest::redirect::Policy;
use reqwest::tls::TlsInfo;
use reqwest::{Client, Response};
use serde_json::Value;

use super::report::{CheckResult, Part};

const PATIENCE: Duration = Duration::from_secs(5);
/// Minimum remaining days of a certificate; automatic renewal happens earlier.
const DAYS: i32 = 14;
const DISCOVERY: &str = "/.well-known/openid-configuration";
const ISSUER: Part = Part("issuer");
const CERTIFICATE: Part = Part("certificate");

/// An issuer that responds.
#[derive(Debug)]
pub struct Discovered {
    pub client: Client,
    /// The discovery document.
    pub document: Value,
    /// Unix time of the issuer's response, if it has one.
    pub date: Option<i64>,
}

/// Checks the issuer's discovery document and certificate at this Unix time.
///
/// # Errors
/// Returns the finding if the document cannot be fetched, or names another issuer.
pub async fn discover(
    issuer: &str,
    now: i64,
    report: &mut Vec<CheckResult>,
) -> Result<Discovered, CheckResult> {
    let client = Client::builder()
        .redirect(Policy::none())
        .timeout(PATIENCE)
        .tls_info(true)
        .build()
        .map_err(|error| ISSUER.bad(error, "TLS cannot be initialized: check SSL_CERT_FILE"))?;
    let address = format!("{issuer}{DISCOVERY}");
    let response = client.get(&address).send().await.map_err(|error| {
        let cause = verification(&error).unwrap_or_else(|| causes(&error));
        let remediation = unreachable_remediation(&cause);
        ISSUER.bad(format!("no answer at {address}: {cause}"), remediation)
    })?;
    report.extend(certificate(&response, now));
    let date = date(&response);
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
    if document["issuer"] != *issuer {
        return Err(ISSUER.bad(
            format!("the server there has the issuer {}", document["issuer"]),
            "another instance or configuration responds: set the same issuer in both",
        ));
    }
    report.push(ISSUER.passed(format!("{address} has the same issuer")));
    Ok(Discovered {
        client,
        document,
        date,
    })
}

/// Returns the remediation of a request without an answer, by the words of OpenSSL in its cause.
fn unreachable_remediation(cause: &str) -> &'static str {
    let is_any = |words: &[&str]| words.iter().any(|word| cause.contains(word));
    if is_any(&[
        "self-signed",
        "self signed",
        "issuer certificate",
        "first certificate",
    ]) {
        "if an authority of your own issued the certificate: name a file with its root certificate (PEM) by the \
         environment variable SSL_CERT_FILE, for this command and for the server; otherwise add the \
         intermediate certificates to the chain"
    } else if cause.contains("expired") {
        "renew the certificate"
    } else if is_any(&["ostname mismatch", "address mismatch"]) {
        "use a certificate for the host of the issuer"
    } else if cause.contains("certificate") {
        "check the certificate of the host, and that its chain is complete"
    } else {
        "check that the server runs, and that the name and the port of the issuer lead to it or its proxy"
    }
}

/// Returns the Unix time in the header field `Date`.
fn date(response: &Response) -> Option<i64> {
    let date = response.headers().get(DATE)?.to_str().ok()?;
    let date = SystemTime::from(date.parse::<HttpDate>().ok()?);
    let elapsed = date.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(elapsed.as_secs()).ok()
}

/// Checks the expiry of the certificate; there is none on loopback.
fn certificate(response: &Response, now: i64) -> Option<CheckResult> {
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

/// Returns the cause with the reason for which a certificate was rejected; the innermost one lacks it.
fn verification(error: &reqwest::Error) -> Option<String> {
    let first = std::error::Error::source(error);
    let causes = std::iter::successors(first, |cause| cause.source());
    let mut texts = causes.map(ToString::to_string);
    texts.find(|text| text.contains("certificate verify failed"))
}

/// Returns the innermost cause of an error, or the error.
pub fn causes(error: &reqwest::Error) -> String {
    let first = std::error::Error::source(error);
    let causes = std::iter::successors(first, |cause| cause.source());
    let innermost = causes.last();
    innermost.map_or_else(|| error.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests;
