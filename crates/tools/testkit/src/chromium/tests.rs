use serde_json::json;

use super::{Profile, idle};
use crate::browser::JavaScript;

/// Crashes processes with and without a test.
#[test]
fn crashed_process_is_replaced() {
    let mut used = Profile::open(JavaScript::On);
    drop(Profile::open(JavaScript::On));
    let crash = json!({});
    let chromium = used.chromium.as_mut().unwrap();
    assert_eq!(chromium.pipe.call("Browser.crash", &crash), None);
    drop(used);
    for chromium in idle().iter_mut() {
        assert_eq!(chromium.pipe.call("Browser.crash", &crash), None);
    }
    assert_eq!(idle().len(), 1);
    assert!(Profile::open(JavaScript::On).open_tab().is_some());
    assert_eq!(idle().len(), 1);
}
