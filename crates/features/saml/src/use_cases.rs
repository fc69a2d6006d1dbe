//! Clients that speak SAML, as administrators manage them.

use doorward_admin::clients::{SamlValues, create_saml, get_saml, update_saml};
use doorward_admin::fetch::fetch;
use doorward_admin::prelude::*;
use doorward_domain::model::saml_client::{SamlConsumer, SamlSettings};
use doorward_domain::model::{ClientChange, ClientKind};
use doorward_oauth::clients::input::NewClient;
use doorward_protocol::redirect_uri;
use url::Url;

use crate::applications;
use crate::bodies::Values;
use doorward_saml_protocol::key::{VerificationKey, certificate_text};
use doorward_saml_protocol::metadata::{self, MAX_DOCUMENT, OwnAddresses, ServiceProvider};

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
const SIGNING: &str = "signing_certificate";
const ENCRYPTION: &str = "encryption_certificate";

/// Returns an active or disabled client with its addresses and settings.
pub async fn get(context: &AdminContext<'_>, id: &str) -> Result<(Client, ServiceProvider)> {
    let unknown = || AdminError::not_found("SAML client", id);
    let parsed = ClientId::parse(id).ok_or_else(unknown)?;
    let (client, saml) = get_saml(context, &parsed).await?;
    let draft = ServiceProvider {
        entity_id: saml.entity_id,
        consumers: client.redirect_uris.clone(),
        settings: saml.settings,
    };
    Ok((client, draft))
}

/// Registers a client with the settings that every client has, beside the grant types, which it has none of.
pub async fn register(
    context: &AdminContext<'_>,
    id: Option<&str>,
    name: String,
    settings: ClientChange,
    draft: &ServiceProvider,
) -> Result<Client> {
    let wrong = || AdminError::invalid("id", "Not a valid client ID.");
    let id = id.map(|text| ClientId::parse(text).ok_or_else(wrong));
    let settings = ClientChange {
        redirect_uris: Some(draft.consumers.clone()),
        grant_types: Some(Vec::new()),
        ..settings
    };
    let new = NewClient {
        id: id.transpose()?,
        name,
        kind: ClientKind::Saml,
        settings,
    };
    create_saml(context, new, stored(draft)).await
}

/// Registers a client with the values.
pub async fn create(
    context: &AdminContext<'_>,
    id: Option<&str>,
    name: Option<String>,
    values: Values,
) -> Result<(Client, ServiceProvider)> {
    context.require_global("clients:write")?;
    let title = values.app.as_deref().and_then(applications::find);
    let name = name.or_else(|| title.map(|known| known.title.clone()));
    let draft = apply(context, ServiceProvider::default(), values, true).await?;
    let settings = ClientChange {
        scopes: Some(["openid", "profile", "email"].into_iter().collect()),
        sector_identifier: sector(&draft.consumers),
        ..ClientChange::default()
    };
    let name = name.ok_or_else(|| AdminError::choice("name", "name the client"))?;
    let client = register(context, id, name, settings, &draft).await?;
    Ok((client, draft))
}

/// Returns the values that are stored beside the client.
pub fn stored(draft: &ServiceProvider) -> SamlValues {
    (draft.entity_id.clone(), draft.settings.clone())
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
) -> Result<(Client, ServiceProvider)> {
    context.require_global("clients:write")?;
    let (client, present) = get(context, id).await?;
    let draft = apply(context, present, values, false).await?;
    let change = ClientChange {
        redirect_uris: Some(draft.consumers.clone()).filter(|new| *new != client.redirect_uris),
        ..ClientChange::default()
    };
    let client = update_saml(context, &client.id, change, stored(&draft)).await?;
    Ok((client, draft))
}

/// Returns what values would give a client, and what the client has now, without a change.
pub async fn preview(
    context: &AdminContext<'_>,
    id: Option<&str>,
    values: Values,
) -> Result<(ServiceProvider, Option<ServiceProvider>)> {
    context.require_global("clients:write")?;
    let present = match id {
        Some(id) => Some(get(context, id).await?.1),
        None => None,
    };
    let is_new = present.is_none();
    let base = present.clone().unwrap_or_default();
    Ok((apply(context, base, values, is_new).await?, present))
}

