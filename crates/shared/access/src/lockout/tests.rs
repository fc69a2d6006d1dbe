use super::*;

const NOW: i64 = 1_800_000_000;
const TOLERATED: u32 = 10;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn tenth_bad_key_is_last_for_while() {
    let lockout = Lockout::new(TOLERATED);
    let (bad, good) = (address("192.0.2.1"), address("192.0.2.2"));
    for _ in 1..TOLERATED {
        lockout.count(bad, NOW);
        assert_eq!(lockout.wait(bad, NOW), None);
    }
    lockout.count(bad, NOW);
    assert_eq!(lockout.wait(bad, NOW), Some(WAIT));
    assert_eq!(lockout.wait(bad, NOW + WAIT - 1), Some(1));
    assert_eq!(lockout.wait(good, NOW), None);

    // Afterwards the count restarts.
    assert_eq!(lockout.wait(bad, NOW + WAIT), None);
    lockout.count(bad, NOW + WAIT);
    assert_eq!(lockout.wait(bad, NOW + WAIT), None);
}

#[test]
fn bad_key_now_and_then_is_forgiven() {
    let lockout = Lockout::new(TOLERATED);
    for turn in 0..100 {
        let now = NOW + turn * (WINDOW / 5);
        lockout.count(address("192.0.2.1"), now);
        assert_eq!(lockout.wait(address("192.0.2.1"), now), None, "{turn}");
    }
}

#[test]
fn ipv6_network_counts_once_mapped_address_as_ipv4() {
    let lockout = Lockout::new(2);
    lockout.count(address("2001:db8::1"), NOW);
    lockout.count(address("2001:db8::2"), NOW);
    assert!(lockout.wait(address("2001:db8::3"), NOW).is_some());
    assert!(lockout.wait(address("2001:db8:0:1::3"), NOW).is_none());
    lockout.count(address("192.0.2.1"), NOW);
    lockout.count(address("::ffff:192.0.2.1"), NOW);
    assert!(lockout.wait(address("192.0.2.1"), NOW).is_some());
}

#[test]
fn memory_is_bounded() {
    let lockout = Lockout::new(TOLERATED);
    for number in 0..50_000_u32 {
        lockout.count(IpAddr::from(number.to_be_bytes()), NOW);
    }
    lockout.addresses.run_pending_tasks();
    assert!(lockout.addresses.entry_count() <= REMEMBERED);
}
