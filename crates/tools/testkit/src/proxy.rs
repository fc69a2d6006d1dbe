//! Real reverse proxies with TLS, configured by the recipes of the repository.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::ssl::{ErrorCode, HandshakeError, SslConnector, SslMethod, SslVerifyMode};
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509, X509NameBuilder};
use tempfile::TempDir;

use crate::process::Process;
use crate::program::free_port;

/// A running proxy; killed when dropped.
#[derive(Debug)]
pub struct Proxy {
    /// TLS port on 127.0.0.1.
    pub port: u16,
    pub process: Process,
    command: Command,
    directory: TempDir,
}

/// A recipe, and a test's replacements for paths that exist only on a server.
#[derive(Debug)]
pub struct Recipe {
    text: String,
    port: u16,
    directory: TempDir,
}

impl Recipe {
    /// Loads a recipe. Its directory contains a certificate for `name`: `tls.pem` and `tls.key`.
    pub fn new(text: &str, name: &str) -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let (certificate, key) = certificate(name);
        let recipe = Self {
            text: text.to_owned(),
            port: free_port(),
            directory,
        };
        recipe.file("tls.pem", &certificate);
        recipe.file("tls.key", &key);
        recipe
    }

    /// Returns the TLS port that the proxy will have.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Writes a file into the recipe's directory.
    pub fn file(&self, name: &str, content: &str) {
        std::fs::write(self.directory.path().join(name), content).expect("a file");
    }

    /// Replaces a text that must exist. `DIR` is replaced by the directory of the recipe, `PORT` by
    /// its port.
    #[must_use]
    pub fn replace(mut self, from: &str, to: &str) -> Self {
        assert!(self.text.contains(from), "no {from:?} in the recipe");
        let to = to.replace("PORT", &self.port.to_string());
        let to = to.replace("DIR", &self.directory.path().display().to_string());
        self.text = self.text.replace(from, &to);
        self
    }

    pub fn nginx(self) -> Proxy {
        self.nginx_of(&find_program("nginx"))
    }

    /// Starts the nginx of this file.
    pub fn nginx_of(self, program: &Path) -> Proxy {
        // Temporary files in directories of the current user.
        let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let place = |kind| format!("    {kind}_temp_path DIR/{kind};\n");
        let places = kinds.map(place).concat();
        let recipe = self.replace("http {\n", &format!("http {{\n{places}"));
        let mut command = Command::new(program);
        // A single process: workers would outlive a killed master.
        let alone = "daemon off; master_process off;";
        command.args(["-g", alone, "-e", "error.log", "-c"]);
        command
            .arg(recipe.directory.path().join("recipe"))
            .arg("-p");
        command.arg(recipe.directory.path());
        recipe.start(command)
    }

    pub fn caddy(self) -> Proxy {
        self.caddy_of(&find_program("caddy"))
    }

    /// Starts the Caddy of this file.
    pub fn caddy_of(mut self, program: &Path) -> Proxy {
        // No public certificates, no port 80, no remote administration.
        let global = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n";
        self.text.insert_str(0, global);
        let mut command = Command::new(program);
        command.args(["run", "--adapter", "caddyfile", "--config", "recipe"]);
        for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
            command.env(name, self.directory.path());
        }
        self.start(command)
    }

    /// Starts the Traefik of this file with the recipe as its dynamic configuration.
    pub fn traefik(self, program: &Path) -> Proxy {
        self.file("dynamic.yaml", &self.text);
        let port = self.port;
        let fixed = format!(
            "entryPoints: {{websecure: {{address: '127.0.0.1:{port}'}}}}\n\
             providers: {{file: {{filename: dynamic.yaml}}}}\nlog: {{level: ERROR}}\n"
        );
        self.file("traefik.yaml", &fixed);
        let mut command = Command::new(program);
        command.arg("--configFile=traefik.yaml");
        self.start(command)
    }

    pub fn haproxy(self) -> Proxy {
        let read = |name: &str| std::fs::read_to_string(self.directory.path().join(name));
        let both = read("tls.pem").expect("a certificate") + &read("tls.key").expect("a key");
        self.file("both.pem", &both);
        let mut command = Command::new(find_program("haproxy"));
        command.args(["-db", "-f", "recipe"]);
        self.start(command)
    }

    fn start(self, mut command: Command) -> Proxy {
        self.file("recipe", &self.text);
        let log = self.directory.path().join("log");
        let log = std::fs::File::create(log).expect("a file");
        command.current_dir(self.directory.path());
        command.stdout(log.try_clone().expect("a file")).stderr(log);
        let proxy = Proxy {
            port: self.port,
            process: Process::spawn(&mut command),
            command,
            directory: self.directory,
        };
        proxy.wait();
        proxy
    }
}

