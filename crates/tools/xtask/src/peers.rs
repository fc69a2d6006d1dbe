//! The servers beside Doorward in `cargo xtask bench --page`, installed below the target directory in the
//! versions of `crates/tools/testkit/peers`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::{packages, relying_parties, run};

/// Directory of the JDKs on Debian.
const JDKS: &str = "/usr/lib/jvm";

/// Installs a server and returns its path.
type Install = fn() -> Result<PathBuf, Failure>;

/// Variables of the benchmark with the paths of the servers.
const SERVERS: [(&str, Install); 3] = [
    ("DOORWARD_PEER_NODE", node),
    ("DOORWARD_PEER_KEYCLOAK", keycloak),
    ("DOORWARD_PEER_HYDRA", hydra),
];

/// Installs missing or newly pinned servers, and returns the variables with their paths. Servers that a registry
/// does not provide, or that do not build, are skipped.
pub fn ensure() -> Vec<(&'static str, String)> {
    if let Err(failure) = packages::ensure_for_peers() {
        eprintln!("warning: {failure}");
    }
    let mut found = Vec::new();
    for (variable, install) in SERVERS {
        match install() {
            Ok(path) => found.push((variable, path.display().to_string())),
            Err(failure) => eprintln!("warning: {failure}"),
        }
    }
    if let Some(jdk) = newest_jdk() {
        found.push(("JAVA_HOME", jdk.display().to_string()));
    }
    found
}

fn sources(name: &str) -> PathBuf {
    run::root().join("crates/tools/testkit/peers").join(name)
}

fn place(name: &str) -> PathBuf {
    run::target().join("peers").join(name)
}

/// Installs oidc-provider and returns the directory of its script.
fn node() -> Result<PathBuf, Failure> {
    relying_parties::ensure_for_peers()?;
    let script = "provider.mjs";
    copy(&sources("node").join(script), &place("node").join(script))?;
    Ok(place("node"))
}

/// Installs Keycloak and returns its start script.
fn keycloak() -> Result<PathBuf, Failure> {
    let (sources, place) = (sources("keycloak"), place("keycloak"));
    once(&sources.join("pom.xml"), &place, || {
        run::to_end(
            Command::new("mvn")
                .args(["--batch-mode", "--no-transfer-progress", "--quiet"])
                .arg(format!("-Dpeers.out={}", place.display()))
                .arg("process-classes")
                .current_dir(&sources)
                .stdin(Stdio::null()),
        )
    })?;
    let entries = std::fs::read_dir(&place).map_err(|error| to_failure(&place, &error))?;
    let mut scripts = entries
        .flatten()
        .map(|entry| entry.path().join("bin/kc.sh"));
    let script = scripts.find(|script| script.is_file());
    script.ok_or_else(|| format!("no Keycloak in {}", place.display()))
}

/// Builds Hydra and returns the program.
fn hydra() -> Result<PathBuf, Failure> {
    let (sources, place) = (sources("hydra"), place("hydra"));
    let program = place.join("hydra");
    once(&sources.join("go.mod"), &place, || {
        // Go adds the modules that the pinned one requires, and checks their content with its checksum
        // database.
        copy(&sources.join("go.mod"), &place.join("go.mod"))?;
        run::to_end(
            Command::new("go")
                .args(["build", "-mod=mod", "-trimpath", "-buildvcs=false", "-o"])
                .args([program.as_os_str(), "tool".as_ref()])
                .current_dir(&place)
                .stdin(Stdio::null()),
        )
    })?;
    Ok(program)
}

/// Runs an installation, unless the same pins are installed.
fn once(
    pins: &Path,
    place: &Path,
    install: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let requested = std::fs::read(pins).map_err(|error| to_failure(pins, &error))?;
    // Written last, so that an interrupted installation restarts.
    let mark = place.join("installed");
    if std::fs::read(&mark).is_ok_and(|installed| installed == requested) {
        return Ok(());
    }
    println!("installing what {} names", pins.display());
    if place.exists() {
        std::fs::remove_dir_all(place).map_err(|error| to_failure(place, &error))?;
    }
    std::fs::create_dir_all(place).map_err(|error| to_failure(place, &error))?;
    install()?;
    std::fs::write(&mark, requested).map_err(|error| to_failure(&mark, &error))
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::copy(from, to).map_err(|error| to_failure(from, &error))?;
    Ok(())
}

/// Returns the directory of the newest JDK, which Keycloak needs: the one on the `PATH` may be too old.
fn newest_jdk() -> Option<PathBuf> {
    let entries = std::fs::read_dir(JDKS).ok()?.flatten();
    let jdks = entries.filter_map(|entry| {
        let release = std::fs::read_to_string(entry.path().join("release")).ok()?;
        Some((major_version(&release)?, entry.path()))
    });
    jdks.max().map(|(_, path)| path)
}

/// Returns the major version in the file `release` of a JDK.
fn major_version(release: &str) -> Option<u32> {
    let mut lines = release.lines();
    let version = lines.find_map(|line| line.strip_prefix("JAVA_VERSION=\""))?;
    version.split(['.', '"']).next()?.parse().ok()
}

fn to_failure(path: &Path, error: &std::io::Error) -> Failure {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_version_of_jdk() {
        let release =
            "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.1\"\nJAVA_VERSION_DATE=\"2025-10-21\"\n";
        assert_eq!(major_version(release), Some(25));
        assert_eq!(major_version("JAVA_VERSION=\"26\"\n"), Some(26));
        assert_eq!(major_version("OS_ARCH=\"x86_64\"\n"), None);
    }
}
