//! Runs the real `doorward` in a temporary directory, without the tester's environment.

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

/// A secret key like those of `openssl rand -base64 32`.
pub const KEY: &str = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";

/// A directory to run commands in.
pub struct Place {
    directory: TempDir,
}

/// The result of a command.
#[derive(Debug)]
pub struct Done {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    pub fn new() -> Self {
        Self {
            directory: TempDir::new().unwrap(),
        }
    }

    /// Creates a directory with a valid `doorward.toml` for `serve`, on a free port.
    pub fn configured() -> Self {
        let place = Self::new();
        place.write("secret.key", KEY);
        place.write(
            "doorward.toml",
            "issuer = \"http://localhost:8400\"\nlisten = \"127.0.0.1:0\"\n\
             secret_key_file = \"secret.key\"\n\ntasks.public_url = \"http://localhost:8401\"\n\n[database]\nurl = \"sqlite://identity.sqlite\"\n",
        );
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_doorward"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("DOORWARD") {
                command.env_remove(name);
            }
        }
        command
            .args(args)
            .current_dir(self.directory.path())
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Done {
        Done::of(self.command(args).output().unwrap())
    }

    pub fn run_with(&self, args: &[&str], environment: &[(&str, &str)]) -> Done {
        Done::of(
            self.command(args)
                .envs(environment.iter().copied())
                .output()
                .unwrap(),
        )
    }

    pub fn run_typing(&self, args: &[&str], typed: &str) -> Done {
        let mut command = self.command(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(typed.as_bytes())
            .unwrap();
        Done::of(child.wait_with_output().unwrap())
    }

    /// Runs a command that must succeed and returns its JSON.
    pub fn json(&self, args: &[&str]) -> Value {
        self.run(args).succeeded().json()
    }

    /// Starts a server process.
    pub fn start(&self, args: &[&str], environment: &[(&str, &str)]) -> Running {
        let mut command = self.command(args);
        command
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Running {
            child: command.spawn().unwrap(),
        }
    }
}

impl Done {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    #[track_caller]
    pub fn failed(self, code: i32, expected: &str) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        assert!(
            self.stderr.contains(expected),
            "no {expected:?} in {}",
            self.stderr
        );
        assert_eq!(
            self.stdout, "",
            "a failed command prints nothing to standard output"
        );
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A server in the background, killed when dropped.
pub struct Running {
    child: Child,
}

impl Running {
    /// Reads standard output up to a line with `sign`.
    pub fn stdout_until(&mut self, sign: &str) -> String {
        let stream = self.child.stdout.take().unwrap();
        let (text, stream) = read_until(stream, sign);
        self.child.stdout = Some(stream);
        text
    }

    /// Reads standard error up to a line with `sign`.
    pub fn stderr_until(&mut self, sign: &str) -> String {
        let stream = self.child.stderr.take().unwrap();
        let (text, stream) = read_until(stream, sign);
        self.child.stderr = Some(stream);
        text
    }

    /// Sends SIGTERM, as a service manager does, and returns the exit code.
    pub fn terminate(mut self) -> i32 {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        for _ in 0..200 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().unwrap_or(-1);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("still running 10 s after SIGTERM");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads up to a line with `sign`; a buffer of one byte leaves the rest for the next reader.
fn read_until<S: std::io::Read>(stream: S, sign: &str) -> (String, S) {
    let mut reader = BufReader::with_capacity(1, stream);
    let mut text = String::new();
    while !text.contains(sign) {
        let read = reader.read_line(&mut text).unwrap();
        assert!(read > 0, "ended without {sign:?}: {text}");
    }
    (text, reader.into_inner())
}

/// Sends a GET request without following redirects; returns status and body.
pub fn get(url: &str, headers: &[(&str, &str)]) -> (u16, String) {
    send("GET", url, headers, "")
}

/// Sends a request without following redirects; returns status and body.
pub fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let rest = url.strip_prefix("http://localhost:").unwrap();
    let (port, path) = rest.split_once('/').unwrap();
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port.parse().unwrap())).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let length = body.len();
    let mut request = format!(
        "{method} /{path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {length}\r\n"
    );
    for (name, value) in headers {
        let _ = write!(request, "{name}: {value}\r\n");
    }
    request.push_str("Connection: close\r\n\r\n");
    request.push_str(body);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let body = answer.split_once("\r\n\r\n").unwrap().1.to_owned();
    (status, body)
}
