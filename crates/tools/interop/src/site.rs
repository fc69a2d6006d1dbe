//! Checks of applications behind nginx, which asks Doorward about each request: with the configuration that
//! `doorward site proxy-config` prints, and with the settings that the guide shows.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use doorward_user_agent::answers::free_port;
use doorward_user_agent::process::Process;
use doorward_user_agent::{Page, UserAgent};

use crate::conformance::certificates;
use crate::doorward::{Doorward, OTHER_USER, ROLE, USER, output};
use crate::failure::Failure;
use crate::programs::{Program, SiteApplication};
use crate::sign_in::{Visit, asks_for_password, failed};
use crate::version::sources;

/// Program of Debian.
const NGINX: &str = "/usr/sbin/nginx";
/// Addresses of the guide, which are replaced by those of this run.
const ISSUER: &str = "https://id.example.com";
const SITE: &str = "https://app.example.com";
/// User who is not signed in. Clients send this name in each spelling of the headers.
const FORGED: &str = "mallory";
const FORGED_FIELDS: [&str; 8] = [
    "remote-user",
    "remote_user",
    "x-remote-user",
    "x_remote-user",
    "remote-groups",
    "remote_groups",
    "remote-token",
    "remote_token",
];
/// Server of PostgreSQL that `cargo xtask interop` starts.
const POSTGRES: &str = "DOORWARD_TEST_POSTGRES_URL";
/// Maximum time until an application that already listens serves its pages.
const LONGEST_START: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(250);

/// An application behind a proxy.
pub struct Site {
    /// URL of the proxy.
    pub base: String,
    pub proxy: Process,
}

impl Site {
    /// Creates the site of a program that listens at this port, starts nginx in front of it, and writes the
    /// settings of the program.
    ///
    /// # Errors
    ///
    /// Returns an error if a command fails, or a file cannot be written.
    pub fn start(
        doorward: &Doorward,
        program: &Program,
        upstream: u16,
        directory: &Path,
    ) -> Result<Self, Failure> {
        if !Path::new(NGINX).is_file() {
            return Err("there is no nginx (Debian)".to_owned());
        }
        let (name, port) = (program.name, free_port());
        let host = format!("localhost:{port}");
        let rule = format!("/* role={ROLE}");
        let mut create = vec!["site", "create", name, "--host", &host, "--rule", &rule];
        create.extend(program.options);
        doorward.command(&create, "")?;
        let upstream = format!("http://127.0.0.1:{upstream}");
        let mut print = vec!["site", "proxy-config", name, "--proxy", "nginx"];
        print.extend(["--upstream", &upstream]);
        let printed = doorward.command(&print, "")?;
        let place = directory.join("nginx");
        let shown = place.display();
        let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let places = kinds.map(|kind| format!("{kind}_temp_path {shown}/{kind};\n"));
        let printed = printed
            .replace(
                &format!("listen {port} ssl"),
                &format!("listen 127.0.0.1:{port} ssl"),
            )
            .replace("/etc/nginx/tls", &shown.to_string());
        let whole = format!(
            "pid {shown}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{}{printed}}}\n",
            places.concat()
        );
        let to_failure = |error: std::io::Error| format!("{shown}: {error}");
        std::fs::create_dir_all(&place).map_err(to_failure)?;
        certificates::write_servers(&place, "localhost")?;
        for kind in ["pem", "key"] {
            let from = place.join(format!("localhost.{kind}"));
            std::fs::rename(from, place.join(format!("{name}.{kind}"))).map_err(to_failure)?;
        }
        let file = place.join("nginx.conf");
        std::fs::write(&file, whole).map_err(to_failure)?;
        let mut nginx = Command::new(NGINX);
        // A single process: workers would outlive a killed master.
        nginx.args(["-g", "daemon off; master_process off;", "-e"]);
        nginx.arg(place.join("error.log")).arg("-c").arg(file);
        let base = format!("https://{host}");
        write_settings(
            program,
            directory,
            [(ISSUER, &doorward.issuer), (SITE, &base)],
        )?;
        Ok(Self {
            base,
            proxy: Process::spawn(&mut nginx),
        })
    }
}

