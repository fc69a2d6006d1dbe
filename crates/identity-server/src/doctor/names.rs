//! Names in the configuration that refer to nothing.

use doorward_admin::configured_names;
use doorward_admin::operator::AdminContext;
use doorward_config::Config;
use doorward_domain::time::Clock;
use doorward_store::Db;

use super::report::CheckResult;

/// Checks that the objects exist that the configuration names.
pub(super) async fn check(
    config: &Config,
    db: &Db,
    clock: &dyn Clock,
    report: &mut Vec<CheckResult>,
) {
    const PART: &str = "configured names";
    let operator = AdminContext::command_line(db, clock);
    let Ok(missing) = configured_names::find_missing(&operator, config).await else {
        return;
    };
    if missing.is_empty() {
        report.push(CheckResult::passed(PART, "all of them exist"));
    }
    report.extend(missing.into_iter().map(|object| {
        let remediation = format!(
            "a setting for it has no effect: correct the name, or create the {}",
            object.kind
        );
        CheckResult::bad(PART, object.to_string(), remediation)
    }));
}
