//! `clients`: registered clients.

use std::net::IpAddr;

use doorward_domain::model::{
    AccessTokenFormat, AssertionAudience, Client, ClientAuth, ClientId, ClientKind, CodeProtection,
    FormerSecret, LogoutUris, MetadataDocument, PkcePolicy, RegisteredBy, SecretUse, SecretUses,
    SecurityProfile,
};
use doorward_domain::rules::{displayed_name, search};
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::signing_alg::SigningAlg;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use serde::de::DeserializeOwned;

use super::row::{RowReader, to_bytes, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "clients")]
#[expect(clippy::struct_excessive_bools, reason = "each is a column")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub name: String,
    /// Folded name, for searches.
    pub name_key: Option<String>,
    /// Name as it looks; `None` until a release that knows it has started.
    pub name_look: Option<String>,
    pub kind: String,
    pub secret_hash: Option<Vec<u8>>,
    pub profile: String,
    pub auth_method: String,
    pub auth_method_pinned: bool,
    pub assertion_audience: Option<String>,
    pub redirect_uris: String,
    pub post_logout_redirect_uris: String,
    pub grant_types: String,
    pub scopes: String,
    pub response_modes: String,
    pub first_party: bool,
    pub pkce: String,
    pub pkce_streak: i32,
    pub code_protection: Option<String>,
    pub jwks: Option<String>,
    pub jwks_uri: Option<String>,
    pub serves: String,
    pub access_token_format: String,
    pub access_token_ttl: Option<i64>,
    pub id_token_ttl: Option<i64>,
    pub allowed_origins: String,
    pub claims_in_id_token: bool,
    pub require_mfa: bool,
    pub require_pushed_authorization_requests: bool,
    pub require_signed_request_object: bool,
    pub request_uris: String,
    pub dpop_bound_access_tokens: bool,
    pub certificate_bound_access_tokens: bool,
    pub certificate_subject: Option<String>,
    pub id_token_signed_response_alg: String,
    pub userinfo_signed_response_alg: Option<String>,
    pub authorization_signed_response_alg: Option<String>,
    pub introspection_signed_response_alg: Option<String>,
    pub backchannel_logout_uri: Option<String>,
    pub backchannel_logout_session_required: bool,
    pub frontchannel_logout_uri: Option<String>,
    pub frontchannel_logout_session_required: bool,
    pub token_exchange: Option<String>,
    pub consent_terms: Option<String>,
    pub document_fetched_at: Option<i64>,
    pub document_fresh_until: Option<i64>,
    pub default_max_age: Option<i64>,
    pub default_acr_values: String,
    pub authorization_details_types: String,
    pub pairwise_sector: Option<String>,
    pub registered_by: String,
    /// Null in rows of earlier releases.
    pub operator_urls: Option<String>,
    pub foreign_secret: Option<String>,
    pub secret_made_at: Option<i64>,
    pub secret_used_at: Option<i64>,
    pub secret_used_from: Option<String>,
    pub secret_uses: i64,
    pub former_secret_hash: Option<Vec<u8>>,
    pub former_secret_made_at: Option<i64>,
    pub former_secret_ends_at: Option<i64>,
    pub former_secret_used_at: Option<i64>,
    pub former_secret_used_from: Option<String>,
    pub former_secret_uses: i64,
    pub disabled_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn address(text: Option<&str>) -> Option<IpAddr> {
    text.and_then(|text| text.parse().ok())
}

impl From<&Model> for SecretUses {
    fn from(row: &Model) -> Self {
        Self {
            current: SecretUse {
                at: row.secret_used_at,
                from: address(row.secret_used_from.as_deref()),
                count: row.secret_uses,
            },
            former: SecretUse {
                at: row.former_secret_used_at,
                from: address(row.former_secret_used_from.as_deref()),
                count: row.former_secret_uses,
            },
        }
    }
}

impl TryFrom<Model> for Client {
    type Error = StoreError;

