//! How long people are answered who exist, and people who do not (SECURITY EN-2).

use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::{Page, UserAgent};
use serde_json::{Value, json};

use crate::start;

/// Sends `count` requests for each of two people by turns, at each form, and prints the medians.
pub async fn measure(count: usize) {
    let program = start().await;
    let mut forms = Vec::new();
    for (path, selector, other) in [
        ("/login", "form:has([name=password])", "nobody"),
        (
            "/forgot-password",
            "form:has([name=identifier])",
            "nobody@example.org",
        ),
    ] {
        if let Some(found) = compare(&program, path, selector, other, count).await {
            forms.push(found);
        }
    }
    println!("{}", serde_json::to_string_pretty(&forms).expect("JSON"));
}

async fn compare(
    program: &Program,
    path: &str,
    selector: &str,
    unknown: &str,
    count: usize,
) -> Option<Value> {
    let agent = UserAgent::new();
    let form = agent.get(program.at(path)).await.find_form(selector)?;
    let form = form.with("password", "a wrong password");
    let known = if unknown.contains('@') {
        "alice@example.org"
    } else {
        "alice"
    };
    let send = async |name: &str| {
        let form = form.clone().with("identifier", name);
        let start = Instant::now();
        let page: Page = agent.submit(&form).await;
        (start.elapsed(), page.status)
    };
    let mut times: [Vec<Duration>; 2] = [Vec::new(), Vec::new()];
    let mut statuses = [0_u16; 2];
    for number in 0..count + 10 {
        for (which, name) in [known, unknown].into_iter().enumerate() {
            let (time, status) = send(name).await;
            statuses[which] = status;
            // The first few warm everything up.
            if number >= 10 {
                times[which].push(time);
            }
        }
    }
    let [known, unknown] = times.map(|mut all| {
        all.sort_unstable();
        all[all.len() / 2].as_secs_f64() * 1e3
    });
    let difference = (known - unknown).abs();
    Some(json!({
        "form": path,
        "statuses": statuses,
        "requests_each": count,
        "known_median_ms": known,
        "unknown_median_ms": unknown,
        "difference_ms": difference,
        "within_en_2": difference < 2.0 || difference / known.max(unknown) < 0.05,
    }))
}
