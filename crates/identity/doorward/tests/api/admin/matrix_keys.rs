//! Operations of the command line on the secret key and on the audit log.

use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::{audit_archive, secret_key};
use doorward_domain::secret::MasterKey;
use doorward_rules::audit_archive::AuditArchive;
use doorward_rules::audit_chain::{ChainKey, LinkHash};

/// Returns the results of the operations, with their names.
pub async fn attempts(context: &AdminContext<'_>) -> [(Result<(), AdminError>, &'static str); 2] {
    let key = MasterKey::generate(&mut rand::rng());
    let archive = AuditArchive {
        first_seq: 1,
        last_seq: 2,
        day: 0,
        before_hash: LinkHash::START,
        last_hash: LinkHash::START,
        events: 1,
        file: "audit-1970-01-01-1-2.jsonl.gz".to_owned(),
        sha256: LinkHash::START,
        signature: LinkHash::START,
        archived_at: 0,
        deleted_at: None,
    };
    let archive = archive.signed(&ChainKey::derive(&key));
    let rotated = secret_key::rotate(context, &key, 0, |_| ()).await;
    [
        (rotated.map(drop), "secret key"),
        (audit_archive::record(context, &archive).await, "archive"),
    ]
}
