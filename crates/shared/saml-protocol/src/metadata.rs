//! Metadata (SAML Metadata): reads that of a service provider, and writes that of this server.

use doorward_domain::model::saml_client::NameIdFormat;
use doorward_domain::time::{UnixSeconds, from_rfc3339};

use crate::key::{CertificateError, VerificationKey, certificate_text};
use crate::names::{METADATA, POST, PROTOCOL, REDIRECT, SIGNATURE, format_of, format_uri};
use crate::signature::key_info;
use crate::write::Node;
use crate::xml::{self, Element, XmlError};

#[cfg(test)]
mod tests;

/// Maximum size of a document in bytes.
pub const MAX_DOCUMENT: usize = 256 * 1024;

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MetadataError {
    #[error(transparent)]
    Xml(#[from] XmlError),
    #[error("the document describes several entities; take that of the service provider alone")]
    Several,
    #[error("the document must be an EntityDescriptor, got {0}")]
    Root(String),
    #[error("the document has no {0}")]
    Missing(&'static str),
    #[error("the document was valid until {0}")]
    Expired(String),
    #[error("{0} must be {1}")]
    Differs(&'static str, &'static str),
    #[error("the service provider signs its requests, but the document has no key for signatures")]
    NoSigningKey,
    #[error("a key has no X509Certificate")]
    NoCertificate,
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

/// An address to which responses are sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Consumer {
    pub url: String,
    pub index: Option<u16>,
}

/// The description of a service provider.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServiceProvider {
    pub entity_id: String,
    /// Those of the POST binding; the default is the first.
    pub consumers: Vec<Consumer>,
    /// Address of the Redirect binding, for requests of a sign-out.
    pub logout_url: Option<String>,
    /// Address for responses of a sign-out, if it differs.
    pub logout_response_url: Option<String>,
    /// Certificates in base64 of DER.
    pub signing_certificates: Vec<String>,
    pub encryption_certificate: Option<String>,
    pub signs_requests: bool,
    pub name_id_formats: Vec<NameIdFormat>,
}

/// Reads the metadata of a service provider.
pub fn read(document: &[u8], now: UnixSeconds) -> Result<ServiceProvider, MetadataError> {
    let root = xml::parse(document, MAX_DOCUMENT)?;
    if root.is(METADATA, "EntitiesDescriptor") {
        return Err(MetadataError::Several);
    }
    if !root.is(METADATA, "EntityDescriptor") {
        let name = xml::named(&root, METADATA).into_owned();
        return Err(MetadataError::Root(name));
    }
    let entity_id = filled(root.attribute("entityID"), "entityID")?;
    let provider = root.only(METADATA, "SPSSODescriptor")?;
    let provider = provider.ok_or(MetadataError::Missing("SPSSODescriptor"))?;
    for element in [&root, provider] {
        check_validity(element, now)?;
    }
    let protocols = provider.attribute("protocolSupportEnumeration");
    let mut protocols = protocols.unwrap_or_default().split_whitespace();
    if !protocols.any(|protocol| protocol == PROTOCOL) {
        return Err(MetadataError::Differs(
            "protocolSupportEnumeration",
            "SAML 2.0",
        ));
    }
    let keys = Keys::read(provider)?;
    let signs_requests = boolean(provider, "AuthnRequestsSigned")?;
    if signs_requests && keys.signing.is_empty() {
        return Err(MetadataError::NoSigningKey);
    }
    let logout = provider
        .all(METADATA, "SingleLogoutService")
        .find(|service| service.attribute("Binding") == Some(REDIRECT));
    let address = |name| logout.and_then(|service| service.attribute(name));
    let formats = provider.all(METADATA, "NameIDFormat");
    Ok(ServiceProvider {
        entity_id,
        consumers: consumers(provider)?,
        logout_url: address("Location").map(str::to_owned),
        logout_response_url: address("ResponseLocation").map(str::to_owned),
        signing_certificates: keys.signing,
        encryption_certificate: keys.encryption,
        signs_requests,
        name_id_formats: formats
            .filter_map(|format| format_of(format.value()))
            .collect(),
    })
}

fn filled(value: Option<&str>, name: &'static str) -> Result<String, MetadataError> {
    let value = value.filter(|value| !value.is_empty());
    value.map(str::to_owned).ok_or(MetadataError::Missing(name))
}

fn check_validity(element: &Element, now: UnixSeconds) -> Result<(), MetadataError> {
    let Some(written) = element.attribute("validUntil") else {
        return Ok(());
    };
    match from_rfc3339(written) {
        Some(end) if now < end => Ok(()),
        Some(_) => Err(MetadataError::Expired(written.to_owned())),
        None => Err(MetadataError::Differs("validUntil", "a time")),
    }
}

fn boolean(element: &Element, name: &'static str) -> Result<bool, MetadataError> {
    match element.attribute(name) {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err(MetadataError::Differs(name, "true or false")),
    }
}

fn consumers(provider: &Element) -> Result<Vec<Consumer>, MetadataError> {
    let mut consumers = Vec::new();
    let mut default = None;
    for service in provider.all(METADATA, "AssertionConsumerService") {
        if service.attribute("Binding") != Some(POST) {
            continue;
        }
        let index = service.attribute("index").map(str::parse).transpose();
        let index = index.map_err(|_| MetadataError::Differs("index", "a number"))?;
        if default.is_none() && boolean(service, "isDefault")? {
            default = Some(consumers.len());
        }
        let url = filled(service.attribute("Location"), "Location")?;
        consumers.push(Consumer { url, index });
    }
    if consumers.is_empty() {
        return Err(MetadataError::Missing(
            "AssertionConsumerService with the POST binding",
        ));
    }
    consumers[..=default.unwrap_or_default()].rotate_right(1);
    Ok(consumers)
}

#[derive(Default)]
struct Keys {
    signing: Vec<String>,
    encryption: Option<String>,
}

impl Keys {
    /// Reads the keys. One without `use` serves for both (SAML Metadata §2.4.1.1): it must not count as none, which
    /// would accept unsigned requests.
    fn read(provider: &Element) -> Result<Self, MetadataError> {
        let mut keys = Self::default();
        for descriptor in provider.all(METADATA, "KeyDescriptor") {
            let certificate = certificate(descriptor)?;
            VerificationKey::from_certificate(&certificate)?;
            let (signs, encrypts) = match descriptor.attribute("use") {
                None => (true, true),
                Some("signing") => (true, false),
                Some("encryption") => (false, true),
                Some(_) => return Err(MetadataError::Differs("use", "signing or encryption")),
            };
            if encrypts && keys.encryption.is_none() {
                keys.encryption = Some(certificate.clone());
            }
            if signs && !keys.signing.contains(&certificate) {
                keys.signing.push(certificate);
            }
        }
        Ok(keys)
    }
}

/// Returns the first certificate of a key; others of the same key may follow it.
fn certificate(descriptor: &Element) -> Result<String, MetadataError> {
    let info = descriptor.only(SIGNATURE, "KeyInfo")?;
    let data = info.and_then(|info| info.all(SIGNATURE, "X509Data").next());
    let found = data.and_then(|data| data.all(SIGNATURE, "X509Certificate").next());
    let found = found.ok_or(MetadataError::NoCertificate)?;
    Ok(certificate_text(found.value()))
}

/// The addresses of this server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnAddresses {
    /// Address of the metadata, which is also the entity ID.
    pub entity_id: String,
    pub sign_on: String,
    pub logout: String,
}

