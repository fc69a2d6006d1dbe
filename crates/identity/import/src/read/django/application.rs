//! Applications of django-oauth-toolkit.

use super::row::Row;
use crate::item::{Item, Kind, Note};
use crate::prelude::*;
use crate::read::found::{Findings, Unreadable};
use crate::record::{ClientRecord, ClientSecret};

/// Returns true for the model of applications, which projects may replace.
pub fn is_application(row: &Row) -> bool {
    ["client_id", "client_type", "authorization_grant_type"]
        .iter()
        .all(|name| row.fields.contains_key(*name))
}

/// Converts an application, or returns the reason why it is skipped.
pub fn record(row: &Row) -> Result<ClientRecord, Item> {
    let fields = row.fields();
    let mut findings = Findings::default();
    let mut text = |name| findings.require(fields.text(name)).unwrap_or_default();
    let (id, name) = (text("client_id"), text("name"));
    let (client_type, grant) = (text("client_type"), text("authorization_grant_type"));
    let algorithm = text("algorithm");
    let uris = [
        "redirect_uris",
        "post_logout_redirect_uris",
        "allowed_origins",
    ]
    .map(|name| {
        let words = text(name).split_whitespace();
        words.map(str::to_owned).collect()
    });
    let kind = match client_type {
        "public" => ClientKind::Public,
        "" | "confidential" => ClientKind::Confidential,
        other => {
            let expected = "public or confidential";
            let wrong = Unreadable::new("client_type", other, expected);
            findings
                .require(Err(wrong))
                .unwrap_or(ClientKind::Confidential)
        }
    };
    let secret = findings.require(fields.secret("client_secret"));
    let is_hashed = findings.require(fields.flag("hash_client_secret")) != Some(false);
    let skips_consent = findings.note(fields.flag("skip_authorization")) == Some(true);
    let notes = findings.finish(Kind::Client, id, name)?;
    let mut record = ClientRecord::new(id.to_owned(), name.to_owned(), kind);
    record.notes = notes;
    record.grant_types = vec![self::grant(grant, &mut record.notes).map_err(|note| {
        let notes = record.notes.iter().cloned().chain([note]).collect();
        Item::skipped(Kind::Client, id, name, notes)
    })?];
    if algorithm == "HS256" {
        let text = "ID tokens were signed with HS256, here with RS256";
        record.notes.push(Note::new("algorithm", text));
    }
    [
        record.redirect_uris,
        record.post_logout_redirect_uris,
        record.origins,
    ] = uris;
    record.skips_consent = skips_consent;
    if kind == ClientKind::Confidential
        && let Some(text) = secret
    {
        let secret = Secret::new(text.to_owned());
        record.secret = Some(if is_hashed && text.contains('$') {
            ClientSecret::Django(secret)
        } else {
            ClientSecret::Plain(secret)
        });
    }
    Ok(record)
}

/// Returns the grant type of a grant, or the reason why there is none.
fn grant(grant: &str, notes: &mut Vec<Note>) -> Result<GrantType, Note> {
    match grant {
        "authorization-code" => Ok(GrantType::AuthorizationCode),
        "client-credentials" => Ok(GrantType::ClientCredentials),
        "urn:ietf:params:oauth:grant-type:device_code" => Ok(GrantType::DeviceCode),
        "openid-hybrid" => {
            let text = "the hybrid flow is not supported: it gets the authorization code";
            notes.push(Note::new("hybrid_flow", text));
            Ok(GrantType::AuthorizationCode)
        }
        "implicit" => Err(Note::new(
            "implicit_grant",
            "the implicit grant is not supported; use the authorization code",
        )),
        "password" => Err(Note::new(
            "password_grant",
            "the password grant is not supported; use the authorization code",
        )),
        other => Err(Note::new(
            "grant",
            format!("the grant {other:?} is not supported"),
        )),
    }
}
