//! The cookie of the visits stays below the limit of browsers.

use doorward_domain::model::saml_client::NameIdFormat;

use super::{End, Visit, Visits};

/// Maximum size of a cookie with its name in bytes (RFC 6265bis §5.5).
const COOKIE: usize = 4_096;

fn visits(relay_state: usize, count: usize, name_id: usize) -> Visits {
    let end = End::Response {
        client_id: "wiki".to_owned(),
        id: "i".repeat(46),
        relay_state: Some("r".repeat(relay_state)),
    };
    assert!(end.is_short());
    let mut visits = Visits::new(end, 0);
    for number in 0..count {
        visits.add(Visit {
            client_id: format!("client-with-random-id-{number:03}"),
            name_id: "n".repeat(name_id),
            name_id_format: NameIdFormat::Persistent,
            index: "_00000000-0000-0000-0000-000000000000".to_owned(),
        });
    }
    visits
}

#[test]
fn few_visits_are_all_made() {
    let visits = visits(80, 8, 43);
    assert_eq!((visits.remaining.len(), visits.skipped.len()), (8, 0));
}

#[test]
fn other_visits_are_named() {
    for (relay_state, name_id) in [(80, 43), (950, 43), (950, 254), (0, 0)] {
        let visits = visits(relay_state, 100, name_id);
        assert!(!visits.remaining.is_empty() && !visits.skipped.is_empty());
        let plain = serde_json::to_vec(&visits).unwrap();
        // Sealed values have a nonce and a tag, and base64url makes four bytes of three.
        let sealed = (plain.len() + 64).div_ceil(3) * 4 + "__Host-doorward_saml=".len();
        assert!(sealed < COOKIE, "{sealed}");
    }
}

#[test]
fn long_end_is_not_kept() {
    assert!(!End::Redirect("u".repeat(1_001)).is_short());
    assert!(End::Redirect("u".repeat(1_000)).is_short());
}
