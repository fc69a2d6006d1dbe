//! Users of a realm.

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::model::UserId;
use doorward_domain::rules::profile::Field;
use doorward_domain::secret::Secret;
use serde::Deserialize;
use serde_json::Value;

use crate::item::Note;
use crate::record::{LinkRecord, PasswordRecord, TotpRecord, UserRecord};

/// The roles of a service account.
#[derive(Clone, Debug, Default)]
pub struct ServiceAccount {
    /// Names of realm roles.
    pub realm_roles: Vec<String>,
    /// Names of client roles, by client.
    pub client_roles: BTreeMap<String, Vec<String>>,
}

/// A user of an export.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct KeycloakUser {
    id: String,
    username: String,
    email: Option<String>,
    email_verified: bool,
    first_name: Option<String>,
    last_name: Option<String>,
    enabled: Option<bool>,
    created_timestamp: Option<i64>,
    credentials: Vec<Credential>,
    required_actions: Vec<String>,
    /// Names of realm roles.
    pub realm_roles: Vec<String>,
    /// Names of client roles, by client.
    pub client_roles: BTreeMap<String, Vec<String>>,
    groups: Vec<String>,
    federated_identities: Vec<FederatedIdentity>,
    federation_link: Option<String>,
    service_account_client_id: Option<String>,
    attributes: BTreeMap<String, Value>,
    client_consents: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Credential {
    r#type: String,
    secret_data: Option<Secret<String>>,
    #[serde(rename = "credentialData")]
    parameters: Option<String>,
    value: Option<Secret<String>>,
    hashed_salted_value: Option<Secret<String>>,
    temporary: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct FederatedIdentity {
    identity_provider: String,
    user_id: String,
    user_name: Option<String>,
}

/// The content of `credentialData` of an authenticator app.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct OtpData {
    sub_type: String,
    digits: u32,
    period: u32,
    algorithm: String,
    secret_encoding: Option<String>,
}

/// The attributes that are profile fields here.
const ATTRIBUTES: [(&str, Field); 20] = [
    ("locale", Field::Locale),
    ("phoneNumber", Field::PhoneNumber),
    ("phone_number", Field::PhoneNumber),
    ("zoneinfo", Field::Zoneinfo),
    ("nickname", Field::Nickname),
    ("middleName", Field::MiddleName),
    ("middle_name", Field::MiddleName),
    ("gender", Field::Gender),
    ("birthdate", Field::Birthdate),
    ("website", Field::Website),
    ("profile", Field::ProfileUrl),
    ("bio", Field::Bio),
    ("street", Field::StreetAddress),
    ("street_address", Field::StreetAddress),
    ("postal_code", Field::PostalCode),
    ("postalCode", Field::PostalCode),
    ("locality", Field::Locality),
    ("city", Field::Locality),
    ("region", Field::Region),
    ("country", Field::Country),
];

impl KeycloakUser {
    /// Returns the client of a service account, and its roles.
    pub fn service_account(&self) -> Option<(String, ServiceAccount)> {
        let client = self.service_account_client_id.clone()?;
        let account = ServiceAccount {
            realm_roles: self.realm_roles.clone(),
            client_roles: self.client_roles.clone(),
        };
        Some((client, account))
    }

    /// Converts the user, except the roles; `None` for a service account.
    pub fn record(self) -> Option<UserRecord> {
        if self.service_account_client_id.is_some() {
            return None;
        }
        let mut notes = Vec::new();
        let sub = UserId::parse(&self.id);
        if sub.is_none() {
            let text = "the id is no UUID: the user gets a new one";
            notes.push(Note::new("sub_changed", text));
        }
        if self.federation_link.is_some() {
            let text = "comes from a user storage provider: its password is not in the export";
            notes.push(Note::new("federated_storage", text));
        }
        if !self.client_consents.is_empty() {
            notes.push(Note::new("consents", "consents are not carried"));
        }
        let given = self.first_name.map(|text| (Field::GivenName, text));
        let family = self.last_name.map(|text| (Field::FamilyName, text));
        let mut record = UserRecord {
            old_id: self.id,
            sub,
            username: self.username,
            email: self.email.unwrap_or_default(),
            email_verified: self.email_verified,
            profile: given.into_iter().chain(family).collect(),
            disabled: self.enabled == Some(false),
            created_at: self.created_timestamp.map(|ms| ms / 1000),
            groups: self.groups.into_iter().collect::<BTreeSet<_>>(),
            ..UserRecord::default()
        };
        read_attributes(&self.attributes, &mut record, &mut notes);
        read_credentials(self.credentials, &mut record, &mut notes);
        read_actions(&self.required_actions, &mut record, &mut notes);
        let link = |one: FederatedIdentity| LinkRecord {
            provider: one.identity_provider,
            subject: one.user_id,
            label: one.user_name.unwrap_or_default(),
        };
        record.links = self.federated_identities.into_iter().map(link).collect();
        record.notes = notes;
        Some(record)
    }
}

