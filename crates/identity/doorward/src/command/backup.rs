use std::fs::OpenOptions;
use std::io::{self, IsTerminal as _, Write as _};

use doorward_access::clock::Clock as _;
use doorward_admin::system;
use doorward_archive::{self as archive, Key, Manifest, Name, Part, Store};
use doorward_config::address::sqlite_path;
use doorward_store::OpenOptions as DbOptions;
use doorward_store::db::{PostgresTool, ToolError};
use doorward_tasks_database as tasks_db;

use crate::command::prelude::*;
use crate::{operator_name, target::open_db};

/// Write a consistent copy of the databases to a file while the servers run.
#[derive(Debug, Args)]
#[command(
    long_about = "Write a consistent copy of the databases to a file while the servers run. An SQLite file \
                  is copied by SQLite itself, a PostgreSQL database is dumped by pg_dump. With --key-file the \
                  copy is encrypted in the format of age. It never contains the secret key (secret_key): store \
                  that key separately."
)]
pub struct BackupArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// File to create, which must not exist; - writes to standard output
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// File with the encryption key: a passphrase, an age identity or an age recipient
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    #[command(flatten)]
    out: Output,
}

/// A database to back up.
pub struct Source<'a> {
    pub name: Name,
    pub url: &'a str,
}

impl Source<'_> {
    /// Returns false for a deployment without the tasks API, which has no file for it.
    pub fn exists(&self) -> Result<bool> {
        let missing = sqlite_path(self.url).filter(|file| !Path::new(file).exists());
        match (missing, self.name) {
            (None, _) => Ok(true),
            (Some(_), Name::Tasks) => Ok(false),
            (Some(file), Name::Identity) => Err(CliError::failure(format!("there is no {file}"))),
        }
    }
}

/// Returns the databases of a configuration. The tasks API may share the identity server's
/// PostgreSQL.
pub fn sources(config: &Config) -> Vec<Source<'_>> {
    let (name, url) = (Name::Identity, config.database.url.expose());
    let mut found = vec![Source { name, url }];
    let (name, tasks) = (Name::Tasks, config.tasks.database_url.expose());
    if tasks != url {
        found.push(Source { name, url: tasks });
    }
    found
}

pub async fn run(args: &BackupArgs) -> Result {
    let config = args.target.config()?;
    let key = args.key_file.as_deref().map(Key::of_file).transpose()?;
    let to_stdout = args.file.as_os_str() == "-";
    if to_stdout {
        refuse_terminal(args.out)?;
    } else if args.file.exists() {
        return Err(exists(&args.file));
    }
    let (mut parts, mut files) = (Vec::new(), Vec::new());
    for source in sources(&config) {
        if !source.exists()? {
            continue;
        }
        let (part, file) = copied(&source).await?;
        parts.push(part);
        files.push(file);
    }
    let manifest = Manifest::new(output::time(SystemClock.now()), parts);
    if to_stdout {
        let mut out = archive::write(io::stdout().lock(), key.as_ref(), &manifest, &mut files)?;
        out.flush()?;
    } else {
        put(&args.file, key.as_ref(), &manifest, &mut files)?;
    }
    if let Err(error) = record(&config).await {
        output::print_status(&format!("The audit log does not show this backup: {error}"));
    }
    print_summary(args, &manifest, key.is_some(), to_stdout)
}

/// Records the backup in the audit log, so that the console shows the latest one. The backup is
/// usable without it, for example of a database that this user cannot change.
async fn record(config: &Config) -> Result {
    let db = open_db(config).await?;
    let context = AdminContext::command_line(&db, &SystemClock);
    system::record_backup(&context.with_operator(operator_name::read())).await?;
    Ok(db.close().await?)
}

fn refuse_terminal(out: Output) -> Result {
    if out.json {
        let words = "--json has no place on standard output beside the backup itself";
        return Err(CliError::usage(words));
    }
    if io::stdout().is_terminal() {
        let words =
            "a backup cannot be written to a terminal; give a file, or redirect standard output";
        return Err(CliError::usage(words));
    }
    Ok(())
}

fn exists(file: &Path) -> CliError {
    CliError::Conflict(format!(
        "{} exists already; this command never overwrites a file",
        file.display()
    ))
}

fn put(path: &Path, key: Option<&Key>, manifest: &Manifest, files: &mut [File]) -> Result {
    let draft = Draft::new(path)?;
    archive::write(draft.file(), key, manifest, files)?;
    draft.keep()
}

/// A new file that gets its name when it is complete. Only its owner can read it.
pub(super) struct Draft<'p> {
    path: &'p Path,
    file: tempfile::NamedTempFile,
}

