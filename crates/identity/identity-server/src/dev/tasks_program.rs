//! The program of the tasks API beside one that does not contain it: its place, its settings and its environment.

use std::collections::BTreeSet;
use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};

use doorward_config::key::Key;
use doorward_config::{Config, SecretText, table};
use serde_json::json;

use super::{DevError, TASKS_DB, of_use, write_private};

/// Name of the program, and of the package that contains it.
pub const PROGRAM: &str = "doorward-tasks";
/// File with the settings, in the data directory.
pub const SETTINGS: &str = "tasks.toml";
/// A development instance serves no metrics.
const METRICS: &str = "metrics.enabled";

/// Returns the program in the folder of the program `here`. One elsewhere, such as in `PATH`, may be another
/// version or a foreign program, and would get the secrets of the instance.
pub fn find(here: &Path) -> Option<PathBuf> {
    // npm and pipx start a program by a link.
    let here = here.canonicalize().ok()?;
    let beside = here.with_file_name(format!("{PROGRAM}{EXE_SUFFIX}"));
    beside.is_file().then_some(beside)
}

/// Writes the settings that `dev` decides, and returns their file. Its relative path is resolved from the
/// data directory.
///
/// # Errors
/// Returns [`DevError::Io`] if the file cannot be written.
pub fn write_settings(directory: &Path, config: &Config) -> Result<PathBuf, DevError> {
    let tasks = &config.tasks;
    let web_secret = tasks.web.client_secret.as_ref();
    let api_secret = tasks.introspection_client_secret.as_ref();
    let settings = [
        ("issuer", json!(config.issuer)),
        (METRICS, json!(false)),
        ("logging.level", json!(config.logging.level)),
        ("tasks.listen", json!(tasks.listen)),
        ("tasks.public_url", json!(tasks.public_url)),
        ("tasks.database_url", json!(format!("sqlite://{TASKS_DB}"))),
        ("tasks.mcp", json!(tasks.mcp)),
        ("tasks.web.client_id", json!(tasks.web.client_id)),
        (
            "tasks.web.client_secret",
            json!(web_secret.map(SecretText::expose)),
        ),
        (
            "tasks.introspection_client_id",
            json!(tasks.introspection_client_id),
        ),
        (
            "tasks.introspection_client_secret",
            json!(api_secret.map(SecretText::expose)),
        ),
    ];
    // A JSON string is a TOML string too.
    let set = settings.iter().filter(|(_, value)| !value.is_null());
    let lines: Vec<String> = set
        .map(|(path, value)| format!("{path} = {value}"))
        .collect();
    let file = directory.join(SETTINGS);
    write_private(&file, &lines.join("\n"))?;
    Ok(file)
}

/// Returns the variables that the program must not inherit, because `dev` decides the keys that they set.
pub fn ignored_variables(environment: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
    let all: Vec<(String, String)> = environment.into_iter().collect();
    let metrics: Vec<String> = table::find(METRICS)
        .into_iter()
        .flat_map(Key::env_names)
        .collect();
    let kept: BTreeSet<String> = of_use(all.clone()).map(|(name, _)| name).collect();
    let names = all.into_iter().map(|(name, _)| name);
    names
        .filter(|name| !kept.contains(name) || metrics.contains(name))
        .collect()
}
