//! Operating system packages for the tests, installed from Debian if missing.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::run;

/// A program that the tests start, the check for its presence, and the packages that contain it.
struct Need {
    name: &'static str,
    present: fn() -> bool,
    packages: &'static [&'static str],
}

const NEEDS: [Need; 13] = [
    Need {
        name: "PostgreSQL",
        present: || postgres_bin().is_some(),
        packages: &["postgresql"],
    },
    Need {
        name: "Redis",
        present: || run::find("redis-server").is_some(),
        packages: &["redis-server"],
    },
    Need {
        name: "Chromium",
        present: || run::find("chromium-headless-shell").is_some(),
        // Without a font the pages would be rendered without text.
        packages: &["chromium-headless-shell", "fonts-liberation"],
    },
    Need {
        name: "chromedriver",
        present: || run::find("chromedriver").is_some(),
        packages: &["chromium-driver"],
    },
    NGINX,
    Need {
        name: "Caddy",
        present: || server("caddy").is_some(),
        packages: &["caddy"],
    },
    HAPROXY,
    Need {
        name: "xmlsec1 and xmllint",
        present: || run::find("xmlsec1").is_some() && run::find("xmllint").is_some(),
        packages: &["xmlsec1", "libxml2-utils"],
    },
    Need {
        name: "strace",
        present: || run::find("strace").is_some(),
        packages: &["strace"],
    },
    PEBBLE,
    SLAPD,
    NODE,
    PYTHON,
];

/// Proxy of tests, and of programs without OpenID Connect.
const NGINX: Need = Need {
    name: "nginx with njs",
    present: || {
        let module = Path::new("/usr/lib/nginx/modules/ngx_http_js_module.so");
        server("nginx").is_some() && module.exists()
    },
    packages: &["nginx", "libnginx-mod-http-js"],
};

const HAPROXY: Need = Need {
    name: "HAProxy",
    present: || server("haproxy").is_some(),
    packages: &["haproxy"],
};

/// Authority that issues certificates for tests.
const PEBBLE: Need = Need {
    name: "Pebble",
    present: || run::find("pebble").is_some(),
    packages: &["pebble"],
};

/// LDAP server of tests.
const SLAPD: Need = Need {
    name: "slapd",
    present: || server("slapd").is_some() && run::find("ldapadd").is_some(),
    packages: &["slapd", "ldap-utils"],
};

/// Tool that compresses wheels.
const ADVANCECOMP: Need = Need {
    name: "advzip",
    present: || run::find("advzip").is_some(),
    packages: &["advancecomp"],
};

/// Tool that makes a Debian root.
const MMDEBSTRAP: Need = Need {
    name: "mmdebstrap",
    present: || run::find("mmdebstrap").is_some(),
    packages: &["mmdebstrap"],
};

/// Dependency of the relying parties for Node.
const NODE: Need = Need {
    name: "Node with npm",
    present: || run::find("node").is_some() && run::find("npm").is_some(),
    packages: &["nodejs", "npm"],
};

/// Dependency of the relying parties for Python.
const PYTHON: Need = Need {
    name: "Python with venv",
    present: || {
        // Debian ships the second module in a separate package.
        let both = ["-c", "import venv, ensurepip"];
        run::succeeds(Command::new("python3").args(both))
    },
    packages: &["python3", "python3-venv"],
};

/// Dependency of the programs in Go, and of the tools that check the Helm chart.
const GO: Need = Need {
    name: "Go",
    present: || run::find("go").is_some(),
    // Go 1.21 or newer fetches the version that a module names; with an older one the programs of
    // interop are skipped, and the chart is not checked.
    packages: &["golang-go"],
};

/// Dependency of the programs in Java, and of Keycloak beside the benchmark.
const JAVA: Need = Need {
    name: "Maven with a JDK",
    present: || run::find("mvn").is_some() && run::find("javac").is_some(),
    packages: &["maven", "default-jdk-headless"],
};

