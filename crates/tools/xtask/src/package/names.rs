//! The version, the description and the file names of all packages. Each kind takes them from here.

use super::files::{PACKAGES, Package};
use crate::failure::Failure;

pub const VERSION: &str = env!("CARGO_PKG_VERSION");
pub const SUMMARY: &str = "OpenID Connect and OAuth 2.1 provider";
pub const LICENSE: &str = "MIT OR Apache-2.0";
/// Files with the texts of both licences, in the root of the repository.
pub const LICENSES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];
/// Oldest macOS that the programs are built for.
pub const MACOS: &str = "11.0";

/// An operating system and an architecture that have packages of the program.
#[derive(Debug, PartialEq, Eq)]
pub struct System {
    /// Rust's name of the operating system.
    pub os: &'static str,
    /// Rust's name of the architecture, which RPM has too.
    pub architecture: &'static str,
    /// Name of the architecture in Debian packages and in images.
    pub debian: &'static str,
    /// Name of the operating system in packages of npm.
    pub npm_os: &'static str,
    /// Name of the architecture in packages of npm.
    pub npm_cpu: &'static str,
}

const fn linux(architecture: &'static str, debian: &'static str, cpu: &'static str) -> System {
    System {
        os: "linux",
        architecture,
        debian,
        npm_os: "linux",
        npm_cpu: cpu,
    }
}

const fn macos(architecture: &'static str, debian: &'static str, cpu: &'static str) -> System {
    System {
        os: "macos",
        npm_os: "darwin",
        ..linux(architecture, debian, cpu)
    }
}

/// All systems. The release builds the packages of each on a machine of its kind.
pub static SYSTEMS: [System; 4] = [
    linux("x86_64", "amd64", "x64"),
    linux("aarch64", "arm64", "arm64"),
    macos("x86_64", "amd64", "x64"),
    macos("aarch64", "arm64", "arm64"),
];

/// Returns the system of this machine.
pub fn system() -> Result<&'static System, Failure> {
    let (os, architecture) = (std::env::consts::OS, std::env::consts::ARCH);
    let mut systems = SYSTEMS.iter();
    systems
        .find(|system| system.os == os && system.architecture == architecture)
        .ok_or_else(|| format!("packages are not built for {os} on {architecture}"))
}

impl System {
    pub fn deb(&self, package: &Package) -> String {
        format!("{}_{VERSION}_{}.deb", package.name, self.debian)
    }

    pub fn rpm(&self, package: &Package) -> String {
        format!("{}-{VERSION}-1.{}.rpm", package.name, self.architecture)
    }

    /// Returns the directory in the archive.
    pub fn archive_directory(&self) -> String {
        format!("{}-{VERSION}-{}-{}", product(), self.architecture, self.os)
    }

    pub fn image(&self) -> String {
        format!("{}-{VERSION}-image-{}.tar", product(), self.debian)
    }

    /// Returns the platform in the tag of a wheel whose programs need this version of glibc.
    pub fn wheel_platform(&self, (major, minor): (u32, u32)) -> String {
        match self.os {
            "linux" => format!("manylinux_{major}_{minor}_{}", self.architecture),
            _ => format!(
                "macosx_{}_{}",
                MACOS.replace('.', "_"),
                self.macos_architecture()
            ),
        }
    }

    fn macos_architecture(&self) -> &'static str {
        match self.architecture {
            "aarch64" => "arm64",
            other => other,
        }
    }

    /// Returns the name of the npm package with the programs for this system.
    pub fn npm_package(&self) -> String {
        format!("@{}/{}-{}", product(), self.npm_os, self.npm_cpu)
    }
}

/// Returns the name of the product, which is that of the identity server's program.
pub const fn product() -> &'static str {
    PACKAGES[0].name
}

/// Returns the name of the wheel with this platform in its tag.
pub fn program_wheel(platform: &str) -> String {
    format!("{}-{VERSION}-py3-none-{platform}.whl", product())
}

/// Returns the name that npm gives the file of a package.
pub fn npm_file(package: &str) -> String {
    let name = package.trim_start_matches('@').replace('/', "-");
    format!("{name}-{VERSION}.tgz")
}

pub fn crate_file(package: &str) -> String {
    format!("{package}-{VERSION}.crate")
}

/// Path of the Go module of resource servers.
pub const GO_MODULE: &str = "doorward.example/access";

/// Returns the version as Go writes it.
pub fn go_version() -> String {
    format!("v{VERSION}")
}

/// Returns the directory in the zip of the Go module.
pub fn go_module_directory() -> String {
    format!("{GO_MODULE}@{}", go_version())
}

pub fn go_module_file() -> String {
    format!("doorward-access-{}.zip", go_version())
}

pub fn bill_of_materials() -> String {
    format!("{}-{VERSION}.cdx.json", product())
}
