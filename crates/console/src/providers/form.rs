//! The fields of an identity provider's settings, derived from the table of settings: one field for
//! each member of the admin API.

use std::collections::BTreeMap;

use doorward_domain::model::Provider;
use doorward_domain::rules::provider_change::{ProviderPart, ProviderSetting, SETTINGS};
use doorward_http::page::PageError;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Choice, EntryField, FieldKind, Value};
use serde_json::{Map, Value as Json, json};

use crate::audit;
use crate::console::Console;

/// The messages of the settings. Those without one are named by their member.
const LABELS: [(&str, &str); 13] = [
    ("name", "console-name"),
    ("issuer", "console-issuer"),
    ("client_id", "console-our-id"),
    ("secret_signer.team_id", "console-provider-team"),
    ("secret_signer.key_id", "console-provider-key-id"),
    ("scopes", "console-provider-scopes"),
    ("authorization_parameters", "console-provider-parameters"),
    ("form_post", "console-provider-form-post"),
    ("trusts_email", "console-trusts-email"),
    ("links_by_email", "console-provider-links"),
    ("registers", "console-registers"),
    ("trusts_mfa", "console-trusts-mfa"),
    ("roles", "console-provider-roles"),
];

/// The messages of the values that claims of the provider contain.
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
const HINTS: [(&str, &str); 5] = [
    ("scopes", "console-provider-scopes-hint"),
    ("trusts_email", "console-provider-trusts-email-hint"),
    ("links_by_email", "console-provider-links-hint"),
    ("registers", "console-provider-registers-hint"),
    ("trusts_mfa", "console-provider-trusts-mfa-hint"),
];

