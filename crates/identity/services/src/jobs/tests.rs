//! Waiting jobs survive an upgrade: payloads of released versions are read and written like before.

use doorward_domain::model::mail::SecurityNotification;
use serde_json::Value;

use super::*;

const GOLDEN: &str = include_str!("../../tests/golden/job_payloads.txt");

fn samples() -> impl Iterator<Item = Value> {
    let lines = GOLDEN.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| serde_json::from_str(line).unwrap())
}

/// Returns true if a value has all members of a sample. A later version may write more.
fn includes(value: &Value, sample: &Value) -> bool {
    match (value, sample) {
        (Value::Object(value), Value::Object(sample)) => sample
            .iter()
            .all(|(name, sample)| value.get(name).is_some_and(|value| includes(value, sample))),
        _ => value == sample,
    }
}

#[test]
fn golden_payloads_are_read_and_written_like_before() {
    let mut kinds = Vec::new();
    for sample in samples() {
        let payload: JobPayload = serde_json::from_value(sample.clone())
            .unwrap_or_else(|error| panic!("{sample} is not read: {error}"));
        kinds.push(payload.kind());
        let written = serde_json::to_value(&payload).unwrap();
        assert!(includes(&written, &sample), "{sample} becomes {written}");
    }
    for kind in JobKind::ALL {
        assert!(kinds.contains(&kind), "add a payload of {kind:?}");
    }
}

#[test]
fn every_notification_has_golden_payload() {
    for notification in SecurityNotification::ALL {
        let notification = serde_json::to_value(notification).unwrap();
        let what = &notification["what"];
        let is_there = samples().any(|sample| sample["mail"]["content"]["notice"]["what"] == *what);
        assert!(is_there, "add a message of {what}");
    }
}
