//! The fields of an identity provider's settings, derived from the table of settings: one field for
//! each member of the admin API.

use std::collections::BTreeMap;

use doorward_domain::model::ProviderClientAuth;
use doorward_rules::provider_change::{ProviderPart, ProviderSetting, SETTINGS};
use serde_json::Value as Json;

use crate::audit;
use doorward_console_ui::prelude::*;

/// The messages of the settings. Those without one are named by their member.
const LABELS: [(&str, &str); 19] = [
    ("name", "console-name"),
    ("issuer", "console-issuer"),
    ("client_id", "console-our-id"),
    ("secret_signer.team_id", "console-provider-team"),
    ("secret_signer.key_id", "console-provider-key-id"),
    ("client_auth", "console-provider-client-auth"),
    ("pushed_requests", "console-setting-par"),
    ("dpop", "console-provider-dpop"),
    ("signals", "console-provider-signals"),
    ("scopes", "console-provider-scopes"),
    ("authorization_parameters", "console-provider-parameters"),
    ("form_post", "console-provider-form-post"),
    ("trusts_email", "console-trusts-email"),
    ("links_by_email", "console-provider-links"),
    ("registers", "console-registers"),
    ("trusts_mfa", "console-trusts-mfa"),
    ("audiences", "console-provider-audiences"),
    ("nonce", "console-provider-nonce"),
    ("roles", "console-provider-roles"),
];

const CLAIMS: [(&str, &str); 8] = [
    ("subject", "console-trial-subject"),
    ("email", "email"),
    ("email_verified", "console-email-state"),
    ("username", "username"),
    ("name", "profile-group-name"),
    ("given_name", "profile-given-name"),
    ("family_name", "profile-family-name"),
    ("roles", "console-trial-roles"),
];

/// The hints of the settings on which security depends.
const HINTS: [(&str, &str); 7] = [
    ("scopes", "console-provider-scopes-hint"),
    ("trusts_email", "console-provider-trusts-email-hint"),
    ("links_by_email", "console-provider-links-hint"),
    ("registers", "console-provider-registers-hint"),
    ("trusts_mfa", "console-provider-trusts-mfa-hint"),
    ("audiences", "console-provider-audiences-hint"),
    ("nonce", "console-provider-nonce-hint"),
];