impl<'p> Draft<'p> {
    /// Creates a temporary file in the directory of the final one, which must not exist.
    pub(super) fn new(path: &'p Path) -> Result<Self> {
        if path.exists() {
            return Err(exists(path));
        }
        // The library creates the file with mode 0600.
        let file = tempfile::Builder::new()
            .prefix(".doorward-draft-")
            .tempfile_in(directory_of(path))
            .map_err(CliError::at(path))?;
        Ok(Self { path, file })
    }

    pub(super) fn file(&self) -> &File {
        self.file.as_file()
    }

    pub(super) fn keep(self) -> Result {
        let Self { path, file } = self;
        file.as_file().sync_all().map_err(CliError::at(path))?;
        file.persist_noclobber(path).map_err(|error| {
            if error.error.kind() == io::ErrorKind::AlreadyExists {
                exists(path)
            } else {
                CliError::at(path)(error.error)
            }
        })?;
        sync_directory(directory_of(path)).map_err(CliError::at(path))
    }
}

async fn copied(source: &Source<'_>) -> Result<(Part, File)> {
    let sqlite = sqlite_path(source.url);
    let db = Db::open(source.url, DbOptions::default()).await?;
    db.reject_unfinished_move().await?;
    let migrations = match source.name {
        Name::Identity => {
            let status = db.migration_status().await?;
            [status.applied, status.unknown].concat()
        }
        Name::Tasks => applied_to_tasks(source.url).await?,
    };
    let mut file = match sqlite {
        Some(path) => copied_file(&db, Path::new(path)).await?,
        None => dumped(source.url)?,
    };
    db.close().await?;
    let store = sqlite.map_or(Store::Postgresql, |_| Store::Sqlite);
    let part = Part::measure(source.name, store, &mut file, migrations)?;
    Ok((part, file))
}

async fn applied_to_tasks(url: &str) -> Result<Vec<String>> {
    let status = tasks_db::migration_status(url).await;
    let status = status.map_err(|error| CliError::failure(crate::error::with_causes(&error)))?;
    Ok(status
        .into_iter()
        .filter_map(|(name, applied)| applied.then_some(name))
        .collect())
}

/// Copies a database to an unnamed file in the same directory, with the same read permissions; the
/// file disappears with this process.
async fn copied_file(db: &Db, database: &Path) -> Result<File> {
    let copy = tempfile::Builder::new()
        .prefix(".doorward-copy-")
        .tempfile_in(directory_of(database))?;
    db.copy_to(copy.path()).await?;
    Ok(OpenOptions::new().read(true).open(copy.path())?)
}

fn dumped(url: &str) -> Result<File> {
    let file = tempfile::tempfile()?;
    let tool = PostgresTool::dump(url)?;
    let by_hand = tool.by_hand();
    let hint = format!("on a machine that has it: {by_hand} --file=doorward.pgdump");
    let done = tool.run(None, Some(file.try_clone()?));
    done.map_err(|error| of_tool(&error, &hint))?;
    Ok(file)
}

/// Converts an error of a PostgreSQL tool, with a hint if it is not installed.
pub fn of_tool(error: &ToolError, hint: &str) -> CliError {
    match error {
        ToolError::Missing(_) => CliError::Unavailable(format!("{error}; {hint}")),
        _ => CliError::failure(error),
    }
}

fn print_summary(
    args: &BackupArgs,
    manifest: &Manifest,
    encrypted: bool,
    to_stdout: bool,
) -> Result {
    if !encrypted {
        output::print_status(
            "The backup is not encrypted and contains all e-mail addresses and password hashes. \
             --key-file encrypts.",
        );
    }
    let sentence = format!(
        "Wrote {} ({}). It does not contain the secret key; store that separately.",
        if to_stdout {
            "the backup".into()
        } else {
            args.file.display().to_string()
        },
        manifest.names(),
    );
    let document = json!({
        "file": args.file, "encrypted": encrypted,
        "created_at": manifest.created_at, "parts": manifest.parts,
    });
    args.out.result(&document, &sentence)
}

/// Returns the directory that contains a file or would contain it.
pub(super) fn directory_of(file: &Path) -> &Path {
    let parent = file.parent().filter(|path| !path.as_os_str().is_empty());
    parent.unwrap_or_else(|| Path::new("."))
}

/// Syncs a directory, so that a rename survives a power failure.
pub(super) fn sync_directory(directory: &Path) -> std::io::Result<()> {
    std::fs::File::open(directory)?.sync_all()
}
