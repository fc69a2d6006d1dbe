//! Both servers of a development instance.

use std::net::TcpListener;

use doorward_identity_server::dev::instance::Instance;
use doorward_process::Signals;
use doorward_resource_server::{Deps, SampleUsers, Server};

use super::identity::{self, bind, port_of};
use super::welcome::welcome;
use crate::command::prelude::*;

/// The listener of the tasks API.
pub(super) type TasksListener = TcpListener;

/// Listens for the tasks API. Returns also its port.
pub(super) fn listen(port: u16) -> Result<(TasksListener, u16)> {
    let listener = bind(port, "--tasks-port")?;
    let port = port_of(&listener)?;
    Ok((listener, port))
}

pub(super) async fn serve(
    instance: &Instance,
    identity: TcpListener,
    tasks: TasksListener,
    data_dir: &Path,
) -> Result {
    let signals = Signals::catch()?;
    let tasks = async {
        let config = doorward_tasks::server_config(&instance.config)?;
        Server::build(config, Deps::default(), tasks)
            .await
            .map_err(CliError::of_start)
    };
    let (identity, tasks) = tokio::try_join!(identity::build(instance, identity), tasks)?;
    if instance.is_new {
        add_samples(&identity.context().core.db, &tasks).await?;
    }
    identity::finish(instance, data_dir)?;
    let servers = vec![identity.handle(), tasks.handle()];
    let stop = signals.stop(servers, Vec::new(), identity.before_stop());
    output::document(&welcome(instance, data_dir, true))?;
    let done = tokio::try_join!(identity.run(), tasks.run());
    stop.abort();
    done?;
    Ok(())
}

async fn add_samples(db: &Db, tasks: &Server) -> Result {
    let context = AdminContext::command_line(db, &SystemClock);
    let subject = async |name: &'static str| {
        let user = users::get(&context, name).await?;
        Ok::<_, CliError>(user.id.to_string())
    };
    let (manager, alice, bob) = (
        subject("mona").await?,
        subject("alice").await?,
        subject("bob").await?,
    );
    let users = SampleUsers {
        manager: &manager,
        alice: &alice,
        bob: &bob,
    };
    tasks.add_samples(users).await.map_err(CliError::of_start)
}
