//! The root of Debian with programs of `cargo xtask interop` that would change this system.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::{packages, run};

/// Makes a root with these packages in a directory, if it is missing.
pub fn ensure(place: &Path, names: &[&str]) -> Result<(), Failure> {
    let requested = names.join(" ");
    // Written last, so that an interrupted installation restarts.
    let mark = place.join("installed");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == requested) {
        return Ok(());
    }
    if !packages::is_root() {
        return Err("programs in a root of Debian need root: chroot and mounts".to_owned());
    }
    println!("making a root of Debian with {requested}");
    run::to_end(
        Command::new("rm")
            .args(["-rf", "--one-file-system"])
            .arg(place),
    )?;
    let failed = |error: std::io::Error| format!("{}: {error}", place.display());
    std::fs::create_dir_all(place).map_err(failed)?;
    let functions = run::root().join("crates/tools/xtask/src/install_trial/root.sh");
    let script = r#"set -euo pipefail; place=$1 root=$1/root; . "$2"; shift 2; make_root "$@""#;
    run::to_end(
        Command::new("unshare")
            .args(["--mount", "bash", "-c", script, "bash"])
            .args([place, &functions])
            .args(names),
    )?;
    std::fs::write(mark, requested).map_err(failed)
}
