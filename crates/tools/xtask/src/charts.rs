//! `cargo xtask charts`: renders the Helm chart with each set of values, validates the objects against
//! the schemas of Kubernetes, and keeps the rendered manifests for readers without Helm.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::{packages, run};

/// Tools in Go. Go's checksum database pins their content.
const HELM: &str = "helm.sh/helm/v4/cmd/helm@v4.3.1";
const KUBECONFORM: &str = "github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0";
/// Version of Kubernetes whose schemas are used.
const KUBERNETES: &str = "1.37.0";
const CHART: &str = "deploy/helm/doorward";
/// Directory of the sets of values.
const VALUES: &str = "deploy/helm/values";
/// Rendered manifests: the set of values, the only template if it is not all, the file, and what must exist before.
const RENDERED: [(&str, Option<&str>, &str, &str); 2] = [
    (
        "replicas.yaml",
        None,
        "deploy/kubernetes/doorward.yaml",
        "the secret (secret.example.yaml)",
    ),
    (
        "as-code.yaml",
        Some("templates/ascode.yaml"),
        "deploy/kubernetes/as-code.yaml",
        "the other manifests, the ConfigMaps and the Secret that it names",
    ),
];

/// Renders and validates each set of values, and writes the manifests, or with `--check` compares them.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("usage: cargo xtask charts [--check]".to_owned()),
    };
    packages::ensure_for_charts()?;
    let helm = go_tool(HELM)?;
    let kubeconform = go_tool(KUBECONFORM)?;
    let schemas = schemas()?;
    let rendered = run::target().join("charts/rendered");
    create(&rendered)?;
    for values in sets()? {
        let name = values.file_name().unwrap_or_default();
        let text = render(&helm, &values, None)?;
        let path = rendered.join(name);
        std::fs::write(&path, &text).map_err(|error| named(&path, &error))?;
        validate(&kubeconform, &schemas, &path)?;
        for (set, template, file, before) in RENDERED.iter().filter(|(set, ..)| name == *set) {
            let text = render(&helm, &values, *template)?;
            let head = format!(
                "# Rendered by `cargo xtask charts` from {CHART} with {VALUES}/{set}. Do not edit.\n\
                 # kubectl apply --filename {file}, after you created {before}.\n"
            );
            keep(file, &format!("{head}{}\n", text.trim_end()), check)?;
        }
    }
    Ok(())
}

/// Renders the chart, or one template of it, with a set of values, after Helm's checks of both.
fn render(helm: &Path, values: &Path, template: Option<&str>) -> Result<String, Failure> {
    let helm = |words: &[&str]| {
        let mut command = Command::new(helm);
        command.args(words).arg(CHART).arg("--values").arg(values);
        command.current_dir(run::root());
        command
    };
    run::to_end(&mut helm(&["lint", "--strict", "--quiet"]))?;
    let words = [
        "template",
        "--namespace=doorward",
        "--kube-version",
        KUBERNETES,
        "doorward",
    ];
    let mut command = helm(&words);
    if let Some(template) = template {
        command.args(["--show-only", template]);
    }
    run::output(&mut command)
}

/// Validates rendered objects. A custom object has no schema in Kubernetes.
fn validate(kubeconform: &Path, schemas: &Path, rendered: &Path) -> Result<(), Failure> {
    let location = schemas.join("{{ .ResourceKind }}{{ .KindSuffix }}.json");
    run::to_end(
        Command::new(kubeconform)
            .args(["-strict", "-summary", "-skip", "PodMonitor"])
            .args(["-kubernetes-version", KUBERNETES, "-schema-location"])
            .arg(location)
            .arg(rendered),
    )
}

fn keep(file: &str, text: &str, check: bool) -> Result<(), Failure> {
    let path = run::root().join(file);
    let current = std::fs::read_to_string(&path).unwrap_or_default();
    if current == text {
        return Ok(());
    }
    if check {
        return Err(format!("{file} is stale, run `cargo xtask charts`"));
    }
    std::fs::write(&path, text).map_err(|error| named(&path, &error))?;
    println!("wrote {file}");
    Ok(())
}

