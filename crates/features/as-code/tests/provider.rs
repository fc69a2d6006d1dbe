//! Tests of the provider for `OpenTofu` and Terraform (`clients/terraform-provider-doorward`): `OpenTofu`, the provider
//! and a server, without a registry. `cargo xtask test --all` builds both programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::program::{Done, Place, Running};

/// Source of the provider in a configuration.
const SOURCE: &str = "doorward.example/doorward/doorward";
/// Exit code of a plan that is not empty.
const CHANGES: i32 = 2;

/// An object of each kind.
const OBJECTS: &str = include_str!("provider/main.tf");
const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789a";
const OTHER_SECRET: &str = "fedcba9876543210fedcba9876543210fedcba98765";

/// Returns the directory of both programs, if they were built.
fn programs() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
    let directory = target.join("terraform");
    let names = ["tofu", "terraform-provider-doorward"];
    let are_built = names.iter().all(|name| directory.join(name).is_file());
    if !are_built {
        println!("NOT RUN: no OpenTofu or no provider; `cargo xtask test --all` builds them");
    }
    are_built.then_some(directory)
}

/// A development instance, and a directory with a configuration of `OpenTofu`.
struct World {
    place: Place,
    programs: PathBuf,
    url: String,
    client_secret: String,
    _server: Running,
}

impl World {
    fn start() -> Option<Self> {
        let programs = programs()?;
        let place = Place::new();
        let mut server = place.start(&["dev", "--port", "0", "--tasks-port", "0"], &[]);
        let welcome = server.stdout_until("Stop with Ctrl-C");
        let line = welcome
            .lines()
            .find(|line| line.contains("Identity server"))
            .unwrap();
        let url = line.split_whitespace().last().unwrap().to_owned();
        let create = [
            "client",
            "create",
            "Terraform",
            "--id",
            "terraform",
            "--grant",
            "client_credentials",
            "--scope",
            "admin",
            "--json",
        ];
        let client_secret = place.json(&create)["client_secret"]
            .as_str()
            .unwrap()
            .to_owned();
        let assign = ["role", "assign", "--client", "terraform", "--role", "admin"];
        place.run(&assign).succeeded();
        let world = Self {
            place,
            programs,
            url,
            client_secret,
            _server: server,
        };
        let overrides = world.programs.display();
        world.place.write(
            "tofurc",
            &format!("provider_installation {{\n  dev_overrides {{ \"{SOURCE}\" = \"{overrides}\" }}\n}}\n"),
        );
        Some(world)
    }

    fn tofu(&self, arguments: &[&str]) -> Done {
        self.tofu_with(SECRET, arguments)
    }

