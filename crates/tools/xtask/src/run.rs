//! Helpers that find and run other programs.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use crate::failure::Failure;

/// Returns the workspace root: three levels above this package.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package
        .ancestors()
        .nth(3)
        .map_or_else(|| package.to_path_buf(), Path::to_path_buf)
}

/// Returns cargo's target directory.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |directory| root().join(directory))
}

/// Returns the command that builds these programs with the features and the profile of the tests: it
/// also builds a test, so that libraries are not compiled twice.
pub fn build(programs: &[&str]) -> Command {
    let mut command = cargo();
    command.args([
        "build",
        "--profile=test",
        "--workspace",
        "--test=architecture",
    ]);
    command.args(programs);
    command
}

/// Returns the cargo that runs this program, started in the workspace root.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a command to its end with output to the terminal.
pub fn to_end(command: &mut Command) -> Result<(), Failure> {
    let shown = display_command(command);
    let status = command
        .status()
        .map_err(|error| format!("{shown} does not start: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{shown} failed ({status})"))
    }
}

/// Processes that end after a silence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Silent {
    /// The command itself.
    Command,
    /// The programs that the command has started; it reports their failure and continues.
    Children,
}

/// Runs a command to its end, prints both outputs as one, and passes each line to `read`. Ends `silent`
/// processes that print nothing for this time.
pub fn to_end_reading(
    silence: Duration,
    silent: Silent,
    command: &mut Command,
    mut read: impl FnMut(&str),
) -> Result<(), Failure> {
    let shown = display_command(command);
    let mut run = || -> std::io::Result<ExitStatus> {
        let (reader, writer) = std::io::pipe()?;
        command.stdout(writer.try_clone()?).stderr(writer);
        let mut child = command.spawn()?;
        // The command's copies of the pipe would keep it open.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(reader).lines();
            while lines.next().is_some_and(|line| sender.send(line).is_ok()) {}
        });
        loop {
            match lines.recv_timeout(silence) {
                Ok(line) => {
                    let line = line?;
                    println!("{line}");
                    read(&line);
                }
                Err(RecvTimeoutError::Timeout) => end(silent, child.id())?,
                Err(RecvTimeoutError::Disconnected) => return child.wait(),
            }
        }
    };
    match run() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{shown} failed ({status})")),
        Err(error) => Err(format!("{shown} does not run: {error}")),
    }
}

/// Ends a process and the processes that it has started, or only these.
fn end(silent: Silent, process: u32) -> std::io::Result<()> {
    let path = format!("/proc/{process}/task/{process}/children");
    let mut processes = std::fs::read_to_string(path)?;
    if silent == Silent::Command {
        // First, so that it does not continue when its children have ended.
        processes = format!("{process} {processes}");
    }
    println!("no output for too long: ending {processes}");
    let mut kill = Command::new("kill");
    kill.arg("-KILL").args(processes.split_whitespace());
    kill.status().map(|_| ())
}

/// Runs a command to its end and returns standard output; standard error goes to the terminal.
pub fn output(command: &mut Command) -> Result<String, Failure> {
    let shown = display_command(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{shown} does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("{shown} failed ({})", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{shown} printed what is not UTF-8"))
}

/// Runs a command without output. Returns true if it succeeded.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Returns the `PATH` with this directory first.
pub fn first_in_path(directory: &Path) -> Result<OsString, Failure> {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let rest = std::env::split_paths(&inherited);
    let path = std::iter::once(directory.to_owned()).chain(rest);
    std::env::join_paths(path).map_err(|error| error.to_string())
}

/// Returns the path of a command on the `PATH`, if any.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|directory| directory.join(program))
        .find(|candidate| candidate.is_file())
}

fn display_command(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_silent_command_with_its_children() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 3600; echo continued"]);
        let mut read = 0;
        let silence = Duration::from_millis(100);
        let ended = to_end_reading(silence, Silent::Command, &mut command, |_| read += 1);
        assert!(ended.is_err());
        assert_eq!(read, 0);
    }

    #[test]
    fn ends_silent_program_and_reads_rest() {
        let mut read = Vec::new();
        let script = "echo begun; sleep 3600; echo $?";
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let silence = Duration::from_millis(100);
        to_end_reading(silence, Silent::Children, &mut command, |line| {
            read.push(line.to_owned());
        })
        .unwrap();
        assert_eq!(read[0], "begun");
        // 128 and the number of the signal.
        assert_eq!(read.last().unwrap(), "137");
    }
}
