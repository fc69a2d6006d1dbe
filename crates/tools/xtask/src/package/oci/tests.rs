use super::*;

const LDD: &str = "\tlinux-vdso.so.1 (0x00007ffd5a1f0000)
\tlibgcc_s.so.1 => /lib/x86_64-linux-gnu/libgcc_s.so.1 (0x00007f0c8a200000)
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f0c89e00000)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f0c8a300000)
";

/// A directory that is removed when dropped.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("doorward-{name}-{}", std::process::id()));
        remove(&path).unwrap();
        create(&path).unwrap();
        Self(path)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn listed(archive: &Path, options: &[&str]) -> String {
    let mut command = Command::new("tar");
    command.args(options).arg("--file").arg(archive);
    run::output(&mut command).unwrap()
}

#[test]
fn reads_libraries_with_loader() {
    let found = read_libraries(LDD).unwrap();
    let found: Vec<_> = found.iter().map(|path| path.to_str().unwrap()).collect();
    assert_eq!(
        found,
        [
            "/lib/x86_64-linux-gnu/libgcc_s.so.1",
            "/lib/x86_64-linux-gnu/libc.so.6",
            "/lib64/ld-linux-x86-64.so.2"
        ]
    );
    assert_eq!(
        read_libraries("\tstatically linked\n").unwrap(),
        Vec::<PathBuf>::new()
    );
}

#[test]
fn missing_library_is_failure() {
    let failure = read_libraries("\tlibpq.so.5 => not found\n").unwrap_err();
    assert!(failure.contains("libpq.so.5"), "{failure}");
}

#[test]
fn two_images_have_same_bytes() {
    let (first, second) = (Place::new("oci-first"), Place::new("oci-second"));
    let program = Path::new("/bin/true");
    let written = [&first, &second].map(|place| write(program, &place.0, "1700000000").unwrap());
    assert_eq!(
        std::fs::read(&written[0]).unwrap(),
        std::fs::read(&written[1]).unwrap()
    );
    // Only the archive remains.
    assert_eq!(std::fs::read_dir(&first.0).unwrap().count(), 1);
}

#[test]
fn layer_contains_program_user_and_writable_data() {
    let place = Place::new("oci-layer");
    let archive = write(Path::new("/bin/true"), &place.0, "1700000000").unwrap();
    let entries = listed(&archive, &["--list"]);
    for name in ["oci-layout", "index.json", "manifest.json"] {
        assert!(entries.lines().any(|line| line == name), "{entries}");
    }
    let unpacked = Place::new("oci-unpacked");
    run::to_end(
        Command::new("tar")
            .args(["--extract", "--file"])
            .arg(&archive)
            .arg("--directory")
            .arg(&unpacked.0),
    )
    .unwrap();
    let blobs = unpacked.0.join("blobs/sha256");
    for entry in std::fs::read_dir(&blobs).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(digest(&path).unwrap(), name);
    }
    let layer = largest(&blobs).unwrap();
    let files = listed(
        &layer,
        &["--list", "--gzip", "--verbose", "--numeric-owner"],
    );
    let line = |path: &str| {
        let found = files.lines().find(|line| line.ends_with(path));
        found.unwrap_or_else(|| panic!("no {path}: {files}"))
    };
    assert!(line(" usr/local/bin/doorward").starts_with("-rwxr-xr-x 0/0"));
    assert!(line(" var/lib/doorward/").starts_with("drwx------ 65532/65532"));
    assert!(line(" tmp/").starts_with("drwxrwxrwt 0/0"));
    assert!(line(" etc/ssl/certs/ca-certificates.crt").starts_with("-rw-r--r-- 0/0"));
    assert!(files.contains("/libc.so.6\n"), "{files}");
    // Each entry once: the data directory is not packed twice.
    assert_eq!(files.matches("var/lib/doorward/").count(), 1, "{files}");
}

#[test]
fn documents_are_json() {
    let config = configuration("amd64", "2026-11-28T00:00:00Z", "ab").unwrap();
    let manifest = manifest("cd", 1, "ef", 2);
    let index = index("01", 3, "amd64");
    for text in [&config, &manifest, &index] {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert!(value.is_object(), "{text}");
    }
    let config: serde_json::Value = serde_json::from_str(&config).unwrap();
    let labels = &config["config"]["Labels"];
    assert_eq!(labels["org.opencontainers.image.version"], VERSION);
    assert_eq!(config["config"]["User"], "65532:65532");
    // The image contains what its configuration names.
    assert_eq!(config["config"]["WorkingDir"], format!("/{DATA}"));
    assert_eq!(config["config"]["Entrypoint"][0], format!("/{PROGRAM}"));
    assert_eq!(config["rootfs"]["diff_ids"][0], "sha256:ab");
}
