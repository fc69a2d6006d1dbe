//! The archive for systems without a package: the files of the package below one directory, without `usr`.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::files::Package;
use super::{place, program};
use crate::failure::Failure;
use crate::run;

/// Returns the directory in the archive.
pub fn directory() -> String {
    format!(
        "doorward-{}-{}-linux",
        program::VERSION,
        std::env::consts::ARCH
    )
}

/// Writes the archive with fixed owners, order and times.
pub fn create(package: &Package, stage: &Path, out: &Path) -> Result<PathBuf, Failure> {
    let work = place::work("archive");
    place::renew(&work)?;
    let tree = work.join(directory());
    let release = stage.join("release");
    for packaged in package.files {
        let to = tree.join(packaged.place.trim_start_matches("usr/"));
        match packaged.source.split_once("/*") {
            Some((group, _)) => {
                for name in place::names(&release.join(group))? {
                    add(&release.join(group).join(&name), &to.join(&name), false)?;
                }
            }
            None => add(&release.join(packaged.source), &to, packaged.is_program)?,
        }
    }
    let needed = program::glibc(&place::read(&release.join(package.name))?);
    place::write(&tree.join("README"), readme(needed))?;
    add_mode(&tree.join("README"), 0o644)?;
    let file = format!("{}.tar", directory());
    let mut tar = Command::new("tar");
    tar.args(["--format=gnu", "--sort=name", "--owner=0", "--group=0"])
        .args(["--numeric-owner", "--mode=u+rw,go=rX"])
        .arg(format!("--mtime=@{}", program::epoch()?))
        .args(["-cf", &file, &directory()])
        .current_dir(&work);
    run::to_end(&mut tar)?;
    let mut gzip = Command::new("gzip");
    run::to_end(gzip.args(["-9", "--no-name", &file]).current_dir(&work))?;
    let name = format!("{file}.gz");
    let to = out.join(&name);
    place::copy(&work.join(name), &to)?;
    Ok(to)
}

fn add(from: &Path, to: &Path, is_program: bool) -> Result<(), Failure> {
    place::copy(from, to)?;
    add_mode(to, if is_program { 0o755 } else { 0o644 })
}

fn add_mode(file: &Path, mode: u32) -> Result<(), Failure> {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode))
        .map_err(|error| place::located(file, &error))
}

fn readme((major, minor): (u32, u32)) -> String {
    format!(
        "Doorward {}: an OpenID Connect and OAuth 2.1 provider.\n\n\
         The program needs Linux with glibc {major}.{minor} or newer (Debian 12, Ubuntu 22.10, Fedora 37), and no other library.\n\
         It is not a static program. As root:\n\n    \
         install -m 0755 bin/doorward /usr/local/bin/\n    \
         useradd --system --home-dir /var/lib/doorward --shell /usr/sbin/nologin doorward\n    \
         doorward init --unit /etc/systemd/system/doorward.service\n\n\
         Licensed under MIT or Apache-2.0: share/doc/doorward.\n",
        program::VERSION
    )
}
