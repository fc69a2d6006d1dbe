//! Compares results with the expected ones, and renders the table of `docs/certification.md`.

use std::fmt::Write as _;

use super::plans::{Plan, Plans};

/// The result of a module.
pub struct Outcome {
    pub module: String,
    /// Result at the suite, or why there is none.
    pub result: String,
    /// Conditions that report a failure or a warning.
    pub conditions: Vec<String>,
    /// Details for a reader, one a line.
    pub details: Vec<String>,
}

pub struct PlanOutcome {
    pub plan: Plan,
    /// Modules that ran.
    pub modules: Vec<Outcome>,
}

/// Results with a column; all others count as failed.
const COLUMNS: [&str; 4] = ["PASSED", "REVIEW", "SKIPPED", "WARNING"];
/// Variants that the table shows, in this order.
const SHOWN: [&str; 12] = [
    "client_registration",
    "ssf_delivery_mode",
    "authzen_support",
    "ciba_mode",
    "openid",
    "client_auth_type",
    "sender_constrain",
    "fapi_request_method",
    "fapi_response_mode",
    "authorization_request_type",
    "fapi_profile",
    "fapi_client_type",
];
/// The profile that needs no mention.
const USUAL_PROFILE: &str = "plain_fapi";

impl Outcome {
    /// Returns why the result is unexpected, if it is.
    pub fn problem(&self, plans: &Plans, plan: &Plan) -> Option<String> {
        let (expected, conditions) = plans.expected(plan, &self.module);
        if self.result != expected {
            return Some(format!(
                "{}: {}: {} instead of {expected}",
                plan.name, self.module, self.result
            ));
        }
        let known = |condition: &&String| conditions.contains(&condition.as_str());
        let other = self.conditions.iter().find(|it| !known(it))?;
        Some(format!(
            "{}: {}: {expected}, but by {other}",
            plan.name, self.module
        ))
    }
}

impl PlanOutcome {
    /// Returns each unexpected result. The number of modules is one, too.
    pub fn problems(&self, plans: &Plans) -> Vec<String> {
        let modules = self.modules.iter();
        let mut problems: Vec<String> = modules
            .filter_map(|outcome| outcome.problem(plans, &self.plan))
            .collect();
        if self.modules.len() != self.plan.modules {
            problems.push(format!(
                "{}: {} modules instead of {}",
                self.plan.name,
                self.modules.len(),
                self.plan.modules
            ));
        }
        problems
    }

    /// Returns the number of modules, and of each column of the table, the last of which counts
    /// failures.
    fn counts(&self) -> [usize; 6] {
        let mut counts = [0; 6];
        for outcome in &self.modules {
            let column = COLUMNS.iter().position(|it| *it == outcome.result);
            counts[0] += 1;
            counts[column.map_or(5, |index| index + 1)] += 1;
        }
        counts
    }
}

/// Returns the table of the page in Markdown.
pub fn table(outcomes: &[PlanOutcome]) -> String {
    let mut table = String::from(
        "| plan | variants | modules | passed | review | skipped | warning | failed |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    let mut sums = [0; 6];
    for outcome in outcomes {
        let counts = outcome.counts();
        let plan = &outcome.plan;
        add_row(&mut table, &plan.title, &variants(plan), counts);
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    add_row(&mut table, "**all**", "", sums);
    table
}

fn add_row(table: &mut String, title: &str, variants: &str, counts: [usize; 6]) {
    let counts = counts.map(|count| count.to_string()).join(" | ");
    // Writing to a string cannot fail.
    let _ = writeln!(table, "| {title} | {variants} | {counts} |");
}

fn variants(plan: &Plan) -> String {
    let values = SHOWN.iter().map(|name| plan.variant(name));
    let shown = values.filter(|value| !value.is_empty() && *value != USUAL_PROFILE);
    shown
        .map(|value| format!("`{value}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
