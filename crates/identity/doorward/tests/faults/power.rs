//! Trial R2: power failure. First with a simulated disk that keeps synced writes and an arbitrary
//! part of the others: `strace` records the program's file operations, and the files are rebuilt as
//! each of many failures could leave them. Then with files copied at any time, with a torn page at
//! the end of the log.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use doorward_testkit::backend::Storage;
use doorward_testkit::disk::{CrashState, Record, Unsynced};
use doorward_testkit::program::Program;
use doorward_testkit::strace::{Watched, file_of, is_permitted, log_of};
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, rows, stack};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;

use super::app::App;
use super::ledger::{Grant, Ledger, Working, check_codes, now, verify};
use super::{CHEAP, binary};

/// The number of failures simulated with one recording.
const CUTS_OF_ONE: usize = 10;
/// A grace period that allows retries of lost responses after all that.
const SETTINGS: [(&str, &str); 3] = [
    CHEAP[0],
    CHEAP[1],
    ("DOORWARD__TOKENS__REFRESH_GRACE", "60s"),
];

#[test]
fn r2_acknowledged_writes_are_synced() {
    stack::block_on(unsynced());
}

#[test]
fn r2_files_at_any_time_hold_acknowledged_writes() {
    stack::block_on(copied());
}

/// The results of the simulated failures.
#[derive(Default)]
struct Results {
    cuts: usize,
    acknowledged: usize,
    dropped: usize,
    syncs: usize,
    pages_into_the_file: usize,
}

async fn unsynced() {
    let trial = Trial::new("R2", "sqlite");
    if let Err(why) = is_permitted().await {
        return trial.not_run(why);
    }
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let (cuts, mut shown) = (trial.size(8, 200), Results::default());
    while shown.cuts < cuts {
        let storage = Storage::create(Backend::SqliteMemory).await;
        let watched = Watched::new(&binary(), &storage);
        let mut program = Program::start_with_storage(&watched.script, storage, &SETTINGS).await;
        let mut apps = Vec::new();
        for person in ["alice", "bob", "mona"] {
            apps.push(Arc::new(App::new(&program, person).await));
        }
        let began = now();
        let working = Working::begin(&program, &apps, &mut chance);
        let delay = chance.random_range(2_000..3_000);
        tokio::time::sleep(Duration::from_millis(delay)).await;
        let process = program.process.id();
        program.kill();
        let received = working.end_with_times().await;
        let record = watched.record(process).await;
        shown.syncs += record.syncs_of(&log_of(&watched.database));
        let first = record.first_after(began);
        let pages = record.writes_to(&watched.database).into_iter();
        shown.pages_into_the_file += pages.filter(|moment| *moment >= first).count();
        for cut in 0..CUTS_OF_ONE.min(cuts - shown.cuts) {
            let (moment, fate) = if cut == 0 {
                // At least one write of each recording is lost.
                let moment = before_sync(&record, &watched.database, began, &mut chance);
                (moment, Unsynced::Lost)
            } else {
                let load = (began, received.as_slice());
                let moment = moment(&record, &watched.database, load, &mut chance);
                (moment, fate(&mut chance))
            };
            let when = record.time(moment);
            let left = record.cut(moment, fate, &mut chance);
            let when_and_how = format!("cut {} at line {moment}, {fate:?}", shown.cuts);
            program.move_to(create_database(&left, &watched.database).await);
            program.start_again().await;
            for (app, received) in apps.iter().zip(&received) {
                let known = Ledger::at(received, when);
                shown.acknowledged += known.acknowledged;
                verify(app, &program.issuer, &known, &when_and_how).await;
                check_codes(app, &program.issuer, &known.spent).await;
            }
            assert_whole(&program, &when_and_how).await;
            program.kill();
            shown.cuts += 1;
            shown.dropped += left.dropped;
        }
    }
    assert!(shown.acknowledged > shown.cuts, "too few acknowledgements");
    assert!(
        shown.dropped > 0,
        "no write was lost, so nothing was simulated"
    );
    trial.done(json!({
        "cuts": cuts, "acknowledged": shown.acknowledged, "lost": 0, "writes_dropped": shown.dropped,
        "syncs_of_the_log": shown.syncs, "pages_into_the_file": shown.pages_into_the_file,
    }));
}

