//! The time of each test that starts a server, for `cargo xtask test`.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::Instant;

/// Variable with the file for the times; `cargo xtask test` sets it.
const FILE: &str = "DOORWARD_TEST_TIMES";

/// A timer that writes the seconds from its creation to its end, with the name of the test, which
/// is that of the thread.
pub(crate) struct Timer(Instant);

impl Timer {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        let (Some(file), Some(test)) = (
            std::env::var_os(FILE),
            std::thread::current().name().map(str::to_owned),
        ) else {
            return;
        };
        let line = format!("{:.2}\t{test}\n", self.0.elapsed().as_secs_f64());
        let file = OpenOptions::new().create(true).append(true).open(file);
        if let Err(error) = file.and_then(|mut file| file.write_all(line.as_bytes())) {
            eprintln!("the time of {test} is not written: {error}");
        }
    }
}
