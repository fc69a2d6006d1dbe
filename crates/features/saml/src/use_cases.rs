//! Clients that speak SAML, as administrators manage them.

use doorward_admin::clients::{create_saml, get_saml, update_saml};
use doorward_admin::fetch::fetch;
use doorward_admin::prelude::*;
use doorward_domain::model::saml_client::{
    AttributeNames, NameIdFormat, SamlClient, SamlConsumer, SamlSettings, SamlSigned,
};
use doorward_domain::model::{ClientChange, ClientKind};
use doorward_oauth::clients::input::NewClient;
use doorward_protocol::redirect_uri;
use url::Url;

use doorward_saml_protocol::key::{VerificationKey, certificate_text};
use doorward_saml_protocol::metadata::{self, MAX_DOCUMENT, ServiceProvider};

/// Media types of metadata. Many servers send the general ones.
const TYPES: &[&str] = &[
    "application/samlmetadata+xml",
    "application/xml",
    "text/xml",
];
/// Maximum length of an entity ID (SAML Core §8.3.6).
const MAX_ENTITY_ID: usize = 1024;
/// Maximum number of assertion consumer services.
const MAX_CONSUMERS: usize = 50;

/// The values of a client, as an administrator writes them; `None` keeps the present value.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// Known application, and its URL.
    pub app: Option<String>,
    pub url: Option<String>,
    /// Document of the metadata.
    pub metadata: Option<String>,
    pub metadata_url: Option<String>,
    pub entity_id: Option<String>,
    pub consumers: Option<Vec<String>>,
    pub logout_url: Option<String>,
    pub signing_certificate: Option<String>,
    pub encryption_certificate: Option<String>,
    pub signed_requests: Option<bool>,
    pub signed: Option<SamlSigned>,
    pub encrypted: Option<bool>,
    pub name_id_format: Option<NameIdFormat>,
    pub attribute_names: Option<AttributeNames>,
    pub unsolicited: Option<bool>,
}

/// The addresses of a client, and its settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    pub entity_id: String,
    /// Assertion consumer services; the first one is the default.
    pub consumers: Vec<String>,
    pub settings: SamlSettings,
}

impl Draft {
    pub fn of(client: &Client, saml: SamlClient) -> Self {
        Self {
            entity_id: saml.entity_id,
            consumers: client.redirect_uris.clone(),
            settings: saml.settings,
        }
    }
}

pub async fn get(context: &AdminContext<'_>, id: &str) -> Result<(Client, SamlClient)> {
    get_saml(context, &client_id(id)?).await
}

fn client_id(text: &str) -> Result<ClientId> {
    ClientId::parse(text).ok_or_else(|| AdminError::not_found("SAML client", text))
}

/// Registers a client.
pub async fn create(
    context: &AdminContext<'_>,
    id: Option<&str>,
    name: String,
    values: Values,
) -> Result<(Client, SamlClient)> {
    context.require_global("clients:write")?;
    let wrong = || AdminError::invalid("id", "Not a valid client ID.");
    let id = id.map(|text| ClientId::parse(text).ok_or_else(wrong));
    let draft = apply(context, Draft::default(), values, true).await?;
    let settings = ClientChange {
        redirect_uris: Some(draft.consumers.clone()),
        grant_types: Some(Vec::new()),
        scopes: Some(["openid", "profile", "email"].into_iter().collect()),
        sector_identifier: sector(&draft.consumers),
        ..ClientChange::default()
    };
    let new = NewClient {
        id: id.transpose()?,
        name,
        kind: ClientKind::Saml,
        settings,
    };
    create_saml(context, new, draft.entity_id, draft.settings).await
}

/// Returns the sector of the names of users, which stays when addresses change.
pub fn sector(consumers: &[String]) -> Option<String> {
    let url = Url::parse(consumers.first()?).ok()?;
    url.host_str().map(str::to_owned)
}

/// Changes a client.
pub async fn update(
    context: &AdminContext<'_>,
    id: &str,
    values: Values,
) -> Result<(Client, SamlClient)> {
    context.require_global("clients:write")?;
    let (client, saml) = get(context, id).await?;
    let draft = apply(context, Draft::of(&client, saml), values, false).await?;
    let addresses = (draft.consumers != client.redirect_uris).then(|| draft.consumers.clone());
    let change = ClientChange {
        redirect_uris: addresses,
        ..ClientChange::default()
    };
    let (entity_id, settings) = (draft.entity_id.clone(), draft.settings.clone());
    let client = update_saml(context, &client.id, change, entity_id, settings).await?;
    let saml = SamlClient {
        client_id: client.id.clone(),
        entity_id: draft.entity_id,
        settings: draft.settings,
    };
    Ok((client, saml))
}

/// Returns what metadata would give a client, and what the client has now, without a change.
pub async fn preview(
    context: &AdminContext<'_>,
    id: Option<&str>,
    values: Values,
) -> Result<(Draft, Option<Draft>)> {
    context.require_global("clients:write")?;
    let present = match id {
        Some(id) => {
            let (client, saml) = get(context, id).await?;
            Some(Draft::of(&client, saml))
        }
        None => None,
    };
    let is_new = present.is_none();
    let base = present.clone().unwrap_or_default();
    Ok((apply(context, base, values, is_new).await?, present))
}

