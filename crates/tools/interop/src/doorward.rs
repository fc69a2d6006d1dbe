//! The server that the programs use, and its records.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use doorward_user_agent::UserAgent;
use doorward_user_agent::answers::{free_port, wait_for_answer};
use doorward_user_agent::process::Process;
use serde_json::Value;

use crate::failure::Failure;
use crate::key::{CERTIFICATE, KeyFiles, write_certificate};
use crate::programs::{Authentication, Check, Program, TokenType};

/// The user that signs in to every program.
pub struct User {
    /// Login identifier.
    pub username: &'static str,
    pub password: &'static str,
    /// Verified e-mail address.
    pub email: &'static str,
    /// Full name.
    pub name: &'static str,
    pub group: &'static str,
}

/// Ada, a member of one group with the role [`ROLE`].
pub const USER: User = User {
    username: "ada",
    password: "quiet harbour lantern 93",
    email: "ada@interop.example",
    name: "Ada Lovelace",
    group: "engineering",
};

/// Bob, without a group and a role.
pub const OTHER_USER: User = User {
    username: "bob",
    password: "amber lattice compass 57",
    email: "bob@interop.example",
    name: "Bob Babbage",
    group: "",
};

/// Role of Ada, which Bob does not have.
pub const ROLE: &str = "developer";

/// Resource for which API programs accept tokens.
pub const AUDIENCE: &str = "https://api.interop.example";

/// Maximum time until a running server uses a changed resource.
const LONGEST_CHANGE: Duration = Duration::from_secs(15);
/// Number of log lines shown after a failure.
const LINES: usize = 25;

/// A running `doorward serve`; killed when dropped.
pub struct Doorward {
    /// Issuer with the address 127.0.0.1: the programs use `localhost`, another site for cookies.
    pub issuer: String,
    /// Address at which it listens.
    pub listen: String,
    pub ldap_port: u16,
    /// Directory of all files of this run.
    pub directory: PathBuf,
    binary: PathBuf,
    environment: Vec<(&'static str, String)>,
    log: PathBuf,
    /// Locked while the resource's token type is changed and a token is requested.
    token_type: tokio::sync::Mutex<()>,
    _process: Process,
}

/// The client of a program.
#[derive(Clone, Default)]
pub struct Client {
    pub id: String,
    pub secret: Option<String>,
    /// Key pair of a client with `private_key_jwt`.
    pub keys: Option<KeyFiles>,
    /// Configuration of the program, as printed.
    pub configuration: Vec<Part>,
}

/// A part of a program's configuration, as `client create --app` prints it.
#[derive(Clone)]
pub struct Part {
    /// Form: `environment`, `file`, `command`, `code` or `steps`.
    pub form: String,
    /// Name of the file or place.
    pub place: String,
    pub text: String,
    /// Environment variables, for the form `environment`.
    pub variables: Vec<(String, String)>,
}

impl Part {
    fn read(printed: &Value) -> Self {
        let text = |name: &str| printed[name].as_str().unwrap_or_default().to_owned();
        let variables = printed["variables"].as_object().into_iter().flatten();
        let variables =
            variables.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        Self {
            form: text("form"),
            place: text("place"),
            text: text("text"),
            variables: variables.collect(),
        }
    }

    /// Returns the name of the file to write, if the part is the content of a file.
    pub fn file_name(&self) -> Option<&str> {
        let name = self.place.rsplit('/').next()?;
        let is_name = name.contains('.') && !name.contains(' ');
        (self.form == "file" && is_name).then_some(name)
    }
}

impl Doorward {
    /// Starts the server over a new SQLite database, and creates the user, the group and the role.
    ///
    /// # Errors
    ///
    /// Returns an error if a command fails.
    pub async fn start(binary: &Path, directory: &Path) -> Result<Self, Failure> {
        let listen = format!("127.0.0.1:{}", free_port());
        let issuer = format!("http://{listen}");
        Self::serve(binary, directory, issuer, listen).await
    }

