//! The configuration file of a new deployment (`doorward init`). Its comments are the descriptions
//! of the reference.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use url::Url;

use super::settings::Config;
use super::table;
use super::value::Misfit;
use super::{Finding, SecretText};

/// Width of the comments.
const WIDTH: usize = 98;

const HEAD: &str = "\
# Configuration of Doorward, begun by `doorward init`. All keys: `doorward config reference`.
# After a change: `doorward config check`, then restart the server.
";

/// The port of HTTPS that a URL need not name.
const HTTPS_PORT: u16 = 443;

/// Source of HTTPS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Https {
    /// A certificate of an ACME authority, whose terms of service are accepted.
    Acme {
        directory: String,
        contact: Option<String>,
    },
    /// A certificate chain and its private key, both PEM.
    Files {
        certificate: PathBuf,
        private_key: PathBuf,
    },
    /// A proxy on this machine.
    Proxy,
}

/// A secret, or an address that may contain one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Text(SecretText),
    /// A file that contains it.
    File(PathBuf),
}

impl Source {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(SecretText::new(text))
    }

    fn setting(&self, key: &'static str) -> Setting {
        match self {
            Self::Text(text) => Setting::new(key, json!(text.expose())),
            Self::File(path) => Setting {
                is_file: true,
                ..Setting::path(key, path)
            },
        }
    }
}

/// The settings that a new deployment cannot do without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitialConfig {
    pub issuer: String,
    pub https: Https,
    pub secret_key: Source,
    pub database: Source,
    /// Address of the mail server.
    pub mail: Option<Source>,
}

/// A key of the file with its value.
struct Setting {
    key: &'static str,
    /// True if the value is the path of a file with the secret.
    is_file: bool,
    value: Value,
}

impl Setting {
    const fn new(key: &'static str, value: Value) -> Self {
        Self {
            key,
            is_file: false,
            value,
        }
    }

    fn path(key: &'static str, path: &Path) -> Self {
        Self::new(key, json!(path.display().to_string()))
    }
}

impl InitialConfig {
    /// Returns the port of the issuer, to which clients connect.
    fn port(&self) -> u16 {
        let issuer = Url::parse(&self.issuer).ok();
        let port = issuer.and_then(|url| url.port_or_known_default());
        port.unwrap_or(HTTPS_PORT)
    }

    /// Returns the text of the file, each key below its description.
    pub fn to_toml(&self) -> String {
        let settings = self.settings();
        let mut out = HEAD.to_owned();
        let mut section = "";
        for key in table::all() {
            let Some(setting) = settings.iter().find(|setting| setting.key == key.path) else {
                continue;
            };
            let (table, name) = key.path.rsplit_once('.').unwrap_or(("", key.path));
            out.push('\n');
            if table != section {
                let _ = writeln!(out, "[{table}]");
                section = table;
            }
            comment(&mut out, key.doc);
            let suffix = if setting.is_file { "_file" } else { "" };
            let _ = writeln!(out, "{name}{suffix} = {}", setting.value);
        }
        out
    }

    fn settings(&self) -> Vec<Setting> {
        let mut settings = vec![
            Setting::new("issuer", json!(self.issuer)),
            self.secret_key.setting("secret_key"),
            self.database.setting("database.url"),
            // An administrator creates the accounts.
            Setting::new("registration.enabled", json!(false)),
        ];
        settings.extend(self.mail.iter().map(|mail| mail.setting("mail.smtp_url")));
        match &self.https {
            Https::Acme { directory, contact } => {
                settings.push(Setting::new("tls.acme.directory", json!(directory)));
                settings.push(Setting::new("tls.acme.accept_terms", json!(true)));
                let contact = contact.iter().map(|contact| json!([contact]));
                settings.extend(contact.map(|list| Setting::new("tls.acme.contacts", list)));
            }
            Https::Files {
                certificate,
                private_key,
            } => {
                settings.push(Setting::path("tls.certificate", certificate));
                settings.push(Setting::path("tls.private_key_file", private_key));
            }
            Https::Proxy => {
                settings.push(Setting::new("listen", json!("127.0.0.1:8400")));
                let loopback = json!(["127.0.0.1/32", "::1/128"]);
                settings.push(Setting::new("trusted_proxies", loopback));
                return settings;
            }
        }
        let port = self.port();
        settings.push(Setting::new("listen", json!(format!("[::]:{port}"))));
        // Plain HTTP is answered for users who type the name alone, which leads to the default ports;
        // the authority asks there (RFC 8555 §8.3).
        let is_default = port == HTTPS_PORT;
        if is_default || matches!(self.https, Https::Acme { .. }) {
            settings.push(Setting::new("tls.http_listen", json!("[::]:80")));
        }
        settings
    }
}

/// Writes a description as lines of a comment.
fn comment(out: &mut String, doc: &str) {
    let mut line = "#".to_owned();
    for word in doc.split_whitespace() {
        if line.len() > 1 && line.len() + 1 + word.len() > WIDTH {
            let _ = writeln!(out, "{line}");
            "#".clone_into(&mut line);
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(out, "{line}");
}

/// Checks an answer of the operator for a key.
///
/// # Errors
/// Returns the problem and the expected input.
pub fn check_answer(path: &'static str, text: &str) -> Result<(), String> {
    let Some(key) = table::find(path) else {
        return Ok(());
    };
    if let Err(Misfit(found)) = key.kind.from_text(text) {
        return Err(format!(
            "{found} does not fit; write {}",
            key.kind.expected()
        ));
    }
    let mut findings: Vec<Finding> = Vec::new();
    if path == "issuer" {
        let config = Config::defaults().map_err(|error| error.to_string())?;
        config.check_origin(path, text, &mut findings);
    }
    match findings.first() {
        Some(finding) => Err(format!("{}; {}", finding.problem, finding.remediation)),
        None => Ok(()),
    }
}
