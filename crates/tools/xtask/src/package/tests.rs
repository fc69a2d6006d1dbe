use std::collections::BTreeMap;

use super::files::{PACKAGES, Package, ZSH};
use super::*;

mod kinds;

/// Sources, places and modes, as in a manifest.
type Assets = Vec<[String; 3]>;

fn expected(package: &Package) -> Assets {
    let files = package.files.iter();
    files
        .map(|file| {
            let mode = if file.is_program { "755" } else { "644" };
            let source = format!("target/release/{}", file.source);
            [source, file.place.to_owned(), mode.to_owned()]
        })
        .collect()
}

fn manifest(package: &Package) -> toml::Value {
    let path = run::root().join(package.directory).join("Cargo.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn manifests_name_files_of_packages() {
    for package in &PACKAGES {
        let manifest = manifest(package);
        let metadata = &manifest["package"]["metadata"];
        let text = |value: &toml::Value| value.as_str().unwrap().to_owned();
        let deb: Assets = metadata["deb"]["assets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|asset| [0_usize, 1, 2].map(|field| text(&asset[field])))
            .collect();
        assert_eq!(deb, expected(package), "{}", package.name);
        let rpm: Assets = metadata["generate-rpm"]["assets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|asset| {
                let [source, place, mode] = ["source", "dest", "mode"].map(|key| text(&asset[key]));
                let place = place.trim_start_matches('/').replace(ZSH[1], ZSH[0]);
                [source, place, mode]
            })
            .collect();
        assert_eq!(rpm, expected(package), "{}", package.name);
    }
}

#[test]
fn packages_with_other_files_are_rejected() {
    let package = &PACKAGES[0];
    let mut paths: Vec<String> = package
        .files
        .iter()
        .map(|file| match file.place.strip_suffix('/') {
            Some(directory) => format!("{directory}/doorward.1.gz"),
            None => file.place.to_owned(),
        })
        .collect();
    let generated = ["copyright".to_owned()];
    assert_eq!(check::differences(package, &paths, &[]), [""; 0]);
    let missing = check::differences(package, &paths, &generated);
    assert_eq!(missing, ["missing: copyright"]);
    paths.retain(|path| !path.contains("/man/"));
    paths.push("etc/doorward/secret.key".to_owned());
    let both = check::differences(package, &paths, &[]);
    let wrong = [
        "missing: usr/share/man/man1/",
        "unexpected: etc/doorward/secret.key",
    ];
    assert_eq!(both, wrong);
}

#[test]
fn unit_of_package_binds_low_ports() {
    let unit = std::fs::read_to_string(run::root().join("deploy/doorward.service")).unwrap();
    let changes = &stage::IDENTITY_SERVER;
    let unit = stage::packaged_unit(&unit, changes).unwrap();
    for line in [
        "ExecStart=/usr/bin/doorward serve --config /etc/doorward/doorward.toml",
        "AmbientCapabilities=CAP_NET_BIND_SERVICE",
        "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
        "PrivateUsers=no",
    ] {
        assert!(unit.lines().any(|it| it == line), "{line}");
    }
    assert!(stage::packaged_unit("[Service]\n", changes).is_err());
}

#[test]
fn required_glibc_is_highest_version() {
    let program = b"\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.9\0GLIBC_PRIVATE\0";
    assert_eq!(program::glibc(program), (2, 34));
    assert_eq!(program::glibc(b"GLIBC_2.17\0GLIBC_ABI_DT_RELR"), (2, 36));
    assert_eq!(program::glibc(b""), (0, 0));
}

#[test]
fn arguments_select_parts() {
    let read = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        parse(&words)
    };
    let all = read(&[]).unwrap();
    assert_eq!(all.parts, PARTS);
    assert_eq!(all.profile, "dist");
    let some = read(&["--profile", "release", "--out", "/out", "deb", "--twice"]).unwrap();
    assert_eq!(some.parts, ["deb"]);
    assert_eq!(some.out, Path::new("/out"));
    assert!(some.is_twice && some.profile == "release");
    let built = read(&["--from", "/built", "npm"]).unwrap();
    assert_eq!(built.from.as_deref(), Some(Path::new("/built")));
    for wrong in [&["--profile"][..], &["snap"], &["--out"], &["--from"]] {
        assert_eq!(read(wrong), Err(USAGE.to_owned()));
    }
    assert!(read(&["--from", "/built", "--twice"]).is_err());
}

#[test]
fn different_builds_are_named() {
    let build = |files: &[(&str, &str)]| -> BTreeMap<String, Vec<u8>> {
        let entry = |(name, text): &(&str, &str)| ((*name).to_owned(), text.as_bytes().to_vec());
        files.iter().map(entry).collect()
    };
    let first = build(&[("a", "1"), ("b", "1")]);
    let second = build(&[("a", "1"), ("b", "2"), ("c", "1")]);
    assert_eq!(twice::differences(&first, &first), [""; 0]);
    assert_eq!(twice::differences(&first, &second), ["b", "c"]);
}
