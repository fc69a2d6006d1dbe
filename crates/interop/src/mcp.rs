//! MCP clients that know only the URL of the sample server of `doorward dev`.

use std::fs::File;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use doorward_user_agent::UserAgent;
use doorward_user_agent::answers::{free_port, wait};
use doorward_user_agent::process::Process;
use url::Url;

use crate::doorward::last_lines;
use crate::failure::Failure;
use crate::programs::Program;
use crate::sign_in::{doorward_form, failed};

/// Maximum time for one step of a client.
const LONGEST_STEP: Duration = Duration::from_secs(40);
/// Maximum number of forms until the client receives its response.
const MAX_FORMS: usize = 4;
const PAUSE: Duration = Duration::from_millis(200);
const LINES: usize = 25;
/// A user of the development instance.
const USERNAME: &str = "alice";

/// A running `doorward dev` with its default settings; killed when dropped.
pub struct Development {
    issuer: String,
    /// URL of the sample MCP server.
    mcp_url: String,
    password: String,
    directory: PathBuf,
    _process: Process,
}

impl Development {
    /// Starts an instance with a new data directory.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be written or read.
    pub async fn start(binary: &Path, directory: &Path) -> Result<Self, Failure> {
        let (port, tasks_port) = (free_port(), free_port());
        let data = directory.join("development");
        let log =
            File::create(directory.join("development.log")).map_err(|error| error.to_string())?;
        let errors = log.try_clone().map_err(|error| error.to_string())?;
        let mut dev = Command::new(binary);
        dev.args(["dev", "--data-dir"]).arg(&data);
        dev.args(["--port", &port.to_string()]);
        dev.args(["--tasks-port", &tasks_port.to_string()]);
        let process = Process::spawn(dev.stdout(log).stderr(errors));
        let issuer = format!("http://localhost:{port}");
        wait(&issuer).await;
        let password =
            std::fs::read_to_string(data.join("password")).map_err(|error| error.to_string())?;
        Ok(Self {
            issuer,
            mcp_url: format!("http://localhost:{tasks_port}/mcp"),
            password: password.trim().to_owned(),
            directory: directory.to_owned(),
            _process: process,
        })
    }

    /// Runs an MCP client: it registers itself, a user signs in at the URL that it prints, and it adds
    /// and lists a task.
    ///
    /// # Errors
    ///
    /// Returns the failed step, with the output of the client.
    pub async fn check(&self, program: &Program, mut command: Command) -> Result<(), Failure> {
        let directory = self.directory.join(program.name);
        std::fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
        let log = directory.join("output.log");
        let output = File::create(&log).map_err(|error| error.to_string())?;
        let errors = output.try_clone().map_err(|error| error.to_string())?;
        command
            .args(program.start)
            .env("MCP_URL", &self.mcp_url)
            .env("TASK", program.name)
            .env("HOME", &directory)
            .env("WORK_DIRECTORY", &directory)
            // The clients must not open a browser of this machine.
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(output)
            .stderr(errors);
        let _process = Process::spawn(&mut command);
        let outcome = self.sign_in(program, &log).await;
        outcome.map_err(|failure| {
            let output = last_lines(&read(&log), LINES);
            format!("{failure}\n--- {} printed:\n{output}", program.name)
        })
    }

    async fn sign_in(&self, program: &Program, log: &Path) -> Result<(), Failure> {
        let start = format!("{}/oauth2/authorize?", self.issuer);
        let url = until("no authorization URL", || {
            let output = read(log);
            let (_, rest) = output.split_once(&start)?;
            let end = rest.find(char::is_whitespace)?;
            Url::parse(&format!("{start}{}", &rest[..end])).ok()
        })
        .await?;
        let callback = redirect_uri(&url)?;
        until("no program listens at the redirect URI", || {
            let address = callback.socket_addrs(|| None).ok()?;
            TcpStream::connect(&*address).ok()
        })
        .await?;
        self.allow(&url).await?;
        let added = format!("\"title\":\"{}\"", program.name);
        until("the added task is not shown", || {
            let output = read(log).replace('\'', "\"");
            let plain: String = output.split_whitespace().collect();
            plain.contains(&added).then_some(())
        })
        .await
    }

    /// Signs in and approves the request, until the browser is at the client.
    async fn allow(&self, url: &Url) -> Result<(), Failure> {
        let agent = UserAgent::new();
        let mut page = agent.follow(agent.get(url).await, "").await;
        for _ in 0..MAX_FORMS {
            if !page.url.as_str().starts_with(&self.issuer) {
                break;
            }
            let form = doorward_form(&page, USERNAME, &self.password);
            let form = form.ok_or_else(|| failed("sign-in", &page))?;
            page = agent.follow(agent.submit(&form).await, "").await;
        }
        if page.status == 200 && !page.url.as_str().starts_with(&self.issuer) {
            return Ok(());
        }
        Err(failed("authorization response", &page))
    }
}

/// Returns the redirect URI of an authorization request.
fn redirect_uri(request: &Url) -> Result<Url, Failure> {
    let uri = request
        .query_pairs()
        .find(|(name, _)| name == "redirect_uri");
    let (_, uri) = uri.ok_or("the request has no redirect_uri")?;
    Url::parse(&uri).map_err(|error| format!("{uri}: {error}"))
}

/// Repeats a look until it finds something.
async fn until<T>(missing: &str, look: impl Fn() -> Option<T>) -> Result<T, Failure> {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if start.elapsed() > LONGEST_STEP {
            return Err(missing.to_owned());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn read(log: &Path) -> String {
    let log = std::fs::read(log).unwrap_or_default();
    String::from_utf8_lossy(&log).into_owned()
}
