//! The fields of a page of a client's settings, derived from the table of settings: one field for each
//! member of the admin API, and the JSON merge patch of the fields that differ.

use doorward_domain::model::client_setting::ClientSetting;
use doorward_domain::model::{
    AccessTokenFormat, AssertionAudience, ClientAuth, PkcePolicy, ScopeEntry, SecurityProfile,
    client_settings,
};
use doorward_protocol::authorization_details::DetailType;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_protocol::token::GrantType;
use doorward_rules::client_profile::{self, Demand};
use doorward_templates::console::Choice;
use doorward_templates::scope::ScopeRow;
use serde_json::Value;

use crate::apps::labels;
use crate::apps::registered::Registered;
use crate::apps::settings_page::{ROWS, Row, SettingsPage};
use doorward_console_ui::lifetime;
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
/// Fields in which registered names are searched.
pub(crate) const PICKERS: [&str; 5] = [
    "scope",
    "optional-scope",
    "details-type",
    "serves",
    "exchange-audience",
];

/// A setting of a client, as a field of the form.
#[derive(Clone, Copy)]
pub(crate) struct Field<'c> {
    client: &'c Client,
    registered: &'c Registered,
    row: &'static Row,
    /// Member of the admin API, as a path.
    member: &'static str,
    setting: &'static ClientSetting,
    /// True if the client cannot use it, and its value is shown to be removed.
    is_unused: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Input {
    Line,
    /// A choice of one value.
    Choice,
    Lines,
    /// A list that the admin API separates by spaces.
    Words,
    Flag,
    Lifetime,
    Keys,
    /// A form of a certificate subject, of which there are several.
    Subject,
}

/// Returns the fields of a page in their order.
pub(crate) fn fields<'c>(
    client: &'c Client,
    registered: &'c Registered,
    page: SettingsPage,
) -> Vec<Field<'c>> {
    let field = |row: &'static Row| {
        client_settings::all().find_map(|setting| {
            let mut options = setting.options.iter();
            let at = options.position(|option| *option == row.option)?;
            Some(Field {
                client,
                registered,
                row,
                member: setting.members.get(at)?,
                setting,
                is_unused: false,
            })
        })
    };
    let rows = ROWS.iter().filter(|row| row.page == page);
    rows.filter_map(field).collect()
}

/// Returns true if a page has a field of the client.
pub(crate) fn has_fields(client: &Client, registered: &Registered, page: SettingsPage) -> bool {
    let mut fields = fields(client, registered, page).into_iter();
    fields.any(|field| field.row.need.is_met_by(client) || field.is_set())
}

/// Returns the settings that the client can use with the typed grants and the typed method of
/// authentication, and those with another value than a new client, which can be removed.
pub(crate) fn usable<'d, 'c>(draft: &'d Draft<Field<'c>>) -> Vec<(Field<'c>, &'d str)> {
    let Some((first, _)) = draft.0.first() else {
        return Vec::new();
    };
    let mut client = first.client.clone();
    for (field, text) in &draft.0 {
        match field.row.option {
            "grant" => {
                client.grant_types = text.split_whitespace().map(GrantType::parse).collect();
            }
            "auth-method" => {
                client.auth_method = ClientAuth::parse(text).unwrap_or(client.auth_method);
            }
            _ => {}
        }
    }
    let usable = |(field, text): &'d (Field<'c>, String)| {
        let can_use = field.row.need.is_met_by(&client);
        let is_shown = (can_use && field.has_choices()) || field.is_set() || field.differs(text);
        // The admin API replaces keys, but removes none.
        let can_be_removed = !ALTERNATIVES.concat().contains(&field.row.option);
        let is_unused = !can_use && field.is_set() && can_be_removed;
        let field = Field {
            is_unused,
            ..*field
        };
        is_shown.then_some((field, text.as_str()))
    };
    draft.0.iter().filter_map(usable).collect()
}

