//! The identity server of a development instance, in a program without the tasks API: the program of the tasks
//! API runs beside it, if it is installed in the same folder.

use std::net::TcpListener;

use doorward_identity_server::Server;
use doorward_identity_server::dev::instance::Instance;
use doorward_process::Signals;

use super::identity;
use super::tasks_program::{TasksProcess, TasksProgram};
use super::welcome::welcome;
use crate::command::prelude::*;

/// The program of the tasks API, which listens itself.
pub(super) type TasksListener = Option<TasksProgram>;

/// Looks for the program of the tasks API. Returns also the port that its clients are registered with.
pub(super) fn listen(port: u16) -> Result<(TasksListener, u16)> {
    let program = TasksProgram::find(port)?;
    let port = match &program {
        Some(program) => program.port()?,
        None => port,
    };
    Ok((program, port))
}

pub(super) async fn serve(
    instance: &Instance,
    identity: TcpListener,
    tasks: TasksListener,
    data_dir: &Path,
) -> Result {
    let signals = Signals::catch()?;
    let server = identity::build(instance, identity).await?;
    let mut tasks = match tasks {
        Some(program) => {
            let samples = sample_users(instance, &server.context().core.db).await?;
            Some(program.start(instance, data_dir, &samples).await?)
        }
        None => None,
    };
    identity::finish(instance, data_dir)?;
    let stop = signals.stop(vec![server.handle()], Vec::new(), server.before_stop());
    output::document(&welcome(instance, data_dir, tasks.is_some()))?;
    let done = run_beside(server, tasks.as_mut()).await;
    stop.abort();
    if let Some(process) = tasks {
        process.end().await?;
    }
    done
}

/// Runs the server until it is stopped, or the process of the tasks API ends.
async fn run_beside(server: Server, tasks: Option<&mut TasksProcess>) -> Result {
    let Some(tasks) = tasks else {
        return Ok(server.run().await?);
    };
    tokio::select! {
        done = server.run() => Ok(done?),
        error = tasks.ended() => Err(error),
    }
}

/// Returns the `sub` of the users who get sample tasks in a new instance.
async fn sample_users(instance: &Instance, db: &Db) -> Result<Vec<String>> {
    let mut samples = Vec::new();
    if instance.is_new {
        let context = AdminContext::command_line(db, &SystemClock);
        for name in ["mona", "alice", "bob"] {
            let user = users::get(&context, name).await?;
            samples.push(user.id.to_string());
        }
    }
    Ok(samples)
}
