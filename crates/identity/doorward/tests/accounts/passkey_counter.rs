//! Tests of counters and backup flags: a passkey of one device may have been copied, a synchronized one
//! counts on each device (`WebAuthn` L3 §6.1.1, §6.1.3).

use doorward_domain::model::AuditKind;
use doorward_testkit::authenticator::{BACKED_UP, BACKUP_ELIGIBLE};
use doorward_testkit::{Authenticator, Stack, UserAgent, flows_with};
use serde_json::Value;

use crate::passkey::{KEYS, LOCALHOST, enrol, sign_in};
use crate::support::location;

flows_with!(
    LOCALHOST;
    decreased_counter_is_rejected_and_recorded,
    lagging_counter_of_synced_passkey_is_recorded_only,
    changed_backup_eligibility_asks_to_add_again,
);

async fn decreased_counter_is_rejected_and_recorded(stack: &Stack) {
    let (agent, mut device) = (UserAgent::new(), Authenticator::on_a_device());
    enrol(stack, &agent, "alice", &mut device).await;
    let page = sign_in(stack, &UserAgent::new(), &mut device).await;
    assert_eq!(location(&page), "/account");
    let clone = device.clone();
    let page = sign_in(stack, &UserAgent::new(), &mut device).await;
    assert_eq!(location(&page), "/account");
    // A copy of the authenticator made earlier continues with its old counter.
    let page = sign_in(stack, &UserAgent::new(), &mut clone.clone()).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let failed = stack.audited(AuditKind::LoginFailed).await;
    assert_eq!(failed[0].detail["reason"], "counter");
    let page = agent.get(stack.at(KEYS)).await;
    let words = page.text_of("main").unwrap();
    assert!(words.contains("On one device"), "{words}");
    assert!(words.contains("There may be a copy"), "{words}");
    let page = sign_in(stack, &UserAgent::new(), &mut device).await;
    assert_eq!(location(&page), "/account", "a higher counter still works");
}

/// Checks that each device of a synchronized passkey may count for itself.
async fn lagging_counter_of_synced_passkey_is_recorded_only(stack: &Stack) {
    let mut phone = Authenticator::synced();
    phone.counter = 40;
    enrol(stack, &UserAgent::new(), "alice", &mut phone).await;
    let mut tablet = phone.clone();
    tablet.counter = 3;
    let mut without = phone.clone();
    without.counter = 0;
    let mut devices = [phone, tablet, without];
    let behind = Some("behind");
    for (device, expected) in [(0, None), (1, behind), (2, behind), (0, None)] {
        stack.clock.advance(1);
        let page = sign_in(stack, &UserAgent::new(), &mut devices[device]).await;
        assert_eq!(location(&page), "/account", "{}", page.dump());
        let done = stack.audited(AuditKind::LoginSucceeded).await;
        assert_eq!(
            done[0].detail.get("counter").and_then(Value::as_str),
            expected
        );
    }
    let agent = UserAgent::new();
    sign_in(stack, &agent, &mut devices[0]).await;
    let page = agent.get(stack.at(KEYS)).await;
    let words = page.text_of("main").unwrap();
    assert!(!words.contains("There may be a copy"), "{words}");
}

/// Checks that a passkey whose kind has changed says what to do, and still signs in with its former
/// kind.
async fn changed_backup_eligibility_asks_to_add_again(stack: &Stack) {
    let (agent, mut bound) = (UserAgent::new(), Authenticator::on_a_device());
    enrol(stack, &agent, "alice", &mut bound).await;
    let flags = bound.flags;
    for changed in [flags | BACKUP_ELIGIBLE, flags | BACKUP_ELIGIBLE | BACKED_UP] {
        stack.clock.advance(1);
        bound.flags = changed;
        let page = sign_in(stack, &UserAgent::new(), &mut bound).await;
        assert_eq!(page.status, 401, "{}", page.dump());
        let words = page.text_of("main").unwrap();
        assert!(
            words.contains("remove it from your account and add it again"),
            "{words}"
        );
        let failed = stack.audited(AuditKind::LoginFailed).await;
        assert_eq!(failed[0].detail["reason"], "backup flags");
    }
    bound.flags = flags;
    let page = sign_in(stack, &UserAgent::new(), &mut bound).await;
    assert_eq!(location(&page), "/account");
}