/// Dependencies of the trial with three PostgreSQL under Patroni.
const OF_CLUSTER: [Need; 2] = [
    Need {
        name: "etcd",
        present: || run::find("etcd").is_some(),
        packages: &["etcd-server"],
    },
    HAPROXY,
];

/// Dependency of the check of the container image.
const SKOPEO: Need = Need {
    name: "skopeo",
    present: || run::find("skopeo").is_some(),
    packages: &["skopeo"],
};

/// Dependencies of `cargo xtask interop` by the first part of the name of a program's directory.
const OF_INTEROP: [(&str, Need); 7] = [
    ("ldap", MMDEBSTRAP),
    (
        "ldap-python",
        Need {
            name: "headers for python-ldap",
            present: || {
                let headers = ["ldap.h", "sasl/sasl.h"].into_iter();
                let mut files = headers.map(|name| Path::new("/usr/include").join(name));
                run::find("cc").is_some() && files.all(|file| file.exists())
            },
            packages: &["gcc", "libldap-dev", "libsasl2-dev", "python3-dev"],
        },
    ),
    (
        "apache",
        Need {
            name: "Apache with mod_auth_openidc, mod_auth_mellon and mod_oauth2",
            present: || {
                let modules = Path::new("/usr/lib/apache2/modules");
                let names = ["mod_auth_openidc.so", "mod_auth_mellon.so", "mod_oauth2.so"];
                let mut names = names.into_iter();
                server("apache2").is_some() && names.all(|name| modules.join(name).exists())
            },
            packages: &[
                "apache2",
                "libapache2-mod-auth-openidc",
                "libapache2-mod-auth-mellon",
                "libapache2-mod-oauth2",
            ],
        },
    ),
    (
        "ruby",
        Need {
            name: "OmniAuth with Sinatra",
            present: || {
                let libraries = [
                    "-e",
                    "require 'sinatra/base'; require 'omniauth_openid_connect'",
                ];
                run::succeeds(Command::new("/usr/bin/ruby").args(libraries))
            },
            packages: &[
                "ruby",
                "ruby-omniauth-openid-connect",
                "ruby-sinatra",
                "ruby-webrick",
            ],
        },
    ),
    (
        "debian-saml",
        Need {
            name: "Shibboleth, SimpleSAMLphp and Zabbix",
            present: || {
                let files = [
                    "/usr/sbin/shibd",
                    "/usr/share/simplesamlphp/www/index.php",
                    "/usr/share/zabbix/index_sso.php",
                    "/usr/share/zabbix-server-pgsql/schema.sql.gz",
                ];
                files.into_iter().all(|file| Path::new(file).exists())
            },
            packages: &[
                "apache2",
                "libapache2-mod-shib",
                "simplesamlphp",
                "php-cli",
                "php-mbstring",
                "php-pgsql",
                "php-xml",
                "zabbix-frontend-php",
                "zabbix-server-pgsql",
            ],
        },
    ),
    ("go", GO),
    ("java", JAVA),
];

/// Installs missing packages; needs no privileges if none are missing.
pub fn ensure() -> Result<(), Failure> {
    ensure_all(NEEDS.iter())
}

/// Installs missing packages for `cargo xtask install-trial`.
pub fn ensure_for_install_trial() -> Result<(), Failure> {
    ensure_all([&PEBBLE, &MMDEBSTRAP].into_iter())
}

/// Installs missing packages for the programs of these directories of `cargo xtask interop`.
pub fn ensure_for_interop(directories: &[&str]) -> Result<(), Failure> {
    let is_selected = |of: &str| {
        directories
            .iter()
            .any(|name| name.split('/').next() == Some(of))
    };
    let others = OF_INTEROP.iter().filter(|(of, _)| is_selected(of));
    ensure_all(
        [&NODE, &PYTHON, &NGINX]
            .into_iter()
            .chain(others.map(|(_, need)| need)),
    )
}

