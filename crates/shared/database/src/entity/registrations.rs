//! Clients, and the registries of scopes, resources and custom claims.

use std::net::IpAddr;

use doorward_domain::model::saml_client::SamlClient;
use doorward_domain::model::{
    AskedClaims, BrandPicture, ClaimMapping, Client, ClientAuth, ClientRegistration, FormerSecret,
    GivenScopes, Logo, LogoutUris, MetadataDocument, RegisteredBy, RegistrationToken, Resource,
    ScopeEntry, SecretUse, SecretUses, Site,
};
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_rules::{displayed_name, search};
use sea_orm::ActiveValue::{NotSet, Set};
use serde::de::DeserializeOwned;

use super::row::RowReader;
use super::stored::{Json, Stored as _};
use crate::error::Result;

table! {
    clients(id: String) => Client {
        name: String,
        kind: String,
        secret_hash: Option<Bytes>,
        profile: String,
        assertion_audience: Option<String>,
        redirect_uris: Json,
        post_logout_redirect_uris: Json,
        grant_types: Json,
        scopes: String,
        response_modes: Json,
        first_party: bool,
        pkce: String,
        pkce_streak: i32,
        code_protection: Option<String>,
        jwks: Option<String>,
        jwks_uri: Option<String>,
        serves: Json,
        access_token_format: String,
        access_token_ttl: Option<i64>,
        id_token_ttl: Option<i64>,
        allowed_origins: Json,
        claims_in_id_token: bool,
        require_mfa: bool,
        require_pushed_authorization_requests: bool,
        require_signed_request_object: bool,
        request_uris: Json,
        dpop_bound_access_tokens: bool,
        certificate_bound_access_tokens: bool,
        certificate_subject: Option<Json>,
        id_token_signed_response_alg: String,
        userinfo_signed_response_alg: Option<String>,
        authorization_signed_response_alg: Option<String>,
        introspection_signed_response_alg: Option<String>,
        default_max_age: Option<i64>,
        default_acr_values: Json,
        authorization_details_types: Json,
        backchannel_client_notification_endpoint: Option<String>,
        pairwise_sector: Option<String>,
        registered_by: String,
        secret_made_at: Option<i64>,
        disabled_at: Option<i64>,
        created_at: i64,
        updated_at: i64,
    }
    nested logout: LogoutUris {
        backchannel_logout_uri: Option<String> => backchannel,
        backchannel_logout_session_required: bool => backchannel_session_required,
        frontchannel_logout_uri: Option<String> => frontchannel,
        frontchannel_logout_session_required: bool => frontchannel_session_required,
    }
    optional document: MetadataDocument {
        document_fetched_at: i64 => fetched_at,
        document_fresh_until: i64 => fresh_until,
    }
    optional former_secret: FormerSecret {
        former_secret_hash: Bytes => hash,
        former_secret_ends_at: i64 => ends_at,
    } or_null {
        former_secret_made_at: i64 => made_at,
    }
    write |client| {
        /// Folded name, for searches.
        name_key: Option<String> = Set(Some(search::key(&client.name))),
        /// Name as it looks; `None` until a release that knows it has started.
        name_look: Option<String> = Set(Some(displayed_name::look(&client.name))),
        auth_method: String = Set(client.auth_method.method().write()?),
        auth_method_pinned: bool = Set(client.auth_method != ClientAuth::Secret),
        token_exchange: Option<Json> = Set(Some(client.exchange.write()?)),
        consent_terms: Option<Json> = Set(Some(client.consent.write()?)),
        /// Null in rows of earlier releases.
        operator_urls: Option<Json> = Set(Some(client.operator_urls.write()?)),
        foreign_secret: Option<String> = Set(imported_secret(client)),
        // Written apart from the registration.
        secret_used_at: Option<i64> = NotSet,
        secret_used_from: Option<String> = NotSet,
        secret_uses: i64 = NotSet,
        former_secret_used_at: Option<i64> = NotSet,
        former_secret_used_from: Option<String> = NotSet,
        former_secret_uses: i64 = NotSet,
    }
    read |row, reader| {
        auth_method: auth_method(row, reader)?,
        exchange: json_or_default(reader, "token_exchange", row.token_exchange.as_ref())?,
        consent: json_or_default(reader, "consent_terms", row.consent_terms.as_ref())?,
        operator_urls: operator_urls(row, reader)?,
        foreign_secret: row.foreign_secret.clone(),
    }
}

/// Returns the imported secret, which a known one replaces.
fn imported_secret(client: &Client) -> Option<String> {
    let is_used = client.secret_hash.is_none() && client.auth_method.is_by_secret();
    client.foreign_secret.clone().filter(|_| is_used)
}

