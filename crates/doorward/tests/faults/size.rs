//! How long a trial is, and what it says in the end.

use std::path::PathBuf;

use serde_json::{Value, json};

/// A trial about to begin.
pub struct Trial {
    name: &'static str,
    store: &'static str,
    /// Where all chance comes from.
    pub seed: u64,
    release: bool,
}

impl Trial {
    /// Reads what the environment asks for.
    pub fn new(name: &'static str, store: &'static str) -> Self {
        let asked = std::env::var("DOORWARD_TRIAL_SEED").ok();
        let seed = asked.map_or(0x5eed, |seed| {
            seed.parse().expect("DOORWARD_TRIAL_SEED is a number")
        });
        let release = std::env::var("DOORWARD_TRIAL").is_ok_and(|size| size == "release");
        println!("{name} on {store}: seed {seed}");
        Self {
            name,
            store,
            seed,
            release,
        }
    }

    /// The short size in the suite, the long one before a release.
    pub fn size(&self, short: usize, long: usize) -> usize {
        if self.release { long } else { short }
    }

    /// Prints the result as a line of JSON.
    pub fn done(&self, result: Value) {
        let mut line = json!({ "trial": self.name, "store": self.store, "seed": self.seed, "release": self.release });
        if let (Some(line), Value::Object(result)) = (line.as_object_mut(), result) {
            line.extend(result);
        }
        println!("{line}");
    }
}

/// The program: the one that was built with the tests, or that of `DOORWARD_BIN`.
pub fn binary() -> PathBuf {
    std::env::var_os("DOORWARD_BIN")
        .map_or_else(|| env!("CARGO_BIN_EXE_doorward").into(), PathBuf::from)
}
