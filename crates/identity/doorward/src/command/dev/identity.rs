//! The identity server of a development instance.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use doorward_access::clock::SystemClock;
use doorward_identity_server::dev::instance::Instance;
use doorward_identity_server::dev::seed;
use doorward_identity_server::{Deps, Server, dev};
use doorward_process::listen;

use crate::error::{CliError, Result};

/// Listens on loopback; `option` is the one that chooses another port.
pub(super) fn bind(port: u16, option: &str) -> Result<TcpListener> {
    listen((Ipv4Addr::LOCALHOST, port).into()).map_err(|error| {
        CliError::failure(format!(
            "127.0.0.1:{port}: {error}; choose another port with {option}"
        ))
    })
}

pub(super) fn port_of(listener: &TcpListener) -> Result<u16> {
    Ok(listener.local_addr()?.port())
}

/// Builds the server, and adds what a new instance contains.
pub(super) async fn build(instance: &Instance, listener: TcpListener) -> Result<Server> {
    let deps = Deps::new(Arc::new(SystemClock));
    let server = Server::build(instance.config.clone(), deps, listener)
        .await
        .map_err(CliError::of_start)?;
    seed::seed(instance, &server.context().core.db, &SystemClock).await?;
    Ok(server)
}

pub(super) fn finish(instance: &Instance, data_dir: &Path) -> Result {
    if instance.is_new {
        dev::finish(data_dir).map_err(CliError::failure)?;
    }
    Ok(())
}
