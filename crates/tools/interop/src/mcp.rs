//! MCP clients that know only the URL of an MCP server: the sample of `doorward dev`, or a server that
//! is a client of Doorward.

use std::collections::BTreeSet;
use std::fs::File;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use doorward_user_agent::UserAgent;
use doorward_user_agent::answers::{free_port, wait};
use doorward_user_agent::process::Process;
use url::Url;

use crate::doorward::{Client, Doorward, USER, last_lines};
use crate::failure::Failure;
use crate::install::{self, Outcome};
use crate::programs::{Defaults, McpClient, McpServer, Program, Registration};
use crate::sign_in::{doorward_form, failed};

/// Maximum time for one step of a client.
const LONGEST_STEP: Duration = Duration::from_secs(40);
/// Maximum number of forms until the client receives its response.
const MAX_FORMS: usize = 5;
const PAUSE: Duration = Duration::from_millis(200);
const LINES: usize = 25;
/// A user of the development instance.
const USERNAME: &str = "alice";
/// Button of the consent page of `FastMCP`, before that of Doorward.
const CONSENT_OF_SERVER: &str = "form#consentForm [name=action][value=approve]";

/// A running `doorward dev` with its default settings; killed when dropped.
pub struct Development {
    issuer: String,
    /// Origin of the sample MCP server.
    origin: String,
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
            origin: format!("http://localhost:{tasks_port}"),
            password: password.trim().to_owned(),
            directory: directory.to_owned(),
            _process: process,
        })
    }

    /// Runs an MCP client: it becomes a client, a user signs in at the URL that it prints, and it uses the
    /// tools of the sample.
    ///
    /// # Errors
    ///
    /// Returns the failed step, with the output of the client.
    pub async fn check(
        &self,
        program: &Program,
        client: &McpClient,
        mut command: Command,
    ) -> Result<(), Failure> {
        command.args(program.start);
        let visit = Visit {
            issuer: &self.issuer,
            origin: &self.origin,
            authorization: format!("{}/oauth2/authorize?", self.issuer),
            username: USERNAME,
            password: &self.password,
            client_id: None,
            defaults: &client.defaults,
            result: client.result.replace("{name}", program.name),
        };
        visit.run(program, command, &self.directory).await
    }
}

/// Runs the MCP client of an MCP server that is a client of Doorward.
///
/// # Errors
///
/// Returns the failed step, with the output of the MCP client.
pub async fn check_server(
    doorward: &Doorward,
    base: &str,
    client: &Client,
    program: &Program,
    server: &McpServer,
) -> Result<(), Failure> {
    let Outcome::Ready(mut command) = install::install(program) else {
        return Err("the MCP client is not installed".to_owned());
    };
    command.arg(server.client);
    let visit = Visit {
        issuer: &doorward.issuer,
        origin: base,
        authorization: format!("{base}/authorize?"),
        username: USER.username,
        password: USER.password,
        client_id: Some(&client.id),
        defaults: &server.defaults,
        result: doorward.user_id()?,
    };
    let directory = doorward.directory.join(program.name);
    visit.run(program, command, &directory).await
}

/// A sign-in at an MCP server.
struct Visit<'a> {
    issuer: &'a str,
    /// Origin of the MCP server.
    origin: &'a str,
    /// Beginning of the URL that the MCP client opens: its authorization server is Doorward, or the MCP
    /// server itself.
    authorization: String,
    username: &'a str,
    password: &'a str,
    /// ID of the registered client.
    client_id: Option<&'a str>,
    defaults: &'a Defaults,
    /// Text that the MCP client prints in the end, without white space.
    result: String,
}

