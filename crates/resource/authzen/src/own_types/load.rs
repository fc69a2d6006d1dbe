//! Reading of the directory: `schema.cedarschema`, rules in `*.cedar`, and `entities.json` in Cedar's
//! format. Rules and entities are checked against the schema.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr as _;

use cedar_policy::{Authorizer, Entities, PolicySet, Schema, ValidationMode, Validator};
use serde_json::Value;

use super::OwnTypes;
use crate::members::Members;

/// Maximum size of a file in bytes.
const FILE_LIMIT: u64 = 1024 * 1024;
/// Maximum number of entities. The properties of others come with each request.
const MAX_ENTITIES: usize = 1000;

/// The file that prevented the types from loading, and the reason.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct LoadError {
    pub file: String,
    pub reason: String,
}

impl OwnTypes {
    /// Loads a directory.
    ///
    /// # Errors
    /// Returns the first invalid file. `reserved` are resource types that the schema must not declare.
    pub fn load(directory: &Path, reserved: &[&str]) -> Result<Self, LoadError> {
        let file = |name: &str| directory.join(name);
        let path = file("schema.cedarschema");
        let (schema, _) = Schema::from_cedarschema_str(&read(&path)?)
            .map_err(|cause| refuse(&path, cause.to_string()))?;
        let mut resources = schema.resources().map(ToString::to_string);
        if let Some(kind) = resources.find(|kind| reserved.contains(&kind.as_str())) {
            let reason = format!("the type {kind} belongs to this server");
            return Err(refuse(&path, reason));
        }
        drop(resources);
        let policies = policies(directory, &schema)?;
        let path = file("entities.json");
        let json = if path.exists() {
            let text = read(&path)?;
            serde_json::from_str(&text).map_err(|cause| refuse(&path, cause.to_string()))?
        } else {
            Value::Array(Vec::new())
        };
        if json
            .as_array()
            .is_none_or(|items| items.len() > MAX_ENTITIES)
        {
            let reason = format!("write a list of at most {MAX_ENTITIES} entities");
            return Err(refuse(&path, reason));
        }
        let entities = Entities::from_json_value(json, Some(&schema))
            .map_err(|cause| refuse(&path, explained(&cause)))?;
        let stored = stored(&entities).map_err(|reason| refuse(&path, reason))?;
        Ok(Self {
            schema,
            policies,
            entities,
            stored,
            authorizer: Authorizer::new(),
        })
    }
}

fn policies(directory: &Path, schema: &Schema) -> Result<PolicySet, LoadError> {
    let listed =
        std::fs::read_dir(directory).map_err(|cause| refuse(directory, cause.to_string()))?;
    let mut files = Vec::new();
    for entry in listed {
        let path = entry
            .map_err(|cause| refuse(directory, cause.to_string()))?
            .path();
        if path
            .extension()
            .is_some_and(|extension| extension == "cedar")
        {
            files.push(path);
        }
    }
    files.sort();
    let mut text = String::new();
    for path in &files {
        // One set: the numbers of rules without `@id` count through all files.
        let rules = read(path)?;
        PolicySet::from_str(&rules).map_err(|cause| refuse(path, cause.to_string()))?;
        text.push_str(&rules);
        text.push('\n');
    }
    let policies =
        PolicySet::from_str(&text).map_err(|cause| refuse(directory, cause.to_string()))?;
    let checked = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
    match checked.validation_errors().next() {
        Some(mistake) => Err(refuse(directory, mistake.to_string())),
        None => Ok(policies),
    }
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

fn read(path: &Path) -> Result<String, LoadError> {
    let refuse = |cause: std::io::Error| refuse(path, cause.to_string());
    if std::fs::metadata(path).map_err(refuse)?.len() > FILE_LIMIT {
        return Err(self::refuse(path, "larger than 1 MiB"));
    }
    std::fs::read_to_string(path).map_err(refuse)
}

fn refuse(path: &Path, reason: impl Into<String>) -> LoadError {
    LoadError {
        file: path.display().to_string(),
        reason: reason.into(),
    }
}
