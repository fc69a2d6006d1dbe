//! Backup files: a gzipped tar archive that starts with a manifest, encrypted in the age format if
//! a key is given. Standard tools open all three formats.

mod key;

use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek as _, Write};
use std::path::Path;

use age::Decryptor;
use age::stream::StreamWriter;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use key::Key;

/// The reason why a file cannot be written or read, for the operator.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ArchiveError(String);

impl ArchiveError {
    fn new(text: impl Display) -> Self {
        Self(text.to_string())
    }

    /// Returns a conversion of errors that names a file.
    fn at<E: Display>(path: &Path) -> impl Fn(E) -> Self {
        move |error| Self(format!("{}: {error}", path.display()))
    }
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        Self::new(error)
    }
}

type Result<T, E = ArchiveError> = std::result::Result<T, E>;

/// Format identifier in the manifest of a backup; an incompatible format gets another number.
const FORMAT: &str = "doorward-backup/1";
const MANIFEST: &str = "manifest.json";
/// Maximum size of the manifest in bytes.
const LONGEST_MANIFEST: u64 = 1024 * 1024;
/// First bytes of every age file.
const AGE: &[u8] = b"age-encryption.org/";

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    format: String,
    /// Doorward version that created the backup.
    pub doorward: String,
    /// Time of creation (RFC 3339).
    pub created_at: String,
    pub parts: Vec<Part>,
}

/// A database in a backup.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    pub name: Name,
    /// Database system that the part was copied from.
    pub store: Store,
    pub bytes: u64,
    /// SHA-256 digest in hexadecimal.
    pub sha256: String,
    /// The migrations that had been applied.
    pub migrations: Vec<String>,
}

doorward_protocol::words! {
    /// The component that uses a database.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Name {
        Identity = "identity",
        Tasks = "tasks",
    }

    /// The database system of a part, with its display name.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Store {
        /// An SQLite file, copied whole.
        Sqlite = "SQLite",
        /// A PostgreSQL database, dumped by `pg_dump` in its custom format.
        Postgresql = "PostgreSQL",
    }
}

impl Part {
    /// Computes the size and digest of a file, then rewinds the file.
    pub fn measure(
        name: Name,
        store: Store,
        file: &mut File,
        migrations: Vec<String>,
    ) -> io::Result<Self> {
        file.rewind()?;
        let mut hash = Hashing::new(io::sink());
        let bytes = io::copy(&mut BufReader::new(&mut *file), &mut hash)?;
        file.rewind()?;
        Ok(Self {
            name,
            store,
            bytes,
            sha256: hash.hex(),
            migrations,
        })
    }

    fn file_name(&self) -> String {
        let suffix = match self.store {
            Store::Sqlite => "sqlite",
            Store::Postgresql => "pgdump",
        };
        format!("{}.{suffix}", self.name.as_str())
    }
}

impl Manifest {
    /// Returns the names of the databases, separated by commas.
    pub fn names(&self) -> String {
        let names: Vec<_> = self.parts.iter().map(|part| part.name.as_str()).collect();
        names.join(", ")
    }

    /// Creates the manifest of a backup made by this release.
    pub fn new(created_at: String, parts: Vec<Part>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            doorward: env!("CARGO_PKG_VERSION").to_owned(),
            created_at,
            parts,
        }
    }
}

/// Writes a backup that contains one file for each part of the manifest.
pub fn write<W: Write>(
    out: W,
    key: Option<&Key>,
    manifest: &Manifest,
    files: &mut [File],
) -> Result<W> {
    let out = BufWriter::new(Sink::new(out, key)?);
    let mut tar = tar::Builder::new(GzEncoder::new(out, Compression::fast()));
    let head = serde_json::to_vec_pretty(manifest).map_err(ArchiveError::new)?;
    append(&mut tar, MANIFEST, head.len() as u64, head.as_slice())?;
    for (part, file) in manifest.parts.iter().zip(files) {
        append(&mut tar, &part.file_name(), part.bytes, file)?;
    }
    let out = tar.into_inner()?.finish()?;
    out.into_inner().map_err(io::Error::from)?.finish()
}

fn append<W: Write>(
    tar: &mut tar::Builder<W>,
    name: &str,
    bytes: u64,
    data: impl Read,
) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    tar.append_data(&mut header, name, data)
}

/// The destination of a file: written directly, or encrypted with age.
pub enum Sink<W: Write> {
    Open(W),
    Sealed(Box<StreamWriter<W>>),
}

impl<W: Write> Sink<W> {
    pub fn new(out: W, key: Option<&Key>) -> Result<Self> {
        Ok(match key {
            None => Self::Open(out),
            Some(key) => Self::Sealed(Box::new(key.seal(out)?)),
        })
    }