impl Field<'_> {
    fn value(self) -> Value {
        (self.setting.value)(self.client)
    }

    fn input(self) -> Input {
        match (self.row.option, self.value()) {
            ("scope" | "optional-scope", _) => Input::Words,
            (id, _) if id.ends_with("-ttl") || id.ends_with("-lifetime") => Input::Lifetime,
            ("jwks", _) => Input::Keys,
            (
                "auth-method" | "profile" | "access-token-format" | "assertion-audience" | "pkce",
                _,
            ) => Input::Choice,
            (id, _) if id.ends_with("-response-alg") => Input::Choice,
            _ if self.setting.members.len() > 1 => Input::Subject,
            (_, Value::Array(_)) => Input::Lines,
            (_, Value::Bool(_)) => Input::Flag,
            _ => Input::Line,
        }
    }

    fn is_list(self) -> bool {
        matches!(self.input(), Input::Lines | Input::Words | Input::Keys)
    }

    /// Returns true if the value is not that of a new client, and the form can change it.
    fn is_set(self) -> bool {
        let Client { id, name, kind, .. } = self.client;
        let mut new = Client::new(id.clone(), name.clone(), *kind, 0);
        new.pkce = self.registered.pkce.limited_to(*kind);
        let new = Field {
            client: &new,
            ..self
        };
        self.fixed().is_none() && new.text() != self.text()
    }

    /// Returns true if the text of a lifetime has a number.
    fn has_number(text: &str) -> bool {
        !lifetime::split(text).0.is_empty()
    }

    /// Returns true unless the field offers registered objects, and there are none.
    fn has_choices(self) -> bool {
        match self.row.option {
            "serves" | "exchange-audience" => !self.registered.resources.is_empty(),
            "details-type" => !self.registered.details.is_empty(),
            "optional-scope" => !self.client.scopes.is_empty(),
            _ => true,
        }
    }

    fn json(self, text: &str) -> Result<Value, &'static str> {
        let items = || text.split_whitespace();
        Ok(match self.input() {
            Input::Words => json!(items().collect::<Vec<_>>().join(" ")),
            Input::Lines => items().collect(),
            Input::Flag => json!(is_on(text)),
            Input::Lifetime if !Self::has_number(text) => json!(0),
            Input::Lifetime => {
                json!(lifetime::parse(text).ok_or("console-setting-number-invalid")?)
            }
            Input::Keys => {
                let keys = serde_json::from_str::<Map<String, Value>>(text);
                keys.map_err(|_| "console-setting-keys-invalid")?.into()
            }
            Input::Line | Input::Choice | Input::Subject => json!(text.trim()),
        })
    }

    /// Returns the values of a choice.
    fn choices(self, console: &Console<'_>) -> Vec<String> {
        let names: Vec<&str> = match self.row.option {
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
            id => {
                let offered = &console.page.context.core.config.keys.algorithms;
                let own = self.text();
                let is_known = |alg: &SigningAlg| offered.contains(alg) || alg.as_str() == own;
                let known = SigningAlg::ALL.into_iter().filter(is_known);
                let none = (id != "id-token-signed-response-alg").then_some("");
                let known = known.map(SigningAlg::as_str);
                none.into_iter().chain(known).collect()
            }
        };
        names.into_iter().map(str::to_owned).collect()
    }

    /// Returns the known values of a list, each with its description; `None` for free texts.
    fn known(self, console: &Console<'_>) -> Option<Vec<Choice>> {
        let choice = |value: &str, text: String| Choice {
            value: value.to_owned(),
            text,
        };
        let (layout, registered) = (&console.layout, self.registered);
        Some(match self.row.option {
            "grant" => {
                let all = labels::GRANTS.iter();
                all.map(|(grant, key)| choice(grant, console.t(key)))
                    .collect()
            }
            "scope" => {
                let sentence = |scope: &ScopeEntry| {
                    let row = ScopeRow::new(&scope.name, Some(scope.description.clone()));
                    choice(&scope.name, row.sentence(layout))
                };
                registered.scopes.iter().map(sentence).collect()
            }
            "optional-scope" => {
                let own = self.client.scopes.iter();
                own.map(|name| choice(name, String::new())).collect()
            }
            "serves" | "exchange-audience" => {
                let all = registered.resources.iter();
                all.map(|known| choice(&known.identifier, known.name.clone()))
                    .collect()
            }
            "details-type" => {
                let sentence = |known: &DetailType| {
                    let sentence = known.sentence_in(layout.lang.code());
                    choice(&known.name, sentence.to_owned())
                };
                registered.details.iter().map(sentence).collect()
            }
            _ => return None,
        })
    }

    fn kind(self, console: &Console<'_>) -> FieldKind {
        let choice = |value: String| {
            let text = match value.as_str() {
                "" => console.t("console-none"),
                DEFAULT => console.t("console-setting-default"),
                name => labels::word(name).map_or_else(|| name.to_owned(), |key| console.t(key)),
            };
            (value, text)
        };
        match self.input() {
            Input::Flag => FieldKind::Flag,
            Input::Lifetime => FieldKind::Amount(lifetime::UNITS.map(|(unit, _)| unit).to_vec()),
            Input::Choice => form::select(self.choices(console).into_iter().map(choice)),
            _ if self.is_list() => FieldKind::Lines,
            _ => FieldKind::Line,
        }
    }

    fn fixed(self) -> Option<&'static Demand> {
        client_profile::fixed_by(self.client, self.setting.name)
    }
}

