use rstest::rstest;

use super::*;

fn hash(digit: char) -> LinkHash {
    LinkHash::parse(&digit.to_string().repeat(64)).unwrap()
}

fn link(seq: i64, digit: char) -> ChainLink {
    ChainLink::without_event(seq, 0, hash(digit))
}

fn head(seq: i64, digit: char) -> AuditHead {
    AuditHead::at_link(&link(seq, digit), 100)
}

#[test]
fn head_file_round_trips() {
    let head = AuditHead {
        restored: true,
        ..head(7, 'a').advance(&link(9, 'b'), 200)
    };
    assert_eq!((head.seq, head.since_seq, head.since), (9, 7, 100));
    assert_eq!(AuditHead::parse(&head.to_json()), Some(head));
}

#[rstest]
#[case::empty("")]
#[case::not_json("seq=7")]
#[case::truncated(r#"{"seq":7,"hash":"#)]
#[case::short_hash(r#"{"seq":7,"hash":"ab","at":1,"since_seq":1,"since":1,"restored":false}"#)]
#[case::sequence_zero(r#"{"seq":0,"hash":"HASH","at":1,"since_seq":0,"since":1,"restored":false}"#)]
#[case::starts_after_end(
    r#"{"seq":7,"hash":"HASH","at":1,"since_seq":8,"since":1,"restored":false}"#
)]
#[case::text_for_number(
    r#"{"seq":"7","hash":"HASH","at":1,"since_seq":1,"since":1,"restored":false}"#
)]
fn head_file_rejects_malformed_text(#[case] text: &str) {
    let text = text.replace("HASH", &"a".repeat(64));
    assert_eq!(AuditHead::parse(&text), None);
}

#[rstest]
#[case::nothing_sealed(None, None, None, HeadComparison::Empty)]
#[case::first_head(None, None, Some(link(3, 'a')), HeadComparison::Grown(AuditHead::at_link(&link(3, 'a'), 200)))]
#[case::unchanged(
    Some(head(3, 'a')),
    Some('a'),
    Some(link(3, 'a')),
    HeadComparison::Reached
)]
#[case::grown(
    Some(head(3, 'a')), Some('a'), Some(link(5, 'c')),
    HeadComparison::Grown(head(3, 'a').advance(&link(5, 'c'), 200))
)]
#[case::all_removed(Some(head(3, 'a')), None, None, HeadComparison::Behind)]
#[case::end_truncated(Some(head(3, 'a')), None, Some(link(2, 'b')), HeadComparison::Behind)]
#[case::truncated_and_extended(
    Some(head(3, 'a')),
    Some('f'),
    Some(link(9, 'c')),
    HeadComparison::Behind
)]
fn chain_is_compared_with_head(
    #[case] earlier: Option<AuditHead>,
    #[case] found: Option<char>,
    #[case] last: Option<ChainLink>,
    #[case] expected: HeadComparison,
) {
    let state = compare(earlier.as_ref(), found.map(hash), last.as_ref(), 200);
    assert_eq!(state, expected);
}
