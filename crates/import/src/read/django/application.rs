//! Applications of django-oauth-toolkit.

use doorward_domain::model::ClientKind;
use doorward_domain::secret::Secret;
use doorward_protocol::token::GrantType;

use super::row::Row;
use crate::item::{Item, Kind, Note};
use crate::record::{ClientRecord, ClientSecret};

/// Returns true for the model of applications, which projects may replace.
pub fn is_application(row: &Row) -> bool {
    ["client_id", "client_type", "authorization_grant_type"]
        .iter()
        .all(|name| row.fields.contains_key(*name))
}

/// Converts an application, or returns the reason why it is skipped.
pub fn record(row: &Row) -> Result<ClientRecord, Item> {
    let id = row.text("client_id");
    let skip = |code, text: String| {
        let notes = vec![Note::new(code, text)];
        Err(Item::skipped(Kind::Client, id, row.text("name"), notes))
    };
    let kind = match row.text("client_type") {
        "public" => ClientKind::Public,
        _ => ClientKind::Confidential,
    };
    let mut record = ClientRecord::new(id.to_owned(), row.text("name").to_owned(), kind);
    let grant = match row.text("authorization_grant_type") {
        "authorization-code" => GrantType::AuthorizationCode,
        "client-credentials" => GrantType::ClientCredentials,
        "urn:ietf:params:oauth:grant-type:device_code" => GrantType::DeviceCode,
        "openid-hybrid" => {
            let text = "the hybrid flow is not supported: it gets the authorization code";
            record.notes.push(Note::new("hybrid_flow", text));
            GrantType::AuthorizationCode
        }
        "implicit" => {
            let text = "the implicit grant is not supported; use the authorization code";
            return skip("implicit_grant", text.to_owned());
        }
        "password" => {
            let text = "the password grant is not supported; use the authorization code";
            return skip("password_grant", text.to_owned());
        }
        other => return skip("grant", format!("the grant {other:?} is not supported")),
    };
    record.grant_types = vec![grant];
    if row.text("algorithm") == "HS256" {
        let text = "ID tokens were signed with HS256, here with RS256";
        record.notes.push(Note::new("algorithm", text));
    }
    let words = |name: &str| -> Vec<String> {
        let text = row.text(name).split_whitespace();
        text.map(str::to_owned).collect()
    };
    record.redirect_uris = words("redirect_uris");
    record.post_logout_redirect_uris = words("post_logout_redirect_uris");
    record.origins = words("allowed_origins");
    record.skips_consent = row.flag("skip_authorization") == Some(true);
    let secret = row.text("client_secret");
    if kind == ClientKind::Confidential && !secret.is_empty() {
        let is_hashed = row.flag("hash_client_secret") != Some(false) && secret.contains('$');
        let secret = Secret::new(secret.to_owned());
        record.secret = Some(if is_hashed {
            ClientSecret::Django(secret)
        } else {
            ClientSecret::Plain(secret)
        });
    }
    Ok(record)
}
