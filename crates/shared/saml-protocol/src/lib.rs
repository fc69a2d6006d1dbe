//! SAML 2.0 as an identity provider reads and writes it: the messages of service providers, the bindings, metadata,
//! and signed and encrypted assertions. Nothing here verifies a signature in XML: requests are unsigned, or signed
//! over the query of the Redirect binding (decision 154).

pub mod assertion;
pub mod attributes;
pub mod error;
pub mod key;
pub mod metadata;
pub mod names;
pub mod redirect;
pub mod request;
pub mod signature;
pub mod write;
pub mod xml;
