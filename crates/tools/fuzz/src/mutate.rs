//! A mutator that is deterministic for a given seed.

/// A small, fast generator of sufficient quality for selections (`SplitMix64`).
#[derive(Clone, Debug)]
pub struct MutationRng(u64);

impl MutationRng {
    /// Creates a generator with this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Returns a number below `end`, or 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    fn byte(&mut self) -> u8 {
        let [byte, ..] = self.next().to_le_bytes();
        byte
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

/// Maximum length of a mutant.
const LONGEST: usize = 8 * 1024;
/// Characters with a special meaning in some parser.
const ODD: &[u8] = b"\0\t\n\r \"#%&'+,./:;<=>?@[\\]_`{|}~-019aAeEnzZ\x7f\x80\xc3\xff";

/// Returns an input of the pool with one to four random changes, which may insert parts of other
/// inputs and these words.
pub fn mutant(chance: &mut MutationRng, pool: &[Vec<u8>], values: &[&str]) -> Vec<u8> {
    let mut input = chance.pick(pool).cloned().unwrap_or_default();
    for _ in 0..=chance.below(4) {
        change(chance, &mut input, pool, values);
    }
    input.truncate(LONGEST);
    input
}

fn change(chance: &mut MutationRng, input: &mut Vec<u8>, pool: &[Vec<u8>], values: &[&str]) {
    let at = chance.below(input.len() + 1);
    let some = 1 + chance.below(16);
    let end = input.len().min(at + some);
    match chance.below(9) {
        0 if at < input.len() => input[at] ^= 1 << chance.below(8),
        1 if at < input.len() => input[at] = chance.byte(),
        2 => input.insert(at, *chance.pick(ODD).unwrap_or(&0)),
        3 => drop(input.drain(at..end)),
        4 => {
            let part = input[at..end].to_vec();
            let to = chance.below(input.len() + 1);
            input.splice(to..to, part);
        }
        5 => {
            let word = chance.pick(values).copied().unwrap_or_default();
            input.splice(at..at, word.bytes());
        }
        6 => {
            let word = chance.pick(values).copied().unwrap_or_default();
            input.splice(at..end, word.bytes());
        }
        7 => {
            let other = chance.pick(pool).cloned().unwrap_or_default();
            let from = chance.below(other.len() + 1);
            let to = other.len().min(from + 4 * some);
            input.splice(at..end, other[from..to].iter().copied());
        }
        _ => {
            let part = input[at..end].to_vec();
            for _ in 0..chance.below(64) {
                input.splice(at..at, part.iter().copied());
            }
        }
    }
}
