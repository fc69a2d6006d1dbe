//! The command that changes a client as a JSON merge patch of the admin API does.

use doorward_domain::model::client_setting::ClientSetting;
use doorward_domain::model::{ClientId, client_settings};
use serde_json::Value;

use super::KEYS_FILE;

const DAY: i64 = 24 * 60 * 60;

/// Returns the words of the command `doorward client update` for a change; `None` if its options
/// cannot express a value.
pub fn update_command(id: &ClientId, patch: &Value) -> Option<Vec<String>> {
    let mut words: Vec<String> = ["doorward", "client", "update"].map(str::to_owned).into();
    for setting in client_settings::all() {
        // A setting with several forms has one option for each member.
        for (member, option) in setting.members.iter().zip(setting.options) {
            let pointer = format!("/{}", member.replace('.', "/"));
            if let Some(value) = patch.pointer(&pointer) {
                push(&mut words, setting, option, value)?;
            }
        }
    }
    if id.as_str().starts_with('-') {
        words.push("--".to_owned());
    }
    words.push(id.to_string());
    Some(words)
}

fn push(
    words: &mut Vec<String>,
    setting: &ClientSetting,
    option: &str,
    value: &Value,
) -> Option<()> {
    match (option, value) {
        ("jwks", _) => words.push(format!("--{option}={KEYS_FILE}")),
        ("consent-days", value) => {
            let seconds = value.as_i64().filter(|seconds| seconds % DAY == 0)?;
            words.push(format!("--{option}={}", seconds / DAY));
        }
        (_, Value::Array(items)) if items.is_empty() => {
            let none = setting.options.iter().find(|name| name.starts_with("no-"));
            words.push(none.map_or_else(|| format!("--{option}="), |none| format!("--{none}")));
        }
        (_, Value::Array(items)) => {
            for item in items {
                words.push(format!("--{option}={}", item.as_str()?));
            }
        }
        (_, Value::Number(number)) => words.push(format!("--{option}={number}")),
        (_, Value::String(text)) => words.push(format!("--{option}={text}")),
        (_, Value::Bool(flag)) => words.push(format!("--{option}={flag}")),
        _ => return None,
    }
    Some(())
}
