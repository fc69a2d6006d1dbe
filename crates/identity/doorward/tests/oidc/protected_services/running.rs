//! The programs of the guides as running processes. `cargo xtask test` has installed the libraries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use doorward_testkit::process::Process;
use doorward_testkit::program::free_port;
use doorward_testkit::{Stack, UserAgent};
use tempfile::TempDir;

/// The maximum time for the start of a program.
const LONGEST_START: Duration = Duration::from_mins(1);

/// A running program; killed when dropped.
pub struct Service {
    base: String,
    _process: Process,
    _directory: TempDir,
}

/// Returns the path of a file of the programs.
pub fn sources(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/oidc/protected_services")
        .join(path)
}

/// Returns the directory of the Python package.
fn package() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../clients/python")
}

/// Returns the directory of the JavaScript package.
pub fn script_package() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../clients/js")
}

/// Returns an installation; asserts that it matches the lock file.
fn place(name: &str, lock: &Path) -> PathBuf {
    // `<target>/tmp`, independent of the target directory's name.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let place = target.join("protected-services").join(name);
    let wanted = fs::read_to_string(lock).unwrap();
    let installed = fs::read_to_string(place.join("installed")).unwrap_or_default();
    assert!(
        installed == wanted,
        "the libraries that {} names are not installed: run `cargo xtask test`, or \
         `cargo xtask services` beside, which install them",
        lock.display()
    );
    place
}

/// Returns a command of the interpreter with the libraries and the package. `-B`: Python writes no
/// files beside the programs.
fn python() -> Command {
    let place = place("python", &package().join("tests/requirements.txt"));
    let mut command = Command::new(place.join("bin/python"));
    command.arg("-B").env_clear();
    command.env("PYTHONPATH", package().join("src"));
    command
}

/// Runs the tests of the Python package.
pub fn python_package_tests() -> Output {
    let mut command = python();
    command.args(["-m", "pytest", "--quiet", "--color=no"]);
    command.current_dir(package()).stderr(Stdio::inherit());
    command.output().unwrap()
}

/// Copies the JavaScript package below a directory and compiles it there, because Node finds
/// libraries only beside a program. The rest of the repository that its tests read is linked.
fn compiled(directory: &Path) -> PathBuf {
    let place = place("node", &script_package().join("package-lock.json"));
    let package = directory.join("clients/js");
    for name in ["src", "tests"] {
        fs::create_dir_all(package.join(name)).unwrap();
        for entry in fs::read_dir(script_package().join(name)).unwrap() {
            let from = entry.unwrap().path();
            if from.is_file() {
                let to = package.join(name).join(from.file_name().unwrap());
                fs::copy(&from, to).unwrap();
            }
        }
    }
    for name in ["package.json", "tsconfig.json", "README.md"] {
        fs::copy(script_package().join(name), package.join(name)).unwrap();
    }
    let root = script_package().join("../..").canonicalize().unwrap();
    for name in ["clients/vectors", "docs"] {
        std::os::unix::fs::symlink(root.join(name), directory.join(name)).unwrap();
    }
    let modules = package.join("node_modules");
    std::os::unix::fs::symlink(place.join("node_modules"), modules).unwrap();
    let mut compiler = Command::new("node");
    compiler.arg("node_modules/typescript/bin/tsc");
    let output = compiler.current_dir(&package).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}");
    package
}

/// Runs the tests of the JavaScript package.
pub fn script_package_tests() -> Output {
    let directory = tempfile::tempdir().unwrap();
    let package = compiled(directory.path());
    let mut command = Command::new("npm");
    command.args(["test", "--silent"]).current_dir(package);
    command.stderr(Stdio::inherit()).output().unwrap()
}

impl Service {
    /// Starts a program in Python.
    pub async fn python(stack: &Stack, name: &str, arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut command = python();
        command.args(arguments).current_dir(sources(name));
        Self::start(stack, command, directory).await
    }

    /// Starts a program for Node below the package, which finds itself there.
    pub async fn node(stack: &Stack, name: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let program = compiled(directory.path()).join(name);
        fs::create_dir(&program).unwrap();
        for file in ["app.mjs", "service.mjs"] {
            fs::copy(sources(name).join(file), program.join(file)).unwrap();
        }
        let mut command = Command::new("node");
        command.env_clear().arg("service.mjs");
        command.current_dir(program);
        Self::start(stack, command, directory).await
    }

    async fn start(stack: &Stack, mut command: Command, directory: TempDir) -> Self {
        let port = free_port();
        let base = format!("http://localhost:{port}");
        let output = directory.path().join("output.log");
        let log = fs::File::create(&output).unwrap();
        command
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("ISSUER", stack.issuer())
            .env("AUDIENCE", &stack.seed.audience)
            .env("BASE_URL", &base)
            .env("PORT", port.to_string())
            .env("UVICORN_PORT", port.to_string())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        let mut process = Process::spawn(&mut command);
        let agent = UserAgent::new();
        let start = Instant::now();
        while agent.http().get(&base).send().await.is_err() {
            let is_late = process.has_ended() || start.elapsed() > LONGEST_START;
            let shown = || fs::read_to_string(&output).unwrap_or_default();
            assert!(!is_late, "{command:?} does not answer: {}", shown());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Self {
            base,
            _process: process,
            _directory: directory,
        }
    }

    /// Returns the address of a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}