impl OwnAddresses {
    pub fn new(issuer: &str) -> Self {
        Self {
            entity_id: format!("{issuer}/saml/metadata"),
            sign_on: format!("{issuer}/saml/sso"),
            logout: format!("{issuer}/saml/logout"),
        }
    }
}

/// Writes the metadata of this server, with a certificate for each of its keys.
pub fn write(own: &OwnAddresses, certificates: &[String]) -> String {
    let keys = certificates.iter().map(|certificate| {
        Node::new("md:KeyDescriptor")
            .attribute("use", "signing")
            .child(key_info(certificate))
    });
    let formats =
        NameIdFormat::ALL.map(|format| Node::new("md:NameIDFormat").text(format_uri(format)));
    let service = |name, binding: &str, address: &str| {
        Node::new(name)
            .attribute("Binding", binding)
            .attribute("Location", address)
    };
    let sign_on = [REDIRECT, POST];
    let sign_on = sign_on.map(|binding| service("md:SingleSignOnService", binding, &own.sign_on));
    let provider = Node::new("md:IDPSSODescriptor")
        .attribute("WantAuthnRequestsSigned", "false")
        .attribute("protocolSupportEnumeration", PROTOCOL)
        .children(keys)
        .child(service("md:SingleLogoutService", REDIRECT, &own.logout))
        .children(formats)
        .children(sign_on);
    Node::new("md:EntityDescriptor")
        .attribute("entityID", &own.entity_id)
        .child(provider)
        .canonical()
}
