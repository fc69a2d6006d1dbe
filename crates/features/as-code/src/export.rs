//! Writes the objects of a deployment into files. A file does not change if a plan with it changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use doorward_admin::kinds::{Document, Kind, Picture, is_digest};
use doorward_admin::operation::{find, put};
use doorward_admin::prelude::*;

use crate::files::{FileError, Folder, SourceFile, canonical, file_name, updated};
use crate::state::{State, named_kinds};

/// Keeps a folder without objects in a repository: its kind is managed too.
const PLACEHOLDER: &str = ".gitkeep";

/// An error of an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Admin(#[from] AdminError),
}

/// The files that an export has changed.
#[derive(Debug, Default)]
pub struct Exported {
    pub written: Vec<PathBuf>,
    pub removed: Vec<PathBuf>,
    /// Number of files that were as they should be.
    pub unchanged: usize,
}

/// Writes the objects of these kinds, a folder each. Removes the files of objects that do not exist.
pub async fn export<'a>(
    context: &AdminContext<'_>,
    directory: &Path,
    kinds: impl IntoIterator<Item = &'a str>,
) -> Result<Exported, ExportError> {
    let kinds = named_kinds(kinds)?;
    let state = State::read(context, kinds.clone()).await?;
    let folder = Folder::read(directory)?;
    let mut exported = Exported::default();
    for kind in kinds {
        export_kind(context, directory, kind, &state, &folder, &mut exported).await?;
    }
    Ok(exported)
}

/// The pictures of an object, in files beside its own.
struct Pictures<'a, 'c> {
    context: &'a AdminContext<'c>,
    kind: &'static Kind,
    /// File of the object.
    path: &'a Path,
}

fn picture_path(file: &Path, picture: &Picture) -> PathBuf {
    file.with_extension(format!("{}.png", picture.member))
}

impl Pictures<'_, '_> {
    /// Writes the names of files into two documents in place of pictures that are the same.
    fn keep(&self, file: &Document, described: &mut Document, document: &mut Document) {
        for picture in self.kind.pictures {
            let member = picture.member;
            let Some(name) = find(file, member).cloned() else {
                continue;
            };
            if find(described, member) == find(document, member) {
                put(document, member, name.clone());
            }
            put(described, member, name);
        }
    }

    /// Writes the other pictures of a document, and their names into it.
    async fn write(
        &self,
        document: &mut Document,
        exported: &mut Exported,
    ) -> Result<(), ExportError> {
        for picture in self.kind.pictures {
            let stored = find(document, picture.member).and_then(Value::as_str);
            if !stored.is_some_and(is_digest) {
                continue;
            }
            let Some(content) = picture.read(self.context, document).await? else {
                continue;
            };
            let path = picture_path(self.path, picture);
            fs::write(&path, content).map_err(|error| FileError::new(&path, &error))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            put(document, picture.member, name.into_owned().into());
            exported.written.push(path);
        }
        Ok(())
    }
}

async fn export_kind(
    context: &AdminContext<'_>,
    directory: &Path,
    kind: &'static Kind,
    state: &State,
    folder: &Folder,
    exported: &mut Exported,
) -> Result<(), ExportError> {
    let own = directory.join(kind.name);
    let wrong = |error: io::Error| FileError::new(&own, &error);
    fs::create_dir_all(&own).map_err(wrong)?;
    let (shape, mut present) = (kind.shape(), BTreeMap::new());
    for file in folder.of(kind) {
        let key = kind.key_of(&file.document);
        if state.find(kind, &key).is_none() || present.contains_key(&key) {
            fs::remove_file(&file.path).map_err(|error| FileError::new(&file.path, &error))?;
            exported.removed.push(file.path.clone());
            for picture in kind.pictures {
                let path = picture_path(&file.path, picture);
                if fs::remove_file(&path).is_ok() {
                    exported.removed.push(path);
                }
            }
            continue;
        }
        present.insert(key, file);
    }
    let name = |file: &&SourceFile| {
        let name = file.path.file_name().unwrap_or_default();
        name.to_string_lossy().to_lowercase()
    };
    let mut taken: BTreeSet<String> = present.values().map(name).collect();
    for (key, object) in state.of(kind) {
        let (path, text) = if let Some(file) = present.get(key) {
            let before = Some(&object.document);
            let described = file.with_kept_secret(kind)?;
            let mut described = kind.completed(context, &shape, described, before).await?;
            if described == object.document {
                exported.unchanged += 1;
                continue;
            }
            let mut document = object.document.clone();
            let pictures = Pictures {
                context,
                kind,
                path: &file.path,
            };
            pictures.keep(&file.document, &mut described, &mut document);
            pictures.write(&mut document, exported).await?;
            (file.path.clone(), updated(file, &described, &document)?)
        } else {
            let name = file_name(key, &taken);
            taken.insert(name.to_lowercase());
            let (path, mut document) = (own.join(name), object.document.clone());
            let pictures = Pictures {
                context,
                kind,
                path: &path,
            };
            pictures.write(&mut document, exported).await?;
            let text = canonical(kind, &document);
            (path, text)
        };
        fs::write(&path, text).map_err(|error| FileError::new(&path, &error))?;
        exported.written.push(path);
    }
    if taken.is_empty() {
        fs::write(own.join(PLACEHOLDER), "").map_err(wrong)?;
    }
    Ok(())
}
