//! The change of the secret key: every stored value is encrypted again under the newest key, and the
//! keys that values outside the database need are kept.

use doorward_domain::sealed_columns::{FormerKey, RowKey, SealedColumn};
use doorward_domain::secret::{self, KeptKey, KeyPurpose, MasterKey, Secret};
use doorward_rules::audit_chain::{ChainKey, ChainVerifier};
use doorward_store::Db;

use crate::operator::PAGE;
use crate::prelude::*;

/// Maximum number of times that a column is read: a replica with the former key as `secret_key` may
/// write behind the reader. The last time nothing is written, so that such a replica is noticed.
const PASSES: usize = 3;

/// The values of a column, by the keys that open them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ColumnState {
    pub column: SealedColumn,
    /// The number of values under the newest key.
    pub newest: u64,
    /// The number of values under another key.
    pub others: u64,
    /// The number of values that no key opens.
    pub unreadable: u64,
    /// The number of values that were encrypted again.
    pub resealed: u64,
}

/// The result of a change of the secret key, or its state.
#[derive(Debug)]
pub struct RotationState {
    pub columns: Vec<ColumnState>,
    /// The kept keys that are still needed.
    pub kept: Vec<KeptKey>,
    /// True if a former key is configured whose derived keys are not kept yet.
    pub is_pending: bool,
}

impl RotationState {
    /// Returns the number of values that need another key than the newest one.
    pub fn others(&self) -> u64 {
        self.columns.iter().map(|state| state.others).sum()
    }

    /// Returns the number of values that no key opens.
    pub fn unreadable(&self) -> u64 {
        self.columns.iter().map(|state| state.unreadable).sum()
    }

    /// Returns true if the database needs no former key any more.
    pub fn is_complete(&self) -> bool {
        !self.is_pending && self.others() == 0
    }
}

/// Reads every encrypted value, and returns which keys they need. Nothing is changed.
#[boxed(?Send)]
pub async fn examine(db: &Db, master: &MasterKey) -> Result<RotationState> {
    let mut columns = Vec::new();
    for column in SealedColumn::ALL {
        columns.push(pass(db, master, column, None).await?);
    }
    state(db, master, columns).await
}

/// Keeps what former keys are still needed for, and encrypts every value again under the newest key,
/// in batches, while servers run. Each step may be repeated: after an interruption, the next call
/// does the rest. `refresh_ttl` is the maximum age of a refresh family.
pub async fn rotate(
    context: &AdminContext<'_>,
    master: &MasterKey,
    refresh_ttl: i64,
    mut progress: impl FnMut(&ColumnState),
) -> Result<RotationState> {
    context.must_administer()?;
    keep(context, master, refresh_ttl).await?;
    let mut columns = Vec::new();
    for column in SealedColumn::ALL {
        let mut total = 0;
        for number in 1..=PASSES {
            let writer = (number < PASSES).then_some(context);
            let mut done = pass(context.db, master, column, writer).await?;
            total += done.resealed;
            if done.resealed == 0 {
                done.resealed = total;
                progress(&done);
                columns.push(done);
                break;
            }
        }
    }
    remove_unneeded(context, master).await?;
    state(context.db, master, columns).await
}

async fn state(db: &Db, master: &MasterKey, columns: Vec<ColumnState>) -> Result<RotationState> {
    let records = repo::kept_keys::list(db.read()).await?;
    let is_kept = |former: MasterKey| {
        let id = id_of(KeyPurpose::Audit, &former);
        records.iter().any(|record| record.id == id)
    };
    let opened = records.iter().map(|record| master.open_kept(record));
    Ok(RotationState {
        columns,
        kept: opened.filter_map(std::result::Result::ok).collect(),
        is_pending: !master.former().all(is_kept),
    })
}

fn id_of(purpose: KeyPurpose, key: &MasterKey) -> String {
    format!("{} {}", purpose.as_str(), key.id())
}

/// Stores the derived keys of the configured former keys that values outside the database need. From
/// then on the newest key authenticates the audit chain.
async fn keep(context: &AdminContext<'_>, master: &MasterKey, refresh_ttl: i64) -> Result<()> {
    if master.has_next() {
        let problem = "next_secret_key is set: first make it secret_key on every replica, and the \
                       present secret_key one of former_secret_keys";
        return Err(AdminError::NoChange(problem.to_owned()));
    }
    let now = context.now();
    let tx = context.begin().await?;
    repo::audit_chain::lock(&tx).await?;
    let last = repo::audit_chain::last(&tx).await?;
    let last = last.map_or(0, |last| last.seq);
    check_chain(&tx, master, last).await?;
    let stored = repo::kept_keys::list(&tx).await?;
    let newest = id_of(KeyPurpose::Audit, master);
    if stored.iter().any(|record| record.id == newest) {
        let problem = "secret_key was replaced before and ended its part of the audit chain; create \
                       another one with `openssl rand -base64 32`";
        return Err(AdminError::NoChange(problem.to_owned()));
    }
    let continues = |purpose: KeyPurpose| {
        let prefix = format!("{} ", purpose.as_str());
        stored.iter().any(|record| record.id.starts_with(&prefix))
    };
    let (mut added, mut last_link) = (0_u64, last);
    for (number, former) in master.former().enumerate() {
        // The keys of a former key are stored together; those that nothing needs are deleted since.
        let audit = id_of(KeyPurpose::Audit, &former);
        if stored.iter().any(|record| record.id == audit) {
            continue;
        }
        for purpose in KeyPurpose::ALL {
            let fate = FormerKey::of(purpose);
            let is_replaced = fate == FormerKey::Continues && (number > 0 || continues(purpose));
            if fate == FormerKey::Dropped || is_replaced {
                continue;
            }
            let kept = KeptKey {
                purpose,
                secret_key: former.id(),
                kept_at: now,
                expires_at: fate.expires_at(now, refresh_ttl),
                last_link: (fate == FormerKey::AuditChain).then_some(last_link),
                key: Secret::new(former.derive(purpose)),
            };
            let record = master.seal_kept(&kept, &mut context.rng());
            let is_new = repo::kept_keys::insert(&tx, &record).await?;
            added += u64::from(is_new);
            if is_new && fate == FormerKey::AuditChain {
                // The next former key was never used for the chain.
                last_link = 0;
            }
        }
    }
    if added == 0 {
        tx.rollback().await?;
        return Ok(());
    }
    let event = context.event(AuditKind::KeyChanged, master.id(), "secret key changed");
    context.commit_with(tx, &event).await
}

