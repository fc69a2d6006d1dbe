use doorward_rules::audit_stream::{AuditStream, StreamName};
use doorward_store::repo::audit_streams;

use crate::fixtures::NOW;
use crate::harness::on_both;
use crate::write;

fn stream(name: StreamName, position: i64) -> AuditStream {
    AuditStream {
        name,
        position,
        sent_at: None,
        failures: 0,
        retry_at: None,
        last_error: None,
    }
}

#[tokio::test]
async fn position_advances_from_that_of_the_sender() {
    on_both(async |db| {
        let first = stream(StreamName::Https, 3);
        assert!(write!(db, audit_streams::insert, &first));
        assert!(!write!(
            db,
            audit_streams::insert,
            &stream(StreamName::Https, 9)
        ));
        let other = stream(StreamName::File, 1);
        assert!(write!(db, audit_streams::insert, &other));

        for retry_at in [NOW + 2, NOW + 4] {
            write!(db, audit_streams::fail, &first, "no answer", retry_at);
        }
        let failed = audit_streams::find(db.read(), StreamName::Https).await;
        let failed = failed.unwrap().unwrap();
        let expected = AuditStream {
            failures: 2,
            retry_at: Some(NOW + 4),
            last_error: Some("no answer".to_owned()),
            ..first.clone()
        };
        assert_eq!(failed, expected);

        assert!(write!(db, audit_streams::advance, &failed, 8, NOW));
        // Another process with the former position neither advances nor fails the stream.
        assert!(!write!(db, audit_streams::advance, &first, 7, NOW));
        write!(db, audit_streams::fail, &first, "late", NOW);
        let sent = audit_streams::find(db.read(), StreamName::Https).await;
        let expected = AuditStream {
            sent_at: Some(NOW),
            ..stream(StreamName::Https, 8)
        };
        assert_eq!(sent.unwrap(), Some(expected));
        let file = audit_streams::find(db.read(), StreamName::File).await;
        assert_eq!(file.unwrap(), Some(other));
        let missing = audit_streams::find(db.read(), StreamName::Syslog).await;
        assert_eq!(missing.unwrap(), None);
    })
    .await;
}