async fn apply(
    context: &AdminContext<'_>,
    mut draft: Draft,
    values: Values,
    is_new: bool,
) -> Result<Draft> {
    if let Some(provider) = read_metadata(context, &values).await? {
        take_metadata(&mut draft, provider, is_new);
        draft.settings.metadata_url.clone_from(&values.metadata_url);
    }
    draft.entity_id = values.entity_id.unwrap_or(draft.entity_id);
    if let Some(consumers) = values.consumers {
        draft.consumers = consumers;
    }
    let settings = &mut draft.settings;
    if let Some(url) = values.logout_url {
        settings.logout_url = Some(url).filter(|url| !url.is_empty());
        settings.logout_response_url = None;
    }
    let certificate = |text: String| certificate_text(&text);
    if let Some(text) = values.signing_certificate.map(certificate) {
        settings.signing_certificates = Some(text)
            .filter(|text| !text.is_empty())
            .into_iter()
            .collect();
    }
    if let Some(text) = values.encryption_certificate.map(certificate) {
        settings.encryption_certificate = Some(text).filter(|text| !text.is_empty());
    }
    settings.signed_requests = values.signed_requests.unwrap_or(settings.signed_requests);
    settings.signed = values.signed.unwrap_or(settings.signed);
    settings.encrypted = values.encrypted.unwrap_or(settings.encrypted);
    settings.name_id_format = values.name_id_format.unwrap_or(settings.name_id_format);
    settings.attribute_names = values.attribute_names.unwrap_or(settings.attribute_names);
    settings.unsolicited = values.unsolicited.unwrap_or(settings.unsolicited);
    let kept = &draft.consumers;
    settings
        .consumers
        .retain(|consumer| kept.contains(&consumer.url));
    check(context, &draft)?;
    Ok(draft)
}

async fn read_metadata(
    context: &AdminContext<'_>,
    values: &Values,
) -> Result<Option<ServiceProvider>> {
    let (field, document) = match (&values.metadata, &values.metadata_url) {
        (Some(_), Some(_)) => {
            let problem = "write the document or its URL, not both";
            return Err(AdminError::choice("metadata_url", problem));
        }
        (Some(text), None) => ("metadata", text.clone().into_bytes()),
        (None, Some(url)) => {
            let field = "metadata_url";
            (
                field,
                fetch(context, field, url, TYPES, MAX_DOCUMENT).await?,
            )
        }
        (None, None) => return Ok(None),
    };
    let read = metadata::read(&document, context.now());
    let read = read.map_err(|error| AdminError::invalid(field, error.to_string()))?;
    Ok(Some(read))
}

/// Replaces what metadata describes. The preferences of the administrator stay.
fn take_metadata(draft: &mut Draft, provider: ServiceProvider, is_new: bool) {
    draft.entity_id = provider.entity_id;
    let numbered = provider.consumers.iter().filter_map(|consumer| {
        Some(SamlConsumer {
            index: consumer.index?,
            url: consumer.url.clone(),
        })
    });
    let settings = &mut draft.settings;
    settings.consumers = numbered.collect();
    settings.logout_url = provider.logout_url;
    settings.logout_response_url = provider.logout_response_url;
    settings.signing_certificates = provider.signing_certificates;
    settings.encryption_certificate = provider.encryption_certificate;
    settings.signed_requests = provider.signs_requests;
    if is_new && let Some(format) = provider.name_id_formats.first() {
        settings.name_id_format = *format;
    }
    let mut consumers: Vec<String> = Vec::new();
    for consumer in provider.consumers {
        if !consumers.contains(&consumer.url) {
            consumers.push(consumer.url);
        }
    }
    draft.consumers = consumers;
}

pub fn check(context: &AdminContext<'_>, draft: &Draft) -> Result<()> {
    let entity_id = &draft.entity_id;
    if entity_id.is_empty() {
        let problem = "write the entity ID of the service provider, or its metadata";
        return Err(AdminError::invalid("entity_id", problem));
    }
    if entity_id.len() > MAX_ENTITY_ID || !entity_id.bytes().all(|byte| byte.is_ascii_graphic()) {
        let problem = format!("write at most {MAX_ENTITY_ID} visible ASCII characters");
        return Err(AdminError::invalid("entity_id", problem));
    }
    if draft.consumers.is_empty() || draft.consumers.len() > MAX_CONSUMERS {
        let problem = format!("write 1 to {MAX_CONSUMERS} assertion consumer services");
        return Err(AdminError::invalid("acs", problem));
    }
    let allowed = context.settings.clients.redirects;
    let url = |field, url: &str| {
        let invalid = |problem: String| AdminError::invalid(field, format!("{url}: {problem}"));
        if url.contains('*') {
            return Err(invalid(
                "write the whole URL: it is compared byte by byte".to_owned(),
            ));
        }
        redirect_uri::check_registration(url, allowed).map_err(|error| invalid(error.to_string()))
    };
    draft.consumers.iter().try_for_each(|one| url("acs", one))?;
    let settings = &draft.settings;
    let mut logout = settings
        .logout_url
        .iter()
        .chain(&settings.logout_response_url);
    logout.try_for_each(|one| url("logout_url", one))?;
    let certificate = |field, text: &String| {
        let read = VerificationKey::from_certificate(text);
        read.map(drop)
            .map_err(|error| AdminError::invalid(field, error.to_string()))
    };
    let mut signing = settings.signing_certificates.iter();
    signing.try_for_each(|text| certificate("signing_certificate", text))?;
    let mut encryption = settings.encryption_certificate.iter();
    encryption.try_for_each(|text| certificate("encryption_certificate", text))?;
    if settings.signed_requests && settings.signing_certificates.is_empty() {
        let problem = "signed requests need a certificate of the service provider";
        return Err(AdminError::invalid("signing_certificate", problem));
    }
    if settings.encrypted && settings.encryption_certificate.is_none() {
        let problem = "encrypted assertions need a certificate of the service provider";
        return Err(AdminError::invalid("encryption_certificate", problem));
    }
    Ok(())
}
