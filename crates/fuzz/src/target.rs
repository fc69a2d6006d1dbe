//! The shape of a target.

/// One thing to throw input at.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and that of its directory of seeds.
    pub name: &'static str,
    /// Panics where the input does what it must not.
    pub run: fn(&[u8]),
    /// Words that a mutator may write into an input.
    pub words: &'static [&'static str],
}
