//! Clients of a realm.

use super::user::owned;
use crate::item::{Item, Kind, Note};
use crate::prelude::*;
use crate::read::fields::Fields;
use crate::read::found::Findings;
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

/// A client of an export, while it is read.
struct KeycloakClient<'a> {
    fields: Fields<'a>,
    attributes: Option<Fields<'a>>,
    findings: Findings,
}

/// Converts a client, or returns the reason why it is skipped.
pub fn record(fields: Fields<'_>) -> Result<ClientRecord, Item> {
    let mut findings = Findings::default();
    let id = findings
        .require(fields.text("clientId"))
        .unwrap_or_default();
    let name = findings.note(fields.text("name")).unwrap_or_default();
    let skip = |code, text: &str| Err(Item::rejected(Kind::Client, id, Note::new(code, text)));
    if BUILT_IN.contains(&id) {
        return skip("built_in", "belongs to Keycloak");
    }
    match findings.require(fields.text("protocol")) {
        None | Some("openid-connect") => {}
        Some("saml") => return skip("saml", "clients that speak SAML are not imported"),
        Some(_) => return skip("protocol", "its protocol is not supported"),
    }
    if findings.require(fields.flag("bearerOnly")) == Some(true) {
        return skip(
            "bearer_only",
            "takes tokens only: register a resource with `doorward resource create`",
        );
    }
    let kind = match findings.require(fields.flag("publicClient")) {
        Some(true) => ClientKind::Public,
        _ => ClientKind::Confidential,
    };
    let attributes = findings.require(fields.object("attributes"));
    let mut client = KeycloakClient {
        fields,
        attributes,
        findings,
    };
    let mut record = ClientRecord::new(id.to_owned(), name.to_owned(), kind);
    client.read_grants(&mut record);
    if kind == ClientKind::Confidential {
        client.read_authentication(&mut record)?;
    }
    client.read_attributes(&mut record);
    client.read_mappers();
    record.redirect_uris = client.texts("redirectUris");
    record.origins = client.texts("webOrigins");
    let root_url = client.findings.require(fields.text("rootUrl"));
    record.root_url = root_url.map(str::to_owned);
    record.skips_consent = !client.is_on("consentRequired");
    record.enabled = client.findings.require(fields.flag("enabled")) != Some(false);
    record.notes = client.findings.finish(Kind::Client, id, id)?;
    Ok(record)
}

impl<'a> KeycloakClient<'a> {
    fn is_on(&mut self, name: &str) -> bool {
        self.findings.require(self.fields.flag(name)) == Some(true)
    }

    fn texts(&mut self, name: &str) -> Vec<String> {
        owned(self.findings.require(self.fields.texts(name)))
    }

    fn attribute(&mut self, name: &str) -> Option<&'a str> {
        self.findings.require(self.attributes?.text(name))
    }

    fn is_set(&mut self, name: &str) -> bool {
        let found = self.attributes.map_or(Ok(None), |all| all.flag(name));
        self.findings.require(found) == Some(true)
    }

    fn read_grants(&mut self, record: &mut ClientRecord) {
        let has_code = self
            .findings
            .require(self.fields.flag("standardFlowEnabled"));
        let given = [
            (has_code != Some(false), GrantType::AuthorizationCode),
            (
                self.is_on("serviceAccountsEnabled"),
                GrantType::ClientCredentials,
            ),
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
                "implicitFlowEnabled",
                "implicit_grant",
                "the implicit grant",
            ),
            (
                "directAccessGrantsEnabled",
                "password_grant",
                "the password grant",
            ),
        ];
        for (name, code, what) in lost {
            if self.is_on(name) {
                let text = format!("{what} is not supported; use the authorization code");
                self.findings.add(code, text);
            }
        }
        if self.is_set("standard.token.exchange.enabled") {
            let text = "token exchange needs its resources: grant it with `doorward client update`";
            self.findings.add("token_exchange", text);
        }
    }

    fn read_authentication(&mut self, record: &mut ClientRecord) -> Result<(), Item> {
        let by = self.fields.text("clientAuthenticatorType");
        match self.findings.require(by) {
            None | Some("client-secret") => {
                let secret = self.findings.require(self.fields.secret("secret"));
                record.secret =
                    secret.map(|text| ClientSecret::Plain(Secret::new(text.to_owned())));
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
                let note = Note::new("authentication", text);
                return Err(Item::rejected(Kind::Client, &record.id, note));
            }
        }
        Ok(())
    }

    fn read_attributes(&mut self, record: &mut ClientRecord) {
        if let Some(uris) = self.attribute("post.logout.redirect.uris") {
            let uris = uris.split("##").filter(|uri| *uri != "-");
            record.post_logout_redirect_uris = uris.map(str::to_owned).collect();
        }
        match self.attribute("pkce.code.challenge.method") {
            Some("S256") => record.requires_pkce = true,
            Some(other) => {
                let text = format!("PKCE method {other} is not supported; S256 is");
                self.findings.add("pkce_method", text);
            }
            None => {}
        }
        let uri = self.attribute("backchannel.logout.url");
        record.backchannel_logout_uri = uri.map(str::to_owned);
        if self.is_on("frontchannelLogout") {
            let uri = self.attribute("frontchannel.logout.url");
            record.frontchannel_logout_uri = uri.map(str::to_owned);
        }
        record.requires_dpop = self.is_set("dpop.bound.access.tokens");
        record.requires_par = self.is_set("require.pushed.authorization.requests");
    }

    fn read_mappers(&mut self) {
        let mappers = self.findings.note(self.fields.list("protocolMappers"));
        let mappers = mappers.unwrap_or_default();
        let is_pairwise = |mapper: &&Value| {
            let name = mapper["protocolMapper"].as_str().unwrap_or_default();
            name.contains("pairwise")
        };
        if mappers.iter().any(|one| is_pairwise(&one)) {
            let text = "pairwise subjects change: the salt of Keycloak is not carried";
            self.findings.add("pairwise", text);
        }
        let others: Vec<_> = mappers
            .iter()
            .filter(|one| !is_pairwise(one))
            .filter_map(|mapper| mapper["name"].as_str())
            // Keycloak adds these to each service account.
            .filter(|name| !matches!(*name, "Client ID" | "Client IP Address" | "Client Host"))
            .collect();
        if !others.is_empty() {
            let text = format!("claim mappers are not carried: {}", others.join(", "));
            self.findings.add("mappers", text);
        }
    }
}
