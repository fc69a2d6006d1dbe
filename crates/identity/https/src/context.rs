//! The TLS contexts of the listener.

use doorward_access::mtls;
use openssl::error::ErrorStack;
use openssl::ssl::{AlpnError, SslContext, select_next_proto};

use crate::key_pair::KeyPair;

/// The protocols of the listener, in its order (RFC 7301): HTTP/2, HTTP/1.1.
const PROTOCOLS: &[u8] = b"\x02h2\x08http/1.1";
/// The name of HTTP/2 (RFC 9113 §3.1).
pub(crate) const HTTP_2: &[u8] = b"h2";

/// The protocol of TLS-ALPN-01 (RFC 8737 §4), as a list.
const CHALLENGE: &[u8] = b"\x0aacme-tls/1";
/// The name of that protocol.
pub(crate) const ACME_TLS: &[u8] = b"acme-tls/1";

/// Creates a context with the versions and suites of RFC 9325. A client that offers only other
/// protocols gets no connection (RFC 7301 §3.2).
pub(crate) fn server(pair: &KeyPair) -> Result<SslContext, ErrorStack> {
    context(pair, Some(PROTOCOLS))
}

/// Creates the context for a challenge, which speaks only the protocol of RFC 8737.
pub(crate) fn challenge(pair: &KeyPair) -> Result<SslContext, ErrorStack> {
    context(pair, Some(CHALLENGE))
}

pub(crate) fn context(
    pair: &KeyPair,
    protocols: Option<&'static [u8]>,
) -> Result<SslContext, ErrorStack> {
    let mut builder = mtls::builder()?;
    let mut chain = pair.chain.iter();
    if let Some(own) = chain.next() {
        builder.set_certificate(own)?;
    }
    for further in chain {
        builder.add_extra_chain_cert(further.clone())?;
    }
    builder.set_private_key(&pair.key)?;
    builder.check_private_key()?;
    if let Some(protocols) = protocols {
        builder.set_alpn_select_callback(move |_, offered| {
            select_next_proto(protocols, offered).ok_or(AlpnError::ALERT_FATAL)
        });
    }
    Ok(builder.build().into_context())
}