fn message(table: &[(&str, &'static str)], member: &str) -> Option<&'static str> {
    let found = table.iter().find(|(known, _)| *known == member);
    found.map(|(_, key)| *key)
}

pub(crate) fn label(console: &Console<'_>, setting: &ProviderSetting) -> String {
    let member = setting.member;
    if let Some(key) = message(&LABELS, member) {
        return console.t(key);
    }
    let (outer, name) = member.split_once('.').unwrap_or(("", member));
    let layout = &console.layout;
    if outer == "endpoints" {
        return layout.t_with("console-provider-endpoint", "name", name);
    }
    let name = message(&CLAIMS, name).map_or_else(|| name.to_owned(), |key| layout.t(key));
    layout.t_with("console-provider-claim", "name", name)
}

/// Returns the hint of a setting: what it means for security.
fn hint(console: &Console<'_>, setting: &ProviderSetting) -> String {
    if setting.is_map() {
        return console.t("console-provider-entries-hint");
    }
    let key = message(&HINTS, setting.member);
    key.map_or_else(String::new, |key| console.t(key))
}

pub(crate) fn value(
    console: &Console<'_>,
    setting: &ProviderSetting,
    provider: &Provider,
) -> Value {
    match (setting.value)(provider) {
        Some(Json::Bool(flag)) => console.yes(flag),
        Some(Json::String(text)) if text.is_empty() => console.text("console-none"),
        Some(Json::String(text)) if setting.member == "name" => Value::Name(text),
        value => audit::value::value(console, setting.member, value.as_ref()),
    }
}

fn text(value: &Json) -> String {
    match value {
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Json::as_str).collect();
            items.join("\n")
        }
        value => value.as_str().unwrap_or_default().to_owned(),
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn json(setting: &ProviderSetting, stored: &Json, typed: &str) -> Result<Json, &'static str> {
    Ok(match stored {
        _ if setting.is_map() => json!(entries(setting, typed)?),
        Json::Array(_) => typed.split_whitespace().collect(),
        Json::Bool(_) => json!(typed == "yes"),
        _ if setting.member == "endpoints.emails" && typed.trim().is_empty() => Json::Null,
        _ => json!(typed.trim()),
    })
}

fn entries(
    setting: &ProviderSetting,
    typed: &str,
) -> Result<BTreeMap<String, String>, &'static str> {
    const WRONG: &str = "console-user-fields-invalid";
    let mut map = BTreeMap::new();
    for line in lines(typed) {
        let (name, value) = setting.split_entry(line).ok_or(WRONG)?;
        let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
        if name.is_empty() || value.is_empty() || map.insert(name, value).is_some() {
            return Err(WRONG);
        }
    }
    Ok(map)
}

pub(crate) struct Field {
    setting: &'static ProviderSetting,
    stored: Json,
}

pub(crate) fn fields(provider: &Provider) -> impl Iterator<Item = Field> {
    SETTINGS.iter().filter_map(|setting| {
        let stored = (setting.value)(provider)?;
        Some(Field { setting, stored })
    })
}

impl Setting for Field {
    fn id(&self) -> &'static str {
        self.setting.member
    }

    fn heading(&self) -> &'static str {
        match self.setting.part {
            ProviderPart::Connection => "console-provider-connection",
            ProviderPart::Requests => "console-provider-requests",
            ProviderPart::Trust => "console-provider-trust",
            ProviderPart::Claims => "console-provider-claims",
        }
    }

    fn is_folded(&self) -> bool {
        matches!(
            self.setting.part,
            ProviderPart::Requests | ProviderPart::Claims
        )
    }

    fn text(&self) -> String {
        text(&self.stored)
    }

    fn differs(&self, typed: &str) -> bool {
        let before = self.text();
        if self.stored.is_array() {
            !lines(&before).eq(lines(typed))
        } else {
            before.trim() != typed.trim()
        }
    }

    fn entry(&self, console: &Console<'_>, typed: &str) -> EntryField {
        let member = self.setting.member;
        let kind = match &self.stored {
            Json::Bool(_) => form::yes_or_no(console),
            Json::Array(_) => FieldKind::Lines,
            _ if member == "client_auth" => {
                let words = ProviderClientAuth::ALL.map(ProviderClientAuth::as_str);
                form::select(words.map(|word| (word.to_owned(), word.to_owned())))
            }
            _ => FieldKind::Line,
        };
        EntryField {
            hint: hint(console, self.setting),
            required: matches!(kind, FieldKind::Line) && member != "endpoints.emails",
            ..form::entry(member, label(console, self.setting), typed, kind)
        }
    }
}

pub(crate) fn values(draft: &Draft<Field>) -> Result<Map<String, Json>, FieldError> {
    let mut values = Map::new();
    for (field, typed) in draft.changed() {
        let member = field.setting.member;
        let value = json(field.setting, &field.stored, typed);
        values.insert(member.to_owned(), value.map_err(|key| (member, key))?);
    }
    Ok(values)
}

/// Returns the field of an error of this member: of an object, the first changed one.
pub(crate) fn field_of(draft: &Draft<Field>, member: &str) -> Option<&'static str> {
    let is_part = |field: &&Field| {
        let rest = field.setting.member.strip_prefix(member);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let changed = draft.changed().map(|(field, _)| field).find(is_part);
    let mut all = draft.0.iter().map(|(field, _)| field);
    let found = changed.or_else(|| all.find(is_part));
    found.map(|field| field.setting.member)
}

#[cfg(test)]
mod tests;
