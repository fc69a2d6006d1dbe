//! Keys that encrypt and decrypt backups.

use std::fmt;
use std::io::{BufRead, Read, Write};
use std::iter::once;
use std::path::Path;

use age::secrecy::{ExposeSecret as _, SecretString};
use age::stream::StreamWriter;
use age::{Decryptor, Encryptor, scrypt, x25519};
use doorward_config::secret_file;

use super::{ArchiveError, Result};

/// A key read from a file, in one of the three forms that `age` and `rage` accept.
pub enum Key {
    /// An age identity (`AGE-SECRET-KEY-1…`), which encrypts and decrypts.
    Identity(x25519::Identity),
    /// An age recipient (`age1…`), which only encrypts: a server that makes backups need not be
    /// able to read them.
    Recipient(x25519::Recipient),
    /// A line of text, which encrypts and decrypts.
    Passphrase(SecretString),
}

/// Work factor of one passphrase guess, as a power of two: scrypt with 128 MiB (OWASP).
const WORK: u8 = 17;
/// Maximum work factor accepted from a file: 2 GiB.
const MAX_WORK: u8 = 21;
/// Minimum passphrase length in characters; shorter ones can be guessed at any cost per guess.
const SHORTEST: usize = 20;

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity(_) => "Identity(…)",
            Self::Recipient(_) => "Recipient(…)",
            Self::Passphrase(_) => "Passphrase(…)",
        })
    }
}

impl Key {
    /// Reads a key file. Lines that start with `#` are comments, as `age-keygen` writes them.
    pub fn of_file(path: &Path) -> Result<Self> {
        let named = |problem: &dyn fmt::Display| {
            ArchiveError(format!("--key-file {}: {problem}", path.display()))
        };
        let text = secret_file::read(path).map_err(|error| named(&error))?;
        let text = SecretString::from(text);
        let mut lines = text
            .expose_secret()
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (Some(line), None) = (lines.next(), lines.next()) else {
            return Err(named(&"one key or passphrase belongs in it, on one line"));
        };
        if line.starts_with("AGE-SECRET-KEY-") {
            let key = line.parse().map(Self::Identity);
            return key.map_err(|problem: &str| named(&problem));
        }
        if line.starts_with("age1") {
            let key = line.parse().map(Self::Recipient);
            return key.map_err(|problem: &str| named(&problem));
        }
        if line.len() < SHORTEST {
            return Err(named(&format!(
                "a passphrase has at least {SHORTEST} characters; make one with `openssl rand -base64 32`"
            )));
        }
        Ok(Self::Passphrase(SecretString::from(line.to_owned())))
    }

    pub fn seal<W: Write>(&self, out: W) -> Result<StreamWriter<W>> {
        let mut scrypt;
        let own;
        let to: &dyn age::Recipient = match self {
            Self::Identity(identity) => {
                own = identity.to_public();
                &own
            }
            Self::Recipient(recipient) => recipient,
            Self::Passphrase(passphrase) => {
                scrypt = scrypt::Recipient::new(passphrase.clone());
                scrypt.set_work_factor(WORK);
                &scrypt
            }
        };
        let sealer = Encryptor::with_recipients(once(to)).map_err(ArchiveError::new)?;
        Ok(sealer.wrap_output(out)?)
    }

    pub fn open<R: BufRead + 'static>(
        &self,
        sealed: Decryptor<R>,
    ) -> Result<impl Read + use<R>, String> {
        let mut scrypt;
        let with: &dyn age::Identity = match self {
            Self::Identity(identity) => identity,
            Self::Recipient(_) => {
                return Err(
                    "this key only encrypts; name the file with its AGE-SECRET-KEY-1…".to_owned(),
                );
            }
            Self::Passphrase(passphrase) => {
                scrypt = scrypt::Identity::new(passphrase.clone());
                scrypt.set_max_work_factor(MAX_WORK);
                &scrypt
            }
        };
        let opened = sealed.decrypt(once(with));
        opened.map_err(|error| format!("the key does not open the backup: {error}"))
    }
}
