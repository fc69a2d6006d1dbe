use std::collections::BTreeMap;

use doorward_domain::keys::KeyRecord;
use doorward_domain::sealed_columns::{RowKey, SealedColumn};
use doorward_domain::secret::{KeptKeyRecord, KeyPurpose};
use doorward_protocol::signing_alg::SigningAlg;
use doorward_store::repo::{
    jobs, kept_keys, keys, recovery_codes, sealed_values, totp_factors, users,
};
use sea_orm::{ConnectionTrait, Statement};

use crate::fixtures::{NOW, hash, totp_factor, user};
use crate::harness::{on_both, on_both_databases};
use crate::write;

/// The content of a column of bytes.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Bytes {
    /// Encrypted with a key derived from the secret key.
    Sealed,
    /// Encrypted with a key derived from a token that its holder presents.
    SealedByToken,
    /// Hashed with a key for this purpose.
    Keyed(KeyPurpose),
    /// Hashed without a key: the value has 256 random bits, or is public.
    Hash,
    /// The chain of the audit log.
    Chain,
    Public,
}

/// Every column of bytes. A new one needs a decision about a change of the secret key:
/// see `domain::sealed_columns` and docs/guides/secret-key.md.
const COLUMNS: &[(&str, Bytes)] = &[
    ("api_keys.hash", Bytes::Keyed(KeyPurpose::ApiKey)),
    ("app_passwords.hash", Bytes::Keyed(KeyPurpose::ApiKey)),
    ("attempts.name_hash", Bytes::Keyed(KeyPurpose::Throttle)),
    ("audit_archives.before_hash", Bytes::Chain),
    ("audit_archives.last_hash", Bytes::Chain),
    ("audit_archives.sha256", Bytes::Chain),
    ("audit_archives.signature", Bytes::Chain),
    ("audit_seals.address_hash", Bytes::Chain),
    ("audit_seals.address_salt", Bytes::Chain),
    ("audit_seals.hash", Bytes::Chain),
    ("avatars.png", Bytes::Public),
    ("brand_pictures.png", Bytes::Public),
    ("client_logos.png", Bytes::Public),
    ("client_registrations.access_token_hash", Bytes::Hash),
    ("clients.former_secret_hash", Bytes::Hash),
    ("clients.secret_hash", Bytes::Hash),
    ("device_requests.device_hash", Bytes::Hash),
    ("device_requests.ping_sealed", Bytes::Sealed),
    ("email_sign_ins.browser_hash", Bytes::Hash),
    (
        "email_sign_ins.code_hash",
        Bytes::Keyed(KeyPurpose::EmailCode),
    ),
    ("email_sign_ins.link_hash", Bytes::Hash),
    ("email_tokens.hash", Bytes::Hash),
    ("grants.code_hash", Bytes::Hash),
    ("grants.refresh_hash", Bytes::Hash),
    ("grants.refresh_sealed", Bytes::SealedByToken),
    ("idempotency_keys.answer_sealed", Bytes::Sealed),
    (
        "idempotency_keys.fingerprint",
        Bytes::Keyed(KeyPurpose::OnceAnswer),
    ),
    (
        "idempotency_keys.key_hash",
        Bytes::Keyed(KeyPurpose::OnceAnswer),
    ),
    ("interactions.browser_hash", Bytes::Hash),
    ("invitations.hash", Bytes::Hash),
    ("jobs.payload_sealed", Bytes::Sealed),
    ("kept_keys.sealed", Bytes::Sealed),
    ("login_failures.bucket", Bytes::Keyed(KeyPurpose::Throttle)),
    ("newcomers.browser_hash", Bytes::Hash),
    ("passkeys.credential_id", Bytes::Public),
    ("pending_sign_ins.browser_hash", Bytes::Hash),
    ("providers.secret_sealed", Bytes::Sealed),
    ("pushed_requests.hash", Bytes::Hash),
    (
        "recovery_codes.hash",
        Bytes::Keyed(KeyPurpose::RecoveryCode),
    ),
    ("reference_tokens.hash", Bytes::Hash),
    ("registration_tokens.hash", Bytes::Hash),
    ("scim_sources.token_hash", Bytes::Hash),
    ("scim_targets.token_sealed", Bytes::Sealed),
    ("sessions.token_hash", Bytes::Hash),
    ("signal_streams.authorization_sealed", Bytes::Sealed),
    ("signing_keys.private_sealed", Bytes::Sealed),
    ("site_sessions.token_hash", Bytes::Hash),
    (
        "support_codes.code_hash",
        Bytes::Keyed(KeyPurpose::SupportCode),
    ),
    ("totp_factors.secret_sealed", Bytes::Sealed),
    ("trusted_devices.token_hash", Bytes::Hash),
    ("used_jtis.hash", Bytes::Hash),
];

