//! Writes what a run needs into a directory.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_user_agent::UserAgent;
use doorward_user_agent::process::Process;
use serde_json::{Map, Value, json};

use super::addresses::{Addresses, CONFIGURATION, DETAILS};
use super::browser::PASSWORD;
use super::configuration::{self, Credentials};
use super::files::write;
use super::plans::{Plan, Plans, Registration};
use super::{approval, certificates, clients, relying_party, services};
use crate::doorward::output;
use crate::failure::Failure;

/// The proxy's configuration, and the script that passes client certificates on.
pub const NGINX: &str = include_str!("../../../../../deploy/conformance-nginx.conf");
const CLIENT_CERTIFICATE: &str = include_str!("client_cert.js");
/// The types of the certification scenario of `AuthZEN`, on which the tasks API decides.
const RECORDS: [(&str, &str); 3] = [
    (
        "records/schema.cedarschema",
        include_str!("../../../../resource/authzen/records/schema.cedarschema"),
    ),
    (
        "records/rules.cedar",
        include_str!("../../../../resource/authzen/records/rules.cedar"),
    ),
    (
        "records/entities.json",
        include_str!("../../../../resource/authzen/records/entities.json"),
    ),
];
/// Name of the configuration file in the directory.
const CONFIGURATION_FILE: &str = "conformance.toml";
/// Name of the file with the suite's origin, for which the clients are registered.
const SUITE_FILE: &str = "suite-origin";
/// Maximum time until a started server is ready.
const LONGEST_START: Duration = Duration::from_secs(30);
/// A PNG file of one pixel.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// The directory of a run, and the program under test.
pub struct Place {
    pub directory: PathBuf,
    /// Program.
    pub binary: PathBuf,
}

impl Place {
    /// Runs a command of the program, and returns its output.
    ///
    /// # Errors
    ///
    /// Returns an error if the command fails.
    pub fn run(&self, arguments: &[&str], typed: &str) -> Result<String, Failure> {
        output(&mut self.command(arguments), typed)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        let file = self.directory.join(CONFIGURATION_FILE);
        command.args(arguments).arg("--config").arg(file);
        command
    }

    fn create(&self, arguments: &[&str]) -> Result<Value, Failure> {
        let printed = self.run(&[arguments, &["--json"]].concat(), "")?;
        serde_json::from_str(&printed).map_err(|error| format!("{arguments:?}: {error}"))
    }

    /// Returns the configuration of a plan.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such file.
    pub fn configuration(&self, plan: &Plan) -> Result<Value, Failure> {
        let name = plan.file_name();
        serde_json::from_str(&self.read(&name)?).map_err(|error| format!("{name}: {error}"))
    }

    /// Makes a module the provider of a plan.
    ///
    /// # Errors
    ///
    /// Returns an error if the command fails.
    pub fn put_provider(&self, plan: &Plan, issuer: &str) -> Result<(), Failure> {
        let file = tempfile::NamedTempFile::new_in(&self.directory);
        let file = file.map_err(|error| error.to_string())?;
        std::fs::write(file.path(), relying_party::provider(plan, issuer)?)
            .map_err(|error| format!("{}: {error}", file.path().display()))?;
        let path = file.path().display().to_string();
        self.run(&["provider", "apply", &path], "").map(drop)
    }

    /// Checks that the directory is for a suite at this origin.
    ///
    /// # Errors
    ///
    /// Returns an error if the clients have redirect URIs at another one.
    pub fn is_for(&self, suite: &str) -> Result<(), Failure> {
        let expected = self.read(SUITE_FILE)?;
        if expected == suite {
            return Ok(());
        }
        Err(format!(
            "the clients in {} are registered for a suite at {expected}, not at {suite}; write a new \
             directory with --callbacks {suite}",
            self.directory.display()
        ))
    }

    fn read(&self, name: &str) -> Result<String, Failure> {
        let path = self.directory.join(name);
        std::fs::read_to_string(&path).map_err(|error| {
            let shown = path.display();
            format!(
                "{shown}: {error}; `cargo xtask conformance DIR` writes it into a new directory"
            )
        })
    }

