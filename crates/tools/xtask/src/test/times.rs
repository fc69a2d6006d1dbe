//! The times of a test run: of each binary from libtest, and of each test from the test kit.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::failure::Failure;

/// Variable with the file to which the test kit writes the time of each test.
pub const FILE: &str = "DOORWARD_TEST_TIMES";
/// Number of slowest tests that are printed, and of slowest modules.
const SLOWEST: usize = 20;

/// The binaries of a run with their seconds.
#[derive(Default)]
pub struct Times {
    running: String,
    binaries: Vec<(f64, String)>,
}

impl Times {
    /// Reads a line of the output of `cargo test`.
    pub fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(name) = binary_of(line) {
            name.clone_into(&mut self.running);
        } else if let Some(seconds) = seconds_of(line) {
            self.binaries.push((seconds, self.running.clone()));
        }
    }

    /// Returns the lines to print at the end. `tests` is the content of [`FILE`]: seconds, a tab, a name.
    pub fn lines(mut self, tests: &str) -> Result<String, Failure> {
        let mut text = String::from("seconds of each test binary that took one or more:\n");
        self.binaries
            .sort_by(|left, right| right.0.total_cmp(&left.0));
        for (seconds, name) in self.binaries.iter().filter(|(seconds, _)| *seconds >= 1.0) {
            let _ = writeln!(text, "{seconds:8.1}  {name}");
        }
        let mut slowest = BTreeMap::new();
        for line in tests.lines() {
            let (seconds, name) = line.split_once('\t').ok_or("a time without a test")?;
            let seconds: f64 = seconds.parse().map_err(|_| "a time that is no number")?;
            let longest = slowest.entry(name).or_insert(seconds);
            *longest = longest.max(seconds);
        }
        let mut modules: BTreeMap<&str, f64> = BTreeMap::new();
        for (name, seconds) in &slowest {
            let module = name.split("::").next().unwrap_or_default();
            *modules.entry(module).or_default() += seconds;
        }
        let titles = [
            "seconds of the slowest tests that start a server:\n",
            "seconds of the tests of a module together:\n",
        ];
        for (title, times) in titles.into_iter().zip([slowest, modules]) {
            let mut times: Vec<_> = times.into_iter().collect();
            times.sort_by(|left, right| right.1.total_cmp(&left.1));
            if !times.is_empty() {
                text.push_str(title);
            }
            for (name, seconds) in times.iter().take(SLOWEST) {
                let _ = writeln!(text, "{seconds:8.1}  {name}");
            }
        }
        Ok(text)
    }
}

/// Returns the name of the binary that cargo says it runs.
fn binary_of(line: &str) -> Option<&str> {
    if let Some(library) = line.strip_prefix("Doc-tests ") {
        return Some(library);
    }
    let (_, path) = line.strip_prefix("Running ")?.rsplit_once('(')?;
    let file = path.strip_suffix(')')?.rsplit('/').next()?;
    file.rsplit_once('-').map(|(name, _)| name)
}

fn seconds_of(line: &str) -> Option<f64> {
    let (_, seconds) = line
        .strip_prefix("test result: ")?
        .rsplit_once("finished in ")?;
    seconds.strip_suffix('s')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Times;

    #[test]
    fn names_slowest_first() {
        let mut times = Times::default();
        for line in [
            "     Running unittests src/lib.rs (target/debug/deps/doorward_access-0a1b)",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.25s",
            "     Running tests/cli/main.rs (target/debug/deps/cli-77aa)",
            "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.50s",
            "   Doc-tests doorward_domain",
            "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 2.00s",
        ] {
            times.read(line);
        }
        let text = times.lines("0.5\tslow::one\n1.25\tslow::two\n0.7\tslow::one\n");
        assert_eq!(
            text.unwrap(),
            "seconds of each test binary that took one or more:\n     2.0  doorward_domain\n     1.5  cli\n\
             seconds of the slowest tests that start a server:\n     1.2  slow::two\n     0.7  slow::one\n\
             seconds of the tests of a module together:\n     1.9  slow\n"
        );
    }

    #[test]
    fn rejects_lines_without_time() {
        assert!(Times::default().lines("slow::one\n").is_err());
    }
}
