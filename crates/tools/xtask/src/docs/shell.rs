//! Runs commands of a page in a shell that keeps directory, variables and functions between blocks.

use std::fs::File;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::scratch::Scratch;
use crate::{package, run};

/// Maximum time of commands, and of the start and the end of a server. The slowest command compiles a crate
/// with its dependencies.
pub const PATIENCE: Duration = Duration::from_mins(5);
/// Options of curl: a response with an error fails.
const CURL: &str = "fail-with-body\nsilent\n";
/// The script around each block. The options make failures visible; the loop ends everything with this command.
const FRAME: &str = r#"
if [ -e "$PAGE_STATE" ]; then . "$PAGE_STATE" 2>/dev/null || true; fi
(while kill -0 "$PPID" 2>/dev/null; do sleep 1; done; kill -- "-$$") & watch=$!; disown
trap 'kill $watch; { declare -p; declare -f; printf "cd %q\n" "$PWD"; } > "$PAGE_STATE"' EXIT
set -eu -o pipefail
. "$PAGE_STATE.script"
"#;
/// Uses the compiled program for `cargo run -- …`. A crate of a page is compiled into a directory that is kept,
/// without the lints of this workspace.
const CARGO: &str = r#"#!/bin/sh
if [ "$1 $2" = "run --" ]; then shift 2; exec doorward "$@"; fi
case "$1" in
  add | build | check | run | test) ;;
  *) echo "pages can only use cargo add, build, check, run and test" >&2; exit 1 ;;
esac
unset RUSTC_WORKSPACE_WRAPPER CLIPPY_ARGS RUSTFLAGS
export CARGO_TARGET_DIR="$PACKAGES/../package/page"
exec "${CARGO:?}" "$@"
"#;

/// The programs that come first on the path of every page.
pub struct Tools {
    directory: PathBuf,
    program: PathBuf,
}

impl Tools {
    /// Installs the program as `doorward`, and helpers.
    pub fn install(scratch: &Scratch, program: PathBuf) -> Result<Self, Failure> {
        let directory = scratch.directory("tools")?;
        let install = || -> std::io::Result<()> {
            symlink(&program, directory.join("doorward"))?;
            std::fs::write(directory.join(".curlrc"), CURL)?;
            for (name, text) in [("cargo", CARGO), ("browser", include_str!("browser.sh"))] {
                let tool = directory.join(name);
                std::fs::write(&tool, text)?;
                Command::new("chmod").arg("+x").arg(&tool).status()?;
            }
            Ok(())
        };
        install().map_err(|error| format!("{}: {error}", directory.display()))?;
        Ok(Self { directory, program })
    }
}

/// The end of commands: no code if a signal ended them, and both outputs as one.
pub struct Outcome {
    pub code: Option<i32>,
    pub output: String,
}

/// The shell of one page.
pub struct Shell<'a> {
    tools: &'a Tools,
    /// Begins as the root of a clone that is built.
    directory: PathBuf,
    state: PathBuf,
}

impl<'a> Shell<'a> {
    /// Prepares the directory. A clone of this repository is beside it, in `../doorward`.
    pub fn new(tools: &'a Tools, place: &Path) -> Result<Self, Failure> {
        let directory = place.join("here");
        let built = directory.join("target/debug");
        let prepare = || -> std::io::Result<()> {
            std::fs::create_dir_all(&built)?;
            symlink(&tools.program, built.join("doorward"))?;
            symlink(run::root(), place.join("doorward"))
        };
        prepare().map_err(|error| format!("{}: {error}", place.display()))?;
        Ok(Self {
            tools,
            directory,
            state: place.join("state"),
        })
    }

    /// Runs commands of a block to their end.
    pub fn run(&self, script: &str, input: &str) -> Result<Outcome, Failure> {
        self.run_into("block", script, input)
    }

    /// Runs what the reader does. `$LAST` is the file with the output of the block before, and `$PACKAGES` the
    /// directory of the built packages.
    pub fn run_reader(&self, script: &str) -> Result<Outcome, Failure> {
        self.run_into("reader", script, "")
    }

    /// Writes a file into the directory in which the page begins.
    pub fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let file = self.directory.join(name);
        file.parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&file, text))
            .map_err(|error| format!("{}: {error}", file.display()))
    }

    fn run_into(&self, log: &str, script: &str, input: &str) -> Result<Outcome, Failure> {
        let log = self.state.with_extension(log);
        let mut child = self.start(script, input, &log)?;
        let start = Instant::now();
        let code = loop {
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                break status.code();
            }
            if start.elapsed() > PATIENCE {
                stop(&mut child);
                break None;
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let output = std::fs::read(&log).map_err(|error| error.to_string())?;
        let output = String::from_utf8_lossy(&output).into_owned();
        Ok(Outcome { code, output })
    }

    /// Starts commands in a new process group, with their output in a file.
    pub fn start(&self, script: &str, input: &str, log: &Path) -> Result<Child, Failure> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = [self.tools.directory.clone()]
            .into_iter()
            .chain(std::env::split_paths(&path));
        let path = std::env::join_paths(path).map_err(|error| error.to_string())?;
        let start = || -> std::io::Result<Child> {
            let output = File::create(log)?;
            std::fs::write(self.state.with_extension("script"), script)?;
            let stdin = self.state.with_extension("input");
            std::fs::write(&stdin, input)?;
            let mut command = Command::new("bash");
            for (name, _) in std::env::vars_os() {
                if name.to_string_lossy().starts_with("DOORWARD") {
                    command.env_remove(name);
                }
            }
            command
                .args(["-c", FRAME])
                .current_dir(&self.directory)
                .env("PAGE_STATE", &self.state)
                .env("LAST", self.state.with_extension("block"))
                .env("PACKAGES", package::directory())
                .env("CURL_HOME", &self.tools.directory)
                .env("PATH", path)
                .envs(["NO_PROXY", "no_proxy"].map(|name| (name, "localhost,127.0.0.1")))
                .env("LC_ALL", "C.UTF-8")
                .stdin(File::open(stdin)?)
                .stdout(output.try_clone()?)
                .stderr(output)
                .process_group(0)
                .spawn()
        };
        start().map_err(|error| format!("bash does not start: {error}"))
    }
}

/// Ends a process with its group.
pub fn stop(child: &mut Child) {
    let group = format!("-{}", child.id());
    for signal in ["-TERM", "-KILL"] {
        run::succeeds(Command::new("kill").args([signal, "--", &group]));
        let start = Instant::now();
        while start.elapsed() < PATIENCE / 4 {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
