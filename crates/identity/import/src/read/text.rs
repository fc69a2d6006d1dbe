//! Text files in the encodings that spreadsheets and shells write.

use std::fs::File;
use std::io::{self, BufReader, Chain, Cursor, Read};
use std::path::Path;

pub use encoding_rs::Encoding;
use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE};

use super::{ReadError, Result};

/// Bytes that are read and decoded at once.
const BLOCK: usize = 1 << 16;

/// Bytes that are not text in the encoding of the file.
#[derive(Debug, thiserror::Error)]
#[error("the text is not {encoding}")]
pub struct NotText {
    pub line: usize,
    pub encoding: &'static str,
}

/// A file as UTF-8 without a byte order mark, with `\n` at the end of each line.
pub struct TextFile {
    source: Chain<Cursor<Vec<u8>>, File>,
    encoding: &'static Encoding,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Decoded text, and the position of the next byte in it.
    text: Vec<u8>,
    at: usize,
    line: usize,
    /// Latest byte of the text before its line ends are converted.
    last: u8,
    has_ended: bool,
}

/// Opens a file. Without an encoding, it is UTF-8, or UTF-16 if it begins so; a byte order mark
/// takes precedence.
pub fn open(path: &Path, encoding: Option<&'static Encoding>) -> Result<BufReader<TextFile>> {
    let mut file = File::open(path).map_err(|error| failed(path, error))?;
    let mut head = Vec::new();
    file.by_ref()
        .take(4)
        .read_to_end(&mut head)
        .map_err(|error| failed(path, error))?;
    if let Some(problem) = no_text(&head) {
        let text = format!("{}: {problem}", path.display());
        return Err(ReadError::Unusable(text));
    }
    let marked = Encoding::for_bom(&head).map(|(encoding, _)| encoding);
    let encoding = marked.or(encoding).unwrap_or_else(|| guess(&head));
    let file = TextFile {
        source: Cursor::new(head).chain(file),
        encoding,
        decoder: encoding.new_decoder_with_bom_removal(),
        raw: Vec::new(),
        text: Vec::with_capacity(BLOCK),
        at: 0,
        line: 1,
        last: b'\n',
        has_ended: false,
    };
    Ok(BufReader::with_capacity(BLOCK, file))
}

/// Returns the problem of a file that does not begin as a text that can be read.
const fn no_text(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xff, 0xfe, 0, 0] | [0, 0, 0xfe, 0xff] => {
            Some("UTF-32 is not supported; save it as UTF-8")
        }
        // gzip, bzip2 and xz, as `dumpdata -o dump.json.gz` writes them.
        [0x1f, 0x8b, ..] | [b'B', b'Z', b'h', b'1'..=b'9'] | [0xfd, b'7', b'z', b'X'] => {
            Some("the file is compressed; unpack it first")
        }
        // ZIP, as XLSX and ODS files are, and XLS.
        [b'P', b'K', 3, 4] | [0xd0, 0xcf, 0x11, 0xe0] => {
            Some("this is an archive or a spreadsheet; unpack it, or save its table as CSV")
        }
        _ => None,
    }
}

/// Returns the encoding of a file without a byte order mark, whose first character is ASCII if it is
/// UTF-16: the header of a table, or a bracket.
fn guess(head: &[u8]) -> &'static Encoding {
    match head {
        [0, low, ..] if *low != 0 => UTF_16BE,
        [low, 0, ..] if *low != 0 => UTF_16LE,
        _ => UTF_8,
    }
}

impl TextFile {
    fn fill(&mut self) -> io::Result<()> {
        self.at = 0;
        self.text.clear();
        while self.text.is_empty() && !self.has_ended {
            let mut block = vec![0; BLOCK];
            let read = self.source.read(&mut block)?;
            self.raw.extend_from_slice(&block[..read]);
            self.decode(read == 0)?;
        }
        Ok(())
    }

