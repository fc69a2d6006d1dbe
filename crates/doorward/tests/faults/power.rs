//! R2, as far as it goes without a file system that forgets: the program is stopped at any moment, its
//! files are copied as they are, with a torn page at the end of the log, and the copy holds all that was
//! acknowledged. What was written and not synced cannot be dropped this way (docs/reliability.md).

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use doorward_testkit::backend::Storage;
use doorward_testkit::process::Signal;
use doorward_testkit::program::Program;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, rows, stack};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;

use super::app::App;
use super::ledger::{Working, judge};
use super::{CHEAP, binary};

#[test]
fn r2_files_of_any_moment_hold_what_was_acknowledged() {
    stack::to_end(cut());
}

async fn cut() {
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
        let patience = chance.random_range(100..400);
        tokio::time::sleep(Duration::from_millis(patience)).await;
        program.process.signal(Signal::STOP);
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
            judge(app, &program.issuer, &known, &when).await;
        }
        let ask = "SELECT integrity_check AS text FROM pragma_integrity_check";
        assert_eq!(
            rows::ask(&program.storage.identity, ask).await,
            ["ok"],
            "{when}"
        );
    }
    let verified = program.command(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
    assert!(acknowledged > 0);
    trial.done(json!({ "cuts": cuts, "acknowledged": acknowledged, "lost": 0 }));
}

fn file(url: &str, suffix: &str) -> PathBuf {
    format!("{}{suffix}", url.trim_start_matches("sqlite://")).into()
}