/// Returns the files with values, by name.
fn sets() -> Result<Vec<PathBuf>, Failure> {
    let directory = run::root().join(VALUES);
    let entries = std::fs::read_dir(&directory).map_err(|error| named(&directory, &error))?;
    let mut sets: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    sets.sort();
    Ok(sets)
}

/// Builds a tool that a module path with a version names, unless it is built. Returns its path.
fn go_tool(module: &str) -> Result<PathBuf, Failure> {
    let parts = module.split_once('@').and_then(|(path, version)| {
        let (_, name) = path.rsplit_once('/')?;
        Some((name, version))
    });
    let (name, version) = parts.ok_or_else(|| format!("{module} has no version"))?;
    let directory = run::target().join("charts").join(version);
    let program = directory.join(name);
    if !program.exists() {
        println!("building {module}");
        run::to_end(
            Command::new("go")
                .args(["install", "-trimpath", module])
                .env("GOBIN", &directory)
                .current_dir(std::env::temp_dir())
                .stdin(Stdio::null()),
        )?;
    }
    Ok(program)
}

/// Installs the schemas of Kubernetes, unless they are installed. Returns their directory.
fn schemas() -> Result<PathBuf, Failure> {
    let place = run::target().join("charts");
    // Renamed last, so that an interrupted installation restarts.
    let directory = place.join(format!("schemas-{KUBERNETES}"));
    if directory.exists() {
        return Ok(directory);
    }
    let (python, package, local) = (
        place.join("python"),
        place.join("package"),
        place.join("schemas"),
    );
    for old in [&package, &local] {
        if old.exists() {
            std::fs::remove_dir_all(old).map_err(|error| named(old, &error))?;
        }
    }
    run::to_end(Command::new("python3").args(["-m", "venv"]).arg(&python))?;
    run::to_end(
        Command::new(python.join("bin/python"))
            .args([
                "-m",
                "pip",
                "--quiet",
                "--disable-pip-version-check",
                "install",
            ])
            .args(["--no-deps", "--no-compile", "--only-binary", ":all:"])
            .args(["--require-hashes", "--target"])
            .arg(&package)
            .arg("--requirement")
            .arg(run::root().join("crates/tools/xtask/src/charts/requirements.txt"))
            .stdin(Stdio::null()),
    )?;
    create(&local)?;
    let installed = package.join(format!(
        "kubernetes_validate/kubernetes-json-schema/v{KUBERNETES}-local-strict"
    ));
    let entries = std::fs::read_dir(&installed).map_err(|error| named(&installed, &error))?;
    for entry in entries.flatten() {
        let (from, to) = (entry.path(), local.join(entry.file_name()));
        let text = std::fs::read_to_string(&from).map_err(|error| named(&from, &error))?;
        std::fs::write(&to, as_local(&text)).map_err(|error| named(&to, &error))?;
    }
    std::fs::rename(&local, &directory).map_err(|error| named(&directory, &error))?;
    Ok(directory)
}

/// Makes a schema refer to the file beside it: its address is one of a site, which would be asked.
fn as_local(schema: &str) -> String {
    schema
        .replace("\"$id\": \"https://", "\"x-id\": \"https://")
        .replace("\"/api/_definitions.json", "\"_definitions.json")
}

fn create(path: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(path).map_err(|error| named(path, &error))
}

fn named(path: &Path, error: &std::io::Error) -> Failure {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schema_refers_to_file_beside_it() {
        let schema = "{\"$id\": \"https://kubernetes.io/api/x\", \
                      \"$ref\": \"/api/_definitions.json#/$defs/y\", \"properties\": {\"$id\": {}}}";
        let local = as_local(schema);
        assert!(local.contains("\"$ref\": \"_definitions.json#/$defs/y\""));
        assert!(!local.contains("\"$id\": \"https"), "{local}");
        // A property with this name remains.
        assert!(local.contains("\"$id\": {}"), "{local}");
    }
}