impl Visit<'_> {
    async fn run(
        &self,
        program: &Program,
        mut command: Command,
        directory: &Path,
    ) -> Result<(), Failure> {
        let directory = directory.join("mcp-client").join(program.name);
        std::fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
        let log = directory.join("output.log");
        let output = File::create(&log).map_err(|error| error.to_string())?;
        let errors = output.try_clone().map_err(|error| error.to_string())?;
        command
            .env("MCP_URL", format!("{}/mcp", self.origin))
            .env("TASK", program.name)
            .env("HOME", &directory)
            .env("WORK_DIRECTORY", &directory)
            // The clients must not open a browser of this machine.
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(output)
            .stderr(errors);
        let _process = Process::spawn(&mut command);
        let outcome = self.sign_in(&log).await;
        outcome.map_err(|failure| {
            let output = last_lines(&read(&log), LINES);
            format!("{failure}\n--- {} printed:\n{output}", program.name)
        })
    }

    async fn sign_in(&self, log: &Path) -> Result<(), Failure> {
        let start = &self.authorization;
        let (url, callback) = until("no authorization URL with a redirect URI", || {
            let output = read(log);
            // A log may contain the URL before, broken into lines.
            let (_, rest) = output.rsplit_once(start)?;
            let end = rest.find(char::is_whitespace)?;
            let url = Url::parse(&format!("{start}{}", &rest[..end])).ok()?;
            let callback = Url::parse(&parameter(&url, "redirect_uri")?).ok()?;
            Some((url, callback))
        })
        .await?;
        until("no program listens at the redirect URI", || {
            let address = callback.socket_addrs(|| None).ok()?;
            TcpStream::connect(&*address).ok()
        })
        .await?;
        if self.defaults.registration == Registration::Document {
            return self.compare(&url);
        }
        self.allow(url).await?;
        let missing = format!("the client does not print {}", self.result);
        until(&missing, || {
            let output = read(log).replace('\'', "\"");
            let plain: String = output.split_whitespace().collect();
            plain.contains(&self.result).then_some(())
        })
        .await
    }

    /// Signs in and approves the request, until the browser is at the MCP client.
    async fn allow(&self, url: Url) -> Result<(), Failure> {
        let agent = UserAgent::new();
        let request = self.request(&agent, url).await?;
        self.compare(&request)?;
        let mut page = agent.follow(agent.get(request).await, "").await;
        for _ in 0..MAX_FORMS {
            if !page.url.as_str().starts_with(self.issuer) {
                break;
            }
            let form = doorward_form(&page, self.username, self.password);
            let form = form.ok_or_else(|| failed("sign-in", &page))?;
            page = agent.follow(agent.submit(&form).await, "").await;
        }
        if page.status == 200 && !page.url.as_str().starts_with(self.issuer) {
            return Ok(());
        }
        Err(failed("authorization response", &page))
    }

    /// Returns the authorization request to Doorward, which an MCP server sends after its own consent page.
    async fn request(&self, agent: &UserAgent, url: Url) -> Result<Url, Failure> {
        if url.as_str().starts_with(self.issuer) {
            return Ok(url);
        }
        let page = agent.follow(agent.get(url).await, self.issuer).await;
        let page = if page.has(CONSENT_OF_SERVER) {
            let form = page.press(CONSENT_OF_SERVER);
            agent.follow(agent.submit(&form).await, self.issuer).await
        } else {
            page
        };
        let request = page.location().filter(|_| page.is_redirect());
        request.ok_or_else(|| failed("no redirect to Doorward", &page))
    }

    /// Compares the request with the defaults in the table.
    fn compare(&self, request: &Url) -> Result<(), Failure> {
        let expected = self.defaults.resource;
        let expected = expected.map(|path| format!("{}{path}", self.origin));
        let resource = parameter(request, "resource");
        if resource != expected {
            return Err(format!("resource is {resource:?}, not {expected:?}"));
        }
        let scopes = parameter(request, "scope").unwrap_or_default();
        let requested: BTreeSet<&str> = scopes.split(' ').filter(|it| !it.is_empty()).collect();
        let host = self.origin.trim_start_matches("http://");
        let expected = self.defaults.scopes.iter();
        let expected: Vec<_> = expected.map(|it| it.replace("HOST", host)).collect();
        let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
        if requested != expected {
            return Err(format!("scopes are {requested:?}, not {expected:?}"));
        }
        let id = parameter(request, "client_id").unwrap_or_default();
        let is_expected = match self.defaults.registration {
            Registration::Catalogue => self.client_id == Some(id.as_str()),
            Registration::Document => id.starts_with("https://"),
            Registration::Dynamic => self.client_id.is_none() && !id.contains("://"),
        };
        if is_expected {
            return Ok(());
        }
        Err(format!("client_id is {id}"))
    }
}

/// Returns a parameter of an authorization request.
fn parameter(request: &Url, name: &str) -> Option<String> {
    let mut pairs = request.query_pairs();
    let (_, value) = pairs.find(|(key, _)| key == name)?;
    Some(value.into_owned())
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