/// Rejects keys of which none, or not the first, has made the last link: then the end of a part would be
/// recorded for a wrong key, and the chain would not verify any more.
async fn check_chain(tx: &WriteTx, master: &MasterKey, last: i64) -> Result<()> {
    let key = ChainKey::derive(master);
    let mut verifier = ChainVerifier::new(&key, None);
    match &*repo::audit_chain::links(tx, last - 2, 2).await? {
        [(link, event)] if link.seq == 1 => verifier.push(link, event.as_ref()),
        [(before, _), (link, event)] => {
            verifier.resume(before.clone());
            verifier.push(link, event.as_ref());
        }
        // The link before the last one is in an archive.
        _ => {}
    }
    if verifier.finish(0).is_intact() {
        return Ok(());
    }
    let problem = "the last link of the audit log was made with another key: former_secret_keys must \
                   contain every former key, the latest first";
    Err(AdminError::NoChange(problem.to_owned()))
}

/// Deletes the kept keys whose last value is gone.
async fn remove_unneeded(context: &AdminContext<'_>, master: &MasterKey) -> Result<()> {
    let (now, conn) = (context.now(), context.db.read());
    for record in repo::kept_keys::list(conn).await? {
        let Ok(kept) = master.open_kept(&record) else {
            continue;
        };
        let is_needed = match FormerKey::of(kept.purpose) {
            FormerKey::ApiKeys => {
                repo::kept_keys::has_api_keys_from_before(conn, kept.kept_at, now).await?
            }
            FormerKey::RecoveryCodes => {
                repo::kept_keys::has_recovery_codes_from_before(conn, kept.kept_at).await?
            }
            _ => kept.expires_at.is_none_or(|end| end > now),
        };
        if !is_needed {
            let tx = context.db.begin_write().await?;
            repo::kept_keys::remove(&tx, &record.id).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Reads a column once; with a context, encrypts the values under other keys again.
async fn pass(
    db: &Db,
    master: &MasterKey,
    column: SealedColumn,
    writer: Option<&AdminContext<'_>>,
) -> Result<ColumnState> {
    let mut state = ColumnState {
        column,
        newest: 0,
        others: 0,
        unreadable: 0,
        resealed: 0,
    };
    let keys = ColumnKeys::of(master, column);
    let mut after = None;
    loop {
        let rows = repo::sealed_values::list(db.read(), column, after.as_ref(), PAGE).await?;
        let Some((last, _)) = rows.last() else {
            return Ok(state);
        };
        after = Some(last.clone());
        let mut waiting = Vec::new();
        for (row, sealed) in rows {
            match keys.read(&row, &sealed) {
                Found::Newest => state.newest += 1,
                Found::Unreadable => state.unreadable += 1,
                Found::Other(plain) => waiting.push((row, sealed, plain)),
            }
        }
        let Some(context) = writer.filter(|_| !waiting.is_empty()) else {
            state.others += waiting.len() as u64;
            continue;
        };
        let tx = db.begin_write().await?;
        for (row, before, plain) in waiting {
            let aad = column.associated_data(&row);
            let sealed = secret::seal(&keys.newest, plain.expose(), &aad, &mut context.rng());
            // A row that was changed meanwhile is read again by the next pass.
            repo::sealed_values::replace(&tx, column, &row, before, sealed).await?;
            state.resealed += 1;
        }
        tx.commit().await?;
    }
}

/// The keys that may open the values of a column.
struct ColumnKeys {
    column: SealedColumn,
    newest: [u8; 32],
    others: Vec<[u8; 32]>,
}

enum Found {
    Newest,
    Other(Secret<Vec<u8>>),
    Unreadable,
}

impl ColumnKeys {
    fn of(master: &MasterKey, column: SealedColumn) -> Self {
        Self {
            column,
            newest: master.derive(column.purpose()),
            others: master.derive_others(column.purpose()),
        }
    }

    fn read(&self, row: &RowKey, sealed: &[u8]) -> Found {
        let aad = self.column.associated_data(row);
        if secret::open(&self.newest, sealed, &aad).is_ok() {
            return Found::Newest;
        }
        match secret::open_with(&self.others, sealed, &aad) {
            Ok(plain) => Found::Other(Secret::new(plain.to_vec())),
            Err(_) => Found::Unreadable,
        }
    }
}
