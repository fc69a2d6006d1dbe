//! The results of an import: lines, progress, and files.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;

use doorward_import::grouped::Grouped;
use doorward_import::hash::NO_PASSWORD;
use doorward_import::item::{Decision, Item, Kind};
use doorward_import::options::ImportOptions;
use doorward_import::plan::matched::MATCHED;
use doorward_import::read::found::UNREADABLE;
use doorward_import::report::{Observer, Summary, Tally};
use doorward_import::sync::Comparison;

use super::options::CommonArgs;
use crate::command::prelude::*;
use crate::output::ProgressOutput;

/// A list that is written entry by entry.
enum Ids {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Json(JsonList),
}

/// Notes whose number the end of the output has, with its text.
const COUNTED: [(&str, &str); 2] = [
    (MATCHED, "Users here with the same verified e-mail address"),
    (UNREADABLE, "Values that cannot be read"),
];

/// An open JSON array.
struct JsonList {
    file: BufWriter<File>,
    is_empty: bool,
}

/// The records that are printed.
#[derive(Clone, Copy)]
enum Listed {
    All,
    /// All except unchanged ones.
    Changes,
    /// Skipped records, differences, and values that are not taken over.
    Findings,
}

pub struct Report {
    progress: ProgressOutput,
    listed: Listed,
    as_json: bool,
    records: Option<JsonList>,
    ids: Option<Ids>,
    is_dry: bool,
    grouped: Grouped,
}

fn create(path: &Path) -> Result<BufWriter<File>> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        // Names and addresses of users.
        .mode(0o600)
        .open(path);
    file.map(BufWriter::new).map_err(CliError::at(path))
}

impl JsonList {
    fn begin(mut file: BufWriter<File>, head: &str) -> io::Result<Self> {
        file.write_all(head.as_bytes())?;
        Ok(Self {
            file,
            is_empty: true,
        })
    }

    fn add(&mut self, value: &impl serde::Serialize) -> io::Result<()> {
        self.file
            .write_all(if self.is_empty { b"\n" } else { b",\n" })?;
        self.is_empty = false;
        serde_json::to_writer(&mut self.file, value)?;
        Ok(())
    }

    fn end(mut self, tail: &str) -> io::Result<()> {
        self.file.write_all(tail.as_bytes())?;
        self.file.flush()
    }
}

impl Report {
    pub fn create(
        args: &CommonArgs,
        options: &ImportOptions,
        users: u64,
        comparison: Option<&Comparison>,
    ) -> Result<Self> {
        let records = match &args.report {
            Some(path) => {
                let head = json!({ "source": options.source, "dry_run": args.dry_run }).to_string();
                let head = format!("{},\"records\":[", head.trim_end_matches('}'));
                Some(JsonList::begin(create(path)?, &head)?)
            }
            None => None,
        };
        let ids = match &args.ids {
            Some(path) if path.extension().is_some_and(|end| end == "json") => {
                Some(Ids::Json(JsonList::begin(create(path)?, "[")?))
            }
            Some(path) => {
                let mut writer = csv::Writer::from_writer(create(path)?);
                writer
                    .write_record(["old_id", "sub"])
                    .map_err(CliError::failure)?;
                Some(Ids::Csv(Box::new(writer)))
            }
            None => None,
        };
        let template = "{bar:40} {pos}/{len} users, {per_sec}, {eta} remaining";
        Ok(Self {
            progress: ProgressOutput::new(users, template, "users"),
            listed: match comparison {
                Some(comparison) if comparison.sync.is_some() => Listed::Changes,
                _ if args.dry_run => Listed::All,
                _ => Listed::Findings,
            },
            as_json: args.json,
            records,
            ids,
            is_dry: args.dry_run,
            grouped: Grouped::default(),
        })
    }

    fn print(&mut self, item: &Item) -> io::Result<()> {
        let has_finding = || item.notes.iter().any(|note| note.column.is_some());
        let is_listed = match (self.listed, item.decision) {
            (Listed::All, _) | (_, Decision::Skip) => true,
            // The notes of each row would be repeated every night.
            (_, Decision::Unchanged) => false,
            (Listed::Changes, _) => true,
            (Listed::Findings, decision) => decision.is_difference() || has_finding(),
        };
        if !is_listed {
            return Ok(());
        }
        let line = if self.as_json {
            serde_json::to_string(item)?
        } else if self.grouped.admit(item, sentence) {
            output::escaped(&sentence(item))
        } else {
            return Ok(());
        };
        self.progress
            .suspend(|| output::line(&line))
            .map_err(io::Error::other)
    }

