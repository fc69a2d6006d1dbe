//! The parts of a request that guards read, for every framework.

use std::net::IpAddr;

use super::accepted_credentials::AcceptedCredentials;
use super::certificate::CallerCertificate;

/// The caller's address, if it differs from the peer of the connection. Set it as a request
/// extension, only from forwarded headers of trusted proxies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallerAddress(pub IpAddr);

/// Request extension that marks the proof for the token with this digest as verified, so that a
/// second check of the same request does not reject it as a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Proved(pub [u8; 32]);

/// Method and path of a request, as the log and DPoP proofs name them (RFC 9449 §4.2).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub method: &'a str,
    pub path: &'a str,
}

/// The credentials of a request, and what is known about its sender.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub target: Target<'a>,
    pub authorization: Field<'a>,
    pub api_key: Field<'a>,
    pub dpop: Field<'a>,
    pub certificate: Option<CallerCertificate>,
    pub address: Option<IpAddr>,
    pub admission: AcceptedCredentials,
    pub proved: Option<Proved>,
}

/// A header field that may occur only once (RFC 6750 §3.1).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Field<'a> {
    Missing,
    /// The text of the field; `None` unless that is visible ASCII.
    Once(Option<&'a str>),
    Repeated,
}

impl<'a> Field<'a> {
    pub(crate) fn of(mut values: impl Iterator<Item = Option<&'a str>>) -> Self {
        match (values.next(), values.next()) {
            (None, _) => Self::Missing,
            (Some(text), None) => Self::Once(text),
            (_, Some(_)) => Self::Repeated,
        }
    }
}
