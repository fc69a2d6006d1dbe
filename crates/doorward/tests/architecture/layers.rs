//! Checks the dependencies between crates (docs/architecture.md): each layer lists the crates it
//! may and must not depend on. Development dependencies are free; nothing ships the test kit.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::http_layers::HTTP;

/// A layer: the workspace crates it may depend on, and the external crates it must not.
pub struct Layer {
    pub name: &'static str,
    pub may_see: &'static [&'static str],
    pub never: &'static [&'static str],
}

const DATA: [&str; 4] = ["sea-orm", "sea-orm-migration", "sqlx", "redis"];

/// Libraries of a server, which no use case depends on.
const SERVER: [&str; 11] = [
    "sea-orm",
    "sea-orm-migration",
    "sqlx",
    "redis",
    "actix-web",
    "askama",
    "lettre",
    "reqwest",
    "utoipa",
    "fluent-bundle",
    "prometheus",
];

/// Libraries of a crate that only has data.
const INPUT_OR_OUTPUT: [&str; 10] = [
    "sea-orm",
    "sea-orm-migration",
    "sqlx",
    "redis",
    "actix-web",
    "askama",
    "clap",
    "reqwest",
    "tokio",
    "utoipa",
];

/// The layers below those of [`HTTP`].
static BELOW: [Layer; 17] = [
    Layer {
        name: "doorward-protocol",
        may_see: &[],
        never: &["josekit", "uuid", "time"],
    },
    Layer {
        name: "doorward-access",
        may_see: &["doorward-protocol"],
        never: &["argon2", "askama", "aes-gcm"],
    },
    Layer {
        name: "doorward-domain",
        may_see: &["doorward-protocol", "doorward-access"],
        never: &["askama"],
    },
    Layer {
        name: "doorward-migrations",
        may_see: &[],
        never: &["actix-web", "josekit", "argon2"],
    },
    Layer {
        name: "doorward-handover",
        may_see: &[],
        never: &SERVER,
    },
    Layer {
        name: "doorward-store",
        may_see: &[
            "doorward-protocol",
            "doorward-access",
            "doorward-domain",
            "doorward-handover",
            "doorward-migrations",
        ],
        never: &["actix-web", "askama", "reqwest", "josekit", "argon2"],
    },
    Layer {
        name: "doorward-i18n",
        may_see: &[],
        never: &INPUT_OR_OUTPUT,
    },
    Layer {
        name: "doorward-config",
        may_see: &["doorward-protocol", "doorward-access", "doorward-domain"],
        never: &[
            "sea-orm",
            "sea-orm-migration",
            "sqlx",
            "redis",
            "actix-web",
            "askama",
            "reqwest",
            "tokio",
            "openssl",
            "lettre",
            "maxminddb",
            "utoipa",
            "fluent-bundle",
        ],
    },
    Layer {
        name: "doorward-telemetry",
        may_see: &["doorward-protocol", "doorward-domain"],
        never: &[
            "sea-orm",
            "sea-orm-migration",
            "sqlx",
            "redis",
            "actix-web",
            "askama",
            "reqwest",
            "utoipa",
            "moka",
        ],
    },
    Layer {
        name: "doorward-egress",
        may_see: &[
            "doorward-protocol",
            "doorward-access",
            "doorward-domain",
            "doorward-telemetry",
        ],
        never: &[
            "sea-orm",
            "sea-orm-migration",
            "sqlx",
            "redis",
            "actix-web",
            "askama",
            "utoipa",
            "lettre",
        ],
    },
    Layer {
        name: "doorward-templates",
        may_see: &["doorward-protocol", "doorward-domain", "doorward-i18n"],
        never: &[
            "sea-orm",
            "sea-orm-migration",
            "sqlx",
            "redis",
            "actix-web",
            "reqwest",
            "tokio",
            "utoipa",
            "image",
        ],
    },
    Layer {
        name: "doorward-email",
        may_see: &["doorward-domain", "doorward-i18n", "doorward-templates"],
        never: &[
            "sea-orm",
            "sea-orm-migration",
            "sqlx",
            "redis",
            "actix-web",
            "reqwest",
            "utoipa",
        ],
    },
    Layer {
        name: "doorward-services",
        may_see: &[
            "doorward-protocol",
            "doorward-access",
            "doorward-domain",
            "doorward-store",
            "doorward-i18n",
            "doorward-config",
            "doorward-telemetry",
            "doorward-egress",
            "doorward-email",
        ],
        never: &SERVER,
    },
    Layer {
        name: "doorward-applications",
        may_see: &[],
        never: &INPUT_OR_OUTPUT,
    },
    Layer {
        name: "doorward-admin",
        may_see: &[
            "doorward-protocol",
            "doorward-access",
            "doorward-domain",
            "doorward-store",
            "doorward-config",
            "doorward-egress",
            "doorward-email",
            "doorward-services",
            "doorward-applications",
        ],
        never: &SERVER,
    },
    Layer {
        name: "doorward-import",
        may_see: &[
            "doorward-protocol",
            "doorward-access",
            "doorward-domain",
            "doorward-store",
            "doorward-egress",
            "doorward-services",
            "doorward-admin",
        ],
        never: &SERVER,
    },
    Layer {
        name: "doorward-http-common",
        may_see: &["doorward-protocol", "doorward-access"],
        never: &[
            "sea-orm",
            "sea-orm-migration",
            "sqlx",
            "redis",
            "askama",
            "reqwest",
            "tokio",
            "moka",
            "openssl",
        ],
    },
];