    /// Starts a server whose issuer uses HTTPS. A program terminates TLS.
    ///
    /// # Errors
    ///
    /// Returns an error if a command fails.
    pub async fn start_behind_tls(binary: &Path, directory: &Path) -> Result<Self, Failure> {
        let listen = format!("127.0.0.1:{}", free_port());
        let issuer = format!("https://127.0.0.1:{}", free_port());
        Self::serve(binary, directory, issuer, listen).await
    }

    /// Returns a browser without cookies.
    pub fn browser(&self) -> UserAgent {
        if self.issuer.starts_with("https:") {
            return UserAgent::accepting_any_certificate();
        }
        UserAgent::new()
    }

    async fn serve(
        binary: &Path,
        directory: &Path,
        issuer: String,
        listen: String,
    ) -> Result<Self, Failure> {
        let mut secret = [0; 32];
        openssl::rand::rand_bytes(&mut secret).map_err(|error| error.to_string())?;
        let ldap_port = free_port();
        write_certificate(directory)?;
        let file = |name: &str| directory.join(name).display().to_string();
        let database = |name: &str| format!("sqlite://{}", directory.join(name).display());
        let environment = vec![
            ("DOORWARD_ISSUER", issuer.clone()),
            ("DOORWARD_LISTEN", listen.clone()),
            ("DOORWARD_DATABASE_URL", database("identity.sqlite")),
            ("DOORWARD__TASKS__DATABASE_URL", database("tasks.sqlite")),
            ("DOORWARD_SECRET_KEY", STANDARD.encode(secret)),
            (
                "DOORWARD__METRICS__LISTEN",
                format!("127.0.0.1:{}", free_port()),
            ),
            ("DOORWARD__TASKS__AUDIENCE", AUDIENCE.to_owned()),
            // For back-channel logout of programs on this machine.
            (
                "DOORWARD__OUTGOING__ALLOWED_NETWORKS",
                "127.0.0.0/8,::1/128".to_owned(),
            ),
            // Proxies in front of applications run on this machine.
            ("DOORWARD__FORWARD_AUTH__PROXIES", "127.0.0.1/32".to_owned()),
            ("DOORWARD__LDAP__LISTEN", format!("127.0.0.1:{ldap_port}")),
            ("DOORWARD__LDAP__BASE_DN", "dc=example,dc=org".to_owned()),
            ("DOORWARD__LDAP__CERTIFICATE", file(CERTIFICATE)),
            ("DOORWARD__LDAP__PRIVATE_KEY_FILE", file("ldap.key")),
            // One user signs in about fifty times from one address.
            ("DOORWARD__LIMITS__MULTIPLIER", "1000".to_owned()),
        ];
        let log = directory.join("doorward.log");
        let output = File::create(&log).map_err(|error| error.to_string())?;
        let errors = output.try_clone().map_err(|error| error.to_string())?;
        let mut serve = Command::new(binary);
        serve.arg("serve").current_dir(directory);
        serve.envs(environment.iter().map(|(name, value)| (name, value)));
        let process = Process::spawn(serve.stdout(output).stderr(errors));
        // The issuer may be the address of a program in front of the server.
        wait_for_answer(&format!("http://{listen}/livez")).await;
        let doorward = Self {
            issuer,
            listen,
            ldap_port,
            directory: directory.to_owned(),
            binary: binary.to_owned(),
            environment,
            log,
            token_type: tokio::sync::Mutex::new(()),
            _process: process,
        };
        doorward.fill()?;
        Ok(doorward)
    }

    fn fill(&self) -> Result<(), Failure> {
        self.command(&["role", "setup"], "")?;
        self.create_user(&USER, &["--role", ROLE])?;
        self.create_user(&OTHER_USER, &[])?;
        let group = format!("/{}", USER.group);
        self.command(&["group", "create", &group], "")?;
        self.command(
            &["group", "add-member", &group, "--user", USER.username],
            "",
        )?;
        Ok(())
    }

