//! Sources of secrets, which no file contains.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use doorward_admin::prelude::*;

/// The place of a secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SecretSource {
    /// Variable of the environment.
    Env(String),
    File(PathBuf),
    /// Credential of systemd.
    Credential(String),
}

const EXPECTED: &str =
    "write \"keep\", { env = \"NAME\" }, { file = \"PATH\" } or { credential = \"NAME\" }";

impl SecretSource {
    /// Reads the member of a file.
    pub(super) fn parse(value: &Value) -> Result<Self, String> {
        let members = value.as_object().filter(|members| members.len() == 1);
        let member = members.and_then(|members| members.iter().next());
        let source = member.and_then(|(name, value)| {
            let text = value.as_str()?.to_owned();
            match name.as_str() {
                "env" => Some(Self::Env(text)),
                "file" => Some(Self::File(text.into())),
                "credential" if !text.contains('/') => Some(Self::Credential(text)),
                _ => None,
            }
        });
        source.ok_or_else(|| EXPECTED.to_owned())
    }

    /// Reads the secret.
    pub fn read(&self) -> Result<String, String> {
        let file = |path: &Path| {
            let text = fs::read_to_string(path);
            text.map_err(|error| format!("{}: {error}", path.display()))
        };
        let text = match self {
            Self::Env(name) => {
                env::var(name).map_err(|_| format!("the environment has no variable {name}"))
            }
            Self::File(path) => file(path),
            Self::Credential(name) => {
                let directory = env::var_os("CREDENTIALS_DIRECTORY");
                let missing = || "the service has no credentials".to_owned();
                file(&Path::new(&directory.ok_or_else(missing)?).join(name))
            }
        }?;
        let secret = text.trim_end_matches(['\r', '\n']);
        if secret.is_empty() {
            return Err("the secret is empty".to_owned());
        }
        Ok(secret.to_owned())
    }
}