/// The layers above those of [`HTTP`].
static ABOVE: [Layer; 7] = [
    Layer {
        name: "doorward-identity-server",
        may_see: &[
            "doorward-protocol",
            "doorward-access",
            "doorward-domain",
            "doorward-store",
            "doorward-i18n",
            "doorward-config",
            "doorward-telemetry",
            "doorward-egress",
            "doorward-email",
            "doorward-services",
            "doorward-admin",
            "doorward-web",
            "doorward-oauth-http",
            "doorward-pages",
            "doorward-account-api",
            "doorward-admin-api",
            "doorward-console",
        ],
        never: &[
            "sea-orm",
            "sea-orm-migration",
            "sqlx",
            "redis",
            "askama",
            "utoipa",
            "webauthn-rs",
            "moka",
        ],
    },
    Layer {
        name: "doorward-resource-server",
        may_see: &[
            "doorward-protocol",
            "doorward-access",
            "doorward-handover",
            "doorward-http-common",
            "doorward-migrations",
        ],
        never: &["redis", "argon2", "josekit"],
    },
    Layer {
        name: "doorward",
        may_see: &[
            "doorward-protocol",
            "doorward-access",
            "doorward-domain",
            "doorward-store",
            "doorward-i18n",
            "doorward-config",
            "doorward-telemetry",
            "doorward-egress",
            "doorward-templates",
            "doorward-email",
            "doorward-services",
            "doorward-admin",
            "doorward-import",
            "doorward-applications",
            "doorward-http-common",
            "doorward-identity-server",
            "doorward-resource-server",
        ],
        never: &DATA,
    },
    Layer {
        name: "doorward-testkit",
        may_see: &[
            "doorward-protocol",
            "doorward-access",
            "doorward-domain",
            "doorward-store",
            "doorward-i18n",
            "doorward-config",
            "doorward-telemetry",
            "doorward-egress",
            "doorward-templates",
            "doorward-email",
            "doorward-services",
            "doorward-admin",
            "doorward-identity-server",
            "doorward-resource-server",
        ],
        never: &[],
    },
    Layer {
        name: "doorward-fuzz",
        may_see: &["doorward-protocol", "doorward-access", "doorward-domain"],
        // The tests use other libraries than the verified code for signing and parsing.
        never: &["josekit", "serde_json", "base64"],
    },
    Layer {
        name: "doorward-interop",
        may_see: &["doorward-testkit"],
        never: &DATA,
    },
    Layer {
        name: "doorward-xtask",
        may_see: &[],
        never: &[],
    },
];

/// Layers without async code, input, output or a server.
const PURE: [&str; 2] = ["doorward-protocol", "doorward-domain"];
const IMPURE: [&str; 9] = [
    "tokio",
    "actix-web",
    "reqwest",
    "async-trait",
    "futures-util",
    "sea-orm",
    "sqlx",
    "redis",
    "config",
];

/// Returns every layer, sorted by dependency.
fn layers() -> impl Iterator<Item = &'static Layer> {
    BELOW.iter().chain(&HTTP).chain(&ABOVE)
}

pub fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(crate::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata")
}

/// Returns the dependencies of a package, without development dependencies.
pub fn built_with(package: &Package) -> BTreeSet<String> {
    package
        .dependencies
        .iter()
        // A library that only a feature adds, such as `openapi`, does not count.
        .filter(|it| it.kind != DependencyKind::Development && !it.optional)
        .map(|dependency| dependency.name.clone())
        .collect()
}

#[test]
fn each_package_is_known_layer() {
    let known: BTreeSet<_> = layers().map(|layer| layer.name.to_owned()).collect();
    let there: BTreeSet<_> = metadata()
        .packages
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    assert_eq!(there, known);
}

#[test]
fn crates_depend_only_on_allowed_crates() {
    let metadata = metadata();
    let mut wrong = Vec::new();
    for layer in layers() {
        let package = metadata
            .packages
            .iter()
            .find(|package| package.name.as_str() == layer.name)
            .expect(layer.name);
        for dependency in built_with(package) {
            let ours = layers().any(|layer| layer.name == dependency);
            let impure = PURE.contains(&layer.name) && IMPURE.contains(&dependency.as_str());
            let allowed = if ours {
                layer.may_see.contains(&dependency.as_str())
            } else {
                !impure && !layer.never.contains(&dependency.as_str())
            };
            if !allowed {
                wrong.push(format!("{} must not depend on {dependency}", layer.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn layers_are_sorted_by_dependency() {
    for (place, layer) in layers().enumerate() {
        for seen in layer.may_see {
            let before = layers().position(|other| other.name == *seen);
            assert!(
                before.is_some_and(|it| it < place),
                "{} -> {seen}",
                layer.name
            );
        }
    }
}

#[test]
fn third_party_can_take_access_without_server_or_client() {
    let metadata = metadata();
    let access = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == "doorward-access")
        .expect("access");
    let heavy: Vec<_> = access
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal && !dependency.optional)
        .map(|dependency| dependency.name.as_str())
        .filter(|name| ["actix-web", "reqwest", "tokio"].contains(name))
        .collect();
    assert!(heavy.is_empty(), "must be optional: {heavy:?}");
}

#[test]
fn every_package_inherits_lints() {
    for package in metadata().packages {
        let manifest = std::fs::read_to_string(&package.manifest_path).expect("manifest");
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} does not inherit the workspace lints",
            package.name
        );
    }
}
