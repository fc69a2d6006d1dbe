//! `cargo xtask features`: builds the program without features and with each alone (decision 148). The program
//! without them names none, and works on a database with rows of all.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::run;
use crate::services::{POSTGRES_URL, Services};

/// Words of each feature that its absence removes from commands, calls and messages.
const WORDS: &[(&str, &[&str])] = &[
    (
        "access-reviews",
        &["doorward review", "/access-reviews", "admin_review_"],
    ),
    (
        "as-code",
        &["doorward drift", "/api/admin/plan", "admin_apply"],
    ),
    (
        "campaigns",
        &["doorward mfa", "/factor-campaigns", "factor-due"],
    ),
    ("directory", &["doorward directory", "admin_directory_"]),
    (
        "impersonation",
        &[
            "doorward impersonation",
            "/impersonations",
            "admin_impersonation_",
        ],
    ),
    (
        "ldap-server",
        &[
            "doorward app-password",
            "/app-passwords",
            "admin_app_password_",
        ],
    ),
    (
        "notices",
        &["doorward notice", "doorward read-only", "admin_read_only_"],
    ),
    (
        "own-texts",
        &["doorward text", "/api/admin/texts", "own-text-"],
    ),
    (
        "reports",
        &["doorward report", "/api/admin/reports", "admin_report_"],
    ),
    (
        "saml",
        &[
            "doorward saml",
            "--saml",
            // A kind of clients in the filter of a list.
            ", `saml`",
            "/api/admin/saml",
            "admin_saml_",
        ],
    ),
    (
        "signals",
        &[
            "doorward signals",
            "/api/admin/signals",
            "admin_signals_",
            "signals-",
        ],
    ),
    (
        "sites",
        &["doorward site", "/api/admin/sites", "admin_site_"],
    ),
];

/// Commands of the whole program that write rows of all features.
const FILL: &[&str] = &[
    "user create --email alice@example.org alice",
    "user create --email mona@example.org mona",
    "role create --permission tasks:read editor",
    "role assign --user alice --role editor",
    "review create q4 --role editor --reviewer mona",
    "mfa require --all=true --from 2099-01-01T00:00:00Z --remind 7",
    "notice set Maintenance --until 2099-01-01T00:00:00Z",
    "read-only set --from 2099-01-01T00:00:00Z --until 2099-01-02T00:00:00Z",
    "text set --language de mail-greeting Servus",
    "site create wiki --host wiki.example.com",
    "client create --saml Wiki --entity-id https://wiki.example.com --acs https://wiki.example.com/acs",
];

const SETTINGS: &str = "issuer = \"http://localhost:8400\"\nlisten = \"127.0.0.1:0\"\n\
                        tasks.public_url = \"http://localhost:8401\"\n";
const KEY: &str = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";
const NEW_KEY: &str = "8zvEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e9A=";
/// Time until a server is ready.
const START: Duration = Duration::from_secs(30);

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err("features takes no arguments".to_owned());
    }
    let folders = std::fs::read_dir(run::root().join("crates/features"));
    let folders = folders.map_err(|error| error.to_string())?.flatten();
    let mut names: Vec<String> = folders
        .map(|folder| folder.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let known: Vec<&str> = WORDS.iter().map(|(name, _)| *name).collect();
    if names != known {
        return Err(format!("add the words of each feature to WORDS: {names:?}"));
    }
    for name in &names {
        println!("checking the program with {name} alone");
        build("check", Some(name))?;
    }
    println!("building the program without features and with all");
    let bare = build("build", None)?;
    run::to_end(&mut run::build(&["--bin=doorward"]))?;
    let whole = run::target().join("debug/doorward");
    let services = Services::start()?;
    let place = services.directory()?;
    names_none(&bare, &place)?;
    works(&whole, &bare, &place, &services)?;
    println!("The program without features names none, and works on a database with rows of all.");
    Ok(())
}

