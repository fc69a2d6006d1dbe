//! Inputs that stand for something signed.

/// What an input for something signed says.
pub(super) enum Signed<'a> {
    /// `r`: a token as it came.
    Raw(&'a str),
    /// `s`: a header and a payload to be signed.
    Parts(&'a [u8], &'a [u8]),
    /// `t`: changes of a good token, three bytes each: where, and what is written there.
    Tampered(&'a [u8]),
}

/// The time of every check.
pub(super) const NOW: i64 = 1_800_000_000;
pub(super) const ISSUER: &str = "https://id.example";

impl<'a> Signed<'a> {
    pub(super) fn read(input: &'a [u8]) -> Option<Self> {
        let (kind, rest) = input.split_first()?;
        match kind {
            b'r' => Some(Self::Raw(std::str::from_utf8(rest).ok()?)),
            b's' => {
                let mut parts = rest.splitn(2, |byte| *byte == b'\n');
                Some(Self::Parts(parts.next()?, parts.next()?))
            }
            b't' => Some(Self::Tampered(rest)),
            _ => None,
        }
    }
}

/// The token with each change written into it; it stays ASCII.
pub(super) fn tampered(good: &str, changes: &[u8]) -> String {
    let mut token = good.as_bytes().to_vec();
    for change in changes.as_chunks::<3>().0 {
        let [high, low, byte] = *change;
        let at = usize::from(u16::from_be_bytes([high, low])) % token.len();
        token[at] = byte & 0x7f;
    }
    token.into_iter().map(char::from).collect()
}
