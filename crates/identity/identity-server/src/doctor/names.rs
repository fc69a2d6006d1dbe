//! Names in the configuration that refer to nothing.

use doorward_admin::configured_names;

use crate::prelude::*;
use doorward_process::doctor::report::{CheckResult, Part};

pub(super) async fn check(config: &Config, db: &Db, clock: &dyn Clock) -> Vec<CheckResult> {
    const NAMES: Part = Part("configured names");
    let operator = AdminContext::command_line(db, clock);
    let Ok(missing) = configured_names::find_missing(&operator, config).await else {
        return Vec::new();
    };
    if missing.is_empty() {
        return vec![NAMES.passed("all of them exist")];
    }
    let lines = missing.into_iter().map(|object| {
        let remediation = format!(
            "a setting for it has no effect: correct the name, or create the {}",
            object.kind
        );
        NAMES.bad(object, remediation)
    });
    lines.collect()
}
