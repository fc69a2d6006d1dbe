//! The registries of scopes and resources.

use crate::time::UnixSeconds;

/// A registered scope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScopeEntry {
    /// The scope token (RFC 6749 §3.3).
    pub name: String,
    /// One plain sentence for the consent page.
    pub description: String,
    /// The resource that it opens; none for the identity server's own (`openid`, `profile`, …).
    pub audience: Option<String>,
    /// When it was registered.
    pub created_at: UnixSeconds,
}

/// A registered resource (RFC 8707 §2): an audience of access tokens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resource {
    /// Its absolute URI.
    pub identifier: String,
    /// Shown to people.
    pub name: String,
    /// The `typ` of access tokens for it.
    pub token_type: AccessTokenType,
    /// When it was registered.
    pub created_at: UnixSeconds,
}

impl Resource {
    /// A resource whose access tokens are those of RFC 9068.
    pub const fn new(identifier: String, name: String, created_at: UnixSeconds) -> Self {
        Self {
            identifier,
            name,
            token_type: AccessTokenType::AtJwt,
            created_at,
        }
    }
}

/// The `typ` header of a signed access token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AccessTokenType {
    /// `at+jwt` (RFC 9068 §2.1), so that no other token passes for an access token.
    #[default]
    AtJwt,
    /// `JWT`, for resource servers that know no other type.
    Jwt,
}

impl AccessTokenType {
    /// Every type.
    pub const ALL: [Self; 2] = [Self::AtJwt, Self::Jwt];

    /// The word kept in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtJwt => "at+jwt",
            Self::Jwt => "jwt",
        }
    }

    /// Reads the word kept in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Returns the type of a token for these resources. One that is for several is `at+jwt` unless
    /// each of them wants `JWT`.
    pub fn of(audience: &[String], resources: &[Resource]) -> Self {
        let wants = |one: &String| {
            let known = resources.iter().find(|known| known.identifier == *one);
            known.is_some_and(|known| known.token_type == Self::Jwt)
        };
        if !audience.is_empty() && audience.iter().all(wants) {
            Self::Jwt
        } else {
            Self::AtJwt
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::default(&["a"], AccessTokenType::AtJwt)]
    #[case::set(&["b"], AccessTokenType::Jwt)]
    #[case::all_set(&["b", "c"], AccessTokenType::Jwt)]
    #[case::mixed(&["a", "b"], AccessTokenType::AtJwt)]
    #[case::unknown(&["d"], AccessTokenType::AtJwt)]
    #[case::beside_unknown(&["b", "d"], AccessTokenType::AtJwt)]
    #[case::none(&[], AccessTokenType::AtJwt)]
    fn token_type_follows_every_resource(
        #[case] audience: &[&str],
        #[case] expected: AccessTokenType,
    ) {
        let resources =
            [("a", "at+jwt"), ("b", "jwt"), ("c", "jwt")].map(|(name, word)| Resource {
                token_type: AccessTokenType::parse(word).unwrap(),
                ..Resource::new(name.to_owned(), name.to_owned(), 0)
            });
        let audience: Vec<String> = audience.iter().map(|&one| one.to_owned()).collect();
        assert_eq!(AccessTokenType::of(&audience, &resources), expected);
    }
}
