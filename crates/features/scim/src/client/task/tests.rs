use doorward_domain::model::ClientId;
use doorward_domain::model::scim::ScimTarget;
use rstest::rstest;

use super::{Work, due};

const DAY: i64 = 24 * 60 * 60;

#[rstest]
#[case::new(None, false, None, 7, 'f')]
#[case::unchanged(Some(0), false, None, 7, '-')]
#[case::changes(Some(0), false, None, 8, 'c')]
#[case::failed(Some(0), false, Some(DAY), 8, '-')]
#[case::again(Some(0), false, Some(1), 8, 'c')]
#[case::old(Some(1 - DAY), false, None, 7, 'f')]
#[case::full(Some(-60), true, None, 7, 'f')]
#[case::too_soon(Some(0), true, None, 8, '-')]
fn work_is_due(
    #[case] full_at: Option<i64>,
    #[case] is_full_due: bool,
    #[case] retry_at: Option<i64>,
    #[case] head: i64,
    #[case] expected: char,
) {
    let target = ScimTarget {
        client_id: ClientId::parse("wiki").unwrap(),
        url: "https://wiki.example/scim".to_owned(),
        is_operator_url: true,
        token_sealed: Vec::new(),
        users: "all".to_owned(),
        has_groups: true,
        is_paused: false,
        position: 7,
        is_full_due,
        full_at,
        ran_at: None,
        report: String::new(),
        failures: 0,
        retry_at,
        last_error: None,
        created_by: None,
        created_at: 0,
    };
    let found = match due(&target, head, 1) {
        Some(Work::Full(_)) => 'f',
        Some(Work::Changes) => 'c',
        None => '-',
    };
    assert_eq!(found, expected);
}
