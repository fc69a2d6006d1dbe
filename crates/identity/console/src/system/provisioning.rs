//! `/admin/system/provisioning`: the systems that give or get users, with their last runs.

use doorward_console_ui::feature::ProvisioningRun;
use doorward_console_ui::prelude::*;

use crate::system::pages::{self, PROVISIONING};

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let context = console.context();
    let mut runs = Vec::new();
    let lists = feature::installed().iter();
    for list in lists.flat_map(|feature| feature.provisioning) {
        runs.extend(list(&context).await?);
    }
    console.show(&Detail {
        lead: console.t("console-provisioning-text"),
        tables: vec![table(console, &runs)],
        ..pages::detail(console, PROVISIONING)
    })
}

fn table(console: &Console<'_>, runs: &[ProvisioningRun]) -> Table {
    let last = |run: &ProvisioningRun| console.ago(run.last_run, "console-none");
    let state = |run: &ProvisioningRun| match (&run.failure, run.last_run) {
        (Some(failure), _) => Value::Code(failure.clone()),
        (None, Some(_)) => console.text("console-provisioning-good"),
        (None, None) => console.text("console-none"),
    };
    console
        .table_of("console-provisioning", runs, "console-provisioning-none")
        .column("console-name", |run| Value::Text(run.name.clone()))
        .column("console-provisioning-kind", |run| console.text(run.kind))
        .column("console-provisioning-last", last)
        .column("console-provisioning-result", state)
        .table()
}
