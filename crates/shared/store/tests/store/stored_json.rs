//! Stored JSON stays readable: each column with samples as released versions wrote them, read by the type of
//! its model and written again.

use std::path::Path;

use doorward_domain::model::saml_client::SamlClient;
use doorward_domain::model::signals::SignalStream;
use doorward_domain::model::{
    ApiKey, BulkChange, ClaimMapping, Client, ClientRegistration, Consent, DenialRecord,
    DeviceRequest, FactorCampaign, FederatedSignUp, Grant, Interaction, Invitation, LinkedAccount,
    MonthlyReport, ProfileField, Provider, PushedRequest, Session, SignInAttempt, Site, User,
    UserId,
};
use doorward_rules::own_brand::OwnBrand;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

const SAMPLES: &str = include_str!("golden/stored_json.txt");

/// Returns the columns and values of the samples.
fn samples() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = SAMPLES.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').expect("a column and a value"))
}

/// Reads a value with the type of a member, and writes it again.
fn again<M, T: Serialize + DeserializeOwned>(_: fn(&M) -> &T, text: &str) -> Result<Value, String> {
    let read: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    serde_json::to_value(&read).map_err(|error| error.to_string())
}

/// Reads and writes the value of a column; `None` for an unknown column.
fn rewrite(column: &str, text: &str) -> Option<Result<Value, String>> {
    of_registration(column, text)
        .or_else(|| of_authorization(column, text))
        .or_else(|| of_account(column, text))
}

fn of_registration(column: &str, text: &str) -> Option<Result<Value, String>> {
    Some(match column {
        "brands.settings" => again(|brand: &OwnBrand| brand, text),
        "client_registrations.metadata" => again(|one: &ClientRegistration| &one.metadata, text),
        "clients.allowed_origins" => again(|client: &Client| &client.allowed_origins, text),
        "clients.authorization_details_types" => {
            again(|client: &Client| &client.authorization_details_types, text)
        }
        "clients.certificate_subject" => again(|client: &Client| &client.certificate_subject, text),
        "clients.consent_terms" => again(|client: &Client| &client.consent, text),
        "clients.default_acr_values" => again(|client: &Client| &client.default_acr_values, text),
        "clients.grant_types" => again(|client: &Client| &client.grant_types, text),
        "clients.operator_urls" => again(|client: &Client| &client.operator_urls, text),
        "clients.post_logout_redirect_uris" => {
            again(|client: &Client| &client.post_logout_redirect_uris, text)
        }
        "clients.redirect_uris" => again(|client: &Client| &client.redirect_uris, text),
        "clients.request_uris" => again(|client: &Client| &client.request_uris, text),
        "clients.response_modes" => again(|client: &Client| &client.response_modes, text),
        "clients.serves" => again(|client: &Client| &client.serves, text),
        "clients.token_exchange" => again(|client: &Client| &client.exchange, text),
        "custom_claims.outputs" => again(|mapping: &ClaimMapping| &mapping.outputs, text),
        "custom_claims.path" => again(|mapping: &ClaimMapping| &mapping.path, text),
        "custom_claims.source" => again(|mapping: &ClaimMapping| &mapping.source, text),
        "providers.operator_urls" => again(|provider: &Provider| &provider.operator_urls, text),
        "providers.settings" => again(|provider: &Provider| &provider.settings, text),
        "saml_clients.settings" => again(|saml: &SamlClient| &saml.settings, text),
        "signal_streams.settings" => again(|stream: &SignalStream| &stream.settings, text),
        "sites.headers" => again(|site: &Site| &site.headers, text),
        "sites.hosts" => again(|site: &Site| &site.hosts, text),
        "sites.rules" => again(|site: &Site| &site.rules, text),
        "sites.settings" => again(|site: &Site| &site.settings, text),
        _ => return None,
    })
}

