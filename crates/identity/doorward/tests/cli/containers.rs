//! Tests of the container files in `deploy/`: parsed like their tools do, with each command and
//! setting passed to the program. No container engine is available here; `cargo xtask package` runs the
//! program of the image with nothing but the files of the image.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use doorward_testkit::program::free_port;
use serde_json::{Value, json};

use super::program::{KEY, Place, get};

mod jobs;

type Environment = BTreeMap<String, String>;

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../deploy")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(deploy().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn yaml(name: &str) -> Value {
    serde_saphyr::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Returns the object of a kind in the manifests that `cargo xtask charts` renders.
fn object(kind: &str) -> Value {
    object_in("kubernetes/doorward.yaml", kind)
}

fn object_in(file: &str, kind: &str) -> Value {
    let whole = text(file);
    // The first part is the comment at the head.
    let objects = whole.split("\n---\n").skip(1);
    let mut objects = objects.map(|text| -> Value {
        serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    });
    let found = objects.find(|object| object["kind"] == kind);
    found.unwrap_or_else(|| panic!("no {kind}"))
}

fn words(value: &Value) -> Vec<String> {
    let list = value
        .as_array()
        .unwrap_or_else(|| panic!("no list: {value}"));
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    list.iter().map(word).collect()
}

fn names(value: &Value) -> Vec<String> {
    let map = value
        .as_object()
        .unwrap_or_else(|| panic!("no map: {value}"));
    map.keys().cloned().collect()
}

/// Name of the image in the archive of this version.
const IMAGE: &str = concat!("doorward:", env!("CARGO_PKG_VERSION"));

/// Returns how a container of the image runs.
fn image() -> Value {
    serde_json::from_str(&text("image.json")).unwrap()
}

