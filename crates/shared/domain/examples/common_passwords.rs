//! Makes data/common-passwords.bin from lists with one password on each line (see data/README.md):
//! `cargo run -p doorward-domain --example common_passwords -- OUT LIST…`

use std::collections::BTreeSet;
use std::error::Error;

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;
use xorf::{BinaryFuse16, DmaSerializable as _};

/// The first lines of each list, which has the most used password first.
const LINES: usize = 250_000;
/// No policy lets through fewer characters.
const SHORTEST: usize = 8;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().ok_or("name the file to write")?;
    let mut keys = BTreeSet::new();
    for list in arguments {
        for line in std::fs::read_to_string(list)?.lines().take(LINES) {
            let word = line.nfkc().collect::<String>().to_lowercase();
            if word.chars().count() >= SHORTEST {
                let hash = Sha256::digest(word.as_bytes());
                keys.extend(hash.first_chunk().copied().map(u64::from_be_bytes));
            }
        }
    }
    let keys: Vec<u64> = keys.into_iter().collect();
    let filter = BinaryFuse16::try_from(&keys)?;
    let mut file = vec![0; BinaryFuse16::DESCRIPTOR_LEN];
    filter.dma_copy_descriptor_to(&mut file);
    file.extend(filter.dma_fingerprints());
    std::fs::write(out, file)?;
    println!("{} passwords", keys.len());
    Ok(())
}
