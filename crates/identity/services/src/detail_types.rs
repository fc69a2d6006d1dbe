//! The types of authorization details (RFC 9396), from the operator's file.
//!
//! The file is read together with the registry of scopes, so a removed or disabled type disappears
//! from tokens within a second, at every replica that sees the file.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use doorward_protocol::authorization_details::DetailType;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "type")]
    types: Vec<DetailType>,
}

#[derive(Debug, thiserror::Error)]
#[error("authorization.details_types: {} cannot be used: {cause}", .path.display())]
pub struct DetailTypesError {
    path: PathBuf,
    pub cause: String,
}

/// Reads the file; without a path, there are no types.
pub fn read(path: Option<&Path>) -> Result<Vec<DetailType>, DetailTypesError> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    let failed = |cause: String| DetailTypesError {
        path: path.to_owned(),
        cause,
    };
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    parse(&text).map_err(failed)
}

/// Returns the types in the file. An unusable file defines none: requests with authorization
/// details are rejected, and all others work.
#[must_use]
pub fn known(path: Option<&Path>) -> Vec<DetailType> {
    read(path).unwrap_or_else(|error| {
        tracing::error!(%error, "authorization details are not available");
        Vec::new()
    })
}

fn parse(text: &str) -> Result<Vec<DetailType>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    if let Some(token_error) = file.types.iter().find_map(DetailType::validate) {
        return Err(token_error);
    }
    let mut names = HashSet::new();
    if let Some(twice) = file.types.iter().find(|item| !names.insert(&item.name)) {
        return Err(format!("{} is listed twice", twice.name));
    }
    Ok(file.types)
}

#[cfg(test)]
mod tests;
