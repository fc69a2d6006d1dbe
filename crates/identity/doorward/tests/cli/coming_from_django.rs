//! Tests the migration of `docs/guides/coming-from-django.md`: a site with two hundred users of plain
//! `django.contrib.auth` follows its blocks in order, and each of them signs in with the old password.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use doorward_testkit::process::Process;
use doorward_testkit::program::free_port;
use doorward_testkit::{Page, UserAgent};
use serde_json::{Value, json};

use super::program::{KEY, Place, send};

/// The users of the site.
const USERS: usize = 200;
/// The address of the site in the guide.
const SITE: &str = "https://www.example.org";
/// The files of the site.
const FILES: [&str; 9] = [
    "manage.py",
    "settings.py",
    "hashers.py",
    "urls.py",
    "users.py",
    "accounts/__init__.py",
    "accounts/models.py",
    "blog/__init__.py",
    "blog/models.py",
];

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/coming_from_django")
}

/// Returns the directory of the interpreter with Django, which `cargo xtask test` installs.
fn interpreter() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let place = target.join("import/django/bin");
    assert!(
        place.join("python").exists(),
        "Django is not installed: run `cargo xtask test`, which installs it"
    );
    place
}

/// Returns the blocks of the migration in this language, without their indentation.
fn blocks(language: &str) -> Vec<String> {
    let page = include_str!("../../../../../docs/guides/coming-from-django.md");
    let (_, steps) = page.split_once("## The migration in ten steps").unwrap();
    let (steps, _) = steps.split_once("## Return to Django").unwrap();
    let start = format!("```{language}\n");
    let blocks = steps.split(&start).skip(1).map(|rest| {
        let lines = rest.split("```").next().unwrap().lines();
        let indented = lines.clone().filter(|line| !line.trim().is_empty());
        let depth = |line: &str| line.len() - line.trim_start().len();
        let least = indented.map(depth).min().unwrap_or_default();
        let plain = lines.map(|line| line.get(least..).unwrap_or_default());
        plain.collect::<Vec<_>>().join("\n").trim_end().to_owned() + "\n"
    });
    blocks.collect()
}

/// A site in a directory.
struct Site {
    place: Place,
    address: String,
}

impl Site {
    fn create() -> Self {
        let place = Place::new();
        for name in FILES {
            std::fs::create_dir_all(place.path(name).parent().unwrap()).unwrap();
            std::fs::copy(sources().join(name), place.path(name)).unwrap();
        }
        let address = format!("http://127.0.0.1:{}", free_port());
        let site = Self { place, address };
        site.shell("python manage.py migrate --run-syncdb -v 0");
        site.shell("python manage.py shell -v 0 < users.py");
        site
    }

    /// Returns a command of the shell, in which `python` and `doorward` are those of the test.
    fn command(&self, script: &str) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_doorward")).parent().unwrap();
        let mut path = std::ffi::OsString::from(interpreter());
        for one in [program.as_os_str(), &std::env::var_os("PATH").unwrap()] {
            path.push(":");
            path.push(one);
        }
        let mut command = Command::new("bash");
        command
            .env_clear()
            .env("PATH", path)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("DOORWARD_SECRET_KEY", KEY)
            .args(["-eu", "-o", "pipefail", "-c", script])
            .current_dir(self.place.path("."));
        command
    }

    /// Runs a script that must succeed; returns what it prints.
    fn shell(&self, script: &str) -> String {
        let done = self.command(script).output().unwrap();
        let printed = [done.stdout, done.stderr].concat();
        let printed = String::from_utf8_lossy(&printed).into_owned();
        assert!(done.status.success(), "{script}: {printed}");
        printed
    }
}

