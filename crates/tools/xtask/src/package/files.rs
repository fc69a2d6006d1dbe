//! The files of each package. Tests compare the manifests of the crates with this list, and each built
//! package is compared with it.

/// A package of a program.
pub struct Package {
    /// Name of the package, of its crate and of its program.
    pub name: &'static str,
    /// Directory of the crate, below the repository.
    pub directory: &'static str,
    pub files: &'static [Packaged],
}

/// A file, or with `*` a group of files, of a package.
pub struct Packaged {
    /// Path in the staged release build.
    pub source: &'static str,
    /// Path on the machine, without the leading slash; a directory for a group.
    pub place: &'static str,
    pub is_program: bool,
}

impl Packaged {
    /// Returns the mode of the file on the machine.
    pub const fn mode(&self) -> u32 {
        if self.is_program { 0o755 } else { 0o644 }
    }
}

const fn file(source: &'static str, place: &'static str) -> Packaged {
    Packaged {
        source,
        place,
        is_program: false,
    }
}

const fn program(source: &'static str, place: &'static str) -> Packaged {
    Packaged {
        source,
        place,
        is_program: true,
    }
}

pub static PACKAGES: [Package; 2] = [
    Package {
        name: "doorward",
        directory: "crates/identity/doorward",
        files: &[
            program("doorward", "usr/bin/doorward"),
            file(
                "package/doorward.service",
                "usr/lib/systemd/system/doorward.service",
            ),
            file(
                "package/doorward.sysusers.conf",
                "usr/lib/sysusers.d/doorward.conf",
            ),
            file(
                "package/doorward.bash",
                "usr/share/bash-completion/completions/doorward",
            ),
            file(
                "package/_doorward",
                "usr/share/zsh/vendor-completions/_doorward",
            ),
            file(
                "package/doorward.fish",
                "usr/share/fish/vendor_completions.d/doorward.fish",
            ),
            file("package/man/doorward/*.1.gz", "usr/share/man/man1/"),
            file(
                "package/doorward.example.toml",
                "usr/share/doc/doorward/examples/doorward.toml",
            ),
            file(
                "package/CHANGELOG.md.gz",
                "usr/share/doc/doorward/CHANGELOG.md.gz",
            ),
            file(
                "package/LICENSE-APACHE",
                "usr/share/doc/doorward/LICENSE-APACHE",
            ),
            file("package/LICENSE-MIT", "usr/share/doc/doorward/LICENSE-MIT"),
        ],
    },
    Package {
        name: "doorward-tasks",
        directory: "crates/resource/doorward-tasks",
        files: &[
            program("doorward-tasks", "usr/bin/doorward-tasks"),
            file(
                "package/doorward-tasks.service",
                "usr/lib/systemd/system/doorward-tasks.service",
            ),
            file(
                "package/doorward-tasks.sysusers.conf",
                "usr/lib/sysusers.d/doorward-tasks.conf",
            ),
            file(
                "package/doorward-tasks.bash",
                "usr/share/bash-completion/completions/doorward-tasks",
            ),
            file(
                "package/_doorward-tasks",
                "usr/share/zsh/vendor-completions/_doorward-tasks",
            ),
            file(
                "package/doorward-tasks.fish",
                "usr/share/fish/vendor_completions.d/doorward-tasks.fish",
            ),
            file("package/man/doorward-tasks/*.1.gz", "usr/share/man/man1/"),
            file(
                "package/doorward-tasks.example.toml",
                "usr/share/doc/doorward-tasks/examples/tasks.toml",
            ),
            file(
                "package/LICENSE-APACHE",
                "usr/share/doc/doorward-tasks/LICENSE-APACHE",
            ),
            file(
                "package/LICENSE-MIT",
                "usr/share/doc/doorward-tasks/LICENSE-MIT",
            ),
        ],
    },
];

/// Directory of zsh's completions on systems with RPM, instead of Debian's.
pub const ZSH: [&str; 2] = ["zsh/vendor-completions", "zsh/site-functions"];
