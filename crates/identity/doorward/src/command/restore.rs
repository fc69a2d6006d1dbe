use std::fmt::Write as _;
use std::io::{self, Seek as _};

use doorward_access::clock::Clock as _;
use doorward_admin::affected::ended_text;
use doorward_admin::copies::{self, MadeCopy};
use doorward_admin::grants::{self, AllEnded};
use doorward_archive::{self as archive, Key, Manifest, Name, Part, Store};
use doorward_config::SecretText;
use doorward_config::address::sqlite_path;
use doorward_identity_server::{dev, doctor};
use doorward_services::audit_anchor;
use doorward_store::db::{FileAvailability, PostgresTool, take_over};
use doorward_store::{OpenOptions, db};
use doorward_tasks_database as tasks_db;
use tempfile::NamedTempFile;

use super::backup::{directory_of, of_tool, sources, sync_directory};
use crate::command::prelude::*;
use crate::{
    operator_name,
    target::{environment, open_db},
};

/// Replace the databases with the contents of a backup.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent options of the command"
)]
#[derive(Debug, Args)]
#[command(
    long_about = "Replace the databases with the contents of a backup. The whole backup is checked before \
                  anything changes. Stop the servers first. Sessions, tokens and passwords \
                  that ended after the backup was made become valid again; --end-access ends the sessions, the grants with \
                  their tokens, the API keys, the mail links, the trusted devices, the invitations and the initial \
                  access tokens. For a copy, in which nothing may reach users or other systems, use --as-copy."
)]
pub struct RestoreArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Backup file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// File with the decryption key: the passphrase or the age identity
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Replace existing SQLite databases, and accept a different secret key
    #[arg(long)]
    yes: bool,
    /// End all restored sessions, grants with their tokens, API keys, mail links, trusted devices, invitations and
    /// initial access tokens
    #[arg(long, conflicts_with = "dry_run")]
    end_access: bool,
    /// Make a copy for tests: end the restored access as --end-access does, drop waiting messages, remove the
    /// secrets of identity providers, and mark the database as a copy
    #[arg(long, conflicts_with = "dry_run")]
    as_copy: bool,
    /// Check the backup without changing anything
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    out: Output,
}

/// A development instance created for the backup in an empty directory. It is deleted unless the
/// restore succeeds.
struct NewInstance {
    config: Config,
    directory: PathBuf,
    existed: bool,
    arrived: bool,
}

impl NewInstance {
    /// Creates an instance, with the secret key from the environment if one is set.
    fn create(directory: &Path) -> Result<Self> {
        let key = Config::load(None, environment())?.secret_key;
        let options = dev::Options {
            data_dir: directory.to_owned(),
            port: super::dev::PORT,
            tasks_port: super::dev::TASKS_PORT,
            fresh: false,
        };
        let existed = directory.exists();
        let config = dev::prepare_for(&options, key.as_ref().map(SecretText::expose))
            .map_err(CliError::failure)?;
        Ok(Self {
            config,
            directory: directory.to_owned(),
            existed,
            arrived: false,
        })
    }
}

impl Drop for NewInstance {
    fn drop(&mut self) {
        if self.arrived {
            return;
        }
        if let Err(error) = dev::discard(&self.directory, self.existed) {
            output::print_status(&format!("could not remove the new instance: {error}"));
        }
    }
}

/// A part that was read from the backup and is not installed yet.
enum Ready {
    File {
        part: Part,
        draft: NamedTempFile,
        place: PathBuf,
    },
    Dump {
        part: Part,
        dump: File,
        url: String,
    },
}

/// Restores the backup, or checks that it could be restored.
pub async fn run(args: &RestoreArgs) -> Result {
    let vacant = args.target.vacant_directory()?;
    let mut instance = vacant.map(NewInstance::create).transpose()?;
    let config = match &instance {
        Some(instance) => instance.config.clone(),
        None => args.target.config()?,
    };
    let key = args.key_file.as_deref().map(Key::of_file).transpose()?;
    let mut ready = Vec::new();
    let manifest = archive::read::<CliError>(&args.file, key.as_ref(), |manifest| {
        reject_unknown(manifest)?;
        let (parts, files) = drafts(&config, manifest, args.dry_run)?;
        ready = parts;
        Ok(files)
    })?;
    let mut fits = None;
    for item in &ready {
        if let Ready::File { part, draft, .. } = item {
            let found = examine(&config, part, draft.path()).await?;
            fits = fits.or(found);
        }
    }
    // A new instance has no data to lose: the former key can be installed in it.
    if fits == Some(false) && !args.yes && !args.dry_run && instance.is_none() {
        return Err(CliError::Conflict(format!(
            "{OTHER_KEY}; restore the former key, or use --yes to lose its signing keys and second factors"
        )));
    }
    for item in &ready {
        expect_free(item, args).await?;
    }
    if !args.dry_run {
        for item in ready {
            put(item)?;
        }
        if config.database.url.expose().starts_with("postgres") {
            let db = Db::open(config.database.url.expose(), OpenOptions::for_command()).await?;
            fits = doctor::opens_keys(&config, &db, &SystemClock).await;
            db.close().await?;
        }
    }
    let has_identity = manifest
        .parts
        .iter()
        .any(|part| part.name == Name::Identity);
    if has_identity && !args.dry_run {
        start_head(&config).await?;
    }
    if let Some(instance) = instance.as_mut().filter(|_| !args.dry_run) {
        instance.arrived = true;
    }
    let after = if args.end_access || args.as_copy {
        Some(end_access(&config, args.as_copy).await?)
    } else {
        None
    };
    print_summary(args, &manifest, (fits, after), vacant)
}