/// Returns true for the text of a ticked checkbox, or of the stored value.
fn is_on(text: &str) -> bool {
    text.trim() == "yes"
}

impl Setting for Field<'_> {
    fn id(&self) -> &'static str {
        self.row.option
    }

    fn is_fixed(&self) -> bool {
        self.fixed().is_some()
    }

    fn takes_many(&self) -> bool {
        self.is_list() || matches!(self.input(), Input::Flag | Input::Lifetime)
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
            Input::Lifetime => value.as_i64().map_or_else(String::new, lifetime::format),
            Input::Keys if value.is_null() => String::new(),
            Input::Keys => format!("{value:#}"),
            Input::Subject => {
                let subject = self.client.certificate_subject.as_ref();
                let own = subject.filter(|subject| subject.member() == self.member);
                own.map_or_else(String::new, |subject| subject.value().to_owned())
            }
            Input::Choice if self.row.option == "assertion-audience" && value.is_null() => {
                DEFAULT.to_owned()
            }
            Input::Line | Input::Choice => plain(),
        }
    }

    fn differs(&self, text: &str) -> bool {
        let stored = self.text();
        match self.input() {
            Input::Flag => is_on(&stored) != is_on(text),
            Input::Lifetime if !Self::has_number(text) => Self::has_number(&stored),
            Input::Lifetime => {
                let typed = lifetime::parse(text);
                typed.is_none() || typed != lifetime::parse(&stored)
            }
            _ if self.is_list() => !stored.split_whitespace().eq(text.split_whitespace()),
            _ => stored.trim() != text.trim(),
        }
    }

    fn entry(&self, console: &Console<'_>, text: &str) -> EntryField {
        let id = self.row.option;
        let value = match self.input() {
            Input::Flag if is_on(text) => "yes".to_owned(),
            Input::Flag => "no".to_owned(),
            Input::Lifetime => {
                let (number, unit) = lifetime::split(text);
                let usual = if id == "consent-lifetime" { "d" } else { "min" };
                format!("{number} {}", unit.unwrap_or(usual))
            }
            _ => text.to_owned(),
        };
        let entry = EntryField {
            hint: console.t(self.row.help),
            required: id == "name",
            ..form::entry(id, console.t(self.row.label), &value, FieldKind::Shown)
        };
        if let Some(demand) = self.fixed() {
            let layout = &console.layout;
            let hint = layout.t_with("console-setting-fixed", "rule", demand.section);
            return EntryField { hint, ..entry };
        }
        let unused = self.is_unused.then(|| console.t("console-setting-unused"));
        let hints = [entry.hint].into_iter().chain(unused);
        let entry = EntryField {
            hint: hints.collect::<Vec<_>>().join(" "),
            ..entry
        };
        match self.known(console) {
            Some(known) => picker::entry(console, entry, &self.registered.typed, known),
            None => EntryField {
                kind: self.kind(console),
                ..entry
            },
        }
    }
}

pub(crate) fn patch(draft: &Draft<Field<'_>>) -> Result<Map<String, Value>, FieldError> {
    let mut body = Map::new();
    for (field, text) in draft.changed() {
        let others = ALTERNATIVES
            .iter()
            .find(|ids| ids.contains(&field.row.option));
        if let Some(ids) = others
            && is_replaced(draft, *field, text, ids)?
        {
            continue;
        }
        let value = field.json(text).map_err(|key| (field.row.option, key))?;
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
    let filled =
        filled.filter(|(other, text)| ids.contains(&other.row.option) && !text.trim().is_empty());
    // Another authentication method removes the certificate subject.
    let is_subject = !ids.contains(&"jwks");
    let has_other_method = draft
        .changed()
        .any(|(other, _)| other.row.option == "auth-method");
    match (text.trim().is_empty(), filled.count()) {
        (true, 0) if is_subject && has_other_method => Ok(true),
        (true, 0) => Err((field.row.option, "console-setting-required")),
        (_, 2..) => Err((field.row.option, "console-setting-one")),
        (is_empty, _) => Ok(is_empty),
    }
}

/// Returns the field of a page that an error names by its member.
pub(crate) fn field_of(draft: &Draft<Field<'_>>, name: &str) -> Option<&'static str> {
    let mut fields = draft.0.iter().map(|(field, _)| field);
    let found = fields.find(|field| field.member == name);
    found.map(|field| field.row.option)
}

#[cfg(test)]
mod tests;
