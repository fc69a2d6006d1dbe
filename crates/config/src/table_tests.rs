//! Tests of the key table against the struct, the defaults, the reference and the printed output.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::tests::load;
use super::*;

fn leaves(prefix: &str, value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let path = if prefix.is_empty() {
                    name.clone()
                } else {
                    format!("{prefix}.{name}")
                };
                leaves(&path, value, into);
            }
        }
        _ => {
            into.insert(prefix.to_owned());
        }
    }
}

#[test]
fn every_field_is_documented_and_every_documented_key_is_field() {
    let mut fields = BTreeSet::new();
    leaves("", &Config::defaults().unwrap().to_json(), &mut fields);
    let documented: BTreeSet<_> = table::all().map(|key| key.path.to_owned()).collect();
    assert_eq!(fields, documented);
}

#[test]
fn each_default_parses_and_is_loaded() {
    let config = Config::defaults().unwrap();
    for key in table::all() {
        let shown = config.masked_value(key.path);
        let Some(text) = key.default else {
            assert!(
                shown.is_null() || shown == json!(""),
                "{} has a value",
                key.path
            );
            continue;
        };
        let expected = key
            .kind
            .from_text(text)
            .unwrap_or_else(|_| panic!("{}", key.path));
        let loaded = match &shown {
            Value::String(text) => text.clone(),
            Value::Array(items) => {
                let items: Vec<_> = items.iter().filter_map(Value::as_str).collect();
                items.join(" ")
            }
            other => other.to_string(),
        };
        let expected = match expected.to_string() {
            _ if matches!(shown, Value::Array(_)) => text.to_owned(),
            number if number.parse::<f64>().is_ok() => number,
            text => text,
        };
        let same_number = loaded.parse::<f64>().ok() == expected.parse::<f64>().ok();
        assert!(
            loaded == expected || same_number,
            "{}: {loaded} != {expected}",
            key.path
        );
        assert!(!key.doc.is_empty());
    }
}

#[test]
fn fixed_defaults_match_design() {
    let config = Config::defaults().unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8400");
    assert_eq!(config.tokens.access_ttl, 300);
    assert_eq!(config.tokens.id_ttl, 300);
    assert_eq!(config.tokens.code_ttl, 60);
    assert_eq!(config.tokens.refresh_ttl, 30 * 86_400);
    assert_eq!(config.tokens.refresh_grace, 10);
    assert_eq!(config.sessions.idle, 12 * 3600);
    assert_eq!(config.sessions.absolute, 30 * 86_400);
    assert_eq!(config.passwords.min_length, 15);
    assert_eq!(config.passwords.hash_memory_kib, 19_456);
    assert_eq!(config.keys.publish_lead, 600);
    assert_eq!(config.tasks_audience(), "http://localhost:8401/api");
    assert_eq!(config.mode, Mode::Serve);
}

#[test]
fn printed_configuration_loads_again() {
    let toml = Config::defaults().unwrap().to_toml();
    let again = load(&toml, &[]).unwrap();
    assert_eq!(again.to_json(), Config::defaults().unwrap().to_json());
}

#[test]
fn reference_has_each_key_with_environment_names() {
    let reference = reference::markdown();
    for key in table::all() {
        assert!(reference.contains(&format!("### `{}`", key.path)));
        for name in key.env_names() {
            assert!(reference.contains(&format!("`{name}`")), "{name}");
        }
    }
}