    fn tofu_with(&self, secret: &str, arguments: &[&str]) -> Done {
        let output = Command::new(self.programs.join("tofu"))
            .args(arguments)
            .arg("-no-color")
            .current_dir(self.place.path(""))
            .env_remove("TF_LOG")
            .env("TF_CLI_CONFIG_FILE", self.place.path("tofurc"))
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_VAR_secret", secret)
            .env("DOORWARD_URL", &self.url)
            .env("DOORWARD_CLIENT_ID", "terraform")
            .env("DOORWARD_CLIENT_SECRET", &self.client_secret)
            .envs(["NO_PROXY", "no_proxy"].map(|name| (name, "localhost,127.0.0.1")))
            .output()
            .unwrap();
        // OpenTofu breaks lines.
        let joined = |text: Vec<u8>| {
            let text = String::from_utf8(text).unwrap();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        Done {
            code: output.status.code().unwrap_or(-1),
            stdout: joined(output.stdout),
            stderr: joined(output.stderr),
        }
    }

    /// Writes the configuration: the resources behind the head.
    fn configure(&self, resources: &str) {
        let head = format!(
            "terraform {{\n  required_providers {{\n    doorward = {{ source = \"{SOURCE}\" }}\n  }}\n}}\n\n\
             variable \"secret\" {{\n  type      = string\n  ephemeral = true\n}}\n\n"
        );
        self.place.write("main.tf", &(head + resources));
    }

    fn apply(&self) {
        self.tofu(&["apply", "-auto-approve"]).succeeded();
        self.plan_is_empty();
    }

    #[track_caller]
    fn plan(&self, code: i32) -> Done {
        let plan = self.tofu(&["plan", "-detailed-exitcode"]);
        assert_eq!(plan.code, code, "{}\n{}", plan.stdout, plan.stderr);
        plan
    }

    #[track_caller]
    fn plan_is_empty(&self) {
        self.plan(0);
    }

    fn object(&self, kind: &str, key: &str, value: &str) -> Option<Value> {
        self.place
            .run(&["export", "conf", "--kind", kind])
            .succeeded();
        let files = fs::read_dir(self.place.path("conf").join(kind)).unwrap();
        let texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        let mut documents = texts.map(|text| toml::from_str::<Value>(&text).unwrap());
        let found = documents.find(|document| document[key] == value);
        fs::remove_dir_all(self.place.path("conf")).unwrap();
        found
    }
}

#[test]
fn each_kind_is_applied_without_drift_and_destroyed() {
    let Some(world) = World::start() else { return };
    world.configure(OBJECTS);
    let kinds: Value = serde_json::from_str(include_str!(
        "../../../../clients/terraform-provider-doorward/internal/api/kinds.json"
    ))
    .unwrap();
    for kind in kinds["kinds"].as_array().unwrap() {
        let resource = format!(
            "resource \"doorward_{}\"",
            kind["resource"].as_str().unwrap()
        );
        assert!(OBJECTS.contains(&resource), "the test has no {resource}");
    }
    world.apply();
    let client = world.object("clients", "id", "tf-wiki").unwrap();
    assert_eq!(client["scope"], "openid tf:read", "{client}");
    let state = fs::read_to_string(world.place.path("terraform.tfstate")).unwrap();
    assert!(!state.contains(SECRET) && state.contains("tf-wiki"));

    // The server has other forms of some values, and values that the configuration left out.
    world.plan_is_empty();
    world.tofu(&["destroy", "-auto-approve"]).succeeded();
    assert_eq!(world.object("clients", "id", "tf-wiki"), None);
    assert_eq!(world.object("roles", "name", "tf-support"), None);
}

#[test]
fn change_by_hand_is_taken_back() {
    let Some(world) = World::start() else { return };
    world.configure(
        "resource \"doorward_role\" \"a\" {\n  name        = \"tf-a\"\n  description = \"Reads\"\n}\n\n\
         resource \"doorward_group\" \"b\" {\n  path = \"/tf-b\"\n}\n",
    );
    world.apply();
    for change in [
        ["role", "update", "tf-a", "--description", "Writes"],
        // The configuration leaves the code out, so the group has none.
        ["group", "update", "/tf-b", "--code", "77"],
    ] {
        world.place.run(&change).succeeded();
        world.plan(CHANGES);
        world.apply();
    }
    assert_eq!(
        world.object("roles", "name", "tf-a").unwrap()["description"],
        "Reads"
    );
    assert_eq!(
        world.object("groups", "path", "/tf-b").unwrap().get("code"),
        None
    );
    world.place.run(&["role", "delete", "tf-a"]).succeeded();
    world.plan(CHANGES);
    world.apply();
    assert!(world.object("roles", "name", "tf-a").is_some());
}

#[test]
fn plan_warns_of_impact_and_finds_problems() {
    let Some(world) = World::start() else { return };
    let role = |permissions: &str| {
        format!(
            "resource \"doorward_role\" \"a\" {{\n  name        = \"tf-a\"\n  permissions = {permissions}\n}}\n"
        )
    };
    world.configure(&role("[\"users:read\", \"users:write\"]"));
    world.apply();
    let assign = ["role", "assign", "--user", "alice", "--role", "tf-a"];
    world.place.run(&assign).succeeded();
    world.configure(&role("[\"users:read\"]"));
    let plan = world.plan(CHANGES);
    let text = plan.stdout + &plan.stderr;
    assert!(text.contains("roles/tf-a has an impact"), "{text}");
    assert!(text.contains("users who lose users:write: 1"), "{text}");
    world.configure("");
    let plan = world.plan(CHANGES);
    let text = plan.stdout + &plan.stderr;
    assert!(
        text.contains("The deletion of roles/tf-a has an impact"),
        "{text}"
    );

    world.configure(&role("[\"no:such\"]"));
    let plan = world.plan(1);
    assert!(plan.stderr.contains("no:such"), "{}", plan.stderr);
    // A client of the same run can name its scope.
    world.configure(
        "resource \"doorward_scope\" \"s\" {\n  name        = \"tf:read\"\n  description = \"Read\"\n}\n\n\
         resource \"doorward_client\" \"c\" {\n  id            = \"tf-c\"\n  name          = \"C\"\n  kind          = \"public\"\n\
         \x20 redirect_uris = [\"https://c.example.com/cb\"]\n  scope         = [\"openid\", doorward_scope.s.name]\n}\n",
    );
    world.plan(CHANGES);
    world.apply();
}

#[test]
fn secret_is_sent_with_new_version() {
    let Some(world) = World::start() else { return };
    let client = |rest: &str| {
        format!(
            "resource \"doorward_client\" \"c\" {{\n  id          = \"tf-c\"\n  name        = \"C\"\n\
             \x20 grant_types = [\"client_credentials\"]\n  scope       = [\"tasks:read\"]\n{rest}}}\n"
        )
    };
    let signs_in = |secret: &str| {
        let form = format!("grant_type=client_credentials&client_id=tf-c&client_secret={secret}");
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let url = format!("{}/oauth2/token", world.url);
        super::program::send("POST", &url, &headers, &form).0 == 200
    };
    world.configure(&client(""));
    let rejected = world.tofu(&["apply", "-auto-approve"]);
    assert!(
        rejected.stderr.contains("set client_secret"),
        "{}",
        rejected.stderr
    );

    world.configure(&client("  client_secret = var.secret\n"));
    world.apply();
    assert!(signs_in(SECRET));
    // Without another version, the provider does not know that it is another one.
    assert_eq!(
        world
            .tofu_with(OTHER_SECRET, &["plan", "-detailed-exitcode"])
            .code,
        0
    );
    world.configure(&client(
        "  client_secret = var.secret\n  client_secret_version = 2\n",
    ));
    world
        .tofu_with(OTHER_SECRET, &["apply", "-auto-approve"])
        .succeeded();
    assert!(signs_in(OTHER_SECRET) && !signs_in(SECRET));
    world.plan_is_empty();
}

#[test]
fn existing_object_is_imported() {
    let Some(world) = World::start() else { return };
    let create = [
        "role",
        "create",
        "tf-a",
        "--description",
        "Reads",
        "--permission",
        "users:read",
    ];
    world.place.run(&create).succeeded();
    world
        .place
        .run(&["org", "create", "tf-acme", "--name", "Acme"])
        .succeeded();
    world
        .place
        .run(&["group", "create", "sales", "--org", "tf-acme"])
        .succeeded();
    let role = "resource \"doorward_role\" \"a\" {\n  name        = \"tf-a\"\n  description = \"Reads\"\n  permissions = [\"users:read\"]\n}\n";
    world.configure(role);
    let plan = world.plan(1);
    assert!(
        plan.stderr.contains("roles/tf-a exists already"),
        "{}",
        plan.stderr
    );
    world
        .tofu(&["import", "doorward_role.a", "tf-a"])
        .succeeded();
    world.plan_is_empty();
    let missing = world.tofu(&["import", "doorward_role.b", "tf-b"]);
    assert_ne!(missing.code, 0);
    // OpenTofu writes the resource itself.
    world.configure(&format!(
        "{role}\nimport {{\n  to = doorward_group.b\n  id = \"tf-acme /sales\"\n}}\n"
    ));
    world
        .tofu(&["plan", "-generate-config-out=generated.tf"])
        .succeeded();
    world.apply();
    let generated = fs::read_to_string(world.place.path("generated.tf")).unwrap();
    assert!(generated.contains("\"/sales\""), "{generated}");
}