    /// Creates a user with a verified address.
    ///
    /// # Errors
    ///
    /// Returns an error if the command fails.
    pub fn create_user(&self, user: &User, options: &[&str]) -> Result<String, Failure> {
        let (given, family) = user.name.split_once(' ').unwrap_or((user.name, ""));
        let mut create = vec!["user", "create", user.username, "--email", user.email];
        create.extend(["--verified", "--given-name", given, "--family-name", family]);
        create.push("--password-file=-");
        create.extend(options);
        self.command(&create, user.password)
    }

    /// Registers the client of a program as the catalogue of applications says.
    ///
    /// # Errors
    ///
    /// Returns an error if the command fails.
    pub fn create_client(
        &self,
        program: &Program,
        base: &str,
        directory: &Path,
    ) -> Result<Client, Failure> {
        let keys = match program.authentication {
            Authentication::Secret | Authentication::None => None,
            Authentication::PrivateKeyJwt | Authentication::Certificate => {
                Some(KeyFiles::generate(directory)?)
            }
        };
        let options = program.options.iter();
        let mut options: Vec<String> = options.map(|it| it.replace("{base}", base)).collect();
        if let Some(keys) = &keys {
            let (words, file) = match program.authentication {
                Authentication::Certificate => (
                    &["--signed-requests", "--signing-certificate"][..],
                    &keys.certificate,
                ),
                _ => (
                    &["--auth-method", "private_key_jwt", "--jwks"][..],
                    &keys.jwks,
                ),
            };
            options.extend(words.iter().map(|word| (*word).to_owned()));
            options.push(file.display().to_string());
        }
        let url = match &program.check {
            Check::SignIn(_) | Check::Application(_) | Check::Mcp(_) | Check::McpServer(_) => {
                Some(base)
            }
            Check::Site(_) | Check::Scim | Check::Ldap(_) => None,
            Check::Refresh(refresh) => refresh.has_url.then_some(base),
            Check::Api(_) => Some(AUDIENCE),
            Check::Saml(_) | Check::SamlApplication(_) => {
                let registered = self.create_service_provider(program, base, &options)?;
                return Ok(Client { keys, ..registered });
            }
        };
        let registered = self.register(program.app, url, &options)?;
        Ok(Client { keys, ..registered })
    }

    /// Registers a SAML service provider, which knows the issuer, and has the metadata in `idp.xml` and what the
    /// command prints in `settings.txt`.
    fn create_service_provider(
        &self,
        program: &Program,
        base: &str,
        options: &[String],
    ) -> Result<Client, Failure> {
        let mut arguments = vec!["client", "create", "--saml", "--id", program.name, "--json"];
        arguments.extend(options.iter().map(String::as_str));
        if program.app.is_empty() {
            arguments.push(program.name);
        } else {
            arguments.extend(["--app", program.app, "--url", base]);
        }
        let created: Value = serde_json::from_str(&self.command(&arguments, "")?)
            .map_err(|error| error.to_string())?;
        let lines = created["configuration"].as_array().into_iter().flatten();
        let lines: Vec<&str> = lines.filter_map(Value::as_str).collect();
        let variables = [("ISSUER", self.issuer.as_str()), ("BASE_URL", base)];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Client {
            id: program.name.to_owned(),
            secret: None,
            keys: None,
            configuration: vec![
                Part {
                    form: "file".to_owned(),
                    place: "idp.xml".to_owned(),
                    text: self.command(&["saml", "metadata"], "")?,
                    variables: variables.into(),
                },
                Part {
                    form: "file".to_owned(),
                    place: "settings.txt".to_owned(),
                    text: lines.join("\n"),
                    variables: Vec::new(),
                },
            ],
        })
    }

    /// Registers an application of the catalogue, and returns its client with the configuration
    /// that the command prints.
    ///
    /// # Errors
    ///
    /// Returns an error if the command fails.
    pub fn register(
        &self,
        app: &str,
        url: Option<&str>,
        options: &[String],
    ) -> Result<Client, Failure> {
        let mut arguments = vec!["client", "create", "--app", app, "--json"];
        arguments.extend(url.iter().flat_map(|&url| ["--url", url]));
        arguments.extend(options.iter().map(String::as_str));
        let printed = self.command(&arguments, "")?;
        let created: Value = serde_json::from_str(&printed).map_err(|error| error.to_string())?;
        let member = |name: &str| created[name].as_str().map(str::to_owned);
        let parts = created["configuration"].as_array();
        let parts = parts.ok_or("client create printed no configuration")?;
        Ok(Client {
            id: member("client_id").ok_or("client create printed no client_id")?,
            secret: member("client_secret"),
            keys: None,
            configuration: parts.iter().map(Part::read).collect(),
        })
    }

