//! The former program of trial R11: built from an earlier commit, or unpacked from a package.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::{package, run};

/// Trial that replaces a former program.
pub const TRIAL: &str = "R11";

/// Options of the trial, each with a value.
pub const OPTIONS: [&str; 3] = ["--former", "--former-package", "--package"];

/// Variable with the path of the former program.
const FORMER: &str = "DOORWARD_OLD_BIN";
/// Variable with the path of the new program; without it, the tests build theirs.
pub const NEW: &str = "DOORWARD_BIN";

const MIGRATIONS: &str = "migrations/src/identity";

/// The programs that the options name.
#[derive(Debug, Default)]
pub struct Programs {
    former_commit: Option<String>,
    former_package: Option<PathBuf>,
    package: Option<PathBuf>,
}

impl Programs {
    /// Stores the value of one of [`OPTIONS`].
    pub fn set(&mut self, option: &str, value: &str) {
        match option {
            "--former" => self.former_commit = Some(value.to_owned()),
            "--former-package" => self.former_package = Some(PathBuf::from(value)),
            _ => self.package = Some(PathBuf::from(value)),
        }
    }

    /// Returns true if an option names a program.
    pub const fn are_named(&self) -> bool {
        self.former_commit.is_some() || self.former_package.is_some() || self.package.is_some()
    }

    /// Builds or unpacks the programs, and returns the variables with their paths. Without options, a
    /// release has the newest former schema, and the test suite one program in both parts.
    pub fn prepare(&self, of_a_release: bool) -> Result<Vec<(&'static str, String)>, Failure> {
        let former = match (&self.former_commit, &self.former_package) {
            (Some(_), Some(_)) => {
                return Err("--former and --former-package name two former programs".to_owned());
            }
            (Some(commit), None) => Some(build(&resolve(commit)?)?),
            (None, Some(file)) => Some(unpack(file, "former-package")?),
            (None, None) if of_a_release && std::env::var_os(FORMER).is_none() => {
                Some(build(&find_commit()?)?)
            }
            (None, None) => None,
        };
        let new = self.package.as_deref();
        let new = new.map(|file| unpack(file, "package")).transpose()?;
        let named = [(FORMER, former), (NEW, new)];
        let named = named.into_iter();
        Ok(named
            .filter_map(|(name, path)| Some((name, path?.display().to_string())))
            .collect())
    }
}

/// Returns the newest commit of this branch with fewer migrations than the working tree, or else that of
/// the previous tag.
fn find_commit() -> Result<String, Failure> {
    let listed = git(&[
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        MIGRATIONS,
    ]);
    let today = listed.map_or(0, |paths| count_migrations(&paths));
    let changes = git(&["rev-list", "--first-parent", "HEAD", "--", MIGRATIONS]);
    let changes = changes.unwrap_or_default();
    // The working tree may have a migration that the last commit lacks.
    let last = std::iter::once("HEAD".to_owned());
    for name in last.chain(changes.lines().map(|change| format!("{change}^"))) {
        // The first commit, and the oldest one of a shallow clone, have no parent.
        let Some(commit) = commit(&name) else { break };
        let paths = git(&["ls-tree", "-r", "--name-only", &commit, MIGRATIONS]);
        if paths.is_some_and(|paths| count_migrations(&paths) < today) {
            return Ok(commit);
        }
    }
    let tag = git(&["describe", "--tags", "--abbrev=0", "HEAD^"]);
    tag.and_then(|tag| commit(&tag)).ok_or_else(|| {
        format!(
            "no commit of this clone has fewer migrations, and there is no former tag: fetch the history \
             (`git fetch --unshallow --tags`), or name the former program by --former COMMIT, \
             --former-package FILE or {FORMER}"
        )
    })
}

fn resolve(name: &str) -> Result<String, Failure> {
    commit(name).ok_or_else(|| {
        format!("this clone has no commit {name}; in a shallow one, `git fetch --unshallow --tags` adds it")
    })
}

