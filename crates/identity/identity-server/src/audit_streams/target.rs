//! The targets of streams, and how each of them takes a batch.

use std::fs::{File, OpenOptions as FileOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use doorward_config::EndpointUrl;
use doorward_config::audit::AuditStreams;
use doorward_egress::outgoing::{ClientIdentity, LogEndpoint, SyslogServer};
use doorward_rules::audit_stream::{StreamName, line, syslog_frame};
use doorward_services::audit_streams::Batch;
use doorward_services::blocking;

use crate::prelude::*;

pub(super) enum Target {
    File(PathBuf),
    Syslog(Box<SyslogServer>),
    Https(Box<LogEndpoint>),
}

impl Target {
    /// Opens the target of a configured stream.
    ///
    /// # Errors
    /// Describes the file, certificate or address that cannot be used.
    pub fn open(name: StreamName, config: &AuditStreams) -> Result<Self, String> {
        let authorities = config.ca.as_deref().map(read).transpose()?;
        let authorities = authorities.as_deref();
        match name {
            StreamName::File => Ok(Self::File(config.file.clone().unwrap_or_default())),
            StreamName::Syslog => {
                let chain = config.syslog_certificate.as_deref().map(read).transpose()?;
                let identity = chain.as_deref().zip(config.syslog_private_key.as_ref());
                let identity = identity.map(|(chain, key)| ClientIdentity {
                    chain,
                    private_key: key.expose().as_bytes(),
                });
                let address = config.syslog.as_deref().unwrap_or_default();
                let server = SyslogServer::new(address, identity, authorities);
                server.map(Box::new).map(Self::Syslog).map_err(describe)
            }
            StreamName::Https => {
                let url = config
                    .https
                    .as_ref()
                    .map(EndpointUrl::expose)
                    .unwrap_or_default();
                let token = config.https_token.as_ref().map(SecretText::expose);
                let endpoint = LogEndpoint::new(url, token, authorities);
                endpoint.map(Box::new).map(Self::Https).map_err(describe)
            }
        }
    }

    /// Sends a batch. Returns when the target has taken all of it.
    ///
    /// # Errors
    /// Describes why it did not; a part of the batch may have arrived.
    #[boxed(?Send)]
    pub async fn send(&self, host: &str, batch: &Batch) -> Result<(), String> {
        match self {
            Self::File(path) => {
                let (path, lines) = (path.clone(), lines(batch));
                // The disk may be slow, and other tasks share this thread.
                let written = blocking::run(move || append(&path, &lines)).await;
                written.map_err(describe)?.map_err(describe)
            }
            Self::Syslog(server) => {
                let events = batch.events.iter();
                let frames = events.map(|(link, event)| syslog_frame(host, link, event));
                let frames: String = frames.collect();
                server.send(frames.as_bytes()).await.map_err(describe)
            }
            Self::Https(endpoint) => endpoint.post(lines(batch)).await.map_err(describe),
        }
    }
}

fn lines(batch: &Batch) -> String {
    let mut lines = String::new();
    for (link, event) in &batch.events {
        lines.push_str(&line(link, event));
        lines.push('\n');
    }
    lines
}

/// Appends lines to a file that only its owner can read. They are on the disk when this returns.
fn append(path: &Path, lines: &str) -> io::Result<()> {
    let mut options = FileOptions::new();
    let options = options.read(true).append(true).create(true).mode(0o600);
    let mut file = options.open(path)?;
    let is_new = file.seek(SeekFrom::End(0))? == 0;
    if !is_new && !ends_with_line(&mut file)? {
        // An interrupted attempt has left a part of a line, which must not become the start of another.
        file.write_all(b"\n")?;
    }
    file.write_all(lines.as_bytes())?;
    file.sync_all()?;
    if is_new {
        let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
        File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

fn ends_with_line(file: &mut File) -> io::Result<bool> {
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn describe(problem: impl std::fmt::Display) -> String {
    problem.to_string()
}

#[cfg(test)]
mod tests;