/// Returns the message of a member in a table.
fn message(table: &[(&str, &'static str)], member: &str) -> Option<&'static str> {
    let found = table.iter().find(|(known, _)| *known == member);
    found.map(|(_, key)| *key)
}

/// A field with an error, and its message.
pub(crate) type FieldError = (&'static str, &'static str);

/// Returns the name of a setting.
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

/// Returns the hint of a setting: its member in the admin API, and what it means for security.
fn hint(console: &Console<'_>, setting: &ProviderSetting) -> String {
    let member = setting.member;
    if setting.is_map() {
        return console.t("console-provider-entries-hint");
    }
    match message(&HINTS, member) {
        Some(key) => format!("{member}: {}", console.t(key)),
        None => member.to_owned(),
    }
}

/// Returns the value of a setting for a table.
pub(crate) fn value(
    console: &Console<'_>,
    setting: &ProviderSetting,
    provider: &Provider,
) -> Value {
    match (setting.value)(provider) {
        Some(Json::Bool(flag)) => {
            let key = if flag { "console-yes" } else { "console-no" };
            Value::Text(console.t(key))
        }
        Some(Json::String(text)) if text.is_empty() => Value::Text(console.t("console-none")),
        Some(Json::String(text)) if setting.member == "name" => Value::Name(text),
        value => audit::value::value(console, setting.member, value.as_ref()),
    }
}

const fn heading(part: ProviderPart) -> &'static str {
    match part {
        ProviderPart::Connection => "console-provider-connection",
        ProviderPart::Trust => "console-provider-trust",
        ProviderPart::Claims => "console-provider-claims",
    }
}

/// Returns the stored value as the text of a field.
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

/// Returns true if a text differs from the stored one. A text area changes the ends of lines.
fn differs(stored: &Json, typed: &str) -> bool {
    let before = text(stored);
    if stored.is_array() {
        !lines(&before).eq(lines(typed))
    } else {
        before.trim() != typed.trim()
    }
}

/// Returns the text of a field as the value of the member.
fn json(setting: &ProviderSetting, stored: &Json, typed: &str) -> Result<Json, &'static str> {
    Ok(match stored {
        _ if setting.is_map() => json!(entries(setting, typed)?),
        Json::Array(_) => typed.split_whitespace().collect(),
        Json::Bool(_) => json!(typed == "yes"),
        _ if setting.member == "endpoints.emails" && typed.trim().is_empty() => Json::Null,
        _ => json!(typed.trim()),
    })
}

/// Reads the lines of a map.
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

/// A setting with its stored value and its text.
struct Field {
    setting: &'static ProviderSetting,
    stored: Json,
    typed: String,
}

/// The settings of a provider with the values as typed.
pub(crate) struct Draft(Vec<Field>);

impl Draft {
    /// Returns the stored values.
    pub(crate) fn stored(provider: &Provider) -> Self {
        let field = |setting: &'static ProviderSetting| {
            let stored = (setting.value)(provider)?;
            let typed = text(&stored);
            Some(Field {
                setting,
                stored,
                typed,
            })
        };
        Self(SETTINGS.iter().filter_map(field).collect())
    }

    /// Returns the values of a form. A field that was not sent keeps the stored value.
    pub(crate) fn typed(provider: &Provider, form: &Params) -> Result<Self, PageError> {
        let mut draft = Self::stored(provider);
        for field in &mut draft.0 {
            let typed = form.raw(field.setting.member);
            if let Some(typed) = typed.map_err(|_| ErrorKind::BadRequest)? {
                typed.clone_into(&mut field.typed);
            }
        }
        Ok(draft)
    }

    fn changed(&self) -> impl Iterator<Item = &Field> {
        let fields = self.0.iter();
        fields.filter(|field| differs(&field.stored, &field.typed))
    }

    /// Returns the changed values, to be posted again.
    pub(crate) fn hidden(&self) -> Vec<(&'static str, String)> {
        let changed = self.changed();
        changed
            .map(|field| (field.setting.member, field.typed.clone()))
            .collect()
    }

    /// Returns the members of the admin API that differ.
    pub(crate) fn values(&self) -> Result<Map<String, Json>, FieldError> {
        let mut values = Map::new();
        for field in self.changed() {
            let (setting, member) = (field.setting, field.setting.member);
            let value = json(setting, &field.stored, &field.typed);
            values.insert(member.to_owned(), value.map_err(|key| (member, key))?);
        }
        Ok(values)
    }

    /// Returns the field of an error of this member: of an object, the first changed one.
    pub(crate) fn field_of(&self, member: &str) -> Option<&'static str> {
        let is_part = |field: &&Field| {
            let rest = field.setting.member.strip_prefix(member);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let changed = self.changed().find(is_part);
        let found = changed.or_else(|| self.0.iter().find(is_part));
        found.map(|field| field.setting.member)
    }

    /// Returns the fields of the form with their headings.
    pub(crate) fn entries(&self, console: &Console<'_>) -> Vec<EntryField> {
        let mut entries = Vec::new();
        let mut last = None;
        for field in &self.0 {
            let part = field.setting.part;
            if last != Some(part) {
                last = Some(part);
                entries.push(EntryField {
                    id: "",
                    label: console.t(heading(part)),
                    hint: String::new(),
                    value: String::new(),
                    kind: FieldKind::Heading,
                    required: false,
                    error: None,
                });
            }
            entries.push(entry(console, field));
        }
        entries
    }
}

fn entry(console: &Console<'_>, field: &Field) -> EntryField {
    let setting = field.setting;
    let choice = |value: &str, key| Choice {
        value: value.to_owned(),
        text: console.t(key),
    };
    let kind = match &field.stored {
        Json::Bool(_) => FieldKind::Select(vec![
            choice("yes", "console-yes"),
            choice("no", "console-no"),
        ]),
        Json::Array(_) => FieldKind::Lines,
        _ => FieldKind::Line,
    };
    EntryField {
        id: setting.member,
        label: label(console, setting),
        hint: hint(console, setting),
        value: field.typed.clone(),
        required: matches!(kind, FieldKind::Line) && setting.member != "endpoints.emails",
        kind,
        error: None,
    }
}

