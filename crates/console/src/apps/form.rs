//! The fields of a client's settings, derived from the table of settings: one field for each member
//! of the admin API, and the JSON merge patch of the fields that differ.

use doorward_domain::model::client_setting::ClientSetting;
use doorward_domain::model::{
    AccessTokenFormat, AssertionAudience, Client, ClientAuth, PkcePolicy, SecurityProfile,
    client_settings,
};
use doorward_domain::rules::client_change::{self, Aspect};
use doorward_domain::rules::client_profile;
use doorward_http::page::PageError;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::params::Params;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Choice, EntryField, FieldKind};
use serde_json::{Map, Value, json};

use crate::apps::labels;
use crate::console::Console;

/// The choice of the deployment's setting.
const DEFAULT: &str = "default";
/// Settings of which a client has one: a change replaces the others, and cannot remove the last.
const ALTERNATIVES: [&[&str]; 2] = [
    &["jwks", "jwks-uri"],
    &[
        "tls-subject-dn",
        "tls-san-dns",
        "tls-san-uri",
        "tls-san-ip",
        "tls-san-email",
    ],
];

/// A field with an error, and its message.
pub(crate) type FieldError = (&'static str, &'static str);

/// A field of the form.
#[derive(Clone, Copy)]
struct Field {
    /// Name and HTML ID: the command line option, which names the setting in errors.
    id: &'static str,
    /// Member of the admin API, as a path.
    member: &'static str,
    setting: &'static ClientSetting,
    aspect: Aspect,
}

/// The form of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Input {
    Line,
    /// A list, one item a line.
    Lines,
    /// A list that the admin API separates by spaces.
    Words,
    Flag,
    /// A lifetime, in days.
    Days,
    /// A lifetime, in seconds.
    Seconds,
    /// A JSON object.
    Keys,
    /// A form of a certificate subject, of which there are several.
    Subject,
}

/// Returns the fields in the order of the form. The kind cannot be changed, and registration alone
/// sets settings without a member.
fn fields() -> Vec<Field> {
    let of_setting = |setting: &'static ClientSetting| {
        let aspect = client_change::rule_of(setting).map(|rule| rule.aspect);
        let pairs = setting.members.iter().zip(setting.options);
        pairs.filter_map(move |(&member, &id)| {
            Some(Field {
                id,
                member,
                setting,
                aspect: aspect?,
            })
        })
    };
    let changeable = client_settings::all().filter(|setting| setting.field != "kind");
    let all: Vec<Field> = changeable.flat_map(of_setting).collect();
    let parts = Aspect::ALL.into_iter();
    parts
        .flat_map(|aspect| all.iter().filter(move |field| field.aspect == aspect))
        .copied()
        .collect()
}

impl Field {
    fn input(self, value: &Value) -> Input {
        match (self.id, value) {
            ("scope" | "optional-scope", _) => Input::Words,
            (id, _) if id.ends_with("-days") => Input::Days,
            (id, _) if id.ends_with("-ttl") => Input::Seconds,
            ("jwks", _) => Input::Keys,
            _ if self.setting.members.len() > 1 => Input::Subject,
            (_, Value::Array(_)) => Input::Lines,
            (_, Value::Bool(_)) => Input::Flag,
            _ => Input::Line,
        }
    }

    fn is_list(self, value: &Value) -> bool {
        matches!(self.input(value), Input::Lines | Input::Words | Input::Keys)
    }

    /// Returns the stored value as the text of the field.
    fn text(self, client: &Client) -> String {
        let value = (self.setting.value)(client);
        let plain = || value.as_str().unwrap_or_default().to_owned();
        match self.input(&value) {
            Input::Words => plain().split_whitespace().collect::<Vec<_>>().join("\n"),
            Input::Lines => {
                let items = value.as_array().into_iter().flatten();
                let items: Vec<&str> = items.filter_map(Value::as_str).collect();
                items.join("\n")
            }
            Input::Flag if value.as_bool() == Some(true) => "yes".to_owned(),
            Input::Flag => "no".to_owned(),
            Input::Days => value.as_i64().map_or_else(String::new, labels::days),
            Input::Seconds => {
                let seconds = value.as_i64();
                seconds.map_or_else(String::new, |seconds| seconds.to_string())
            }
            Input::Keys if value.is_null() => String::new(),
            Input::Keys => format!("{value:#}"),
            Input::Subject => {
                let subject = client.certificate_subject.as_ref();
                let own = subject.filter(|subject| subject.member() == self.member);
                own.map_or_else(String::new, |subject| subject.value().to_owned())
            }
            Input::Line if self.id == "assertion-audience" && value.is_null() => DEFAULT.to_owned(),
            Input::Line => plain(),
        }
    }