/// Writes the settings of the guide, with the addresses of this run.
fn write_settings(
    program: &Program,
    directory: &Path,
    addresses: [(&str, &String); 2],
) -> Result<(), Failure> {
    let from = sources(program).join("site");
    let to_failure = |error: std::io::Error| format!("{}: {error}", from.display());
    for entry in std::fs::read_dir(&from).map_err(to_failure)? {
        let entry = entry.map_err(to_failure)?;
        let mut text = std::fs::read_to_string(entry.path()).map_err(to_failure)?;
        for (guide, own) in addresses {
            text = text.replace(guide, own);
        }
        std::fs::write(directory.join(entry.file_name()), text).map_err(to_failure)?;
    }
    Ok(())
}

/// Creates an empty database, and returns its URL.
///
/// # Errors
///
/// Returns an error if `psql` fails.
pub fn create_database() -> Result<String, Failure> {
    let server = std::env::var(POSTGRES).map_err(|error| format!("{POSTGRES}: {error}"))?;
    let mut url = url::Url::parse(&server).map_err(|error| error.to_string())?;
    let name = format!("interop_{}", std::process::id());
    let statement = format!("CREATE DATABASE {name}");
    let mut psql = Command::new("psql");
    output(psql.args([server.as_str(), "-c", &statement]), "")?;
    url.set_path(&name);
    url.set_query(Some("sslmode=disable"));
    Ok(url.into())
}

/// Signs a user in, and checks that the application shows this user to this browser alone: not the user of a
/// forged header, not to a user without the role, and not after the sign-out.
///
/// # Errors
///
/// Returns the failed step, with the page it ended at.
pub async fn check(
    doorward: &Doorward,
    base: &str,
    address: &str,
    application: &SiteApplication,
) -> Result<(), Failure> {
    let browser = UserAgent::accepting_any_certificate();
    let visit = Visit::with_agent(doorward, base, browser);
    shows_user(&visit, application, "sign-in").await?;

    let fields = FORGED_FIELDS.map(|name| (name, FORGED));
    let forging = Visit::with_agent(doorward, base, UserAgent::sending(&fields));
    let page = request(&forging, application, base).await;
    if page.status != 401 {
        return Err(failed("forged headers without a session", &page));
    }
    let page = shows_user(&forging, application, "sign-in with forged headers").await?;
    if page.text().contains(FORGED) {
        return Err(failed("the user of a forged header is shown", &page));
    }
    if let Some(header) = application.token {
        let forged = UserAgent::sending(&[(header, "x.y.z")]);
        let forged = Visit::with_agent(doorward, base, forged);
        // Past the proxy, where only the signature protects.
        let page = request(&forged, application, address).await;
        if page.status != 401 {
            return Err(failed("a token without a valid signature", &page));
        }
    }

    let browser = UserAgent::accepting_any_certificate();
    let mut other = Visit::with_agent(doorward, base, browser);
    other.user = &OTHER_USER;
    let page = other.submit_forms(application.home).await?;
    if page.status != 403 || !page.has(".id code") {
        return Err(failed("user without the role", &page));
    }

    visit.submit_forms("/.doorward/sign-out").await?;
    let page = visit.get(application.home).await;
    if !asks_for_password(&page) {
        return Err(failed("the session at the site lives on", &page));
    }
    let page = request(&visit, application, base).await;
    match page.status {
        401 => Ok(()),
        _ => Err(failed("request after the sign-out", &page)),
    }
}

/// Signs in at the home page, and returns the response that shows the user.
async fn shows_user(
    visit: &Visit<'_>,
    application: &SiteApplication,
    step: &str,
) -> Result<Page, Failure> {
    let start = Instant::now();
    loop {
        let page = visit.submit_forms(application.home).await?;
        if page.status < 400 {
            break;
        }
        if start.elapsed() > LONGEST_START {
            return Err(failed(step, &page));
        }
        tokio::time::sleep(PAUSE).await;
    }
    let page = request(visit, application, &visit.url("")).await;
    let text = application.text.replace("{user}", USER.username);
    if page.status >= 300 || !page.text().contains(&text) {
        return Err(failed(&format!("{step}: response without {text:?}"), &page));
    }
    Ok(page)
}

/// Sends the request whose response shows the user, as a program does: without a sign-in by pages.
async fn request(visit: &Visit<'_>, application: &SiteApplication, base: &str) -> Page {
    let (method, path) = application.user;
    let url = format!("{base}{path}");
    visit.agent.send(visit.agent.request(method, &url)).await
}
