//! Check of the stored own texts, whose keys and variables a release may have removed.

use doorward_i18n::own_texts::check_text;
use doorward_store::{Db, repo};

use doorward_process::doctor::report::{CheckResult, Part};

/// Number of texts that one statement reads.
const BATCH: u64 = 500;
/// Maximum number of texts that the check reads.
const MAX: usize = 20_000;
/// Maximum number of texts that the line names.
const NAMED: usize = 10;

/// Checks that the catalogs have each key with its variables. Without own texts there is no line.
pub(super) async fn check(db: &Db) -> Option<CheckResult> {
    const TEXTS: Part = Part("own texts");
    let (mut checked, mut wrong) = (0, Vec::new());
    let mut last = None;
    while checked < MAX && wrong.len() < NAMED {
        let read = repo::own_texts::list_all(db.read(), last.as_ref(), BATCH).await;
        let mut texts = read.ok()?;
        for (owner, text) in &texts {
            if let Err(error) = check_text(&text.key, &text.text) {
                wrong.push(format!("{} ({}, {owner}) {error}", text.key, text.language));
            }
        }
        checked += texts.len();
        last = texts.pop();
        if last.is_none() {
            break;
        }
    }
    wrong.truncate(NAMED);
    match (checked, wrong.is_empty()) {
        (0, _) => None,
        (_, true) => Some(TEXTS.passed(format!("the catalogs have the keys of all {checked}"))),
        (_, false) => Some(TEXTS.warning(
            wrong.join("; "),
            "set each again, or remove it with `doorward text remove`; until then it is ignored",
        )),
    }
}