    /// Writes all files, creates users and clients, and prints what to start. `suite` is the origin of
    /// the suite.
    ///
    /// # Errors
    ///
    /// Returns an error if the directory has a run already, or if a command fails.
    pub async fn fill(&self, plans: &Plans, suite: &str) -> Result<(), Failure> {
        let addresses = Addresses::read()?;
        let directory = self.directory.as_path();
        std::fs::create_dir_all(directory)
            .map_err(|error| format!("{}: {error}", directory.display()))?;
        if directory.join(CONFIGURATION_FILE).exists() {
            return Err(format!(
                "{} has the files of a run already: delete it, or drive a suite with --suite URL",
                directory.display()
            ));
        }
        write(directory, CONFIGURATION_FILE, CONFIGURATION)?;
        write(directory, "details.toml", DETAILS)?;
        write(directory, "nginx.conf", NGINX)?;
        write(directory, "client_cert.js", CLIENT_CERTIFICATE)?;
        std::fs::create_dir_all(directory.join("records"))
            .map_err(|error| format!("{}: {error}", directory.display()))?;
        for (name, content) in RECORDS {
            write(directory, name, content)?;
        }
        certificates::write_secret(directory)?;
        let host = addresses.issuer.host_str().unwrap_or_default();
        certificates::write_servers(directory, host)?;
        let keys = [
            certificates::write_client(directory, 1)?,
            certificates::write_client(directory, 2)?,
        ];
        self.run(&["migrate"], "")?;
        self.create_users(&addresses).await?;
        let [role, permission] = services::ROLE;
        self.run(&["role", "create", role, "--permission", permission], "")?;
        let token = [
            "client",
            "registration-token",
            "create",
            "suite",
            "--uses",
            "10000",
        ];
        let token = self.create(&token)?["token"].take();
        let credentials = Credentials {
            initial_access_token: token.as_str().unwrap_or_default().to_owned(),
            keys,
        };
        for plan in &plans.plan {
            let registered = self.create_clients(plan, suite)?;
            let written = configuration::of_plan(plan, &addresses, &credentials, registered);
            write(directory, &plan.file_name(), &format!("{written:#}\n"))?;
        }
        write(directory, SUITE_FILE, suite)?;
        self.print_next_steps(suite);
        Ok(())
    }

    fn create_clients(&self, plan: &Plan, suite: &str) -> Result<Map<String, Value>, Failure> {
        let mut registered = Map::new();
        for client in clients::of_plan(plan, suite, &self.directory) {
            let mut arguments = vec!["client", "create"];
            arguments.extend(client.arguments.iter().map(String::as_str));
            let created = self.create(&arguments)?;
            let mut credentials = Map::new();
            for (name, member) in [("client_id", "id"), ("client_secret", "client_secret")] {
                if created[member].is_string() {
                    credentials.insert(name.to_owned(), created[member].clone());
                }
            }
            registered.insert(client.member.to_owned(), Value::Object(credentials));
        }
        match plan.registration() {
            Registration::Decisions => {
                let [role, _] = services::ROLE;
                let assign = ["role", "assign", "--client", &plan.name, "--role", role];
                self.run(&assign, "")?;
            }
            Registration::Ciba => {
                self.create_user(&plan.name, &approval::address(&plan.name), "Elsewhere")?;
            }
            _ => {}
        }
        Ok(registered)
    }

    fn create_user(&self, name: &str, email: &str, family_name: &str) -> Result<(), Failure> {
        let arguments = [
            "user",
            "create",
            name,
            "--email",
            email,
            "--verified",
            "--role",
            "developer",
            "--given-name",
            name,
            "--family-name",
            family_name,
            "--password-file=-",
        ];
        self.run(&arguments, PASSWORD).map(drop)
    }

    /// Signs bob in, and sets a new password, which ends that session.
    ///
    /// # Errors
    ///
    /// Returns an error if Doorward shows no sign-in page, or if the command fails.
    pub async fn sign_in_and_change_password(&self) -> Result<(), Failure> {
        let origin = Addresses::read()?.origin();
        let agent = UserAgent::accepting_any_certificate();
        let page = agent.get(format!("{origin}/login")).await;
        let form = page.find_form("form:has([name=password])");
        let form = form.ok_or_else(|| format!("{}: no form", page.url))?;
        let form = form.with("identifier", "bob@example.com");
        agent.submit(&form.with("password", PASSWORD)).await;
        let arguments = ["user", "set-password", "bob", "--password-file=-"];
        self.run(&arguments, PASSWORD).map(drop)
    }

