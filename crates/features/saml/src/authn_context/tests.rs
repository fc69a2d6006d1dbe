use rstest::rstest;

use super::*;

fn requested(comparison: Comparison, classes: &[&str]) -> RequestedContext {
    RequestedContext {
        comparison,
        classes: classes.iter().map(|class| (*class).to_owned()).collect(),
    }
}

#[rstest]
#[case(Comparison::Exact, &[PASSWORD], None)]
#[case(Comparison::Exact, &["urn:x"], Some("urn:x"))]
#[case(Comparison::Exact, &["urn:x", MULTIPLE], Some(AAL2))]
#[case(Comparison::Exact, &[MULTIPLE, PASSWORD], None)]
#[case(Comparison::Minimum, &[MULTIPLE], Some(AAL2))]
#[case(Comparison::Maximum, &[PASSWORD], None)]
#[case(Comparison::Better, &[PASSWORD], Some(AAL2))]
#[case(Comparison::Better, &[MULTIPLE], Some(MULTIPLE))]
fn demand_has_level(
    #[case] comparison: Comparison,
    #[case] classes: &[&str],
    #[case] expected: Option<&str>,
) {
    let demand = demand(&requested(comparison, classes));
    assert_eq!(demand.level.as_deref(), expected);
}

#[test]
fn response_names_requested_class() {
    let classes = [MULTIPLE.to_owned(), PASSWORD.to_owned()];
    assert_eq!(stated(&classes, AAL2), MULTIPLE);
    assert_eq!(stated(&classes, AAL1), PASSWORD);
    // Some service providers accept no other class than the one that they requested.
    assert_eq!(stated(&classes[1..], AAL2), PASSWORD);
    assert_eq!(stated(&[], AAL1), PASSWORD);
    assert_eq!(stated(&[], AAL2), MULTIPLE);
}
