//! Enumerations whose values are words in requests, responses and the database.

/// Defines an enumeration with the text of each value.
macro_rules! words {
    (
        $(#[$about:meta])*
        $name:ident { $($(#[$of_value:meta])* $value:ident = $word:literal,)+ }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum $name {
            $($(#[$of_value])* $value,)+
        }

        impl $name {
            /// Returns the word.
            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }

            /// Returns the value of a word.
            pub(crate) fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$value),)+
                    _ => None,
                }
            }

            /// Returns every word, in the usual order.
            pub(crate) fn words() -> Vec<&'static str> {
                vec![$($word),+]
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

pub(crate) use words;
