//! The fields of a client's settings, derived from the table of settings: one field for each member
//! of the admin API, and the JSON merge patch of the fields that differ.

use doorward_domain::model::client_setting::ClientSetting;
use doorward_domain::model::{
    AccessTokenFormat, AssertionAudience, ClientAuth, PkcePolicy, SecurityProfile, client_settings,
};
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::client_change::{self, Aspect};
use doorward_rules::client_profile::{self, Demand};
use serde_json::Value;

use crate::apps::labels;
use doorward_console_ui::prelude::*;

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

/// A setting of a client, as a field of the form.
#[derive(Clone, Copy)]
pub(crate) struct Field<'c> {
    client: &'c Client,
    /// Name and HTML ID: the command line option, which names the setting in errors.
    id: &'static str,
    /// Member of the admin API, as a path.
    member: &'static str,
    setting: &'static ClientSetting,
    aspect: Aspect,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Input {
    Line,
    Lines,
    /// A list that the admin API separates by spaces.
    Words,
    Flag,
    Days,
    Seconds,
    Keys,
    /// A form of a certificate subject, of which there are several.
    Subject,
}

/// Returns the fields in the order of the form. The kind cannot be changed, and registration alone
/// sets settings without a member.
pub(crate) fn fields(client: &Client) -> Vec<Field<'_>> {
    let of_setting = move |setting: &'static ClientSetting| {
        let aspect = client_change::rule_of(setting).map(|rule| rule.aspect);
        let pairs = setting.members.iter().zip(setting.options);
        pairs.filter_map(move |(&member, &id)| {
            Some(Field {
                client,
                id,
                member,
                setting,
                aspect: aspect?,
            })
        })
    };
    let changeable = client_settings::all().filter(|setting| setting.field != "kind");
    let all: Vec<Field<'_>> = changeable.flat_map(of_setting).collect();
    let parts = Aspect::ALL.into_iter();
    parts
        .flat_map(|aspect| all.iter().filter(move |field| field.aspect == aspect))
        .copied()
        .collect()
}

impl Field<'_> {
    fn value(self) -> Value {
        (self.setting.value)(self.client)
    }

    fn input(self) -> Input {
        match (self.id, self.value()) {
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

    fn is_list(self) -> bool {
        matches!(self.input(), Input::Lines | Input::Words | Input::Keys)
    }

    fn json(self, text: &str) -> Result<Value, &'static str> {
        let items = || text.split_whitespace();
        Ok(match self.input() {
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
    fn choices(self, console: &Console<'_>) -> Option<Vec<String>> {
        let names: Vec<&str> = match self.id {
            _ if self.input() == Input::Flag => vec!["yes", "no"],
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
                let own = self.text();
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

    fn kind(self, console: &Console<'_>) -> FieldKind {
        let choice = |value: String| {
            let text = match value.as_str() {
                "yes" => console.t("console-yes"),
                "no" => console.t("console-no"),
                "" => console.t("console-none"),
                DEFAULT => console.t("console-setting-default"),
                name => labels::word(name).map_or_else(|| name.to_owned(), |key| console.t(key)),
            };
            (value, text)
        };
        match self.choices(console) {
            Some(choices) => form::select(choices.into_iter().map(choice)),
            None if self.is_list() => FieldKind::Lines,
            None => FieldKind::Line,
        }
    }

    fn fixed(self) -> Option<&'static Demand> {
        client_profile::fixed_by(self.client, self.setting.name)
    }
}

impl Setting for Field<'_> {
    fn id(&self) -> &'static str {
        self.id
    }

    fn heading(&self) -> &'static str {
        labels::heading(self.aspect)
    }

    fn is_fixed(&self) -> bool {
        self.fixed().is_some()
    }

    fn text(&self) -> String {
        let value = self.value();
        let plain = || value.as_str().unwrap_or_default().to_owned();
        match self.input() {
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
                let subject = self.client.certificate_subject.as_ref();
                let own = subject.filter(|subject| subject.member() == self.member);
                own.map_or_else(String::new, |subject| subject.value().to_owned())
            }
            Input::Line if self.id == "assertion-audience" && value.is_null() => DEFAULT.to_owned(),
            Input::Line => plain(),
        }
    }

    fn differs(&self, text: &str) -> bool {
        let stored = self.text();
        if self.is_list() {
            !stored.split_whitespace().eq(text.split_whitespace())
        } else {
            stored.trim() != text.trim()
        }
    }

    fn entry(&self, console: &Console<'_>, text: &str) -> EntryField {
        let member = || self.member.to_owned();
        let fixed = self.fixed();
        let label = labels::key(self.id).map_or_else(member, |key| console.t(key));
        let kind = if fixed.is_some() {
            FieldKind::Shown
        } else {
            self.kind(console)
        };
        EntryField {
            hint: fixed.map_or_else(member, |demand| {
                let layout = &console.layout;
                layout.t_with("console-setting-fixed", "rule", demand.section)
            }),
            required: self.id == "name",
            ..form::entry(self.id, label, text, kind)
        }
    }
}

pub(crate) fn patch(draft: &Draft<Field<'_>>) -> Result<Map<String, Value>, FieldError> {
    let mut body = Map::new();
    for (field, text) in draft.changed() {
        let others = ALTERNATIVES.iter().find(|ids| ids.contains(&field.id));
        if let Some(ids) = others
            && is_replaced(draft, *field, text, ids)?
        {
            continue;
        }
        let value = field.json(text).map_err(|key| (field.id, key))?;
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
fn is_replaced(
    draft: &Draft<Field<'_>>,
    field: Field<'_>,
    text: &str,
    ids: &[&str],
) -> Result<bool, FieldError> {
    let filled = draft.0.iter();
    let filled = filled.filter(|(other, text)| ids.contains(&other.id) && !text.trim().is_empty());
    // Another authentication method removes the certificate subject.
    let is_subject = !ids.contains(&"jwks");
    let has_other_method = draft.changed().any(|(other, _)| other.id == "auth-method");
    match (text.trim().is_empty(), filled.count()) {
        (true, 0) if is_subject && has_other_method => Ok(true),
        (true, 0) => Err((field.id, "console-setting-required")),
        (_, 2..) => Err((field.id, "console-setting-one")),
        (is_empty, _) => Ok(is_empty),
    }
}

pub(crate) fn field_of(client: &Client, name: &str) -> Option<&'static str> {
    let is_named = |field: &Field<'_>| {
        let last = field.member.rsplit('.').next();
        field.id == name || last == Some(name)
    };
    match name {
        "consent-lifetime" => Some("consent-days"),
        _ => fields(client)
            .into_iter()
            .find(is_named)
            .map(|field| field.id),
    }
}

#[cfg(test)]
mod tests;
