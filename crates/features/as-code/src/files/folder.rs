//! The files of a folder, read.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use doorward_admin::kinds::{self, Document, KEEP, Kind, SECRET};
use doorward_admin::prelude::*;

use super::secret::SecretSource;
use crate::state::Objects;

const EXTENSION: &str = "toml";

/// A file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct FileError {
    path: PathBuf,
    problem: String,
}

impl FileError {
    pub(crate) fn new(path: &Path, problem: &dyn Display) -> Self {
        Self {
            path: path.to_owned(),
            problem: problem.to_string(),
        }
    }
}

/// The file of an object.
#[derive(Clone, Debug)]
pub struct SourceFile {
    pub path: PathBuf,
    pub text: String,
    /// The members, with the sources of secrets.
    pub document: Document,
}

/// The files of each managed kind: those that have a folder.
#[derive(Debug, Default)]
pub struct Folder(BTreeMap<&'static str, Vec<SourceFile>>);

impl Folder {
    /// Reads the folders of all kinds below a directory. Other folders have no TOML file, because a wrong name
    /// would silently leave a kind out.
    pub fn read(directory: &Path) -> Result<Self, FileError> {
        let mut folder = Self::default();
        for (name, path) in entries(directory)? {
            if !path.is_dir() || name.starts_with('.') {
                continue;
            }
            let paths = files_below(&path)?;
            match kinds::all().find(|kind| kind.name == name) {
                Some(kind) => {
                    let files = paths.into_iter().map(SourceFile::read);
                    folder.0.insert(kind.name, files.collect::<Result<_, _>>()?);
                }
                None if paths.is_empty() => {}
                None => {
                    let known: Vec<&str> = kinds::all().map(|kind| kind.name).collect();
                    let known = known.join(", ");
                    let problem = format!("is no kind of objects; the kinds are {known}");
                    return Err(FileError::new(&path, &problem));
                }
            }
        }
        Ok(folder)
    }

    /// Returns the files of a kind.
    pub fn of(&self, kind: &Kind) -> &[SourceFile] {
        self.0.get(kind.name).map_or(&[], Vec::as_slice)
    }

    /// Returns the objects, with the values that `secret` reads.
    pub fn objects(
        &self,
        secret: impl Fn(&SecretSource) -> Result<String, String>,
    ) -> Result<Objects, FileError> {
        let mut objects = Objects::new();
        for (kind, files) in &self.0 {
            let documents = files.iter().map(|file| file.with_secret(&secret));
            let documents = documents.collect::<Result<_, _>>()?;
            objects.insert((*kind).to_owned(), documents);
        }
        Ok(objects)
    }
}

impl SourceFile {
    fn read(path: PathBuf) -> Result<Self, FileError> {
        let text = fs::read_to_string(&path).map_err(|error| FileError::new(&path, &error))?;
        let document = toml::from_str(&text).map_err(|error| FileError::new(&path, &error))?;
        Ok(Self {
            path,
            text,
            document,
        })
    }

    /// Returns the members with a stored secret in place of a source.
    pub fn with_kept_secret(&self) -> Result<Document, FileError> {
        self.with_secret(&|_| Ok(KEEP.to_owned()))
    }

    fn with_secret(
        &self,
        read: &impl Fn(&SecretSource) -> Result<String, String>,
    ) -> Result<Document, FileError> {
        let mut document = self.document.clone();
        let Some(value) = document.get(SECRET).filter(|value| **value != KEEP) else {
            return Ok(document);
        };
        let secret = SecretSource::parse(value).and_then(|source| read(&source));
        let wrong = |problem| FileError::new(&self.path, &format!("{SECRET}: {problem}"));
        document.insert(SECRET.to_owned(), secret.map_err(wrong)?.into());
        Ok(document)
    }
}

/// Returns the names and paths in a directory, in the order of the names; none if it does not exist.
fn entries(directory: &Path) -> Result<Vec<(String, PathBuf)>, FileError> {
    let wrong = |error: io::Error| FileError::new(directory, &error);
    let mut found = Vec::new();
    match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        listed => {
            for entry in listed.map_err(wrong)? {
                let entry = entry.map_err(wrong)?;
                let name = entry.file_name().to_string_lossy().into_owned();
                found.push((name, entry.path()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the TOML files in a directory and those below it.
fn files_below(directory: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut found = Vec::new();
    for (name, path) in entries(directory)? {
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            found.extend(files_below(&path)?);
        } else if path.extension().is_some_and(|known| known == EXTENSION) {
            found.push(path);
        }
    }
    Ok(found)
}
