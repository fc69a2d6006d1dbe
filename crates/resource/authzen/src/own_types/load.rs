//! Reading of the directory: `schema.cedarschema`, rules in `*.cedar`, and `entities.json` in Cedar's
//! format. Rules and entities are checked against the schema.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use cedar_policy::{Authorizer, Entities, PolicySet, Schema, ValidationMode, Validator};
use serde_json::Value;

use super::decisions::OwnTypes;
use crate::members::Members;

/// Maximum size of a file in bytes.
const FILE_LIMIT: u64 = 1024 * 1024;
/// Maximum number of entities. The properties of others come with each request.
const MAX_ENTITIES: usize = 1000;

/// The file that prevented the types from loading, and the reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct LoadError {
    pub file: String,
    pub reason: String,
}

/// A file with its text.
type File = (PathBuf, String);

/// The files of a directory, which can be compared with those of an earlier time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Files {
    directory: PathBuf,
    schema: File,
    rules: Vec<File>,
    entities: Option<File>,
}

impl Files {
    pub(super) fn read(directory: &Path) -> Result<Self, LoadError> {
        let entities = directory.join("entities.json");
        Ok(Self {
            directory: directory.to_owned(),
            schema: read(directory.join("schema.cedarschema"))?,
            rules: rules(directory)?,
            entities: entities.exists().then(|| read(entities)).transpose()?,
        })
    }

    /// Checks the files, and builds the types. `reserved` are resource types that the schema must not declare.
    pub(super) fn build(&self, reserved: &[&str]) -> Result<OwnTypes, LoadError> {
        let (path, text) = &self.schema;
        let (schema, _) =
            Schema::from_cedarschema_str(text).map_err(|cause| refuse(path, cause.to_string()))?;
        let mut resources = schema.resources().map(ToString::to_string);
        if let Some(kind) = resources.find(|kind| reserved.contains(&kind.as_str())) {
            let reason = format!("the type {kind} belongs to this server");
            return Err(refuse(path, reason));
        }
        drop(resources);
        let policies = self.policies(&schema)?;
        let (path, json) = match &self.entities {
            None => (self.directory.as_path(), Value::Array(Vec::new())),
            Some((path, text)) => {
                let json = serde_json::from_str(text);
                (
                    path.as_path(),
                    json.map_err(|cause| refuse(path, cause.to_string()))?,
                )
            }
        };
        if json
            .as_array()
            .is_none_or(|items| items.len() > MAX_ENTITIES)
        {
            let reason = format!("write a list of at most {MAX_ENTITIES} entities");
            return Err(refuse(path, reason));
        }
        let entities = Entities::from_json_value(json, Some(&schema))
            .map_err(|cause| refuse(path, explained(&cause)))?;
        let stored = stored(&entities).map_err(|reason| refuse(path, reason))?;
        Ok(OwnTypes {
            schema,
            policies,
            entities,
            stored,
            authorizer: Authorizer::new(),
        })
    }

    fn policies(&self, schema: &Schema) -> Result<PolicySet, LoadError> {
        let mut text = String::new();
        for (path, rules) in &self.rules {
            // One set: the numbers of rules without `@id` count through all files.
            PolicySet::from_str(rules).map_err(|cause| refuse(path, cause.to_string()))?;
            text.push_str(rules);
            text.push('\n');
        }
        let refuse = |reason: String| refuse(&self.directory, reason);
        let policies = PolicySet::from_str(&text).map_err(|cause| refuse(cause.to_string()))?;
        let checked = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
        match checked.validation_errors().next() {
            Some(mistake) => Err(refuse(mistake.to_string())),
            None => Ok(policies),
        }
    }
}

/// Reads the files with rules in a directory, in the order of their names.
fn rules(directory: &Path) -> Result<Vec<File>, LoadError> {
    let refuse = |cause: std::io::Error| refuse(directory, cause.to_string());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(refuse)? {
        let path = entry.map_err(refuse)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "cedar")
        {
            paths.push(path);
        }
    }
    paths.sort();
    paths.into_iter().map(read).collect()
}

/// Returns the entities by type and ID, without those of the actions, which the schema has.
fn stored(entities: &Entities) -> Result<BTreeMap<(String, String), Members>, String> {
    let mut stored = BTreeMap::new();
    for entity in entities.iter() {
        let uid = entity.uid();
        if uid.type_name().basename() == "Action" {
            continue;
        }
        let key = (uid.type_name().to_string(), uid.id().unescaped().to_owned());
        if let Value::Object(members) = entity.to_json_value().map_err(|cause| cause.to_string())? {
            stored.insert(key, members);
        }
    }
    Ok(stored)
}

/// Returns an error of Cedar with its causes.
fn explained(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.join(": ")
}

fn read(path: PathBuf) -> Result<File, LoadError> {
    let refuse = |cause: std::io::Error| refuse(&path, cause.to_string());
    if std::fs::metadata(&path).map_err(refuse)?.len() > FILE_LIMIT {
        return Err(self::refuse(&path, "larger than 1 MiB"));
    }
    let text = std::fs::read_to_string(&path).map_err(refuse)?;
    Ok((path, text))
}

fn refuse(path: &Path, reason: impl Into<String>) -> LoadError {
    LoadError {
        file: path.display().to_string(),
        reason: reason.into(),
    }
}
