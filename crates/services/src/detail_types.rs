//! The types of authorization details (RFC 9396), from the operator's file.
//!
//! The file is read again when the registry of scopes is, so that a type that is taken out or switched
//! off is in no token a second later, at every replica that sees the file.

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

/// Why there are no types although there should be some.
#[derive(Debug, thiserror::Error)]
#[error("authorization.details_types: {} cannot be used: {cause}", .path.display())]
pub struct DetailTypesError {
    path: PathBuf,
    /// What is wrong with the file.
    pub cause: String,
}

/// Reads the file; none: there are no types.
///
/// # Errors
/// [`DetailTypesError`] when it cannot be read, or anything in it is not as it has to be.
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

/// The types of the file. A broken file knows none: whatever is asked for in detail is refused, and
/// everything else goes on.
#[must_use]
pub fn known(path: Option<&Path>) -> Vec<DetailType> {
    read(path).unwrap_or_else(|error| {
        tracing::error!(%error, "no authorization details are served");
        Vec::new()
    })
}

fn parse(text: &str) -> Result<Vec<DetailType>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    if let Some(flaw) = file.types.iter().find_map(DetailType::validate) {
        return Err(flaw);
    }
    let mut names = HashSet::new();
    if let Some(twice) = file.types.iter().find(|one| !names.insert(&one.name)) {
        return Err(format!("{} stands there twice", twice.name));
    }
    Ok(file.types)
}

#[cfg(test)]
mod tests;
