//! Decisions about a plan, for migrations of each kind.

use super::*;

const fn described(name: &'static str, former: FormerProgram) -> Description {
    Description {
        name,
        effect: "Changes a table.",
        change: Change::Adds,
        work: &[],
        former,
    }
}

const RESTARTS: Description = described("m0002_adds", FormerProgram::Restarts);
const WORKS_ON: Description = described("m0003_features", FormerProgram::WorksOn("it forgets"));
const KNOWS: Description = described("m0004_removes", FormerProgram::Knows("m0001_first"));
const KNOWS_NEW: Description = described("m0005_moves", FormerProgram::Knows("m0002_adds"));

fn plan(is_recorded: bool, steps: &[Option<&'static Description>]) -> UpgradePlan {
    let step = |description: Option<&'static Description>| UpgradeStep {
        name: description.map_or("m0009_bare", |one| one.name).to_owned(),
        rows: 0,
        duration: STATEMENTS,
        description,
    };
    UpgradePlan {
        status: MigrationStatus {
            applied: vec!["m0001_first".to_owned()],
            ..MigrationStatus::default()
        },
        steps: steps.iter().copied().map(step).collect(),
        bytes: 0,
        is_recorded,
    }
}

#[test]
fn former_release_works_beside_steps_that_need_nothing_new() {
    let all = [Some(&RESTARTS), Some(&WORKS_ON), Some(&KNOWS)];
    assert!(plan(true, &all).exclusive_steps().is_empty());
    let later = plan(true, &[Some(&RESTARTS), Some(&KNOWS_NEW), None]);
    assert_eq!(later.exclusive_steps(), ["m0005_moves", "m0009_bare"]);
}

#[test]
fn rollback_needs_record_and_lossless_steps() {
    let free = [Some(&RESTARTS), Some(&KNOWS)];
    assert!(plan(true, &free).rollback_obstacles().is_empty());
    assert_eq!(plan(false, &free).rollback_obstacles().len(), 1);
    // Without migrations there is nothing that the former release does not know.
    assert!(plan(false, &[]).rollback_obstacles().is_empty());
    let bound = plan(true, &[Some(&WORKS_ON), Some(&KNOWS_NEW), None]);
    let reasons = bound.rollback_obstacles();
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    assert_eq!(reasons[0], "m0003_features: it forgets");
}

#[test]
fn durations_grow_with_rows() {
    let index = work_duration(Work::Index("audit_seals"), 1_000_000);
    assert_eq!(index, Duration::from_secs(3));
    let rewrite = work_duration(Work::Rewrite("users"), 1_000_000);
    assert_eq!(rewrite, Duration::from_secs(50));
    assert_eq!(work_duration(Work::Index("users"), 0), Duration::ZERO);
    let many = work_duration(Work::Index("users"), u64::MAX);
    assert!(many > Duration::from_secs(10_000), "{many:?}");
    let copied = UpgradePlan {
        bytes: 120 * 1024 * 1024,
        ..plan(true, &[Some(&RESTARTS)])
    };
    assert_eq!(copied.copy_duration(), Duration::from_secs(3));
    assert_eq!(copied.duration(), STATEMENTS);
}
