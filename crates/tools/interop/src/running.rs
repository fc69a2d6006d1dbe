//! Programs as running processes.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use doorward_user_agent::UserAgent;
use doorward_user_agent::answers::free_port;
use doorward_user_agent::process::Process;

use crate::doorward::{Client, Doorward, Part, last_lines};
use crate::failure::Failure;
use crate::programs::{Check, Program};
use crate::scim;
use crate::site::{self, Site};
use crate::version::sources;

/// Number of output lines shown after a failure.
const LINES: usize = 25;
/// Maximum time for the start of a program: some run on the Java virtual machine.
const LONGEST_START: Duration = Duration::from_secs(90);

/// A running program; killed when dropped.
pub struct Running {
    /// URL of the program, or of the proxy in front of it, without a trailing slash.
    pub base: String,
    /// URL at which the program itself listens.
    pub address: String,
    /// Client of the program at Doorward; empty behind a proxy.
    pub client: Client,
    log: PathBuf,
    _process: Process,
    _proxy: Option<Process>,
}

impl Running {
    /// Creates the program's client and starts the program with its settings.
    ///
    /// # Errors
    ///
    /// Returns an error if the client cannot be created or a file cannot be written.
    pub fn start(
        doorward: &Doorward,
        program: &Program,
        mut command: Command,
    ) -> Result<Self, Failure> {
        let port = free_port();
        let address = format!("http://localhost:{port}");
        let directory = doorward.directory.join(program.name);
        std::fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
        serve_files(&sources(program).join("htdocs"), &directory.join("htdocs"))
            .map_err(|error| format!("htdocs: {error}"))?;
        let (base, client, proxy) = if let Check::Site(application) = &program.check {
            let site = Site::start(doorward, program, port, &directory)?;
            if application.has_database {
                command.env("DATABASE_URL", site::create_database()?);
            }
            (site.base, Client::default(), Some(site.proxy))
        } else if let Check::Scim = &program.check {
            command.env("SCIM_TOKEN", scim::TOKEN);
            (address.clone(), Client::default(), None)
        } else {
            let client = doorward.create_client(program, &address, &directory)?;
            (address.clone(), client, None)
        };
        let log = directory.join("output.log");
        let output = File::create(&log).map_err(|error| error.to_string())?;
        let errors = output.try_clone().map_err(|error| error.to_string())?;
        let place = directory.display().to_string();
        let arguments = program.start.iter().map(|argument| {
            let argument = argument.replace("{port}", &port.to_string());
            argument.replace("{directory}", &place)
        });
        command
            .args(arguments)
            // The port and the directory are those of this run; everything else is printed.
            .env("PORT", port.to_string())
            .env("WORK_DIRECTORY", &directory)
            // Files that a program keeps for its user.
            .env("XDG_DATA_HOME", &directory)
            .env("XDG_CONFIG_HOME", &directory)
            .env("ISSUER_UPSTREAM", &doorward.listen)
            .stdout(output)
            .stderr(errors);
        configure(&mut command, &client.configuration, &directory)?;
        if let Some(keys) = &client.keys {
            command.env("PRIVATE_KEY_FILE", &keys.private_key);
            command.env("JWKS_FILE", &keys.jwks);
            command.env("CERTIFICATE_FILE", &keys.certificate);
        }
        Ok(Self {
            base,
            address,
            client,
            log,
            _process: Process::spawn(&mut command),
            _proxy: proxy,
        })
    }

    /// Returns the last lines of the program's output.
    pub fn last_lines(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        last_lines(&String::from_utf8_lossy(&text), LINES)
    }
}

/// Sets the printed variables and flags, and writes the printed files into the directory of the
/// program.
fn configure(command: &mut Command, parts: &[Part], directory: &Path) -> Result<(), Failure> {
    for part in parts {
        command.envs(part.variables.iter().map(|(name, value)| (name, value)));
        if part.place.starts_with("flags ") {
            command.env("FLAGS", &part.text);
        }
        if let Some(name) = part.file_name() {
            std::fs::write(directory.join(name), &part.text)
                .map_err(|error| format!("{name}: {error}"))?;
        }
    }
    Ok(())
}

/// Copies the files of a web server, if any, to a directory that it can read without privileges.
fn serve_files(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            serve_files(&entry.path(), &copy)?;
        } else {
            std::fs::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}

/// Waits until the program responds to a request, with any status.
///
/// # Errors
///
/// Returns an error if it does not respond in time.
pub async fn wait_until_ready(base: &str, path: &str) -> Result<(), Failure> {
    let agent = UserAgent::new();
    let start = Instant::now();
    while start.elapsed() < LONGEST_START {
        if agent
            .http()
            .get(format!("{base}{path}"))
            .send()
            .await
            .is_ok()
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(format!(
        "the program does not answer at {path} after {} s",
        LONGEST_START.as_secs()
    ))
}