#[tokio::test]
async fn every_column_of_bytes_is_in_table() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.unwrap();
        let sql = if db.is_postgres() {
            "SELECT table_name || '.' || column_name AS text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND data_type = 'bytea'"
        } else {
            "SELECT m.name || '.' || c.name AS text FROM sqlite_master m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND lower(c.type) = 'blob'"
        };
        let read = db.read();
        let statement = Statement::from_string(read.get_database_backend(), sql);
        let rows = read.query_all_raw(statement).await.unwrap();
        let mut found: Vec<String> = rows
            .iter()
            .map(|row| row.try_get("", "text").unwrap())
            .collect();
        found.sort();
        let known: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
        assert_eq!(found, known);
        db.close().await.unwrap();
    })
    .await;
}

#[test]
fn every_sealed_column_is_encrypted_again() {
    let table: BTreeMap<&str, Bytes> = COLUMNS.iter().copied().collect();
    let mut sealed: Vec<&str> = SealedColumn::ALL.map(SealedColumn::as_str).to_vec();
    sealed.sort_unstable();
    let expected = table.iter().filter(|(_, bytes)| **bytes == Bytes::Sealed);
    let expected: Vec<&str> = expected.map(|(name, _)| *name).collect();
    assert_eq!(sealed, expected);
}

fn key(kid: &str) -> KeyRecord {
    KeyRecord {
        kid: kid.to_owned(),
        algorithm: SigningAlg::Rs256,
        public_jwk: r#"{"kty":"RSA"}"#.to_owned(),
        private_sealed: kid.as_bytes().to_vec(),
        created_at: NOW,
        active_at: NOW,
        retired_at: None,
    }
}

#[tokio::test]
async fn values_are_read_in_pages_and_replaced_if_unchanged() {
    on_both(async |db| {
        let column = SealedColumn::SigningKey;
        for kid in ["b", "a", "c"] {
            write!(db, keys::insert, &key(kid));
        }
        let list = async |after: Option<&RowKey>, limit| {
            let rows = sealed_values::list(db.read(), column, after, limit).await;
            rows.unwrap()
        };
        let row = |kid: &str| RowKey::Text(kid.to_owned());
        let first = list(None, 2).await;
        assert_eq!(
            first,
            [(row("a"), b"a".to_vec()), (row("b"), b"b".to_vec())]
        );
        let rest = list(Some(&row("b")), 2).await;
        assert_eq!(rest, [(row("c"), b"c".to_vec())]);
        assert_eq!(list(Some(&row("c")), 2).await, []);
        let replace = async |before: &[u8], after: &[u8]| {
            let (before, after) = (before.to_vec(), after.to_vec());
            let row = row("a");
            write!(db, sealed_values::replace, column, &row, before, after)
        };
        assert!(replace(b"a", b"new").await);
        assert!(!replace(b"a", b"newer").await);
        assert_eq!(list(None, 1).await, [(row("a"), b"new".to_vec())]);
    })
    .await;
}

