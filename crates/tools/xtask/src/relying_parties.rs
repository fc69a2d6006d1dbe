//! Third-party software for the tests: relying parties and services for Node and Python, a Django
//! project, and axe-core, installed below the target directory in the versions of the tests' lock
//! files.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::run;

/// A set of libraries: the sources with the lock file, the directory in the target directory, the
/// lock file, and the installer.
type Set = (&'static str, &'static str, &'static str, Install);

/// Statement that needs a library of each installation for Python.
const COMMON_PYTHON_MODULE: &str = "import pip";

/// Libraries of the tests.
const OF_TESTS: [Set; 8] = [
    (
        "crates/identity/doorward/tests/oidc/relying_parties/node",
        "relying-parties/node",
        NPM_LOCK,
        node,
    ),
    (
        "crates/identity/doorward/tests/oidc/relying_parties/python",
        "relying-parties/python",
        PIP_LOCK,
        python,
    ),
    (
        "crates/identity/doorward/tests/accounts/imported/django",
        "import/django",
        PIP_LOCK,
        python,
    ),
    ("clients/js", "protected-services/node", NPM_LOCK, node),
    (
        "crates/shared/saml-protocol/tests/signxml",
        "saml/signxml",
        PIP_LOCK,
        python,
    ),
    (
        "crates/features/sites/tests/proxies",
        "sites/python",
        PIP_LOCK,
        python,
    ),
    (
        "clients/python/tests",
        "protected-services/python",
        PIP_LOCK,
        python,
    ),
    (
        "crates/identity/doorward/tests/browser/axe/node",
        "axe/node",
        NPM_LOCK,
        node,
    ),
];
/// Programs of `cargo xtask interop`.
const OF_INTEROP: &[Set] = &[
    (
        "crates/tools/interop/programs/ldap-node",
        "interop/ldap-node",
        NPM_LOCK,
        node,
    ),
    (
        "crates/tools/interop/programs/ldap-python",
        "interop/ldap-python",
        PIP_LOCK,
        python,
    ),
    (
        "crates/tools/interop/programs/node",
        "interop/node",
        NPM_LOCK,
        node,
    ),
    (
        "crates/tools/interop/programs/nextjs",
        "interop/nextjs",
        NPM_LOCK,
        node,
    ),
    (
        "crates/tools/interop/programs/node-red",
        "interop/node-red",
        NPM_LOCK,
        node,
    ),
    (
        "crates/tools/interop/programs/jupyterhub",
        "interop/jupyterhub",
        PIP_LOCK,
        python,
    ),
    // The proxy that JupyterHub starts.
    (
        "crates/tools/interop/programs/jupyterhub",
        "interop/jupyterhub-proxy",
        NPM_LOCK,
        node,
    ),
    (
        "crates/tools/interop/programs/synapse",
        "interop/synapse",
        PIP_LOCK,
        python,
    ),
    (
        "crates/tools/interop/programs/netbox",
        "interop/netbox",
        PIP_LOCK,
        python,
    ),
    (
        "crates/tools/interop/programs/pgadmin",
        "interop/pgadmin",
        PIP_LOCK,
        python,
    ),
    (
        "crates/tools/interop/programs/python",
        "interop/python",
        PIP_LOCK,
        python,
    ),
    (
        "crates/tools/interop/programs/radicale",
        "interop/radicale",
        PIP_LOCK,
        python,
    ),
    (
        "crates/tools/interop/programs/copyparty",
        "interop/copyparty",
        PIP_LOCK,
        python,
    ),
    (
        "crates/tools/interop/programs/saml-python",
        "interop/saml-python",
        PIP_LOCK,
        python,
    ),
    (
        "crates/tools/interop/programs/saml-node",
        "interop/saml-node",
        NPM_LOCK,
        node,
    ),
    (
        "crates/tools/interop/programs/scim-node",
        "interop/scim-node",
        NPM_LOCK,
        node,
    ),
    (
        "crates/tools/interop/programs/mcp-node",
        "interop/mcp-node",
        NPM_LOCK,
        node,
    ),
    (
        "crates/tools/interop/programs/mcp-tools",
        "interop/mcp-tools",
        NPM_LOCK,
        node,
    ),
    (
        "crates/tools/interop/programs/fastmcp",
        "interop/fastmcp",
        PIP_LOCK,
        python,
    ),
    (
        "crates/tools/interop/programs/mcp-python",
        "interop/mcp-python",
        PIP_LOCK,
        python,
    ),
];

/// Patroni, for the trial with three PostgreSQL.
const OF_CLUSTER: Set = (
    "crates/identity/doorward/tests/faults/patroni",
    "faults/patroni",
    PIP_LOCK,
    python,
);

/// oidc-provider, which `cargo xtask bench --page` measures beside Doorward.
const OF_PEERS: Set = ("testkit/peers/node", "peers/node", NPM_LOCK, node);

/// Installs missing or newly locked sets; contacts no registry if all are present.
pub fn ensure() -> Result<(), Failure> {
    OF_TESTS.iter().try_for_each(ensure_set)
}

/// Installs Patroni, if it is missing or newly locked.
pub fn ensure_for_cluster() -> Result<(), Failure> {
    ensure_set(&OF_CLUSTER)
}

/// Installs oidc-provider, if it is missing or newly locked.
pub fn ensure_for_peers() -> Result<(), Failure> {
    ensure_set(&OF_PEERS)
}

/// Installs the programs of `cargo xtask interop`, and names those that a registry does not
/// provide.
pub fn ensure_for_interop(directories: &[&str]) {
    let is_selected = |set: &&Set| {
        directories
            .iter()
            .any(|name| set.0.ends_with(&format!("/{name}")))
    };
    for set in OF_INTEROP.iter().filter(is_selected) {
        if let Err(failure) = ensure_set(set) {
            eprintln!("warning: {failure}");
        }
    }
}

fn ensure_set((sources, place, lock, install): &Set) -> Result<(), Failure> {
    let sources = run::root().join(sources);
    let place = run::target().join(place);
    let lock = sources.join(lock);
    let requested = read(&lock)?;
    // Written last, so that an interrupted installation restarts.
    let mark = place.join("installed");
    if read(&mark).is_ok_and(|installed| installed == requested) && works(&place) {
        return Ok(());
    }
    println!("installing what {} names", lock.display());
    if place.exists() {
        std::fs::remove_dir_all(&place).map_err(|error| to_failure(&place, &error))?;
    }
    std::fs::create_dir_all(&place).map_err(|error| to_failure(&place, &error))?;
    install(&sources, &place)?;
    std::fs::write(&mark, requested).map_err(|error| to_failure(&mark, &error))
}

const NPM_LOCK: &str = "package-lock.json";
const PIP_LOCK: &str = "requirements.txt";

type Install = fn(&Path, &Path) -> Result<(), Failure>;

fn node(sources: &Path, path: &Path) -> Result<(), Failure> {
    for name in [".npmrc", "package.json", "package-lock.json"] {
        let from = sources.join(name);
        std::fs::copy(&from, path.join(name)).map_err(|error| to_failure(&from, &error))?;
    }
    run::to_end(
        Command::new("npm")
            .args(["ci", "--ignore-scripts", "--loglevel=error"])
            .current_dir(path)
            .stdin(Stdio::null()),
    )
}

fn python(sources: &Path, path: &Path) -> Result<(), Failure> {
    // pyenv chooses the version that `.python-version` of the directory names, if any.
    let mut venv = Command::new("python3");
    run::to_end(venv.args(["-m", "venv"]).arg(path).current_dir(sources))?;
    let pip = || {
        let mut pip = Command::new(path.join("bin/python"));
        pip.args(["-m", "pip", "--quiet", "--disable-pip-version-check"]);
        pip.stdin(Stdio::null());
        pip
    };
    // Installs only the named packages, and fails if a dependency is missing.
    run::to_end(
        pip()
            .args(["install", "--no-deps", "--only-binary", ":all:", "-r"])
            .arg(sources.join("requirements.txt")),
    )?;
    run::to_end(pip().arg("check"))
}

/// Returns true if the interpreter of this machine, which may have been replaced, still finds the
/// libraries.
fn works(path: &Path) -> bool {
    let python = path.join("bin/python");
    if !python.exists() {
        return path.join("node_modules").is_dir();
    }
    run::succeeds(Command::new(python).args(["-c", COMMON_PYTHON_MODULE]))
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| to_failure(path, &error))
}

fn to_failure(path: &Path, error: &std::io::Error) -> Failure {
    format!("{}: {error}", path.display())
}
