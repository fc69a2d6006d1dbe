//! Users of a realm.

use crate::item::Note;
use crate::prelude::*;
use crate::read::fields::Fields;
use crate::read::found::{Findings, Found, Unreadable};
use crate::record::{LinkRecord, PasswordRecord, TotpRecord, UserRecord};

/// The roles of a user; those of a service account are its client's.
#[derive(Clone, Debug, Default)]
pub struct HeldRoles {
    pub realm_roles: Vec<String>,
    pub client_roles: BTreeMap<String, Vec<String>>,
    /// Notes on names that cannot be read.
    pub notes: Vec<Note>,
}

pub struct KeycloakUser(Map<String, Value>);

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
    /// Takes an element of the list of users; `None` if it is no object.
    pub fn new(value: Value) -> Option<Self> {
        match value {
            Value::Object(members) => Some(Self(members)),
            _ => None,
        }
    }

    const fn fields(&self) -> Fields<'_> {
        Fields(&self.0)
    }

    pub fn roles(&self, findings: &mut Findings) -> HeldRoles {
        held_roles(self.fields(), findings)
    }

    pub fn service_account(&self) -> Found<&str> {
        self.fields().text("serviceAccountClientId")
    }

    /// Converts the user, except the roles.
    pub fn record(&self, findings: &mut Findings) -> UserRecord {
        let fields = self.fields();
        findings.require(self.service_account());
        let old_id = findings.require(fields.text("id")).unwrap_or_default();
        let sub = UserId::parse(old_id);
        if sub.is_none() {
            let text = "the id is no UUID: the user gets a new one";
            findings.add("sub_changed", text);
        }
        if !matches!(fields.text("federationLink"), Ok(None)) {
            let text = "comes from a user storage provider: its password is not in the export";
            findings.add("federated_storage", text);
        }
        if !matches!(fields.list("clientConsents"), Ok(None | Some([]))) {
            findings.add("consents", "consents are not carried");
        }
        let mut text = |name| {
            let text = findings.require(fields.text(name));
            text.unwrap_or_default().to_owned()
        };
        let (username, email) = (text("username"), text("email"));
        let names = [
            (Field::GivenName, "firstName"),
            (Field::FamilyName, "lastName"),
        ];
        let profile = names.into_iter().filter_map(|(field, name)| {
            let text = findings.note(fields.text(name))?;
            Some((field, text.to_owned()))
        });
        let mut record = UserRecord {
            old_id: old_id.to_owned(),
            sub,
            username,
            email,
            profile: profile.collect(),
            email_verified: findings.require(fields.flag("emailVerified")),
            disabled: findings.require(fields.flag("enabled")) == Some(false),
            // The account needs a time, and no other one is right.
            created_at: findings
                .require(fields.number("createdTimestamp"))
                .map(|ms| ms / 1000),
            groups: owned(findings.require(fields.texts("groups")))
                .into_iter()
                .collect(),
            ..UserRecord::default()
        };
        self.read_attributes(&mut record, findings);
        self.read_credentials(&mut record, findings);
        self.read_actions(&mut record, findings);
        self.read_links(&mut record, findings);
        record
    }

    /// Reads the required actions; only a new password can be required here.
    fn read_actions(&self, record: &mut UserRecord, findings: &mut Findings) {
        let actions = findings.require(self.fields().texts("requiredActions"));
        for action in actions.unwrap_or_default() {
            match action.to_ascii_uppercase().as_str() {
                "UPDATE_PASSWORD" => record.must_change_password = true,
                // Doorward asks for it anyway.
                "VERIFY_EMAIL" => record.email_verified = Some(false),
                _ => {
                    let text = format!("required action {action} is not carried");
                    findings.add("required_action", text);
                }
            }
        }
    }

    fn read_links(&self, record: &mut UserRecord, findings: &mut Findings) {
        let list = findings.note(self.fields().list("federatedIdentities"));
        for value in list.unwrap_or_default() {
            let Some(link) = value.as_object().map(Fields) else {
                let wrong = Unreadable::json("federatedIdentities", value, "objects");
                findings.note::<()>(Err(wrong));
                continue;
            };
            let mut text = |name| {
                let text = findings.note(link.text(name));
                text.unwrap_or_default().to_owned()
            };
            record.links.push(LinkRecord {
                provider: text("identityProvider"),
                subject: text("userId"),
                label: text("userName"),
            });
        }
    }

    fn read_attributes(&self, record: &mut UserRecord, findings: &mut Findings) {
        let Some(attributes) = findings.note(self.fields().object("attributes")) else {
            return;
        };
        let mut others = Vec::new();
        for (name, value) in attributes.0 {
            let text = match value {
                Value::Null => continue,
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
            findings.add("attributes", text);
        }
    }

    fn read_credentials(&self, record: &mut UserRecord, findings: &mut Findings) {
        let list = self.fields().list("credentials");
        let list = findings.require(list.map_err(Unreadable::without_value));
        let mut passkeys = 0;
        for value in list.unwrap_or_default() {
            let Some(one) = value.as_object().map(Fields) else {
                let wrong = Unreadable::json("credentials", value, "objects");
                findings.note::<()>(Err(wrong.without_value()));
                continue;
            };
            match findings.note(one.text("type")).unwrap_or_default() {
                "password" => read_password(one, record, findings),
                "password-history" => {}
                "otp" | "totp" | "hotp" => read_otp(one, record, findings),
                "webauthn" | "webauthn-passwordless" => passkeys += 1,
                "recovery-authn-codes" => {
                    let text = "recovery codes are not carried: the user gets new ones";
                    findings.add("recovery_codes", text);
                }
                other => {
                    let text = format!("credential of type {other} is not carried");
                    findings.add("credential", text);
                }
            }
        }
        if passkeys > 0 {
            let text = format!("{passkeys} passkeys hold for the old host: the user adds new ones");
            findings.add("passkeys", text);
        }
    }
}

