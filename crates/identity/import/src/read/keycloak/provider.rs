//! Identity providers of a realm.

use doorward_domain::secret::Secret;
use doorward_rules::provider::Preset;

use crate::item::{Item, Kind, Note};
use crate::read::fields::Fields;
use crate::read::found::Findings;
use crate::record::ProviderRecord;

/// Converts an identity provider, or returns the reason why it is skipped.
pub fn record(entry: Fields<'_>) -> Result<ProviderRecord, Item> {
    let mut findings = Findings::default();
    let alias = findings.require(entry.text("alias")).unwrap_or_default();
    let name = findings.note(entry.text("displayName"));
    let id = findings.require(entry.text("providerId"));
    let trusts_email = findings.note(entry.flag("trustEmail")) == Some(true);
    let config = findings.require(entry.object("config"));
    let mut text = |name| findings.require(config.map_or(Ok(None), |config| config.secret(name)));
    let (issuer, client_id) = (text("issuer"), text("clientId"));
    let (secret, scopes) = (text("clientSecret"), text("defaultScope"));
    let mut notes = findings.finish(Kind::Provider, alias, alias)?;
    let preset = match id.unwrap_or_default() {
        "oidc" | "keycloak-oidc" => Some(Preset::Oidc),
        other => Preset::parse(other).filter(|one| *one != Preset::Oauth2),
    };
    if trusts_email {
        let text = "its e-mail addresses were trusted; decide with --trusts-email";
        notes.push(Note::new("trust_email", text));
    }
    let secret = secret.filter(|text| !text.contains("${") && !text.contains("***"));
    if secret.is_none() {
        let text = "the client secret is not in the export";
        notes.push(Note::new("no_secret", text));
    }
    let scopes = scopes.unwrap_or_default().split_whitespace();
    Ok(ProviderRecord {
        alias: alias.to_owned(),
        preset,
        name: name.map(str::to_owned),
        issuer: issuer.map(str::to_owned),
        client_id: client_id.unwrap_or_default().to_owned(),
        secret: secret.map(|secret| Secret::new(secret.to_owned())),
        scopes: scopes.map(str::to_owned).collect(),
        notes,
    })
}
