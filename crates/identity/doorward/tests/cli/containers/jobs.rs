//! Tests of the Job and the `CronJob` that apply and compare files.

use std::fs;
use std::os::unix::fs::symlink;

use super::super::program::Place;
use super::{object_in, words};

#[test]
fn jobs_of_files_run_commands() {
    let file = "kubernetes/as-code.yaml";
    let job = object_in(file, "Job")["spec"].clone();
    let drift = object_in(file, "CronJob")["spec"]["jobTemplate"]["spec"].clone();
    for (spec, command) in [(&job, "apply"), (&drift, "drift")] {
        let pod = &spec["template"]["spec"];
        let container = &pod["containers"][0];
        let arguments = words(&container["args"]);
        assert_eq!(arguments[0], command);
        let objects = arguments[1].as_str();
        let mounts = container["volumeMounts"].as_array().unwrap();
        let volumes = pod["volumes"].as_array().unwrap();
        for mount in mounts {
            let is_known = volumes.iter().any(|volume| volume["name"] == mount["name"]);
            assert!(is_known, "{mount}");
        }
        let maps = mounts.iter().filter_map(|mount| {
            let path = mount["mountPath"].as_str()?;
            path.strip_prefix(objects)?.strip_prefix('/')
        });
        assert_eq!(maps.collect::<Vec<_>>(), ["clients", "roles"]);
        // A map that is missing must not be a kind without objects.
        assert!(
            volumes
                .iter()
                .all(|volume| volume["configMap"]["optional"].is_null())
        );

        // The program knows the command and its options. Kubernetes mounts a file as a link to a hidden directory.
        let place = Place::configured();
        place
            .run(&["export", "conf", "--kind", "roles"])
            .succeeded();
        let hidden = place.path("conf/roles/..data");
        fs::create_dir_all(&hidden).unwrap();
        fs::write(hidden.join("tf.toml"), "name = \"tf\"\n").unwrap();
        symlink("..data/tf.toml", place.path("conf/roles/tf.toml")).unwrap();
        let own = arguments.iter().map(|argument| match argument.as_str() {
            path if path == objects => "conf",
            "--config=/etc/doorward/doorward.toml" => "--config=doorward.toml",
            other => other,
        });
        let done = place.run(&own.collect::<Vec<_>>());
        let expected = if command == "apply" {
            (0, "+ roles/tf")
        } else {
            (7, "roles/tf was deleted")
        };
        assert_eq!(done.code, expected.0, "{done:?}");
        assert!(done.stdout.contains(expected.1), "{done:?}");
    }
}
