//! Names and dates of a certificate, and the problems that clients would have with it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::error::ErrorStack;
use openssl::x509::{GeneralNameRef, X509, X509VerifyResult};

const DAY: i64 = 24 * 60 * 60;

/// The properties of a chain that decide whether clients accept it. Times are Unix seconds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateFacts {
    /// Host names and IP addresses, in lower case (RFC 9525 §6).
    pub names: Vec<String>,
    pub not_before: i64,
    pub not_after: i64,
    /// Place in the chain of the first certificate that did not issue the one before it.
    pub out_of_order: Option<usize>,
}

/// A reason why clients reject the certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CertificateProblem {
    /// Seconds since its end.
    Expired(i64),
    /// Seconds until its begin.
    NotYetValid(i64),
    LacksHost(String),
    /// Place in the chain, from 1, of a certificate that did not issue the one before it.
    OutOfOrder(usize),
}

impl CertificateFacts {
    /// Reads the first certificate of a chain in PEM.
    ///
    /// # Errors
    /// Returns an error if there is none, or if it cannot be read.
    pub fn from_pem(chain: &[u8]) -> Result<Self, ErrorStack> {
        Self::read(&X509::stack_from_pem(chain)?)
    }

    pub(crate) fn read(chain: &[X509]) -> Result<Self, ErrorStack> {
        let Some(own) = chain.first() else {
            return Err(ErrorStack::get());
        };
        let names = own.subject_alt_names().into_iter().flatten();
        let names = names.filter_map(|name| name_text(&name)).collect();
        let issued = |pair: &[X509]| pair[1].issued(&pair[0]) == X509VerifyResult::OK;
        let out_of_order = chain.windows(2).position(|pair| !issued(pair));
        Ok(Self {
            names,
            not_before: unix_seconds(own.not_before())?,
            not_after: unix_seconds(own.not_after())?,
            out_of_order: out_of_order.map(|place| place + 1),
        })
    }

    /// Returns true if the certificate is valid for this host: the name itself, or a wildcard for
    /// its first label (RFC 9525 §6.3).
    pub fn covers(&self, host: &str) -> bool {
        let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
        let rest = host.split_once('.').map(|(_, rest)| rest);
        self.names.iter().any(|name| {
            let is_wildcard = name.strip_prefix("*.").is_some_and(|base| {
                // An address has no labels.
                host.parse::<IpAddr>().is_err() && rest == Some(base)
            });
            *name == host || is_wildcard
        })
    }

    /// Returns the seconds until the end of the certificate, negative afterwards.
    pub fn remaining(&self, now: i64) -> i64 {
        self.not_after.saturating_sub(now)
    }

    /// Returns the reasons why clients of these hosts reject the certificate at this time.
    pub fn problems(&self, hosts: &[String], now: i64) -> Vec<CertificateProblem> {
        let mut problems = Vec::new();
        if now > self.not_after {
            problems.push(CertificateProblem::Expired(now - self.not_after));
        }
        if now < self.not_before {
            problems.push(CertificateProblem::NotYetValid(self.not_before - now));
        }
        let missing = hosts.iter().filter(|host| !self.covers(host));
        problems.extend(missing.cloned().map(CertificateProblem::LacksHost));
        problems.extend(
            self.out_of_order
                .map(|place| CertificateProblem::OutOfOrder(place + 1)),
        );
        problems
    }
}

impl CertificateProblem {
    /// Returns an instruction for the operator.
    pub fn remediation(&self) -> &'static str {
        match self {
            Self::Expired(_) => {
                "renew it and write both files; the running server reads them without a restart"
            }
            Self::NotYetValid(_) => {
                "correct the clock of this machine, or use the former certificate"
            }
            Self::LacksHost(_) => {
                "request a certificate with all hosts of this server as subject alternative names"
            }
            Self::OutOfOrder(_) => {
                "write the server's own certificate first, then the one that issued it, and so on"
            }
        }
    }
}

impl fmt::Display for CertificateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired(seconds) => {
                write!(
                    f,
                    "the certificate expired {} ago: browsers reject it",
                    days(*seconds)
                )
            }
            Self::NotYetValid(seconds) => {
                write!(f, "the certificate is valid only in {}", days(*seconds))
            }
            Self::LacksHost(host) => {
                write!(
                    f,
                    "the certificate is not valid for {host}: browsers reject it"
                )
            }
            Self::OutOfOrder(place) => write!(
                f,
                "certificate {place} of the file did not issue the one before it: some clients reject the chain"
            ),
        }
    }
}

/// Formats a time in hours below two days, otherwise in days.
fn days(seconds: i64) -> String {
    if seconds < 2 * DAY {
        format!("{} hours", seconds / 3600)
    } else {
        format!("{} days", seconds / DAY)
    }
}

fn unix_seconds(time: &Asn1TimeRef) -> Result<i64, ErrorStack> {
    let since = Asn1Time::from_unix(0)?.diff(time)?;
    Ok(i64::from(since.days) * DAY + i64::from(since.secs))
}

fn name_text(name: &GeneralNameRef) -> Option<String> {
    if let Some(host) = name.dnsname() {
        return Some(host.to_ascii_lowercase());
    }
    let bytes = name.ipaddress()?;
    let v4 = <[u8; 4]>::try_from(bytes).map(|it| IpAddr::from(Ipv4Addr::from(it)));
    let v6 = <[u8; 16]>::try_from(bytes).map(|it| IpAddr::from(Ipv6Addr::from(it)));
    v4.or(v6).ok().map(|address| address.to_string())
}

#[cfg(test)]
mod tests;
