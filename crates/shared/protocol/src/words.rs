//! Enums whose variants are words on the wire, in storage, in the configuration or in logs.

/// Defines enums of words: `ALL` lists the values in the order of declaration, `as_str` and `parse`
/// convert each to and from its word. `parse` also reads the words after `|`.
#[macro_export]
macro_rules! words {
    ($(
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $($(#[$doc:meta])* $variant:ident = $word:literal $(| $other:literal)*,)*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        $vis enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: [Self; [$($word),*].len()] = [$(Self::$variant),*];

            /// Returns the word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Reads the word.
            #[allow(dead_code, reason = "some words are only written")]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word $(| $other)* => Some(Self::$variant),)* _ => None }
            }
        }

        impl $crate::words::Word for $name {
            const ALL: &'static [Self] = &Self::ALL;

            fn word(self) -> &'static str {
                self.as_str()
            }
        }
    )*};
}

/// A type whose values are words.
pub trait Word: Copy + 'static {
    /// Every value, in the order of declaration.
    const ALL: &'static [Self];

    /// Returns the word.
    fn word(self) -> &'static str;
}
