//! `doorward init`: configuration, secret key, unit, database and first administrator of a new
//! deployment.

mod answers;
mod files;
mod next_steps;
mod owner;
mod questions;
mod unit;

use std::io::{self, IsTerminal as _};

use doorward_admin::setup;
use doorward_config::address::sqlite_path;
use doorward_config::initial::Source;
use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_identity_server::{config_files, doctor};
use doorward_process::doctor::report::{self, CheckResult, CheckStatus};
use doorward_process::reject_errors;
use url::form_urlencoded::byte_serialize;

use self::answers::{AnswerArgs, has_password};
use self::files::{Files, check_writable, create_directory};
use self::next_steps::{Commands, next_steps};
use self::owner::Owner;
use self::questions::Questions;
use self::unit::UnitSettings;
use crate::command::backup::directory_of;
use crate::command::prelude::*;
use crate::secret_input;
use crate::target::{DEFAULT_FILE, environment};

/// Directory of a deployment that systemd runs.
const SYSTEM_DIRECTORY: &str = "/etc/doorward";
const SECRET_KEY: &str = "secret.key";
const DATABASE_URL: &str = "database.url";
const SMTP_URL: &str = "smtp.url";
/// File name of an SQLite database.
const SQLITE_FILE: &str = "doorward.sqlite";
/// Lifetime of the link of the first administrator, in seconds.
const LINK_LIFETIME: i64 = 60 * 60;
/// The first port that needs no privilege.
const FREE_PORTS: u16 = 1024;

/// Prepare a new deployment: configuration, secret key, database, first administrator.
#[derive(Debug, Args)]
#[command(
    long_about = "Prepare a new deployment. Asks five questions at a terminal, unless an option answers them: the \
                  address, the source of HTTPS, the database, the mail server, and the e-mail address of the first \
                  administrator. Writes the configuration with comments and the secret key, migrates the database, \
                  checks the deployment as `doorward doctor` does, and prints the remaining steps and a one-time link \
                  that creates the first administrator. Nothing that exists is changed, so the command can be \
                  repeated."
)]
pub struct InitArgs {
    /// Directory of the configuration and the secret key
    #[arg(long, value_name = "DIR", default_value = SYSTEM_DIRECTORY)]
    dir: PathBuf,
    #[command(flatten)]
    answers: AnswerArgs,
    /// Write a systemd unit, such as /etc/systemd/system/doorward.service
    #[arg(long, value_name = "FILE")]
    unit: Option<PathBuf>,
    /// System user of the server, to whom root gives the secrets and the database [default: doorward with
    /// /etc/doorward or --unit, otherwise the caller]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Print the configuration and the files to create, without changing anything
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    out: Output,
}

/// The deployment to prepare.
struct Site<'a> {
    args: &'a InitArgs,
    directory: PathBuf,
    config_file: PathBuf,
    /// Owner of secrets and database; `None`: the caller.
    owner: Option<Owner>,
}

/// Changes of a run before the database.
struct Plan {
    config: Config,
    /// Text of a new configuration.
    text: Option<String>,
    email: Option<String>,
    files: Files,
}

/// A one-time link for the first administrator.
struct Link {
    url: String,
    expires_at: i64,
}

pub async fn run(args: &InitArgs) -> Result {
    let site = Site::of(args)?;
    let plan = site.plan()?;
    if args.dry_run {
        return print_plan(args.out, &plan);
    }
    site.write(&plan.files)?;
    let link = Box::pin(site.prepare_database(&plan)).await?;
    let report = Box::pin(doctor::examine(&plan.config, &SystemClock)).await;
    site.print(&plan, link.as_ref(), &report)
}

impl<'a> Site<'a> {
    fn of(args: &'a InitArgs) -> Result<Self> {
        let directory = std::path::absolute(&args.dir).map_err(CliError::at(&args.dir))?;
        let mut site = Self {
            args,
            config_file: directory.join(DEFAULT_FILE),
            directory,
            owner: None,
        };
        site.owner = site.user().map(Owner::find).transpose()?.flatten();
        Ok(site)
    }