/// Builds the program with one feature or none, and returns its file.
fn build(verb: &str, feature: Option<&str>) -> Result<PathBuf, Failure> {
    let directory = run::target().join("features");
    let mut cargo = run::cargo();
    cargo.args([
        verb,
        "--locked",
        "--package=doorward",
        "--bin=doorward",
        "--no-default-features",
    ]);
    cargo.args(feature.map(|name| format!("--features={name}")));
    // Lints judge the whole program: a part may have functions that await only in another part.
    cargo.env_remove("RUSTC_WORKSPACE_WRAPPER");
    run::to_end(cargo.env("CARGO_TARGET_DIR", &directory))?;
    Ok(directory.join("debug/doorward"))
}

/// Checks that no command, call or message is one of a feature.
fn names_none(bare: &Path, place: &Path) -> Result<(), Failure> {
    for words in ["cli-reference", "openapi", "mail preview"] {
        let said = done(bare, place, words)?;
        let found = WORDS.iter().flat_map(|(_, words)| *words);
        let found: Vec<&&str> = found.filter(|word| said.contains(**word)).collect();
        if !found.is_empty() {
            return Err(format!(
                "`doorward {words}` without features names {found:?}"
            ));
        }
    }
    Ok(())
}

/// Checks that the program without features works on a database with rows of all.
fn works(whole: &Path, bare: &Path, place: &Path, services: &Services) -> Result<(), Failure> {
    let write = |name: &str, text: &str| {
        std::fs::write(place.join(name), text).map_err(|error| error.to_string())
    };
    let configure = |keys: &str, database: &str| {
        let text = format!("{SETTINGS}{keys}\n[database]\nurl = \"{database}\"\n");
        write("doorward.toml", &text)
    };
    let (file, key) = (
        "sqlite://identity.sqlite",
        "secret_key_file = \"secret.key\"\n",
    );
    write("secret.key", KEY)?;
    write("new.key", NEW_KEY)?;
    configure(key, file)?;
    for command in FILL {
        done(whole, place, command)?;
    }
    let rotated = "secret_key_file = \"new.key\"\nformer_secret_keys_file = \"secret.key\"\n";
    configure(rotated, file)?;
    for command in [
        "user delete mona",
        "key rotate-secret",
        "backup copy.tar",
        "restore --yes copy.tar",
    ] {
        done(bare, place, command)?;
    }
    let mut databases = services.environment().iter();
    let database = databases.find(|(name, _)| *name == POSTGRES_URL);
    let database = database.map_or("", |(_, url)| url.as_str());
    done(bare, place, &format!("move --to {database}"))?;
    configure(rotated, database)?;
    for program in [bare, whole] {
        serve(program, place)?;
    }
    let left = done(whole, place, "review show q4 --json")?;
    if !left.contains("\"q4\"") {
        return Err(format!("the review is lost: {left}"));
    }
    Ok(())
}

/// Starts a server, and ends it when it is ready.
fn serve(program: &Path, place: &Path) -> Result<(), Failure> {
    let mut command = command(program, place, "serve");
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut server = command.spawn().map_err(|error| error.to_string())?;
    let outcome = wait_for(&mut server);
    let _ = server.kill();
    let _ = server.wait();
    outcome
}

fn wait_for(server: &mut Child) -> Result<(), Failure> {
    use std::io::{BufRead as _, BufReader};
    let Some(log) = server.stderr.take() else {
        return Err("the server has no log".to_owned());
    };
    let (sender, lines) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    let (until, mut seen) = (Instant::now() + START, String::new());
    while let Ok(line) = lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
        if line.contains("serving") {
            return Ok(());
        }
        seen.push_str(&line);
        seen.push('\n');
    }
    Err(format!("the server does not start:\n{seen}"))
}

fn command(program: &Path, place: &Path, words: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DOORWARD") && name != POSTGRES_URL {
            command.env_remove(name);
        }
    }
    command
        .args(words.split(' '))
        .current_dir(place)
        .stdin(Stdio::null());
    command
}

/// Runs a command that must succeed, and returns what it prints.
fn done(program: &Path, place: &Path, words: &str) -> Result<String, Failure> {
    let output = command(program, place, words).output();
    let Output {
        status,
        stdout,
        stderr,
    } = output.map_err(|error| error.to_string())?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    let (program, stderr) = (program.display(), String::from_utf8_lossy(&stderr));
    Err(format!("{program} {words} failed ({status}): {stderr}"))
}
