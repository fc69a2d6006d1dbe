//! The systemd unit of the deployment: that of `deploy/`, with its program, paths and user.

use std::path::Path;

const UNIT: &str = include_str!("../../../../../../deploy/doorward.service");

/// User and group of the unit.
pub const USER: &str = "doorward";
/// Directory that the unit may write.
pub const STATE: &str = "/var/lib/doorward";

/// Places of a unit that an administrator or a package installed.
const INSTALLED: [&str; 2] = [
    "/etc/systemd/system/doorward.service",
    "/usr/lib/systemd/system/doorward.service",
];

/// Returns true if this machine has a unit of the server.
pub fn is_installed() -> bool {
    INSTALLED.iter().any(|path| Path::new(path).exists())
}

/// Differences to the unit of `deploy/`.
pub struct UnitSettings<'a> {
    pub program: &'a Path,
    pub config: &'a Path,
    pub user: &'a str,
    /// True if the server listens below port 1024.
    pub has_low_ports: bool,
    /// Directory of the SQLite database.
    pub data: Option<&'a Path>,
}

impl UnitSettings<'_> {
    pub fn to_text(&self) -> String {
        let lines = UNIT.lines().filter_map(|line| self.line(line));
        lines.map(|line| line + "\n").collect()
    }

    /// Returns a line for this deployment; `None` if it has none.
    fn line(&self, line: &str) -> Option<String> {
        let (name, _) = line.split_once('=').unwrap_or((line, ""));
        Some(match name {
            "ExecStart" => {
                let (program, config) = (argument(self.program), argument(self.config));
                format!("ExecStart={program} serve --config {config}")
            }
            "User" => format!("User={}", self.user),
            // Without this line, systemd uses the main group of the user.
            "Group" if self.user != USER => return None,
            "CapabilityBoundingSet" | "AmbientCapabilities" if self.has_low_ports => {
                format!("{name}=CAP_NET_BIND_SERVICE")
            }
            "PrivateUsers" if self.has_low_ports => "PrivateUsers=no".to_owned(),
            "StateDirectoryMode" => match self.data.filter(|data| *data != Path::new(STATE)) {
                Some(data) => format!("{line}\nReadWritePaths={}", argument(data)),
                None => line.to_owned(),
            },
            _ => line.to_owned(),
        })
    }
}

/// Escapes a path for a line of a unit (systemd.syntax(7)).
fn argument(path: &Path) -> String {
    let text = path.display().to_string();
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    let text = text.replace('%', "%%").replace('$', "$$");
    if text.contains(char::is_whitespace) {
        format!("\"{text}\"")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit() -> UnitSettings<'static> {
        UnitSettings {
            program: Path::new("/usr/local/bin/doorward"),
            config: Path::new("/etc/doorward/doorward.toml"),
            user: USER,
            has_low_ports: false,
            data: Some(Path::new(STATE)),
        }
    }

    #[test]
    fn usual_deployment_has_shipped_unit() {
        assert_eq!(unit().to_text(), UNIT);
    }

    #[test]
    fn other_deployment_changes_its_lines() {
        let text = UnitSettings {
            program: Path::new("/usr/bin/doorward"),
            config: Path::new("/srv/my id/doorward.toml"),
            user: "id",
            has_low_ports: true,
            data: Some(Path::new("/srv/data")),
        }
        .to_text();
        for line in [
            "ExecStart=/usr/bin/doorward serve --config \"/srv/my id/doorward.toml\"",
            "User=id",
            "AmbientCapabilities=CAP_NET_BIND_SERVICE",
            "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
            "PrivateUsers=no",
            "ReadWritePaths=/srv/data",
        ] {
            assert_eq!(text.lines().filter(|it| *it == line).count(), 1, "{line}");
        }
        assert!(!text.contains("\nGroup="), "{text}");
    }
}
