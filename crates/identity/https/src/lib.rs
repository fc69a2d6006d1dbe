//! HTTPS of a server: a certificate and its key from files or by ACME, the listener that serves the newest certificate by
//! HTTP/1.1 and HTTP/2, and the listener that redirects plain HTTP.

pub mod acme;
mod certificates;
mod client_hello;
mod context;
mod facts;
mod http2;
mod key_pair;
mod listener;
mod plain;
mod redirect;
mod reload;
mod stopping;
#[cfg(test)]
mod testing;

pub use certificates::{Certificates, Served};
pub use facts::{CertificateFacts, CertificateProblem};
pub use key_pair::{KeyPair, PairError};
pub use listener::serve;
pub use plain::{PlainContext, TlsStream};
pub use redirect::{RedirectTarget, serve_redirect};
pub use reload::{PairBytes, PairFiles, Reload, Reloader};
pub use stopping::{Stopper, Stopping};