    /// Writes the end of the encrypted text. Without it, the file cannot be decrypted.
    pub fn finish(self) -> Result<W> {
        match self {
            Self::Open(out) => Ok(out),
            Self::Sealed(out) => Ok(out.finish()?),
        }
    }
}

impl<W: Write> Write for Sink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Open(out) => out.write(bytes),
            Self::Sealed(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Open(out) => out.flush(),
            Self::Sealed(out) => out.flush(),
        }
    }
}

/// Reads a whole backup. `accept` checks the manifest first and returns one file for each of its
/// parts. The contents of those files are valid only if this function returns `Ok`.
pub fn read<E: From<ArchiveError>>(
    path: &Path,
    key: Option<&Key>,
    accept: impl FnOnce(&Manifest) -> Result<Vec<File>, E>,
) -> Result<Manifest, E> {
    let file = File::open(path).map_err(ArchiveError::at(path))?;
    let broken = |error: &dyn Display| {
        ArchiveError(format!(
            "{}: not a Doorward backup, or a damaged one: {error}",
            path.display()
        ))
    };
    let plain = opened(file, key).map_err(ArchiveError::at(path))?;
    let mut tar = tar::Archive::new(GzDecoder::new(plain));
    let mut entries = tar.entries().map_err(|error| broken(&error))?;
    let head = entries.next().ok_or_else(|| broken(&"it is empty"))?;
    let manifest = manifest(head).map_err(|error| broken(&error))?;
    let files = accept(&manifest)?;
    for (part, mut file) in manifest.parts.iter().zip(files) {
        let entry = entries
            .next()
            .ok_or_else(|| broken(&format!("{} is missing", part.file_name())))?;
        extract(entry, part, &mut file).map_err(|error| broken(&error))?;
    }
    if entries.next().is_some() {
        return Err(broken(&"there is more in it than its manifest says").into());
    }
    // The gzip and age trailers reveal a truncated file, so read to the end.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(|error| broken(&error))?;
    Ok(manifest)
}

fn opened(mut file: File, key: Option<&Key>) -> Result<Box<dyn Read>, String> {
    let mut start = [0; AGE.len()];
    let is_sealed = file.read_exact(&mut start).is_ok() && start == AGE;
    file.rewind().map_err(|error| error.to_string())?;
    match (is_sealed, key) {
        (false, None) => Ok(Box::new(BufReader::new(file))),
        (true, None) => Err("the backup is encrypted; name its key by --key-file".to_owned()),
        // An attacker who can replace the file could otherwise substitute an unencrypted one.
        (false, Some(_)) => Err(
            "the backup is not encrypted; leave --key-file out if that is how you made it"
                .to_owned(),
        ),
        (true, Some(key)) => {
            let sealed =
                Decryptor::new_buffered(BufReader::new(file)).map_err(|error| error.to_string())?;
            Ok(Box::new(key.open(sealed)?))
        }
    }
}

fn manifest<R: Read>(entry: io::Result<tar::Entry<'_, R>>) -> Result<Manifest, String> {
    let entry = entry.map_err(|error| error.to_string())?;
    if entry.path_bytes().as_ref() != MANIFEST.as_bytes() {
        return Err("the manifest is not the first entry".to_owned());
    }
    let manifest: Manifest =
        serde_json::from_reader(entry.take(LONGEST_MANIFEST)).map_err(|error| error.to_string())?;
    if manifest.format != FORMAT {
        return Err(format!(
            "it has the form {:?}, and this release reads {FORMAT:?}",
            manifest.format
        ));
    }
    Ok(manifest)
}

fn extract<R: Read>(
    entry: io::Result<tar::Entry<'_, R>>,
    part: &Part,
    file: &mut File,
) -> Result<(), String> {
    let name = part.file_name();
    let said = |error: io::Error| format!("{name}: {error}");
    let entry = entry.map_err(said)?;
    if entry.path_bytes().as_ref() != name.as_bytes() || entry.size() != part.bytes {
        return Err(format!("{name} is not where the manifest says"));
    }
    let mut hash = Hashing::new(BufWriter::new(file));
    let bytes = io::copy(&mut BufReader::new(entry), &mut hash).map_err(said)?;
    hash.flush().map_err(said)?;
    hash.inner.get_ref().sync_all().map_err(said)?;
    if bytes != part.bytes || hash.hex() != part.sha256 {
        return Err(format!("{name} is not what the manifest says"));
    }
    Ok(())
}

/// A writer or reader that hashes all data passing through it.
struct Hashing<W> {
    inner: W,
    hash: Sha256,
}

impl<W> Hashing<W> {
    fn new(inner: W) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
        }
    }

    fn hex(self) -> String {
        let digest = self.hash.finalize();
        let digits: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.concat()
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
