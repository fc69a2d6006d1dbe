//! The process of the tasks API beside an identity server that does not contain it. Its process group is a separate
//! one, so that Ctrl-C at the terminal reaches only this program. The process ends when its standard input does,
//! also if this program is killed.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use doorward_identity_server::dev::instance::Instance;
use doorward_identity_server::dev::tasks_program::{self, PROGRAM};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};

use super::identity::{bind, port_of};
use crate::error::{CliError, Result};
use crate::target;

/// Time to finish requests before the process is killed.
const PATIENCE: Duration = Duration::from_secs(10);

/// The program in the folder of this one, and the port that is free for it.
pub(super) struct TasksProgram {
    file: PathBuf,
    reserved: TcpListener,
}

/// A running tasks API.
pub(super) struct TasksProcess {
    process: Child,
    /// The process ends with its input. Apart from `process`, because [`Child::wait`] closes the input that it has.
    input: Option<ChildStdin>,
}

impl TasksProgram {
    /// Returns the program, if it is installed. Binds the port first, so that a port in use changes nothing.
    pub(super) fn find(port: u16) -> Result<Option<Self>> {
        let here = std::env::current_exe()?;
        let Some(file) = tasks_program::find(&here) else {
            return Ok(None);
        };
        let reserved = bind(port, "--tasks-port")?;
        Ok(Some(Self { file, reserved }))
    }

    pub(super) fn port(&self) -> Result<u16> {
        port_of(&self.reserved)
    }

    /// Starts the program and waits until it is ready. `samples` are the users who get sample tasks.
    pub(super) async fn start(
        self,
        instance: &Instance,
        data_dir: &Path,
        samples: &[String],
    ) -> Result<TasksProcess> {
        let settings = tasks_program::write_settings(data_dir, &instance.config);
        let settings = settings.map_err(CliError::failure)?;
        let mut command = Command::new(&self.file);
        command.arg("dev").arg("--config").arg(settings);
        if !samples.is_empty() {
            command.arg("--samples").args(samples);
        }
        for name in tasks_program::ignored_variables(target::environment()) {
            command.env_remove(name);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        // The program binds the port itself.
        drop(self.reserved);
        let started = command.spawn();
        let mut process = started.map_err(CliError::at(&self.file))?;
        let output = process.stdout.take();
        let ready = match output {
            Some(output) => BufReader::new(output).lines().next_line().await?,
            None => None,
        };
        let input = process.stdin.take();
        let mut process = TasksProcess { process, input };
        match ready {
            Some(_) => Ok(process),
            // The cause is on standard error.
            None => Err(process.ended().await),
        }
    }
}

impl TasksProcess {
    /// Waits until the process ends without a request, which is a failure.
    pub(super) async fn ended(&mut self) -> CliError {
        match self.process.wait().await {
            Ok(status) => CliError::failure(format!("{PROGRAM} has ended ({status})")),
            Err(error) => error.into(),
        }
    }

    /// Ends the process: it finishes the requests in progress.
    pub(super) async fn end(mut self) -> Result {
        // The end of its input.
        drop(self.input.take());
        let ended = tokio::time::timeout(PATIENCE, self.process.wait()).await;
        if ended.is_err() {
            self.process.kill().await?;
        }
        Ok(())
    }
}
