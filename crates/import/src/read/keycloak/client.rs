//! Clients of a realm.

use std::collections::BTreeMap;

use doorward_domain::model::ClientKind;
use doorward_domain::secret::Secret;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::token::GrantType;
use serde::Deserialize;
use serde_json::Value;

use crate::item::{Item, Kind, Note};
use crate::record::{ClientRecord, ClientSecret};

/// The clients that every realm has.
pub const BUILT_IN: [&str; 6] = [
    "account",
    "account-console",
    "admin-cli",
    "broker",
    "realm-management",
    "security-admin-console",
];

/// A client of an export.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a member of the export"
)]
pub struct KeycloakClient {
    client_id: String,
    name: Option<String>,
    root_url: Option<String>,
    enabled: bool,
    client_authenticator_type: Option<String>,
    secret: Option<Secret<String>>,
    redirect_uris: Vec<String>,
    web_origins: Vec<String>,
    bearer_only: bool,
    consent_required: bool,
    standard_flow_enabled: bool,
    implicit_flow_enabled: bool,
    direct_access_grants_enabled: bool,
    service_accounts_enabled: bool,
    public_client: bool,
    frontchannel_logout: bool,
    protocol: Option<String>,
    attributes: BTreeMap<String, Value>,
    protocol_mappers: Vec<Value>,
}

impl Default for KeycloakClient {
    fn default() -> Self {
        Self {
            client_id: String::new(),
            name: None,
            root_url: None,
            enabled: true,
            client_authenticator_type: None,
            secret: None,
            redirect_uris: Vec::new(),
            web_origins: Vec::new(),
            bearer_only: false,
            consent_required: false,
            standard_flow_enabled: true,
            implicit_flow_enabled: false,
            direct_access_grants_enabled: false,
            service_accounts_enabled: false,
            public_client: false,
            frontchannel_logout: false,
            protocol: None,
            attributes: BTreeMap::new(),
            protocol_mappers: Vec::new(),
        }
    }
}

impl KeycloakClient {
    fn attribute(&self, name: &str) -> Option<&str> {
        let value = self.attributes.get(name)?.as_str()?;
        (!value.is_empty()).then_some(value)
    }

    fn is_set(&self, name: &str) -> bool {
        self.attribute(name) == Some("true")
    }

    /// Converts the client, or returns the reason why it is skipped.
    pub fn record(self) -> Result<ClientRecord, Item> {
        let id = self.client_id.as_str();
        let skip = |code, text: &str| {
            let notes = vec![Note::new(code, text)];
            Err(Item::skipped(Kind::Client, id, id, notes))
        };
        if BUILT_IN.contains(&id) {
            return skip("built_in", "belongs to Keycloak");
        }
        match self.protocol.as_deref() {
            None | Some("openid-connect") => {}
            Some("saml") => return skip("saml", "SAML is not supported"),
            Some(_) => return skip("protocol", "its protocol is not supported"),
        }
        if self.bearer_only {
            return skip(
                "bearer_only",
                "takes tokens only: register a resource with `doorward resource add`",
            );
        }
        let kind = if self.public_client {
            ClientKind::Public
        } else {
            ClientKind::Confidential
        };
        let mut record = ClientRecord::new(
            self.client_id.clone(),
            self.name.clone().unwrap_or_default(),
            kind,
        );
        self.read_grants(&mut record);
        if kind == ClientKind::Confidential {
            self.read_authentication(&mut record)?;
        }
        self.read_attributes(&mut record);
        record.redirect_uris = self.redirect_uris;
        record.root_url = self.root_url;
        record.origins = self.web_origins;
        record.skips_consent = !self.consent_required;
        record.enabled = self.enabled;
        Ok(record)
    }

    fn read_grants(&self, record: &mut ClientRecord) {
        let given = [
            (self.standard_flow_enabled, GrantType::AuthorizationCode),
            (self.service_accounts_enabled, GrantType::ClientCredentials),
            (
                self.is_set("oauth2.device.authorization.grant.enabled"),
                GrantType::DeviceCode,
            ),
            (self.is_set("oidc.ciba.grant.enabled"), GrantType::Ciba),
        ];
        let held = given.into_iter().filter(|(is_given, _)| *is_given);
        record.grant_types = held.map(|(_, grant)| grant).collect();
        let lost = [
            (
                self.implicit_flow_enabled,
                "implicit_grant",
                "the implicit grant",
            ),
            (
                self.direct_access_grants_enabled,
                "password_grant",
                "the password grant",
            ),
        ];
        for (_, code, what) in lost.into_iter().filter(|(is_given, ..)| *is_given) {
            let text = format!("{what} is not supported; use the authorization code");
            record.notes.push(Note::new(code, text));
        }
        if self.is_set("standard.token.exchange.enabled") {
            let text = "token exchange needs its resources: grant it with `doorward client update`";
            record.notes.push(Note::new("token_exchange", text));
        }
    }

    fn read_authentication(&self, record: &mut ClientRecord) -> Result<(), Item> {
        match self.client_authenticator_type.as_deref() {
            None | Some("client-secret") => {
                record.secret = self.secret.clone().map(ClientSecret::Plain);
            }
            Some("client-jwt") => {
                record.auth_method = Some(ClientAuthMethod::PrivateKeyJwt);
                if self.is_set("use.jwks.string") {
                    record.jwks = self.attribute("jwks.string").map(str::to_owned);
                } else {
                    record.jwks_uri = self.attribute("jwks.url").map(str::to_owned);
                }
            }
            Some(other) => {
                let text = format!("client authentication by {other} is not carried");
                let notes = vec![Note::new("authentication", text)];
                let id = &self.client_id;
                return Err(Item::skipped(Kind::Client, id, id, notes));
            }
        }
        Ok(())
    }

    fn read_attributes(&self, record: &mut ClientRecord) {
        if let Some(uris) = self.attribute("post.logout.redirect.uris") {
            let uris = uris.split("##").filter(|uri| *uri != "-");
            record.post_logout_redirect_uris = uris.map(str::to_owned).collect();
        }
        match self.attribute("pkce.code.challenge.method") {
            Some("S256") => record.requires_pkce = true,
            Some(other) => {
                let text = format!("PKCE method {other} is not supported; S256 is");
                record.notes.push(Note::new("pkce_method", text));
            }
            None => {}
        }
        let text = |name: &str| self.attribute(name).map(str::to_owned);
        record.backchannel_logout_uri = text("backchannel.logout.url");
        if self.frontchannel_logout {
            record.frontchannel_logout_uri = text("frontchannel.logout.url");
        }
        record.requires_dpop = self.is_set("dpop.bound.access.tokens");
        record.requires_par = self.is_set("require.pushed.authorization.requests");
        let is_pairwise = |mapper: &&Value| {
            let name = mapper["protocolMapper"].as_str().unwrap_or_default();
            name.contains("pairwise")
        };
        if self.protocol_mappers.iter().any(|one| is_pairwise(&one)) {
            let text = "pairwise subjects change: the salt of Keycloak is not carried";
            record.notes.push(Note::new("pairwise", text));
        }
        let others: Vec<_> = self
            .protocol_mappers
            .iter()
            .filter(|one| !is_pairwise(one))
            .filter_map(|mapper| mapper["name"].as_str())
            // Keycloak adds these to each service account.
            .filter(|name| !matches!(*name, "Client ID" | "Client IP Address" | "Client Host"))
            .collect();
        if !others.is_empty() {
            let text = format!("claim mappers are not carried: {}", others.join(", "));
            record.notes.push(Note::new("mappers", text));
        }
    }
}
