//! The container image of the identity server: an OCI image layout 1.1 in one archive, written without a
//! container engine and without a base image. `docker load` and `podman load` read it as well.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::names::{self, VERSION};
use super::place::{self, located};
use crate::failure::Failure;
use crate::{packages, run};

/// Member `config` of the image configuration, for the start of a container. The tests of the program start
/// it as this file says.
const RUN: &str = include_str!("../../../../../deploy/image.json");
/// Path of the program in the image.
const PROGRAM: &str = "usr/local/bin/doorward";
/// Directory of the data, the only one beside `/tmp` that the server writes to.
const DATA: &str = "var/lib/doorward";
/// Certificates of the public authorities, for e-mail, identity providers and webhooks.
const CERTIFICATES: &str = "etc/ssl/certs/ca-certificates.crt";
/// Debian packages from which the image may contain files. Their licences require the text beside them.
const COPIED_PACKAGES: [&str; 4] = ["libc6", "libgcc-s1", "libstdc++6", "ca-certificates"];
/// Options of `tar` that make the bytes depend on the files only.
const REPRODUCIBLE: [&str; 5] = [
    "--format=ustar",
    "--sort=name",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
];
/// Small files of the image. Without `nsswitch.conf` the C library would ask DNS before `/etc/hosts`.
const FILES: [(&str, &str); 3] = [
    (
        "etc/passwd",
        "root:x:0:0:root:/root:/sbin/nologin\n\
         doorward:x:65532:65532:Doorward:/var/lib/doorward:/sbin/nologin\n",
    ),
    ("etc/group", "root:x:0:\ndoorward:x:65532:\n"),
    (
        "etc/nsswitch.conf",
        "passwd: files\ngroup: files\nhosts: files dns\n",
    ),
];

/// Writes the image of a program into a directory, and returns the path of the archive. `epoch` is the
/// time of every file, in seconds since 1970, so that two builds of one commit have the same bytes.
pub fn write(program: &Path, out: &Path, epoch: &str) -> Result<PathBuf, Failure> {
    let system = names::system()?;
    let architecture = system.debian;
    let staging = out.join("oci-staging");
    let root = staging.join("root");
    let layout = staging.join("layout");
    remove(&staging)?;
    fill(&root, program)?;
    let layer = pack_layer(&root, &staging.join("layer.tar"), epoch)?;
    let created = run::output(Command::new("date").args([
        "--utc",
        &format!("--date=@{epoch}"),
        "+%Y-%m-%dT%H:%M:%SZ",
    ]))?;
    let created = created.trim();
    let config = configuration(architecture, created, &layer.plain)?;
    let blobs = layout.join("blobs/sha256");
    create(&blobs)?;
    let layer_file = blobs.join(&layer.packed);
    std::fs::rename(staging.join("layer.tar.gz"), &layer_file)
        .map_err(|error| located(&layer_file, &error))?;
    let size = std::fs::metadata(&layer_file)
        .map_err(|error| located(&layer_file, &error))?
        .len();
    let config_digest = put(&blobs, &config)?;
    let manifest = manifest(&config_digest, config.len(), &layer.packed, size);
    let manifest_digest = put(&blobs, &manifest)?;
    let index = index(&manifest_digest, manifest.len(), architecture);
    save(&layout.join("index.json"), &index)?;
    save(
        &layout.join("oci-layout"),
        "{\"imageLayoutVersion\":\"1.0.0\"}",
    )?;
    // Docker before version 25 reads this file instead of the index.
    let tags = format!(
        "[{{\"Config\":\"blobs/sha256/{config_digest}\",\"RepoTags\":[\"doorward:{VERSION}\"],\
         \"Layers\":[\"blobs/sha256/{}\"]}}]",
        layer.packed
    );
    save(&layout.join("manifest.json"), &tags)?;
    let archive = out.join(system.image());
    run::to_end(tar(&layout, &archive, epoch).args([
        "--create",
        "blobs",
        "index.json",
        "manifest.json",
        "oci-layout",
    ]))?;
    remove(&staging)?;
    Ok(archive)
}

