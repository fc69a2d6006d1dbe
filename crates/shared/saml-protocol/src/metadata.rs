//! Metadata (SAML Metadata): reads that of a service provider, and writes that of this server.

use askama::Template;
use doorward_domain::model::saml_client::{NameIdFormat, SamlConsumer, SamlSettings};
use doorward_domain::time::UnixSeconds;

use crate::error::{MessageError, Result, differs};
use crate::key::{VerificationKey, certificate_text};
use crate::names::{METADATA, POST, PROTOCOL, REDIRECT, SIGNATURE, format_of, format_uri};
use crate::xml::{self, Element};

#[cfg(test)]
mod tests;

const PROTOCOLS: &str = "protocolSupportEnumeration";
/// Maximum size of a document in bytes.
pub const MAX_DOCUMENT: usize = 256 * 1024;

/// The description of a service provider.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServiceProvider {
    pub entity_id: String,
    /// Assertion consumer services of the POST binding, the default first.
    pub consumers: Vec<String>,
    /// Addresses, certificates and demands of the provider, and the first known format of names.
    pub settings: SamlSettings,
}

/// Reads the metadata of a service provider.
pub fn read(document: &[u8], now: UnixSeconds) -> Result<ServiceProvider> {
    let document = xml::parse(document, MAX_DOCUMENT)?;
    let root = Element::root(&document);
    if !root.is(METADATA, "EntityDescriptor") {
        let expected = "one EntityDescriptor, that of the service provider";
        let received = root.named(METADATA);
        return differs("the document", expected, &received);
    }
    let entity_id = root.required("entityID")?.to_owned();
    let provider = root.child(METADATA, "SPSSODescriptor")?;
    for element in [root, provider] {
        if element.time("validUntil")?.is_some_and(|end| end <= now) {
            let received = element.required("validUntil")?;
            return differs("validUntil", "in the future", received);
        }
    }
    let protocols = provider.attribute(PROTOCOLS).unwrap_or_default();
    if protocols.split_whitespace().all(|known| known != PROTOCOL) {
        return differs(PROTOCOLS, "SAML 2.0", protocols);
    }
    let mut logout = provider.all(METADATA, "SingleLogoutService");
    let logout = logout.find(|service| service.attribute("Binding") == Some(REDIRECT));
    let address = |name| Some(logout?.attribute(name)?.to_owned());
    let mut settings = SamlSettings {
        logout_url: address("Location"),
        logout_response_url: address("ResponseLocation"),
        signed_requests: provider.boolean("AuthnRequestsSigned")?,
        ..SamlSettings::default()
    };
    provider
        .all(METADATA, "KeyDescriptor")
        .try_for_each(|descriptor| read_key(descriptor, &mut settings))?;
    if settings.signed_requests && settings.signing_certificates.is_empty() {
        return Err(MessageError::Missing(
            "the key of the signatures of requests",
        ));
    }
    let (consumers, numbered) = consumers(provider)?;
    settings.consumers = numbered;
    let mut formats = provider.all(METADATA, "NameIDFormat");
    let format = formats.find_map(|format| format_of(format.value()));
    settings.name_id_format = format.unwrap_or_default();
    Ok(ServiceProvider {
        entity_id,
        consumers,
        settings,
    })
}

/// Returns the addresses, and those that have a number.
fn consumers(provider: Element<'_>) -> Result<(Vec<String>, Vec<SamlConsumer>)> {
    let (mut urls, mut numbered, mut default) = (Vec::new(), Vec::new(), None);
    for service in provider.all(METADATA, "AssertionConsumerService") {
        if service.attribute("Binding") != Some(POST) {
            continue;
        }
        let url = service.required("Location")?.to_owned();
        if let Some(index) = service.number("index")? {
            let url = url.clone();
            numbered.push(SamlConsumer { index, url });
        }
        if service.boolean("isDefault")? && default.is_none() {
            default = Some(url.clone());
        }
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    if urls.is_empty() {
        let missing = "an AssertionConsumerService with the POST binding";
        return Err(MessageError::Missing(missing));
    }
    // The order of the others stays.
    urls.sort_by_key(|url| Some(url) != default.as_ref());
    Ok((urls, numbered))
}

/// Reads a key. One without `use` serves for both (SAML Metadata §2.4.1.1): it must not count as none, which would
/// accept unsigned requests.
fn read_key(descriptor: Element<'_>, settings: &mut SamlSettings) -> Result<()> {
    let certificate = certificate(descriptor)?;
    VerificationKey::from_certificate(&certificate)?;
    let usage = descriptor.attribute("use");
    if let Some(other) = usage.filter(|usage| !["signing", "encryption"].contains(usage)) {
        return differs("use", "signing or encryption", other);
    }
    if usage != Some("signing") {
        settings
            .encryption_certificate
            .get_or_insert_with(|| certificate.clone());
    }
    if usage != Some("encryption") && !settings.signing_certificates.contains(&certificate) {
        settings.signing_certificates.push(certificate);
    }
    Ok(())
}

/// Returns the first certificate of a key; others of the same key may follow it.
fn certificate(descriptor: Element<'_>) -> Result<String> {
    let info = descriptor.only(SIGNATURE, "KeyInfo")?;
    let data = info.and_then(|info| info.all(SIGNATURE, "X509Data").next());
    let found = data.and_then(|data| data.all(SIGNATURE, "X509Certificate").next());
    let found = found.ok_or(MessageError::Missing("X509Certificate of a key"))?;
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

#[derive(Template)]
#[template(path = "metadata.xml")]
struct OwnMetadata<'a> {
    own: &'a OwnAddresses,
    certificates: Vec<&'a str>,
    formats: [&'static str; 4],
}

/// Writes the metadata of this server, with a certificate for each of its keys.
pub fn write<'a>(
    own: &OwnAddresses,
    certificates: impl Iterator<Item = &'a str>,
) -> askama::Result<String> {
    let metadata = OwnMetadata {
        own,
        certificates: certificates.collect(),
        formats: NameIdFormat::ALL.map(format_uri),
    };
    metadata.render()
}