    /// Returns true if systemd runs the server.
    fn has_unit(&self) -> bool {
        self.args.unit.is_some() || self.directory == Path::new(SYSTEM_DIRECTORY)
    }

    /// Returns the user who runs the server; `None`: the caller.
    fn user(&self) -> Option<&str> {
        let usual = self.has_unit().then_some(unit::USER);
        self.args.user.as_deref().or(usual)
    }

    fn plan(&self) -> Result<Plan> {
        let mut plan = if self.config_file.exists() {
            self.keep_configuration()?
        } else {
            self.new_configuration()?
        };
        if let Some(path) = &self.args.unit {
            let path = std::path::absolute(path).map_err(CliError::at(path))?;
            let text = self.unit(&plan.config)?;
            plan.files.add(path, text);
        }
        Ok(plan)
    }

    fn keep_configuration(&self) -> Result<Plan> {
        let given = self.args.answers.given();
        if !given.is_empty() {
            output::print_status(&format!(
                "{} exists and is kept: change it there, because {} would only apply to a new one.",
                self.config_file.display(),
                given.join(", ")
            ));
        }
        Ok(Plan {
            config: Config::load(Some(&self.config_file), environment())?,
            text: None,
            email: self.args.answers.email.clone(),
            files: Files {
                kept: vec![self.config_file.clone()],
                ..Files::default()
            },
        })
    }

    /// Asks for the answers, and checks the configuration before any file is written.
    fn new_configuration(&self) -> Result<Plan> {
        if !self.args.dry_run {
            check_writable(&self.directory)?;
        }
        let key_file = self.directory.join(SECRET_KEY);
        let key = if key_file.exists() {
            secret_input::of_file(&key_file)?
        } else {
            let key = MasterKey::generate(&mut Random::default().rng());
            key.to_base64().to_string()
        };
        let terminal = io::stdin().is_terminal().then(|| io::stdin().lock());
        let mut questions = Questions::new(terminal);
        let sqlite = self.sqlite_address();
        let answers = self.args.answers.complete(&mut questions, &key, &sqlite)?;
        let mut initial = answers.config;
        let config = Config::load_text(&self.config_file, &initial.to_toml(), environment())?;
        reject_errors(config_files::check_serve(&config, &SystemClock))?;
        let mut files = Files::default();
        files.add_secret(key_file.clone(), &key, self.owner);
        initial.secret_key = Source::File(key_file);
        initial.database = self.without_password(initial.database, DATABASE_URL, &mut files)?;
        if let Some(mail) = initial.mail {
            initial.mail = Some(self.without_password(mail, SMTP_URL, &mut files)?);
        }
        let text = initial.to_toml();
        // Last, because a file that exists ends the questions.
        files.add(self.config_file.clone(), text.clone());
        Ok(Plan {
            config,
            text: Some(text),
            email: answers.email,
            files,
        })
    }

    fn sqlite_address(&self) -> String {
        let directory = if self.has_unit() {
            Path::new(unit::STATE)
        } else {
            self.directory.as_path()
        };
        format!("sqlite://{}", directory.join(SQLITE_FILE).display())
    }

    /// Moves an address with a password into a separate file.
    fn without_password(&self, source: Source, name: &str, files: &mut Files) -> Result<Source> {
        match source {
            Source::Text(address) if has_password(address.expose()) => {
                let path = self.directory.join(name);
                files.add_entered(path.clone(), address.expose(), self.owner)?;
                Ok(Source::File(path))
            }
            other => Ok(other),
        }
    }

    fn unit(&self, config: &Config) -> Result<String> {
        let program = std::env::current_exe()?;
        let main = config.listen.address();
        let mut addresses = main.iter().chain(&config.tls.http_listen);
        let has_low_ports = addresses.any(|address| address.port() < FREE_PORTS);
        let settings = UnitSettings {
            program: &program,
            config: &self.config_file,
            user: self.user().unwrap_or(unit::USER),
            has_low_ports,
            data: database_file(config).map(directory_of),
        };
        Ok(settings.to_text())
    }