    #[expect(clippy::too_many_lines, reason = "one line for each column")]
    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("clients", &row.id);
        let secret_hash = row.secret_hash.as_deref();
        let secret_hash = secret_hash.map(|hash| reader.hash("secret_hash", hash));
        let document = row.document_fetched_at.zip(row.document_fresh_until);
        let code_protection = code_protection(&row, &reader)?;
        let algorithms = Algorithms::read(&row, &reader)?;
        Ok(Self {
            operator_urls: operator_urls(&row, &reader)?,
            id: reader.read("id", ClientId::parse(&row.id))?,
            kind: reader.read("kind", ClientKind::parse(&row.kind))?,
            secret_hash: secret_hash.transpose()?,
            foreign_secret: row.foreign_secret.clone(),
            secret_made_at: row.secret_made_at,
            former_secret: former_secret(&row, &reader)?,
            profile: reader.read("profile", SecurityProfile::parse(&row.profile))?,
            auth_method: auth_method(&row, &reader)?,
            assertion_audience: row
                .assertion_audience
                .map(|text| reader.read("assertion_audience", AssertionAudience::parse(&text)))
                .transpose()?,
            redirect_uris: reader.json("redirect_uris", &row.redirect_uris)?,
            post_logout_redirect_uris: reader
                .json("post_logout_redirect_uris", &row.post_logout_redirect_uris)?,
            grant_types: reader.json("grant_types", &row.grant_types)?,
            scopes: reader.scope("scopes", &row.scopes)?,
            response_modes: reader.json("response_modes", &row.response_modes)?,
            first_party: row.first_party,
            allowed_origins: reader.json("allowed_origins", &row.allowed_origins)?,
            access_token_ttl: row.access_token_ttl,
            id_token_ttl: row.id_token_ttl,
            claims_in_id_token: row.claims_in_id_token,
            require_mfa: row.require_mfa,
            require_pushed_authorization_requests: row.require_pushed_authorization_requests,
            require_signed_request_object: row.require_signed_request_object,
            request_uris: reader.json("request_uris", &row.request_uris)?,
            dpop_bound_access_tokens: row.dpop_bound_access_tokens,
            certificate_bound_access_tokens: row.certificate_bound_access_tokens,
            certificate_subject: row
                .certificate_subject
                .map(|text| reader.json("certificate_subject", &text))
                .transpose()?,
            id_token_signed_response_alg: algorithms.id_token_signed_response_alg,
            userinfo_signed_response_alg: algorithms.userinfo_signed_response_alg,
            authorization_signed_response_alg: algorithms.authorization_signed_response_alg,
            introspection_signed_response_alg: algorithms.introspection_signed_response_alg,
            logout: LogoutUris {
                backchannel: row.backchannel_logout_uri,
                backchannel_session_required: row.backchannel_logout_session_required,
                frontchannel: row.frontchannel_logout_uri,
                frontchannel_session_required: row.frontchannel_logout_session_required,
            },
            exchange: json_or_default(&reader, "token_exchange", row.token_exchange)?,
            consent: json_or_default(&reader, "consent_terms", row.consent_terms)?,
            default_max_age: row
                .default_max_age
                .map(|age| reader.read("default_max_age", u64::try_from(age).ok()))
                .transpose()?,
            default_acr_values: reader.json("default_acr_values", &row.default_acr_values)?,
            authorization_details_types: reader.json(
                "authorization_details_types",
                &row.authorization_details_types,
            )?,
            registered_by: reader.read("registered_by", RegisteredBy::parse(&row.registered_by))?,
            pkce: reader.read("pkce", PkcePolicy::parse(&row.pkce))?,
            pkce_streak: row.pkce_streak,
            code_protection,
            serves: reader.json("serves", &row.serves)?,
            access_token_format: reader.read(
                "access_token_format",
                AccessTokenFormat::parse(&row.access_token_format),
            )?,
            name: row.name,
            jwks: row.jwks,
            jwks_uri: row.jwks_uri,
            pairwise_sector: row.pairwise_sector,
            document: document.map(|(fetched_at, fresh_until)| MetadataDocument {
                fetched_at,
                fresh_until,
            }),
            disabled_at: row.disabled_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Reads the URLs that the operator wrote. Clients of earlier releases that an administrator
/// registered keep working: all of theirs (decision 96).
fn operator_urls(row: &Model, reader: &RowReader<'_>) -> Result<Vec<String>, StoreError> {
    if let Some(text) = &row.operator_urls {
        return reader.json("operator_urls", text);
    }
    if row.registered_by != RegisteredBy::Administrator.as_str() {
        return Ok(Vec::new());
    }
    let mut urls: Vec<String> = reader.json("request_uris", &row.request_uris)?;
    urls.extend(row.jwks_uri.clone());
    urls.extend(row.backchannel_logout_uri.clone());
    Ok(urls)
}

/// Reads a column that is null in old rows.
fn json_or_default<T: DeserializeOwned + Default>(
    reader: &RowReader<'_>,
    column: &'static str,
    text: Option<String>,
) -> Result<T, StoreError> {
    let value = text.map(|text| reader.json(column, &text)).transpose()?;
    Ok(value.unwrap_or_default())
}

/// Reads the authentication method of the client.
fn auth_method(row: &Model, reader: &RowReader<'_>) -> Result<ClientAuth, StoreError> {
    let method = reader.read("auth_method", ClientAuthMethod::parse(&row.auth_method))?;
    if method.is_by_secret() && !row.auth_method_pinned {
        return Ok(ClientAuth::Secret);
    }
    Ok(ClientAuth::Only(method))
}

/// The signature algorithms of the client.
#[expect(
    clippy::struct_field_names,
    reason = "the names of the columns and settings"
)]
struct Algorithms {
    id_token_signed_response_alg: SigningAlg,
    userinfo_signed_response_alg: Option<SigningAlg>,
    authorization_signed_response_alg: Option<SigningAlg>,
    introspection_signed_response_alg: Option<SigningAlg>,
}

impl Algorithms {
    fn read(row: &Model, reader: &RowReader<'_>) -> Result<Self, StoreError> {
        let read = |column, text: &str| reader.read(column, SigningAlg::parse(text));
        let optional = |column, text: &Option<String>| {
            let text = text.as_deref();
            text.map(|text| read(column, text)).transpose()
        };
        Ok(Self {
            id_token_signed_response_alg: read(
                "id_token_signed_response_alg",
                &row.id_token_signed_response_alg,
            )?,
            userinfo_signed_response_alg: optional(
                "userinfo_signed_response_alg",
                &row.userinfo_signed_response_alg,
            )?,
            authorization_signed_response_alg: optional(
                "authorization_signed_response_alg",
                &row.authorization_signed_response_alg,
            )?,
            introspection_signed_response_alg: optional(
                "introspection_signed_response_alg",
                &row.introspection_signed_response_alg,
            )?,
        })
    }
}

/// Reads the former secret.
fn former_secret(row: &Model, reader: &RowReader<'_>) -> Result<Option<FormerSecret>, StoreError> {
    let hash = row.former_secret_hash.as_deref();
    let Some((hash, ends_at)) = hash.zip(row.former_secret_ends_at) else {
        return Ok(None);
    };
    Ok(Some(FormerSecret {
        hash: reader.hash("former_secret_hash", hash)?,
        made_at: row.former_secret_made_at,
        ends_at,
    }))
}

/// Reads the protection of the last code.
fn code_protection(
    row: &Model,
    reader: &RowReader<'_>,
) -> Result<Option<CodeProtection>, StoreError> {
    let word = row.code_protection.as_deref();
    word.map(|text| reader.read("code_protection", CodeProtection::parse(text)))
        .transpose()
}

impl TryFrom<&Client> for ActiveModel {
    type Error = StoreError;

