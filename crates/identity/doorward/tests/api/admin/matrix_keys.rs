//! Operations of the command line on the secret key, the audit log and the resources of a deployment.

use std::collections::BTreeSet;

use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::{
    audit_archive, copies, role_sets, secret_key, setup, standard, system, tasks_resource,
    tasks_sample,
};
use doorward_domain::secret::MasterKey;
use doorward_rules::audit_archive::AuditArchive;
use doorward_rules::audit_chain::{ChainKey, LinkHash};

/// Returns the results of the operations, with their names.
pub async fn attempts(
    context: &AdminContext<'_>,
    audience: &str,
) -> [(Result<(), AdminError>, &'static str); 10] {
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
    let moved = tasks_resource::put_at(context, "https://evil.example/api").await;
    let anonymized = copies::anonymize(context, &BTreeSet::new()).await;
    [
        (rotated.map(drop), "secret key"),
        (audit_archive::record(context, &archive).await, "archive"),
        (standard::setup(context).await.map(drop), "standard"),
        (
            tasks_sample::load(context, audience).await.map(drop),
            "sample",
        ),
        (role_sets::add_guides(context).await.map(drop), "guides"),
        (moved.map(drop), "tasks resource"),
        (copies::make(context).await.map(drop), "copy"),
        (anonymized.map(drop), "anonymize"),
        (
            setup::issue_token(context, 900).await.map(drop),
            "setup token",
        ),
        (system::record_backup(context).await.map(drop), "backup"),
    ]
}