    pub fn finish(self, summary: &Summary) -> Result {
        self.progress.finish();
        let text = serde_json::to_string(summary).map_err(CliError::failure)?;
        if let Some(records) = self.records {
            records.end(&format!("\n],\"summary\":{text}}}\n"))?;
        }
        match self.ids {
            Some(Ids::Csv(mut writer)) => writer.flush()?,
            Some(Ids::Json(list)) => list.end("\n]\n")?,
            None => {}
        }
        if self.as_json {
            return output::line(&json!({ "summary": summary }).to_string());
        }
        for line in self.grouped.rest() {
            output::line(&output::escaped(&line))?;
        }
        if self.grouped.rest().next().is_some() {
            output::print_status("--report FILE lists each user.");
        }
        if summary.records.is_empty() {
            output::print_status("The source has no records.");
        }
        for (kind, decisions) in &summary.records {
            if *kind == Kind::User.as_str() && summary.sync.is_some() {
                continue;
            }
            let parts: Vec<_> = decisions
                .iter()
                .map(|(decision, count)| format!("{count} {}", past(decision, self.is_dry)))
                .collect();
            output::print_status(&format!("{kind}: {}", parts.join(", ")));
        }
        if let Some(sync) = summary.sync {
            let Tally {
                joined,
                changed,
                left,
                unchanged,
                conflicts,
            } = sync;
            output::print_status(&format!(
                "user: joined {joined}, changed {changed}, left {left}, unchanged {unchanged}, \
                 conflicts {conflicts}"
            ));
        }
        if let Some(count) = summary.notes.get(NO_PASSWORD)
            && summary.sync.is_none()
        {
            output::print_status(&format!(
                "Users without a password: {count}. They set one with \"Forgot password\"."
            ));
        }
        for sum in summary.sums.domains() {
            output::print_status(&format!("E-mail addresses: {sum}."));
        }
        for (code, text) in COUNTED {
            if let Some(count) = summary.notes.get(code) {
                output::print_status(&format!("{text}: {count}."));
            }
        }
        for line in summary.proposals(self.is_dry) {
            output::print_status(&line);
        }
        if summary.unknown_emails > 0 {
            let count = summary.unknown_emails;
            output::print_status(&if self.is_dry {
                format!(
                    "Unverified e-mail addresses: {count}. The source does not say whether they are \
                     verified, so these users confirm them at the first sign-in; if the source \
                     verified them, add --trust-email."
                )
            } else {
                format!(
                    "Unverified e-mail addresses: {count}. These users confirm them at the first \
                     sign-in; `doorward user bulk start verify_email --filter state=unverified --yes` marks the \
                     addresses of all unverified users as verified."
                )
            });
        }
        Ok(())
    }
}

fn past(decision: &str, is_dry: bool) -> &str {
    match (decision, is_dry) {
        ("import", false) => "imported",
        ("import", true) => "to import",
        ("change", false) => "imported with changes",
        ("change", true) => "to import with changes",
        ("skip", _) => "skipped",
        ("differs", _) => "different and not changed",
        ("missing", _) => "missing in the file",
        _ => "unchanged",
    }
}

fn sentence(item: &Item) -> String {
    let mut text = format!(
        "{} {} {}",
        item.decision.as_str(),
        item.kind.as_str(),
        item.old_id
    );
    if item.name != item.old_id && !item.name.is_empty() {
        text += " (";
        text += &item.name;
        text.push(')');
    }
    if let Some(id) = item.new_id.as_ref().filter(|id| **id != item.old_id) {
        text += " -> ";
        text += id;
    }
    let fields: Vec<_> = item.changes.iter().map(|change| change.field).collect();
    let fields = fields.join(", ");
    let difference = match item.decision {
        Decision::Differs if fields.is_empty() => Some("differs, not applied".to_owned()),
        Decision::Differs => Some(format!("differs, not applied: {fields}")),
        Decision::Leave => Some("missing in the file".to_owned()),
        Decision::Missing => Some("missing in the file, not changed".to_owned()),
        _ => Some(fields).filter(|fields| !fields.is_empty()),
    };
    let notes = item.notes.iter().map(|note| note.text.clone());
    let parts: Vec<_> = difference.into_iter().chain(notes).collect();
    if !parts.is_empty() {
        text.push_str(": ");
        text.push_str(&parts.join("; "));
    }
    text
}

impl Observer for Report {
    fn item(&mut self, item: &Item) -> io::Result<()> {
        if item.kind == Kind::User {
            self.progress.inc(1);
        }
        if let Some(records) = &mut self.records {
            records.add(item)?;
        }
        let is_present = !matches!(item.decision, Decision::Leave | Decision::Missing);
        if let (Kind::User, true, Some(id)) = (item.kind, is_present, &item.new_id) {
            match &mut self.ids {
                Some(Ids::Csv(writer)) => writer
                    .write_record([&item.old_id, id])
                    .map_err(io::Error::other)?,
                Some(Ids::Json(list)) => {
                    list.add(&json!({ "old_id": item.old_id, "sub": id }))?;
                }
                None => {}
            }
        }
        self.print(item)
    }
}