    /// Returns the text as the value of the member.
    fn json(self, client: &Client, text: &str) -> Result<Value, &'static str> {
        let items = || text.split_whitespace();
        Ok(match self.input(&(self.setting.value)(client)) {
            Input::Words => json!(items().collect::<Vec<_>>().join(" ")),
            Input::Lines => items().collect(),
            Input::Flag => json!(text == "yes"),
            Input::Days | Input::Seconds if text.trim().is_empty() => json!(0),
            Input::Seconds => {
                let seconds = text.trim().parse::<u32>();
                json!(seconds.map_err(|_| "console-setting-seconds-invalid")?)
            }
            Input::Days => json!(labels::seconds(text).ok_or("console-setting-days-invalid")?),
            Input::Keys => {
                let keys = serde_json::from_str::<Map<String, Value>>(text);
                keys.map_err(|_| "console-setting-keys-invalid")?.into()
            }
            Input::Line | Input::Subject => json!(text.trim()),
        })
    }

    /// Returns the values to choose from, if they are known.
    fn choices(self, console: &Console<'_>, client: &Client) -> Option<Vec<String>> {
        let names: Vec<&str> = match self.id {
            "auth-method" => {
                let methods = ClientAuthMethod::ALL.iter().map(|method| method.as_str());
                std::iter::once(ClientAuth::SECRET).chain(methods).collect()
            }
            "profile" => SecurityProfile::ALL.map(SecurityProfile::as_str).to_vec(),
            "access-token-format" => AccessTokenFormat::ALL
                .map(AccessTokenFormat::as_str)
                .to_vec(),
            "assertion-audience" => {
                let own = AssertionAudience::ALL.map(AssertionAudience::as_str);
                std::iter::once(DEFAULT).chain(own).collect()
            }
            "pkce" => PkcePolicy::ALL.map(PkcePolicy::as_str).to_vec(),
            id if id.ends_with("-response-alg") => {
                let offered = &console.page.context.core.config.keys.algorithms;
                let own = self.text(client);
                let is_known = |alg: &SigningAlg| offered.contains(alg) || alg.as_str() == own;
                let known = SigningAlg::ALL.into_iter().filter(is_known);
                let none = (id != "id-token-signed-response-alg").then_some("");
                let known = known.map(SigningAlg::as_str);
                none.into_iter().chain(known).collect()
            }
            _ => return None,
        };
        Some(names.into_iter().map(str::to_owned).collect())
    }
}

/// The settings of a client with the values as typed.
pub(crate) struct Draft<'c> {
    client: &'c Client,
    values: Vec<(Field, String)>,
}

impl<'c> Draft<'c> {
    /// Returns the stored values.
    pub(crate) fn stored(client: &'c Client) -> Self {
        let values = fields().into_iter();
        let values = values.map(|field| (field, field.text(client)));
        Self {
            client,
            values: values.collect(),
        }
    }

    /// Returns the values of a form. A field that was not sent keeps the stored value, as does one
    /// that the client's security profile fixes.
    pub(crate) fn typed(client: &'c Client, form: &Params) -> Result<Self, PageError> {
        let mut draft = Self::stored(client);
        for (field, value) in &mut draft.values {
            let typed = form.raw(field.id).map_err(|_| ErrorKind::BadRequest)?;
            let is_fixed = client_profile::fixed_by(client, field.setting.name).is_some();
            if let Some(typed) = typed.filter(|_| !is_fixed) {
                typed.clone_into(value);
            }
        }
        Ok(draft)
    }

    fn is_changed(&self, field: Field, text: &str) -> bool {
        let stored = field.text(self.client);
        if field.is_list(&(field.setting.value)(self.client)) {
            !stored.split_whitespace().eq(text.split_whitespace())
        } else {
            stored.trim() != text.trim()
        }
    }

    fn changed(&self) -> impl Iterator<Item = (Field, &str)> {
        let values = self.values.iter();
        let values = values.map(|(field, text)| (*field, text.as_str()));
        values.filter(move |(field, text)| self.is_changed(*field, text))
    }

    /// Returns the changed values, to be posted again.
    pub(crate) fn hidden(&self) -> Vec<(&'static str, String)> {
        let changed = self.changed();
        changed
            .map(|(field, text)| (field.id, text.to_owned()))
            .collect()
    }