    /// Creates alice with every standard claim, and bob, who denies access.
    async fn create_users(&self, addresses: &Addresses) -> Result<(), Failure> {
        for (name, family_name) in [("alice", "Example"), ("bob", "Denier")] {
            self.create_user(name, &format!("{name}@example.com"), family_name)?;
        }
        let client = self.create(&[
            "client",
            "create",
            "profile",
            "--kind=public",
            "--first-party=true",
            "--redirect-uri",
            "http://127.0.0.1/unused",
        ])?;
        let mut serve = self.command(&["serve"]);
        serve.stdout(Stdio::null()).stderr(Stdio::null());
        let mut serve = Process::spawn(&mut serve);
        let api = Api {
            http: UserAgent::new(),
            base: format!("http://{}", addresses.listen),
            host: addresses.host().to_owned(),
        };
        api.wait(&mut serve).await?;
        let credentials = json!({
            "client_id": client["id"],
            "username": "alice",
            "password": PASSWORD,
        });
        let session = api.send("POST", "/api/auth/login", "", Body::Json(credentials));
        let session = session.await?;
        let token = session["access"].as_str().unwrap_or_default();
        let profile = Body::Json(profile());
        api.send("PATCH", "/api/auth/profile", token, profile)
            .await?;
        let picture = STANDARD
            .decode(PICTURE)
            .map_err(|error| error.to_string())?;
        let picture = Body::Picture(picture);
        api.send("PUT", "/api/auth/profile/avatar", token, picture)
            .await?;
        Ok(())
    }

    fn print_next_steps(&self, suite: &str) {
        let directory = self.directory.display();
        let binary = self.binary.display();
        let authority = certificates::AUTHORITY;
        println!(
            "\
Written to {directory}. Start these three, each in a terminal:

  SSL_CERT_FILE={directory}/{authority} {binary} serve --config {directory}/{CONFIGURATION_FILE}
  SSL_CERT_FILE={directory}/{authority} {binary} tasks --config {directory}/{CONFIGURATION_FILE}
  nginx -p {directory} -c {directory}/nginx.conf -e stderr -g 'daemon off;'

The proxy of a suite on this machine can use localhost.pem and localhost.key. Append the authority of
another certificate to {authority}. Start the suite at {suite}, then:

  cargo xtask conformance {directory} --suite {suite}"
        );
    }
}

/// The claims of the scopes `profile`, `phone` and `address`, except those of `user create`.
fn profile() -> Value {
    json!({
        "middle_name": "M",
        "nickname": "Al",
        "website": "https://alice.example/",
        "profile_url": "https://alice.example/about",
        "gender": "female",
        "birthdate": "1990-05-17",
        "zoneinfo": "Europe/Berlin",
        "locale": "en",
        "phone_number": "+491701234567",
        "address": {
            "street_address": "Long Road 1",
            "postal_code": "53111",
            "locality": "Bonn",
            "region": "NRW",
            "country": "DE",
        },
    })
}

/// The JSON API of a server that is not behind its proxy yet.
struct Api {
    http: UserAgent,
    base: String,
    host: String,
}

/// The body of a request.
enum Body {
    Json(Value),
    Picture(Vec<u8>),
}

impl Api {
    /// Waits until the server is ready.
    async fn wait(&self, serve: &mut Process) -> Result<(), Failure> {
        let start = std::time::Instant::now();
        let url = format!("{}/readyz", self.base);
        loop {
            let answer = self.http.http().get(&url).send().await;
            if answer.is_ok_and(|answer| answer.status() == 200) && !serve.has_ended() {
                return Ok(());
            }
            if serve.has_ended() || start.elapsed() > LONGEST_START {
                return Err(format!(
                    "`doorward serve` does not run at {}: is the address in use?",
                    self.base
                ));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: Body,
    ) -> Result<Value, Failure> {
        let url = format!("{}{path}", self.base);
        let http = self.http.http();
        let request = match method {
            "PATCH" => http.patch(url),
            "PUT" => http.put(url),
            _ => http.post(url),
        };
        let mut request = request.header("host", &self.host);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        let request = match body {
            Body::Json(json) => request.json(&json),
            Body::Picture(picture) => request.header("content-type", "image/png").body(picture),
        };
        let failed = |error| format!("{method} {path}: {error}");
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        let text = response.text().await.map_err(failed)?;
        if !status.is_success() {
            return Err(format!("{method} {path}: {status} {text}"));
        }
        serde_json::from_str(&text).map_err(|error| format!("{method} {path}: {error}"))
    }
}

/// Returns an absolute path, as other directories need it.
///
/// # Errors
///
/// Returns an error if there is no current directory.
pub fn absolute(directory: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(directory).map_err(|error| format!("{}: {error}", directory.display()))
}
