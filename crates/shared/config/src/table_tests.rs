//! Tests of the key table against the struct, the defaults, the reference and the printed output.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::key::Kind;
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

/// Keys with a text or a list that names no object of the database.
const NO_OBJECTS: &[&str] = &[
    "issuer",
    "trusted_proxies",
    "forwarded_header",
    "client_metadata_documents.allowed_hosts",
    "client_registration.redirect_hosts",
    "client_registration.redirect_schemes",
    "client_registration.grant_types",
    "mtls.public_url",
    "accounts.reserved_usernames",
    "tls.acme.directory",
    "tls.acme.contacts",
    "tls.acme.hosts",
    "tls.acme.eab_key_id",
    "organizations.base_domain",
    "ldap.base_dn",
    // A permission of API keys.
    "ldap.scope",
    "mail.from",
    "mail.hello_name",
    "mail.only_to",
    "audit.streams.syslog",
    "audit.streams.https",
    "logging.level",
    "telemetry.otlp_endpoint",
    "branding.name",
    "former_issuers.urls",
    "former_issuers.until",
    "passkeys.rp_id",
    "branding.privacy_url",
    "branding.terms_url",
    "branding.imprint_url",
    "branding.support_url",
    "tasks.issuer",
    // `serve` moves the resource to it.
    "tasks.audience",
    "tasks.public_url",
    "tasks.allowed_origins",
    "tasks.time_zone",
];

#[test]
fn each_key_declares_objects_that_it_names() {
    let named = table::all().filter(|key| {
        matches!(
            key.kind,
            Kind::Text | Kind::Url | Kind::Endpoint | Kind::StringList | Kind::Counts
        )
    });
    for key in named {
        let is_declared = key.refers_to.is_some();
        let is_known = NO_OBJECTS.contains(&key.path);
        assert!(
            is_declared != is_known,
            "{}: declare it with `Key::naming`, or list it here",
            key.path
        );
    }
}

#[test]
fn declared_names_are_read_in_each_form() {
    let file = "[mfa]\nrequired_for_roles = [\"*\", \"admn\"]\n[limits]\nroles = { boss = 5 }\n\
                [api]\ndefault_client = \"web\"\n[tasks.limits]\nroles = [\"chief=7\"]\n";
    let environment = [("DOORWARD_ISSUER", "https://id.example.org")];
    let config = load(file, &environment).unwrap();
    let found = config.named_objects();
    let found: Vec<_> = found.iter().map(|it| (it.key, it.name.as_str())).collect();
    let expected = [
        ("mfa.required_for_roles", "admn"),
        ("api.default_client", "web"),
        ("limits.roles", "boss"),
        ("tasks.limits.roles", "chief"),
    ];
    assert_eq!(found, expected);
    // The roles of another issuer are not known here.
    let other = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        ("DOORWARD__TASKS__ISSUER", "https://other.example.org"),
    ];
    let config = load(file, &other).unwrap();
    assert_eq!(config.named_objects().len(), 3);
    assert_eq!(Config::defaults().unwrap().named_objects(), []);
}

#[test]
fn fixed_defaults_match_design() {
    let config = Config::defaults().unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8400");
    assert_eq!(config.tokens.access_ttl, 300);
    assert_eq!(config.tokens.id_ttl, 300);
    assert_eq!(config.tokens.access_ttl_max, 3_600);
    assert_eq!(config.tokens.id_ttl_max, 3_600);
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
    // The printed configuration names the databases, relative to its file.
    let of_default = load("", &[]).unwrap();
    assert_eq!(again.to_json(), of_default.to_json());
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

/// Returns the text files below a directory.
fn texts(directory: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_dir() {
            texts(&path, into);
        } else if ending.is_none_or(|ending| ["md", "yml", "yaml", "service"].contains(&ending)) {
            into.push(path);
        }
    }
}

/// Returns true for a key, its `…_file` variant, or a section.
fn is_known(path: &str) -> bool {
    let file = path.strip_suffix("_file").and_then(table::find);
    let section = format!("{path}.");
    table::find(path).is_some()
        || file.is_some_and(key::Key::is_secret)
        || table::all().any(|key| key.path.starts_with(&section))
}

/// Returns the words in a text that have the form of a key: an environment name, or a dotted path
/// of a section between `quotes`.
fn named(text: &str, quotes: &[char]) -> Vec<String> {
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let environment = text.split(key::ENV_PREFIX).skip(1);
    let environment = environment.map(|rest| {
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        rest[..end].to_ascii_lowercase().replace("__", ".")
    });
    let is_path = |word: &&str| {
        let plain = word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b"_.".contains(&b));
        let section = word
            .split_once('.')
            .map(|(section, _)| format!("{section}."));
        let starts = |start: String| table::all().any(|key| key.path.starts_with(&start));
        let is_file = [".rs", ".pem"].iter().any(|end| word.ends_with(end));
        plain && !is_file && section.is_some_and(starts)
    };
    let quoted = text
        .split(quotes)
        .map(|word| word.split(" = ").next().unwrap_or(word));
    let quoted = quoted.filter(is_path).map(str::to_owned);
    environment
        .filter(|path| !path.is_empty())
        .chain(quoted)
        .collect()
}

#[test]
fn documents_and_findings_name_existing_keys() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let mut files = Vec::new();
    texts(&root.join("docs"), &mut files);
    texts(&root.join("deploy"), &mut files);
    let sources = std::fs::read_dir(root.join("crates/shared/config/src")).unwrap();
    let sources = sources.flatten().map(|entry| entry.path());
    let is_test = |path: &PathBuf| path.to_string_lossy().ends_with("tests.rs");
    // Settings of clients, and values of commands, some of which have a section's name.
    let others = [
        "client-settings.md",
        "reference/cli.md",
        "reference/terraform.md",
        "guides/from-keycloak-as-code.md",
    ];
    files.retain(|path| !others.iter().any(|other| path.ends_with(other)));
    // The documentation of this file has a placeholder.
    let has_placeholder = |path: &PathBuf| path.ends_with("environment.rs");
    files.extend(sources.filter(|path| path.is_file() && !is_test(path) && !has_placeholder(path)));
    let mut unknown = Vec::new();
    let mut seen = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let names = named(&text, &['`', '"']);
        unknown.extend(
            names
                .iter()
                .filter(|name| !is_known(name))
                .map(|name| format!("{}: {name}", file.display())),
        );
        seen.extend(names);
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
    assert!(seen.len() > 50, "only {} names were found", seen.len());
}

#[test]
fn golden_keys_and_variables_are_still_accepted() {
    let golden = include_str!("../tests/golden/keys.txt").lines();
    let mut count = 0;
    for line in golden.filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let path = words.next().unwrap();
        let key = table::find(path).unwrap_or_else(|| panic!("{path} is not a key any more"));
        for variable in words {
            let is_read = key.env_names().any(|own| own == variable);
            assert!(is_read, "{path} is not read from {variable} any more");
        }
        count += 1;
    }
    assert!(count > 100, "{count}");
}
