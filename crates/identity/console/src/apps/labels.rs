//! The names and values of a client's settings, as pages show them.

use doorward_domain::model::client_setting::ClientSetting;
use doorward_templates::console::Value;
use serde_json::Value as Json;

use crate::apps::settings_page::ROWS;
use doorward_console_ui::console::Console;
use doorward_console_ui::lifetime;

/// The grant types with their messages.
pub(crate) const GRANTS: [(&str, &str); 7] = [
    ("authorization_code", "console-grant-code"),
    ("refresh_token", "console-grant-refresh"),
    ("client_credentials", "console-grant-client"),
    (
        "urn:ietf:params:oauth:grant-type:device_code",
        "console-grant-device",
    ),
    ("urn:openid:params:grant-type:ciba", "console-grant-ciba"),
    (
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "console-grant-exchange",
    ),
    (
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "console-grant-bearer",
    ),
];

/// Returns the message of a setting, or of one form of it, by its command line option.
pub(crate) fn key(option: &str) -> Option<&'static str> {
    let found = ROWS.iter().find(|row| row.option == option);
    found.map(|row| row.label)
}

pub(crate) fn name(console: &Console<'_>, setting: &ClientSetting) -> String {
    let option = setting.options.first().copied().unwrap_or_default();
    key(option).map_or_else(|| setting.name.to_owned(), |key| console.t(key))
}

/// Returns the name of a grant type, or its value on the wire if it is unknown.
pub(crate) fn grant(console: &Console<'_>, value: &str) -> String {
    let found = GRANTS.iter().find(|(known, _)| *known == value);
    found.map_or_else(|| value.to_owned(), |(_, key)| console.t(key))
}

pub(crate) fn word(value: &str) -> Option<&'static str> {
    Some(match value {
        "none" => "console-choice-none",
        "required" => "console-choice-required",
        "auto" => "console-choice-auto",
        "optional" => "console-choice-optional",
        _ => return None,
    })
}

pub(crate) fn value(console: &Console<'_>, setting: &ClientSetting, value: &Json) -> Value {
    let none = || console.text("console-none");
    match value {
        Json::Null => none(),
        Json::Bool(flag) => console.yes(*flag),
        Json::Number(number) => {
            let seconds = number.as_i64();
            seconds.map_or_else(none, |seconds| Value::Code(lifetime::format(seconds)))
        }
        Json::String(text) if text.is_empty() => none(),
        Json::String(text) => match setting.field {
            "name" | "consent.publisher" => Value::Name(text.clone()),
            "scopes" | "consent.optional_scopes" => {
                Value::Codes(text.split_whitespace().map(str::to_owned).collect())
            }
            _ => word(text).map_or_else(|| Value::Code(text.clone()), |key| console.text(key)),
        },
        Json::Array(items) => console.codes(items.iter().map(code)),
        Json::Object(members) => match members.get("keys").and_then(Json::as_array) {
            Some(keys) => Value::Codes(keys.iter().map(key_name).collect()),
            None => Value::Code(value.to_string()),
        },
    }
}

fn code(item: &Json) -> String {
    item.as_str()
        .map_or_else(|| item.to_string(), str::to_owned)
}

fn key_name(key: &Json) -> String {
    let named = ["kid", "kty"].iter().find_map(|name| key[*name].as_str());
    named.unwrap_or_default().to_owned()
}