/// Returns the roles of a user or group. An unreadable list rejects it.
pub fn held_roles(fields: Fields<'_>, findings: &mut Findings) -> HeldRoles {
    let realm_roles = findings.require(fields.texts("realmRoles"));
    let client_roles = findings.require(fields.grouped_texts("clientRoles"));
    HeldRoles {
        realm_roles: owned(realm_roles),
        client_roles: client_roles.unwrap_or_default(),
        notes: Vec::new(),
    }
}

/// Returns a list of texts as values of their own.
pub fn owned(texts: Option<Vec<&str>>) -> Vec<String> {
    let texts = texts.unwrap_or_default().into_iter();
    texts.map(str::to_owned).collect()
}

fn read_password(one: Fields<'_>, record: &mut UserRecord, findings: &mut Findings) {
    let mut secret = |name| findings.note(one.secret(name));
    let form = (secret("secretData"), secret("credentialData"));
    let (plain, old) = (secret("value"), secret("hashedSaltedValue"));
    record.must_change_password |= findings.require(one.flag("temporary")) == Some(true);
    if let (Some(secret_data), Some(credential_data)) = form {
        record.password = Some(PasswordRecord::Keycloak {
            secret_data: Secret::new(secret_data.to_owned()),
            credential_data: credential_data.to_owned(),
        });
    } else if let Some(value) = plain {
        record.password = Some(PasswordRecord::Plain(Secret::new(value.to_owned())));
    } else if old.is_some() {
        let text = "the password has the form of a Keycloak before version 8; export from a newer \
                    one";
        findings.add("password_format", text);
    }
}

/// Reads an authenticator app: the key is the text itself, unless it is marked as base32.
fn read_otp(one: Fields<'_>, record: &mut UserRecord, findings: &mut Findings) {
    if record.totp.is_some() {
        let text = "a second authenticator app is not carried: one for each user";
        findings.add("totp_more", text);
        return;
    }
    // Anything that cannot be read is another form.
    let object = |name: &str| one.json(name).ok().flatten().unwrap_or_default();
    let (data, secret) = (object("credentialData"), object("secretData"));
    let [kind, algorithm] = ["subType", "algorithm"].map(|name| data[name].as_str());
    let [digits, period] = ["digits", "period"].map(|name| data[name].as_u64());
    let form = (kind, algorithm, digits, period);
    if form != (Some("totp"), Some("HmacSHA1"), Some(6), Some(30)) {
        let [kind, algorithm] = [kind, algorithm].map(Option::unwrap_or_default);
        let [digits, period] = [digits, period].map(Option::unwrap_or_default);
        let text = format!(
            "authenticator app with {kind} {algorithm}, {digits} digits, {period} s is not carried: \
             the user sets up a new one"
        );
        findings.add("totp_form", text);
        return;
    }
    let secret = secret["value"].as_str().and_then(|value| {
        if data["secretEncoding"].as_str() == Some("BASE32") {
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
        findings.add("totp_form", text);
    }
}
