//! The Go module of resource servers: a zip as the proxies of Go's modules serve it, so that `go` reads it from a
//! proxy, a directory or a clone alike.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{names, place};
use crate::failure::Failure;
use crate::{packages, run};

const SOURCES: &str = "clients/go";
/// Writes the files named by the further arguments, each below the first, with the same time in every build.
const ZIP: &str = "\
import sys, zipfile
top, out, *files = sys.argv[1:]
with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
    for name in files:
        entry = zipfile.ZipInfo(f'{top}/{name}')
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        with open(name, 'rb') as file:
            archive.writestr(entry, file.read())
";

/// Writes the module, and checks it with `go`.
pub fn create(out: &Path) -> Result<(), Failure> {
    packages::ensure_for_python()?;
    let root = run::root();
    let work = place::work("go-module");
    place::renew(&work)?;
    let mut files = sources(&root.join(SOURCES), "")?;
    for name in &files {
        place::copy(&root.join(SOURCES).join(name), &work.join(name))?;
    }
    for name in names::LICENSES {
        place::copy(&root.join(name), &work.join(name))?;
    }
    files.extend(names::LICENSES.map(str::to_owned));
    files.sort();
    let file = out.join(names::go_module_file());
    let mut zip = Command::new("python3");
    zip.args(["-c", ZIP, &names::go_module_directory()])
        .arg(&file)
        .args(&files)
        .current_dir(&work);
    run::to_end(&mut zip)?;
    check(&file)
}

/// Returns the files of the module below a directory: not its tests, which need the clone, and no other module.
fn sources(root: &Path, below: &str) -> Result<Vec<String>, Failure> {
    let mut files = Vec::new();
    for name in place::names(&root.join(below))? {
        let path = format!("{below}{name}");
        let full = root.join(&path);
        if full.is_file() {
            let is_test = name.ends_with("_test.go");
            files.extend((!is_test).then_some(path));
        } else if !full.join("go.mod").exists() {
            files.extend(sources(root, &format!("{path}/"))?);
        }
    }
    Ok(files)
}

/// Fails unless `go` accepts the module from a proxy, here a directory.
fn check(file: &Path) -> Result<(), Failure> {
    if run::find("go").is_none() {
        println!("NOT CHECKED: {} (no go)", file.display());
        return Ok(());
    }
    let work = place::work("go-proxy");
    place::renew(&work)?;
    let version = names::go_version();
    let served = work.join(names::GO_MODULE).join("@v");
    place::copy(file, &served.join(format!("{version}.zip")))?;
    let manifest = run::root().join(SOURCES).join("go.mod");
    place::copy(&manifest, &served.join(format!("{version}.mod")))?;
    let info = format!("{{\"Version\":\"{version}\"}}\n");
    place::add_text(&served.join(format!("{version}.info")), info, 0o644)?;
    let mut go = Command::new("go");
    go.args(["mod", "download", &names::go_module_directory()])
        .env("GOPROXY", format!("file://{}", work.display()))
        .env("GOMODCACHE", work.join("cache"))
        .env("GOFLAGS", "-modcacherw")
        .env("GOSUMDB", "off")
        .current_dir(&work)
        .stdin(Stdio::null());
    run::to_end(&mut go)
}
