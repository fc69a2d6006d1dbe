//! The embedded list of common passwords (source: data/README.md).

use sha2::{Digest, Sha256};

static LIST: &[u8] = include_bytes!("../../../data/common-passwords.bin");

const BUCKETS: usize = 1 << 16;
const STARTS: usize = (BUCKETS + 1) * 4;
const ENTRY: usize = 3;

/// Returns true if the whole password, in NFKC and lower case, is on the list.
///
/// The list holds 40 bits of each SHA-256, so the probability of a false match is below one in a
/// million.
pub(super) fn contains(folded: &str) -> bool {
    let hash = Sha256::digest(folded.as_bytes());
    let bucket = usize::from(u16::from_be_bytes([hash[0], hash[1]]));
    let entries = LIST.get(STARTS + start(bucket) * ENTRY..STARTS + start(bucket + 1) * ENTRY);
    entries.is_some_and(|entries| {
        entries
            .chunks_exact(ENTRY)
            .any(|entry| entry == &hash[2..5])
    })
}

#[cfg(test)]
pub(super) fn len() -> usize {
    start(BUCKETS)
}

fn start(bucket: usize) -> usize {
    let at = LIST
        .get(bucket * 4..)
        .and_then(|rest| rest.first_chunk::<4>());
    at.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
}
