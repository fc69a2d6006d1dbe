//! The type of fuzz targets.

#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Name of the target and of its seed directory.
    pub name: &'static str,
    /// Function that panics if an input violates the target's property.
    pub run: fn(&[u8]),
    /// Words that a mutator may insert into an input.
    pub words: &'static [&'static str],
}