/// Changes of a restored database, before a server can use it.
struct Changed {
    ended: AllEnded,
    copy: Option<MadeCopy>,
}

/// Ends the restored access, and makes a copy for tests if it is one.
async fn end_access(config: &Config, is_copy: bool) -> Result<Changed> {
    let db = open_db(config).await?;
    // A backup of an earlier version lacks tables and columns.
    db.migrate().await?;
    let context = AdminContext::command_line(&db, &SystemClock);
    let changed = change(&context.with_operator(operator_name::read()), is_copy).await;
    db.close().await?;
    changed
}

async fn change(context: &AdminContext<'_>, is_copy: bool) -> Result<Changed> {
    let ended = grants::end_access(context).await?;
    let copy = if is_copy {
        Some(copies::make(context).await?)
    } else {
        None
    };
    Ok(Changed { ended, copy })
}

/// Starts a new head file at the end of the restored audit log, and records the restore in it.
async fn start_head(config: &Config) -> Result {
    let Some(file) = config.audit_head_file() else {
        return Ok(());
    };
    let db = Db::open(config.database.url.expose(), OpenOptions::for_command()).await?;
    let now = SystemClock.now();
    let begun = audit_anchor::reset_after_restore(&db, &file, now).await;
    db.close().await?;
    if let Err(error) = begun {
        let text = file.display();
        output::print_status(&format!(
            "Warning: {text}: {error}; remove it before you start the server."
        ));
    } else if file.exists() {
        give_to_owner(&file, directory_of(&file))?;
    }
    Ok(())
}

const OTHER_KEY: &str = "secret_key is not the one under which this backup was made";

fn reject_unknown(manifest: &Manifest) -> Result {
    for part in &manifest.parts {
        let (known, unreleased) = match part.name {
            Name::Identity => (db::known_migrations(), db::UNRELEASED),
            Name::Tasks => (tasks_db::known_migrations(), tasks_db::UNRELEASED),
        };
        let mut unknown = part.migrations.clone();
        unknown.retain(|name| !known.contains(name));
        db::reject_unknown(&unknown, unreleased)?;
    }
    Ok(())
}

/// Creates a temporary file for each part, in the directory of its destination, so that a rename
/// installs it.
fn drafts(config: &Config, manifest: &Manifest, dry_run: bool) -> Result<(Vec<Ready>, Vec<File>)> {
    let places = sources(config);
    let (mut ready, mut files) = (Vec::new(), Vec::new());
    for part in &manifest.parts {
        let place = places.iter().find(|source| source.name == part.name);
        let place = place.ok_or_else(|| {
            CliError::Conflict(
                "the backup holds a database of the tasks API by itself, and tasks.database_url is \
                 database.url; name two databases"
                    .to_owned(),
            )
        })?;
        let (item, file) = match (part.store, sqlite_path(place.url)) {
            (Store::Sqlite, Some(path)) => {
                let path = PathBuf::from(path);
                let draft = create_temp_beside(&path, dry_run)?;
                let file = draft.reopen()?;
                let part = part.clone();
                let place = path;
                (Ready::File { part, draft, place }, file)
            }
            (Store::Postgresql, None) => {
                let (dump, url) = (tempfile::tempfile()?, place.url.to_owned());
                let file = dump.try_clone()?;
                let part = part.clone();
                (Ready::Dump { part, dump, url }, file)
            }
            (store, _) => {
                return Err(CliError::Conflict(format!(
                    "the backup of {} comes from {}, and the configuration names another kind of database: restore \
                     it to a database of its kind, and copy that with `doorward move --to URL`",
                    part.name.as_str(),
                    store.as_str()
                )));
            }
        };
        ready.push(item);
        files.push(file);
    }
    Ok((ready, files))
}

/// Creates a temporary file in the directory of `path`, and creates the directory if it is missing.
fn create_temp_beside(path: &Path, dry_run: bool) -> Result<NamedTempFile> {
    let directory = directory_of(path);
    let mut draft = tempfile::Builder::new();
    draft.prefix(".doorward-restore-");
    if dry_run && !directory.exists() {
        return Ok(draft.tempfile()?);
    }
    dev::create_private_directory(directory).map_err(CliError::failure)?;
    Ok(draft.tempfile_in(directory)?)
}

