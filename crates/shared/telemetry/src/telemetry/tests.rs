use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rstest::rstest;

use super::*;

const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[test]
fn traceparent_round_trips() {
    let read = TraceContext::parse(GOOD).expect("a good one");
    assert!(read.sampled);
    assert_eq!(read.to_header(), GOOD);
    let quiet = TraceContext::parse(&GOOD.replace("-01", "-00")).expect("a good one");
    assert!(!quiet.sampled);
}

// W3C Trace Context §3.2.2: a later version may be longer.
#[rstest]
#[case("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true)]
#[case(
    "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future",
    true
)]
#[case("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what", false)]
#[case("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", false)]
#[case("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false)]
#[case("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false)]
#[case("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false)]
#[case("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false)]
#[case("00-4bf92f3577b34da6a3ce929d0e0e47-3600f067aa0ba902b7-0001", false)]
#[case("00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false)]
#[case("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0é", false)]
#[case("", false)]
fn only_valid_traceparent_is_accepted(#[case] header: &str, #[case] good: bool) {
    assert_eq!(TraceContext::parse(header).is_some(), good, "{header}");
}

#[test]
fn span_continues_trace_of_caller() {
    let mut rng = StdRng::seed_from_u64(7);
    let sent = TraceContext::parse(GOOD);
    let below = TraceContext::below(sent, &mut rng);
    let sent = sent.expect("a good one");
    assert_eq!((below.trace, below.sampled), (sent.trace, true));
    assert_ne!(below.span, sent.span);
    let alone = TraceContext::below(None, &mut rng);
    assert!(alone.sampled);
    assert_ne!(alone.trace, below.trace);
}

#[tokio::test]
async fn outgoing_requests_carry_trace_context() {
    assert_eq!(traceparent(), None);
    let start = SpanStart {
        own: TraceContext::parse(GOOD).expect("a good one"),
        parent: None,
        start: 0,
    };
    let received = within(Some(start), async { traceparent() }).await;
    assert_eq!(received.as_deref(), Some(GOOD));
    assert_eq!(within(None, async { traceparent() }).await, None);
}
