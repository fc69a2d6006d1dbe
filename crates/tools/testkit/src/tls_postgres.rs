//! A private PostgreSQL that accepts only TLS with a client certificate.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::process::Process;
use crate::proxy::certificate;
use crate::small_postgres::with_server_programs;

/// Script that creates the server in the current directory and becomes it.
const SCRIPT: &str = r#"
initdb --username=doorward --auth=trust --encoding=UTF8 --locale=C --no-sync --pgdata=data >/dev/null
exec postgres -D data -p "$1" -c listen_addresses=localhost -c unix_socket_directories= -c fsync=off \
  -c shared_buffers=16MB -c ssl=on -c ssl_cert_file="$PWD/server.pem" -c ssl_key_file="$PWD/server.key" \
  -c ssl_ca_file="$PWD/client.pem" -c hba_file="$PWD/hba.conf"
"#;

/// User of the system that runs the server if the tests run as root, which PostgreSQL refuses.
const UNPRIVILEGED: u32 = 65534;

/// The server; killed when dropped. Its certificate is for `localhost`, and its role is `doorward`.
#[derive(Debug)]
pub struct TlsPostgres {
    port: u16,
    process: Process,
    place: TempDir,
}

impl TlsPostgres {
    pub async fn start() -> Self {
        let place = TempDir::new().expect("a temporary directory");
        let (server, server_key) = certificate("localhost");
        let (client, client_key) = certificate("doorward");
        let (other, _) = certificate("localhost");
        for (name, text) in [
            ("server.pem", server),
            ("server.key", server_key),
            ("client.pem", client),
            ("client.key", client_key),
            ("other.pem", other),
            ("hba.conf", "hostssl all all all cert\n".to_owned()),
        ] {
            let file = place.path().join(name);
            fs::write(&file, text).expect("a file");
            let private = fs::Permissions::from_mode(0o600);
            fs::set_permissions(&file, private).expect("permissions");
            give_away(&file);
        }
        give_away(place.path());
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("a free port").port();
        let mut command = Command::new("sh");
        command
            .args(["-ec", SCRIPT, "sh", &port.to_string()])
            .current_dir(place.path())
            .env("PATH", with_server_programs())
            .stderr(Stdio::null());
        if is_root() {
            command.uid(UNPRIVILEGED).gid(UNPRIVILEGED);
        }
        let mut started = Self {
            port,
            process: Process::start(&mut command),
            place,
        };
        let url = started.url("localhost", "server.pem", true);
        let begun = Instant::now();
        while let Err(error) = doorward_store::db::connect(&url).await {
            let is_late = begun.elapsed() > Duration::from_mins(1);
            assert!(!is_late && !started.process.has_ended(), "{error}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        started
    }

    /// Returns a database URL with `sslmode=verify-full`. The server has the certificate `server.pem`;
    /// `other.pem` is that of another authority.
    pub fn url(&self, host: &str, authority: &str, has_client_certificate: bool) -> String {
        let (port, place) = (self.port, self.place.path().display());
        let own = format!("&sslcert={place}/client.pem&sslkey={place}/client.key");
        let own = if has_client_certificate {
            own
        } else {
            String::new()
        };
        format!(
            "postgres://doorward@{host}:{port}/postgres?sslmode=verify-full&sslrootcert={place}/{authority}{own}"
        )
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Makes the user of the server the owner.
fn give_away(path: &Path) {
    if is_root() {
        chown(path, Some(UNPRIVILEGED), Some(UNPRIVILEGED)).expect("another owner");
    }
}
