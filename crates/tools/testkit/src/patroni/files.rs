//! The files of the large deployment as docs/operate.md prints them, with the addresses, ports and
//! directories of a test.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::proxy::certificate;

const PAGE: &str = include_str!("../../../../../docs/operate.md");
/// End of the lines that differ between the machines.
const OF_MACHINE: &str = "# this machine";
/// Addresses in `pg_hba`: the replicas, and the members.
const ADDRESSES: [&str; 6] = [
    "10.0.0.11",
    "10.0.0.12",
    "10.0.0.13",
    "10.0.0.21",
    "10.0.0.22",
    "10.0.0.23",
];
/// Settings for small disks that need not survive the machine. They replace those of the cluster.
const SMALL: &str = r#"  parameters:
    unix_socket_directories: ""
    shared_buffers: 16MB
    max_wal_size: 256MB
    fsync: "off"
    ssl: "on"
"#;

/// A file that the page prints.
#[derive(Clone, Debug)]
pub struct Printed {
    text: String,
}

impl Printed {
    /// Returns the block after the comment with the name of the file.
    ///
    /// # Panics
    /// Panics if the page prints no such file.
    pub fn file(name: &str) -> Self {
        let text = find(PAGE, name);
        let text = text.unwrap_or_else(|| panic!("docs/operate.md prints no {name}"));
        Self {
            text: text.to_owned(),
        }
    }

    /// Changes the lines that the reader changes on a machine of the database; the page prints those
    /// of the first one.
    #[must_use]
    fn of_machine(self, number: usize) -> Self {
        let (name, address) = (format!("db-{number}"), format!("10.0.0.2{number}"));
        let change = |line: &str| {
            if line.ends_with(OF_MACHINE) {
                line.replace("db-1", &name).replace("10.0.0.21", &address)
            } else {
                line.to_owned()
            }
        };
        let lines = self.text.lines().map(|line| change(line) + "\n");
        Self {
            text: lines.collect(),
        }
    }

    /// Replaces a text.
    ///
    /// # Panics
    /// Panics if the file does not contain it.
    #[must_use]
    pub fn replace(self, from: &str, to: &str) -> Self {
        assert!(self.text.contains(from), "no {from:?} in {}", self.text);
        Self {
            text: self.text.replace(from, to),
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Writes the file, which only its owner can read.
    pub fn write(&self, path: &Path) {
        write_private(path, &self.text);
    }
}

fn find<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, block) = page.split_once(&format!("<!-- file: {name} -->\n```"))?;
    // The rest of the first line is the language.
    let (_, block) = block.split_once('\n')?;
    block.split_once("```").map(|(text, _)| text)
}

/// Ports on which a member listens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ports {
    pub(super) etcd: u16,
    /// Port of etcd for its other members.
    pub(super) peer: u16,
    /// Port of Patroni's REST API.
    pub(super) rest: u16,
    pub(super) postgres: u16,
}

/// Ports at which a member reaches etcd, and at which others reach the member.
pub(super) struct Relayed {
    pub(super) etcd: Vec<u16>,
    pub(super) rest: u16,
    pub(super) postgres: u16,
}

