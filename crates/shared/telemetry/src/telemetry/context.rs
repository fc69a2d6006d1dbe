//! The header `traceparent` (W3C Trace Context §3.2).

use rand::CryptoRng;

/// The ids of a trace and of a span in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceContext {
    pub trace: [u8; 16],
    pub span: [u8; 8],
    /// True if the sender records the trace.
    pub sampled: bool,
}

/// The length of version 00.
const LENGTH: usize = 55;

impl TraceContext {
    /// Parses the header. Of a later version, it reads the part that this version defines.
    pub fn parse(header: &str) -> Option<Self> {
        let is_longer = header.len() > LENGTH && header.as_bytes()[LENGTH] == b'-';
        let mut parts = header.get(..LENGTH)?.split('-');
        let version = number(parts.next()?, 2)?;
        let trace = number(parts.next()?, 32)?;
        let span = number(parts.next()?, 16)?;
        let flags = number(parts.next()?, 2)?;
        let fits = match version {
            0 => header.len() == LENGTH,
            0xff => false,
            _ => header.len() == LENGTH || is_longer,
        };
        // All-zero ids are invalid.
        if !fits || parts.next().is_some() || trace == 0 || span == 0 {
            return None;
        }
        Some(Self {
            trace: trace.to_be_bytes(),
            span: u64::try_from(span).ok()?.to_be_bytes(),
            sampled: flags & 1 == 1,
        })
    }

    /// Creates a new span, as a child of the one sent or as the root of a new trace.
    pub fn below<R: CryptoRng>(sent: Option<Self>, rng: &mut R) -> Self {
        let mut span = [0; 8];
        rng.fill_bytes(&mut span);
        if let Some(sent) = sent {
            return Self { span, ..sent };
        }
        let mut trace = [0; 16];
        rng.fill_bytes(&mut trace);
        Self {
            trace,
            span,
            sampled: true,
        }
    }

    pub fn to_header(&self) -> String {
        let (trace, span) = (
            u128::from_be_bytes(self.trace),
            u64::from_be_bytes(self.span),
        );
        format!("00-{trace:032x}-{span:016x}-{:02x}", u8::from(self.sampled))
    }
}

/// Parses exactly `digits` lower-case hexadecimal digits.
fn number(text: &str, digits: usize) -> Option<u128> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let good = text.len() == digits && text.bytes().all(is_digit);
    good.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}
