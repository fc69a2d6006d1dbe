//! The settings of an identity provider that an administrator changes, and the effects of a change.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::client_change::Effect;
use doorward_domain::model::{OauthEndpoints, Provider, SecretSigner};

use ProviderPart::{Claims, Connection, Requests, Trust};

/// The part of a provider that a setting belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProviderPart {
    /// Name and addresses.
    Connection,
    /// The members of the authorization request to the provider.
    Requests,
    /// Trusted statements of the provider, and the roles that it gives.
    Trust,
    Claims,
}

#[derive(Clone, Copy, Debug)]
pub struct ProviderSetting {
    /// The member of the admin API, as a path, which identifies the setting.
    pub member: &'static str,
    pub part: ProviderPart,
    /// Returns the value: a text, a flag or a list, in which an entry of a map is `name=value`. `None`
    /// if such a provider has no such setting.
    pub value: fn(&Provider) -> Option<Value>,
    /// Returns true if the second value protects less than the first.
    weakens: fn(&Provider, &Provider) -> bool,
}

impl ProviderSetting {
    /// Returns true if an administrator reviews a change of the setting before it is stored.
    pub fn is_reviewed(&self) -> bool {
        self.member != "name"
    }

    /// Returns true for a map, whose value is a list of `name=value`.
    pub fn is_map(&self) -> bool {
        matches!(self.member, "authorization_parameters" | "roles")
    }

    /// Splits an entry of a map. The name of a parameter contains no `=`, nor does that of a role here.
    pub fn split_entry<'t>(&self, entry: &'t str) -> Option<(&'t str, &'t str)> {
        if self.member == "roles" {
            entry.rsplit_once('=')
        } else {
            entry.split_once('=')
        }
    }

    /// Returns a value of the setting as the member of the admin API has it; null for an absent one.
    pub fn member_value(&self, value: &Value) -> Value {
        match value {
            Value::Array(entries) if self.is_map() => {
                let entries = entries.iter().filter_map(Value::as_str);
                let entries = entries.filter_map(|entry| self.split_entry(entry));
                let members = entries.map(|(name, value)| (name.to_owned(), json!(value)));
                Value::Object(members.collect())
            }
            Value::String(text) if text.is_empty() && self.member == "endpoints.emails" => {
                Value::Null
            }
            value => value.clone(),
        }
    }
}

const fn rule(
    member: &'static str,
    part: ProviderPart,
    value: fn(&Provider) -> Option<Value>,
    weakens: fn(&Provider, &Provider) -> bool,
) -> ProviderSetting {
    ProviderSetting {
        member,
        part,
        value,
        weakens,
    }
}

/// Returns a setting of which no value protects less than another.
const fn plain(
    member: &'static str,
    part: ProviderPart,
    value: fn(&Provider) -> Option<Value>,
) -> ProviderSetting {
    rule(member, part, value, never)
}

const fn never(_: &Provider, _: &Provider) -> bool {
    false
}

/// A setting that is a member of the provider, of which no value protects less than another.
macro_rules! member {
    ($member:literal, $part:ident, $($field:ident).+) => {
        plain($member, $part, |it| Some(json!(it.$($field).+)))
    };
}

/// A setting that protects less if it is true.
macro_rules! trust {
    ($member:literal, $field:ident) => {
        rule(
            $member,
            Trust,
            |it| Some(json!(it.settings.$field)),
            |_, after| after.settings.$field,
        )
    };
}

/// A setting of a provider with metadata that protects less if it is false.
macro_rules! safeguard {
    ($member:literal, $part:ident, $field:ident) => {
        rule(
            $member,
            $part,
            |it| it.is_oidc().then(|| json!(it.settings.$field)),
            |_, after| !after.settings.$field,
        )
    };
}

