//! The archive for systems without a package: the files of the package below one directory, without `usr`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::files::Package;
use super::{names, place, program};
use crate::failure::Failure;
use crate::run;

/// Writes the archive with fixed owners, order and times.
pub fn create(package: &Package, stage: &Path, out: &Path) -> Result<PathBuf, Failure> {
    let work = place::work("archive");
    place::renew(&work)?;
    let directory = names::system()?.archive_directory();
    let tree = work.join(&directory);
    let release = stage.join("release");
    for packaged in package.files {
        let to = tree.join(packaged.place.trim_start_matches("usr/"));
        match packaged.source.split_once("/*") {
            Some((group, _)) => {
                for name in place::names(&release.join(group))? {
                    place::add(&release.join(group).join(&name), &to.join(&name), 0o644)?;
                }
            }
            None => place::add(&release.join(packaged.source), &to, packaged.mode())?,
        }
    }
    let needed = program::glibc(&place::read(&release.join(package.name))?);
    place::add_text(&tree.join("README"), readme(needed), 0o644)?;
    let file = format!("{directory}.tar");
    let mut tar = Command::new("tar");
    tar.args(["--format=gnu", "--sort=name", "--owner=0", "--group=0"])
        .args(["--numeric-owner", "--mode=u+rw,go=rX"])
        .arg(format!("--mtime=@{}", program::epoch()?))
        .args(["-cf", &file, &directory])
        .current_dir(&work);
    run::to_end(&mut tar)?;
    let mut gzip = Command::new("gzip");
    run::to_end(gzip.args(["-9", "--no-name", &file]).current_dir(&work))?;
    let name = format!("{file}.gz");
    let to = out.join(&name);
    place::copy(&work.join(name), &to)?;
    Ok(to)
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
        names::VERSION
    )
}