    fn write(&self, files: &Files) -> Result {
        let group = self.owner.map(|owner| owner.gid);
        create_directory(&self.directory, 0o750, None, group)?;
        for file in &files.new {
            file.create()?;
            self.say(&format!("created {}", file.path.display()));
        }
        for path in &files.kept {
            self.say(&format!("kept {}", path.display()));
        }
        Ok(())
    }

    /// Prints a message, unless the result is a document.
    fn say(&self, text: &str) {
        if !self.args.out.json {
            output::print_status(text);
        }
    }

    /// Migrates the database, and creates the link of the first administrator if there is none.
    async fn prepare_database(&self, plan: &Plan) -> Result<Option<Link>> {
        let file = database_file(&plan.config);
        let is_new = file.is_some_and(|file| !file.exists());
        if let Some(file) = file {
            let (uid, gid) = (self.owner.map(|it| it.uid), self.owner.map(|it| it.gid));
            create_directory(directory_of(file), 0o700, uid, gid)?;
        }
        let place = TargetArgs::of_file(self.config_file.clone()).open().await?;
        if let (Some(owner), Some(file), true) = (self.owner, file, is_new) {
            owner.take_database(file)?;
        }
        let operator = place.operator();
        let link = if setup::is_needed(&operator).await? {
            let expires_at = place.now() + LINK_LIFETIME;
            let token = setup::issue_token(&operator, LINK_LIFETIME).await?;
            let mut url = format!("{}/setup?token={}", place.issuer()?, token.expose());
            if let Some(email) = &plan.email {
                url.push_str("&email=");
                url.extend(byte_serialize(email.as_bytes()));
            }
            Some(Link { url, expires_at })
        } else {
            None
        };
        place.db.close().await?;
        Ok(link)
    }

    fn print(&self, plan: &Plan, link: Option<&Link>, report: &[CheckResult]) -> Result {
        let commands = Commands {
            config: &self.config_file,
            user: self.owner.and(self.user()),
            has_unit: self.args.unit.is_some() || (self.has_unit() && unit::is_installed()),
        };
        let steps = next_steps(&plan.config, &commands);
        if self.args.out.json {
            return output::json(&json!({
                "configuration": self.config_file,
                "created": paths(&plan.files),
                "kept": plan.files.kept,
                "url": link.map(|link| &link.url),
                "expires_at": link.map(|link| output::time(link.expires_at)),
                "doctor": report,
                "next_steps": steps,
            }));
        }
        output::document(&report::text(report))?;
        if report.iter().any(|line| line.health == CheckStatus::Bad) {
            output::print_status("Lines about the issuer are bad until the server runs.");
        }
        output::print_status("Next steps:");
        for (number, step) in (1..).zip(&steps) {
            output::print_status(&format!("  {number}. {step}"));
        }
        let Some(link) = link else {
            output::print_status("There is an administrator.");
            return Ok(());
        };
        self.args.out.link(&link.url, link.expires_at, |end| {
            format!(
                "When the server runs, create the first administrator: open the link before {end}; it works \
                 once. `doorward admin open` prints another one."
            )
        })
    }
}

/// Returns the file of an SQLite database.
fn database_file(config: &Config) -> Option<&Path> {
    sqlite_path(config.database.url.expose()).map(Path::new)
}

fn paths(files: &Files) -> Vec<&Path> {
    let paths = files.new.iter().map(|file| file.path.as_path());
    paths.collect()
}

fn print_plan(out: Output, plan: &Plan) -> Result {
    if out.json {
        return output::json(&json!({
            "create": paths(&plan.files),
            "kept": plan.files.kept,
            "text": plan.text,
        }));
    }
    for path in paths(&plan.files) {
        output::print_status(&format!("would create {}", path.display()));
    }
    for path in &plan.files.kept {
        output::print_status(&format!("would keep {}", path.display()));
    }
    match &plan.text {
        Some(text) => output::document(text),
        None => Ok(()),
    }
}