/// Checks an archive with `skopeo`, which verifies each digest, and runs its program with nothing but the
/// files of the image.
pub fn check(archive: &Path) -> Result<(), Failure> {
    packages::ensure_for_image()?;
    let unpacked = place::work("oci");
    remove(&unpacked)?;
    let (copy, root) = (unpacked.join("copy"), unpacked.join("root"));
    create(&root)?;
    let source = format!("oci-archive:{}", archive.display());
    let config = run::output(Command::new("skopeo").args(["inspect", "--config", &source]))?;
    for expected in [VERSION, "65532:65532", "8400/tcp", "/var/lib/doorward"] {
        if !config.contains(expected) {
            return Err(format!("the configuration lacks {expected}: {config}"));
        }
    }
    run::to_end(
        Command::new("skopeo")
            .args(["--insecure-policy", "copy", "--quiet", &source])
            .arg(format!("dir:{}", copy.display())),
    )?;
    // The copy contains the blobs by digest. The layer is the largest one.
    let layer = largest(&copy)?;
    run::to_end(
        Command::new("tar")
            .args(["--extract", "--gzip", "--file"])
            .arg(&layer)
            .arg("--directory")
            .arg(&root),
    )?;
    let printed = run::output(&mut inside(&root))?;
    if !printed.contains(VERSION) {
        return Err(format!("the program of the image printed {printed:?}"));
    }
    remove(&unpacked)
}

/// Returns the command that prints the version of the program in an unpacked image.
fn inside(root: &Path) -> Command {
    let mut command = if packages::is_root() {
        let mut command = Command::new("chroot");
        command.arg("--userspec=65532:65532");
        command
    } else {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "chroot"]);
        command
    };
    command
        .arg(root)
        .args(["/usr/local/bin/doorward", "--version"]);
    command
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command
}

/// Digests of a layer, in hexadecimal: before and after its compression.
struct Layer {
    plain: String,
    packed: String,
}

/// Packs the files of the image into `archive`, and compresses it into `archive.gz`.
fn pack_layer(root: &Path, archive: &Path, epoch: &str) -> Result<Layer, Failure> {
    let mut files: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(root).map_err(|error| located(root, &error))? {
        let name = entry.map_err(|error| located(root, &error))?.file_name();
        files.push(name.to_string_lossy().into_owned());
    }
    files.sort();
    let excluded = format!("--exclude={DATA}");
    run::to_end(
        tar(root, archive, epoch)
            .args(["--create", &excluded])
            .args(&files),
    )?;
    // The last owner on a command line counts.
    let owner = ["--append", "--owner=65532", "--group=65532", DATA];
    run::to_end(tar(root, archive, epoch).args(owner))?;
    let plain = digest(archive)?;
    // Without a name and a time in the header.
    run::to_end(
        Command::new("gzip")
            .args(["--no-name", "-9", "--force"])
            .arg(archive),
    )?;
    let packed = digest(&archive.with_extension("tar.gz"))?;
    Ok(Layer { plain, packed })
}

fn tar(directory: &Path, archive: &Path, epoch: &str) -> Command {
    let mut command = Command::new("tar");
    command
        .args(REPRODUCIBLE)
        .arg(format!("--mtime=@{epoch}"))
        .arg("--file")
        .arg(archive)
        .arg("--directory")
        .arg(directory);
    command
}

/// Creates the tree of the image: the program, the libraries that it loads, certificates, a user, and
/// two directories to write to.
fn fill(root: &Path, program: &Path) -> Result<(), Failure> {
    copy(program, &root.join(PROGRAM), 0o755)?;
    for library in libraries(program)? {
        let inside = library.strip_prefix("/").unwrap_or(&library);
        copy(&library, &root.join(inside), 0o755)?;
    }
    let certificates = Path::new("/").join(CERTIFICATES);
    copy(&certificates, &root.join(CERTIFICATES), 0o644)?;
    for package in COPIED_PACKAGES {
        let text = format!("usr/share/doc/{package}/copyright");
        let source = Path::new("/").join(&text);
        if source.exists() {
            copy(&source, &root.join(&text), 0o644)?;
        }
    }
    for (path, text) in FILES {
        let path = root.join(path);
        create(path.parent().unwrap_or(root))?;
        save(&path, text)?;
    }
    for (path, mode) in [("tmp", 0o1777), (DATA, 0o700)] {
        let path = root.join(path);
        create(&path)?;
        set_mode(&path, mode)?;
    }
    Ok(())
}

/// Returns the shared libraries of a program with its loader, as the loader finds them.
fn libraries(program: &Path) -> Result<Vec<PathBuf>, Failure> {
    let output = Command::new("ldd")
        .arg(program)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("ldd does not start: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        read_libraries(&text)
    } else if complaint.contains("not a dynamic executable") {
        Ok(Vec::new())
    } else {
        Err(format!("ldd {}: {complaint}", program.display()))
    }
}

/// Reads the lines of `ldd`: `NAME => PATH (ADDRESS)`, or `PATH (ADDRESS)` for the loader. The kernel
/// provides libraries without a path.
fn read_libraries(text: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for line in text.lines() {
        let path = line.split_once(" => ").map_or(line, |(_, path)| path);
        if path.contains("not found") {
            return Err(format!("a library is missing: {}", line.trim()));
        }
        if let Some(path) = path.split_whitespace().next()
            && path.starts_with('/')
        {
            found.push(PathBuf::from(path));
        }
    }
    Ok(found)
}