    /// Returns the members of the admin API that differ.
    pub(crate) fn patch(&self) -> Result<Map<String, Value>, FieldError> {
        let mut body = Map::new();
        for (field, text) in self.changed() {
            let others = ALTERNATIVES.iter().find(|ids| ids.contains(&field.id));
            let is_replaced = match others {
                Some(ids) => self.is_replaced(field, text, ids)?,
                None => false,
            };
            if is_replaced {
                continue;
            }
            let value = field
                .json(self.client, text)
                .map_err(|key| (field.id, key))?;
            match field.member.split_once('.') {
                None => {
                    body.insert(field.member.to_owned(), value);
                }
                Some((outer, inner)) => {
                    body.entry(outer).or_insert_with(|| json!({}))[inner] = value;
                }
            }
        }
        Ok(body)
    }

    /// Returns true if a changed field is empty because another one of these replaces it.
    fn is_replaced(&self, field: Field, text: &str, ids: &[&str]) -> Result<bool, FieldError> {
        let is_filled =
            |(other, text): &&(Field, String)| ids.contains(&other.id) && !text.trim().is_empty();
        let filled = self.values.iter().filter(is_filled).count();
        // Another authentication method removes the certificate subject.
        let is_subject = !ids.contains(&"jwks");
        let has_other_method = self.changed().any(|(other, _)| other.id == "auth-method");
        match (text.trim().is_empty(), filled) {
            (true, 0) if is_subject && has_other_method => Ok(true),
            (true, 0) => Err((field.id, "console-setting-required")),
            (_, 2..) => Err((field.id, "console-setting-one")),
            (is_empty, _) => Ok(is_empty),
        }
    }

    /// Returns the fields of the form with their headings.
    pub(crate) fn entries(&self, console: &Console<'_>) -> Vec<EntryField> {
        let mut entries: Vec<EntryField> = Vec::new();
        let mut last = None;
        for (field, text) in &self.values {
            if last != Some(field.aspect) {
                last = Some(field.aspect);
                entries.push(EntryField {
                    id: "",
                    label: console.t(labels::heading(field.aspect)),
                    hint: String::new(),
                    value: String::new(),
                    kind: FieldKind::Heading,
                    required: false,
                    error: None,
                });
            }
            entries.push(self.entry(console, *field, text));
        }
        entries
    }

    fn entry(&self, console: &Console<'_>, field: Field, text: &str) -> EntryField {
        let key = labels::key(field.id);
        let fixed = client_profile::fixed_by(self.client, field.setting.name);
        let hint = fixed.map_or_else(
            || field.member.to_owned(),
            |demand| {
                let layout = &console.layout;
                layout.t_with("console-setting-fixed", "rule", demand.section)
            },
        );
        let kind = if fixed.is_some() {
            FieldKind::Shown
        } else {
            self.kind(console, field)
        };
        EntryField {
            id: field.id,
            label: key.map_or_else(|| field.member.to_owned(), |key| console.t(key)),
            hint,
            value: text.to_owned(),
            kind,
            required: field.id == "name",
            error: None,
        }
    }

    fn kind(&self, console: &Console<'_>, field: Field) -> FieldKind {
        let value = (field.setting.value)(self.client);
        let choice = |value: String| {
            let text = match value.as_str() {
                "yes" => console.t("console-yes"),
                "no" => console.t("console-no"),
                "" => console.t("console-none"),
                DEFAULT => console.t("console-setting-default"),
                name => labels::word(name).map_or_else(|| name.to_owned(), |key| console.t(key)),
            };
            Choice { value, text }
        };
        if field.input(&value) == Input::Flag {
            let choices = ["yes", "no"].map(|value| choice(value.to_owned()));
            return FieldKind::Select(choices.into());
        }
        match field.choices(console, self.client) {
            Some(choices) => FieldKind::Select(choices.into_iter().map(choice).collect()),
            None if field.is_list(&value) => FieldKind::Lines,
            None => FieldKind::Line,
        }
    }
}

/// Returns the field that an error of an operation names by its option or member.
pub(crate) fn field_of(name: &str) -> Option<&'static str> {
    let is_named = |field: &Field| {
        let last = field.member.rsplit('.').next();
        field.id == name || last == Some(name)
    };
    match name {
        "consent-lifetime" => Some("consent-days"),
        _ => fields().into_iter().find(is_named).map(|field| field.id),
    }
}

#[cfg(test)]
mod tests;