/// Checks the integrity of a restored database. Returns whether the configured secret key decrypts
/// its keys.
async fn examine(config: &Config, part: &Part, file: &Path) -> Result<Option<bool>> {
    let url = format!("sqlite://{}", file.display());
    let db = Db::open(&url, OpenOptions::for_command()).await?;
    let damage = db.damage().await?;
    let fits = match part.name {
        Name::Identity => {
            db.check_schema().await?;
            doctor::opens_keys(config, &db, &SystemClock).await
        }
        Name::Tasks => None,
    };
    // Closing the last connection merges the log, so that one file remains.
    db.close().await?;
    match damage {
        None => Ok(fits),
        Some(found) => Err(CliError::failure(format!(
            "the database in the backup is damaged: {found}"
        ))),
    }
}

/// Rejects a restore that would destroy data or replace a file that a server has open.
async fn expect_free(item: &Ready, args: &RestoreArgs) -> Result {
    match item {
        Ready::File { place, .. } => {
            let is_there = std::fs::metadata(place).is_ok_and(|found| found.len() > 0);
            if !is_there {
                return Ok(());
            }
            let text = place.display();
            if !args.yes && !args.dry_run {
                return Err(CliError::Conflict(format!(
                    "{text} is there already; --yes replaces it"
                )));
            }
            if args.dry_run {
                return Ok(());
            }
            match take_over(place).await? {
                FileAvailability::Free | FileAvailability::Broken => Ok(()),
                FileAvailability::InUse => Err(CliError::Conflict(format!(
                    "another process works on {text}; stop the servers first"
                ))),
            }
        }
        Ready::Dump { part, url, .. } => {
            let db = Db::open(url, OpenOptions::for_command()).await?;
            let is_empty = db.is_empty().await?;
            db.close().await?;
            if is_empty || args.dry_run {
                return Ok(());
            }
            Err(CliError::Conflict(format!(
                "the PostgreSQL database of {} is not empty; make a new one (createdb) and name it in the \
                 configuration: the former one stays as it is until you drop it",
                part.name.as_str()
            )))
        }
    }
}

fn put(item: Ready) -> Result {
    match item {
        Ready::File { draft, place, .. } => replace(draft, &place).map_err(CliError::at(&place)),
        Ready::Dump { mut dump, url, .. } => {
            dump.rewind()?;
            let tool = PostgresTool::restore(&url)?;
            let by_hand = tool.by_hand();
            let hint = format!("the backup unpacks with tar, and then: {by_hand} FILE");
            let done = tool.run(Some(dump), None);
            done.map_err(|error| of_tool(&error, &hint))
        }
    }
}

fn replace(draft: NamedTempFile, path: &Path) -> io::Result<()> {
    let directory = directory_of(path);
    // SQLite would apply the old database's log to the new database.
    for suffix in ["-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        match std::fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    draft.as_file().sync_all()?;
    let draft = draft.into_temp_path();
    give_to_owner(&draft, directory)?;
    draft.persist(path).map_err(|error| error.error)?;
    sync_directory(directory)
}

/// Gives a file restored by root to the user that owns the directory.
fn give_to_owner(file: &Path, directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let (mine, theirs) = (std::fs::metadata(file)?, std::fs::metadata(directory)?);
    if mine.uid() == 0 && theirs.uid() != 0 {
        chown(file, Some(theirs.uid()), Some(theirs.gid()))?;
    }
    Ok(())
}

fn print_summary(
    args: &RestoreArgs,
    manifest: &Manifest,
    (fits, after): (Option<bool>, Option<Changed>),
    vacant: Option<&Path>,
) -> Result {
    match (fits, vacant) {
        (Some(false), Some(directory)) => output::print_status(&format!(
            "Warning: {OTHER_KEY}. Without the former one, signing keys and second factors are lost: write \
             it into {} before the first start.",
            dev::secret_key_file(directory).display()
        )),
        (Some(false), None) => output::print_status(&format!("Warning: {OTHER_KEY}.")),
        _ => {}
    }
    let what = if args.dry_run {
        "The backup is whole"
    } else {
        "Restored"
    };
    let mut sentence = format!(
        "{what}: {}, as of {}, made by Doorward {}.",
        manifest.names(),
        manifest.created_at,
        manifest.doorward
    );
    let copy = after.as_ref().and_then(|after| after.copy);
    let ended = after.as_ref().map(|after| &after.ended);
    if let Some(ended) = ended {
        let _ = write!(
            sentence,
            " {} Ended mail links: {}, invitations: {}, registration tokens: {}.",
            ended_text(&ended.access),
            ended.mail_links,
            ended.invitations,
            ended.registration_tokens
        );
    }
    if let Some(copy) = copy {
        let _ = write!(
            sentence,
            " It is a copy: dropped messages: {}, disabled identity providers: {}. It sends mail only to mail.only_to.",
            copy.jobs, copy.providers
        );
    }
    let document = json!({
        "restored": !args.dry_run, "created_at": manifest.created_at, "parts": manifest.parts,
        "secret_key_fits": fits, "ended": ended, "copy": copy,
    });
    args.out.result(&document, &sentence)
}
