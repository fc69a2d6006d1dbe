use std::collections::{BTreeMap, HashSet};

use super::*;

const NOW: i64 = 1_800_000_000;

#[test]
fn each_kind_has_one_lane() {
    let kinds: Vec<JobKind> = Lane::ALL.iter().flat_map(|lane| lane.kinds()).collect();
    let unique: HashSet<JobKind> = kinds.iter().copied().collect();
    assert_eq!(unique.len(), kinds.len());
    assert_eq!(unique, HashSet::from(JobKind::ALL));
    let calls = Lane::ClientNotifications.kinds();
    assert!(
        !calls.contains(&JobKind::Mail),
        "mail has workers of its own"
    );
}

#[test]
fn destination_has_less_than_its_lane() {
    for lane in [
        Lane::Mail,
        Lane::MailNotifications,
        Lane::ClientNotifications,
    ] {
        assert!(lane.per_destination() * 2 <= lane.workers(), "{lane:?}");
    }
}

#[test]
fn full_destination_is_skipped() {
    let mut all = Destinations::new(Lane::ClientNotifications);
    for _ in 0..Lane::ClientNotifications.per_destination() {
        assert_eq!(all.admit("slow.example", NOW), Admission::Admitted);
    }
    assert_eq!(all.admit("fast.example", NOW), Admission::Admitted);
    assert_eq!(all.full(), ["slow.example"]);
    all.record("slow.example", true, NOW);
    assert_eq!(all.full(), [""; 0]);
}

#[test]
fn unanswered_destination_is_closed_for_longer_each_time() {
    let mut all = Destinations::new(Lane::ClientNotifications);
    let mut now = NOW;
    for _ in 0..MAX_UNANSWERED {
        assert_eq!(all.admit("slow.example", now), Admission::Admitted);
        all.record("slow.example", false, now);
    }
    for wait in [60, 120, 240, 480, 600, 600] {
        let until = now + wait;
        assert_eq!(
            all.admit("slow.example", until - 1),
            Admission::Closed { until }
        );
        assert_eq!(all.admit("fast.example", now), Admission::Admitted);
        all.record("fast.example", true, now);
        now = until;
        assert_eq!(all.admit("slow.example", now), Admission::Admitted);
        assert_eq!(all.full(), ["slow.example"], "one probe");
        all.record("slow.example", false, now);
    }
}

#[test]
fn clock_that_was_ahead_closes_no_destination() {
    for ahead in [3_600, 40 * 24 * 3_600] {
        let mut all = Destinations::new(Lane::ClientNotifications);
        for _ in 0..MAX_UNANSWERED {
            all.admit("slow.example", NOW + ahead);
            all.record("slow.example", false, NOW + ahead);
        }
        assert_eq!(
            all.admit("slow.example", NOW),
            Admission::Admitted,
            "{ahead}"
        );
    }
}

#[test]
fn answer_opens_destination() {
    let mut all = Destinations::new(Lane::ClientNotifications);
    for _ in 0..MAX_UNANSWERED {
        assert_eq!(all.admit("slow.example", NOW), Admission::Admitted);
        all.record("slow.example", false, NOW);
    }
    assert_eq!(all.admit("slow.example", NOW + 60), Admission::Admitted);
    all.record("slow.example", true, NOW + 60);
    for _ in 0..Lane::ClientNotifications.per_destination() {
        assert_eq!(all.admit("slow.example", NOW + 60), Admission::Admitted);
    }
}

#[test]
fn remembered_destinations_are_bounded() {
    let mut all = Destinations::new(Lane::ClientNotifications);
    all.admit("running.example", NOW);
    for number in 0..=MAX_KNOWN {
        let name = format!("{number}.example");
        all.admit(&name, NOW);
        all.record(&name, false, NOW);
    }
    assert!(all.known.len() <= MAX_KNOWN, "{}", all.known.len());
    assert!(all.known.contains_key("running.example"));
}

#[test]
fn domain_of_recipients_is_never_closed() {
    let mut all = Destinations::new(Lane::Mail);
    for _ in 0..100 {
        assert_eq!(all.admit("mail.example", NOW), Admission::Admitted);
        all.record("mail.example", false, NOW);
    }
    for _ in 0..Lane::Mail.per_destination() {
        assert_eq!(all.admit("mail.example", NOW), Admission::Admitted);
    }
    assert_eq!(all.full(), ["mail.example"]);
}

/// The lanes of all messages: [`mail_kind`] does not compile without one of them, and this table says
/// which one is right.
#[test]
fn each_message_has_lane_of_who_waits() {
    let url = || "https://id.example/".to_owned();
    let awaited = [
        MailContent::Verify { url: url() },
        MailContent::KnownAddress { url: url() },
        MailContent::Reset { url: url() },
        MailContent::PasskeyLink { url: url() },
        MailContent::Change { url: url() },
        MailContent::Test,
        MailContent::SignInCode {
            code: "123 456".to_owned(),
            url: url(),
        },
        MailContent::Approve {
            url: url(),
            app: "Desk".to_owned(),
        },
    ];
    let notice = doorward_domain::model::mail::SecurityNotification::NewDevice;
    let others = [
        MailContent::Invited {
            url: url(),
            organization: "Acme".to_owned(),
            inviter: None,
        },
        MailContent::Welcome { url: url() },
        MailContent::PasswordChanged { url: url() },
        MailContent::Changed {
            address: "a…@example.org".to_owned(),
            url: Some(url()),
        },
        MailContent::Restored { url: url() },
        MailContent::Notice { notice, url: url() },
        MailContent::Exported { url: url() },
        MailContent::Leaving { url: url(), due: 1 },
        MailContent::Kept { url: url() },
        MailContent::Deleted,
        MailContent::SwitchedOff,
        MailContent::FactorDue {
            url: url(),
            from: 1,
        },
        MailContent::Feature {
            mail: "example".to_owned(),
            url: url(),
            values: BTreeMap::new(),
        },
    ];
    for (contents, lane) in [
        (&awaited[..], Lane::Mail),
        (&others, Lane::MailNotifications),
    ] {
        for content in contents {
            assert_eq!(Lane::of(mail_kind(content)), lane);
        }
    }
}

#[test]
fn only_awaited_jobs_count_for_awaited_limit() {
    for lane in Lane::ALL {
        for kind in JobKind::ALL {
            let other = Lane::of(kind);
            let counts = lane.counted_kinds().contains(&kind);
            let expected = other == lane || (lane.is_awaited() && other.is_awaited());
            assert_eq!(counts, expected, "{kind:?} in {lane:?}");
        }
    }
    let position = |lane| Lane::ALL.iter().position(|it| *it == lane);
    for lane in Lane::ALL.into_iter().filter(|lane| !lane.is_awaited()) {
        assert!(position(Lane::Mail) < position(lane), "{lane:?} goes first");
    }
}