impl Proxy {
    /// Starts the proxy again after it was killed.
    pub fn start_again(&mut self) {
        self.process = Process::spawn(&mut self.command);
        self.wait();
    }

    fn wait(&self) {
        let started = Instant::now();
        while !speaks_tls(self.port) {
            let waited = started.elapsed();
            assert!(waited < Duration::from_secs(20), "{}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Sends a request as these bytes, which no library would send. Returns the status and the rest of the
    /// response; status 0 if there is none.
    pub fn send_raw(&self, name: &str, request: &str) -> (u16, String) {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        let limit = Some(Duration::from_secs(10));
        stream.set_read_timeout(limit).expect("a limit");
        let mut stream = connector().connect(name, stream).expect("a TLS connection");
        // A server may reject a long request before it has received the whole.
        let _ = stream.write_all(request.as_bytes());
        let mut answer = Vec::new();
        // A server may close the connection without the end of TLS.
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
        (status.unwrap_or_default(), answer)
    }

    /// Returns the log so far.
    pub fn log(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.directory.path().join(name));
        format!(
            "{}{}",
            read("log").unwrap_or_default(),
            read("error.log").unwrap_or_default()
        )
    }
}

fn connector() -> SslConnector {
    let mut connector = SslConnector::builder(SslMethod::tls()).expect("a connector");
    connector.set_verify(SslVerifyMode::NONE);
    connector.build()
}

/// Returns true if a proxy answers a handshake, if only by an alert. Traefik listens before it reads its
/// configuration, and closes connections until then.
fn speaks_tls(port: u16) -> bool {
    let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let limit = Some(Duration::from_secs(2));
    stream.set_read_timeout(limit).expect("a limit");
    match connector().connect("localhost", stream) {
        Ok(_) => true,
        Err(HandshakeError::Failure(failure)) => failure.error().code() == ErrorCode::SSL,
        Err(_) => false,
    }
}

/// Returns the path of a server program, which Debian keeps off the `PATH` of ordinary users.
fn find_program(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin")])
        .map(|directory| directory.join(program))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{program} is not installed: run `cargo xtask test`"))
}

/// Returns Debian's path of an nginx module.
pub fn nginx_module(name: &str) -> PathBuf {
    let file = Path::new("/usr/lib/nginx/modules").join(name);
    assert!(
        file.exists(),
        "no {}: run `cargo xtask test`",
        file.display()
    );
    file
}

/// Returns a self-signed certificate and its key as PEM.
pub fn certificate(name: &str) -> (String, String) {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("the curve");
    let key = EcKey::generate(&group)
        .and_then(PKey::from_ec_key)
        .expect("a key");
    let created = || -> Result<X509, openssl::error::ErrorStack> {
        let mut subject = X509NameBuilder::new()?;
        subject.append_entry_by_nid(Nid::COMMONNAME, name)?;
        let subject = subject.build();
        let mut builder = X509::builder()?;
        builder.set_version(2)?;
        builder.set_subject_name(&subject)?;
        builder.set_issuer_name(&subject)?;
        builder.set_pubkey(&key)?;
        builder.set_not_before(Asn1Time::from_unix(0)?.as_ref())?;
        builder.set_not_after(Asn1Time::from_unix(4_000_000_000)?.as_ref())?;
        let names = SubjectAlternativeName::new()
            .dns(name)
            .build(&builder.x509v3_context(None, None))?;
        builder.append_extension(names)?;
        builder.sign(&key, MessageDigest::sha256())?;
        Ok(builder.build())
    };
    let pem = created()
        .and_then(|created| created.to_pem())
        .expect("a certificate");
    let key = key.private_key_to_pem_pkcs8().expect("PEM");
    let text = |bytes| String::from_utf8(bytes).expect("PEM is ASCII");
    (text(pem), text(key))
}