/// Every setting, in the order of a form.
pub static SETTINGS: [ProviderSetting; 31] = [
    member!("name", Connection, name),
    member!("issuer", Connection, issuer),
    member!("client_id", Connection, client_id),
    plain("secret_signer.team_id", Connection, |it| {
        signer(it, |signer| &signer.team_id)
    }),
    plain("secret_signer.key_id", Connection, |it| {
        signer(it, |signer| &signer.key_id)
    }),
    rule(
        "client_auth",
        Connection,
        |it| it.is_oidc().then(|| json!(it.settings.client_auth)),
        |_, after| !after.signs_assertions(),
    ),
    plain("endpoints.authorization", Connection, |it| {
        endpoint(it, |endpoints| Some(&endpoints.authorization))
    }),
    plain("endpoints.token", Connection, |it| {
        endpoint(it, |endpoints| Some(&endpoints.token))
    }),
    plain("endpoints.userinfo", Connection, |it| {
        endpoint(it, |endpoints| Some(&endpoints.userinfo))
    }),
    plain("endpoints.emails", Connection, |it| {
        endpoint(it, |endpoints| endpoints.emails.as_ref())
    }),
    member!("scopes", Requests, settings.scopes),
    plain("authorization_parameters", Requests, |it| {
        Some(entries(&it.settings.authorization_parameters))
    }),
    member!("form_post", Requests, settings.form_post),
    safeguard!("pushed_requests", Requests, pushed_requests),
    safeguard!("dpop", Requests, dpop),
    safeguard!("signals", Trust, signals),
    trust!("trusts_email", trusts_email),
    trust!("links_by_email", links_by_email),
    trust!("registers", registers),
    // Only ID tokens contain the statement.
    rule(
        "trusts_mfa",
        Trust,
        |it| it.is_oidc().then(|| json!(it.settings.trusts_mfa)),
        |_, after| after.settings.trusts_mfa,
    ),
    // Plain OAuth has no ID tokens.
    rule(
        "audiences",
        Trust,
        |it| it.is_oidc().then(|| json!(it.settings.audiences)),
        |before, after| {
            let known = &before.settings.audiences;
            let mut audiences = after.settings.audiences.iter();
            audiences.any(|name| !known.contains(name))
        },
    ),
    rule(
        "nonce",
        Trust,
        |it| it.is_oidc().then(|| json!(it.settings.nonce)),
        |_, after| !after.settings.nonce,
    ),
    rule(
        "roles",
        Trust,
        |it| Some(entries(&it.settings.roles)),
        |before, after| {
            let known = &before.settings.roles;
            let mut roles = after.settings.roles.iter();
            roles.any(|(name, role)| known.get(name) != Some(role))
        },
    ),
    // Always `sub` with OpenID Connect.
    plain("claims.subject", Claims, |it| {
        (!it.is_oidc()).then(|| json!(it.settings.claims.subject))
    }),
    member!("claims.email", Claims, settings.claims.email),
    member!(
        "claims.email_verified",
        Claims,
        settings.claims.email_verified
    ),
    member!("claims.username", Claims, settings.claims.username),
    member!("claims.name", Claims, settings.claims.name),
    member!("claims.given_name", Claims, settings.claims.given_name),
    member!("claims.family_name", Claims, settings.claims.family_name),
    member!("claims.roles", Claims, settings.claims.roles),
];

fn signer(provider: &Provider, value: fn(&SecretSigner) -> &String) -> Option<Value> {
    let signer = provider.settings.secret_signer.as_ref()?;
    Some(json!(value(signer)))
}

/// Returns an endpoint; an empty text for one that is not set.
fn endpoint(provider: &Provider, value: fn(&OauthEndpoints) -> Option<&String>) -> Option<Value> {
    let endpoints = provider.settings.endpoints.as_ref()?;
    Some(json!(value(endpoints).map_or("", String::as_str)))
}

fn entries(map: &BTreeMap<String, String>) -> Value {
    let entries = map.iter();
    entries
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

#[derive(Clone, Copy, Debug)]
pub struct ProviderChange {
    pub setting: &'static ProviderSetting,
    pub effect: Effect,
}

/// Returns the settings that differ, in the order of [`SETTINGS`].
pub fn changes(before: &Provider, after: &Provider) -> Vec<ProviderChange> {
    let differs =
        |setting: &&'static ProviderSetting| (setting.value)(before) != (setting.value)(after);
    let change = |setting: &'static ProviderSetting| ProviderChange {
        setting,
        effect: Effect::of(setting.weakens, before, after),
    };
    SETTINGS.iter().filter(differs).map(change).collect()
}

/// Returns true if an administrator reviews these changes before they are stored.
pub fn needs_review(changes: &[ProviderChange]) -> bool {
    changes.iter().any(|change| change.setting.is_reviewed())
}

/// Returns true if the stored secret is not valid for the changed provider: it would be sent to another
/// endpoint, or for another client. The endpoints of a kind are part of its settings.
pub fn needs_secret(before: &Provider, after: &Provider) -> bool {
    let signs = |provider: &Provider| provider.settings.secret_signer.is_some();
    // No secret is sent with an assertion.
    if after.signs_assertions() {
        return false;
    }
    let is_same = before.issuer == after.issuer
        && before.client_id == after.client_id
        && before.settings.endpoints == after.settings.endpoints
        && signs(before) == signs(after);
    before.secret_sealed.is_some() && !is_same
}

/// Returns the values of all settings by member, for the audit log. There is no secret among them.
pub fn values(provider: &Provider) -> Map<String, Value> {
    let settings = SETTINGS.iter();
    let value = |setting: &ProviderSetting| {
        let value = (setting.value)(provider)?;
        Some((setting.member.to_owned(), value))
    };
    settings.filter_map(value).collect()
}

#[cfg(test)]
mod tests;
