//! Checks of programs that sign users in by LDAP: with an app password of the user alone, until it is revoked.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use doorward_user_agent::answers::free_port;
use serde_json::Value;

use crate::doorward::{Doorward, OTHER_USER, USER, User, last_lines};
use crate::failure::Failure;
use crate::key::CERTIFICATE;
use crate::programs::{Ldap, Program};
use crate::sign_in::{Visit, failed};

/// User with the API key for searches.
const READER: User = User {
    username: "mail-server",
    password: "copper meadow signal 41",
    email: "mail-server@interop.example",
    name: "Mail Server",
    group: "",
};
const RESOURCE: &str = "https://ldap.example.org";
const SCOPE: &str = "ldap:read";
const ROLE: &str = "directory-reader";
/// Page, form and element of a new credential.
const KEY: [&str; 3] = ["api-keys", "#new-key", "#key"];
const APP_PASSWORD: [&str; 3] = ["app-passwords", "#new-app-password", "#app-password"];
/// Maximum time until a program has forgotten a password.
const LONGEST_MEMORY: Duration = Duration::from_secs(40);
const LINES: usize = 25;

/// A program that answers lines; killed when dropped.
struct Answering {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Answering {
    fn start(command: &mut Command) -> Option<Self> {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().ok()?;
        let (input, output) = (child.stdin.take()?, child.stdout.take()?);
        let output = BufReader::new(output);
        Some(Self {
            child,
            input,
            output,
        })
    }

    /// Signs a user in.
    ///
    /// # Errors
    ///
    /// Returns an error for another answer than the expected one.
    fn expect(&mut self, user: &User, secret: &str, expected: &str) -> Result<(), Failure> {
        let mut answer = String::new();
        let sent = writeln!(self.input, "{} {secret}", user.username);
        let read = sent.and_then(|()| self.output.read_line(&mut answer));
        read.map_err(|error| error.to_string())?;
        if answer.trim() == expected {
            return Ok(());
        }
        let name = user.username;
        Err(format!(
            "{name} with {secret:?}: {:?} instead of {expected:?}",
            answer.trim()
        ))
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Creates the user with the API key as the guide says.
///
/// # Errors
///
/// Returns an error if a command fails.
pub fn prepare(doorward: &Doorward) -> Result<(), Failure> {
    let named = [
        "--resource",
        RESOURCE,
        "--description",
        "Read users and groups",
    ];
    for command in [
        &["resource", "create", RESOURCE, "--name", "Directory"][..],
        &[&["scope", "create", SCOPE][..], &named].concat(),
        &[&["permission", "create", SCOPE][..], &named].concat(),
        &["role", "create", ROLE, "--permission", SCOPE],
    ] {
        doorward.command(command, "")?;
    }
    doorward.create_user(&READER, &["--role", ROLE])?;
    Ok(())
}

/// Signs users in: a member of the group, another user, and with wrong passwords.
///
/// # Errors
///
/// Returns the failed step, with the output of the program.
pub async fn check(
    doorward: Arc<Doorward>,
    program: &Program,
    expected: &Ldap,
    mut command: Command,
) -> Result<(), Failure> {
    let work = doorward.directory.join(program.name);
    let log = work.join("output.log");
    std::fs::create_dir_all(&work).map_err(|error| error.to_string())?;
    let errors = File::create(&log).map_err(|error| error.to_string())?;
    let key = make(&doorward, &READER, KEY, program.name).await?;
    let own = make(&doorward, &USER, APP_PASSWORD, program.name).await?;
    let others = make(&doorward, &OTHER_USER, APP_PASSWORD, program.name).await?;
    let id = app_password_id(&doorward, program)?;
    command
        .args(program.start)
        .env("LDAP_PORT", doorward.ldap_port.to_string())
        .env("LDAP_CA", doorward.directory.join(CERTIFICATE))
        .env("API_KEY", key)
        .env("ISSUER", &doorward.issuer)
        .env("PORT", free_port().to_string())
        .env("WORK_DIRECTORY", &work)
        .stderr(errors);
    let other = expected.other;
    let visit = tokio::task::spawn_blocking(move || {
        let mut program = Answering::start(&mut command).ok_or("it does not start")?;
        program.expect(&USER, &own, "member")?;
        program.expect(&OTHER_USER, &others, other)?;
        program.expect(&USER, &others, "no")?;
        program.expect(&USER, USER.password, "no")?;
        doorward.command(&["app-password", "revoke", &id], "")?;
        let begun = Instant::now();
        while let Err(failure) = program.expect(&USER, &own, "no") {
            if begun.elapsed() > LONGEST_MEMORY {
                return Err(format!("after the revocation: {failure}"));
            }
            std::thread::sleep(Duration::from_secs(1));
        }
        Ok(())
    });
    let outcome: Result<(), Failure> = visit.await.map_err(|error| error.to_string())?;
    outcome.map_err(|failure| {
        let printed = std::fs::read(&log).unwrap_or_default();
        let printed = last_lines(&String::from_utf8_lossy(&printed), LINES);
        format!("{failure}\n--- {} printed:\n{printed}", program.name)
    })
}

/// Creates a credential on an account page, and returns it.
async fn make(
    doorward: &Doorward,
    user: &'static User,
    [page, form, shown]: [&str; 3],
    name: &str,
) -> Result<String, Failure> {
    let mut visit = Visit::new(doorward, "");
    visit.user = user;
    let path = format!("/account/{page}/new");
    let sign_in = visit.get_at_doorward(&path).await;
    let sign_in = visit.agent.follow(sign_in, "").await;
    visit.continue_from(sign_in).await?;
    let page = visit.get_at_doorward(&path).await;
    let form = page.find_form(form).ok_or_else(|| failed(&path, &page))?;
    let mut form = form.with("name", name);
    if page.has(&format!("[name=scope][value='{SCOPE}']")) {
        form.fields.push(("scope".to_owned(), SCOPE.to_owned()));
    }
    let page = visit.agent.submit(&form).await;
    page.text_of(shown).ok_or_else(|| failed(&path, &page))
}

fn app_password_id(doorward: &Doorward, program: &Program) -> Result<String, Failure> {
    let printed = doorward.command(&["app-password", "list", USER.username, "--json"], "")?;
    let found: Value = serde_json::from_str(&printed).map_err(|error| error.to_string())?;
    let mut found = found.as_array().into_iter().flatten();
    let own = found.find(|it| it["name"] == program.name);
    let id = own.and_then(|own| own["id"].as_str()).map(str::to_owned);
    id.ok_or_else(|| format!("no app password: {printed}"))
}