#[cfg(test)]
mod tests {
    use doorward_domain::model::{ProviderId, ProviderSettings};
    use doorward_domain::rules::provider::Preset;

    use super::*;

    fn provider(settings: ProviderSettings) -> Provider {
        Provider {
            id: ProviderId::parse("acme").unwrap(),
            name: "Acme".to_owned(),
            issuer: "https://login.acme.example".to_owned(),
            client_id: "doorward".to_owned(),
            secret_sealed: None,
            settings,
            operator_urls: Vec::new(),
            disabled_at: None,
            created_at: 0,
            updated_at: 0,
        }
    }

    #[track_caller]
    fn values(provider: &Provider, fields: &[(&str, &str)]) -> Result<Json, FieldError> {
        let form = Params::from_pairs(fields.iter().copied());
        let Ok(draft) = Draft::typed(provider, &form) else {
            panic!("no field is repeated");
        };
        draft.values().map(Json::Object)
    }

    #[test]
    fn stored_texts_are_no_change() {
        let mut provider = provider(Preset::Github.settings());
        let roles = [("CN=Staff, O=Acme", "helper"), ("boss", "admin")];
        provider.settings.roles = roles
            .map(|(name, role)| (name.to_owned(), role.to_owned()))
            .into();
        let draft = Draft::stored(&provider);
        let texts = draft.0.iter();
        let texts: Vec<_> = texts
            .map(|field| (field.setting.member, field.typed.replace('\n', "\r\n")))
            .collect();
        let fields: Vec<_> = texts
            .iter()
            .map(|(member, text)| (*member, text.as_str()))
            .collect();
        assert_eq!(values(&provider, &fields), Ok(json!({})));
        assert!(draft.hidden().is_empty());
    }

    #[test]
    fn changed_texts_are_values_of_members() {
        let mut github = provider(Preset::Github.settings());
        github.settings.roles = [("CN=Staff".to_owned(), "helper".to_owned())].into();
        let fields = [
            ("name", " Forge "),
            ("scopes", "user\r\n email"),
            ("registers", "no"),
            ("roles", "CN=Staff=admin\r\nCN=Boss,O=Acme = owner"),
            ("authorization_parameters", "prompt=a=b"),
            ("endpoints.emails", ""),
            ("claims.email", "mail"),
            // Only OpenID Connect has it.
            ("trusts_mfa", "yes"),
        ];
        let expected = json!({
            "name": "Forge",
            "scopes": ["user", "email"],
            "registers": false,
            "roles": { "CN=Staff": "admin", "CN=Boss,O=Acme": "owner" },
            "authorization_parameters": { "prompt": "a=b" },
            "endpoints.emails": null,
            "claims.email": "mail",
        });
        assert_eq!(values(&github, &fields), Ok(expected));
    }

    #[test]
    fn lines_of_map_have_name_and_value_once() {
        let plain = provider(ProviderSettings::default());
        for member in ["roles", "authorization_parameters"] {
            for wrong in ["staff", "=helper", "staff=", "a=b\na=c"] {
                let found = values(&plain, &[(member, wrong)]);
                let expected = Err((member, "console-user-fields-invalid"));
                assert_eq!(found, expected, "{wrong}");
            }
        }
    }

    #[test]
    fn error_of_object_is_at_changed_field() {
        let github = provider(Preset::Github.settings());
        let draft = Draft::stored(&github);
        let first = Some("endpoints.authorization");
        assert_eq!(draft.field_of("endpoints"), first);
        assert_eq!(draft.field_of("issuer"), Some("issuer"));
        assert_eq!(draft.field_of("claim"), None);
        assert_eq!(draft.field_of("trusts_mfa"), None);
        let form = Params::from_pairs([("endpoints.token", "http://forge.example")]);
        let Ok(draft) = Draft::typed(&github, &form) else {
            panic!("no field is repeated");
        };
        assert_eq!(draft.field_of("endpoints"), Some("endpoints.token"));
    }
}
