//! The session of one page: runs its blocks in one shell, beside the servers that they start.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use super::output;
use super::page::{Block, Mode, Step};
use super::shell::{Outcome, PATIENCE, Shell, Tools, stop};
use crate::failure::Failure;

/// Addresses of a deployment in the guides, and those of the instance of the page.
const ADDRESSES: [(&str, &str); 2] = [
    ("https://id.example.org", "http://localhost:8400"),
    ("https://tasks.example.org", "http://localhost:8401"),
];

/// Runs the blocks of one page. Its servers are stopped when dropped.
pub struct Session<'a> {
    shell: Shell<'a>,
    log: PathBuf,
    /// Prints the outputs.
    shows: bool,
    /// Placeholders of the page, which steps of the reader have assigned.
    names: BTreeSet<String>,
    servers: Vec<(Child, Vec<u16>)>,
}

impl<'a> Session<'a> {
    pub fn new(tools: &'a Tools, place: &Path, shows: bool) -> Result<Self, Failure> {
        Ok(Self {
            shell: Shell::new(tools, place)?,
            log: place.join("server"),
            shows,
            names: BTreeSet::new(),
            servers: Vec::new(),
        })
    }

    /// Runs a block. A failure begins with its line.
    pub fn run(&mut self, block: &Block) -> Result<(), Failure> {
        let mut input = String::new();
        if let Some(reader) = &block.reader {
            let outcome = self.shell.run_reader(&with_addresses(reader))?;
            if outcome.code != Some(0) {
                let failure = describe("the step of the reader", reader, &outcome);
                return Err(format!("{}: {failure}", block.line));
            }
            self.names.extend(assigned(reader));
            input = outcome.output;
        }
        for (number, step) in (1..).zip(&block.steps) {
            let is_last = number == block.steps.len();
            self.run_step(step, &block.mode, is_last, &input)
                .map_err(|failure| format!("{}: {failure}", step.line))?;
        }
        Ok(())
    }

    fn run_step(
        &mut self,
        step: &Step,
        mode: &Mode,
        is_last: bool,
        input: &str,
    ) -> Result<(), Failure> {
        let script = fill(&with_addresses(&step.script), &self.names);
        match mode {
            Mode::Serve(ports) => return self.serve(&script, ports),
            Mode::File(name) => return self.shell.write(name, &step.script),
            _ => {}
        }
        let outcome = self.shell.run(&script, input)?;
        if self.shows {
            print!("{}{}", indented(&step.script), indented(&outcome.output));
        }
        let must_fail = is_last && *mode == Mode::Fail;
        if outcome.code.is_none() || must_fail == (outcome.code == Some(0)) {
            return Err(describe("the command ended", &step.script, &outcome));
        }
        if let Some(shown) = &step.output
            && !output::matches(&with_addresses(shown), &outcome.output)
        {
            let failure = describe("the page shows another output", &step.script, &outcome);
            return Err(format!("{failure}  page:\n{}", indented(shown)));
        }
        Ok(())
    }

    /// Starts a server and waits until its ports answer.
    pub fn serve(&mut self, script: &str, ports: &[u16]) -> Result<(), Failure> {
        if let Some(port) = ports.iter().find(|port| is_open(**port)) {
            return Err(format!("another program listens at port {port}: stop it"));
        }
        let mut server = self.shell.start(script, "", &self.log)?;
        let start = Instant::now();
        let failure = loop {
            if let Ok(Some(status)) = server.try_wait() {
                let outcome = Outcome {
                    code: status.code(),
                    output: std::fs::read_to_string(&self.log).unwrap_or_default(),
                };
                break Some(describe("the server ended", script, &outcome));
            }
            // A program without ports has a second to fail.
            let is_settled = !ports.is_empty() || start.elapsed() > Duration::from_secs(1);
            if is_settled && ports.iter().all(|port| answers(*port)) {
                break None;
            }
            if start.elapsed() > PATIENCE {
                break Some(format!("nothing answers at {ports:?} after {PATIENCE:?}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        if let Some(failure) = failure {
            stop(&mut server);
            return Err(failure);
        }
        self.servers.push((server, ports.to_vec()));
        Ok(())
    }

    /// Fails if a server has ended before the page does.
    pub fn finish(&mut self) -> Result<(), Failure> {
        let mut servers = self.servers.iter_mut();
        let ended = servers.any(|(server, _)| !matches!(server.try_wait(), Ok(None)));
        if ended {
            return Err("1: a block that keeps running has ended".to_owned());
        }
        Ok(())
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        for (mut server, ports) in self.servers.drain(..).rev() {
            stop(&mut server);
            let start = Instant::now();
            while ports.iter().any(|port| is_open(*port)) && start.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

fn is_open(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Returns true if the server at a port answers a request: it may listen long before it is ready.
fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<usize> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
        stream.read(&mut [0])
    };
    ask().is_ok_and(|length| length > 0)
}

fn describe(what: &str, script: &str, outcome: &Outcome) -> String {
    let code = outcome.code.map_or_else(
        || "by a signal or after too long".to_owned(),
        |code| format!("with exit code {code}"),
    );
    let (script, output) = (indented(script), indented(&outcome.output));
    format!("{what}, {code}\n{script}  output:\n{output}")
}

fn indented(text: &str) -> String {
    text.lines().flat_map(|line| ["    ", line, "\n"]).collect()
}

fn with_addresses(text: &str) -> String {
    let replace = |text: String, (shown, real): (&str, &str)| text.replace(shown, real);
    ADDRESSES.into_iter().fold(text.to_owned(), replace)
}

/// Returns the names in capitals that a script assigns at the start of a line.
fn assigned(script: &str) -> impl Iterator<Item = String> {
    script.lines().filter_map(|line| {
        let (name, _) = line.trim().split_once('=')?;
        let is_placeholder = name
            .bytes()
            .all(|sign| sign.is_ascii_uppercase() || sign == b'_');
        (is_placeholder && !name.is_empty()).then(|| name.to_owned())
    })
}

/// Replaces placeholders, such as `CLIENT_ID`, by their variables.
fn fill(script: &str, names: &BTreeSet<String>) -> String {
    let is_part = |sign: char| sign.is_alphanumeric() || sign == '_';
    let mut filled = String::new();
    let mut rest = script;
    while let Some(start) = rest.find(is_part) {
        let (before, word) = rest.split_at(start);
        let (word, after) = word.split_at(word.find(|sign| !is_part(sign)).unwrap_or(word.len()));
        let is_variable = before.ends_with(['$', '{']) || after.starts_with('=');
        filled += before;
        if names.contains(word) && !is_variable {
            filled.extend(["${", word, "}"]);
        } else {
            filled += word;
        }
        rest = after;
    }
    filled + rest
}

#[cfg(test)]
mod tests;
