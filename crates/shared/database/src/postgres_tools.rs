//! PostgreSQL's own backup programs: `pg_dump` and `pg_restore`. Connection parameters are passed
//! in the environment, since other users can read arguments.

use std::fmt::Write as _;
use std::fs::File;
use std::io;
use std::process::{Command, Stdio};

use doorward_handover::{PostgresAddress, PostgresHost};
use url::{Url, form_urlencoded};

use crate::error::{Result, StoreError};

#[derive(Debug)]
pub struct PostgresTool {
    program: &'static str,
    arguments: Vec<String>,
    environment: Vec<(&'static str, String)>,
}

/// The reason why a program failed.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// A program that is not installed.
    #[error("{0} is not on the PATH (on Debian: apt-get install postgresql-client)")]
    Missing(&'static str),
    /// A program that exited with an error.
    #[error("{program} failed: {said}")]
    Failed {
        program: &'static str,
        /// Text that it wrote to standard error.
        said: String,
    },
    /// A program that could not be started.
    #[error("{0}: {1}")]
    Io(&'static str, #[source] io::Error),
}

impl PostgresTool {
    /// Dumps a database to standard output, consistently, while others use it.
    pub fn dump(url: &str) -> Result<Self> {
        let arguments = ["--format=custom", "--no-owner", "--no-privileges"];
        Ok(Self {
            program: "pg_dump",
            arguments: arguments.map(str::to_owned).to_vec(),
            environment: environment(url)?,
        })
    }

    /// Restores a dump from standard input into an empty database: all of it, or nothing.
    pub fn restore(url: &str) -> Result<Self> {
        let environment = environment(url)?;
        let database = environment.iter().find(|(name, _)| *name == "PGDATABASE");
        let database = database.map(|(_, value)| value.as_str()).ok_or_else(|| {
            StoreError::Address("the database address names no database".to_owned())
        })?;
        let arguments = [
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            "--exit-on-error",
        ];
        let mut arguments = arguments.map(str::to_owned).to_vec();
        arguments.push(format!("--dbname={database}"));
        Ok(Self {
            program: "pg_restore",
            arguments,
            environment,
        })
    }

    /// Returns the call as a shell command without the password.
    pub fn by_hand(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.environment {
            if *name != "PGPASSWORD" {
                // Writing into a string cannot fail.
                let _ = write!(text, "{name}={value} ");
            }
        }
        let _ = write!(text, "{} {}", self.program, self.arguments.join(" "));
        text
    }

    /// Runs the program to its end. It never prompts for a password.
    pub fn run(&self, input: Option<File>, output: Option<File>) -> Result<(), ToolError> {
        let stream = |file: Option<File>| file.map_or_else(Stdio::null, Stdio::from);
        let done = Command::new(self.program)
            .args(&self.arguments)
            .arg("--no-password")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(stream(input))
            .stdout(stream(output))
            .stderr(Stdio::piped())
            .spawn()
            .and_then(std::process::Child::wait_with_output);
        match done {
            Ok(done) if done.status.success() => Ok(()),
            Ok(done) => Err(ToolError::Failed {
                program: self.program,
                said: String::from_utf8_lossy(&done.stderr).trim().to_owned(),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(ToolError::Missing(self.program))
            }
            Err(error) => Err(ToolError::Io(self.program, error)),
        }
    }
}

/// Returns the environment for libpq; omits options that only Doorward's own driver supports.
fn environment(url: &str) -> Result<Vec<(&'static str, String)>> {
    let address = PostgresAddress::parse(url)
        .map_err(|problem| StoreError::Address(format!("the database URL is {problem}")))?;
    let hosts = address.hosts();
    let url = Url::parse(&address.urls()[0])
        .map_err(|error| StoreError::Address(format!("the database address is wrong: {error}")))?;
    let mut found: Vec<(&'static str, String)> = vec![("PGAPPNAME", "doorward".to_owned())];
    let mut set = |name: &'static str, value: String| {
        if !value.is_empty() {
            found.retain(|(other, _)| *other != name);
            found.push((name, value));
        }
    };
    let names = hosts.iter().map(|host| decoded(&host.name));
    set("PGHOST", names.collect::<Vec<_>>().join(","));
    if hosts.iter().any(|host| host.port.is_some()) {
        let port = |host: &PostgresHost| host.port.map(|port| port.to_string());
        let ports = hosts.iter().map(|host| port(host).unwrap_or_default());
        set("PGPORT", ports.collect::<Vec<_>>().join(","));
    }
    if address.requires_writable() {
        set("PGTARGETSESSIONATTRS", "read-write".to_owned());
    }
    set("PGUSER", decoded(url.username()));
    set("PGPASSWORD", decoded(url.password().unwrap_or_default()));
    set("PGDATABASE", decoded(url.path().trim_start_matches('/')));
    for (name, value) in url.query_pairs() {
        let name = match name.as_ref() {
            "host" => "PGHOST",
            "hostaddr" => "PGHOSTADDR",
            "port" => "PGPORT",
            "user" => "PGUSER",
            "password" => "PGPASSWORD",
            "dbname" => "PGDATABASE",
            "options" => "PGOPTIONS",
            "sslmode" | "ssl-mode" => "PGSSLMODE",
            "sslrootcert" | "ssl-root-cert" | "ssl-ca" => "PGSSLROOTCERT",
            "sslcert" | "ssl-cert" => "PGSSLCERT",
            "sslkey" | "ssl-key" => "PGSSLKEY",
            _ => continue,
        };
        set(name, value.into_owned());
    }
    Ok(found)
}

/// Decodes percent encoding; outside of a query a plus is literal.
fn decoded(text: &str) -> String {
    let text = format!("x={}", text.replace('+', "%2B").replace('&', "%26"));
    form_urlencoded::parse(text.as_bytes())
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_is_in_neither_arguments_nor_output() {
        let url = "postgres://door:s3%2Bcr%20et%26@db.example:5433/iden?sslmode=require&statement-cache-capacity=5";
        for tool in [PostgresTool::dump(url), PostgresTool::restore(url)] {
            let tool = tool.unwrap();
            assert!(!tool.arguments.concat().contains("s3"), "{tool:?}");
            assert!(!tool.by_hand().contains("s3"), "{}", tool.by_hand());
            let expected = [
                ("PGAPPNAME", "doorward"),
                ("PGHOST", "db.example"),
                ("PGPORT", "5433"),
                ("PGUSER", "door"),
                ("PGPASSWORD", "s3+cr et&"),
                ("PGDATABASE", "iden"),
                ("PGSSLMODE", "require"),
            ];
            let expected = expected.map(|(name, value)| (name, value.to_owned()));
            assert_eq!(tool.environment, expected);
        }
    }

    #[test]
    fn several_hosts_are_lists_for_libpq() {
        let cases = [
            (
                "postgres://door:s3%2C@db1:5432,[::1],db3:5434/iden",
                "db1,::1,db3",
                Some("5432,,5434"),
                Some("read-write"),
            ),
            (
                "postgres://%2Frun%2Fone,db2/iden?target_session_attrs=any",
                "/run/one,db2",
                None,
                None,
            ),
        ];
        for (url, hosts, ports, session) in cases {
            let found = environment(url).unwrap();
            let value = |name: &str| {
                let pair = found.iter().find(|(other, _)| *other == name);
                pair.map(|(_, value)| value.as_str())
            };
            assert_eq!(value("PGHOST"), Some(hosts), "{url}");
            assert_eq!(value("PGPORT"), ports, "{url}");
            assert_eq!(value("PGTARGETSESSIONATTRS"), session, "{url}");
            assert_eq!(value("PGDATABASE"), Some("iden"), "{url}");
        }
    }

    #[test]
    fn socket_path_may_be_host_or_parameter() {
        for url in [
            "postgres://door@%2Frun%2Fpostgresql/iden",
            "postgres:///iden?host=/run/postgresql&user=door",
        ] {
            let found = environment(url).unwrap();
            for pair in [
                ("PGHOST", "/run/postgresql"),
                ("PGUSER", "door"),
                ("PGDATABASE", "iden"),
            ] {
                let (name, value) = pair;
                assert!(found.contains(&(name, value.to_owned())), "{found:?}");
            }
        }
    }
}
