mod archive;
mod streams;

use std::collections::HashSet;
use std::time::Duration;

use clap::ValueEnum;
use doorward_admin::audit_log::{COLUMNS, cells};
use doorward_admin::progress::Progress;
use doorward_domain::model::{AuditId, AuditKind, AuditRecord, UserId};
use doorward_rules::audit_chain::{ChainKey, ChainReport, ChainViolation, LinkHash};
use doorward_rules::audit_head::AuditHead;
use doorward_rules::audit_stream::document;
use doorward_services::audit::{self, VerifyProgress};
use doorward_services::audit_anchor;
use doorward_services::audit_archive::{ArchiveFiles, BREAK};
use doorward_services::breaks::Breaks;
use doorward_store::repo::{self, audit::AuditFilter};

use self::archive::{ArchiveArgs, Directory, seal_waiting};
use crate::command::prelude::*;
use crate::command::values::{one_of, parse_time};

/// Number of events read per query.
const PAGE: u64 = 500;
/// Time window in seconds that `--follow` reads again for events whose transaction committed late.
const REREAD_WINDOW: i64 = 60;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show the latest events, newest last
    Tail(TailArgs),
    /// Verify that no event was changed, removed, inserted or moved; on a violation, name the event
    /// and exit with code 1. Removal at the end is detected with the head file (`audit.head_file`)
    /// or --head
    Verify {
        /// Chain head that was recorded earlier, checked in addition to the head file
        #[arg(long, value_name = "HASH", value_parser = head)]
        head: Option<LinkHash>,
        /// Directory with the files of archives, which are read as well [default:
        /// `audit.archive_directory`]
        #[arg(long, value_name = "DIR")]
        archives: Option<PathBuf>,
        #[command(flatten)]
        out: Output,
    },
    /// Move whole days of the log from the database into compressed, signed files
    Archive(ArchiveArgs),
    /// Show the streams to other systems (`audit.streams`): position, lag and last error
    Streams {
        #[command(flatten)]
        out: Output,
    },
    /// Print events, oldest first
    Export(ExportArgs),
}

#[derive(Debug, Args)]
pub struct TailArgs {
    /// Continue to print new events as they occur
    #[arg(long)]
    follow: bool,
    /// Number of events
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(0..=1000))]
    limit: u64,
    /// Event kind to include, such as login.failed (repeatable)
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Vec<AuditKind>,
    /// User who is the actor or the subject of the events: user name, e-mail address or ID
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Earliest time of the events, inclusive
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    since: Option<i64>,
    /// Print JSON, one event per line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Earliest time of the events, inclusive
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    since: Option<i64>,
    /// Latest time of the events, exclusive
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    until: Option<i64>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// JSON Lines: one object per line
    Jsonl,
    /// Comma-separated values with a header line
    Csv,
}

fn kind(text: &str) -> Result<AuditKind, String> {
    let words = AuditKind::ALL.iter().map(|kind| kind.as_str());
    one_of(AuditKind::parse(text), "kinds", words)
}

fn head(text: &str) -> Result<LinkHash, String> {
    LinkHash::parse(text).ok_or_else(|| "write the 64 hexadecimal digits of a head".to_owned())
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    match verb {
        Verb::Tail(args) => tail(installation, args).await,
        Verb::Verify {
            head,
            archives,
            out,
        } => verify(installation, head, archives, out).await,
        Verb::Archive(args) => archive::run(installation, &args).await,
        Verb::Streams { out } => streams::run(installation, out).await,
        Verb::Export(args) => export(installation, &args).await,
    }
}

async fn tail(installation: &Installation, args: TailArgs) -> Result {
    let filter = AuditFilter {
        about: match &args.user {
            Some(name) => Some(resolve_user(installation, name).await?),
            None => None,
        },
        kinds: args.kind,
        since: args.since,
        ..AuditFilter::default()
    };
    let show = |event: &AuditRecord| {
        let line = if args.json {
            output::json_line(&document(event))?
        } else {
            output::escaped(&describe(event))
        };
        output::line_while_read(&line)
    };
    let read = installation.db.read();
    let mut last = repo::audit::newest_records(read, &filter, None, args.limit).await?;
    last.reverse();
    for event in &last {
        if !show(event)? {
            return Ok(());
        }
    }
    if args.follow {
        follow(installation, &filter, &last, show).await?;
    }
    Ok(())
}