async fn apply(
    context: &AdminContext<'_>,
    mut draft: ServiceProvider,
    mut values: Values,
    is_new: bool,
) -> Result<ServiceProvider> {
    applications::complete(&mut values, &OwnAddresses::new(context.settings.issuer()))?;
    if let Some(described) = read_metadata(context, &values).await? {
        let (kept, found) = (draft.settings, described.settings);
        // The preferences stay; those of a new client are what the metadata says.
        let of_format = if is_new { &found } else { &kept };
        draft = ServiceProvider {
            settings: SamlSettings {
                signed: kept.signed,
                encrypted: kept.encrypted,
                name_id_format: of_format.name_id_format,
                attribute_names: kept.attribute_names,
                unsolicited: kept.unsolicited,
                app: kept.app,
                metadata_url: values.metadata_url.clone(),
                ..found
            },
            ..described
        };
    }
    if let Some(app) = values.app.zip(values.url) {
        draft.settings.app = Some(app.into());
    }
    draft.entity_id = values.entity_id.unwrap_or(draft.entity_id);
    draft.consumers = values.acs.unwrap_or(draft.consumers);
    let settings = &mut draft.settings;
    if let Some(url) = values.logout_url {
        settings.logout_url = Some(url).filter(|url| !url.is_empty());
        settings.logout_response_url = None;
    }
    let certificate = |text: String| Some(certificate_text(&text)).filter(|text| !text.is_empty());
    if let Some(text) = values.signing_certificate.map(certificate) {
        settings.signing_certificates = text.into_iter().collect();
    }
    if let Some(text) = values.encryption_certificate.map(certificate) {
        settings.encryption_certificate = text;
    }
    settings.signed_requests = values.signed_requests.unwrap_or(settings.signed_requests);
    settings.signed = values.signed.unwrap_or(settings.signed);
    settings.encrypted = values.encrypted.unwrap_or(settings.encrypted);
    settings.name_id_format = values.name_id_format.unwrap_or(settings.name_id_format);
    settings.attribute_names = values.attribute_names.unwrap_or(settings.attribute_names);
    settings.unsolicited = values.unsolicited.unwrap_or(settings.unsolicited);
    let is_kept = |consumer: &SamlConsumer| draft.consumers.contains(&consumer.url);
    settings.consumers.retain(is_kept);
    check(context, &draft)?;
    Ok(draft)
}

async fn read_metadata(
    context: &AdminContext<'_>,
    values: &Values,
) -> Result<Option<ServiceProvider>> {
    const URL: &str = "metadata_url";
    let (field, document) = match (&values.metadata, &values.metadata_url) {
        (None, None) => return Ok(None),
        (Some(text), None) => ("metadata", text.clone().into_bytes()),
        (None, Some(url)) => (URL, fetch(context, URL, url, TYPES, MAX_DOCUMENT).await?),
        (Some(_), Some(_)) => {
            let problem = "write the document or its URL, not both";
            return Err(AdminError::choice(URL, problem));
        }
    };
    let read = metadata::read(&document, context.now());
    let read = read.map_err(|error| AdminError::invalid(field, error.to_string()))?;
    Ok(Some(read))
}

fn require(is_kept: bool, field: &'static str, problem: impl Into<String>) -> Result<()> {
    let broken = || AdminError::invalid(field, problem);
    is_kept.then_some(()).ok_or_else(broken)
}

/// Checks the values that would be stored.
pub fn check(context: &AdminContext<'_>, draft: &ServiceProvider) -> Result<()> {
    let ServiceProvider {
        entity_id,
        consumers,
        settings,
    } = draft;
    let is_visible = entity_id.bytes().all(|byte| byte.is_ascii_graphic());
    let is_short = entity_id.len() <= MAX_ENTITY_ID;
    let can_verify = !settings.signed_requests || !settings.signing_certificates.is_empty();
    let can_encrypt = !settings.encrypted || settings.encryption_certificate.is_some();
    let problem = "write the entity ID of the service provider, or its metadata";
    require(!entity_id.is_empty(), "entity_id", problem)?;
    let problem = format!("write at most {MAX_ENTITY_ID} visible ASCII characters");
    require(is_short && is_visible, "entity_id", problem)?;
    let problem = format!("write 1 to {MAX_CONSUMERS} assertion consumer services");
    let is_few = (1..=MAX_CONSUMERS).contains(&consumers.len());
    require(is_few, "acs", problem)?;
    let problem = "signed requests need a certificate of the service provider";
    require(can_verify, SIGNING, problem)?;
    let problem = "encrypted assertions need a certificate of the service provider";
    require(can_encrypt, ENCRYPTION, problem)?;
    let consumers = consumers.iter().map(|url| ("acs", url));
    let logout = [&settings.logout_url, &settings.logout_response_url];
    let logout = logout.into_iter().flatten().map(|url| ("logout_url", url));
    for (field, url) in consumers.chain(logout) {
        let problem = format!("{url}: write the whole URL: it is compared byte by byte");
        require(!url.contains('*'), field, problem)?;
        let checked = redirect_uri::check_registration(url, context.settings.clients.redirects);
        checked.map_err(|error| AdminError::invalid(field, format!("{url}: {error}")))?;
    }
    let signing = settings
        .signing_certificates
        .iter()
        .map(|text| (SIGNING, text));
    let encryption = settings.encryption_certificate.iter();
    for (field, text) in signing.chain(encryption.map(|text| (ENCRYPTION, text))) {
        let read = VerificationKey::from_certificate(text);
        read.map_err(|error| AdminError::invalid(field, error.to_string()))?;
    }
    Ok(())
}
