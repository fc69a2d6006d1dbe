//! The tasks API beside `doorward dev`, whose program starts this one and ends it.

use std::io;

use doorward_config::Config;
use doorward_process::{listen, logging, print_document, run_servers};
use doorward_resource_server::{Deps, SampleUsers, Server};
use tokio::sync::oneshot;
use tokio::task::spawn_local;

use crate::error::TasksError;
use crate::server::server_config;

/// Line on standard output when the server is ready.
const READY: &str = "ready\n";

/// Runs the server until standard input ends, as it does whenever `doorward dev` ends.
/// `samples` is empty, or names the `sub` of three users: the manager, Alice and Bob.
pub fn run_for_development(config: &Config, samples: &[String]) -> Result<(), TasksError> {
    logging::start(&config.logging, None)?;
    run_servers(serve(config, samples))
}

async fn serve(config: &Config, samples: &[String]) -> Result<(), TasksError> {
    let address = config.tasks.listen;
    let listener =
        listen(address).map_err(|error| TasksError::failure(format!("{address}: {error}")))?;
    let server = Server::build(server_config(config)?, Deps::default(), listener)
        .await
        .map_err(TasksError::caused)?;
    if let [manager, alice, bob] = samples {
        let users = SampleUsers {
            manager,
            alice,
            bob,
        };
        let added = server.add_samples(users).await;
        added.map_err(TasksError::caused)?;
    }
    let handle = server.handle();
    let ended = input_end();
    spawn_local(async move {
        let _ = ended.await;
        handle.stop(true).await;
    });
    print_document(READY)?;
    Ok(server.run().await?)
}

/// Returns a receiver that completes when standard input ends. A thread reads it: a read has no time limit.
fn input_end() -> oneshot::Receiver<()> {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        // The server may have ended before.
        let _ = sender.send(());
    });
    receiver
}