/// Installs what the trial with three PostgreSQL under Patroni starts, if it is missing.
pub fn ensure_for_cluster() -> Result<(), Failure> {
    ensure_all(OF_CLUSTER.iter().chain([&PYTHON]))
}

/// Installs what the servers beside the benchmark need, if it is missing.
pub fn ensure_for_peers() -> Result<(), Failure> {
    ensure_all([&NODE, &GO, &JAVA].into_iter())
}

/// Installs the tool that checks the container image, if it is missing.
pub fn ensure_for_image() -> Result<(), Failure> {
    ensure_all(std::iter::once(&SKOPEO))
}

/// Installs the Python that builds wheels, and on Linux what compresses them, if they are missing.
pub fn ensure_for_wheels() -> Result<(), Failure> {
    let compressor = cfg!(target_os = "linux").then_some(&ADVANCECOMP);
    ensure_all(std::iter::once(&PYTHON).chain(compressor))
}

/// Installs the Python that writes the zip of the Go module, if it is missing.
pub fn ensure_for_python() -> Result<(), Failure> {
    ensure_all(std::iter::once(&PYTHON))
}

/// Installs Node with npm, which compile the npm package of resource servers, if they are missing.
pub fn ensure_for_npm_client() -> Result<(), Failure> {
    ensure_all(std::iter::once(&NODE))
}

/// Installs the compiler of the tools that check the Helm chart, and Python, if they are missing.
pub fn ensure_for_charts() -> Result<(), Failure> {
    ensure_all([&GO, &PYTHON].into_iter())
}

fn ensure_all<'a>(needs: impl Iterator<Item = &'a Need>) -> Result<(), Failure> {
    let missing: Vec<&Need> = needs.filter(|need| !(need.present)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|need| need.name).collect();
    let packages: Vec<&str> = missing
        .iter()
        .flat_map(|need| need.packages)
        .copied()
        .collect();
    let by_hand = format!(
        "missing: {}. On Debian: apt-get install {}",
        names.join(", "),
        packages.join(" ")
    );
    if run::find("apt-get").is_none() {
        return Err(by_hand);
    }
    println!("installing {}", packages.join(" "));
    run::to_end(apt_get().arg("update").arg("-qq"))
        .and_then(|()| {
            run::to_end(
                apt_get()
                    .args(["install", "-y", "-qq", "--no-install-recommends"])
                    .args(&packages),
            )
        })
        .map_err(|failure| format!("{failure}\n{by_hand}"))?;
    match missing.iter().find(|need| !(need.present)()) {
        None => Ok(()),
        Some(need) => Err(format!(
            "{} is still missing after its installation",
            need.name
        )),
    }
}

fn apt_get() -> Command {
    let mut command = if is_root() {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args([
            "-n",
            "DEBIAN_FRONTEND=noninteractive",
            "RUNLEVEL=1",
            "apt-get",
        ]);
        sudo
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    // Server packages start their servers unless the system forbids it. The tests start
    // their own.
    command.env("RUNLEVEL", "1");
    command
}

/// Returns the path of a server program, which Debian keeps off the `PATH` of ordinary users.
fn server(program: &str) -> Option<PathBuf> {
    let elsewhere = Path::new("/usr/sbin").join(program);
    run::find(program).or_else(|| elsewhere.is_file().then_some(elsewhere))
}

/// Returns true if this process runs as root, which then owns the `/proc/self` entry.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|entry| entry.uid() == 0)
}

/// Returns the directory with `initdb` and `postgres`. Debian keeps them off the `PATH`, in one
/// directory for each major version; the newest is used.
pub fn postgres_bin() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .map(|(version, path)| (version, path.join("bin")))
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    versions
        .pop()
        .map(|(_, bin)| bin)
        .or_else(|| run::find("initdb")?.parent().map(Path::to_path_buf))
}
