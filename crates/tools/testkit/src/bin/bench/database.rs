//! The servers of databases on this machine.

use url::Url;

/// Returns the process of a server that listens at the port of a URL: `None` if it runs elsewhere.
pub fn process_of(url: &str, program: &str) -> Option<u32> {
    let port = Url::parse(url).ok()?.port()?.to_string();
    let entries = std::fs::read_dir("/proc").ok()?;
    let processes = entries.flatten().filter_map(|entry| {
        let process: u32 = entry.file_name().to_str()?.parse().ok()?;
        let words = std::fs::read(entry.path().join("cmdline")).ok()?;
        is_server(&String::from_utf8_lossy(&words), program, &port).then_some(process)
    });
    processes.min()
}

/// Returns true for the command line of a server at this port: PostgreSQL has it as an option, and Redis
/// in its address. The processes of PostgreSQL for a connection have another port in parentheses.
fn is_server(command_line: &str, program: &str, port: &str) -> bool {
    let mut words = command_line.split(['\0', ' ', ':']);
    let first = words.next().unwrap_or_default();
    first.rsplit('/').next() == Some(program) && words.any(|word| word == port)
}

/// Returns the URL of another database of a PostgreSQL server.
pub fn url_of(server: &str, name: &str) -> String {
    let mut url = Url::parse(server).expect("a URL");
    url.set_path(name);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_servers_by_port() {
        let postgres = "/usr/lib/postgresql/17/bin/postgres\0-D\0/tmp/data\0-p\x005433\0-k\0/tmp\0";
        assert!(is_server(postgres, "postgres", "5433"));
        assert!(!is_server(postgres, "postgres", "5434"));
        assert!(!is_server(postgres, "redis-server", "5433"));
        let redis = "redis-server 127.0.0.1:6380\0\0\0";
        assert!(is_server(redis, "redis-server", "6380"));
        let connection = "postgres: doorward doorward_a 127.0.0.1(5433) idle";
        assert!(!is_server(connection, "postgres", "5433"));
    }
}
