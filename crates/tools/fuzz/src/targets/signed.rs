//! Inputs that describe signed texts.

/// The description of a signed text.
pub(super) enum Signed<'a> {
    /// `r`: a raw token.
    Raw(&'a str),
    /// `s`: a header and a payload to sign.
    Parts(&'a [u8], &'a [u8]),
    /// `t`: changes of a valid token, three bytes each: position and new value.
    Tampered(&'a [u8]),
}

/// Time of every check.
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

/// Returns the token with each change applied; it stays ASCII.
pub(super) fn tampered(good: &str, changes: &[u8]) -> String {
    let mut token = good.as_bytes().to_vec();
    for change in changes.as_chunks::<3>().0 {
        let [high, low, byte] = *change;
        let at = usize::from(u16::from_be_bytes([high, low])) % token.len();
        token[at] = byte & 0x7f;
    }
    token.into_iter().map(char::from).collect()
}
