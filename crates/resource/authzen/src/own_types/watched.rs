//! The types of a directory that may change while the server runs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::decisions::OwnTypes;
use super::load::{Files, LoadError};

/// The present types of a directory. Invalid changes leave the former ones.
#[derive(Debug)]
pub struct WatchedTypes {
    directory: PathBuf,
    reserved: &'static [&'static str],
    current: RwLock<Arc<OwnTypes>>,
    state: Mutex<DirectoryState>,
}

/// The result of the last check of the directory.
#[derive(Debug)]
struct DirectoryState {
    files: Files,
    /// Error of the files; they are compared with later ones.
    invalid: Option<LoadError>,
    /// Error of reading the directory; its former files remain known.
    unreadable: Option<LoadError>,
}

impl WatchedTypes {
    /// Loads a directory.
    ///
    /// # Errors
    /// Returns the first invalid file. `reserved` are resource types that the schema must not declare.
    pub fn load(directory: &Path, reserved: &'static [&'static str]) -> Result<Self, LoadError> {
        let files = Files::read(directory)?;
        let types = files.build(reserved)?;
        Ok(Self {
            directory: directory.to_owned(),
            reserved,
            current: RwLock::new(Arc::new(types)),
            state: Mutex::new(DirectoryState {
                files,
                invalid: None,
                unreadable: None,
            }),
        })
    }

    pub fn current(&self) -> Arc<OwnTypes> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns true if the directory has a change that is not in effect.
    pub fn is_broken(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.invalid.is_some() || state.unreadable.is_some()
    }

    /// Checks the directory again. Changed files take effect together or, if one is invalid, not at all.
    /// Logs a problem once for each change.
    pub fn reload(&self) {
        // Locked first: of two checks at once, the later one reads later and its types stay.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let files = match Files::read(&self.directory) {
            Ok(files) => files,
            Err(problem) => {
                if state.unreadable.as_ref() != Some(&problem) {
                    tracing::error!(%problem, "types cannot be read; the former types remain active");
                    state.unreadable = Some(problem);
                }
                return;
            }
        };
        if state.unreadable.take().is_some() {
            tracing::info!("types can be read again");
        }
        if files == state.files {
            return;
        }
        match files.build(self.reserved) {
            Ok(types) => {
                tracing::info!(entities = types.stored.len(), "changed types activated");
                state.invalid = None;
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(types);
            }
            Err(problem) => {
                tracing::error!(%problem, "changed types are invalid; the former types remain active");
                state.invalid = Some(problem);
            }
        }
        state.files = files;
    }
}

#[cfg(test)]
mod tests;
