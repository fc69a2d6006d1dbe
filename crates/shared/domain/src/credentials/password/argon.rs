//! Password hashing with argon2id (RFC 9106) in memory that is reused from one password to the
//! next.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::normal_form::normalize;

const SALT_LEN: usize = 16;
const OUTPUT_LEN: usize = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashParams {
    /// Memory in KiB.
    pub m: u32,
    /// Passes.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

impl HashParams {
    /// The maximum parameters of a stored hash: an injected row must not exhaust the server.
    pub const CEILING: Self = Self {
        m: 1024 * 1024,
        t: 20,
        p: 16,
    };

    pub(in crate::credentials) fn to_argon2(self) -> Result<Params, HashError> {
        let Self { m, t, p } = self;
        let max = Self::CEILING;
        if m > max.m || t > max.t || p > max.p {
            return Err(HashError::TooExpensive);
        }
        // Without a length of the output: a stored hash decides about its own.
        Params::new(m, t, p, None).map_err(|_| HashError::Parameters)
    }
}

impl Default for HashParams {
    /// Returns 19 MiB, two passes, one lane: the OWASP minimum, about 10 ms.
    fn default() -> Self {
        Self {
            m: 19_456,
            t: 2,
            p: 1,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    #[error("the stored password hash is damaged")]
    Malformed,
    #[error("the stored password hash uses an unsupported algorithm")]
    Unsupported,
    #[error("the password hash requires more memory or time than allowed")]
    TooExpensive,
    #[error("the parameters are outside the limits of argon2")]
    Parameters,
}

/// The working memory of hashing, held by a hashing thread.
#[derive(Default)]
pub struct HashMemory(Vec<Block>);

impl HashMemory {
    /// Creates empty memory; the first hash allocates it.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Frees the memory beyond the need of `params`, after a more expensive hash.
    pub fn shrink_to(&mut self, params: &HashParams) {
        let keep = params.m as usize;
        if self.0.len() > keep {
            self.0.truncate(keep);
            self.0.shrink_to_fit();
        }
    }

    pub const fn allocated_bytes(&self) -> usize {
        self.0.capacity() * Block::SIZE
    }

    fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            self.0.resize(count, Block::new());
        }
        &mut self.0[..count]
    }
}

/// Hashes a password (its NFKC form) into a PHC string with a fresh 128-bit salt.
pub fn hash<R: CryptoRng + ?Sized>(
    password: &str,
    params: &HashParams,
    memory: &mut HashMemory,
    rng: &mut R,
) -> Result<String, HashError> {
    let mut salt = [0_u8; SALT_LEN];
    rng.fill_bytes(&mut salt);
    let variant = (Algorithm::Argon2id, Version::V0x13, *params);
    let password = normalize(password);
    let output = run(variant, password.as_bytes(), &salt, OUTPUT_LEN, memory)?;
    phc(params, &salt, &output)
}

/// Returns true if the password matches a stored PHC string.
///
/// Uses the parameters of the string, up to [`HashParams::CEILING`].
pub fn verify(phc: &str, password: &str, memory: &mut HashMemory) -> Result<bool, HashError> {
    let stored = Stored::parse(phc)?;
    stored.matches(normalize(password).as_bytes(), memory)
}

/// Returns true if a stored hash differs in algorithm, version or parameters, or is unreadable.
pub fn needs_rehash(phc: &str, params: &HashParams) -> bool {
    Stored::parse(phc).map_or(true, |stored| {
        stored.algorithm != Algorithm::Argon2id
            || stored.version != Version::V0x13
            || stored.params != *params
    })
}

/// Returns a PHC string that no password matches, for an unknown account. Verifying against it
/// costs the same as verifying against a real one (ASVS 5.0 §6.3.8).
pub fn dummy_phc(params: &HashParams) -> Result<String, HashError> {
    params.to_argon2()?;
    // No known password has this output: finding one takes 2^256 hashes.
    phc(params, &[0; SALT_LEN], &[0; OUTPUT_LEN])
}

#[derive(Clone, PartialEq, Eq)]
pub(in crate::credentials) struct Stored {
    pub algorithm: Algorithm,
    pub version: Version,
    pub params: HashParams,
    pub salt: Salt,
    pub output: Output,
}

impl Stored {
    pub(in crate::credentials) fn parse(phc: &str) -> Result<Self, HashError> {
        let parsed = PasswordHash::new(phc).map_err(|_| HashError::Malformed)?;
        let algorithm =
            Algorithm::try_from(parsed.algorithm.as_str()).map_err(|_| HashError::Unsupported)?;
        // Argon2 before 1.3 wrote no version.
        let version = Version::try_from(parsed.version.unwrap_or(0x10))
            .map_err(|_| HashError::Unsupported)?;
        let params = Params::try_from(&parsed.params).map_err(|_| HashError::Malformed)?;
        let (Some(salt), Some(output)) = (parsed.salt, parsed.hash) else {
            return Err(HashError::Malformed);
        };
        // Doorward never sets a key id or associated data, which would change the result.
        if !params.keyid().is_empty() || !params.data().is_empty() || output.len() < 16 {
            return Err(HashError::Unsupported);
        }
        let params = HashParams {
            m: params.m_cost(),
            t: params.t_cost(),
            p: params.p_cost(),
        };
        Ok(Self {
            algorithm,
            version,
            params,
            salt,
            output,
        })
    }

    /// Returns true if these bytes have this hash. Uses its parameters, up to
    /// [`HashParams::CEILING`].
    pub(in crate::credentials) fn matches(
        &self,
        password: &[u8],
        memory: &mut HashMemory,
    ) -> Result<bool, HashError> {
        let variant = (self.algorithm, self.version, self.params);
        let output = run(variant, password, &self.salt, self.output.len(), memory)?;
        Ok(output.ct_eq(self.output.as_bytes()).into())
    }
}

fn run(
    (algorithm, version, params): (Algorithm, Version, HashParams),
    password: &[u8],
    salt: &[u8],
    output_len: usize,
    memory: &mut HashMemory,
) -> Result<Zeroizing<Vec<u8>>, HashError> {
    let argon2 = Argon2::new(algorithm, version, params.to_argon2()?);
    let mut output = Zeroizing::new(vec![0_u8; output_len]);
    let blocks = memory.blocks(argon2.params().block_count());
    argon2
        .hash_password_into_with_memory(password, salt, &mut output, blocks)
        .map_err(|_| HashError::Parameters)?;
    Ok(output)
}

fn phc(params: &HashParams, salt: &[u8], output: &[u8]) -> Result<String, HashError> {
    let Ok(written) = ParamsString::try_from(params.to_argon2()?) else {
        return Err(HashError::Parameters);
    };
    let (Ok(salt), Ok(output)) = (Salt::new(salt), Output::new(output)) else {
        return Err(HashError::Parameters);
    };
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: written,
        salt: Some(salt),
        hash: Some(output),
    };
    Ok(hash.to_string())
}