/// Reads the required actions; only a new password can be required here.
fn read_actions(actions: &[String], record: &mut UserRecord, notes: &mut Vec<Note>) {
    for action in actions {
        match action.as_str() {
            "UPDATE_PASSWORD" => record.must_change_password = true,
            // Doorward asks for it anyway.
            "VERIFY_EMAIL" => record.email_verified = false,
            other => notes.push(Note::new(
                "required_action",
                format!("required action {other} is not carried"),
            )),
        }
    }
}

fn read_attributes(
    attributes: &BTreeMap<String, Value>,
    record: &mut UserRecord,
    notes: &mut Vec<Note>,
) {
    let mut others = Vec::new();
    for (name, value) in attributes {
        let text = match value {
            Value::Array(list) if list.len() == 1 => list[0].as_str(),
            value => value.as_str(),
        };
        let field = ATTRIBUTES.iter().find(|(known, _)| known == name);
        match (text, field) {
            (Some(text), Some((_, field))) => record.profile.push((*field, text.to_owned())),
            (Some(text), None) if name == "picture" && text.starts_with("https://") => {
                record.picture = Some(text.to_owned());
            }
            _ => others.push(name.as_str()),
        }
    }
    if !others.is_empty() {
        let text = format!("attributes are not carried: {}", others.join(", "));
        notes.push(Note::new("attributes", text));
    }
}

fn read_credentials(all: Vec<Credential>, record: &mut UserRecord, notes: &mut Vec<Note>) {
    let mut passkeys = 0;
    for one in all {
        match one.r#type.as_str() {
            "password" => {
                record.must_change_password |= one.temporary;
                if let (Some(secret_data), Some(credential_data)) =
                    (one.secret_data, one.parameters)
                {
                    record.password = Some(PasswordRecord::Keycloak {
                        secret_data,
                        credential_data,
                    });
                } else if let Some(value) = one.value {
                    record.password = Some(PasswordRecord::Plain(value));
                } else if one.hashed_salted_value.is_some() {
                    let text = "the password has the form of a Keycloak before version 8; \
                                export from a newer one";
                    notes.push(Note::new("password_format", text));
                }
            }
            "password-history" => {}
            "otp" | "totp" | "hotp" => read_otp(&one, record, notes),
            "webauthn" | "webauthn-passwordless" => passkeys += 1,
            "recovery-authn-codes" => {
                let text = "recovery codes are not carried: the user gets new ones";
                notes.push(Note::new("recovery_codes", text));
            }
            other => {
                let text = format!("credential of type {other} is not carried");
                notes.push(Note::new("credential", text));
            }
        }
    }
    if passkeys > 0 {
        let text = format!("{passkeys} passkeys hold for the old host: the user adds new ones");
        notes.push(Note::new("passkeys", text));
    }
}

/// Reads an authenticator app: the key is the text itself, unless it is marked as base32.
fn read_otp(one: &Credential, record: &mut UserRecord, notes: &mut Vec<Note>) {
    let data = one.parameters.as_deref().unwrap_or_default();
    let data: OtpData = serde_json::from_str(data).unwrap_or_default();
    if record.totp.is_some() {
        let text = "a second authenticator app is not carried: one for each user";
        notes.push(Note::new("totp_more", text));
        return;
    }
    let plain = data.sub_type == "totp"
        && data.digits == 6
        && data.period == 30
        && data.algorithm == "HmacSHA1";
    if !plain {
        notes.push(Note::new(
            "totp_form",
            format!(
                "authenticator app with {} {}, {} digits, {} s is not carried: the user sets up a \
                 new one",
                data.sub_type, data.algorithm, data.digits, data.period
            ),
        ));
        return;
    }
    let secret = one.secret_data.as_ref().map(Secret::expose);
    let secret = secret.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let value = secret.as_ref().and_then(|secret| secret["value"].as_str());
    let secret = value.and_then(|value| {
        if data.secret_encoding.as_deref() == Some("BASE32") {
            TotpSecret::from_base32(value)
        } else {
            TotpSecret::from_bytes(value.as_bytes())
        }
    });
    if let Some(secret) = secret {
        record.totp = Some(TotpRecord {
            secret,
            last_step: 0,
        });
    } else {
        let text = "the secret of the authenticator app has not 20 bytes: the user sets up a new \
                    one";
        notes.push(Note::new("totp_form", text));
    }
}