/// Returns an address for a listener.
fn at(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

/// Returns an address with the name in the certificate.
pub(super) fn named(port: u16) -> String {
    format!("localhost:{port}")
}

/// Writes the certificates of the machines and of Doorward, which are self-signed.
pub(super) fn write_certificates(place: &Path) {
    let (machine, machine_key) = certificate("localhost");
    let (client, client_key) = certificate("doorward");
    let authorities = format!("{machine}{client}");
    for (name, text) in [
        ("ca.pem", &authorities),
        ("machine.pem", &machine),
        ("machine.key", &machine_key),
        ("db-ca.pem", &machine),
        ("db-client.pem", &client),
        ("db-client.key", &client_key),
    ] {
        write_private(&place.join(name), text);
    }
}

/// PostgreSQL accepts a key only if its owner alone can read it.
fn write_private(path: &Path, text: &str) {
    fs::write(path, text).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("permissions");
}

/// Returns the configuration of a member of etcd, numbered from 1.
pub(super) fn etcd(number: usize, place: &Path, directory: &Path, all: &[Ports]) -> Printed {
    let own = all[number - 1];
    let file = Printed::file("large/etcd.yml")
        .of_machine(number)
        .replace(&format!("10.0.0.2{number}:2379"), &at(own.etcd))
        .replace(&format!("10.0.0.2{number}:2380"), &at(own.peer))
        .replace(&format!("db-{number}.example.com:2379"), &named(own.etcd))
        .replace("/etc/etcd", &place.display().to_string())
        .replace("/var/lib/etcd", &directory.display().to_string());
    let peers = (1..).zip(all);
    peers.fold(file, |file, (number, ports)| {
        let peer = format!("db-{number}.example.com:2380");
        file.replace(&peer, &named(ports.peer))
    })
}

/// Returns the configuration of a Patroni, numbered from 1.
pub(super) fn patroni(
    number: usize,
    place: &Path,
    directory: &Path,
    own: Ports,
    relayed: &Relayed,
) -> Printed {
    let name = format!("db-{number}.example.com");
    let listen = format!("127.0.0.1,10.0.0.2{number}:5432");
    let mut file = Printed::file("large/patroni.yml")
        .of_machine(number)
        .replace(&format!("10.0.0.2{number}:8008"), &at(own.rest))
        .replace(&format!("{name}:8008"), &named(relayed.rest))
        .replace(&listen, &at(own.postgres))
        .replace(&format!("{name}:5432"), &named(relayed.postgres))
        .replace("/etc/patroni", &place.display().to_string())
        .replace("/var/lib/patroni", &directory.display().to_string())
        .replace("wal_keep_size: 1GB", "wal_keep_size: 64MB")
        .replace("  parameters:\n    ssl: \"on\"\n", SMALL)
        // Otherwise Patroni asks etcd for its addresses, and passes the relays by.
        .replace("protocol: https", "protocol: https\n  use_proxies: true");
    for (number, port) in (1..).zip(&relayed.etcd) {
        file = file.replace(&format!("db-{number}.example.com:2379"), &named(*port));
    }
    for address in ADDRESSES {
        file = file.replace(&format!("{address}/32"), "127.0.0.1/32");
    }
    file
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Ports, Printed, Relayed, etcd, find, patroni};

    #[test]
    fn no_address_of_server_is_left_in_files() {
        let all = [1, 2, 3].map(|port| Ports {
            etcd: port,
            peer: port,
            rest: port,
            postgres: port,
        });
        let relayed = Relayed {
            etcd: vec![4, 5, 6],
            rest: 7,
            postgres: 8,
        };
        let here = Path::new("/place");
        for (number, own) in (1..).zip(all) {
            let etcd = etcd(number, here, here, &all);
            let patroni = patroni(number, here, here, own, &relayed);
            for file in [etcd, patroni] {
                for left in ["10.0.0.", "example.com", "/etc/", "/var/lib"] {
                    assert!(!file.text().contains(left), "{left}: {}", file.text());
                }
            }
        }
    }

    #[test]
    fn file_of_page_is_block_after_its_name() {
        let page =
            "<!-- file: a -->\n```yaml\nb: 1\nc: 2\n```\n\n<!-- file: d -->\n```text\ne\n```\n";
        assert_eq!(find(page, "a"), Some("b: 1\nc: 2\n"));
        assert_eq!(find(page, "d"), Some("e\n"));
        assert_eq!(find(page, "e"), None);
    }

    #[test]
    fn only_marked_lines_differ_between_machines() {
        let file = Printed {
            text: "name: db-1 # this machine\nall: [db-1, db-2]\n".to_owned(),
        };
        let second = file.of_machine(2);
        assert_eq!(
            second.text(),
            "name: db-2 # this machine\nall: [db-1, db-2]\n"
        );
    }
}