fn of_authorization(column: &str, text: &str) -> Option<Result<Value, String>> {
    Some(match column {
        "consents.authorization_details" => {
            again(|consent: &Consent| &consent.authorization_details, text)
        }
        "consents.resources" => again(|consent: &Consent| &consent.resources, text),
        "device_requests.authorization_details" => again(
            |request: &DeviceRequest| &request.authorization_details,
            text,
        ),
        "device_requests.resources" => again(|request: &DeviceRequest| &request.resources, text),
        "grants.amr" => again(|grant: &Grant| &grant.authentication.amr, text),
        "grants.authorization_details" => again(|grant: &Grant| &grant.authorization_details, text),
        "grants.claims" => again(|grant: &Grant| &grant.claims, text),
        "grants.resources" => again(|grant: &Grant| &grant.resources, text),
        "interactions.request" => again(|interaction: &Interaction| &interaction.request, text),
        "pushed_requests.params" => again(|request: &PushedRequest| &request.params, text),
        "sessions.amr" => again(|session: &Session| &session.authentication.amr, text),
        _ => return None,
    })
}

fn of_account(column: &str, text: &str) -> Option<Result<Value, String>> {
    Some(match column {
        "api_keys.networks" => again(|key: &ApiKey| &key.networks, text),
        "attempts.detail" => again(|attempt: &SignInAttempt| &attempt.detail, text),
        "audit_events.detail" => again(|detail: &Map<String, Value>| detail, text),
        "bulk_changes.email_domains" => again(|change: &BulkChange| &change.email_domains, text),
        "bulk_changes.users" => again(|users: &Vec<UserId>| users, text),
        "factor_campaigns.reminders" => again(|one: &FactorCampaign| &one.reminders, text),
        "invitations.access" => again(|invitation: &Invitation| &invitation.access, text),
        "linked_accounts.roles" => again(|account: &LinkedAccount| &account.roles, text),
        "monthly_reports.apps" => again(|report: &MonthlyReport| &report.apps, text),
        "monthly_reports.figures" => again(|report: &MonthlyReport| &report.figures, text),
        "newcomers.identity" => again(|new: &FederatedSignUp| &new.identity, text),
        "profile_fields.kind" => again(|field: &ProfileField| &field.kind, text),
        "refusals.detail" => again(|denial: &DenialRecord| &denial.detail, text),
        "users.profile" => again(|user: &User| &user.profile, text),
        _ => return None,
    })
}

/// Returns true if a value has all members of a sample. A later version may write more.
fn includes(value: &Value, sample: &Value) -> bool {
    match (value, sample) {
        (Value::Object(value), Value::Object(sample)) => sample
            .iter()
            .all(|(name, sample)| value.get(name).is_some_and(|value| includes(value, sample))),
        (Value::Array(value), Value::Array(sample)) => {
            value.len() == sample.len()
                && value
                    .iter()
                    .zip(sample)
                    .all(|(value, sample)| includes(value, sample))
        }
        _ => value == sample,
    }
}

#[test]
fn stored_json_is_read_and_written_like_before() {
    let mut wrong = Vec::new();
    for (column, text) in samples() {
        let sample: Value = serde_json::from_str(text).unwrap();
        match rewrite(column, text) {
            None => wrong.push(format!("{column}: name its type in this test")),
            Some(Err(error)) => wrong.push(format!("{column}: {text} is not read: {error}")),
            Some(Ok(written)) if !includes(&written, &sample) => {
                wrong.push(format!("{column}: {text} becomes {written}"));
            }
            Some(Ok(_)) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the columns with JSON, from the source of the tables.
fn json_columns() -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../database/src/entity");
    let mut columns = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let mut table = "";
        for line in source.lines() {
            let name = line.strip_prefix("    ").unwrap_or_default();
            let is_name = |name: &str| {
                !name.is_empty()
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            };
            if let Some((name, _)) = name.split_once('(')
                && is_name(name)
                && line.contains(": ")
            {
                table = name;
            }
            if let Some((name, kind)) = line.trim().split_once(": ")
                && is_name(name)
                && (kind.starts_with("Json") || kind.starts_with("Option<Json>"))
            {
                columns.push(format!("{table}.{name}"));
            }
        }
    }
    columns
}

#[test]
fn every_json_column_has_sample() {
    let columns = json_columns();
    assert!(columns.len() > 35, "{columns:?}");
    let is_missing = |column: &&String| samples().all(|(known, _)| known != column.as_str());
    let missing: Vec<_> = columns.iter().filter(is_missing).collect();
    assert!(
        missing.is_empty(),
        "add samples to golden/stored_json.txt: {missing:?}"
    );
    for (known, _) in samples() {
        let is_there = columns.iter().any(|column| column == known);
        assert!(is_there, "{known} is no column with JSON");
    }
}
