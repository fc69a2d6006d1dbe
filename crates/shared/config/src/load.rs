//! Loads the defaults, then the file, then the environment.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use config::{Value, ValueKind};

use super::key::Key;
use super::relative::resolve;
use super::settings::Config;
use super::table;
use super::value::Misfit;
use super::{ConfigError, Finding, Origin, environment, file, secret_file};

/// Values by dotted path, each with its origin.
#[derive(Default)]
struct Layers {
    values: BTreeMap<&'static str, (ValueKind, Origin)>,
    /// Directory of the configuration file, from which its relative paths are resolved; empty
    /// without a file.
    directory: PathBuf,
    findings: Vec<Finding>,
}

impl Config {
    /// Loads the file (`None`: only defaults and environment) and lets `environment` override it.
    ///
    /// # Errors
    /// Returns all unknown keys, wrong types and values out of range, each with its origin and the
    /// value to write instead.
    pub fn load(
        path: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut layers = Layers::default();
        if let Some(path) = path {
            layers.file(path);
        }
        layers.environment(environment);
        layers.finish()
    }

    /// Loads the text of a file that is not written yet, as [`Config::load`] loads a file.
    ///
    /// # Errors
    /// Returns the same findings.
    pub fn load_text(
        path: &Path,
        text: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut layers = Layers::default();
        layers.text(path, text);
        layers.environment(environment);
        layers.finish()
    }

    /// Returns the defaults, for tests and as the base of a development instance.
    ///
    /// # Errors
    /// Returns the findings of invalid defaults; a test excludes them.
    pub fn defaults() -> Result<Self, ConfigError> {
        Self::load(None, [])
    }

    /// Marks a key as set by `doorward dev`.
    pub fn mark_development(&mut self, path: &'static str) {
        self.origins.insert(path, Origin::Development);
    }
}

impl Layers {
    fn file(&mut self, path: &Path) {
        match std::fs::read_to_string(path) {
            Ok(text) => self.text(path, &text),
            Err(error) => {
                let origin = Origin::File {
                    path: path.to_owned(),
                    line: 1,
                };
                let problem = format!("cannot be read: {error}");
                let remediation = "name an existing file with `--config FILE`";
                let finding = Finding::error("file", origin, problem, remediation);
                self.findings.push(finding);
            }
        }
    }

    fn text(&mut self, path: &Path, text: &str) {
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        self.directory.clone_from(&directory);
        let (entries, findings) = file::read(path, text);
        self.findings.extend(findings);
        let mut seen: BTreeMap<&'static str, String> = BTreeMap::new();
        for entry in entries {
            let origin = Origin::File {
                path: path.to_owned(),
                line: entry.line,
            };
            let (key, is_file) = match table::find(&entry.path) {
                Some(key) => (key, false),
                None => match entry.path.strip_suffix("_file").and_then(table::find) {
                    Some(key) => (key, true),
                    None => continue,
                },
            };
            if let Some(other) = seen.insert(key.path, entry.path.clone()) {
                let problem = format!("set twice, by `{other}` and by `{}`", entry.path);
                self.wrong(key, origin, problem, "keep one of the two");
                continue;
            }
            if is_file {
                match entry.raw {
                    super::value::RawValue::Text(secret) => {
                        self.secret_file(key, &secret, origin, &directory);
                    }
                    _ => self.wrong(
                        key,
                        origin,
                        format!("`{}` is not text", entry.path),
                        "write the path of a file in quotes",
                    ),
                }
            } else {
                self.set(key, key.kind.from_toml(&entry.raw), origin, &directory);
            }
        }
    }

    fn environment(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        let (entries, findings) = environment::read(variables);
        self.findings.extend(findings);
        // The environment belongs to a process, so its paths are relative to the working directory.
        let directory = Path::new("");
        for entry in entries {
            let origin = Origin::Environment(entry.name);
            if entry.is_file {
                self.secret_file(entry.key, &entry.text, origin, directory);
            } else {
                let value = entry.key.kind.from_text(&entry.text);
                self.set(entry.key, value, origin, directory);
            }
        }
    }

    fn secret_file(&mut self, key: &'static Key, path: &str, origin: Origin, directory: &Path) {
        let path = directory.join(path);
        match secret_file::read(&path) {
            Ok(text) => self.set(key, key.kind.from_text(&text), origin, directory),
            Err(error) => self.wrong(
                key,
                origin,
                format!("the file {} cannot be read: {error}", path.display()),
                "name a file that this user may read",
            ),
        }
    }

    fn set(
        &mut self,
        key: &'static Key,
        value: Result<ValueKind, Misfit>,
        origin: Origin,
        directory: &Path,
    ) {
        match value {
            Ok(value) => {
                let value = resolve(&key.kind, value, directory);
                self.values.insert(key.path, (value, origin));
            }
            Err(Misfit(found)) => {
                let remediation = format!("write {}", key.kind.expected());
                self.wrong(key, origin, format!("{found} does not fit"), remediation);
            }
        }
    }

    fn wrong(
        &mut self,
        key: &Key,
        origin: Origin,
        problem: String,
        remediation: impl Into<String>,
    ) {
        let finding = Finding::error(key.path, origin, problem, remediation);
        self.findings.push(finding);
    }

    fn finish(self) -> Result<Config, ConfigError> {
        if !self.findings.is_empty() {
            return Err(ConfigError(self.findings));
        }
        let mut builder = config::Config::builder();
        let mut origins = BTreeMap::new();
        for key in table::all() {
            let value = if let Some((value, origin)) = self.values.get(key.path) {
                origins.insert(key.path, origin.clone());
                Some(value.clone())
            } else {
                // A test verifies that each default fits its type.
                let default = key.default.and_then(|text| key.kind.from_text(text).ok());
                default.map(|value| resolve(&key.kind, value, &self.directory))
            };
            if value.is_none() && !key.path.contains('.') {
                continue;
            }
            // An optional key that is unset still creates its section.
            let value = Value::new(None, value.unwrap_or(ValueKind::Nil));
            builder = builder.set_override(key.path, value).map_err(unreadable)?;
        }
        let tree = builder.build().map_err(unreadable)?;
        let mut config: Config = tree.try_deserialize().map_err(unreadable)?;
        config.origins = origins;
        Ok(config)
    }
}

/// Converts an error of the builder. Every value was checked before, so the key table is wrong.
#[expect(clippy::needless_pass_by_value, reason = "used with map_err")]
fn unreadable(error: config::ConfigError) -> ConfigError {
    let (origin, problem) = (Origin::Default, error.to_string());
    ConfigError(vec![Finding::error("configuration", origin, problem, "")])
}
