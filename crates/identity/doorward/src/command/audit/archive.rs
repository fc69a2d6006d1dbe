use std::fs::{self, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter};

use doorward_admin::audit_archive;
use doorward_domain::random::Random;
use doorward_rules::audit_archive::{AuditArchive, file_name};
use doorward_rules::audit_chain::ChainKey;
use doorward_rules::audit_stream::StreamName;
use doorward_services::audit;
use doorward_services::audit_archive::{self as archives, ArchiveFiles, Segment};
use doorward_services::audit_streams;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};

use crate::command::prelude::*;
use crate::command::values::parse_time;

#[derive(Debug, Args)]
pub struct ArchiveArgs {
    /// Archive the days that ended before this time [default: `audit.retention` ago]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    before: Option<i64>,
    /// Directory for the files [default: `audit.archive_directory`]
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
    #[command(flatten)]
    out: Output,
}

/// The directory with the files of archives.
#[derive(Debug)]
pub struct Directory(pub PathBuf);

impl ArchiveFiles for Directory {
    fn open(&self, archive: &AuditArchive) -> io::Result<Box<dyn BufRead + Send>> {
        let file = File::open(self.0.join(&archive.file))?;
        Ok(Box::new(BufReader::new(GzDecoder::new(file))))
    }
}

/// Moves each day before the given time into a file: writes it, reads it back, records it, and deletes
/// its rows. After an interruption, the next call does the rest.
pub async fn run(installation: &Installation, args: &ArchiveArgs) -> Result {
    let (config, now) = (&installation.config.audit, installation.now());
    let until = match (args.before, config.retention) {
        (Some(time), _) => time,
        (None, 0) => {
            return Err(CliError::failure(
                "audit.retention is not set, so everything stays in the database; name a time by --before",
            ));
        }
        (None, age) => now - age,
    };
    let directory = args
        .directory
        .as_ref()
        .or(config.archive_directory.as_ref());
    let directory = directory.ok_or_else(|| {
        CliError::failure("audit.archive_directory is not set; name a directory by --directory")
    })?;
    if !directory.is_dir() {
        let text = directory.display();
        return Err(CliError::failure(format!("{text} is no directory")));
    }
    let key = ChainKey::derive(&installation.master_key()?);
    seal_waiting(installation, &key).await?;
    let files = Directory(directory.clone());
    let (mut written, mut deleted) = (Vec::new(), 0);
    // Rows that an interrupted call has left.
    delete(installation, &key, &mut deleted).await?;
    let mut late = None;
    while let Some(segment) = next(installation, until).await? {
        let streams = &config.streams;
        late = audit_streams::first_behind(&installation.db, streams, segment.last_seq).await?;
        if let Some(stream) = late {
            output::print_status(&format!(
                "The stream {} has not sent all events of the next day, which stays in the database.",
                stream.as_str()
            ));
            break;
        }
        let archive = write(installation, &key, &segment, &files).await?;
        audit_archive::record(&installation.operator(), &archive).await?;
        delete(installation, &key, &mut deleted).await?;
        output::print_status(&format!(
            "{}: {} events, links {} to {}",
            archive.file, archive.events, archive.first_seq, archive.last_seq
        ));
        written.push(archive);
    }
    let sentence = match written.len() {
        0 if late.is_some() => "No day is archived.".to_owned(),
        0 => "No day of the log is old enough.".to_owned(),
        count => format!("{count} days are archived in {}.", directory.display()),
    };
    let archives: Vec<Value> = written.iter().map(document).collect();
    let document = json!({
        "archives": archives, "deleted_links": deleted,
        "waits_for": late.map(StreamName::as_str),
    });
    args.out.result(&document, &sentence)
}

/// Links the events that wait for it.
pub async fn seal_waiting(installation: &Installation, key: &ChainKey) -> Result {
    let random = Random::default();
    let source = (installation.clock(), &random);
    audit::seal(&installation.db, source, key, |_| ()).await?;
    Ok(())
}

async fn next(installation: &Installation, until: i64) -> Result<Option<Segment>> {
    Ok(archives::next_segment(&installation.db, until).await?)
}

async fn delete(installation: &Installation, key: &ChainKey, deleted: &mut u64) -> Result {
    let count = |links| *deleted += links;
    let done = archives::delete_archived(&installation.db, key, installation.clock(), count);
    Ok(done.await?)
}

/// Writes the file of a day under a temporary name, reads it back, and gives it its name.
async fn write(
    installation: &Installation,
    key: &ChainKey,
    segment: &Segment,
    files: &Directory,
) -> Result<AuditArchive> {
    let day = output::time(segment.day);
    let date = day.split('T').next().unwrap_or_default();
    let name = file_name(date, segment.first_seq, segment.last_seq);
    let path = files.0.join(&name);
    let draft = files.0.join(format!("{name}.part"));
    let file = create(&draft).map_err(CliError::at(&draft))?;
    let mut out = GzEncoder::new(BufWriter::new(file), Compression::default());
    let place = (name.as_str(), installation.now());
    let archive = archives::write_segment(&installation.db, key, segment, place, &mut out).await?;
    complete(out, &draft, &path, &files.0).map_err(CliError::at(&path))?;
    let input = files.open(&archive).map_err(CliError::at(&path))?;
    let read = archives::read_file(input, &archive, |_, _| ()).await;
    read.map_err(CliError::at(&path))?;
    Ok(archive)
}

/// Creates a file that only its owner can read, in place of one from an interrupted call.
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)
}

/// Stores the file durably before its rows are deleted.
fn complete(
    out: GzEncoder<BufWriter<File>>,
    draft: &Path,
    path: &Path,
    directory: &Path,
) -> io::Result<()> {
    let file = out.finish()?.into_inner().map_err(io::Error::from)?;
    file.sync_all()?;
    fs::rename(draft, path)?;
    File::open(directory)?.sync_all()
}

fn document(archive: &AuditArchive) -> Value {
    json!({
        "file": archive.file,
        "first_seq": archive.first_seq, "last_seq": archive.last_seq,
        "before_hash": archive.before_hash.to_string(),
        "last_hash": archive.last_hash.to_string(),
        "events": archive.events,
        "sha256": archive.sha256.to_string(),
    })
}
