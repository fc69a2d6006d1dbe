//! Files with a secret, as editors and shells write them.

use std::io;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Reads a file with a secret as [`decode`] does.
pub fn read(path: &Path) -> io::Result<String> {
    decode(&std::fs::read(path)?)
}

/// Returns the text of UTF-8 or UTF-16 (`PowerShell` writes it), without a byte order mark and
/// without the newlines at the end.
///
/// # Errors
/// Fails for bytes in another encoding.
pub fn decode(bytes: &[u8]) -> io::Result<String> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = marked.unwrap_or(match bytes {
        [0, low, ..] if *low != 0 => UTF_16BE,
        [low, 0, ..] if *low != 0 => UTF_16LE,
        _ => UTF_8,
    });
    let (text, is_malformed) = encoding.decode_with_bom_removal(bytes);
    if is_malformed {
        let text = "its text is neither UTF-8 nor UTF-16";
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::plain("Zoë and her horse".as_bytes())]
    #[case::newline("Zoë and her horse\n".as_bytes())]
    #[case::return_and_newline("Zoë and her horse\r\n".as_bytes())]
    #[case::second_newline("Zoë and her horse\n\n".as_bytes())]
    #[case::mark("\u{feff}Zoë and her horse\r\n\r\n".as_bytes())]
    #[case::powershell(b"\xff\xfeZ\0o\0\xeb\0 \0a\0n\0d\0 \0h\0e\0r\0 \0h\0o\0r\0s\0e\0\r\0\n\0")]
    #[case::big(b"\0Z\0o\0\xeb\0 \0a\0n\0d\0 \0h\0e\0r\0 \0h\0o\0r\0s\0e")]
    fn secret_is_the_text_alone(#[case] bytes: &[u8]) {
        assert_eq!(decode(bytes).unwrap(), "Zoë and her horse");
    }

    #[test]
    fn white_space_belongs_to_secret() {
        assert_eq!(decode(b" a b \n").unwrap(), " a b ");
        assert!(decode(b"Zo\xeb").is_err());
        assert_eq!(decode(b"\n").unwrap(), "");
    }
}