    fn decode(&mut self, is_last: bool) -> io::Result<()> {
        // A byte becomes at most three in UTF-8.
        let mut decoded = vec![0; self.raw.len() * 3 + 16];
        let (result, read, written) =
            self.decoder
                .decode_to_utf8_without_replacement(&self.raw, &mut decoded, is_last);
        self.raw.drain(..read);
        for byte in decoded.into_iter().take(written) {
            self.push(byte);
        }
        match result {
            DecoderResult::Malformed(..) => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    NotText {
                        line: self.line,
                        encoding: self.encoding.name(),
                    },
                ));
            }
            DecoderResult::InputEmpty if is_last => {
                if !matches!(self.last, b'\n' | b'\r') {
                    self.push(b'\n');
                }
                self.has_ended = true;
            }
            DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
        }
        Ok(())
    }

    fn push(&mut self, byte: u8) {
        let follows_return = self.last == b'\r';
        self.last = byte;
        match byte {
            b'\n' if follows_return => {}
            b'\n' | b'\r' => {
                self.text.push(b'\n');
                self.line += 1;
            }
            _ => self.text.push(byte),
        }
    }
}

impl Read for TextFile {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.at == self.text.len() {
            self.fill()?;
        }
        let rest = &self.text[self.at..];
        let count = rest.len().min(target.len());
        target[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

/// Returns the error of a file whose bytes cannot be read.
pub fn failed(path: &Path, error: io::Error) -> ReadError {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref());
    match cause {
        Some(NotText { line, encoding }) => ReadError::Encoding {
            path: path.to_owned(),
            line: *line,
            encoding,
        },
        None => ReadError::File {
            path: path.to_owned(),
            error,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn read(bytes: &[u8], encoding: Option<&str>) -> Result<String, String> {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("x.csv");
        std::fs::write(&path, bytes).unwrap();
        let encoding = encoding.and_then(|name| Encoding::for_label(name.as_bytes()));
        let mut text = String::new();
        let mut file = open(&path, encoding).map_err(|error| error.to_string())?;
        let read = file.read_to_string(&mut text);
        read.map_err(|error| failed(&path, error).to_string())?;
        Ok(text)
    }

    #[rstest]
    #[case::utf8("Zoë\n".as_bytes(), None, "Zoë\n")]
    #[case::mark("\u{feff}Zoë".as_bytes(), None, "Zoë\n")]
    #[case::little(b"\xff\xfea\0\xeb\0", None, "aë\n")]
    #[case::big(b"\xfe\xff\0a\0\xeb", None, "aë\n")]
    #[case::little_without_mark(b"a\0\xeb\0\r\0\n\0", None, "aë\n")]
    #[case::big_without_mark(b"\0a\0\xeb", None, "aë\n")]
    #[case::western(b"Zo\xeb\r\n\x80", Some("windows-1252"), "Zoë\n€\n")]
    #[case::cyrillic(b"\xc4\xe0", Some("windows-1251"), "Да\n")]
    #[case::mark_wins("\u{feff}Zoë".as_bytes(), Some("windows-1252"), "Zoë\n")]
    #[case::returns(b"a\rb\r\nc\n\nd", None, "a\nb\nc\n\nd\n")]
    #[case::empty(b"", None, "")]
    fn text_is_decoded(
        #[case] bytes: &[u8],
        #[case] encoding: Option<&str>,
        #[case] expected: &str,
    ) {
        assert_eq!(read(bytes, encoding).unwrap(), expected);
    }

    #[rstest]
    #[case::western(b"a\r\nZo\xeb\r\n", &["line 2", "--encoding windows-1252"])]
    #[case::half(b"\xff\xfea\0b", &["UTF-16LE"])]
    #[case::wide(b"\xff\xfe\0\0a\0\0\0", &["UTF-32"])]
    #[case::gzip(b"\x1f\x8b\x08\0", &["compressed"])]
    #[case::bzip2(b"BZh91AY", &["compressed"])]
    #[case::xz(b"\xfd7zXZ\0", &["compressed"])]
    #[case::xlsx(b"PK\x03\x04\x14\0", &["CSV"])]
    #[case::xls(b"\xd0\xcf\x11\xe0\xa1", &["CSV"])]
    fn other_bytes_are_named(#[case] bytes: &[u8], #[case] expected: &[&str]) {
        let error = read(bytes, None).unwrap_err();
        for part in expected {
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn character_across_blocks_is_whole() {
        let text = "ë".repeat(BLOCK) + "\n";
        let text = format!("a{text}");
        assert_eq!(read(text.as_bytes(), None).unwrap(), text);
    }
}