/// Returns the settings in the environment of the image. Its path of certificates is one of the image.
fn image_environment() -> Environment {
    let pairs = words(&image()["Env"]).into_iter();
    let pairs = pairs.filter(|pair| pair.starts_with("DOORWARD"));
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

/// Returns the arguments of the program in a health check.
fn health_check(service: &Value) -> Vec<String> {
    let health = words(&service["healthcheck"]["test"]);
    let program = image()["Entrypoint"][0].as_str().unwrap().to_owned();
    assert_eq!(health[..2], ["CMD".to_owned(), program]);
    health[2..].to_vec()
}

/// The metrics have a fixed port, which another program of the machine may use.
const METRICS_OFF: (&str, &str) = ("DOORWARD__METRICS__ENABLED", "false");

/// An instance whose secrets are files, as in a container.
struct Machine {
    place: Place,
    environment: Environment,
}

impl Machine {
    fn new(environment: Environment) -> Self {
        let place = Place::new();
        place.write("secret_key", KEY);
        let database = place.path("doorward.sqlite");
        place.write("database_url", &format!("sqlite://{}", database.display()));
        let mut environment = environment;
        for value in environment.values_mut() {
            if let Some(name) = value.strip_prefix("/run/secrets/") {
                *value = place.path(name).display().to_string();
            }
        }
        Self { place, environment }
    }

    fn pairs(&self) -> Vec<(&str, &str)> {
        let pairs = self.environment.iter();
        pairs
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    /// Asserts that the program accepts every setting; it rejects unknown names.
    fn is_good(&self, more: &[&str]) {
        let check = [&["config", "check"][..], more].concat();
        self.place.run_with(&check, &self.pairs()).succeeded();
    }

    /// Asserts that the server does not start without a migration: the schema is missing.
    fn needs_migration(&self, serve: &[&str]) {
        let mut pairs = self.pairs();
        pairs.push(METRICS_OFF);
        self.place.run_with(serve, &pairs).failed(1, "migrate up");
    }

    /// Starts the server on a local port and asserts that the paths respond, whatever host the
    /// request names.
    fn serves(mut self, command: &[&str], paths: &[&str]) {
        let port = free_port();
        let listen = format!("127.0.0.1:{port}");
        self.environment.insert("DOORWARD_LISTEN".into(), listen);
        let (name, off) = METRICS_OFF;
        self.environment.insert(name.into(), off.into());
        let environment = self.pairs();
        let mut server = self.place.start(command, &environment);
        server.stderr_until("\"serving\"");
        for path in paths {
            let (status, body) = get(&format!("http://localhost:{port}{path}"), &[]);
            assert_eq!(status, 200, "{path}: {body}");
        }
        let compose = yaml("compose/single.yml");
        let health = health_check(&compose["services"]["doorward"]);
        let health: Vec<&str> = health.iter().map(String::as_str).collect();
        let config = command.iter().skip_while(|word| **word != "--config");
        let health: Vec<&str> = health.into_iter().chain(config.copied()).collect();
        self.place.run_with(&health, &environment).succeeded();
        assert_eq!(server.terminate(), 0);
        self.place
            .run_with(&health, &environment)
            .failed(6, "does not answer");
    }
}

#[test]
fn image_is_not_root_and_serves() {
    let image = image();
    assert_eq!(image["User"], "65532:65532");
    assert_eq!(image["Entrypoint"], json!(["/usr/local/bin/doorward"]));
    // The database is in the working directory, unless the configuration says otherwise.
    assert_eq!(
        names(&image["Volumes"]),
        [image["WorkingDir"].as_str().unwrap()]
    );
    let mut environment = image_environment();
    let port = environment["DOORWARD_LISTEN"].rsplit(':').next().unwrap();
    assert_eq!(names(&image["ExposedPorts"]), [format!("{port}/tcp")]);
    let command = words(&image["Cmd"]);
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    environment.insert("DOORWARD_ISSUER".into(), "https://id.example.org".into());
    environment.insert("DOORWARD_SECRET_KEY".into(), KEY.into());
    Machine::new(environment).serves(&command, &["/livez", "/readyz"]);
}

/// Asserts the security options of a Doorward service.
fn hardened(name: &str, service: &Value) {
    assert_eq!(service["image"], IMAGE, "{name}");
    assert_eq!(service["pull_policy"], "never", "{name}");
    assert_eq!(service["user"], "65532:65532", "{name}");
    assert_eq!(service["read_only"], true, "{name}");
    assert_eq!(service["cap_drop"], json!(["ALL"]), "{name}");
    assert_eq!(
        service["security_opt"],
        json!(["no-new-privileges:true"]),
        "{name}"
    );
    assert!(
        service["ports"].is_null(),
        "{name} must be reachable through the proxy only"
    );
}

/// Asserts that all names in one part of the file are defined in another.
fn complete(file: &str, whole: &Value) {
    let services = whole["services"].as_object().unwrap();
    for (name, service) in services {
        for needed in service["depends_on"].as_object().into_iter().flatten() {
            let other = &services[needed.0];
            let condition = needed.1["condition"].as_str().unwrap();
            assert!(
                condition != "service_healthy" || other["healthcheck"].is_object(),
                "{file}: {} has no health check",
                needed.0
            );
        }
        for secret in service["secrets"].as_array().into_iter().flatten() {
            assert!(
                names(&whole["secrets"]).contains(&secret.as_str().unwrap().into()),
                "{secret}"
            );
        }
        for volume in service["volumes"].as_array().into_iter().flatten() {
            let from = volume.as_str().unwrap().split(':').next().unwrap();
            let made_by_the_operator = from == "./tls";
            if from.starts_with('.') && !made_by_the_operator {
                let path = deploy().join("compose").join(from);
                assert!(path.exists(), "{file}: {name}: {from}");
            } else if !from.starts_with('.') {
                assert!(
                    names(&whole["volumes"]).contains(&from.into()),
                    "{file}: {from}"
                );
            }
        }
    }
    // Only the proxy's fixed address is trusted.
    let proxy = &services["proxy"]["networks"]["inside"]["ipv4_address"];
    let trusted = &services["doorward"]["environment"]["DOORWARD__TRUSTED_PROXIES"];
    assert_eq!(
        *trusted,
        format!("{}/32", proxy.as_str().unwrap()),
        "{file}"
    );
}

fn environment_of(service: &Value) -> Environment {
    let mut environment = image_environment();
    let own = service["environment"].as_object().unwrap().iter();
    environment.extend(own.map(|(name, value)| {
        let value = value
            .as_str()
            .unwrap_or_else(|| panic!("{name} is not a string"));
        (name.clone(), value.to_owned())
    }));
    environment
}

#[test]
fn compose_file_for_single_process_starts() {
    let whole = yaml("compose/single.yml");
    complete("single.yml", &whole);
    let service = &whole["services"]["doorward"];
    hardened("doorward", service);
    let data = format!("data:{}", image()["WorkingDir"].as_str().unwrap());
    assert_eq!(service["volumes"], json!([data]));
    let machine = Machine::new(environment_of(service));
    machine.is_good(&[]);
    let command = words(&service["command"]);
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    machine.serves(&command, &["/livez", "/readyz"]);
}

#[test]
fn compose_file_for_replicas_starts() {
    let whole = yaml("compose/replicas.yml");
    complete("replicas.yml", &whole);
    let services = &whole["services"];
    for name in ["doorward", "migrate"] {
        hardened(name, &services[name]);
    }
    assert!(services["doorward"]["deploy"]["replicas"].as_u64().unwrap() >= 2);
    for name in ["postgres", "redis"] {
        assert!(
            services[name]["ports"].is_null(),
            "{name} must be reachable from the replicas only"
        );
    }
    let service = &services["doorward"];
    assert_eq!(health_check(service), ["healthcheck"]);
    let mut environment = environment_of(service);
    let redis = environment.insert(
        "DOORWARD_REDIS_URL".into(),
        std::env::var("DOORWARD_TEST_REDIS_URL").unwrap_or("redis://127.0.0.1:6379".into()),
    );
    assert_eq!(redis.unwrap(), "redis://redis:6379");
    assert!(services["redis"].is_object());
    let machine = Machine::new(environment);
    machine.is_good(&[]);
    let command = |name: &str| words(&services[name]["command"]);
    let serve = command("doorward");
    let serve: Vec<&str> = serve.iter().map(String::as_str).collect();
    machine.needs_migration(&serve);
    let pairs = machine.pairs();
    let migrate = command("migrate");
    let migrate: Vec<&str> = migrate.iter().map(String::as_str).collect();
    machine.place.run_with(&migrate, &pairs).succeeded();
    drop(pairs);
    machine.serves(&serve, &["/livez", "/readyz"]);
    let upstream = text("compose/nginx-upstream.conf");
    assert!(upstream.contains("server doorward:8400;"), "{upstream}");
}

#[test]
fn pods_are_not_root_and_write_nowhere() {
    let deployment = object("Deployment");
    let spec = &deployment["spec"]["template"]["spec"];
    assert_eq!(spec["automountServiceAccountToken"], false);
    assert_eq!(spec["securityContext"]["runAsNonRoot"], true);
    assert_eq!(
        spec["securityContext"]["seccompProfile"]["type"],
        "RuntimeDefault"
    );
    let (first, second) = (&spec["initContainers"][0], &spec["containers"][0]);
    assert_eq!(first["image"], second["image"]);
    for container in [first, second] {
        let context = &container["securityContext"];
        assert_eq!(context["readOnlyRootFilesystem"], true, "{container}");
        assert_eq!(context["allowPrivilegeEscalation"], false, "{container}");
        assert_eq!(
            context["capabilities"]["drop"],
            json!(["ALL"]),
            "{container}"
        );
        assert!(
            container["resources"]["limits"]["memory"].is_string(),
            "{container}"
        );
        let volumes = spec["volumes"].as_array().unwrap();
        let mounts = container["volumeMounts"].as_array().unwrap();
        assert!(
            mounts
                .iter()
                .all(|mount| volumes.iter().any(|one| one["name"] == mount["name"]))
        );
        // A mount point inside a read-only mount could not be created.
        let paths: Vec<_> = mounts
            .iter()
            .map(|mount| mount["mountPath"].as_str().unwrap())
            .collect();
        for path in &paths {
            let below = |other: &&str| {
                other
                    .strip_prefix(path)
                    .is_some_and(|rest| rest.starts_with('/'))
            };
            assert!(!paths.iter().any(below), "{paths:?}");
        }
    }
}

#[test]
fn manifests_fit_together() {
    let deployment = object("Deployment");
    let labels = &deployment["spec"]["template"]["metadata"]["labels"];
    assert_eq!(deployment["spec"]["selector"]["matchLabels"], *labels);
    let budget = object("PodDisruptionBudget");
    assert_eq!(budget["spec"]["selector"]["matchLabels"], *labels);
    let replicas = deployment["spec"]["replicas"].as_u64().unwrap();
    assert!(budget["spec"]["maxUnavailable"].as_u64().unwrap() < replicas);
    let service = object("Service");
    assert_eq!(service["spec"]["selector"], *labels);
    let policy = object("NetworkPolicy");
    assert_eq!(policy["spec"]["podSelector"]["matchLabels"], *labels);
    let ports = deployment["spec"]["template"]["spec"]["containers"][0]["ports"]
        .as_array()
        .unwrap();
    let ports: Vec<_> = ports
        .iter()
        .map(|port| port["name"].as_str().unwrap())
        .collect();
    assert!(ports.contains(&service["spec"]["ports"][0]["targetPort"].as_str().unwrap()));
    for rule in policy["spec"]["ingress"].as_array().unwrap() {
        assert!(
            ports.contains(&rule["ports"][0]["port"].as_str().unwrap()),
            "{rule}"
        );
    }
    let chart = yaml("helm/doorward/Chart.yaml");
    for version in [&chart["version"], &chart["appVersion"]] {
        assert_eq!(version, env!("CARGO_PKG_VERSION"));
    }
    let image = &deployment["spec"]["template"]["spec"]["containers"][0]["image"];
    let tag = concat!(":", env!("CARGO_PKG_VERSION"));
    assert!(image.as_str().unwrap().ends_with(tag), "{image}");
}

/// Writes the files of the example secret and a configuration that reads them, and returns the path of
/// the configuration.
fn configure(place: &Place, toml: &str) -> String {
    place.write("secret.key", KEY);
    let database = place.path("doorward.sqlite");
    place.write("database.url", &format!("sqlite://{}", database.display()));
    let redis = std::env::var("DOORWARD_TEST_REDIS_URL");
    place.write(
        "redis.url",
        &redis.unwrap_or("redis://127.0.0.1:6379".into()),
    );
    let secrets = names(&yaml("kubernetes/secret.example.yaml")["stringData"]);
    // The directory of the secrets is replaced by this one; the secret contains every file that is
    // named there.
    let mut moved = String::new();
    let directory = format!("{}/", place.path("").display()).replace("//", "/");
    let mut pieces = toml.split("/etc/doorward-secrets/");
    moved.push_str(pieces.next().unwrap());
    for piece in pieces {
        let name = piece.split('"').next().unwrap();
        assert!(
            secrets.contains(&name.to_owned()),
            "no secret contains {name}"
        );
        moved.push_str(&directory);
        moved.push_str(piece);
    }
    place.write("doorward.toml", &moved);
    place.path("doorward.toml").display().to_string()
}

/// Returns the configuration file of the manifests.
fn configuration() -> String {
    let config = object("ConfigMap");
    config["data"]["doorward.toml"].as_str().unwrap().to_owned()
}

#[test]
fn settings_of_largest_value_set_are_accepted() {
    let values = yaml("helm/values/full.yaml");
    let place = Place::new();
    // The chart appends the settings.
    let settings = values["settings"].as_str().unwrap();
    let config = configure(&place, &format!("{}\n{settings}", configuration()));
    let variables = values["extraEnv"].as_array().unwrap().iter();
    let variables = variables.map(|variable| variable["name"].as_str().unwrap().to_owned());
    let environment = variables
        .map(|name| (name, "smtps://id:password@mail.example.org".to_owned()))
        .collect();
    let machine = Machine { place, environment };
    machine.is_good(&["--config", &config]);
}

#[test]
fn kubernetes_pods_start() {
    let deployment = object("Deployment");
    let spec = &deployment["spec"]["template"]["spec"];
    let place = Place::new();
    let config = configure(&place, &configuration());
    let command = |container: &Value| -> Vec<String> {
        let args = words(&container["args"]).into_iter();
        args.map(|word| word.replace("/etc/doorward/doorward.toml", &config))
            .collect()
    };
    let migrate = command(&spec["initContainers"][0]);
    let migrate: Vec<&str> = migrate.iter().map(String::as_str).collect();
    let serve = command(&spec["containers"][0]);
    let serve: Vec<&str> = serve.iter().map(String::as_str).collect();
    let environment = image_environment();
    let machine = Machine { place, environment };
    machine.is_good(&["--config", &config]);
    machine.needs_migration(&serve);
    let pairs = machine.pairs();
    machine.place.run_with(&migrate, &pairs).succeeded();
    drop(pairs);
    let probes = ["startupProbe", "livenessProbe", "readinessProbe"];
    let paths = probes.map(|probe| {
        let probe = &spec["containers"][0][probe]["httpGet"];
        assert_eq!(probe["port"], "http");
        probe["path"].as_str().unwrap()
    });
    assert_eq!(paths, ["/livez", "/livez", "/readyz"]);
    machine.serves(&serve, &paths);
}