/// Resolves a user to an ID. Accepts the ID of a deleted user.
async fn resolve_user(installation: &Installation, name: &str) -> Result<String> {
    match users::get(&installation.operator(), name).await {
        Ok(user) => Ok(user.id.to_string()),
        Err(AdminError::NotFound { .. }) if UserId::parse(name).is_some() => Ok(name.to_owned()),
        Err(error) => Err(error.into()),
    }
}

/// Prints new events until the reader stops. IDs within one second are unordered, and a transaction
/// may commit after a later one: the last minute is read again, and events already shown are
/// skipped.
async fn follow(
    installation: &Installation,
    filter: &AuditFilter,
    printed: &[AuditRecord],
    show: impl Fn(&AuditRecord) -> Result<bool>,
) -> Result {
    let begin = installation.now();
    let mut known: HashSet<AuditId> = printed.iter().map(|event| event.id).collect();
    for event in recent(installation, filter, begin - REREAD_WINDOW).await? {
        known.insert(event.id);
    }
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let since = (installation.now() - REREAD_WINDOW).max(begin - REREAD_WINDOW);
        let events = recent(installation, filter, since).await?;
        for event in &events {
            if known.insert(event.id) && !show(event)? {
                return Ok(());
            }
        }
        known.retain(|id| events.iter().any(|event| event.id == *id));
    }
}

async fn recent(
    installation: &Installation,
    filter: &AuditFilter,
    since: i64,
) -> Result<Vec<AuditRecord>> {
    let filter = AuditFilter {
        since: Some(filter.since.map_or(since, |own| own.max(since))),
        ..filter.clone()
    };
    let mut events: Vec<AuditRecord> = Vec::new();
    loop {
        let after = events.last().map(|event| (event.at, event.id));
        let page = repo::audit::oldest(installation.db.read(), &filter, after, PAGE).await?;
        if page.is_empty() {
            return Ok(events);
        }
        events.extend(page);
    }
}

async fn verify(
    installation: &Installation,
    head: Option<LinkHash>,
    archives: Option<PathBuf>,
    out: Output,
) -> Result {
    let configured = installation.config.audit.archive_directory.clone();
    let archives = archives.or(configured).map(Directory);
    let key = ChainKey::derive(&installation.master_key()?);
    let stored = read_head(installation)?;
    seal_waiting(installation, &key).await?;
    let kept_hash = stored.as_ref().map(|stored| stored.hash);
    let heads: Vec<_> = kept_hash.into_iter().chain(head).collect();
    let last = repo::audit_chain::last(installation.db.read()).await?;
    let links = last.map_or(0, |last| last.seq);
    let mut progress = Progress::new(Some(output::print_status));
    let show = |done| {
        progress.show(|| match done {
            VerifyProgress::Links(seq) => format!("{seq} of {links} links verified"),
            VerifyProgress::Events(count) => format!("{count} events looked up in the chain"),
        });
    };
    let files = archives.as_ref().map(|files| files as &dyn ArchiveFiles);
    let recorded = heads.iter().copied();
    let verdict = audit::verify(&installation.db, &key, recorded, files, show).await?;
    let archived = repo::audit_archives::last(installation.db.read()).await?;
    if let (Some(last), None) = (archived, files) {
        output::print_status(&format!(
            "The links up to {} are in archives, which were not read, so a head among them is not found: \
             name their directory by --archives.",
            last.last_seq
        ));
    }
    let end = End::from_report(&verdict, !heads.is_empty());
    let mut shown = report(&verdict, end, stored.as_ref());
    if out.json {
        output::json(&shown)?;
    } else {
        shown["intact"] = if verdict.is_intact() { "yes" } else { "no" }.into();
        let names = ["intact", "events", "links", "not_sealed", "head", "end"];
        output::members(&shown, &names)?;
        if let Some(stored) = stored.filter(|stored| stored.restored) {
            output::print_status(&format!(
                "The head file was restarted at link {} when a backup was restored, {}.",
                stored.since_seq,
                output::time(stored.since)
            ));
        }
        if end == End::NotProved {
            output::print_status(
                "The end is not proved: there is no head file, and no --head was given. Events at the end \
                 may have been removed.",
            );
        }
    }
    if verdict.is_intact() {
        return Ok(());
    }
    let findings: Vec<_> = verdict.findings.iter().map(ToString::to_string).collect();
    Err(CliError::failure(findings.join("\nerror: ")))
}