/// Returns a random time under load: any, one during a checkpoint of the log, or one right after an
/// acknowledgement.
fn moment(
    record: &Record,
    database: &Path,
    (began, error): (SystemTime, &[Vec<Grant>]),
    chance: &mut StdRng,
) -> usize {
    let (first, end) = (record.first_after(began), record.moments());
    assert!(first < end, "nothing was done under load");
    let pages = record.writes_to(database).into_iter();
    let pages: Vec<_> = pages.filter(|moment| *moment >= first).collect();
    let acknowledged: Vec<_> = error.iter().flatten().flat_map(Grant::told).collect();
    match chance.random_range(0..4) {
        0 => chance.random_range(first..end),
        // Up to a few calls later, when the pages are synced.
        1 if !pages.is_empty() => {
            let later = chance.random_range(0..8);
            (pages[chance.random_range(0..pages.len())] + later).min(end - 1)
        }
        // There may be no call after the last acknowledgement.
        _ => {
            let one = acknowledged[chance.random_range(0..acknowledged.len())];
            record.first_after(one).min(end - 1)
        }
    }
}

/// Returns a random time under load right after a write to the log, when no sync has covered it.
fn before_sync(record: &Record, database: &Path, began: SystemTime, chance: &mut StdRng) -> usize {
    let (first, last) = (record.first_after(began), record.moments() - 1);
    let writes = record.writes_to(&log_of(database)).into_iter();
    let writes: Vec<_> = writes
        .filter(|moment| (first..last).contains(moment))
        .collect();
    assert!(!writes.is_empty(), "nothing was written under load");
    writes[chance.random_range(0..writes.len())] + 1
}

fn fate(chance: &mut StdRng) -> Unsynced {
    match chance.random_range(0..10) {
        0..4 => Unsynced::Lost,
        4 => Unsynced::Kept,
        _ => Unsynced::Torn,
    }
}

/// Creates a database with these files.
async fn create_database(left: &CrashState, database: &Path) -> Storage {
    let copy = Storage::create(Backend::SqliteMemory).await;
    let place = file_of(&copy.identity);
    std::fs::write(&place, &left.files[database]).unwrap();
    if let Some(log) = left.files.get(&log_of(database)) {
        std::fs::write(log_of(&place), log).unwrap();
    }
    copy
}

async fn assert_whole(program: &Program, when: &str) {
    let ask = "SELECT integrity_check AS text FROM pragma_integrity_check";
    let answer = rows::query_text(&program.storage.identity, ask).await;
    assert_eq!(answer, ["ok"], "{when}");
}

async fn copied() {
    let trial = Trial::new("R2", "sqlite");
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let mut program = Program::start(&binary(), Backend::SqliteMemory, &CHEAP).await;
    let mut apps = Vec::new();
    for person in ["alice", "bob"] {
        apps.push(Arc::new(App::new(&program, person).await));
    }
    let (cuts, mut acknowledged) = (trial.size(3, 200), 0);
    for cut in 0..cuts {
        let working = Working::begin(&program, &apps, &mut chance);
        let delay = chance.random_range(100..400);
        tokio::time::sleep(Duration::from_millis(delay)).await;
        program.process.stop();
        let copy = Storage::create_empty(Backend::SqliteMemory).await;
        for (from, to) in [
            (&program.storage.identity, &copy.identity),
            (&program.storage.tasks, &copy.tasks),
        ] {
            for suffix in ["", "-wal"] {
                let [from, to] = [from, to].map(|url| file(url, suffix));
                if from.exists() {
                    std::fs::copy(&from, &to).unwrap();
                }
            }
        }
        let mut log = std::fs::File::options();
        let mut log = log.append(true).open(file(&copy.identity, "-wal")).unwrap();
        let torn: Vec<u8> = (0..chance.random_range(1..9000))
            .map(|_| chance.random())
            .collect();
        log.write_all(&torn).unwrap();
        program.kill();
        let known = working.end().await;
        program.move_to(copy);
        program.start_again().await;
        let when = format!("cut {cut}");
        for (app, known) in apps.iter().zip(known) {
            acknowledged += known.acknowledged;
            verify(app, &program.issuer, &known, &when).await;
        }
        assert_whole(&program, &when).await;
    }
    let verified = program.command(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
    assert!(acknowledged > 0);
    trial.done(json!({ "copies": cuts, "acknowledged": acknowledged, "lost": 0 }));
}

fn file(url: &str, suffix: &str) -> PathBuf {
    format!("{}{suffix}", url.trim_start_matches("sqlite://")).into()
}