/// Waits until a port is open.
fn wait_for(address: &str) {
    let (_, port) = address.rsplit_once(':').unwrap();
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", port.parse().unwrap())).is_err() {
        assert!(start.elapsed() < Duration::from_mins(1), "{address}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Starts a server of the site, whose output is a file.
fn serve(site: &Site, name: &str, mut command: Command, address: &str) -> Process {
    let log = std::fs::File::create(site.place.path(name)).unwrap();
    command.stdout(log.try_clone().unwrap()).stderr(log);
    let process = Process::spawn(&mut command);
    wait_for(address);
    process
}

/// Signs in at the identity server as a front end does.
fn sign_in(issuer: &str, user: &Value) -> (u16, String) {
    let body = json!({
        "username": user["login"], "password": user["password"], "client_id": "front-end",
    });
    let headers = [("Content-Type", "application/json")];
    send(
        "POST",
        &format!("{issuer}/api/auth/login"),
        &headers,
        &body.to_string(),
    )
}

/// Signs in at the site, which is first-party; returns its page.
async fn visit(site: &str, user: &Value) -> Page {
    let agent = UserAgent::new();
    let page = agent.get(format!("{site}/oidc/authenticate/")).await;
    let page = agent.follow(page, "").await;
    let form = page
        .form("form:has([name=password])")
        .with("identifier", user["login"].as_str().unwrap())
        .with("password", user["password"].as_str().unwrap());
    agent.follow(agent.submit(&form).await, "").await
}

/// Returns the block of Python of the guide that has this text.
fn python(text: &str) -> String {
    let mut blocks = blocks("python").into_iter();
    blocks.find(|block| block.contains(text)).unwrap()
}

/// The user models of sites: that of Django, by e-mail with its mixins and without, and with other names.
const SHAPES: [&str; 4] = ["default", "mixins", "base", "names"];

#[test]
fn site_backend_creates_rows_of_any_user_model() {
    let place = Place::new();
    for name in [
        "shapes/people/__init__.py",
        "shapes/people/models.py",
        "shapes/check.py",
        "accounts/__init__.py",
        "accounts/models.py",
    ] {
        let target = place.path(name.trim_start_matches("shapes/"));
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(sources().join(name), target).unwrap();
    }
    place.write("accounts/backend.py", &python("class SiteBackend"));
    for shape in SHAPES {
        let mut command = Command::new(interpreter().join("python"));
        command.args(["-B", "check.py"]).env("SHAPE", shape);
        let done = command.current_dir(place.path(".")).output().unwrap();
        let printed = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{shape}: {printed}");
    }
}

#[tokio::test]
async fn two_hundred_users_of_django_sign_in_after_the_guide() {
    let site = Site::create();
    let issuer = format!("http://localhost:{}", free_port());
    let listen = issuer.replace("http://localhost", "127.0.0.1");
    // What the first step asks for, and then what keeps a test short.
    site.place.write(
        "doorward.toml",
        &format!(
            "issuer = \"{issuer}\"\nlisten = \"{listen}\"\n[database]\nurl = \"sqlite://identity.sqlite\"\n\
             [mail]\nsmtp_url = \"smtp://127.0.0.1:1\"\nfrom = \"Shop <shop@example.org>\"\n\
             [limits]\nmultiplier = 1000\n[logging]\nlevel = \"warn\"\n[metrics]\nenabled = false\n"
        ),
    );
    let shell = blocks("sh");
    assert_eq!(shell.len(), 11, "{shell:?}");
    assert!(shell[0].ends_with("doorward serve\n"), "{}", shell[0]);
    site.shell(&shell[0].replace("doorward serve\n", ""));
    let _server = serve(
        &site,
        "doorward.log",
        site.command("exec doorward serve"),
        &issuer,
    );
    let (fill, backend) = (
        python("DoorwardUser.objects.update"),
        python("class SiteBackend"),
    );
    let mut printed = Vec::new();
    for block in &shell[1..] {
        // A plain site needs no options. The last command watches until it is stopped.
        if block.starts_with("DATABASE=") {
            continue;
        }
        let block = block
            .replace("tail --follow", "tail")
            .replace(SITE, &site.address);
        printed.push(site.shell(&format!("DATABASE=default OPTIONS=\n{block}")));
        if block.contains("--ids ids.csv") && !site.place.path("accounts/backend.py").exists() {
            site.place.write("fill.py", &fill);
            site.shell("python manage.py shell -v 0 < fill.py");
            site.place.write("accounts/backend.py", &backend);
        }
    }
    let dry = &printed[2];
    assert!(dry.contains("Unverified e-mail addresses: 200."), "{dry}");
    assert!(dry.contains("--trust-email"), "{dry}");
    let text = std::fs::read_to_string(site.place.path("users.json")).unwrap();
    let users: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(users.len(), USERS);
    for user in &users {
        let (status, answer) = sign_in(&issuer, user);
        assert_eq!(status, 200, "{user}: {answer}");
    }
    let wrong = json!({ "login": users[0]["login"], "password": "Correct-Horse-0-u" });
    assert_eq!(sign_in(&issuer, &wrong).0, 401);

    // Imported groups have no power; then "Editors" has what the guide gives it.
    let roles = site.shell("doorward role list --json");
    let mut documents = serde_json::Deserializer::from_str(&roles).into_iter::<Vec<Value>>();
    let roles = documents.next().unwrap().unwrap();
    let editors = roles.iter().find(|role| role["name"] == "editors").unwrap();
    assert_eq!(editors["permissions"], json!(["blog.post:add"]));
    let client = printed
        .iter()
        .find(|text| text.contains("client_secret"))
        .unwrap();
    let value = |name: &str| {
        let line = client.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let (_, port) = site.address.rsplit_once(':').unwrap();
    let run = format!("exec python manage.py runserver --noreload {port}");
    let mut command = site.command(&run);
    command.env("ISSUER", &issuer);
    command.env("CLIENT_ID", value("client_id"));
    command.env("CLIENT_SECRET", value("client_secret"));
    let _site = serve(&site, "site.log", command, &site.address);
    for user in users.iter().step_by(67) {
        let page = visit(&site.address, user).await;
        let expected = format!("user {} {}", user["pk"], user["login"].as_str().unwrap());
        assert_eq!(page.text(), expected, "{}", page.dump());
    }
}