    #[expect(clippy::too_many_lines, reason = "one line for each column")]
    fn try_from(client: &Client) -> Result<Self, StoreError> {
        let former = client.former_secret.as_ref();
        Ok(Self {
            id: Set(client.id.as_str().to_owned()),
            name: Set(client.name.clone()),
            name_key: Set(Some(search::key(&client.name))),
            name_look: Set(Some(displayed_name::look(&client.name))),
            kind: Set(client.kind.as_str().to_owned()),
            secret_hash: Set(client.secret_hash.as_ref().map(to_bytes)),
            // A known secret replaces an imported one.
            foreign_secret: Set(client
                .foreign_secret
                .clone()
                .filter(|_| client.secret_hash.is_none() && client.auth_method.is_by_secret())),
            secret_made_at: Set(client.secret_made_at),
            former_secret_hash: Set(former.map(|former| to_bytes(&former.hash))),
            former_secret_made_at: Set(former.and_then(|former| former.made_at)),
            former_secret_ends_at: Set(former.map(|former| former.ends_at)),
            // Written apart from the registration.
            secret_used_at: NotSet,
            secret_used_from: NotSet,
            secret_uses: NotSet,
            former_secret_used_at: NotSet,
            former_secret_used_from: NotSet,
            former_secret_uses: NotSet,
            profile: Set(client.profile.as_str().to_owned()),
            auth_method: Set(client.auth_method.method().as_str().to_owned()),
            auth_method_pinned: Set(client.auth_method != ClientAuth::Secret),
            assertion_audience: Set(client
                .assertion_audience
                .map(|assertion_audience| assertion_audience.as_str().to_owned())),
            redirect_uris: Set(to_json(&client.redirect_uris)?),
            post_logout_redirect_uris: Set(to_json(&client.post_logout_redirect_uris)?),
            grant_types: Set(to_json(&client.grant_types)?),
            scopes: Set(client.scopes.to_string()),
            response_modes: Set(to_json(&client.response_modes)?),
            first_party: Set(client.first_party),
            pkce: Set(client.pkce.as_str().to_owned()),
            pkce_streak: Set(client.pkce_streak),
            code_protection: Set(client
                .code_protection
                .map(|code_protection| code_protection.as_str().to_owned())),
            jwks: Set(client.jwks.clone()),
            jwks_uri: Set(client.jwks_uri.clone()),
            serves: Set(to_json(&client.serves)?),
            access_token_format: Set(client.access_token_format.as_str().to_owned()),
            access_token_ttl: Set(client.access_token_ttl),
            id_token_ttl: Set(client.id_token_ttl),
            allowed_origins: Set(to_json(&client.allowed_origins)?),
            claims_in_id_token: Set(client.claims_in_id_token),
            require_mfa: Set(client.require_mfa),
            require_pushed_authorization_requests: Set(client.require_pushed_authorization_requests),
            require_signed_request_object: Set(client.require_signed_request_object),
            request_uris: Set(to_json(&client.request_uris)?),
            dpop_bound_access_tokens: Set(client.dpop_bound_access_tokens),
            certificate_bound_access_tokens: Set(client.certificate_bound_access_tokens),
            certificate_subject: Set(client
                .certificate_subject
                .as_ref()
                .map(to_json)
                .transpose()?),
            id_token_signed_response_alg: Set(client.id_token_signed_response_alg.to_string()),
            userinfo_signed_response_alg: Set(client
                .userinfo_signed_response_alg
                .map(|alg| alg.to_string())),
            authorization_signed_response_alg: Set(client
                .authorization_signed_response_alg
                .map(|alg| alg.to_string())),
            introspection_signed_response_alg: Set(client
                .introspection_signed_response_alg
                .map(|alg| alg.to_string())),
            backchannel_logout_uri: Set(client.logout.backchannel.clone()),
            backchannel_logout_session_required: Set(client.logout.backchannel_session_required),
            frontchannel_logout_uri: Set(client.logout.frontchannel.clone()),
            frontchannel_logout_session_required: Set(client.logout.frontchannel_session_required),
            token_exchange: Set(Some(to_json(&client.exchange)?)),
            consent_terms: Set(Some(to_json(&client.consent)?)),
            document_fetched_at: Set(client.document.map(|stored| stored.fetched_at)),
            document_fresh_until: Set(client.document.map(|stored| stored.fresh_until)),
            default_max_age: Set(client
                .default_max_age
                .map(|age| i64::try_from(age).unwrap_or(i64::MAX))),
            default_acr_values: Set(to_json(&client.default_acr_values)?),
            authorization_details_types: Set(to_json(&client.authorization_details_types)?),
            pairwise_sector: Set(client.pairwise_sector.clone()),
            registered_by: Set(client.registered_by.as_str().to_owned()),
            operator_urls: Set(Some(to_json(&client.operator_urls)?)),
            disabled_at: Set(client.disabled_at),
            created_at: Set(client.created_at),
            updated_at: Set(client.updated_at),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use doorward_domain::model::client_settings;
    use sea_orm::{IdenStatic as _, Iterable as _};

    use super::Column;

    /// Columns that are not settings.
    const STATE: [&str; 25] = [
        "name_key",
        "name_look",
        "id",
        "secret_hash",
        "foreign_secret",
        "secret_made_at",
        "secret_used_at",
        "secret_used_from",
        "secret_uses",
        "former_secret_hash",
        "former_secret_made_at",
        "former_secret_ends_at",
        "former_secret_used_at",
        "former_secret_used_from",
        "former_secret_uses",
        "response_modes",
        "pkce_streak",
        "code_protection",
        "document_fetched_at",
        "document_fresh_until",
        "registered_by",
        "operator_urls",
        "disabled_at",
        "created_at",
        "updated_at",
    ];

    #[test]
    fn columns_are_settings_or_state() {
        let columns = Column::iter().map(|column| column.as_str().to_owned());
        let rows = client_settings::all().flat_map(|setting| setting.columns.iter().copied());
        let rows = rows.chain(STATE).map(str::to_owned);
        assert_eq!(
            columns.collect::<BTreeSet<_>>(),
            rows.collect::<BTreeSet<_>>()
        );
    }
}
