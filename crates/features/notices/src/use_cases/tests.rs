//! The notice and read-only mode on a real store.

use doorward_admin::testing::{NOW, World};

use super::*;

const HOUR: i64 = 3_600;

fn new(text: &str, from: Option<i64>, until: i64) -> NewNotice {
    NewNotice {
        text: text.to_owned(),
        translations: BTreeMap::new(),
        from,
        until,
    }
}

#[tokio::test]
async fn notice_is_replaced_and_removed() {
    let world = World::new().await;
    let context = world.op();
    assert_eq!(state(&context).await.unwrap().notice, None);
    set_notice(&context, new(" Soon ", None, NOW + HOUR))
        .await
        .unwrap();
    let translations = BTreeMap::from([("de".to_owned(), "Wartung".to_owned())]);
    let second = NewNotice {
        translations,
        ..new("Maintenance", Some(NOW + HOUR), NOW + 2 * HOUR)
    };
    set_notice(&context, second).await.unwrap();
    let stored = state(&context).await.unwrap().notice.unwrap();
    assert_eq!(stored.text_in("de"), "Wartung");
    assert_eq!(stored.text_in("fr"), "Maintenance");
    for (at, is_shown) in [
        (0, false),
        (HOUR, true),
        (2 * HOUR - 1, true),
        (2 * HOUR, false),
    ] {
        assert_eq!(stored.period.contains(NOW + at), is_shown, "{at}");
    }
    remove_notice(&context).await.unwrap();
    assert_eq!(state(&context).await.unwrap().notice, None);
    let again = remove_notice(&context).await;
    assert!(
        matches!(again, Err(AdminError::NotFound { .. })),
        "{again:?}"
    );
    let changes = world.changes(AuditKind::SystemChanged).await;
    assert_eq!(changes, ["notice removed", "notice set", "notice set"]);
}

#[tokio::test]
async fn invalid_notices_are_rejected() {
    let world = World::new().await;
    let unknown = NewNotice {
        translations: BTreeMap::from([("tlh".to_owned(), "nuqneH".to_owned())]),
        ..new("Text", None, NOW + 1)
    };
    let two_lines = NewNotice {
        translations: BTreeMap::from([("de".to_owned(), "a\nb".to_owned())]),
        ..new("Text", None, NOW + 1)
    };
    for (new, expected) in [
        (new(" ", None, NOW + 1), "text"),
        (new(&"x".repeat(301), None, NOW + 1), "text"),
        (new("a\u{7}", None, NOW + 1), "text"),
        (new("Text", None, NOW), "until"),
        (new("Text", Some(NOW + 5), NOW + 5), "until"),
        (unknown, "languages"),
        (two_lines, "languages"),
    ] {
        match set_notice(&world.op(), new).await {
            Err(AdminError::Invalid { field, .. }) => assert_eq!(field, expected),
            other => panic!("{expected}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn read_only_period_has_end() {
    let world = World::new().await;
    let context = world.op();
    for (from, until) in [
        (None, NOW),
        (Some(NOW + 10), NOW + 10),
        (None, NOW + 7 * 24 * HOUR + 1),
    ] {
        let set = set_read_only(&context, from, until).await;
        assert!(matches!(set, Err(AdminError::Invalid { .. })), "{set:?}");
    }
    let period = set_read_only(&context, None, NOW + HOUR).await.unwrap();
    assert!(period.contains(NOW) && !period.contains(NOW + HOUR));
    assert_eq!(state(&context).await.unwrap().read_only, Some(period));
    end_read_only(&context).await.unwrap();
    assert_eq!(state(&context).await.unwrap().read_only, None);
    let again = end_read_only(&context).await;
    assert!(
        matches!(again, Err(AdminError::NotFound { .. })),
        "{again:?}"
    );
    let changes = world.changes(AuditKind::SystemChanged).await;
    assert_eq!(changes, ["read-only mode ended", "read-only mode set"]);
}
