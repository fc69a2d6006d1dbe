//! Refresh tokens (RFC 6749 §6), rotated at each use.

use crate::credentials::refresh_token::RefreshTokenText;
use crate::derived_keys::RefreshTokenKey;
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// The refresh tokens of a grant: the current one, and its predecessor until the current one is
/// used.
#[derive(Clone, PartialEq, Debug)]
pub struct RefreshFamily {
    /// The number of the current token, from 1.
    pub generation: u32,
    /// SHA-256 of the current token.
    pub hash: TokenHash,
    /// The current token, sealed under a key derived from its predecessor, so that only the holder
    /// of the predecessor can open it; none for the first one.
    pub sealed: Option<Vec<u8>>,
    /// The thumbprint of the DPoP key that it is bound to (RFC 9449 §5); only for public clients.
    pub dpop_jkt: Option<String>,
    /// The `x5t#S256` of the certificate that it is bound to (RFC 8705 §4).
    pub certificate_thumbprint: Option<String>,
    /// The time when the current token was issued, and its predecessor consumed.
    pub issued_at: UnixSeconds,
    /// The time of expiry if unused; never later than the expiry of the grant.
    pub expires_at: UnixSeconds,
}

#[derive(Clone, PartialEq, Debug)]
pub struct RefreshToken {
    pub dpop_jkt: Option<String>,
    pub certificate_thumbprint: Option<String>,
    /// The time of issue; of a consumed token, that of the current one.
    pub created_at: UnixSeconds,
    pub expires_at: UnixSeconds,
    /// The time at which it was consumed; of an older token than the predecessor, a later time.
    pub used_at: Option<UnixSeconds>,
    /// The successor, if that is unused, sealed under a key derived from this token.
    pub successor_sealed: Option<Vec<u8>>,
}

impl RefreshToken {
    /// Returns the state of a token of this family; `None` for a token that was never issued, and
    /// for one that is newer than the family, as after the restoration of a backup.
    pub fn of_family(
        presented: &RefreshTokenText,
        family: &RefreshFamily,
        key: &RefreshTokenKey,
    ) -> Option<Self> {
        if presented.generation() == family.generation {
            return (presented.hash() == family.hash).then(|| family.current());
        }
        let is_older = presented.generation() < family.generation && presented.is_genuine(key);
        is_older.then(|| Self {
            used_at: Some(family.issued_at),
            successor_sealed: family
                .sealed
                .clone()
                .filter(|_| presented.generation() + 1 == family.generation),
            ..family.current()
        })
    }
}

impl RefreshFamily {
    pub(super) fn current(&self) -> RefreshToken {
        RefreshToken {
            dpop_jkt: self.dpop_jkt.clone(),
            certificate_thumbprint: self.certificate_thumbprint.clone(),
            created_at: self.issued_at,
            expires_at: self.expires_at,
            used_at: None,
            successor_sealed: None,
        }
    }
}

#[cfg(test)]
mod tests;