fn commit(name: &str) -> Option<String> {
    let name = format!("{name}^{{commit}}");
    git(&["rev-parse", "--verify", "--quiet", &name])
}

/// Counts the files with a migration among these lines.
pub(super) fn count_migrations(paths: &str) -> usize {
    let names = paths.lines().filter_map(|path| path.rsplit('/').next());
    let numbers = names.filter_map(|name| Some(name.strip_prefix('m')?.split_once('_')?.0));
    let is_number = |text: &&str| text.len() == 4 && text.bytes().all(|it| it.is_ascii_digit());
    numbers.filter(is_number).count()
}

/// Returns the output of git, or `None` if it fails.
fn git(arguments: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(run::root());
    let output = git.stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = output.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Builds the program of a commit with the profile of the tests, and keeps only the program. The build
/// shares nothing with that of the working tree but cargo's registry.
fn build(commit: &str) -> Result<PathBuf, Failure> {
    let described = git(&["log", "-1", "--format=%h of %cs, %s", commit]);
    println!("former program: {}", described.unwrap_or_default());
    let place = place(commit);
    let program = place.join("doorward");
    if program.is_file() {
        return Ok(program);
    }
    // A killed run has left it.
    renew(&place)?;
    let [tree, target] = ["tree", "target"].map(|name| place.join(name));
    let worktree = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.arg("worktree").args(arguments).current_dir(run::root());
        git
    };
    run::to_end(&mut worktree(&["prune"]))?;
    let mut add = worktree(&["add", "--detach"]);
    run::to_end(add.arg(&tree).arg(commit))?;
    let built = compile(&tree, &target);
    let mut remove = worktree(&["remove", "--force"]);
    let removed = run::to_end(remove.arg(&tree));
    // A commit inside a merged branch may not compile.
    built.map_err(|failure| format!("{failure}; --former COMMIT names another former program"))?;
    removed?;
    // The test profile has the directory of the development profile.
    let compiled = target.join("debug/doorward");
    std::fs::copy(&compiled, &program).map_err(|error| located(&compiled, &error))?;
    std::fs::remove_dir_all(&target).map_err(|error| located(&target, &error))?;
    Ok(program)
}

fn compile(tree: &Path, target: &Path) -> Result<(), Failure> {
    let mut cargo = run::cargo();
    cargo
        .args(["build", "--locked", "--profile=test"])
        .args(["--package=doorward", "--bin=doorward"])
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .current_dir(tree);
    package::without_lints(&mut cargo);
    run::to_end(&mut cargo)
}

/// Unpacks a Debian package or an archive, and returns the program in it.
fn unpack(file: &Path, name: &str) -> Result<PathBuf, Failure> {
    let file = std::fs::canonicalize(file).map_err(|error| located(file, &error))?;
    let place = place(name);
    renew(&place)?;
    let is_debian = file.extension().is_some_and(|it| it == "deb");
    let (mut command, program) = if is_debian {
        let mut dpkg = Command::new("dpkg-deb");
        dpkg.arg("--extract").arg(&file).arg(&place);
        (dpkg, place.join("usr/bin/doorward"))
    } else {
        let mut tar = Command::new("tar");
        tar.arg("-xf").arg(&file).arg("-C").arg(&place);
        tar.arg("--strip-components=1");
        (tar, place.join("bin/doorward"))
    };
    run::to_end(&mut command)?;
    let version = run::output(Command::new(&program).arg("--version"))?;
    println!("{}: {}", file.display(), version.trim());
    Ok(program)
}

fn place(name: &str) -> PathBuf {
    run::target().join("former").join(name)
}

/// Creates an empty directory.
fn renew(place: &Path) -> Result<(), Failure> {
    if place.exists() {
        std::fs::remove_dir_all(place).map_err(|error| located(place, &error))?;
    }
    std::fs::create_dir_all(place).map_err(|error| located(place, &error))
}

fn located(path: &Path, error: &std::io::Error) -> Failure {
    format!("{}: {error}", path.display())
}