/// A value that was removed is none: no key opens it, and none has to.
#[tokio::test]
async fn removed_values_are_not_listed() {
    on_both(async |db| {
        let done = crate::jobs::job(NOW);
        write!(db, jobs::insert, &done);
        let begun = write!(db, jobs::acquire, done.id, NOW + 60, NOW).unwrap();
        let list = async |column| {
            let rows = sealed_values::list(db.read(), column, None, 10).await;
            rows.unwrap().len()
        };
        assert_eq!(list(SealedColumn::Job).await, 1);
        assert!(write!(db, jobs::complete, &begun, NOW));
        assert_eq!(list(SealedColumn::Job).await, 0);
        let person = user("alice");
        write!(db, users::insert, &person);
        let factor = totp_factor(person.id);
        assert!(write!(db, totp_factors::insert_unconfirmed, &factor));
        write!(db, keys::insert, &key("a"));
        for column in [SealedColumn::TotpFactor, SealedColumn::SigningKey] {
            let rows = sealed_values::list(db.read(), column, None, 10)
                .await
                .unwrap();
            let (row, before) = rows.first().unwrap();
            let (before, none) = (before.clone(), Vec::new());
            assert!(write!(
                db,
                sealed_values::replace,
                column, row, before, none
            ));
            assert_eq!(list(column).await, 0, "{column:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_sealed_column_is_readable() {
    on_both(async |db| {
        let person = user("alice");
        write!(db, users::insert, &person);
        let factor = totp_factor(person.id);
        assert!(write!(db, totp_factors::insert_unconfirmed, &factor));
        for column in SealedColumn::ALL {
            let rows = sealed_values::list(db.read(), column, None, 10).await;
            let rows = rows.unwrap();
            let is_factor = column == SealedColumn::TotpFactor;
            assert_eq!(rows.len(), usize::from(is_factor), "{column:?}");
            if let Some((row, sealed)) = rows.first() {
                assert_eq!(*row, RowKey::Uuid(person.id.as_uuid()));
                let (before, after) = (sealed.clone(), vec![7]);
                assert!(write!(
                    db,
                    sealed_values::replace,
                    column, row, before, after
                ));
            }
        }
        let found = totp_factors::find(db.read(), person.id).await.unwrap();
        assert_eq!(found.unwrap().secret_sealed, [7]);
    })
    .await;
}

#[tokio::test]
async fn kept_keys_are_stored_once_and_expire() {
    on_both(async |db| {
        let record = |id: &str, expires_at, last_link| KeptKeyRecord {
            id: id.to_owned(),
            kept_at: NOW,
            expires_at,
            last_link,
            sealed: vec![1],
        };
        let chain = record("doorward/v1/audit 0123456789abcdef", None, Some(8));
        let short = record("doorward/v1/csrf 0123456789abcdef", Some(NOW + 9), None);
        for record in [&chain, &short] {
            assert!(write!(db, kept_keys::insert, record));
            assert!(!write!(db, kept_keys::insert, record));
        }
        let stored = kept_keys::list(db.read()).await.unwrap();
        assert_eq!(stored, [chain.clone(), short.clone()]);
        let ends = kept_keys::list_chain_ends(db.read()).await.unwrap();
        assert_eq!(ends, [(chain.id.clone(), 8)]);
        assert_eq!(write!(db, kept_keys::purge, NOW + 9, 10), 0);
        assert_eq!(write!(db, kept_keys::purge, NOW + 10, 10), 1);
        assert_eq!(
            kept_keys::list(db.read()).await.unwrap(),
            std::slice::from_ref(&chain)
        );
        assert!(write!(db, kept_keys::remove, &chain.id));
        assert!(!write!(db, kept_keys::remove, &chain.id));
    })
    .await;
}

#[tokio::test]
async fn codes_from_before_are_found_until_used() {
    on_both(async |db| {
        let person = user("alice");
        write!(db, users::insert, &person);
        let code = hash("code");
        let codes = std::slice::from_ref(&code);
        write!(db, recovery_codes::replace, person.id, codes, NOW);
        let has = async |before| {
            let found = kept_keys::has_recovery_codes_from_before(db.read(), before).await;
            found.unwrap()
        };
        assert!(has(NOW).await);
        assert!(!has(NOW - 1).await);
        assert!(write!(
            db,
            recovery_codes::consume,
            person.id,
            &code,
            NOW + 1
        ));
        assert!(!has(NOW).await);
        let keys = kept_keys::has_api_keys_from_before(db.read(), NOW, NOW).await;
        assert!(!keys.unwrap());
    })
    .await;
}
