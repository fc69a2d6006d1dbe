//! Names of the specifications: namespaces, bindings, formats, status codes and algorithms.

use doorward_domain::model::saml_client::NameIdFormat;

pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
pub const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
pub const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

pub const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
pub const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/// Encoding of a message in a query (SAML Bindings §3.4.4).
pub const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";
/// Format of the entity IDs that name issuers (SAML Core §8.3.6).
pub const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";

pub const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

pub const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/// Returns the identifier of a format of names.
pub const fn format_uri(format: NameIdFormat) -> &'static str {
    match format {
        NameIdFormat::Persistent => "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        NameIdFormat::Transient => "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
        NameIdFormat::Email => "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        NameIdFormat::Unspecified => "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    }
}

/// Returns the format with this identifier.
pub fn format_of(uri: &str) -> Option<NameIdFormat> {
    let mut formats = NameIdFormat::ALL.into_iter();
    formats.find(|format| format_uri(*format) == uri)
}