/// Reads the URLs that the operator wrote. Clients of earlier releases that an administrator
/// registered keep working: all of theirs (decision 96).
fn operator_urls(row: &clients::Model, reader: &RowReader<'_>) -> Result<Vec<String>> {
    if let Some(urls) = &row.operator_urls {
        return reader.column("operator_urls", urls.clone());
    }
    if row.registered_by != RegisteredBy::Administrator.as_str() {
        return Ok(Vec::new());
    }
    let mut urls: Vec<String> = reader.column("request_uris", row.request_uris.clone())?;
    urls.extend(row.jwks_uri.clone());
    urls.extend(row.backchannel_logout_uri.clone());
    Ok(urls)
}

/// Reads a column that is null in old rows.
fn json_or_default<T: DeserializeOwned + Default>(
    reader: &RowReader<'_>,
    column: &'static str,
    value: Option<&Json>,
) -> Result<T> {
    let value = value.map(|json| reader.json(column, &json.0));
    Ok(value.transpose()?.unwrap_or_default())
}

fn auth_method(row: &clients::Model, reader: &RowReader<'_>) -> Result<ClientAuth> {
    let method: ClientAuthMethod = reader.column("auth_method", row.auth_method.clone())?;
    if method.is_by_secret() && !row.auth_method_pinned {
        return Ok(ClientAuth::Secret);
    }
    Ok(ClientAuth::Only(method))
}

fn address(text: Option<&str>) -> Option<IpAddr> {
    text.and_then(|text| text.parse().ok())
}

impl From<&clients::Model> for SecretUses {
    fn from(row: &clients::Model) -> Self {
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

table! {
    client_logos(id: String) => Logo {
        client_id: String,
        png: Bytes,
        created_at: i64,
    }
}

table! {
    /// Own brands of clients and organizations.
    brands(id: String) {
        client_id: Option<String>,
        org: Option<String>,
        settings: Json,
        updated_at: i64,
    }
}

table! {
    brand_pictures(id: String) => BrandPicture {
        brand: String,
        png: Bytes,
        created_at: i64,
    }
}

table! {
    /// Own texts of the deployment, clients and organizations.
    own_texts(owner: String, language: String, key: String) {
        client_id: Option<String>,
        org: Option<String>,
        text: String,
        updated_at: i64,
    }
}

table! {
    /// The origins whose scripts may read the responses for a client.
    client_origins(origin: String, client_id: String) {}
}

table! {
    /// Dynamically registered clients and their metadata.
    client_registrations(client_id: String) => ClientRegistration {
        access_token_hash: Bytes,
        metadata: Json,
        seen_at: i64,
    }
    nested given: GivenScopes {
        given_delegated: String => delegated,
        given_own: String => own,
    }
}

table! {
    /// Initial access tokens for dynamic registration, by their hash.
    registration_tokens(id: Uuid) => RegistrationToken {
        hash: Bytes,
        note: String,
        uses_left: i64,
        created_by: Option<String>,
        created_at: i64,
        expires_at: i64,
    }
}

table! {
    scopes(name: String) => ScopeEntry {
        description: String,
        audience: Option<String>,
        created_at: i64,
    }
}

table! {
    /// The registry of resources (RFC 8707).
    resources(identifier: String) => Resource {
        name: String,
        token_type: String,
        token_signing_alg: String,
        access_token_ttl: Option<i64>,
        created_at: i64,
    }
    write |resource| {
        token_claims: Option<String> = Set(Some(resource.token_claims.names().join(" "))),
    }
    read |row, reader| {
        token_claims: match &row.token_claims {
            Some(names) => reader.read("token_claims", AskedClaims::parse(names))?,
            // Access tokens for resources of earlier releases keep their claims.
            None => AskedClaims::FORMER,
        },
    }
}

table! {
    custom_claims(id: String) => ClaimMapping {
        claim: String,
        client_id: Option<String>,
        source: Json,
        outputs: Json,
        scope: Option<String>,
        created_at: i64,
        updated_at: i64,
    }
    write |mapping| {
        path: Option<Json> = Set(match mapping.path.as_slice() {
            [] => None,
            _ => Some(mapping.path.write()?),
        }),
    }
    read |row, reader| {
        path: json_or_default(reader, "path", row.path.as_ref())?,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use doorward_domain::model::client_settings;
    use sea_orm::{IdenStatic as _, Iterable as _};

    use super::clients::Column;

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

table! {
    /// Applications behind a proxy.
    sites(id: Uuid) => Site {
        name: String,
        hosts: Json,
        rules: Json,
        headers: Json,
        settings: Json,
        version: i64,
        created_at: i64,
        updated_at: i64,
    }
}

table! {
    /// Settings of clients that speak SAML.
    saml_clients(client_id: String) => SamlClient {
        entity_id: String,
        settings: Json,
    }
}

table! {
    /// The sites by their hosts.
    site_hosts(host: String) {
        site_id: Uuid,
    }
}