    /// Returns the ID of the user that signs in.
    ///
    /// # Errors
    ///
    /// Returns an error if the command fails.
    pub fn user_id(&self) -> Result<String, Failure> {
        let printed = self.command(&["user", "show", USER.username, "--json"], "")?;
        let user: Value = serde_json::from_str(&printed).map_err(|error| error.to_string())?;
        let id = user["id"].as_str().map(str::to_owned);
        id.ok_or_else(|| format!("user show printed no ID: {printed}"))
    }

    /// Sets the type of the resource's access tokens, and requests one by client credentials.
    ///
    /// # Errors
    ///
    /// Returns an error if a request fails, or if no token of this type is issued in time.
    pub async fn access_token(
        &self,
        client: &Client,
        token_type: TokenType,
    ) -> Result<String, Failure> {
        let _changing = self.token_type.lock().await;
        let update = ["resource", "update", AUDIENCE, "--token-type"];
        self.command(&[&update[..], &[token_type.option()]].concat(), "")?;
        let start = Instant::now();
        loop {
            // The server reads new scopes and changed resources within a second (decision 73).
            let problem = match self.client_credentials(client).await {
                Ok(token) => {
                    let header = token.split('.').next().unwrap_or_default();
                    let header = URL_SAFE_NO_PAD.decode(header).unwrap_or_default();
                    let header: Value = serde_json::from_slice(&header).unwrap_or_default();
                    if header["typ"] == token_type.header() {
                        return Ok(token);
                    }
                    format!("typ is {}, not {token_type:?}", header["typ"])
                }
                Err(problem) => problem,
            };
            if start.elapsed() > LONGEST_CHANGE {
                return Err(problem);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn client_credentials(&self, client: &Client) -> Result<String, Failure> {
        let response = UserAgent::new()
            .http()
            .post(format!("{}/oauth2/token", self.issuer))
            .basic_auth(&client.id, client.secret.as_deref())
            .form(&[("grant_type", "client_credentials")])
            .send()
            .await
            .map_err(|error| error.to_string())?;
        let text = response.text().await.map_err(|error| error.to_string())?;
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        let token = body["access_token"].as_str().map(str::to_owned);
        token.ok_or_else(|| format!("token endpoint: {text}"))
    }

    /// Runs another command on the same database, and returns its output.
    ///
    /// # Errors
    ///
    /// Returns an error if the command fails.
    pub fn command(&self, arguments: &[&str], typed: &str) -> Result<String, Failure> {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.directory);
        output(&mut command, typed)
    }

    /// Returns the length of the log in bytes.
    pub fn log_length(&self) -> usize {
        std::fs::read(&self.log).map_or(0, |log| log.len())
    }

    /// Returns the last lines logged after this length.
    pub fn log_since(&self, length: usize) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let new = log.get(length..).unwrap_or_default();
        last_lines(&String::from_utf8_lossy(new), LINES)
    }
}

/// Runs a command of the program with this standard input, and returns its output.
///
/// # Errors
///
/// Returns an error if the command fails.
pub fn output(command: &mut Command, typed: &str) -> Result<String, Failure> {
    let words = command.get_args().map(|word| word.to_string_lossy());
    let shown = format!("doorward {}", words.collect::<Vec<_>>().join(" "));
    let failed = |error: std::io::Error| format!("{shown}: {error}");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(typed.as_bytes()).map_err(failed)?;
    }
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        let received = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{shown}: {}", received.trim()));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{shown}: {error}"))
}

/// Returns the last lines of a text, each with its line end.
pub fn last_lines(text: &str, max: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(max);
    let mut last = lines[from..].join("\n");
    if !last.is_empty() {
        last.push('\n');
    }
    last
}