/// Returns the configuration of the image: [`RUN`] with labels, and the layer.
fn configuration(architecture: &str, created: &str, layer: &str) -> Result<String, Failure> {
    let members = RUN.trim_end().strip_suffix('}');
    let members = members.ok_or("deploy/image.json is no object")?.trim_end();
    Ok(format!(
        "{{\"created\":\"{created}\",\"architecture\":\"{architecture}\",\"os\":\"linux\",\
         \"config\":{members},\n  \"Labels\": {{{}}}\n}},\
         \"rootfs\":{{\"type\":\"layers\",\"diff_ids\":[\"sha256:{layer}\"]}},\
         \"history\":[{{\"created\":\"{created}\",\"created_by\":\"cargo xtask package\"}}]}}",
        labels(created)
    ))
}

/// Returns the labels that tools for images show.
fn labels(created: &str) -> String {
    let pairs = [
        ("created", created),
        ("description", names::SUMMARY),
        ("licenses", names::LICENSE),
        ("title", "doorward"),
        ("version", VERSION),
    ];
    let pairs =
        pairs.map(|(name, value)| format!("\"org.opencontainers.image.{name}\":\"{value}\""));
    pairs.join(",")
}

fn manifest(config: &str, config_size: usize, layer: &str, layer_size: u64) -> String {
    format!(
        "{{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\
         \"config\":{{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\
         \"digest\":\"sha256:{config}\",\"size\":{config_size}}},\
         \"layers\":[{{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\
         \"digest\":\"sha256:{layer}\",\"size\":{layer_size}}}]}}"
    )
}

/// Returns the entry point of the layout. containerd takes the name of the image from the first
/// annotation.
fn index(manifest: &str, size: usize, architecture: &str) -> String {
    format!(
        "{{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\
         \"manifests\":[{{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\
         \"digest\":\"sha256:{manifest}\",\"size\":{size},\
         \"platform\":{{\"architecture\":\"{architecture}\",\"os\":\"linux\"}},\
         \"annotations\":{{\"io.containerd.image.name\":\"docker.io/library/doorward:{VERSION}\",\
         \"org.opencontainers.image.ref.name\":\"{VERSION}\"}}}}]}}"
    )
}

/// Writes a blob named by its digest, and returns the digest in hexadecimal.
fn put(blobs: &Path, text: &str) -> Result<String, Failure> {
    let unnamed = blobs.join("unnamed");
    save(&unnamed, text)?;
    let digest = digest(&unnamed)?;
    let path = blobs.join(&digest);
    std::fs::rename(&unnamed, &path).map_err(|error| located(&path, &error))?;
    Ok(digest)
}

/// Returns the SHA-256 digest of a file in hexadecimal.
fn digest(path: &Path) -> Result<String, Failure> {
    let file = File::open(path).map_err(|error| located(path, &error))?;
    let output = Command::new("sha256sum")
        .stdin(file)
        .output()
        .map_err(|error| format!("sha256sum does not start: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.split_whitespace().next() {
        Some(digest) if output.status.success() => Ok(digest.to_owned()),
        _ => Err(format!("sha256sum failed for {}", path.display())),
    }
}

fn largest(directory: &Path) -> Result<PathBuf, Failure> {
    let entries = std::fs::read_dir(directory).map_err(|error| located(directory, &error))?;
    let sized = entries.flatten().filter_map(|entry| {
        let size = entry.metadata().ok()?.len();
        Some((size, entry.path()))
    });
    sized
        .max()
        .map(|(_, path)| path)
        .ok_or_else(|| format!("{} is empty", directory.display()))
}

/// Copies a file, also through a symbolic link, with this mode whatever the umask is.
fn copy(from: &Path, to: &Path, mode: u32) -> Result<(), Failure> {
    create(to.parent().unwrap_or(to))?;
    std::fs::copy(from, to).map_err(|error| located(from, &error))?;
    set_mode(to, mode)
}

fn save(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| located(path, &error))?;
    set_mode(path, 0o644)
}

/// Creates a directory with its parents, each with mode 755 whatever the umask is.
fn create(path: &Path) -> Result<(), Failure> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        create(parent)?;
    }
    std::fs::create_dir(path).map_err(|error| located(path, &error))?;
    set_mode(path, 0o755)
}

fn set_mode(path: &Path, mode: u32) -> Result<(), Failure> {
    let mode = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(path, mode).map_err(|error| located(path, &error))
}

/// Removes a directory with everything in it, if it exists.
fn remove(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        std::fs::remove_dir_all(path).map_err(|error| located(path, &error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
