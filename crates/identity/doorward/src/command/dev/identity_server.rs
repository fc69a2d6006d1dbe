//! The identity server of a development instance, in a program without the tasks API.

use std::net::TcpListener;
use std::path::Path;

use doorward_identity_server::dev::instance::Instance;
use doorward_process::Signals;

use super::identity;
use super::welcome::welcome;
use crate::{error::Result, output};

/// The tasks API has no listener.
pub(super) struct TasksListener;

/// Returns the port that the clients of the tasks API are registered with.
pub(super) fn listen(port: u16) -> Result<(TasksListener, u16)> {
    Ok((TasksListener, port))
}

pub(super) async fn serve(
    instance: &Instance,
    identity: TcpListener,
    TasksListener: TasksListener,
    data_dir: &Path,
) -> Result {
    let signals = Signals::catch()?;
    let server = identity::build(instance, identity).await?;
    identity::finish(instance, data_dir)?;
    let stop = signals.stop(vec![server.handle()], Vec::new(), async {});
    output::document(&welcome(instance, data_dir))?;
    let done = server.run().await;
    stop.abort();
    Ok(done?)
}