doorward_protocol::words! {
    /// The evidence that the end of the log is complete.
    enum End {
        /// Every recorded head is in the chain.
        Proved = "proved",
        /// No head was recorded.
        NotProved = "not_proved",
        /// A recorded head is missing from the chain.
        Behind = "behind",
    }
}

impl End {
    fn from_report(report: &ChainReport, has_head: bool) -> Self {
        let missing =
            |finding: &ChainViolation| matches!(finding, ChainViolation::HeadMissing { .. });
        match (report.findings.iter().any(missing), has_head) {
            (true, _) => Self::Behind,
            (false, true) => Self::Proved,
            (false, false) => Self::NotProved,
        }
    }
}

fn read_head(installation: &Installation) -> Result<Option<AuditHead>> {
    let Some(file) = installation.config.audit_head_file() else {
        return Ok(None);
    };
    audit_anchor::read(&file).map_err(|error| {
        let text = file.display();
        CliError::failure(format!(
            "the audit head file {text} cannot be used: {error}"
        ))
    })
}

fn report(verdict: &ChainReport, end: End, stored: Option<&AuditHead>) -> Value {
    let head = verdict.head.as_ref();
    let findings: Vec<_> = verdict.findings.iter().map(ToString::to_string).collect();
    json!({
        "intact": verdict.is_intact(),
        "events": verdict.events,
        "links": verdict.links,
        "not_sealed": verdict.waiting,
        "head": head.map(|head| head.hash.to_string()),
        "end": end.as_str(),
        "head_file": stored.map(|stored| json!({
            "seq": stored.seq,
            "hash": stored.hash.to_string(),
            "at": output::time(stored.at),
            "since_seq": stored.since_seq,
            "since": output::time(stored.since),
            "restored": stored.restored,
        })),
        "findings": findings,
    })
}

async fn export(installation: &Installation, args: &ExportArgs) -> Result {
    let key = ChainKey::derive(&installation.master_key()?);
    seal_waiting(installation, &key).await?;
    let filter = AuditFilter {
        since: args.since,
        until: args.until,
        ..AuditFilter::default()
    };
    if matches!(args.format, Format::Csv) {
        output::document(&output::spreadsheet(&[COLUMNS.map(str::to_owned)])?)?;
    }
    let mut after = None;
    let mut breaks = Breaks::start(BREAK);
    loop {
        let page = repo::audit::oldest(installation.db.read(), &filter, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some((last.at, last.id));
        for event in &page {
            match args.format {
                Format::Jsonl => output::line(&output::json_line(&document(event))?)?,
                Format::Csv => {
                    let cells = cells(event, output::time(event.at));
                    output::document(&output::spreadsheet(&[cells])?)?;
                }
            }
        }
        breaks.take().await;
    }
}

fn describe(event: &AuditRecord) -> String {
    let time = output::time(event.at);
    let outcome = if event.success { "ok" } else { "failed" };
    let mut line = format!("{time}  {:<22} {outcome:<6}", event.kind);
    let facts = [
        ("actor", &event.actor),
        ("subject", &event.subject),
        ("client", &event.client_id),
        ("ip", &event.ip),
        ("request", &event.request_id),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            line.extend(["  ", name, "=", value.as_str()]);
        }
    }
    if event.detail != "{}" {
        line.push_str("  ");
        line.push_str(&event.detail);
    }
    line
}
