//! The embedded list of common passwords (source: data/README.md): a binary fuse filter of their hashes.

use sha2::{Digest as _, Sha256};
use xorf::{BinaryFuse16, BinaryFuse16Ref, DmaSerializable as _, Filter as _, FilterRef as _};

/// The filter reads pairs of bytes in place.
#[repr(C, align(2))]
struct Aligned<T: ?Sized>(T);

static LIST: &Aligned<[u8]> = &Aligned(*include_bytes!("../../../data/common-passwords.bin"));

/// Returns true if the whole password, in NFKC and lower case, is on the list. One of 65,536 other passwords is
/// taken for one of them.
pub(super) fn contains(folded: &str) -> bool {
    let hash = Sha256::digest(folded.as_bytes());
    let Some(key) = hash.first_chunk().copied().map(u64::from_be_bytes) else {
        return false;
    };
    let (descriptor, fingerprints) = LIST.0.split_at(BinaryFuse16::DESCRIPTOR_LEN);
    BinaryFuse16Ref::from_dma(descriptor, fingerprints).contains(&key)
}
