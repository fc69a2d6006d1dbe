//! The files of a folder, read.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use doorward_admin::json_member::file_text;
use doorward_admin::kinds::{self, Document, KEEP, Kind, SECRET};
use doorward_admin::operation::{find, put};
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

    /// Returns the file of each object with the line of its name, by kind and key: `roles auditor` and
    /// `roles/auditor.toml:1`.
    pub fn places(&self, directory: &Path) -> BTreeMap<String, String> {
        let kinds =
            kinds::all().flat_map(|kind| self.of(kind).iter().map(move |file| (kind, file)));
        let place = |(kind, file): (&'static Kind, &SourceFile)| {
            let path = file.path.strip_prefix(directory).unwrap_or(&file.path);
            let mut lines = file.text.lines();
            let named = |line: &str| {
                let name = line.split('=').next().map(str::trim);
                name.is_some_and(|name| kind.key.contains(&name))
            };
            let line = lines.position(named).map_or(1, |line| line + 1);
            let id = format!("{} {}", kind.name, kind.key_of(&file.document));
            (id, format!("{}:{line}", path.display()))
        };
        kinds.map(place).collect()
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
        for (name, files) in &self.0 {
            let mut documents = Vec::new();
            for file in files {
                let mut document = file.with_secret(&secret)?;
                if let Some(kind) = kinds::all().find(|kind| kind.name == *name) {
                    file.add_pictures(kind, &mut document)?;
                }
                documents.push(document);
            }
            objects.insert((*name).to_owned(), documents);
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
    pub fn with_kept_secret(&self, kind: &Kind) -> Result<Document, FileError> {
        let mut document = self.with_secret(&|_| Ok(KEEP.to_owned()))?;
        self.add_pictures(kind, &mut document)?;
        Ok(document)
    }

    /// Replaces the paths of pictures by their content. A path begins at the directory of the file, and stays in it.
    fn add_pictures(&self, kind: &Kind, document: &mut Document) -> Result<(), FileError> {
        for picture in kind.pictures {
            let Some(name) = find(document, picture.member).and_then(Value::as_str) else {
                continue;
            };
            let is_below = |part| matches!(part, Component::Normal(_));
            if !Path::new(name).components().all(is_below) {
                let problem = format!(
                    "{}: write the name of a file beside this one",
                    picture.member
                );
                return Err(FileError::new(&self.path, &problem));
            }
            let path = self.path.with_file_name(name);
            let content = fs::read(&path).map_err(|error| FileError::new(&path, &error))?;
            put(document, picture.member, file_text(&content).into());
        }
        Ok(())
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
